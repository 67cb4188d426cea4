# Officers: certificates that wait, are approved with a key on a token and with plain
# openssl, and are signed once enough have approved.

need openssl jq python3
must_work rolecert -q lab lab
. lab/env.sh
t=lab/topology.yaml
entry=edge-external/lsedge.contoso.net
module=$(sed -n 's/^module: *//p' lab/ca/ca.yaml | tr -d '"')

# officer NAME: a key and a certificate without any token.
officer() {
	openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"
	openssl req -x509 -key "$1.key" -subj "/CN=$1" -days 30 -out "lab/ca/$1.pem" 2>/dev/null
}
# signed ID NAME [deny REASON]: what openssl makes of the text.
signed() {
	if [ $# -gt 2 ]; then
		rolecert deny "$1" --reason "$4" --text >text.txt
	else
		rolecert approve "$1" --text >text.txt
	fi
	openssl cms -sign -binary -in text.txt -signer "lab/ca/$2.pem" -inkey "$2.key" \
	    -outform DER -out "$2-$1.p7s"
}
# asked NAME: a new request of the server's; its number.
asked() {
	openssl ecparam -name prime256v1 -genkey -noout -out server.key
	openssl req -new -key server.key -subj /CN=other -out server.csr 2>/dev/null
	rolecert issue -t $t "$1" --csr server.csr --renew --json >asked.json 2>/dev/null || true
	jq .request asked.json
}

# Ann's key is on a token, the others' are not.
must_work rolecert -q token keygen 'pkcs11:token=rolecert-lab;object=ann' --module "$module"
cp .out ann.pub
openssl ecparam -name prime256v1 -genkey -noout -out helper.key
openssl req -new -key helper.key -subj /CN=ann -out ann.csr 2>/dev/null
openssl x509 -req -in ann.csr -signkey helper.key -force_pubkey ann.pub -days 30 -out lab/ca/ann.pem 2>/dev/null
officer bob
officer eve
officer own

# What ca.yaml cannot say.
cp lab/ca/ca.yaml plain.yaml
policy() { sed "s|^approval: automatic|approval: $1|" plain.yaml >lab/ca/ca.yaml; }
policy '{ need: 1, of: [{ name: Ann, cert: nowhere.pem }] }'
must_fail 3 file-read rolecert ca policy accept lab/ca
policy '{ need: 1, of: [{ name: Ann, cert: ann.pem }, { name: Bob, cert: ann.pem }] }'
must_fail 4 approval-officer rolecert ca policy accept lab/ca

# Two of three, but not for every role.
{
	echo 'approval:'
	echo '  default: automatic'
	echo '  roles:'
	echo '    edge-external: { need: 2, of: [{ name: Ann, cert: ann.pem, uid: 30001 },'
	echo '        { name: Bob, cert: bob.pem, uid: 30002 },'
	echo "        { name: Own, cert: own.pem, uid: $(id -u) }] }"
} >approval.yaml
sed -e '/^approval: automatic/{r approval.yaml' -e 'd;}' plain.yaml >lab/ca/ca.yaml
must_fail 4 policy-changed rolecert issue -t $t $entry --csr lab/csrs/oauth.csr
must_work rolecert ca policy accept lab/ca
expect_has 'Ann sha256:'

# A request waits; nothing is on stdout, no PIN is needed, and asking again is no other one.
openssl ecparam -name prime256v1 -genkey -noout -out server.key
openssl req -new -key server.key -subj /CN=other -out server.csr 2>/dev/null
must_fail 7 approval-waits env -u ROLECERT_PIN_FILE rolecert issue -t $t $entry --csr server.csr --renew
expect_silent
expect_err 'words: '
must_fail 7 approval-waits rolecert issue -t $t $entry --csr server.csr --renew --json
expect_json '.request == 2 and .already == false and .need == 2 and .state == "WAITING"'
must_fail 4 issue-again rolecert issue -t $t $entry --csr server.csr
must_work rolecert issue -t $t oauth --csr lab/csrs/oauth.csr --renew
must_work rolecert pending
expect_has "1  WAITING  $entry"
must_work rolecert pending 1
expect_has 'sip.contoso.com, webcon.contoso.com'
expect_has '0 of 2 approvals'
expect_has 'it asked'
must_fail 2 approval-unknown rolecert pending 77
must_fail 2 approval-unknown rolecert pending nonsense
must_fail 7 approval-too-few rolecert issue --resume 1

# One with a key on the token, one with openssl.
must_work rolecert approve 1 --key 'pkcs11:token=rolecert-lab;object=ann' --module "$module"
expect_err '1 more is needed'
must_fail 4 approval-again rolecert approve 1 --key 'pkcs11:token=rolecert-lab;object=ann' --module "$module"
must_fail 4 approval-stranger rolecert approve 1 --key 'pkcs11:token=rolecert-lab;object=root' --module "$module"
must_fail 4 approval-stranger rolecert approve 1 --key 'pkcs11:token=rolecert-lab;object=ann' --officer Anna
expect_err "did you mean 'Ann'?"

# Whatever is not exactly this.
must_fail 2 missing-argument rolecert approve 1
signed 1 eve
must_fail 4 approval-stranger rolecert approve 1 --signature eve-1.p7s
signed 1 own
must_fail 4 approval-own rolecert approve 1 --signature own-1.p7s
signed 2 bob
must_fail 1 cms-signature rolecert approve 1 --signature bob-2.p7s
signed 1 bob deny 'too broad'
must_fail 1 cms-signature rolecert approve 1 --signature bob-1.p7s
must_fail 1 cms-signature rolecert deny 1 --reason 'another' --signature bob-1.p7s
must_fail 3 cms-detached rolecert approve 1 --signature lab/ca/bob.pem
rolecert approve 1 --text >text.txt
openssl cms -sign -binary -nodetach -in text.txt -signer lab/ca/bob.pem -inkey bob.key -outform DER -out whole.p7s
must_fail 3 cms-detached rolecert approve 1 --signature whole.p7s
openssl cms -sign -binary -md sha1 -in text.txt -signer lab/ca/bob.pem -inkey bob.key -outform DER -out sha1.p7s
must_fail 3 cms-detached rolecert approve 1 --signature sha1.p7s
openssl cms -sign -binary -nocerts -in text.txt -signer lab/ca/bob.pem -inkey bob.key -outform DER -out bare.p7s
must_fail 3 cms-detached rolecert approve 1 --signature bare.p7s
cp lab/ca/bob.pem bob.pem
openssl x509 -in bob.pem -signkey bob.key -not_before 20200101000000Z -not_after 20200102000000Z -out lab/ca/bob.pem 2>/dev/null ||
	openssl x509 -in bob.pem -signkey bob.key -days -1 -out lab/ca/bob.pem 2>/dev/null
signed 1 bob
must_fail 4 approval-certificate rolecert approve 1 --signature bob-1.p7s
cp bob.pem lab/ca/bob.pem

# Enough: the very bytes are signed, once.
openssl cms -sign -binary -in text.txt -signer lab/ca/bob.pem -inkey bob.key -outform PEM -out bob.pem.p7s
must_work rolecert approve 1 --signature bob.pem.p7s --json
expect_json '.state == "APPROVED" and .officer == "Bob" and .lacks == 0'
must_fail 4 approval-state rolecert approve 1 --signature bob-1.p7s
must_work rolecert pending 1 --json
tbs=$(jq -r .sha256 .out)
must_work rolecert issue --resume 1 -o edge.cer
expect_equal "$(openssl asn1parse -inform DER -in edge.cer -strparse 4 -noout -out tbs.der; sha256sum tbs.der | cut -d' ' -f1)" "$tbs" 'the bytes'
must_work rolecert check -t $t $entry edge.cer
must_fail 4 approval-state rolecert issue --resume 1
must_work rolecert ledger verify

# A denial, with a signature and without.
signed 2 bob deny 'too broad'
must_work rolecert deny 2 --reason 'too broad' --signature bob-2.p7s
must_fail 4 approval-state rolecert issue --resume 2
must_work rolecert pending 2
expect_has 'DENIED'
expect_has 'too broad'
id=$(asked $entry)
must_fail 2 missing-argument rolecert deny "$id"
must_work rolecert deny "$id" --reason 'asked by mistake' --json
expect_json '.state == "DENIED" and .officer == null'
must_work rolecert ledger list --json
expect_json '[.[] | select(.state == "VOID")] | length == 2'

# Killed between approval and signature: it is approved still, and is signed later.
id=$(asked $entry)
rolecert -q approve "$id" --key 'pkcs11:token=rolecert-lab;object=ann' --module "$module"
signed "$id" bob
rolecert -q approve "$id" --signature "bob-$id.p7s"
must_fail 5 env -u ROLECERT_PIN_FILE ROLECERT_PIN=wrong-pin rolecert issue --resume "$id"
must_work rolecert pending "$id" --json
expect_json '.state == "APPROVED"'
must_work rolecert issue --resume "$id"

# A key that is known to be in other hands by now: refused before a PIN is asked for.
must_fail 7 approval-waits rolecert issue -t $t $entry --csr server.csr --renew --json
id=$(jq .request .out)
rolecert -q approve "$id" --key 'pkcs11:token=rolecert-lab;object=ann' --module "$module"
signed "$id" bob
rolecert -q approve "$id" --signature "bob-$id.p7s"
must_work rolecert revoke server.csr --reason keyCompromise
must_fail 4 key-revoked env -u ROLECERT_PIN_FILE rolecert issue --resume "$id"
must_work rolecert deny "$id" --reason 'the key is known'

# Many at once, under another topology's name, so that none is on record: what needs officers
# waits, the others are issued.  Asked again, by either road, it is the same request.
sed 's/^topology: contoso/topology: other/' $t >other.yaml
mkdir some
cp lab/csrs/oauth.csr some/
openssl ecparam -name prime256v1 -genkey -noout -out some.key
openssl req -new -key some.key -subj /CN=other -out some/edge-external--lsedge.contoso.net.csr 2>/dev/null
waiting=$(rolecert pending --json | jq length)
must_fail 7 approval-waits rolecert apply -t other.yaml --csrs some --dry-run --json
expect_json 'select(.summary).summary | .issued == 1 and .waiting == 1'
expect_equal "$(rolecert pending --json | jq length)" "$waiting" 'nothing is stored'
must_fail 7 approval-waits rolecert apply -t other.yaml --csrs some -o some-out --json
expect_json '[., inputs] | map(select(.outcome == "waiting"))[0].waits | .state == "WAITING" and .already == false and .need == 2'
expect_err "for $entry; it needs 2 approvals"
expect_equal "$(ls some-out)" oauth.pem 'files'
cp .out lines.json
must_fail 7 approval-waits rolecert apply -t other.yaml --csrs some -o some-out
expect_has 'already  1 '
expect_has 'waiting  1 '
must_fail 7 approval-waits rolecert apply -t other.yaml --csrs some --json
id=$(jq 'select(.waits).waits.request' lines.json)
expect_json '[., inputs] | map(select(.waits))[0].waits | .already and .request == '"$id"
cat .out >>lines.json
must_fail 7 approval-waits rolecert issue -t other.yaml $entry --csr some/edge-external--lsedge.contoso.net.csr --json
expect_json '.already and .request == '"$id"
expect_equal "$(rolecert pending --json | jq length)" $((waiting + 1)) 'one is stored'
expect_schema apply lines.json
rolecert -q approve "$id" --key 'pkcs11:token=rolecert-lab;object=ann' --module "$module"
signed "$id" bob
rolecert -q approve "$id" --signature "bob-$id.p7s"
must_work rolecert issue --resume "$id" -o edge.pem
must_work rolecert apply -t other.yaml --csrs some --json
expect_json 'select(.summary).summary.already == 2'
# What fails says more than what waits.
echo garbage >some/oauth.csr
must_fail 1 apply-incomplete rolecert apply -t other.yaml --csrs some --renew

# A change of the policy is for the officers of the old one.
policy automatic
must_fail 7 approval-waits rolecert ca policy accept lab/ca
id=$(rolecert pending --json | jq '.[-1].request')
must_work rolecert pending "$id"
expect_has 'a change of the policy'
must_fail 7 approval-too-few rolecert ca policy accept lab/ca
cp lab/ca/ca.yaml new.yaml
sed -e '/^approval: automatic/{r approval.yaml' -e 'd;}' plain.yaml >lab/ca/ca.yaml
rolecert -q approve "$id" --key 'pkcs11:token=rolecert-lab;object=ann' --module "$module"
signed "$id" bob
must_work rolecert approve "$id" --signature "bob-$id.p7s"
late=$(asked $entry)
cp new.yaml lab/ca/ca.yaml
must_work rolecert ca policy accept lab/ca
expect_has 'automatic'
must_fail 4 approval-policy rolecert issue --resume "$late"
must_work rolecert ledger verify
