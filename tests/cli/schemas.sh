# heavy: most of it is the validator
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
good_files=$(grep -rl '^topology:' "$TESTS/golden" "$TESTS/data" --include='*.yaml' |
	xargs grep -L '^product: mine')
# shellcheck disable=SC2086
must_work "$python" validate.py "$schemas/topology.schema.json" "$TOP/profiles/sample-topology.yaml" $good_files

must_work rolecert profile schema
# When it differs: rolecert profile schema >docs/schema/role.schema.json
expect_same .out "$schemas/role.schema.json"
role_files=$(find "$TOP/profiles" -mindepth 2 -name '*.yaml' ! -name product.yaml ! -name '*.test.yaml')
# shellcheck disable=SC2086
must_work "$python" validate.py "$schemas/role.schema.json" $role_files

# What tests/refuse refuses, the schema refuses where it can: a list says where.
refusals=$DATA/schema-refusals
# Theirs is a product of their own.
mkdir -p own/mine && cp "$TESTS/refuse/role/syntax/mine/product.yaml" own/mine/
must_work rolecert --profiles own profile schema
cp .out own.schema.json
for kind in role requester topology; do
	sed -n "s|^\([^# ][^ ]*\) .*|$kind/\1|p" "$TESTS/refuse/$kind/cases"
done | sort >cases.txt
awk '!/^#/ && NF { print $1 }' "$refusals" | sort >listed.txt
expect_same listed.txt cases.txt
# misfits SCHEMA FILE...: those that the schema refuses, one a line.
misfits() {
	"$python" - "$@" <<'END'
import json, sys, yaml, jsonschema
validator = jsonschema.Draft7Validator(json.load(open(sys.argv[1])))
for path in sys.argv[2:]:
    if not validator.is_valid(yaml.safe_load(open(path))):
        print(path)
END
}
while read -r case schema because; do
	case $case:$schema in
	*:yaml) ;;
	role/*:yes | role/*:no) find "$TESTS/refuse/$case" -name '*.yaml' ! -name product.yaml >>role.txt ;;
	requester/*:yes | requester/*:no) echo "$TESTS/refuse/$case" >>role.txt ;;
	topology/*:yes | topology/*:no) echo "$TESTS/refuse/$case" >>topology.txt ;;
	*) bad "$case: '$schema' is not yes, no or yaml" ;;
	esac
	[ "$schema" = yes ] || [ "$schema" = yaml ] || [ -n "$because" ] || bad "$case: why can no schema say it?"
done <<<"$(grep -v '^#' "$refusals")"
# shellcheck disable=SC2046
{ misfits own.schema.json $(cat role.txt); misfits "$schemas/topology.schema.json" $(cat topology.txt); } |
	sed "s|^$TESTS/refuse/||; s|^\(role/[^/]*\)/.*|\1|" | sort -u >refused.txt
awk '$2 == "yes" { print $1 }' "$refusals" | sort >refusable.txt
expect_same refused.txt refusable.txt

# What must not fit, each in a file of its own: the program refuses it too.
mkdir -p misfit/topology
n=0
must_not_fit() {
	n=$((n + 1))
	printf 'topology: a\nproduct: lync-2013\nsip_domains: [contoso.com]\n%s\n' "$1" >misfit/topology/$n.yaml
	must_fail 3 rolecert topology check misfit/topology/$n.yaml
}
must_not_fit 'pool: []'
must_not_fit 'clients: { strict_dsn: true }'
must_not_fit 'clients: { strict_dns: maybe }'
must_not_fit 'subject: { CN: a.contoso.com }'
must_not_fit 'roles: { edge-external: leave }'
must_not_fit 'pools: [ { fqdn: a.contoso.com, kind: egde } ]'
must_not_fit 'pools: [ { fqdn: a.contoso.com, kind: front-end } ]'
must_not_fit 'pools: [ { fqdn: a.contoso.com, kind: front-end, servers: [b.contoso.com], web: { outside: c.contoso.com } } ]'

must_not_fit_role() {
	n=$((n + 1))
	mkdir -p misfit/role$n/mine
	cp own/mine/product.yaml misfit/role$n/mine/
	printf 'role: r\nextends: base/tls-server\nproducts: [mine]\napplies_to: web\nper: server\n%s\n' "$1" >misfit/role$n/mine/r.yaml
	must_fail 3 rolecert --profiles misfit/role$n profile check mine
}
subject='subject: { CN: "${server.fqdn}" }'
must_not_fit_role "$subject
sans: { names: [] }"
must_not_fit_role 'subject: { CN: "${server.fqdn}", O: Contoso }'
must_not_fit_role "$subject
san: { order: sorted, names: [ { dns: a.contoso.com } ] }"
must_not_fit_role "$subject
san: { names: [ { dns: a.contoso.com, ip: 192.0.2.1 } ] }"
must_not_fit_role "$subject
san: { names: [ { host: a.contoso.com } ] }"
must_not_fit_role "$subject
override: { key_usage: { rsa: [digitalSignatur], ec: [digitalSignature] } }"
must_not_fit_role "$subject
override: { validity_days: 10000 }"
must_not_fit_role "$subject
append: { key_usage: { rsa: [] } }"
must_not_fit_role "$subject
notes: [ { rule: role-note } ]"
must_not_fit_role "$subject
choices: { c: { values: [a], default: a } }"
must_not_fit_role "$subject
certificate_policies: [ { cps: 'https://contoso.com/cps' } ]"
must_not_fit_role "$subject
extensions: [ { oid: 1.3.6.1.4.1.32473.1, der: 0500, asn1: 'NULL:' } ]"
must_not_fit_role "$subject
extensions: [ { oid: '\${pool.url}', der: '0500' } ]"
must_not_fit_role "$subject
name_constraints: { permitted: [ { dns: contoso.com, ip: 192.0.2.0/24 } ] }"
must_not_fit_role "$subject
certificate_policies: []"
# Parameters are held to the types that their roles give them.
p=$TESTS/golden/plan-parameters
must_work rolecert --profiles "$p" topology schema
cp .out parameters.schema.json
must_work "$python" validate.py parameters.schema.json "$p/topology.yaml"
sed 's/primary: .*/primary: [1, two]/' "$p/topology.yaml" >bad-parameter.yaml
expect_equal "$(misfits parameters.schema.json bad-parameter.yaml)" bad-parameter.yaml "a number that is none"

