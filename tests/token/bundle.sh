# heavy: most of it is a shell script
# Evidence that leaves the house: exported, verified by rolecert and by stock tools alone;
# each file of a bundle that was changed is found by the rule that is meant for it.

need python3 tar openssl sha256sum

must_work rolecert -q lab lab
. lab/env.sh
must_fail 4 bundle-unsealed rolecert ledger export --bundle oauth
must_fail 2 missing-argument rolecert ledger export

# Officers for one role, two other parties for the checkpoints.
ledger_signer_here
for name in anna bert eve notary; do
	openssl ecparam -name prime256v1 -genkey -noout -out $name.key
	openssl req -x509 -key $name.key -subj /CN=$name -days 30 -out lab/ca/$name.pem 2>/dev/null
done
tsa_here
sed -i '/^approval:/d' lab/ca/ca.yaml
cat >>lab/ca/ca.yaml <<'END'
approval:
  default: automatic
  roles:
    edge-internal: { need: 2, of: [{ name: Anna, cert: anna.pem }, { name: Bert, cert: bert.pem }] }
END
checkpoints_by "every: 1000, max_age: 9d, certificate: ledger.pem," \
    "cosigners: [\"sha256:$(key_digest lab/ca/notary.pem)\"], tsa: [\"sha256:$(key_digest tsa.pem)\"]"
must_work rolecert ledger checkpoint -o first.checkpoint
cp .out first.txt

entry=edge-external/lsedge.contoso.net
must_fail 2 bundle-range rolecert ledger export --bundle nothing-such
must_fail 2 bundle-range rolecert ledger export --bundle 900-901
must_fail 2 ledger-unknown rolecert ledger export --bundle 4711
must_work rolecert issue -t lab/topology.yaml oauth --csr lab/csrs/oauth.csr --renew -o new.pem
must_fail 4 bundle-unsealed rolecert ledger export --bundle oauth
must_work rolecert revoke "$entry" --reason superseded
agreed=edge-internal/lsedge.contoso.net
openssl ecparam -name prime256v1 -genkey -noout -out agreed.key
openssl req -new -key agreed.key -subj /CN=agreed -out agreed.csr 2>/dev/null
must_fail 7 approval-waits rolecert issue -t lab/topology.yaml $agreed --csr agreed.csr --renew
by() { openssl cms -sign -binary -in "$2" -signer "lab/ca/$1.pem" -inkey "$1.key" -outform DER -out "$3"; }
for name in anna bert; do
	rolecert approve 1 --text >text.txt
	by $name text.txt $name.p7s
	must_work rolecert approve 1 --signature $name.p7s
done
must_work rolecert issue --resume 1 -o agreed.cer
must_work rolecert ledger checkpoint -o second.checkpoint
cp .out second.txt
by notary second.txt second.cms
by notary first.txt first.cms
by eve second.txt eve.cms
must_work rolecert ledger checkpoint --cosignature second.cms
must_work rolecert ledger checkpoint --timestamp-request second.tsq
stamp second.tsq second.tsr
must_work rolecert ledger checkpoint --timestamp second.tsr
must_work rolecert ledger export --bundle "$(openssl x509 -in agreed.cer -noout -serial | sed 's/.*=//')" -o agreed.bundle
must_work rolecert ledger export --bundle "$entry" --known first.checkpoint -o edge.bundle
must_work rolecert ledger export --bundle "$entry" --known first.checkpoint
expect_same .out edge.bundle
serial=$(openssl x509 -in new.pem -noout -serial | sed 's/.*=//')
must_work rolecert ledger export --bundle "$serial" -o one.bundle --json
expect_json '.entries == 1 and (.sha256 | length) == 64 and .file == "one.bundle"'
expect_schema ledger-export
must_work rolecert ledger export --bundle 1-6 -o range.bundle

# Nothing but the bundle, and who is trusted.
cat lab/root/ca.pem >root.pem
away() { env -u ROLECERT_CA -u SOFTHSM2_CONF -u ROLECERT_PIN_FILE "$@"; }
must_work away rolecert verify edge.bundle --issuer root.pem --known first.checkpoint
expect_has 'holds  1 entry of'
expect_has 'REVOKED'
must_work away rolecert verify edge.bundle --issuer lab/ca/ca.pem --known second.checkpoint --json
expect_json ".holds and .entries[0].entry == \"$entry\" and (.findings | length) == 0"
must_work away rolecert verify agreed.bundle --issuer root.pem
expect_has "cosigned by 'CN=notary'"
expect_has "by 'CN=Stamps'"
expect_has 'approved by Anna'
must_work away rolecert verify agreed.bundle --issuer root.pem --json
expect_json '[.entries[0].approvals[] | .officer] == ["Anna", "Bert"] and ([.attested[] | .kind] == ["cosign", "timestamp"])'
/usr/bin/python3 - "$TOP/docs/schema/verify.json" .out <<'END' && good || bad 'no verify.json'
import json, sys, jsonschema
jsonschema.validate(json.load(open(sys.argv[2])), json.load(open(sys.argv[1])))
END
must_work away rolecert verify range.bundle
expect_has 'bundle-issuer'
openssl req -x509 -newkey rsa:2048 -nodes -keyout foreign.key -subj /CN=Foreign -days 1 -out foreign.pem 2>/dev/null
must_fail 1 away rolecert verify one.bundle --issuer foreign.pem
expect_has '[bundle-issuer]'
must_fail 1 away rolecert verify one.bundle --issuer root.pem --known first.txt
expect_has '[bundle-known]'
must_fail 3 bundle-format away rolecert verify root.pem

