# `rolecert doctor` with a CA home: well, and with each thing out of order.

need jq sqlite3 openssl
must_work rolecert -q lab lab
. lab/env.sh
umask 022
# With whatever modes the project was checked out.
cp -R "$TOP/profiles" profiles
export ROLECERT_PROFILES=$PWD/profiles
has() { # STATE SECTION RULE
	run rolecert doctor --json
	if jq -e --arg s "$2" --arg state "$1" --arg rule "$3" \
	    '.[] | select(.section == $s and .state == $state) | .findings | any(.rule == $rule)' .out >/dev/null
	then good; else bad "no $1 $3 in $2"; jq -c . .out; fi
}

must_work rolecert doctor
expect_has 'ok        ledger'
expect_has 'ok        token'
expect_lacks "$(cat lab/pin)"
must_work rolecert doctor --json
expect_json '[.[] | select(.state == "error" or .state == "warning")] == []'
expect_json '[.[].section] == ["home","clock","ledger","checkpoint","crl","certificate","libraries","profiles","umask","pin","modules","token"]'
has note checkpoint doctor-checkpoint

# Others may write.
chmod 666 lab/ca/ledger.db
has error home doctor-open
chmod 600 lab/ca/ledger.db
chmod 644 lab/pin
has error pin pin-file-readable
chmod 600 lab/pin

# A list that ends soon, or that never was; a CA that ends before what it issues.
cp lab/ca/ledger.db whole.db
cp lab/ca/ca.yaml ca.yaml
sed -i 's/overlap: 1d/overlap: 9d/' lab/ca/ca.yaml
has warning crl doctor-crl
sed 's/default_days: 730/default_days: 36000/' ca.yaml >lab/ca/ca.yaml
has warning certificate doctor-ca-end
cp ca.yaml lab/ca/ca.yaml
module=$(sed -n 's/^module: *//p' lab/ca/ca.yaml | tr -d '"')
rolecert ca init --key 'pkcs11:token=rolecert-lab;object=root' --module "$module" --self-signed --subject CN=Other other 2>/dev/null
(export ROLECERT_CA=other; has note crl doctor-crl)

# An entry of a process that died; pages that are damaged; a clock behind the ledger.
tamper() {
	sqlite3 lab/ca/ledger.db '.dbconfig enable_trigger off' "$1" >/dev/null ||
		bad "the ledger does not take: $1"
}
tamper "UPDATE intent SET state = 'PENDING', result = NULL, owner = 'gone', boot = 'gone'
    WHERE id = (SELECT max(id) FROM intent WHERE state = 'DONE')"
has warning ledger doctor-pending
cp whole.db lab/ca/ledger.db
tamper 'DELETE FROM event WHERE seq = 3'
has error ledger ledger-damaged
cp whole.db lab/ca/ledger.db

# A token that is not there, a home that is none, and a policy that is not the pinned one.
mkdir empty
printf 'directories.tokendir = %s/empty\n' "$PWD" >empty.conf
SOFTHSM2_CONF=$PWD/empty.conf has error token token-missing
sed 's/custody: strict/custody: lab/' ca.yaml >lab/ca/ca.yaml
has error home policy-changed
cp ca.yaml lab/ca/ca.yaml
(export ROLECERT_CA=no-such; has error home ca-home)
must_fail 1 env ROLECERT_CA=no-such rolecert doctor
expect_has '[ca-home]'
