# How servers ask: the forms say what the entry holds, and no name breaks out of them.

need openssl jq
sample=$TOP/profiles/sample-topology.yaml
must_work rolecert request -t "$sample" edge-external/lsedge.contoso.net --form inf
expect_has 'KeyUsage = 0xA0'
expect_has '_continue_ = "dns=webcon.contoso.com&"'
expect_equal "$(grep -c $'\r$' .out)" "$(wc -l <.out)" 'lines that end in CR LF'
must_work rolecert request -t "$sample" edge-external/lsedge.contoso.net --form powershell
expect_has "-DomainName 'sip.contoso.com,webcon.contoso.com,contoso.com,sip.fabrikam.com,fabrikam.com'"
expect_has "-ComputerFqdn 'edge01.contoso.net'"
expect_has "-PrivateKeyExportable \$false"
must_work rolecert request -t "$sample" edge-external/lsedge.contoso.net
expect_has 'subjectAltName = @names'
expect_has 'ProviderType = 12'
expect_has 'Request-CsCertificate -New'
must_work rolecert request -t "$sample" edge-external/lsedge.contoso.net --json
expect_json '.key == "rsa-2048" and .computer == "edge01.contoso.net" and (.forms | keys == ["inf", "openssl", "powershell"])'
must_work rolecert request -t "$sample" edge-external/lsedge.contoso.net --form json
expect_json '.id == "edge-external/lsedge.contoso.net"'
expect_equal "$(wc -l <.out)" 1 'lines of canonical JSON'

must_fail 2 option-value rolecert request -t "$sample" edge-external/lsedge.contoso.net --form ini
must_fail 2 option-value rolecert request -t "$sample" edge-external/lsedge.contoso.net --form opnssl
expect_err "did you mean 'openssl'?"
must_fail 2 option-value rolecert request -t "$sample" edge-external/lsedge.contoso.net --type rsa-1024
must_fail 2 option-value rolecert request -t "$sample" edge-external/lsedge.contoso.net --type ed25519
must_fail 2 no-such-entry rolecert request -t "$sample" edge-external/lsedge.contoso.com
must_fail 2 request-form rolecert request -t "$sample" exchange-um/um01.contoso.com/um01.contoso.com --form powershell
must_fail 2 request-form rolecert request -t "$sample" edge-internal/lsedge.contoso.net --form powershell --type rsa-3072
must_work rolecert request -t "$sample" edge-internal/lsedge.contoso.net --form powershell --type ec-p384
expect_has '-KeyAlg ECDH_P384'
must_work rolecert request -t "$sample" exchange-um/um01.contoso.com/um01.contoso.com -o um
expect_file um/um01.contoso.com/exchange-um--um01.contoso.com--um01.contoso.com.{inf,cnf,json,ps1}

# The octets of each extension of a request, in order.
extensions_of() {
	openssl asn1parse -in "$1" | awk '/Extension Request/ { on = 1 }
		on && /OCTET STRING/ { sub(/.*\[HEX DUMP\]:/, ""); print tolower($0) }'
}

# check_form ENTRY KEY_TYPE KEY_FILE KEY_USAGE: a request that openssl makes of the
# configuration has the entry's subject and extensions to the octet.
check_form() {
	rolecert request -t "$topology" "$1" --form openssl --type "$2" >form.cnf
	openssl req -new -batch -key "$3" -config form.cnf -out form.req
	jq -r --arg entry "$1" --arg usage "$4" '.entries[] | select(.id == $entry) | .extensions[]
		| if .name == "keyUsage" then $usage else .der // empty end' plan.json >want.txt
	extensions_of form.req >have.txt
	expect_same have.txt want.txt
}

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem
topology=$sample
rolecert plan -t "$topology" --json >plan.json
jq -r '.entries[].id' plan.json >entries.txt
while read -r entry; do
	check_form "$entry" rsa-2048 rsa.pem 030205a0