# By stock tools: the script, and the commands of the README itself.
must_work away "$TOP/docs/examples/check-bundle" edge.bundle root.pem
must_work away "$TOP/docs/examples/check-bundle" range.bundle root.pem
expect_has 'the bundle holds'
must_work away "$TOP/docs/examples/check-bundle" agreed.bundle root.pem
expect_has 'approvals: 2, cosignatures: 1, time stamps: 1'
must_fail 1 away "$TOP/docs/examples/check-bundle" edge.bundle foreign.pem
unpack() {
	mkdir "$2"
	tar xf "$1" -C "$2" 2>tar.said
	expect_equal "$(cat tar.said)" '' 'what tar says'
	(cd "$2" && sed -n 's/^    //p' README | while IFS= read -r line; do
		bash -c "$line" >>../readme.out 2>&1 </dev/null || echo "failed: $line"
	done) >readme.failed
	expect_equal "$(cat readme.failed)" '' 'commands of the README that fail'
	if grep -q wrong readme.out; then bad 'README: something is wrong'; cat readme.out; else good; fi
}
unpack edge.bundle unpacked
unpack agreed.bundle officers
expect_file unpacked/entries/*/{proof.txt,tbs.der,certificate.der,request.der,entry.txt,profile.txt,origin.txt,custody.txt,lint.txt}
expect_equal "$(sed -n 's/^errors //p' unpacked/entries/*/lint.txt)" 0 lint
cmp -s lab/topology.yaml unpacked/texts/"$(sha256sum lab/topology.yaml | cut -c1-64)" || bad 'the topology is not in it'

# Each file changed in turn; the sums by whoever knows what he does, then not.
cat >forge.py <<'END'
import hashlib, io, sys, tarfile
bundle, name, how, out = sys.argv[1:]
source = tarfile.open(bundle)
files = [(m.name, source.extractfile(m).read(), m.mtime) for m in source]
time = files[0][2]
first = open(bundle, "rb").read(512)
# (In ca.pem there are two certificates, and between them text that nobody reads.)
def changed(data):
    at = len(data) - 1 if how == "end" else len(data) // (4 if name == "ca.pem" else 2)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]
if how == "drop":
    files = [f for f in files if f[0] != name]
elif how == "add":
    files.append((name, b"more\n", time))
elif how.startswith("by:"):
    files = [(n, open(how[3:], "rb").read() if n == name else d, t) for n, d, t in files]
else:
    files = [(n, changed(d) if n == name else d, t) for n, d, t in files]
if how != "damage":
    sums = "".join("%s  %s\n" % (hashlib.sha256(d).hexdigest(), n) for n, d, t in files if n != "SHA256SUMS")
    files = [(n, sums.encode() if n == "SHA256SUMS" else d, t) for n, d, t in files]
with open(out, "wb") as o:
    for n, d, t in files:
        head = bytearray(first)
        head[0:100] = n.encode().ljust(100, b"\0")
        head[124:135] = b"%011o" % len(d)
        head[148:156] = b" " * 8
        head[148:155] = b"%06o\0" % sum(head)
        o.write(head); o.write(d); o.write(b"\0" * (-len(d) % 512))
    o.write(b"\0" * 1024)
END
number=$(basename unpacked/entries/*)
forged() {
	/usr/bin/python3 forge.py "${bundle:-edge.bundle}" "$1" "$2" forged.bundle
	run away rolecert verify forged.bundle --issuer root.pem
	if [ "$STATUS" -eq 1 ] && grep -q "\[$3\]" .out; then good; else bad "$1 $2: not found by $3"; show; fi
	case $1$2 in README* | *lint.txt*) [ "$2" = damage ] || return 0 ;; esac
	run away "$TOP/docs/examples/check-bundle" forged.bundle root.pem
	if [ "$STATUS" -eq 1 ]; then good; else bad "$1 $2: check-bundle finds nothing"; show; fi
}
e=entries/$number
while read -r file rule; do
	forged "$file" forge "$rule"
done <<END
ca.pem bundle-chain
checkpoint.cms bundle-checkpoint
checkpoint.txt bundle-checkpoint
$e/proof.txt bundle-proof
$e/tbs.der bundle-record
$e/certificate.der bundle-record
$e/request.der bundle-record
$e/entry.txt bundle-record
$e/profile.txt bundle-record
$e/origin.txt bundle-record
$e/custody.txt bundle-record
$(cd unpacked && for t in texts/*; do echo "$t bundle-text"; done)
END
forged README damage bundle-digest
forged SHA256SUMS drop bundle-file
for file in "$e/lint.txt" "$e/custody.txt" "$e/tbs.der"; do
	forged "$file" damage bundle-digest
	forged "$file" drop bundle-file
done
forged "$e/note.txt" add bundle-file
forged SHA256SUMS damage bundle-digest

# What officers and other parties signed, changed, or taken from elsewhere.
bundle=agreed.bundle
seen() { (cd officers && ls -d $1); }
openssl ts -query -data first.txt -sha256 -cert -out first.tsq 2>/dev/null
openssl ts -reply -config tsa.cnf -section stamps -queryfile first.tsq -token_out -out first.tst 2>/dev/null
approval=$(seen 'entries/*/approvals/*.cms' | head -n 1)
policy=$(seen 'policies/*/policy.txt' | tail -n 1)
while read -r file how rule; do
	forged "$file" "$how" "$rule"
done <<END
$approval forge bundle-record
$approval drop bundle-file
${approval%.cms}.txt forge bundle-approval-text
$policy forge bundle-policy
$policy drop bundle-file
${policy%/*}/proof.txt forge bundle-proof
$(seen 'cosignatures/*') end bundle-cosignature
$(seen 'cosignatures/*') by:first.cms bundle-cosignature
$(seen 'cosignatures/*') by:eve.cms bundle-cosignature
$(seen 'timestamps/*') end bundle-timestamp
$(seen 'timestamps/*') by:first.tst bundle-timestamp
END
