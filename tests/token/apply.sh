# Many certificates at once: `rolecert apply` in the lab of this case.

need openssl jq python3
must_work rolecert -q lab lab
. lab/env.sh
t=lab/topology.yaml
n=$(ls lab/csrs | wc -l)
certificates() { rolecert --json ledger list | jq '[.[] | select(.kind == "certificate")] | length'; }
before=$(certificates)

# What each has already is what it gets; dry-run first, which writes nothing.
must_work rolecert apply -t $t --csrs lab/csrs --dry-run --json
expect_json 'select(.summary).summary == {dry_run: true, entries: '"$n, requests: $n"', twice: 0, issued: 0, already: '"$n"', waiting: 0, failed: 0, stopped: 0}'
must_work rolecert apply -t $t --csrs lab/csrs -o out
expect_has already
expect_equal "$(ls out | wc -l)" "$n" 'files'
expect_same out/oauth.pem lab/certs/oauth.pem
expect_equal "$(certificates)" "$before" 'certificates on record'

# New ones: each verified by stock OpenSSL, known to the ledger, and the entry's.
must_work rolecert apply -t $t --csrs lab/csrs -o out --renew --json
cp .out lines.json
expect_equal "$(jq -rs '[.[] | select(.outcome == "issued")] | length' lines.json)" "$n" issued
expect_equal "$(certificates)" $((before + n)) 'certificates on record'
expect_equal "$(jq -r 'select(.serial) | .serial' lines.json | sort -u | wc -l)" "$n" serials
for pem in out/*.pem; do
	openssl verify -partial_chain -trusted lab/ca/ca.pem "$pem" >/dev/null 2>&1 ||
		openssl verify -CAfile lab/ca/ca.pem "$pem" >/dev/null 2>&1 || bad "$pem does not verify"
	serial=$(openssl x509 -in "$pem" -noout -serial | sed 's/.*=//' | tr A-F a-f)
	jq -es --arg s "$serial" 'any(.serial == $s)' lines.json >/dev/null || bad "$pem: serial $serial was not told"
done
must_work rolecert check -t $t oauth out/oauth.pem
must_work rolecert ledger verify

# One that is refused stops itself alone, and is on record; the exit status is 1.
cp -r lab/csrs some
echo garbage >some/oauth.csr
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=lsedge.contoso.net -out some/edge-internal--lsedge.contoso.net.csr 2>/dev/null
must_fail 1 apply-incomplete rolecert apply -t $t --csrs some -o some-out
expect_err '[csr-malformed]'
expect_err '[issue-again]'
expect_equal "$(ls some-out | wc -l)" $((n - 2)) 'files'
expect_no_file some-out/oauth.pem some-out/edge-internal--lsedge.contoso.net.pem

# Names: another suffix and case; no entry, with a proposal; one entry twice.
mkdir names
cp lab/csrs/oauth.csr names/OAuth.REQ
cp lab/csrs/edge-external--lsedge.contoso.net.csr names/edge.csr
cp lab/csrs/reverse-proxy--proxy.contoso.net.csr names/reverse-proxy--proxy.contoso.net.csr
cp lab/csrs/reverse-proxy--proxy.contoso.net.csr names/reverse-proxy--proxy.contoso.net.p10
echo read me >names/README
must_fail 1 apply-incomplete rolecert apply -t $t --csrs names --json
expect_err '[apply-name]'
expect_err '[apply-twice]'
expect_json 'select(.summary).summary | .requests == 2 and .already == 1 and .twice == 1'
mkdir proposal
openssl req -new -key key.pem -subj /CN=sip.contoso.com -out proposal/edge.csr 2>/dev/null
must_work rolecert apply -t $t --csrs proposal
expect_err 'rename it to edge-external--lsedge.contoso.net.csr if it is'
expect_equal "$(certificates)" $((before + n)) 'certificates on record'

# A manifest says it alone, and pins keys.
pin() { openssl req -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r | cut -d' ' -f1; }
cat >names/manifest.yaml <<END
requests:
  - entry: edge-external/lsedge.contoso.net
    file: edge.csr
    spki_sha256: $(pin names/edge.csr)
  - { entry: oauth, file: OAuth.REQ, spki_sha256: $(printf '%064d' 7) }
END
must_fail 1 request-pin rolecert apply -t $t --csrs names --renew --json
expect_json 'select(.summary).summary | .requests == 2 and .issued == 1 and .failed == 1'
echo '{"requests": [{"entry": "oauth", "file": "../lab/csrs/oauth.csr"}]}' >names/manifest.json
rm names/manifest.yaml
must_fail 3 apply-manifest rolecert apply -t $t --csrs names
echo '{"requests": [{"entry": "oath", "file": "oauth.csr"}]}' >names/manifest.json
must_fail 3 apply-manifest rolecert apply -t $t --csrs names
expect_err "did you mean 'oauth'?"

# Lines of JSON: each gets its answer.
{
	jq -cn --rawfile csr lab/csrs/oauth.csr '{entry: "oauth", csr: $csr}'
	echo
	echo 'no json'
	echo '{"entry": "oauth", "csr": "x", "pin": 1}'
	echo '{"entry": "none", "csr": "x"}'
	head -c 300000 /dev/zero | tr '\0' x
	echo
	jq -cn --rawfile csr lab/csrs/oauth.csr '{entry: "OAUTH", csr: $csr}'
} >stream
must_fail 1 apply-line bash -c "rolecert apply -t $t --csrs - <stream"
expect_equal "$(jq -r 'select(.line == 1 or .line == 7) | .outcome' .out | sort -u)" already 'lines 1 and 7'
expect_equal "$(jq -s '[.[] | select(.error.rule == "apply-line")] | length' .out)" 4 'lines refused'
cp .out stream.json

# Every line is of the schema.
expect_schema apply lines.json stream.json

# What a beginner gets wrong.
must_fail 2 missing-argument rolecert apply -t $t
must_fail 6 folder rolecert apply -t $t --csrs nowhere
must_fail 2 option-value rolecert apply -t $t --csrs lab/csrs --jobs 17
must_fail 2 option-value rolecert apply -t $t --csrs lab/csrs --form doc

# Killed at any moment, and stopped by Ctrl-C: what follows goes on, nothing is lost and
# nothing is there twice.  (SoftHSM would not survive it: the key is in memory.)  Each is gone
# before the next one comes: what may still be at work is none that left something behind.
openssl ecparam -name prime256v1 -genkey -noout -out ca.key
must_work rolecert ca init --key "memory:path=$PWD/ca.key" --self-signed --custody memory \
    --subject 'CN=Crash, OU=rolecert memory key - worthless' mem
export ROLECERT_CA=$PWD/mem
for ms in 010 014 018 022 026 030 035 040 050 060; do
	for signal in KILL INT; do
		timeout --foreground -s $signal 0.$ms "$PROGRAM" apply -t $t --csrs lab/csrs -o killed >/dev/null 2>&1 || true
	done
done 2>/dev/null
must_work rolecert apply -t $t --csrs lab/csrs -o killed
must_work rolecert apply -t $t --csrs lab/csrs -o killed --json
expect_json "select(.summary).summary.already == $n"
must_work rolecert ledger verify
must_work rolecert --json ledger list
expect_json '[.[] | select(.state == "PENDING")] == []'
expect_json '[.[] | select(.state == "DONE" and .kind == "certificate") | .entry] | length == (unique | length) and length == '"$n"
# Nothing but whole certificates, under hidden names neither (where the file system has
# files without a name; elsewhere half of one may be left under a hidden name).
hidden=()
python3 -c 'import os; os.open(".", os.O_TMPFILE | os.O_WRONLY)' 2>/dev/null || hidden=(! -name '.*')
expect_equal "$(cd killed && find . -type f "${hidden[@]}" | sort)" "$(cd out && find . -name '*.pem' | sort)" 'files'
for pem in killed/*.pem; do
	serial=$(openssl x509 -in "$pem" -noout -serial | sed 's/.*=//')
	rolecert ledger show "$serial" >shown
	grep -q ' DONE$' shown || bad "$pem: $serial is not on record"
done
