# heavy: most of it is OpenSSL
# The forms of every shipped role: what OpenSSL makes of them, asked by a server and
# issued by a CA, has the planned extensions to the octet, in their order.

need openssl jq

# Topologies that have every role between them, all but those of CAs themselves.
cat >generic.yaml <<'END'
topology: generic
product: generic
sip_domains: [example.com, example.net]
pools:
  - { fqdn: www.example.com, kind: web-server, aliases: [shop.example.com], servers: [w1.example.com] }
  - { fqdn: mesh.example.com, kind: mutual-tls, servers: [m1.example.com] }
  - { fqdn: agents.example.com, kind: tls-client, servers: [a1.example.com] }
  - { fqdn: sip.example.com, kind: sip-server, servers: [s1.example.com] }
  - { fqdn: im.example.com, kind: xmpp-server }
  - { fqdn: ocsp.example.com, kind: ocsp-signer, name: Example OCSP }
  - { fqdn: ledger.example.com, kind: ledger-signer, name: Example Ledger }
  - { fqdn: ann.example.com, kind: officer, name: Ann Example, email: ann@example.com }
END
cat >lync.yaml <<'END'
topology: lync
product: lync-2013
sip_domains: [contoso.com, { name: fabrikam.com, xmpp: true }]
clients: { strict_dns: true }
public_im: { aol: true }
simple_urls: { meet: { contoso.com: meet.contoso.com }, dialin: dialin.contoso.com, admin: admin.contoso.com }
pools:
  - { fqdn: se.contoso.com, kind: standard-edition, auto_logon: true, web: { external: se-web.contoso.com } }
  - { fqdn: ee.contoso.com, kind: front-end, servers: [ee1.contoso.com], web: { internal: eeweb.contoso.com, external: ee-web.contoso.com } }
  - { fqdn: dir.contoso.com, kind: director, servers: [dir1.contoso.com], web: { external: dir-web.contoso.com } }
  - { fqdn: med.contoso.com, kind: mediation, servers: [med1.contoso.com] }
  - { fqdn: sba.contoso.com, kind: branch-appliance }
  - { fqdn: edge.contoso.com, kind: edge, servers: [edge1.contoso.com], external: { access: sip.contoso.com, webcon: webcon.contoso.com, av: av.contoso.com } }
  - { fqdn: rp.contoso.com, kind: reverse-proxy }
  - { fqdn: chat.contoso.com, kind: persistent-chat, servers: [chat1.contoso.com] }
  - { fqdn: owa.contoso.com, kind: office-web-apps, external: owas.contoso.com, servers: [owa1.contoso.com] }
  - { fqdn: um.contoso.com, kind: exchange-um, servers: [um1.contoso.com] }
  - { fqdn: mail.contoso.com, kind: exchange-owa, servers: [mail1.contoso.com] }
choices:
  edge-external: { av_authentication: separate, shared_key: exportable }
END
sed -e 's/^topology: lync/topology: combined/' lync.yaml >combined.yaml
printf 'roles: { standard-edition-combined: include, front-end-combined: include, director-combined: include }\n' >>combined.yaml
cat >ocs.yaml <<'END'
topology: ocs
product: ocs-2007r2
sip_domains: [contoso.com, fabrikam.com]
pools:
  - { fqdn: ee.contoso.com, kind: front-end, auto_logon: true, servers: [ee1.contoso.com], web: { internal: eeweb.contoso.com, external: ee-web.contoso.com } }
  - { fqdn: conf.contoso.com, kind: web-conferencing, servers: [conf1.contoso.com] }
  - { fqdn: av.contoso.com, kind: av-conferencing, servers: [av1.contoso.com] }
  - { fqdn: se.contoso.com, kind: standard-edition }
  - { fqdn: edge.contoso.com, kind: edge, servers: [edge1.contoso.com], external: { access: sip.contoso.com, webcon: webcon.contoso.com, av: avx.contoso.com } }
  - { fqdn: cwa.contoso.com, kind: communicator-web-access, url: im.contoso.com, servers: [cwa1.contoso.com] }
  - { fqdn: rp.contoso.com, kind: reverse-proxy, web: { external: ee-web.contoso.com } }
END

# "[critical ]OCTETS" of each extension, in order.
octets() {
	awk '/BOOLEAN/ { critical = "critical " }
		/OCTET STRING/ { sub(/.*\[HEX DUMP\]:/, ""); print critical tolower($0) }
		/OBJECT/ { critical = "" }'
}
asked() {
	openssl asn1parse -in "$1" | sed -n '/Extension Request/,$p' | octets
}
# What depends on a key alone stands as a word.
issued() {
	openssl asn1parse -in "$1" | sed -n '/cont \[ 3 \]/,$p' | octets |
		sed 's/^0414.\{40\}$/SKI/; s/^30168014.\{40\}$/AKI/'
}
# ROLE KIND SIDE: for the first entry of each role, a head and a line for each extension.
wanted() {
	jq -r --arg kind "$1" '.entries | unique_by(.role)[] | . as $entry | ("asked", "issued") |
		. as $side | "== \($entry.id) \($side)", ($entry.extensions[] |
		(if .critical then "critical " else "" end) +
		(if .name == "keyUsage" then
			{ "digitalSignature keyEncipherment": "030205a0", "digitalSignature": "03020780" }[
				$entry.key_usage[$kind] | join(" ")]
		elif .der != null then .der
		elif $side == "asked" then empty
		elif .name == "subjectKeyIdentifier" then "SKI"
		elif .name == "authorityKeyIdentifier" then "AKI" else empty end))' plan.json
}

