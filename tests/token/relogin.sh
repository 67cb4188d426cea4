# Sessions that are lost while the token is asked to sign, on both roads to it.

need cc jq openssl pkg-config pkcs11-tool sqlite3
softhsm=/usr/lib/softhsm/libsofthsm2.so
fault_module
must_work rolecert -q lab lab
. lab/env.sh
topology=lab/topology.yaml
export FAULT_MODULE=$softhsm FAULT_LOG=$PWD/calls FAULT=$PWD/fault
sed -i "s#$softhsm#$PWD/fault.so#" lab/ca/ca.yaml
must_work rolecert ca policy accept lab/ca
cp lab/ca/ca.yaml plain.yaml
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr
issue() { : >calls; rolecert issue -t "$topology" oauth --csr x.csr --renew -o x.pem; }
issue_once() { rolecert issue -t "$topology" oauth --csr x.csr --renew; }
last() { rolecert --json ledger list | jq -r '.[-1].state'; }
calls() { grep -c "$1" calls || true; }
notes() { sqlite3 lab/ca/ledger.db "SELECT count(*) FROM event WHERE kind = 'note' AND instr(body, CAST('relogin' AS BLOB))"; }
config() { cat plain.yaml >lab/ca/ca.yaml; sed -i "s/^relogin: .*/relogin: $1/" lab/ca/ca.yaml; echo "engine: $2" >>lab/ca/ca.yaml; }

for engine in libp11 cryptoki; do
	# Lost once: rebuilt, with one PIN more, and told.
	config once $engine
	before=$(notes)
	echo 'C_Sign loses-sessions times 1' >fault
	must_work issue
	expect_err '[session-rebuilt]'
	expect_equal "$(calls '^C_Login 0x0')" 2 "logins after a loss ($engine)"
	expect_equal "$(last)" DONE "state after a loss ($engine)"
	expect_equal "$(notes)" $((before + 1)) "notes of a loss ($engine)"
	must_work openssl verify -CAfile lab/root/ca.pem -untrusted lab/ca/ca.pem x.pem

	# As a card that was pulled out and put back answers.
	echo 'C_Sign returns CKR_GENERAL_ERROR times 1' >fault
	must_work issue
	expect_equal "$(calls '^C_Login')" 2 "logins after a general error ($engine)"

	# A second loss, what is no loss, and what ca.yaml does not allow.
	echo 'C_Sign loses-sessions' >fault
	must_fail 5 session-lost issue
	expect_equal "$(calls '^C_Login')" 2 "logins after two losses ($engine)"
	expect_equal "$(last)" LOST "state after two losses ($engine)"
	echo 'C_SignInit returns CKR_MECHANISM_INVALID times 1' >fault
	must_fail 5 mechanism-missing issue
	expect_equal "$(calls '^C_Login')" 1 "logins after a mechanism is missing ($engine)"
	config never $engine
	echo 'C_Sign loses-sessions times 1' >fault
	must_fail 5 session-lost issue
	expect_equal "$(calls '^C_Login')" 1 "logins where none more is allowed ($engine)"

	# The flags of the second login: found by counting how often they are asked for before it.
	config once $engine
	echo 'C_Sign loses-sessions times 1' >fault
	must_work issue
	flags=$(sed '/^C_Sign /q' calls | grep -c '^C_GetTokenInfo')
	for flag in COUNT_LOW FINAL_TRY LOCKED; do
		printf 'C_Sign loses-sessions times 1\nC_GetTokenInfo flag CKF_USER_PIN_%s after %s\n' $flag "$flags" >fault
		must_fail 5 relogin-refused issue
		expect_equal "$(calls '^C_Login')" 1 "logins after $flag ($engine)"
		expect_equal "$(last)" LOST "state after $flag ($engine)"
	done

	# A key that is less well kept in the second session.
	reads=$(sed '/^C_Sign /q' calls | grep -c '^C_GetAttributeValue')
	printf 'C_Sign loses-sessions times 1\nC_GetAttributeValue attribute CKA_EXTRACTABLE true after %s\n' "$reads" >fault
	must_fail 5 key-extractable issue
	expect_equal "$(last)" LOST "state after a weaker key ($engine)"
done
: >fault
must_work issue

# A module that never comes back ends the process; recover settles what was under way.
# (Beside each other: a login may take ten times the limit.)
for engine in libp11 cryptoki; do
	for call in C_Login:2 C_FindObjects:5 C_Sign:5; do
		place=hang/$engine-${call%:*}
		config once $engine
		lab_beside "$place"
		echo "timeout: ${call#*:}s" >>"$place/ca/ca.yaml"
		echo "${call%:*} hangs" >"$place/fault"
		begin_beside "$place" issue_once
	done
done
for place in hang/*; do
	end_beside "$place"
	expect_equal "$STATUS" 5 "status of $place"
	expect_err '[token-hangs]'
	expect_err "${place##*-}"
	expect_silent
	case $place in *-C_Sign)
		expect_equal "$(beside "$place" last)" PENDING "state of $place"
		must_work beside "$place" rolecert ledger recover
		expect_has '1 unsettled signature is now LOST'
		;;
	esac
done
