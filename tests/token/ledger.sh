# The record: verified whole, found out when it was changed, copied.

need python3

# forge HOME SQL: somebody writes the file, with triggers that do nothing.
forge() {
	/usr/bin/python3 - "$1/ledger.db" "$2" <<'END'
import sqlite3, sys
db = sqlite3.connect(sys.argv[1], isolation_level=None)
triggers = db.execute("SELECT rowid, name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
db.execute("PRAGMA writable_schema = ON")
db.execute("UPDATE sqlite_schema SET sql = replace(sql, 'RAISE(ABORT', 'coalesce(0')"
           " WHERE type = 'trigger'")
db.execute("PRAGMA writable_schema = RESET")
db.executescript(sys.argv[2])
db.execute("PRAGMA writable_schema = ON")
for rowid, name, sql in triggers:
    db.execute("UPDATE sqlite_schema SET sql = ? WHERE rowid = ?", (sql, rowid))
db.close()
END
}

must_work rolecert -q lab lab
. lab/env.sh

must_work rolecert ledger verify
expect_has 'whole  '
expect_has 'log-unsealed'
must_work rolecert ledger verify lab/root --signatures
must_work env -u ROLECERT_CA rolecert ledger verify lab/ca
must_fail 2 missing-argument env -u ROLECERT_CA rolecert ledger verify
must_fail 3 rolecert ledger verify lab/certs

# What ca.yaml says is on record with what it was signed under, and each change of it.
configs() { rolecert --json ledger list --events | jq '[.[] | select(.kind == "config")] | length'; }
# without the certificate, and with it
expect_equal "$(configs)" 2 'configurations on record'
sed -i 's/default_days: [0-9]*/default_days: 99/' lab/ca/ca.yaml
must_work rolecert issue -t lab/topology.yaml oauth --csr lab/csrs/oauth.csr --renew -o short.pem
must_work rolecert issue -t lab/topology.yaml oauth --csr lab/csrs/oauth.csr --renew -o short.pem
expect_equal "$(configs)" 3 'configurations on record'
must_work rolecert ledger list --events
expect_has "config $(sha256sum lab/ca/ca.yaml | cut -c1-64)"
must_work rolecert ledger verify

# A copy, while the home goes on; it is the same record.
must_work rolecert ledger backup copy.db
root=$(rolecert ledger verify --json | grep '"root"')
mkdir copy
cp lab/ca/*.pem lab/ca/ca.yaml copy/
cp copy.db copy/ledger.db
must_work rolecert ledger verify copy --json --signatures
expect_has "$root"
must_fail 6 file-exists rolecert ledger backup copy.db
must_fail 6 rolecert ledger backup nowhere/copy.db

# What was kept elsewhere: nothing that this is.
echo 'no checkpoint' >kept
must_fail 3 rolecert ledger verify --known kept

# A checkpoint's text, as somebody else might have kept it; a proof against it.
text() {
	local key
	key=$(openssl x509 -in lab/ca/ca.pem -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum)
	rolecert ledger verify --json >.verdict
	printf 'rolecert checkpoint v1\nca-key %s\nsize %s\nroot %s\ntime 2026-01-02T03:04:05Z\n' \
	    "${key%% *}" "$(jq -r .events .verdict)" "$(jq -r .root .verdict)"
}
text >kept
must_work rolecert ledger verify --known kept
serial=$(openssl x509 -in lab/certs/oauth.pem -noout -serial | sed 's/.*=//')
must_work rolecert ledger prove "$serial" --known kept -o oauth.proof
must_work rolecert ledger verify --proof oauth.proof --known kept
expect_has "serial ${serial,,}"
expect_has 'grown from'
must_work env -u ROLECERT_CA rolecert ledger verify --proof oauth.proof --known kept --json
expect_json '.proven and (.events | length) == 3'
must_fail 2 missing-argument rolecert ledger verify --proof oauth.proof
must_fail 2 ledger-unknown rolecert ledger prove 4711
openssl x509 -in lab/certs/oauth.pem -outform DER -out oauth.der
openssl x509 -in lab/ca/ca.pem -outform DER -out other.der
must_work "$TOP/docs/examples/check-proof" oauth.proof kept oauth.der
expect_has 'the one on record'
must_fail 1 "$TOP/docs/examples/check-proof" oauth.proof kept other.der
# an octet of an event, of a path, of the root
for at in 300 1900; do
	sed "s/^\(.\{$at\}\)0/\11/" oauth.proof >bad.proof
	cmp -s bad.proof oauth.proof || {
		must_fail 1 proof-wrong rolecert ledger verify --proof bad.proof --known kept
		must_fail 1 "$TOP/docs/examples/check-proof" bad.proof kept
	}
done
sed 's/^size .*/size 4/' kept >other
must_fail 1 log-known rolecert ledger verify --proof oauth.proof --known other
must_fail 1 "$TOP/docs/examples/check-proof" oauth.proof other
must_fail 3 proof-format rolecert ledger verify --proof kept --known kept
sed 's/^ca-key ./ca-key x/' kept >other
must_fail 3 checkpoint-format rolecert ledger verify --known other
sed "s/^ca-key .*/ca-key $(printf '%064d' 5)/" kept >other
must_fail 1 checkpoint-signer rolecert ledger verify --known other

# The record goes on; what was kept still fits, and what is another's does not.
entry=oauth
must_work rolecert issue -t lab/topology.yaml $entry --csr lab/csrs/oauth.csr --renew -o new.pem
must_work rolecert ledger verify --known kept
sed 's/^root ./root 0/; s/^root 00/root 01/' kept >other
cmp -s kept other || { run rolecert ledger verify --known other; expect_equal "$STATUS" 1 status; expect_has log-known; }

# changed SQL RULE: the forged copy is not whole, and the rule says why.
changed() {
	rm -rf forged
	cp -r copy forged
	forge forged "$1"
	run rolecert ledger verify forged ${3:-}
	if [ "$STATUS" -eq 1 ] && grep -q "\[$2\]" .out; then good; else bad "$1: not found by $2"; show; fi
}
changed "UPDATE intent SET requester = 'eve' WHERE id = 3" log-row
changed "UPDATE intent SET result = (SELECT result FROM intent WHERE id = 4) WHERE id = 3" log-bytes
changed "DELETE FROM event WHERE seq = 7" log-gap
changed "UPDATE event SET body = zeroblob(length(body)) WHERE seq = 7" log-event
changed "UPDATE document SET bytes = x'00' WHERE rowid = 2" log-document
