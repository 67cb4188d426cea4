# What a change means for certificates that are out there: told by serial, entry, finding.
need jq

cat >own.yaml <<'END'
topology: own
product: generic
sip_domains: [example.com]
pools:
  - { fqdn: www.example.com, kind: web-server, servers: [w1.example.com] }
  - { fqdn: mesh.example.com, kind: mutual-tls, servers: [m1.example.com] }
  - { fqdn: agents.example.com, kind: tls-client, servers: [a1.example.com] }
END
must_work rolecert lab lab --topology own.yaml
must_work rolecert --ca lab/ca ledger list --json
serial=$(jq -r '.[] | select(.entry == "web-server/www.example.com") | .serial' .out)
gone=$(jq -r '.[] | select(.entry | startswith("tls-client/")?) | .serial' .out)

must_work rolecert --ca lab/ca topology diff own.yaml own.yaml
expect_has 'no certificate changes'
expect_has 'issued certificates: 0 of 3 that are valid would no longer satisfy'

# One gets a name, one goes, one changes nothing that `check` minds.
sed -e 's/servers: \[w1.example.com\]/servers: [w1.example.com, w2.example.com]/' -e '/agents/d' own.yaml >b.yaml
must_fail 1 rolecert --ca lab/ca topology diff own.yaml b.yaml
expect_has "no longer satisfied  web-server/www.example.com  serial $serial"
expect_has '[check-san-missing]'
expect_has "no longer satisfied  tls-client/agents.example.com/a1.example.com  serial $gone"
expect_has '[entry-gone]'
expect_lacks 'no longer satisfied  mutual-tls'
expect_has '2 of 3 that are valid'
must_fail 1 rolecert topology diff own.yaml b.yaml
expect_lacks 'issued certificates'
run rolecert --ca lab/ca topology diff own.yaml b.yaml --json
expect_json ".differ and (.certificates | length) == 2 and
    (.certificates[] | select(.serial == \"$serial\") | .entry == \"web-server/www.example.com\" and
     any(.findings[]; .rule == \"check-san-missing\"))"
# The record of another topology of the same entries is left alone.
sed 's/^topology: own/topology: other/' own.yaml >other.yaml
sed 's/^topology: own/topology: other/' b.yaml >other-b.yaml
must_fail 1 rolecert --ca lab/ca topology diff other.yaml other-b.yaml
expect_has '0 of 0'

# The same of role texts: what a web server's certificate must hold changes.
mkdir -p new/generic
sed 's/^per: pool/per: pool\nappend: { extended_key_usage: [clientAuth] }/' \
    "$TOP/profiles/generic/web-server.yaml" >new/generic/web-server.yaml
must_fail 1 rolecert --ca lab/ca profile diff "$TOP/profiles" new -t own.yaml
expect_has "no longer satisfied  web-server/www.example.com  serial $serial"
expect_has '[check-eku-missing]'
expect_has '1 of 3 that are valid'
must_fail 6 ledger-missing rolecert --ca nowhere topology diff own.yaml b.yaml
