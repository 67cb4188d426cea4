# Every JSON form that the program prints satisfies its schema.

need python3

# schema NAME CMD...: what CMD prints is a document of docs/schema/NAME.json.
schema() {
	local name=$1
	shift
	run "$@"
	expect_schema "$name"
}

schema lab rolecert -q lab lab --json
. lab/env.sh
t=lab/topology.yaml
entry=edge-external/lsedge.contoso.net
cert=lab/certs/edge-external--lsedge.contoso.net.pem
csr=lab/csrs/edge-external--lsedge.contoso.net.csr
module=$(sed -n 's/^module: *//p' lab/ca/ca.yaml | tr -d '"')

schema plan rolecert plan -t $t --json
schema plan rolecert plan -t $t --certs lab/certs --json
schema report rolecert report -t $t --json
schema check rolecert check -t $t $entry $cert --json
schema check rolecert check -t $t $cert --json
schema check rolecert check -t $t oauth $cert --json
schema issue rolecert issue -t $t $entry --csr $csr --renew --json
schema ca-show rolecert ca show --json
schema ca-policy rolecert ca policy show --json
schema token-repin rolecert token repin --json
schema ledger-list rolecert ledger list --json
schema ledger-events rolecert ledger list --events --json
schema ledger-show rolecert ledger show 1 --json
schema revoke rolecert revoke oauth --reason superseded --json
schema crl rolecert crl --json
schema crl-check rolecert crl --check --json
schema crl-import rolecert crl import lab/root.crl --json
mkdir ocsp
schema ocsp-sign rolecert ocsp sign -o ocsp --json
schema ledger-verify rolecert ledger verify --json
rolecert ledger prove 2 -o proof 2>/dev/null
schema ledger-prove rolecert ledger prove 2 -o proof.copy --json
jq -j .proof .out | cmp - proof && cmp proof proof.copy && good || bad 'three proofs of the same are not the same'
printf 'rolecert checkpoint v1\nca-key %064d\n%s\ntime 2026-01-02T03:04:05Z\n' 1 "$(sed -n 2,3p proof)" >known
schema ledger-proof env -u ROLECERT_CA rolecert ledger verify --proof proof --known known --json
# bundles need a checkpoint, for which a lab has no key: token/bundle.sh makes others
schema verify env -u ROLECERT_CA rolecert verify "$TESTS/fuzz/corpus/bundle/revoked" --json
schema ledger-backup rolecert ledger backup copy.db --json
schema ledger-restore rolecert ledger restore copy.db --json
schema ledger-recover rolecert ledger recover --json
openssl req -x509 -newkey rsa:2048 -nodes -keyout ann.key -subj /CN=ann -days 9 -out lab/ca/ann.pem 2>/dev/null
sed -i 's|^approval: .*|approval: { default: automatic, roles: { edge-external: { need: 1, of: [{ name: Ann, cert: ann.pem }] } } }|' lab/ca/ca.yaml
rolecert -q ca policy accept lab/ca >/dev/null
schema issue-waits rolecert issue -t $t $entry --csr $csr --renew --json
schema pending rolecert pending --json
schema pending rolecert pending 1 --json
rolecert approve 1 --text >text
schema decision-text rolecert approve 1 --text --json
jq -j .text .out | cmp - text && good || bad 'two texts to sign are not the same'
schema decision-text rolecert deny 1 --reason mistake --text --json
openssl cms -sign -binary -in text -signer lab/ca/ann.pem -inkey ann.key -outform DER -out text.p7s
schema approve rolecert approve 1 --signature text.p7s --json
schema issue rolecert issue --resume 1 --json
rolecert issue -t $t $entry --csr $csr --renew 2>/dev/null || true
schema approve rolecert deny 2 --reason mistake --json
schema token-list rolecert token list --module "$module" --login --json
schema token-check rolecert token check 'pkcs11:token=rolecert-lab;object=root' --module "$module" --json
schema token-check rolecert token check --level lab --json
schema token-keygen rolecert token keygen 'pkcs11:token=rolecert-lab;object=third' --module "$module" --json
schema topology-check rolecert topology check $t --json
schema profile-list rolecert profile list --json
schema profile-check rolecert profile check lync-2013 --json
schema profile-show rolecert profile show lync-2013 edge-external --json
schema profile-test rolecert profile test "$TOP/profiles/generic" --coverage --json
schema profile-compile rolecert profile compile lync-2013
schema request rolecert profile compile -t $t --json
expect_equal "$(jq -s length .out)" 1 'documents'
schema request rolecert profile compile -t $t $entry --emit inf --json
schema request rolecert request -t $t $entry --form inf -o edge.inf --json
expect_file edge.inf
schema explain rolecert explain --json
schema explain rolecert explain usage --json
schema error rolecert plan -t nowhere.yaml --json
schema error rolecert nonsense --json

# A ceremony with a request from elsewhere, by the lab's CA.
cat >officer.ceremony.yaml <<END
ceremony: officer
kind: officer
participants: [ { name: Ann, role: officer } ]
issuer: lab/ca
csr: $csr
subject: CN=Ann
validity: { not_before: "$(date -u +%FT%TZ)", days: 30 }
outputs: { certificate: officer.pem }
transcript: { file: officer.transcript, signer: issuer }
END
schema ca-ceremony rolecert ca ceremony officer.ceremony.yaml --dry-run --json
schema ca-ceremony-done rolecert ca ceremony officer.ceremony.yaml --yes --json
schema ca-ceremony-verify rolecert ca ceremony --verify officer.transcript --json
