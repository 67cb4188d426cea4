# What may not go wrong quietly: PINs that are none, disks without room.

need openssl jq
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

# A limit on the size of files is an error of writing, not the end of the process.
before=$(rolecert --json ledger list | jq length)
limited() { (ulimit -f 4; issue); }
must_fail 6 ledger-write limited
expect_silent
expect_equal "$(rolecert --json ledger list | jq length)" "$before" 'entries after a full disk'
must_work issue
