# What may not go wrong quietly: PINs that are none, disks without room.

need openssl jq sqlite3
must_work rolecert -q lab lab
. lab/env.sh
topology=lab/topology.yaml
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr
issue() { rolecert issue -t "$topology" oauth --csr x.csr --renew; }

# A PIN that is far too long is not the same as none.
unset ROLECERT_PIN_FILE
ROLECERT_PIN=$(head -c 5000 /dev/zero | tr '\0' 7) must_fail 5 pin-length issue
expect_lacks 7777777777
ROLECERT_PIN='' must_fail 5 pin-length issue
. lab/env.sh

# Where nothing can be written nothing is signed.
mkdir folder.pem
before=$(rolecert --json ledger list | jq length)
must_fail 6 folder rolecert issue -t "$topology" oauth --csr x.csr --renew -o folder.pem
must_fail 6 folder rolecert issue -t "$topology" oauth --csr x.csr --renew -o nowhere/x.pem
expect_equal "$(rolecert --json ledger list | jq length)" "$before" 'entries without a file'

# A request without end is not read, and is recorded all the same.
refusals() { sqlite3 lab/ca/ledger.db "SELECT count(*) FROM event WHERE kind = 'refuse'"; }
head -c 2000000 /dev/zero >endless.csr
before=$(refusals)
must_fail 3 file-too-large rolecert issue -t "$topology" oauth --csr endless.csr --renew
expect_equal "$(refusals)" $((before + 1)) 'refusals after a request without end'

# A limit on the size of files is an error of writing, not the end of the process.
before=$(rolecert --json ledger list | jq length)
limited() { (ulimit -f 4; issue); }
must_fail 6 ledger-write limited
expect_silent
expect_equal "$(rolecert --json ledger list | jq length)" "$before" 'entries after a full disk'
must_work issue
