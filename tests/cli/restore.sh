# A backup of the ledger back into its home: refusals, damage, somebody else at work.

need python3 openssl jq
export ROLECERT_CA=$PWD/ca ROLECERT_PROFILES=$TOP/profiles
key() { openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out "$1" 2>/dev/null; }
for name in ca other ledger server; do
	key $name.key
	openssl req -new -key $name.key -subj /CN=x -out $name.csr
done
must_work rolecert ca init --self-signed --key "memory:path=$PWD/ca.key" --custody memory --subject CN=Restored ca
must_work rolecert ca init --self-signed --key "memory:path=$PWD/other.key" --custody memory --subject CN=Restored other
cat >signer.yaml <<'END'
topology: crash-pki
product: generic
sip_domains: [contoso.com]
pools:
  - { fqdn: ledger.contoso.com, kind: ledger-signer, name: Ledger }
END
must_work rolecert issue -t signer.yaml ledger-signer/ledger.contoso.com --csr ledger.csr -o ca/ledger.pem
sed -i '/^checkpoint:/d' ca/ca.yaml
cat >>ca/ca.yaml <<END
checkpoint: { every: 1000, key: "memory:path=$PWD/ledger.key", certificate: ledger.pem, witness: $PWD/witness }
END
must_work rolecert ca policy accept
issue() { must_work rolecert issue -t "$TOP/profiles/sample-topology.yaml" oauth --csr server.csr --renew -o "$1"; }
events() { rolecert --json ledger list --events | jq length; }
issue one.pem
must_work rolecert ledger checkpoint
must_work rolecert ledger backup old.db
issue two.pem
must_work rolecert crl -o before.crl
must_work rolecert ledger backup new.db

# What is no backup of this ledger, or not a whole one.
must_fail 3 restore-file rolecert ledger restore server.csr
must_fail 3 file-read rolecert ledger restore nowhere.db
must_fail 2 missing-argument rolecert ledger restore
ROLECERT_CA=other must_work rolecert ledger backup other.db
must_fail 4 restore-ca rolecert ledger restore other.db
head -c 20000 new.db >cut.db
must_fail 3 restore-file rolecert ledger restore cut.db
/usr/bin/python3 - new.db forged.db <<'END'
import shutil, sqlite3, sys
shutil.copy(sys.argv[1], sys.argv[2])
db = sqlite3.connect(sys.argv[2])
sql = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'intent_move'").fetchone()[0]
frozen = db.execute("SELECT sql FROM sqlite_schema WHERE name = 'intent_fixed'").fetchone()[0]
db.executescript("DROP TRIGGER intent_move; DROP TRIGGER intent_fixed;"
                 "UPDATE intent SET requester = 'eve' WHERE id = 3;" + sql + ";" + frozen)
END
must_fail 3 restore-file rolecert ledger restore forged.db
cp new.db busy.db
echo log >busy.db-wal
must_fail 3 restore-file rolecert ledger restore busy.db
expect_err 'a ledger in use'
must_fail 3 ca-home rolecert --ca nowhere ledger restore new.db
expect_no_file ca/restoring ca/ledger.lock ca/ledger.db.2*

# Older than what is there, or than the witness.
before=$(events)
must_fail 4 restore-older rolecert ledger restore old.db
expect_err 'the ledger that is there'
expect_equal "$(events)" "$before" events
issue never-seen.pem
# Published, and not on the record that is put back.
must_work rolecert crl -o lost.crl
must_work rolecert ledger checkpoint
cp witness kept.checkpoint
mv ca/ledger.db away.db
must_fail 4 restore-older rolecert ledger restore new.db
expect_err 'the witness'
must_fail 6 ledger-missing rolecert ledger verify

# Put back all the same: nothing is lost from sight, and the CA works.
must_work rolecert ledger restore new.db --older --json
expect_json '.kept == null and .replaced_events == null and .witness_events > 0 and (.witness_kept | test("/witness[.]2"))'
expect_same "$(echo witness.2*)" kept.checkpoint
must_work rolecert ledger list --events
expect_has "topic 'restore'"
expect_has 'older accepted'
must_work rolecert ledger verify
must_fail 1 rolecert ledger verify --known kept.checkpoint
expect_has log-known
issue three.pem
# Its number is larger all the same: the time in seconds, where that is more than one after
# the last on record (two lists were made, so it may be two seconds ahead).
sleep 2
must_work rolecert crl -o after.crl
number() { openssl crl -in "$1" -inform DER -noout -crlnumber | sed 's/.*=//'; }
decimal() { echo $((16#$(number "$1" | sed 's/^0x//'))); }
for list in before.crl lost.crl; do
	if [[ $(decimal after.crl) -gt $(decimal $list) ]]; then good; else bad "after.crl is not newer than $list"; fi
done
must_fail 6 restore-differs rolecert ledger restore away.db --older
expect_file ca/ledger.db

# Damaged: its log is kept with it, and plays no part any more.
must_work rolecert ledger backup newest.db
printf 'damage damage damage' | dd of=ca/ledger.db bs=1 seek=30 conv=notrunc 2>/dev/null
head -c 5000 /dev/urandom >ca/ledger.db-wal
must_fail 6 ledger-damaged rolecert crl
must_work rolecert ledger restore newest.db
expect_err 'ledger.db.2'
expect_file ca/ledger.db.2*-wal
must_work rolecert ledger verify
issue four.pem

# hold FILE COMMAND...: with the lock of this file held, as by another process.
hold() {
	/usr/bin/python3 - "$@" <<'END'
import fcntl, struct, subprocess, sys
with open(sys.argv[1], "w") as f:
    fcntl.fcntl(f, 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))
    sys.exit(subprocess.run(sys.argv[2:]).returncode)
END
}
must_work rolecert ledger backup last.db
# (no process has such a number: proc(5), pid_max)
must_fail 6 ledger-locked hold ca/owners/5000000-00 "$PROGRAM" ledger restore last.db
expect_err 'process 5000000'
must_fail 6 ledger-locked hold ca/ledger.lock "$PROGRAM" ledger recover
expect_err 'being restored'
must_work hold ca/ledger.lock "$PROGRAM" ledger verify
sleep 1  # what was there is kept under the time, in seconds
must_work rolecert ledger restore last.db
must_work rolecert ledger verify

# The witness seals another history: never.
cp kept.checkpoint witness
must_work rolecert ledger backup late.db
must_fail 6 witness-differs rolecert ledger restore late.db --older
