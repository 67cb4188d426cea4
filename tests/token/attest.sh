# What other parties say of a checkpoint: cosignatures, time stamps (by `openssl ts`).

need openssl python3

must_work rolecert -q lab lab
. lab/env.sh
module=$(sed -n 's/^module: *//p' lab/ca/ca.yaml | tr -d '"')
cat >signer.yaml <<'END'
topology: contoso-pki
product: generic
sip_domains: [contoso.com]
pools:
  - { fqdn: ledger.contoso.com, kind: ledger-signer, name: Contoso Ledger }
END
must_work rolecert request -t signer.yaml ledger-signer/ledger.contoso.com \
    --token 'pkcs11:token=rolecert-lab;object=ledger' --module "$module" -o ledger.csr
must_work rolecert issue -t signer.yaml ledger-signer/ledger.contoso.com --csr ledger.csr -o lab/ca/ledger.pem
# configure MORE: under `checkpoint`
configure() {
	sed -i '/^checkpoint:/d' lab/ca/ca.yaml
	echo "checkpoint: { every: 1000, max_age: 9d, key: \"pkcs11:token=rolecert-lab;object=ledger\", certificate: ledger.pem$1 }" >>lab/ca/ca.yaml
	must_work rolecert ca policy accept
}
configure ''
openssl req -x509 -newkey rsa:2048 -nodes -keyout notary.key -subj /CN=Notary -days 1 -out notary.pem 2>/dev/null
cat >tsa.cnf <<'END'
[req]
distinguished_name = dn
x509_extensions = ext
prompt = no
[dn]
CN = Stamps
[ext]
extendedKeyUsage = critical, timeStamping
[tsa]
default_tsa = stamps
[stamps]
serial = serial
signer_cert = tsa.pem
signer_key = tsa.key
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256
accuracy = secs:1
ess_cert_id_alg = sha256
END
echo 01 >serial
openssl req -config tsa.cnf -x509 -newkey rsa:2048 -nodes -keyout tsa.key -days 1 -out tsa.pem 2>/dev/null
key_of() { openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -c1-64; }
cosign() { openssl cms -sign -binary -in "$1" -signer notary.pem -inkey notary.key -outform DER -out "$2"; }

must_fail 1 attest-checkpoint rolecert ledger checkpoint --timestamp-request none.tsq
must_work rolecert ledger checkpoint
cp .out one.txt
cosign one.txt one.cms
must_fail 4 attest-signer rolecert ledger checkpoint --cosignature one.cms
expect_err "sha256:$(key_of notary.pem)"
must_fail 4 policy-changed bash -c "sed -i 's/, certificate: ledger.pem/&, cosigners: [\"sha256:$(key_of notary.pem)\"]/' lab/ca/ca.yaml; rolecert ledger checkpoint --cosignature one.cms"
sed -i 's/cosigners: \[[^]]*\]/cosigners: ["sha256:00"]/' lab/ca/ca.yaml
must_fail 3 ca-config rolecert ledger checkpoint --cosignature one.cms
configure ", cosigners: [\"sha256:$(key_of notary.pem)\"], tsa: [\"sha256:$(key_of tsa.pem)\"]"
must_work rolecert ledger checkpoint --cosignature one.cms --json
cp .out cosigned.json
expect_json '.recorded == "cosign" and .stamped == null'
must_work rolecert ledger checkpoint --cosignature one.cms
expect_has "cosigned by 'CN=Notary'"
cosign signer.yaml other.cms
must_fail 1 attest-checkpoint rolecert ledger checkpoint --cosignature other.cms
must_fail 3 cms-detached rolecert ledger checkpoint --cosignature one.txt
must_fail 2 extra-argument rolecert ledger checkpoint --cosignature one.cms -o x

must_work rolecert ledger checkpoint --json
expect_schema ledger-checkpoint
must_work rolecert ledger checkpoint
cp .out two.txt
must_work rolecert ledger checkpoint --timestamp-request two.tsq --json
expect_schema ledger-timestamp-request
expect_equal "$(jq -r .request .out)" "$(od -An -v -tx1 two.tsq | tr -d ' \n')" 'the request'
openssl ts -query -in two.tsq -text >query.txt
grep -q 'sha256' query.txt && grep -q 'Nonce: 0x' query.txt && good || bad 'the request is another one'
openssl ts -reply -config tsa.cnf -section stamps -queryfile two.tsq -out two.tsr 2>ts.err || bad "$(cat ts.err)"
must_work openssl ts -verify -data two.txt -in two.tsr -CAfile tsa.pem
must_work rolecert ledger checkpoint --timestamp two.tsr --json
cp .out stamped.json
expect_json '.recorded == "timestamp" and .signer == "CN=Stamps" and (.stamped | length) == 20'
expect_schema ledger-attested cosigned.json stamped.json
# of another text, without its nonce, damaged, by another TSA, of none
openssl ts -query -data signer.yaml -sha256 -cert -out other.tsq 2>/dev/null
openssl ts -reply -config tsa.cnf -section stamps -queryfile other.tsq -out other.tsr 2>/dev/null
must_fail 1 attest-checkpoint rolecert ledger checkpoint --timestamp other.tsr
openssl ts -query -data two.txt -sha256 -cert -no_nonce -out plain.tsq 2>/dev/null
openssl ts -reply -config tsa.cnf -section stamps -queryfile plain.tsq -out plain.tsr 2>/dev/null
must_fail 1 attest-checkpoint rolecert ledger checkpoint --timestamp plain.tsr
expect_err 'time stamp'
{ head -c -1 two.tsr; printf '\0'; } >bad.tsr
must_fail 1 attest-checkpoint rolecert ledger checkpoint --timestamp bad.tsr
must_fail 3 timestamp-malformed rolecert ledger checkpoint --timestamp two.tsq
openssl req -config tsa.cnf -x509 -newkey rsa:2048 -nodes -keyout tsa.key -days 1 -out tsa.pem 2>/dev/null
openssl ts -reply -config tsa.cnf -section stamps -queryfile two.tsq -out foreign.tsr 2>/dev/null
must_fail 4 attest-signer rolecert ledger checkpoint --timestamp foreign.tsr

must_work rolecert ledger verify --signatures

expect_has 'whole'
