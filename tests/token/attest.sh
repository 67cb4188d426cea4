# What other parties say of a checkpoint: cosignatures, time stamps (by `openssl ts`).

need openssl python3

must_work rolecert -q lab lab
. lab/env.sh
ledger_signer_here
# configure MORE: under `checkpoint`
configure() { checkpoints_by "every: 1000, max_age: 9d, certificate: ledger.pem$1"; }
configure ''
openssl req -x509 -newkey rsa:2048 -nodes -keyout notary.key -subj /CN=Notary -days 1 -out notary.pem 2>/dev/null
tsa_here
cosign() { openssl cms -sign -binary -in "$1" -signer notary.pem -inkey notary.key -outform DER -out "$2"; }

must_fail 1 attest-checkpoint rolecert ledger checkpoint --timestamp-request none.tsq
must_work rolecert ledger checkpoint
cp .out one.txt
cosign one.txt one.cms
must_fail 4 attest-signer rolecert ledger checkpoint --cosignature one.cms
expect_err "sha256:$(key_digest notary.pem)"
must_fail 4 policy-changed bash -c "sed -i 's/, certificate: ledger.pem/&, cosigners: [\"sha256:$(key_digest notary.pem)\"]/' lab/ca/ca.yaml; rolecert ledger checkpoint --cosignature one.cms"
sed -i 's/cosigners: \[[^]]*\]/cosigners: ["sha256:00"]/' lab/ca/ca.yaml
must_fail 3 ca-config rolecert ledger checkpoint --cosignature one.cms
configure ", cosigners: [\"sha256:$(key_digest notary.pem)\"], tsa: [\"sha256:$(key_digest tsa.pem)\"]"
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
stamp two.tsq two.tsr
must_work openssl ts -verify -data two.txt -in two.tsr -CAfile tsa.pem
must_work rolecert ledger checkpoint --timestamp two.tsr --json
cp .out stamped.json
expect_json '.recorded == "timestamp" and .signer == "CN=Stamps" and (.stamped | length) == 20'
expect_schema ledger-attested cosigned.json stamped.json
# of another text, without its nonce, damaged, by another TSA, of none
openssl ts -query -data signer.yaml -sha256 -cert -out other.tsq 2>/dev/null
stamp other.tsq other.tsr
must_fail 1 attest-checkpoint rolecert ledger checkpoint --timestamp other.tsr
openssl ts -query -data two.txt -sha256 -cert -no_nonce -out plain.tsq 2>/dev/null
stamp plain.tsq plain.tsr
must_fail 1 attest-checkpoint rolecert ledger checkpoint --timestamp plain.tsr
expect_err 'time stamp'
last=$(tail -c 1 two.tsr | od -An -tu1)
{ head -c -1 two.tsr; printf '%b' "\\0$(printf %03o $((last ^ 1)))"; } >bad.tsr
must_fail 1 attest-checkpoint rolecert ledger checkpoint --timestamp bad.tsr
must_fail 3 timestamp-malformed rolecert ledger checkpoint --timestamp two.tsq
openssl req -config tsa.cnf -x509 -newkey rsa:2048 -nodes -keyout tsa.key -days 1 -out tsa.pem 2>/dev/null
stamp two.tsq foreign.tsr
must_fail 4 attest-signer rolecert ledger checkpoint --timestamp foreign.tsr

must_work rolecert ledger verify --signatures

expect_has 'whole'
