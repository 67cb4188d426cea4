# What the CA at hand adds to the scripts: its chain, and what it took back.

need jq python3
/usr/bin/python3 -c 'import jsonschema' || { bad 'needs python3-jsonschema (make deps)'; exit 1; }
must_work rolecert -q lab lab
. lab/env.sh
t=lab/topology.yaml
edge=edge-external/lsedge.contoso.net
cert=lab/certs/edge-external--lsedge.contoso.net.pem
must_work rolecert assign -t $t $edge $cert
expect_has "'Root', (Join-Path \$here 'root.cer')"
expect_has "'CA', (Join-Path \$here 'intermediate-1.cer')"

# Every certificate of the lab can be assigned, with exactly the types of its entry.
rolecert plan -t $t --json >plan.json
jq -r '.entries[] | "\(.id) \(.assign // [] | join(","))"' plan.json >want.txt
while read -r entry _; do
	rolecert assign -t $t "$entry" "lab/certs/${entry//\//--}.pem" --json >have.json
	jq -r '"\(.entry) \(.types | join(","))"' have.json
done <want.txt >have.txt
expect_same have.txt want.txt

must_work rolecert assign -t $t $edge $cert --json
expect_schema assign
must_work rolecert request -t $t -q -o servers --json
expect_schema request

must_work rolecert revoke $edge --reason superseded
must_fail 4 assign-revoked rolecert assign -t $t $edge $cert
expect_err REVOKED