must_work openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=CA \
    -keyout ca.key -out ca.pem -days 30
openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem

check_entry() { # ENTRY STEM KIND
	openssl req -new -batch -key "$3.pem" -config "$3/$2.cnf" -out x.req
	openssl x509 -req -in x.req -CA ca.pem -CAkey ca.key -set_serial 1 -days 2 \
	    -extfile "$3/$2.cnf" -extensions certificate -out x.pem 2>/dev/null
	echo "== $1 asked" && asked x.req
	echo "== $1 issued" && issued x.pem
}

: >seen.txt
for topology in generic lync combined ocs; do
	rolecert plan -t $topology.yaml --json >plan.json
	if [ $topology = combined ]; then
		jq '.entries |= map(select(.role | endswith("-combined")))' plan.json >some.json
		mv some.json plan.json
	fi
	jq -r '.product as $p | .entries[] | "\($p) \(.role)"' plan.json >>seen.txt
	jq -r '.entries | unique_by(.role)[].id' plan.json >entries.txt
	rm -rf rsa ec
	for kind in rsa:rsa-2048 ec:ec-p256; do
		must_work rolecert profile compile -t $topology.yaml --emit openssl \
		    --type "${kind#*:}" -o "${kind%:*}"
		wanted "${kind%:*}" >want.txt
		while read -r entry; do
			check_entry "$entry" "${entry//\//--}" "${kind%:*}"
		done <entries.txt >have.txt
		expect_same have.txt want.txt
	done
done
for product in generic lync-2013 ocs-2007r2; do
	rolecert profile list $product --json | jq -r '.[] | "\(.product) \(.role)"'
done | grep -v -- '-ca$' | sort >roles.txt
sort -u seen.txt >planned.txt
expect_same planned.txt roles.txt

# An INF has every extension that a request may hold, and what the choice says of the key.
must_work rolecert profile compile -t lync.yaml edge-external/edge.contoso.com --emit inf
for line in 'Subject = "CN=sip.contoso.com"' 'KeyLength = 2048' 'KeySpec = 1' 'KeyUsage = 0xA0' 'Exportable = TRUE' \
    '; The key may be exported' 'MachineKeySet = TRUE' 'SMIME = FALSE' 'RequestType = PKCS10' 'HashAlgorithm = sha256' \
    'ProviderType = 12' 'FriendlyName = "edge-external/edge.contoso.com"' 'OID = 1.3.6.1.5.5.7.3.2' \
    '2.5.29.17 = "{text}"' '2.5.29.19 = "{hex}3000"' 'Critical = 2.5.29.19'; do
	expect_has "$line"
done
sed -n 's/^_continue_ = "dns=\(.*\)&".*/\1/p' .out >inf.txt
rolecert plan -t lync.yaml --json >plan.json
jq -r '.entries[] | select(.id == "edge-external/edge.contoso.com") | .san[].value' plan.json >names.txt
expect_same inf.txt names.txt
must_work rolecert profile compile -t generic.yaml ocsp-signer/ocsp.example.com --emit inf --type ec-p384
expect_has '1.3.6.1.5.5.7.48.1.5 = "{hex}0500"'
expect_has 'KeyAlgorithm = ECDSA_P384'
expect_lacks KeySpec
expect_lacks 2.5.29.17

# The others, and what cannot be said.
must_work rolecert profile compile -t lync.yaml edge-external/edge.contoso.com --emit powershell
expect_has '-PrivateKeyExportable $true'
must_work rolecert profile compile -t lync.yaml edge-external/edge.contoso.com
expect_json '.id == "edge-external/edge.contoso.com"'
must_work rolecert profile compile -t lync.yaml --emit json
expect_equal "$(wc -l <.out)" "$(jq '.entries | length' plan.json)" 'entries, one a line'
must_work rolecert profile compile -t generic.yaml --emit powershell
expect_err 'no certificate type'
must_fail 2 request-form rolecert profile compile -t generic.yaml officer/ann.example.com --emit powershell
must_fail 2 option-value rolecert profile compile lync-2013 --emit inf
must_fail 2 option-value rolecert profile compile -t lync.yaml --emit in
expect_err "did you mean 'inf'?"
must_fail 2 missing-argument rolecert profile compile
must_fail 2 no-such-entry rolecert profile compile -t lync.yaml edge/edge.contoso.com --emit inf
