# The program and a token that fails it, end to end; how the ledger tells it after.

need cc jq openssl pkg-config pkcs11-tool sqlite3
softhsm=/usr/lib/softhsm/libsofthsm2.so
# shellcheck disable=SC2046
must_work cc -shared -fPIC -Wall -Werror -DSOFTHSM="\"$softhsm\"" $(pkg-config --cflags p11-kit-1) \
    -o fault.so "$TESTS/token/fault.c"
must_work rolecert -q lab lab
. lab/env.sh
topology=lab/topology.yaml
sed -i "s#$softhsm#$PWD/fault.so#" lab/ca/ca.yaml
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr
export LOGINS=$PWD/logins
issue() { rolecert issue -t "$topology" oauth --csr x.csr --renew; }
last() { rolecert --json ledger list | jq -r '.[-1].state'; }
logins() { wc -c <"$LOGINS"; }
: >logins
must_work issue
expect_equal "$(logins)" 1 'logins of one issuance'

# What the token signed is not what was journalled.
for fault in other-bytes no-signature; do
	FAULT=$fault must_fail 5 sign-spoiled issue
	expect_silent
	expect_equal "$(last)" SPOILED "state after $fault"
done
FAULT=removed must_fail 5 session-lost issue
expect_silent
expect_equal "$(last)" LOST 'state after a token was removed'

# The process dies between intent and commit, before and after the token signed.
for fault in dies dies-late; do
	FAULT=$fault run issue
	expect_equal "$STATUS" 137 "status of what was killed"
	expect_silent
	expect_equal "$(last)" PENDING "state of what was killed"
	must_work rolecert ledger recover
	expect_has '1 unsettled signature is now LOST'
	expect_equal "$(last)" LOST "state after recovery"
	must_work rolecert ledger recover
	expect_has 'nothing to recover'
done
expect_equal "$(rolecert --json ledger list | jq -r '.[].serial' | sort | uniq -d)" '' 'serials used twice'

# By the token's flags no PIN is sent at all.
: >logins
FAULT=locked must_fail 5 pin-locked issue
FAULT=final-try must_fail 5 pin-final-try issue
expect_equal "$(logins)" 0 'logins that the flags forbid'
FAULT=count-low must_work issue
expect_err '[pin-count-low]'
FAULT=final-try must_work rolecert issue -t "$topology" oauth --csr x.csr --renew --spend-final-try
: >logins
pin_file wrong.pin 0000000000000000
ROLECERT_PIN_FILE=wrong.pin must_fail 5 pin-incorrect issue
expect_equal "$(logins)" 1 'logins with a wrong PIN'

# A home that says other things than it was made with; a key that is not alone.
cp lab/ca/ca.yaml good.yaml
for change in 's/custody: strict/custody: lab/' 's/custody: strict/custody: memory/' 's/object=issuing/object=root/'; do
	sed "$change" good.yaml >lab/ca/ca.yaml
	must_fail 4 policy-changed issue
	expect_silent
done
cp good.yaml lab/ca/ca.yaml
SOFTHSM2_CONF=/nonexistent must_fail 5 issue
id=$(rolecert token list 'pkcs11:token=rolecert-lab' --module $softhsm --json |
    jq -r '.[0].objects[] | select(.label == "issuing").id')
pkcs11-tool --module $softhsm --token-label rolecert-lab --login --pin "$(cat lab/pin)" \
    --keypairgen --key-type EC:prime256v1 --label twin --id "$id" >.setup 2>&1
must_fail 5 key-ambiguous issue
expect_silent
pkcs11-tool --module $softhsm --token-label rolecert-lab --login --pin "$(cat lab/pin)" \
    --delete-object --type privkey --label issuing >.setup 2>&1
must_fail 5 issue
expect_silent

# A ledger from the future, one that is damaged, one that is gone.
sqlite3 lab/ca/ledger.db "INSERT INTO event (seq, time, kind, body)
    SELECT seq + 1, time + 3600, 'note', x'00' FROM event ORDER BY seq DESC LIMIT 1"
must_fail 6 ledger-clock issue
sqlite3 lab/ca/ledger.db 'DROP TRIGGER intent_serial'
must_fail 6 ledger-damaged issue
rm lab/ca/ledger.db
must_fail 6 ledger-missing issue
expect_silent
