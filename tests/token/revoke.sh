# Certificates taken back, and the lists by which the world learns of it.

must_work rolecert -q lab lab
. lab/env.sh
entry=edge-external/lsedge.contoso.net
cert=lab/certs/edge-external--lsedge.contoso.net.pem
serial() { openssl x509 -in "$1" -noout -serial | sed 's/.*=//'; }
lists() { openssl crl -in "$1" -noout -text; }

# The lab published a list for each of its CAs.
for ca in root ca; do
	must_work openssl crl -inform DER -in lab/$ca.crl -noout -CAfile lab/$ca/ca.pem
done

# Nothing yet: a list without entries, which openssl takes.
must_work rolecert crl -o empty.crl
expect_err 'list '
openssl crl -inform DER -in empty.crl -out empty.pem
must_work openssl crl -in empty.pem -noout -CAfile lab/ca/ca.pem
expect_equal "$(lists empty.pem | grep -c 'Serial Number:' || true)" 0 entries
module=$(sed -n 's/^module: *//p' lab/ca/ca.yaml | tr -d '"')
must_work rolecert ca init --key 'pkcs11:token=rolecert-lab;object=root' --module "$module" \
    --self-signed --subject CN=Other other
must_fail 4 crl-no-base env ROLECERT_CA=other rolecert crl --delta
must_work env ROLECERT_CA=other rolecert crl
expect_has 'BEGIN X509 CRL'

# verified LIST CERT: what openssl says of the certificate with this list.
verified() {
	openssl verify -crl_check -x509_strict -partial_chain -trusted lab/ca/ca.pem \
	    -CRLfile "$1" "$2"
}
must_work verified empty.pem "$cert"

# By entry, by certificate, by serial; each with its reason.
must_fail 2 revoke-reason rolecert revoke "$entry" --reason cACompromise
must_fail 2 revoke-reason rolecert revoke "$entry" --reason compromised
must_fail 2 ledger-unknown rolecert revoke 0badc0de
must_fail 2 rolecert revoke no/such/entry
must_work rolecert revoke "$entry" --reason superseded
expect_has "$entry"
must_fail 4 revoke-state rolecert revoke "$cert"
must_fail 2 revoke-invalidity rolecert revoke lab/certs/oauth.pem --reason keyCompromise --invalidity-date 2999-01-01
must_fail 2 revoke-invalidity rolecert revoke lab/certs/oauth.pem --reason keyCompromise --invalidity-date yesterday
must_fail 2 revoke-invalidity rolecert revoke lab/certs/oauth.pem --reason certificateHold --invalidity-date 2026-01-02
must_fail 2 usage rolecert revoke lab/certs/oauth.pem --release --invalidity-date 2026-01-02
must_work rolecert revoke lab/certs/oauth.pem --reason keyCompromise --invalidity-date 2026-01-02 --json
expect_json '.[0].reason == "keyCompromise" and .[0].entry == "oauth" and .[0].invalidity_date == "2026-01-02T00:00:00Z"'
must_work rolecert ledger show "$(serial lab/certs/oauth.pem)" --json
expect_json '.reason == "keyCompromise since 2026-01-02T00:00:00Z" and .invalidity_date == "2026-01-02T00:00:00Z"'
# the key is known for it, for whatever entry it is used again
must_fail 4 key-revoked rolecert issue -t lab/topology.yaml oauth --csr lab/csrs/oauth.csr --renew
held=lab/certs/edge-internal--lsedge.contoso.net.pem
must_work rolecert revoke "$(serial "$held")" --reason certificateHold
must_work rolecert ledger show "$(serial "$held")"
expect_has HELD

must_work rolecert crl -o full.pem
lists full.pem >full.txt
expect_equal "$(grep -c 'Serial Number:' full.txt)" 3 entries
for word in 'Superseded' 'Key Compromise' 'Certificate Hold'; do
	if grep -q "$word" full.txt; then good; else bad "the list lacks '$word'"; fi
done
expect_equal "$(grep -A 1 'Invalidity Date' full.txt | tail -n 1 | tr -d ' ')" 'Jan200:00:002026GMT' 'invalidity date'
must_work openssl crl -in full.pem -noout -CAfile lab/ca/ca.pem
must_work rolecert ledger verify --signatures
must_fail 2 verified full.pem "$cert"
must_fail 2 verified full.pem "$held"
must_work verified full.pem lab/certs/reverse-proxy--proxy.contoso.net.pem

