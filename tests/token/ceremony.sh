# Ceremonies on SoftHSM: every kind, what is refused before anything is signed, and
# transcripts that somebody touched.

need openssl jq softhsm2-util python3 sqlite3
token_here tok contoso-root
token_here tok contoso-issuing
pin_file pin
export ROLECERT_PIN_FILE=pin
module=/usr/lib/softhsm/libsofthsm2.so
rc() { rolecert "$@" --module $module; }
hold() { rc ca ceremony "$@"; }
cp "$TOP"/docs/examples/*.ceremony.yaml .

# The dry run needs no token and writes nothing.
must_work env -u SOFTHSM2_CONF -u ROLECERT_PIN_FILE "$PROGRAM" ca ceremony root.ceremony.yaml --dry-run
expect_has 'CN=Contoso Root CA, O=Contoso, C=US'
expect_has '?? is not known yet'
expect_no_file root.pem root root.transcript

# A key that is there already makes the dry run know everything, by its public half.
must_work rc token keygen 'pkcs11:token=contoso-root;object=root' --type ec-p384
cp .out root.pub
must_fail 5 key-exists hold root.ceremony.yaml --yes
sed 's/generate: true/public: root.pub/' root.ceremony.yaml >known.ceremony.yaml
sed 's/root.pub/no.pub/' known.ceremony.yaml >none.ceremony.yaml
must_fail 3 file-read rolecert ca ceremony none.ceremony.yaml --dry-run

# Nobody is there to confirm: nothing is signed, and no output is left.
must_fail 4 ceremony-not-confirmed hold known.ceremony.yaml
expect_no_file root.pem root root.transcript root.transcript.p7s
must_work rolecert ca ceremony known.ceremony.yaml --dry-run --json
expect_json '.tbs.known'
sha=$(jq -r .tbs.sha256 .out) words=$(jq -r .tbs.words .out)
expect_equal "$(jq -r .tbs.octets .out | python3 -c 'import hashlib, sys; print(hashlib.sha256(bytes.fromhex(sys.stdin.read())).hexdigest())')" "$sha" 'SHA-256 of what is shown'
{ cat known.ceremony.yaml; echo "expect: { tbs_sha256: \"${sha//[0-9a-f]/0}\" }"; } >other.ceremony.yaml
must_fail 4 ceremony-differs hold other.ceremony.yaml --yes
echo "expect: { tbs_sha256: \"$sha\" }" >>known.ceremony.yaml

# An output that is there already.
echo mine >root.transcript
must_fail 6 file-exists hold known.ceremony.yaml --yes
expect_equal "$(cat root.transcript)" mine 'the file that was there'
expect_no_file root.pem root
rm root.transcript

# On a terminal somebody types the first two words; others stop it.
cat >type.py <<'END'
import os, pty, sys
answer, argv = sys.argv[1], sys.argv[2:]
pid, fd = pty.fork()
if pid == 0:
    os.execvp(argv[0], argv)
out = b""
asked = False
while True:
    try:
        some = os.read(fd, 4096)
    except OSError:
        break
    if not some:
        break
    out += some
    if not asked and b"anything else to stop: " in out:
        asked = True
        os.write(fd, answer.encode() + b"\n")
sys.stdout.write(out.decode(errors="replace"))
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END
run /usr/bin/python3 type.py 'acorn acorn' "$PROGRAM" ca ceremony known.ceremony.yaml --module $module
expect_equal "$STATUS" 4 'status after the wrong words'
expect_has '[ceremony-not-confirmed]'
expect_no_file root.pem root
run /usr/bin/python3 type.py "$(echo "$words" | cut -d' ' -f1,2)" "$PROGRAM" ca ceremony known.ceremony.yaml --module $module
expect_equal "$STATUS" 0 'status after the right words'
expect_has "$(echo "$words" | cut -d' ' -f1-8)"
openssl x509 -in root.pem -outform DER -out root.der
expect_file root/ca.yaml root.pem root.transcript root.transcript.p7s
grep -q "^tbs-words $words\$" root.transcript && good || bad 'the words of the dry run are not in the transcript'
grep -q '^step .* confirmed: by the first two words, typed$' root.transcript && good || bad 'who confirmed is not told'
must_fail 6 file-exists hold known.ceremony.yaml --yes

# A PIN from the environment serves one login: it makes the key and signs with it.
sed 's/root/once/g; s/contoso-once/contoso-root/; s/kind: once/kind: root/' root.ceremony.yaml >once.ceremony.yaml
must_work env -u ROLECERT_PIN_FILE ROLECERT_PIN="$(cat pin)" "$PROGRAM" ca ceremony once.ceremony.yaml --yes --module $module
expect_file once/ca.yaml once.pem once.transcript.p7s

# An issuing CA on a token of its own, and it issues.
must_work hold issuing.ceremony.yaml --yes
must_work openssl verify -x509_strict -CAfile root.pem issuing.pem
openssl x509 -in issuing.pem -noout -text >text
for words in 'pathlen:0' 'DNS:contoso.com' 'DNS:contoso.net'; do
	grep -q "$words" text && good || bad "the issuing CA's certificate lacks $words"
done
must_work openssl req -in issuing.csr -noout -verify
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr 2>/dev/null
must_work rolecert --ca issuing issue -t "$TOP/profiles/sample-topology.yaml" oauth --csr x.csr -o oauth.pem

# below KIND NAME LINE...: a ceremony file below a CA, in NAME.ceremony.yaml.
below() {
	local kind=$1 name=$2 issuer=$3
	shift 3
	printf '%s\n' "ceremony: $name" "kind: $kind" 'participants: [ { name: Ann, role: witness } ]' \
	    "issuer: $issuer" "outputs: { certificate: $name.pem }" "$@" >$name.ceremony.yaml
}
short='validity: { not_before: "2026-01-02T00:00:00Z", days: 1000 }'
by_ca() { echo "transcript: { file: $1.transcript, signer: issuer }"; }

# Those who serve a CA, their keys made on the token; an officer then signs transcripts.
for kind in ledger-signer ocsp-signer officer; do
	below $kind $kind root "key: { uri: \"pkcs11:token=contoso-issuing;object=$kind\", type: ec-p256, generate: true }" \
	    "subject: CN=Contoso $kind, O=Contoso" "$short" "$(by_ca $kind)"
	must_work hold $kind.ceremony.yaml --yes
	must_work openssl verify -x509_strict -CAfile root.pem $kind.pem
	must_work rolecert ca ceremony --verify $kind.transcript --issuer root.pem
done
openssl x509 -in ocsp-signer.pem -noout -text >text
grep -q 'OCSP Signing' text && grep -q 'OCSP No Check' text && good || bad 'no OCSP responder'
by_officer="transcript: { file: far.transcript, signer: { uri: \"pkcs11:token=contoso-issuing;object=officer\", certificate: officer.pem } }"

# A CA whose request came from elsewhere; the officer signs.
openssl req -new -newkey rsa:2048 -nodes -keyout far.key -subj /CN=ignored -out far.csr 2>/dev/null
below issuing far root 'csr: far.csr' 'subject: CN=Far CA' "$short" 'constraints: { path_length: 0 }' "$by_officer"
must_work hold far.ceremony.yaml --yes
must_work rolecert ca ceremony --verify far.transcript --issuer root.pem --json
expect_json '.valid and .signer.subject == "CN=Contoso officer, O=Contoso" and .subject == "CN=Far CA"'
must_work rolecert ca ceremony --verify far.transcript --json
expect_json '.valid and .signer.known == false'
must_fail 1 transcript-differs rolecert ca ceremony --verify far.transcript --issuer issuing.pem

# A cross certificate has the subject and key of the one that there is.
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout foreign.key \
    -subj '/O=Fabrikam/CN=Fabrikam Root' -days 3000 -addext keyUsage=critical,keyCertSign,cRLSign -out foreign.pem 2>/dev/null
below cross cross root 'existing: foreign.pem' "$short" "$(by_ca cross)"
must_work hold cross.ceremony.yaml --yes
for field in subject pubkey; do
	expect_equal "$(openssl x509 -in cross.pem -noout -$field)" "$(openssl x509 -in foreign.pem -noout -$field)" "$field of the cross certificate"
done
must_work openssl verify -x509_strict -CAfile root.pem cross.pem
below cross wrong root 'existing: foreign.pem' 'subject: CN=Fabrikam' "$short" "$(by_ca wrong)"
must_fail 4 ceremony-differs hold wrong.ceremony.yaml --yes
below cross leaf root 'existing: officer.pem' "$short" "$(by_ca leaf)"
must_fail 4 ceremony-differs hold leaf.ceremony.yaml --yes
expect_no_file wrong.pem leaf.pem

# A renewal has its constraints too, and comes later.
long='validity: { not_before: "2026-01-02T00:00:00Z", days: 4000 }'
limits='constraints: { path_length: 0, name_constraints: { permitted: [ { dns: contoso.com }, { dns: contoso.net } ] } }'
below renew again root 'existing: issuing.pem' "$long" "$(by_ca again)"
must_fail 4 ceremony-differs hold again.ceremony.yaml --yes
below renew again root 'existing: issuing.pem' "$short" "$limits" "$(by_ca again)"
must_fail 4 ceremony-differs hold again.ceremony.yaml --yes
below renew again root 'existing: issuing.pem' "$long" "$limits" "$(by_ca again)"
must_work hold again.ceremony.yaml --yes
must_work openssl verify -x509_strict -CAfile root.pem again.pem
below renew root2 root 'existing: root.pem' 'validity: { not_before: "2026-01-02T00:00:00Z", days: 9000 }' \
    'constraints: { path_length: 1 }' "$(by_ca root2)"
must_work hold root2.ceremony.yaml --yes
must_work openssl verify -x509_strict -CAfile root2.pem issuing.pem

# Every signature stands in the ledger of the CA that was asked, and every refusal: of
# what differs from the existing certificate, four times.
must_work rolecert --ca root ledger list --json
expect_json 'all(.[]; .state == "DONE")'
expect_equal "$(sqlite3 "file:root/ledger.db?mode=ro" "select count(*) from event where kind = 'refuse'")" 4 refusals

# What is touched is found, by rolecert and by openssl.
must_work openssl cms -verify -binary -inform DER -in root.transcript.p7s -content root.transcript -CAfile root.pem -out content
cp root.transcript kept
sed -i 's/Carol Clark, witness/Carol Clerk, witness/' root.transcript
must_fail 1 cms-signature rolecert ca ceremony --verify root.transcript
must_fail 4 openssl cms -verify -binary -inform DER -in root.transcript.p7s -content root.transcript -CAfile root.pem -out content
cp kept root.transcript
must_work rolecert ca ceremony --verify root.transcript
printf '\n' >>root.pem
must_fail 1 transcript-differs rolecert ca ceremony --verify root.transcript
expect_has 'changed'
mkdir away && cp root.transcript root.transcript.p7s away
must_work rolecert ca ceremony --verify away/root.transcript
expect_has 'not here'
cp issuing.transcript.p7s away/root.transcript.p7s
must_fail 1 cms-signature rolecert ca ceremony --verify away/root.transcript
echo nonsense >away/root.transcript.p7s
must_fail 3 cms-malformed rolecert ca ceremony --verify away/root.transcript
must_fail 2 missing-argument rolecert ca ceremony --verify
