# One certificate from one request: `rolecert issue` in the lab of this case.

need openssl jq
must_work rolecert -q lab lab
. lab/env.sh
topology=lab/topology.yaml
entry=edge-external/lsedge.contoso.net

openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=another.example.com \
    -addext 'subjectAltName=DNS:another.example.com' -out wrong-names.csr 2>/dev/null
openssl req -new -key key.pem -subj /CN=sip.contoso.com -outform DER -out plain.der 2>/dev/null

# The entry has a certificate already.
must_fail 4 issue-again rolecert issue -t "$topology" "$entry" --csr plain.der
expect_silent
expect_err 'for another key'

# The same request gets the same certificate, and nothing is recorded.
events=$(rolecert --json ledger list | jq length)
must_work rolecert issue -t "$topology" "$entry" --csr lab/csrs/edge-external--lsedge.contoso.net.csr
expect_err 'already issued: '
cmp .out lab/certs/edge-external--lsedge.contoso.net.pem && good || bad 'another certificate than before'
must_work rolecert issue -t "$topology" "$entry" --csr lab/csrs/edge-external--lsedge.contoso.net.csr --json
expect_json '.already'
expect_equal "$(rolecert --json ledger list | jq length)" "$events" 'entries after the same request'

must_work rolecert issue -t "$topology" "$entry" --csr plain.der --renew
openssl x509 -in .out -noout -subject -ext subjectAltName >got.txt
grep -q 'DNS:sip.contoso.com, DNS:webcon.contoso.com' got.txt && good || bad "names: $(cat got.txt)"

# What the request asks for is reported and not used; or refused.
must_work rolecert issue -t "$topology" "$entry" --csr wrong-names.csr --renew
expect_err '[request-differs]'
openssl x509 -in .out -noout -text >got.txt
if grep -q another.example.com got.txt; then
	bad "a name of the request came through"
else
	good
fi
must_fail 4 request-differs rolecert issue -t "$topology" "$entry" --csr wrong-names.csr --renew --strict-request
expect_silent

# Every wrapping that Windows writes.
openssl req -in plain.der -inform DER -out plain.pem
sed 's/BEGIN CERT/BEGIN NEW CERT/; s/END CERT/END NEW CERT/; s/$/\r/' plain.pem >crlf.req
grep -v -- ----- plain.pem >bare.req
{ printf '\377\376'; iconv -f ASCII -t UTF-16LE crlf.req; } >utf16.req
{ printf '\357\273\277'; cat plain.pem; } >bom.req
for request in plain.pem crlf.req bare.req utf16.req bom.req; do
	must_work rolecert issue -t "$topology" "$entry" --csr "$request" --renew
done

# Forms, by suffix and by word.
for form in edge.pem edge.cer edge.p7b edge-chain.pem; do
	must_work rolecert issue -t "$topology" "$entry" --csr plain.der --renew -o "$form"
	expect_silent
	expect_file "$form"
done
must_work openssl x509 -in edge.cer -inform DER -noout
must_work openssl pkcs7 -in edge.p7b -inform DER -print_certs -noout
must_work rolecert check -t "$topology" "$entry" edge.pem
must_work rolecert issue -t "$topology" "$entry" --csr plain.der --renew --json
expect_json '.entry == "edge-external/lsedge.contoso.net" and (.already | not) and (.certificate | startswith("-----BEGIN"))'
before=$(rolecert --json ledger list | jq length)
must_fail 2 option-value rolecert issue -t "$topology" "$entry" --csr plain.der --renew -o edge.doc
must_fail 2 option-value rolecert issue -t "$topology" "$entry" --csr plain.der --renew --form docx
must_fail 2 no-such-entry rolecert issue -t "$topology" edge-external/lsedge.contoso.nett --csr plain.der
expect_err "did you mean 'edge-external/lsedge.contoso.net'?"
must_fail 6 folder rolecert issue -t "$topology" "$entry" --csr plain.der --renew -o no/such/edge.pem
must_fail 3 file-read rolecert issue -t "$topology" "$entry" --csr nowhere.csr
expect_equal "$(rolecert --json ledger list | jq length)" "$before" 'entries after refusals'

# Requests that no other refusal covers: too large, a key that the entry does not admit.
head -c 70000 /dev/zero | base64 >large.csr
must_fail 3 csr-too-large rolecert issue -t "$topology" "$entry" --csr large.csr
openssl genpkey -algorithm ed25519 -out ed25519.pem
openssl req -new -key ed25519.pem -subj /CN=x -out ed25519.csr
must_fail 4 key-not-admitted rolecert issue -t "$topology" "$entry" --csr ed25519.csr --renew
must_fail 4 key-is-ca rolecert issue -t "$topology" "$entry" --csr lab/ca/ca.csr --renew

# `check`: yes, no, and which.
must_work rolecert check -t "$topology" edge.pem
expect_has "satisfied  $entry"
must_fail 1 rolecert check -t "$topology" oauth edge.pem
expect_has 'not satisfied  oauth'
openssl req -x509 -key key.pem -subj /CN=stranger.example.com -days 30 -out stranger.pem 2>/dev/null
must_fail 1 rolecert check -t "$topology" stranger.pem
expect_has 'the nearest is'
# Meant for the Edge, by its CN and most of its names, although others find less to say of it.
openssl req -x509 -key key.pem -subj /CN=sip.contoso.com -days 30 -out near.pem \
    -addext subjectAltName=DNS:webcon.contoso.com,DNS:sip.contoso.com,DNS:sip.fabrikam.com 2>/dev/null
must_fail 1 rolecert check -t "$topology" near.pem
expect_has "not satisfied  edge-external/lsedge.contoso.net"
must_fail 1 rolecert check -t "$topology" "$entry" stranger.pem --json
expect_json '.satisfied == false and any(.findings[]; .rule == "check-subject")'
must_fail 1 rolecert check -t "$topology" stranger.pem --json
expect_json 'type == "array" and all(.[]; .satisfied == false)'

# A wrong PIN is sent once and never shown.
export ROLECERT_PIN_FILE=wrong.pin
pin_file wrong.pin 0000000000000000
must_fail 5 pin-incorrect rolecert issue -t "$topology" "$entry" --csr plain.der --renew
expect_err 'it is not sent again'
expect_lacks 0000000000000000
unset ROLECERT_PIN_FILE
must_fail 5 pin-missing rolecert issue -t "$topology" "$entry" --csr plain.der --renew
ROLECERT_PIN=$(cat lab/pin) must_work rolecert issue -t "$topology" "$entry" --csr plain.der --renew