{ misfits "$schemas/topology.schema.json" misfit/topology/*.yaml
  misfits own.schema.json misfit/role*/mine/r.yaml; } | sort >refused.txt
find misfit -name '*.yaml' ! -name product.yaml | sort >refusable.txt
expect_same refused.txt refusable.txt

# fits SCHEMA STATUS COMMAND...: what it writes is as the schema says.
fits() {
	local schema=$1 status=$2
	shift 2
	if [ "$status" = 0 ]; then must_work "$@"; else must_fail "$status" "$@"; fi
	expect_schema "$schema"
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
fits topology-import 0 rolecert topology import "$DATA/topologies/contoso-2015.tbxml" --json
cp .out imported.json
fits topology-import 0 rolecert topology import "$DATA/topologies/contoso-2015.tbxml" -o imported.yaml --json
jq -j .topology imported.json | cmp - imported.yaml && good || bad 'the topology in the JSON is another one'
fits profile-check 0 rolecert profile check --json

# Ceremony files.
must_work rolecert ca ceremony --schema
# When it differs: rolecert ca ceremony --schema >docs/schema/ceremony.schema.json
expect_same .out "$schemas/ceremony.schema.json"
must_work "$python" validate.py "$schemas/ceremony.schema.json" "$TOP"/docs/examples/*.ceremony.yaml
# change SED: a root's ceremony with this change is refused by the schema and by the program.
change() {
	sed "$1" "$TOP/docs/examples/root.ceremony.yaml" >bad.ceremony.yaml
	must_fail 1 "$python" validate.py "$schemas/ceremony.schema.json" bad.ceremony.yaml
	must_fail 3 rolecert ca ceremony bad.ceremony.yaml --dry-run
}
change 's/^policy:/polcy:/'
change 's/^kind: root/kind: rot/'
change 's/^kind: root/kind: cross/'
change 's/^subject:.*//'
change '$aissuer: elsewhere'
change 's/ec-p384/ec-p383/'
change 's/days: 7305/days: many/'
change 's/days: 7305/hours: 1/'
change 's/generate: true/generate: maybe/'
change 's/^serial: .*/serial: "12"/'
change 's/pkcs11:/file:/'
fits ca-ceremony 0 rolecert ca ceremony "$TOP/docs/examples/root.ceremony.yaml" --dry-run --json

# Every command has JSON forms, or refuses --json; every form a schema, and every schema a
# test that holds real output to it: here, or in a case beside this one.
fits version 0 rolecert --version --json
fits help 0 rolecert crl --json --help
expect_json '.commands | length == 1 and .[0].json == ["crl", "crl-check", "crl-import"]'
fits help 0 rolecert help ledger --json
expect_json '[.commands[].command] | unique == ["ledger"]'
fits help 0 rolecert help --json
jq -r '.commands[] | ([.command, .sub_command] | map(values) | join(" ")) as $c |
    if .json == [] then "none \($c)" else .json[] | "\(.) \($c)" end' .out >forms.txt
expect_file forms.txt
while read -r form command; do
	case $form in
	none)
		# shellcheck disable=SC2086
		must_fail 2 no-json rolecert $command --json
		grep -A1 'has no JSON form:' "$TOP/docs/man/rolecert.1" | grep -q "^\.Cm $command " ||
			bad "the manual does not say that $command has no JSON form"
		;;
	draft-07)
		# shellcheck disable=SC2086
		must_work rolecert $command --json
		expect_json '."$schema" | contains("draft-07")'
		;;
	*)
		expect_file "$schemas/$form.json"
		grep -qE "^(schema $form|fits $form [0-9]) .*rolecert( -q)? $command |^expect_schema $form\b" "$TESTS"/*/*.sh ||
			bad "no test holds what $command writes to $form.json"
		;;
	esac
done <forms.txt
{ cut -d' ' -f1 forms.txt; printf '%s\n' error sarif version; } | grep -vx 'none\|draft-07' | sort -u >named.txt
(cd "$schemas" && ls -- *.json) | grep -v '\.schema\.json$' | sed 's/\.json$//' | sort >there.txt
expect_same there.txt named.txt
