# heavy: most of it is the module
# What rolecert does with a module, the same for all: keys, a CA, a certificate, and
# what is refused.  The module stands behind the one that injects faults.

need cc jq openssl pkg-config
module_here
fault_module
export FAULT_MODULE=$TOKEN_MODULE FAULT_LOG=$PWD/calls MODULE=$PWD/fault.so
export topology=$TOP/profiles/sample-topology.yaml
there() { "$TOKEN_ENTER" "$@"; }
calls() { grep -c "$1" calls || true; }
fault() { printf '%s\n' "$@" >fault; export FAULT=$PWD/fault; : >calls; }
issue() { there rolecert --ca home issue -t "$topology" oauth --csr x.csr --renew "$@"; }
entries() { rolecert --ca home --json ledger list; }
last() { entries | jq -r '.[-1].state'; }
export FAULT=

# What is there.
must_work rc token list
expect_has "$TOKEN_LABEL"
must_work rc token list "$TOKEN_URI" --login --json
expect_json '.[0].mechanisms | length > 0'
must_fail 5 token-missing rc token check 'pkcs11:token=nobody;object=k'
must_fail 5 key-missing rc token check "$TOKEN_URI;object=nobody"

# Keys, made there where the token makes good ones.
kind=rsa-2048
can ec && kind=ec-p256
if can keygen; then
	must_work rc token keygen "$TOKEN_URI;object=k" --type $kind
	must_fail 5 key-exists rc token keygen "$TOKEN_URI;object=k" --type $kind
	can ec || must_fail 5 mechanism-missing rc token keygen "$TOKEN_URI;object=none" --type ec-p256
	if can ed25519; then
		must_work rc token keygen "$TOKEN_URI;object=ed" --type ed25519
		must_work rc token check "$TOKEN_URI;object=ed"
		expect_has accepted
	fi
	misuse generate twin && misuse generate twin
	must_fail 5 key-ambiguous rc token check "$TOKEN_URI;object=twin"
	key=k
elif can own-keys; then
	must_fail 5 rc token keygen "$TOKEN_URI;object=none" --type $kind
	key=$TOKEN_KEY
else
	must_fail 5 key-weak-custody rc token keygen "$TOKEN_URI;object=k" --type $kind
	must_fail 5 key-missing rc token check "$TOKEN_URI;object=k"
	misuse generate k
	key=k
fi
uri="$TOKEN_URI;object=${key// /%20}"

# A module that leaks is refused at every level, and no CA comes of its key.
refused_everywhere() {
	local level
	for level in strict imported-ok lab; do
		must_fail 1 rc token check "$uri" --level $level
		must_fail 5 key-wrappable rc ca init --self-signed --key "$uri" --subject CN=Leaky --custody $level home
		expect_no_file home
	done
}

a_ca() {
	level=strict
	can leaks-set && level=lab
	if can leaks-copy || can own-keys; then level=imported-ok; fi
	must_work rc token check "$uri" --level $level --json
	expect_json '.accepted == true'
	[ $level != imported-ok ] || must_fail 1 rc token check "$uri" --level strict

	# A CA, a certificate, and another.
	must_work rc ca init --self-signed --key "$uri" --subject 'CN=Contract CA, O=Contoso' --custody $level home
	openssl ecparam -name prime256v1 -genkey -noout -out key.pem
	openssl req -new -key key.pem -subj /CN=x -out x.csr
	: >calls
	must_work issue -o x.pem
	expect_equal "$(calls '^C_Login')" 1 'logins of one certificate'
	expect_equal "$(calls 'octets=')" 1 'signatures of one certificate'
	must_work openssl verify -x509_strict -CAfile home/ca.pem x.pem
	must_work rolecert --ca home check -t "$topology" oauth x.pem

	# The mechanism is not there; the token signs wrongly; the sessions are lost.
	fault 'C_SignInit lacks CKM_ECDSA' 'C_SignInit lacks CKM_RSA_PKCS'
	must_fail 5 mechanism-missing issue
	expect_silent
	fault 'C_Sign flips'
	must_fail 5 sign-spoiled issue
	expect_silent
	expect_equal "$(last)" SPOILED 'state of a spoiled signature'
	fault 'C_SignInit loses-sessions'
	must_fail 5 session-lost issue
	expect_silent
	expect_equal "$(last)" LOST 'state after the sessions were lost'
	expect_equal "$(calls '^C_Login')" 1 'logins where none may be repeated'

	# The sessions are lost, and may be rebuilt once; by the other engine too.
	cp home/ca.yaml plain.yaml
	sed -i 's/^relogin: .*/relogin: once/' home/ca.yaml
	echo 'engine: cryptoki' >>home/ca.yaml
	fault 'C_SignInit loses-sessions times 1'
	must_work issue
	expect_err '[session-rebuilt]'
	expect_equal "$(calls '^C_Login 0x0')" 2 'logins where one may be repeated'
	cp plain.yaml home/ca.yaml
	export FAULT=

	# Wrong PINs, and what is left after each: one is sent once.
	wrong_pin() {
		pin_file wrong.pin 99999999
		: >calls
		ROLECERT_PIN_FILE=wrong.pin must_fail 5 issue "$@"
		expect_lacks 99999999
		expect_equal "$(calls '^C_Login')" 1 'logins with a wrong PIN'
	}
	if can pin-low; then
		wrong_pin
		must_work issue
		expect_err '[pin-count-low]'
		must_work issue
	fi
	if can pin-final; then
		wrong_pin
		wrong_pin
		: >calls
		must_fail 5 pin-final-try issue
		expect_equal "$(calls '^C_Login')" 0 'logins that could be the last'
		must_work issue --spend-final-try
		must_work issue
	fi

	# The token is lost while it is used, for real.
	if can lose; then
		printf '#!/bin/sh\nexec %q lose %q\n' "$TOP/scripts/tokens/$TOKEN_NAME" "$TOKEN_DIR" >lose.sh
		chmod +x lose.sh
		before=$(entries | jq length)
		fault "C_SignInit runs $PWD/lose.sh"
		must_fail 5 issue
		expect_silent
		expect_equal "$(entries | jq length)" $((before + 1)) 'entries'
		expect_equal "$(last)" LOST 'state after the token was lost'
		export FAULT=
		must_fail 5 issue
		expect_equal "$(entries | jq length)" $((before + 1)) 'entries without a token'
	elif can pin-locks; then
		for try in 1 2 3; do wrong_pin --spend-final-try; done
		must_fail 5 pin-locked issue
		pin_file wrong.pin "$TOKEN_PIN"
	fi
}

if can leaks-wrap; then refused_everywhere; else a_ca; fi