done <entries.txt
check_form edge-external/lsedge.contoso.net ec-p256 ec.pem 03020780

# An organisation that would like to say more than its name.
cat >hostile.yaml <<'END'
topology: hostile
product: lync-2013
sip_domains: [contoso.com]
subject:
  O: 'Con"to''so $HOME # ;%; ’ , \'
  OU: '+ <a> = b!'
  L: 'Zürich'
  ST: '"; Remove-Item *'
  C: CH
pools:
  - { fqdn: pool.contoso.com, kind: mediation, servers: [m.contoso.com] }
END
topology=hostile.yaml
entry=mediation/pool.contoso.com/m.contoso.com
rolecert plan -t "$topology" --json >plan.json
check_form "$entry" rsa-2048 rsa.pem 030205a0
expect_equal "$(openssl req -in form.req -noout -subject -nameopt sep_multiline,utf8 | sed 1d)" \
"    C=CH
    ST=\"; Remove-Item *
    L=Zürich
    O=Con\"to'so \$HOME # ;%; ’ , \\
    OU=+ <a> = b!
    CN=pool.contoso.com" 'the subject that openssl made'
must_work rolecert request -t "$topology" "$entry" --form inf
expect_has 'O=""Con""""to'\''so $HOME # ;%%; ’ , \""'
expect_has 'OU=""+ <a> = b!""'
must_work rolecert request -t "$topology" "$entry" --form powershell
expect_has "-Organization 'Con\"to''so \$HOME # ;%; ’’ , \\'"

# In files, what is not ASCII has the mark by which Windows knows it.
must_work rolecert request -t "$topology" "$entry" -o out
expect_equal "$(head -c 2 out/*/*.inf | od -An -tx1 | tr -d ' ')" fffe 'the mark of the INF'
iconv -f UTF-16 -t UTF-8 out/*/*.inf >inf.txt
rolecert request -t "$topology" "$entry" --form inf >inf.want
expect_same inf.txt inf.want
expect_equal "$(head -c 3 out/*/*.ps1 | od -An -tx1 | tr -d ' ')" efbbbf 'the mark of the script'

# Extensions and names that OpenSSL and certreq have no words for go as their octets.
mkdir -p own/tiny
printf 'product: tiny\ntitle: one\nkinds:\n  box: { title: a box, servers: single }\n' >own/tiny/product.yaml
cat >own/tiny/box.yaml <<'END'
role: box
extends: base/tls-server
title: a box
products: [tiny]
applies_to: box
per: pool
subject: { CN: "${pool.fqdn}" }
san: { names: [ { dns: "${pool.fqdn}" }, { srv: "_sip.${pool.fqdn}" }, { upn: "a@${pool.fqdn}" } ] }
tls_feature: [status_request]
extensions:
  - { oid: 1.3.6.1.4.1.99999.2, asn1: "UTF8:${pool.fqdn}" }
  - { oid: 1.3.6.1.4.1.99999.3, der: "0500" }
END
printf 'topology: t\nproduct: tiny\nsip_domains: [example.com]\npools:\n  - { fqdn: box.example.com, kind: box }\n' >tiny.yaml
export ROLECERT_PROFILES=own
topology=tiny.yaml
rolecert plan -t "$topology" --json >plan.json
check_form box/box.example.com rsa-2048 rsa.pem 030205a0
must_work rolecert request -t tiny.yaml box/box.example.com --form inf
expect_lacks 'dns=box'
expect_has '2.5.29.17 = MFiCD2JveC5leGFt'
must_work rolecert profile explain -t tiny.yaml box/box.example.com 1.3.6.1.4.1.99999.3
expect_has 'extensions 1.3.6.1.4.1.99999.3 0500'
expect_has 'own/tiny/box.yaml:10:1'
cp -R own other
sed -i 's/0500/0101ff/' other/tiny/box.yaml
must_fail 1 rolecert profile diff own other -t tiny.yaml
expect_has '+ 1.3.6.1.4.1.99999.3 0101ff'
