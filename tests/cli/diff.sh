# Changes of topologies and roles, told in certificates.

a=$TOP/profiles/sample-topology.yaml
must_work rolecert topology diff "$a" "$a"
expect_has 'no certificate changes'
must_work rolecert topology diff "$a" "$a" --json
expect_json '.differ == false and .changes == []'

sed -e 's/webcon: webcon/webcon: conf/' -e 's/aol: true/aol: false/' -e '/fqdn: mail01/,+2d' \
    -e 's/med01.contoso.com/med02.contoso.com/' "$a" >b.yaml
must_fail 1 rolecert topology diff "$a" b.yaml
expect_has 'removed  exchange-owa/mail01.contoso.com/mail01.contoso.com'
expect_has 'removed  mediation/medpool.contoso.com/med01.contoso.com'
expect_has 'added  mediation/medpool.contoso.com/med02.contoso.com'
expect_has 'changed  edge-external/lsedge.contoso.net'
expect_has '- webcon.contoso.com'
expect_has '+ conf.contoso.com'
expect_has '- clientAuth'
expect_has 'certificates: 1 added, 2 removed, 1 changed'
rolecert topology diff "$a" b.yaml --json >.out || true
expect_json '[.changes[] | select(.change == "changed") | .differences[].what] == ["san", "eku"]'
expect_json '[.changes[] | .differences[] | select(.what == "san")][0] | .added == ["conf.contoso.com"] and .removed == ["webcon.contoso.com"] and (.was | length == 5)'

# Nothing but the order of names.
printf 'choices: { edge-external: { san_layout: webcon-first } }\n' | cat "$a" - >c.yaml
must_fail 1 rolecert topology diff "$a" c.yaml
expect_has 'now in this order: webcon.contoso.com, sip.contoso.com'
must_fail 3 rolecert topology diff "$a" nothing.yaml

cp -R "$TOP/profiles" new
sed -i 's/validity_days: .*/validity_days: 365/' new/base/tls-server.yaml
rm new/lync-2013/oauth.yaml
must_work rolecert profile diff "$TOP/profiles" "$TOP/profiles"
expect_has 'no role changes'
must_fail 1 rolecert profile diff "$TOP/profiles" new
expect_has 'removed  lync-2013 oauth'
expect_has 'changed  lync-2013 edge-external'
expect_has '+ validity_days 365'
must_fail 1 rolecert profile diff "$TOP/profiles" new -t "$a"
expect_has '+ 365 days'
expect_lacks 'added  '
must_fail 3 profiles-missing rolecert profile diff "$TOP/profiles" nowhere
