# Answers to OCSP requests: beforehand and to a request, by the CA's key and by a
# delegated one, as OpenSSL and GnuTLS take them.
need openssl ocsptool

must_work rolecert -q lab lab
. lab/env.sh
module=$(sed -n 's/^module: *//p' lab/ca/ca.yaml | tr -d '"')
serial() { openssl x509 -in "$1" -noout -serial | sed 's/.*=//' | tr A-F a-f; }
good=lab/certs/reverse-proxy--proxy.contoso.net.pem
gone=lab/certs/edge-external--lsedge.contoso.net.pem
held=lab/certs/edge-internal--lsedge.contoso.net.pem
must_work rolecert revoke $gone --reason keyCompromise
must_work rolecert revoke $held --reason certificateHold

# asked CERT...: a request for these, with the options of `openssl ocsp` in $with.
asked() {
	local list=() cert
	for cert in "$@"; do list+=(-cert "$cert"); done
	# shellcheck disable=SC2086
	openssl ocsp ${with:-} -issuer lab/ca/ca.pem "${list[@]}" -reqout question.der >/dev/null 2>&1
}
# answered RESPONSE CERT...: what openssl says of it.  verified RESPONSE: with the request.
answered() {
	local response=$1 list=() cert
	shift
	for cert in "$@"; do list+=(-cert "$cert"); done
	# shellcheck disable=SC2086
	openssl ocsp ${with:-} -no_nonce -issuer lab/ca/ca.pem "${list[@]}" -respin "$response" -CAfile lab/chain.pem 2>&1
}
verified() { openssl ocsp -reqin question.der -respin "$1" -CAfile lab/chain.pem -verify_other lab/ca/ca.pem 2>&1; }

# One request, several certificates, a nonce; by the CA's own key.
asked $good $gone $held
must_work rolecert ocsp sign --request question.der -o answer.der --json
expect_json '.responses == 1 and ([.answers[].status] == ["good", "revoked", "revoked"]) and .answers[1].reason == "keyCompromise"'
must_work verified answer.der
expect_has 'Response verify OK'
expect_lacks nonce
must_work answered answer.der $good $gone $held
for text in 'Response verify OK' "$good: good" "$gone: revoked" 'Reason: keyCompromise' "$held: revoked" 'Reason: certificateHold'; do
	expect_has "$text"
done
must_work ocsptool -e --load-signer=lab/ca/ca.pem --infile answer.der
expect_has Success
must_work ocsptool -j --infile answer.der
expect_has 'Certificate Status: revoked'

# sha256 in the CertID, no nonce; an answer to another request has another nonce.
with='-sha256 -no_nonce' asked $gone
must_work rolecert ocsp sign --request question.der -o plain.der
expect_has 'revoked, keyCompromise'
with=-sha256 must_work answered plain.der $gone
expect_has "$gone: revoked"
must_work verified plain.der
asked $good
must_work verified plain.der
expect_has 'no nonce in response'
must_fail 1 verified answer.der
expect_has 'Nonce Verify error'

# Another CA's certificate, and a serial that there is not, are unknown.
openssl ocsp -issuer lab/root/ca.pem -cert lab/ca/ca.pem -issuer lab/ca/ca.pem -serial 0x1234 -reqout question.der >/dev/null 2>&1
must_work rolecert ocsp sign --request question.der -o answer.der --json
expect_json '[.answers[].status] == ["unknown", "unknown"]'

# A request that is none.
echo nothing >none.der
must_fail 3 ocsp-request rolecert ocsp sign --request none.der -o none.ocsp
expect_no_file none.ocsp
must_fail 2 rolecert ocsp sign --request question.der
must_fail 6 folder rolecert ocsp sign -o question.der
must_fail 2 option-value rolecert ocsp sign -o . --hash md5
must_fail 2 ledger-unknown rolecert ocsp sign 0badc0de0badc0de0badc0de -o nowhere
expect_no_file nowhere

# A responder of its own: in the topology an entry like all others.
cat >responder.yaml <<'END'
topology: responder
product: generic
sip_domains: [contoso.com]
pools:
  - { fqdn: ocsp.contoso.com, kind: ocsp-signer, name: Contoso OCSP }
END
must_work rolecert request -t responder.yaml ocsp-signer/ocsp.contoso.com \
    --token 'pkcs11:token=rolecert-lab;object=ocsp' --module "$module" -o ocsp.csr
must_work rolecert issue -t responder.yaml ocsp-signer/ocsp.contoso.com --csr ocsp.csr -o lab/ca/ocsp.pem
configure() { echo "ocsp: { key: \"pkcs11:token=rolecert-lab;object=$1\", certificate: $2, days: 3 }" >.line
	sed -i -e '/^ocsp:/d' -e '/^crl:/r .line' lab/ca/ca.yaml; }
configure ocsp ocsp.pem
must_fail 4 policy-changed rolecert ocsp sign -o .
must_work rolecert ca policy accept
must_work rolecert ocsp sign -o all --json
expect_json ".responder == \"CN=Contoso OCSP\" and .responses == $(ls lab/certs | wc -l) + 1"
expect_equal "$(ls all | wc -l)" "$(($(ls lab/certs | wc -l) + 1))" responses
for cert in lab/certs/*.pem; do
	want=good
	[ $cert != $gone ] && [ $cert != $held ] || want=revoked
	must_work openssl ocsp -issuer lab/ca/ca.pem -cert $cert -respin all/$(serial $cert).ocsp -CAfile lab/chain.pem -no_nonce
	expect_has "$cert: $want"
	expect_err 'Response verify OK'
done
must_work ocsptool -e --load-signer=lab/ca/ocsp.pem --infile all/$(serial $good).ocsp
expect_has Success
mkdir sha256
must_work rolecert ocsp sign "$(serial $good)" --hash sha256 -o sha256
expect_equal "$(ls sha256)" "$(serial $good).ocsp" 'one response'
must_work openssl ocsp -sha256 -issuer lab/ca/ca.pem -cert $good -respin sha256/$(serial $good).ocsp -CAfile lab/chain.pem -no_nonce
expect_has "$good: good"

# Who may not answer: another certificate of the CA; one that was taken back.
cp $good lab/ca/other.pem
configure ocsp other.pem
must_fail 4 ocsp-signer rolecert ocsp sign -o all
configure ocsp ocsp.pem
must_work rolecert revoke lab/ca/ocsp.pem --reason superseded
must_fail 4 ocsp-signer rolecert ocsp sign -o all

# The record holds each, and its signature.
must_work rolecert ledger verify --signatures
expect_has whole
