# What is written as JSON is what docs/schema says, and editors are told of topologies
# what the program reads.

need python3
# The system's own python, whatever else stands in the PATH: its packages bring both.
python=/usr/bin/python3
"$python" -c "import jsonschema, yaml" 2>/dev/null || {
	bad "needs python3-jsonschema and python3-yaml (make deps)"; exit 1; }
schemas=$TOP/docs/schema

cat >validate.py <<'END'
import json, sys, yaml, jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
bad = 0
for path in sys.argv[2:]:
    for e in validator.iter_errors(yaml.safe_load(open(path))):
        print(path + ": " + "/".join(map(str, e.absolute_path)) + ": " + e.message[:200])
        bad = 1
sys.exit(bad)
END

must_work rolecert topology schema
# When it differs: rolecert topology schema >docs/schema/topology.schema.json
expect_same .out "$schemas/topology.schema.json"
good_files=$(grep -rl '^topology:' "$TESTS/golden" "$TESTS/data" --include='*.yaml')
# shellcheck disable=SC2086
must_work "$python" validate.py "$schemas/topology.schema.json" "$TOP/profiles/sample-topology.yaml" $good_files

# must_not_fit YAML: the schema says so before the program does.
must_not_fit() {
	printf 'topology: a\nproduct: lync-2013\nsip_domains: [contoso.com]\n%s\n' "$1" >bad.yaml
	must_fail 1 "$python" validate.py "$schemas/topology.schema.json" bad.yaml
	must_fail 3 rolecert topology check bad.yaml
}
must_not_fit 'pool: []'
must_not_fit 'clients: { strict_dsn: true }'
must_not_fit 'clients: { strict_dns: maybe }'
must_not_fit 'subject: { CN: a.contoso.com }'
must_not_fit 'roles: { edge-external: leave }'
must_not_fit 'pools: [ { fqdn: a.contoso.com, kind: egde } ]'
must_not_fit 'pools: [ { fqdn: a.contoso.com, kind: front-end } ]'
must_not_fit 'pools: [ { fqdn: a.contoso.com, kind: front-end, servers: [b.contoso.com], web: { outside: c.contoso.com } } ]'

# fits SCHEMA STATUS COMMAND...: what it writes is as the schema says.
fits() {
	local schema=$1 status=$2
	shift 2
	if [ "$status" = 0 ]; then must_work "$@"; else must_fail "$status" "$@"; fi
	cp .out have.json
	must_work "$python" validate.py "$schemas/$schema.json" have.json
}
a=$TOP/profiles/sample-topology.yaml
edge=edge-external/lsedge.contoso.net
sed 's/aol: true/aol: false/' "$a" >b.yaml
printf 'topology: a\nproduct: lync-2013\nsip_domains: [a_b, contoso.com, contoso.com]\n' >bad.yaml
fits plan 0 rolecert plan -t "$a" --json
fits request 0 rolecert request -t "$a" $edge --json
fits profile-explain 0 rolecert profile explain -t "$a" $edge --json
fits diff 1 rolecert topology diff "$a" b.yaml --json
fits diff 0 rolecert profile diff "$TOP/profiles" "$TOP/profiles" --json
fits topology-check 0 rolecert topology check "$a" --json
fits error 3 rolecert topology check bad.yaml --json
fits sarif 3 rolecert topology check bad.yaml --sarif
fits profile-check 0 rolecert profile check --json
