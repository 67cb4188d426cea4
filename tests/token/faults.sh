# The program and a token that fails it, end to end; how the ledger tells it after.

need cc jq openssl pkg-config pkcs11-tool sqlite3
softhsm=/usr/lib/softhsm/libsofthsm2.so
fault_module
must_work rolecert -q lab lab
. lab/env.sh
topology=lab/topology.yaml
export FAULT_MODULE=$softhsm FAULT_LOG=$PWD/calls
sed -i "s#$softhsm#$PWD/fault.so#" lab/ca/ca.yaml
cp lab/ca/ca.yaml plain.yaml
must_fail 4 policy-changed rolecert ca show lab/ca
must_work rolecert ca policy accept lab/ca
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr
issue() { rolecert issue -t "$topology" oauth --csr x.csr --renew; }
entries() { rolecert --json ledger list; }
calls() { grep -c "$1" "$FAULT_LOG" || true; }

# expect STATUS RULE|- STATE[,STATE]|-, the state of the entry that the ledger got, `-`:
# none; where it depends on the engine there are two.
all_signed=0 all_entries=$(entries | jq length)
try_fault() {
	local name=${1##*/} status rule state before have=-
	read -r _ status rule state <<<"$(grep '^expect ' "$1")"
	before=$all_entries
	case $name in
	hangs-*) end_beside "hang/$engine-$name" ;;
	*)
		before=$(entries | jq length)
		: >calls
		sed "s/pad $PIN/pad $(cat lab/pin)/" "$1" >fault
		FAULT=$PWD/fault run issue
		;;
	esac
	expect_equal "$STATUS" "$status" "status of '$name' ($engine)"
	[ "$rule" = - ] || expect_err "[$rule]"
	[ "$STATUS" -eq 0 ] || expect_silent
	expect_lacks "$(cat lab/pin)"
	entries >entries.json
	[ "$(jq length entries.json)" -eq "$before" ] || have=$(jq -r '.[-1].state' entries.json)
	case ,$state, in
	*,"$have",*) good ;;
	*)           bad "state after '$name' ($engine): want '$state', have '$have'" ;;
	esac
	case $name in
	flag-locked|flag-final-try) expect_equal "$(calls '^C_Login')" 0 "logins of '$name'" ;;
	hangs-at-start|hangs-at-login) ;;
	pin-pad) expect_equal "$(calls '^C_Login 0x0 user=1 pin=none')" 1 "logins without a PIN" ;;
	*)       expect_equal "$(calls '^C_Login')" 1 "logins of '$name' ($engine)" ;;
	esac
	case $name in
	hangs-*) [ "$(calls 'octets=')" -le $(($(jq length entries.json) - before)) ] && good || bad "signatures of '$name'" ;;
	*)       all_signed=$((all_signed + $(calls 'octets='))) ;;
	esac
	if [ "$have" = PENDING ]; then
		must_work rolecert ledger recover
		expect_has '1 unsettled signature is now LOST'
		must_work rolecert ledger recover
		expect_has 'nothing to recover'
	fi
}

# What hangs does so beside all others, which have time: no slow machine is taken for a
# module that hangs.  (A login may take ten times the limit.)
for engine in libp11 cryptoki; do
	for fault in "$TESTS"/token/faults/hangs-*; do
		place=hang/$engine-${fault##*/} limit=5
		lab_beside "$place"
		[ "${fault##*/}" != hangs-at-login ] || limit=2
		printf 'engine: %s\ntimeout: %ss\n' $engine $limit >>"$place/ca/ca.yaml"
		cp "$fault" "$place/fault"
		begin_beside "$place" issue
	done
done

# Every fault that there is a file of, by both engines.
for engine in libp11 cryptoki; do
	{ cat plain.yaml; echo "engine: $engine"; } >lab/ca/ca.yaml
	for fault in "$TESTS"/token/faults/*; do
		case $fault in
		*/hangs-*) beside "hang/$engine-${fault##*/}" try_fault "$fault" ;;
		*)         try_fault "$fault" ;;
		esac
	done
done
cp plain.yaml lab/ca/ca.yaml
expect_equal "$(entries | jq -r '.[].serial | values' | sort | uniq -d)" '' 'serials used twice'
# Whatever the token signed the ledger meant to be signed.
if [ "$all_signed" -le $(($(entries | jq length) - all_entries)) ]; then good; else bad "$all_signed signatures"; fi

# The last try is spent when that is said; a wrong PIN is sent once.
FAULT=$TESTS/token/faults/flag-final-try must_work rolecert issue -t "$topology" oauth --csr x.csr --renew --spend-final-try
: >calls
pin_file wrong.pin 0000000000000000
ROLECERT_PIN_FILE=wrong.pin must_fail 5 pin-incorrect issue
expect_equal "$(calls '^C_Login')" 1 'logins with a wrong PIN'

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