# From hold it comes back; a delta says so, and the next list no longer has it.
must_fail 4 revoke-state rolecert revoke "$cert" --release
must_work rolecert revoke "$held" --release
must_work rolecert crl --delta -o delta.pem
lists delta.pem >delta.txt
for word in 'Delta CRL Indicator: critical' 'Remove From CRL'; do
	if grep -q "$word" delta.txt; then good; else bad "the delta lacks '$word'"; fi
done
must_work rolecert crl --json -o again.pem
expect_json '.entries == 2 and .base == null'
must_work verified again.pem "$held"

# Numbers grow, whatever the clock says.
numbers=$(for f in empty.pem full.pem delta.pem again.pem; do
	lists $f | sed -n '/CRL Number/{n;s/ *//p;}'
done)
expect_equal "$(sort -n -u <<<"$numbers")" "$numbers" 'numbers in order'

# All certificates of a key at once; the same key can be asked for again only then.
must_work rolecert issue -t lab/topology.yaml "$entry" --csr lab/csrs/edge-external--lsedge.contoso.net.csr -o new.pem
must_work rolecert revoke new.pem --reason keyCompromise --same-key
must_work rolecert ledger verify --signatures
expect_has whole

# By key, of which somebody has found the private one: a public key, a request, a digest.
entry=director/dirpool.contoso.com/dir01.contoso.com
file=lab/certs/${entry//\//--}.pem
csr=lab/csrs/${entry//\//--}.csr
must_work rolecert issue -t lab/topology.yaml $entry --csr $csr --renew -o two.pem
openssl x509 -in $file -noout -pubkey >key.pub
openssl pkey -pubin -in key.pub -outform DER -out key.der
must_work rolecert revoke key.pub --reason certificateHold --json
expect_json 'length == 2 and all(.entry == "'$entry'")'
must_work rolecert revoke key.der --release --json
expect_json 'length == 2'
must_work rolecert revoke "sha256:$(sha256sum key.der | cut -d' ' -f1)" --reason certificateHold --json
expect_json 'length == 2'
must_fail 2 ledger-unknown rolecert revoke "sha256:$(sha256sum $csr | cut -d' ' -f1)"
must_work rolecert revoke "$(serial two.pem)" --release --same-key --json
expect_json 'length == 2'
must_work rolecert revoke $csr --reason keyCompromise --json
expect_json 'length == 2'
must_fail 2 ledger-unknown rolecert revoke key.pub
must_fail 4 key-revoked rolecert issue -t lab/topology.yaml $entry --csr $csr --renew
must_fail 3 cert-malformed rolecert revoke lab/topology.yaml
expect_err 'no request and no public key either'
# By entry, and what else has its key.
entry=mediation/medpool.contoso.com/med01.contoso.com
must_work rolecert issue -t lab/topology.yaml $entry --csr lab/csrs/${entry//\//--}.csr --renew
must_work rolecert revoke $entry --same-key --json
expect_json 'length == 2'
# A certificate of somebody else with a serial number of ours is not ours.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout false.key -days 30 \
    -subj /CN=false -set_serial "0x$(serial lab/certs/exchange-um--um01.contoso.com--um01.contoso.com.pem)" -out false.pem 2>/dev/null
must_fail 2 ledger-unknown rolecert revoke false.pem
expect_err 'is not the certificate that this CA signed'
must_work rolecert ledger verify

# For users alone, as ca.yaml asks: a list that no verifier takes for a CA's certificate, and
# that is not made while one of a CA is revoked.
sed -i '/^crl:/d' lab/ca/ca.yaml lab/root/ca.yaml
echo 'crl: { days: 7, only: everybody }' >>lab/ca/ca.yaml
must_fail 3 rolecert crl -o users.pem
sed -i 's/^crl:.*/crl: { days: 7, only: users }/' lab/ca/ca.yaml
must_work rolecert ca policy accept
must_work rolecert crl -o users.pem
must_work openssl crl -in users.pem -noout -text
expect_has 'Only User Certificates'
must_work openssl verify -crl_check -extended_crl -x509_strict -partial_chain -trusted lab/ca/ca.pem -CRLfile users.pem lab/certs/reverse-proxy--proxy.contoso.net.pem
must_fail 2 openssl verify -crl_check -extended_crl -x509_strict -partial_chain -trusted lab/ca/ca.pem -CRLfile users.pem "$cert"
must_work rolecert ledger verify
echo 'crl: { days: 7, only: cas }' >>lab/ca/ca.yaml
sed -i '/only: users/d' lab/ca/ca.yaml
must_work rolecert ca policy accept
must_fail 4 crl-only rolecert crl -o never.pem
expect_no_file never.pem
