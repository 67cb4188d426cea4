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
sed -n '/BEGIN/,/END/p' lab/certs/oauth.pem >kept
must_fail 3 rolecert ledger verify --known kept

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
