# lib.sh - what a test case is written in; see tests/README.md.
# scripts/run-cases reads it before the case, in the scratch folder of the case.
# shellcheck shell=bash

set -eu -o pipefail
shopt -s nullglob

N_GOOD=0 N_BAD=0
LAST="(nothing was run)"
PIN=12345678 SO_PIN=87654321

# -- verdicts -----------------------------------------------------------------

good() {
	N_GOOD=$((N_GOOD + 1))
}

# The line of the case that is at work, when the case is a script.
where() {
	local i
	for i in "${!BASH_SOURCE[@]}"; do
		if [ "${BASH_SOURCE[$i]}" = "$CASE_PATH" ] && [ "$i" -gt 0 ]; then
			echo "$CASE_NAME:${BASH_LINENO[$((i - 1))]}"
			return
		fi
	done
	echo "$CASE_NAME"
}

# leave_out WORDS: the case ends here, for this machine does not let it go on; its line says so.
leave_out() {
	good
	echo "$*" >"$CASE_DIR/.left_out"
	: >"$CASE_DIR/.ended"
	exit 0
}

# bad WORDS...: this check failed; the case goes on.
bad() {
	N_BAD=$((N_BAD + 1))
	echo "$(where): $*"
}

# What a program wrote, for whoever reads the report.
show() {
	echo "    ran: $LAST"
	sed -n '1,30s/^/    stdout: /p' "$CASE_DIR/.out"
	sed -n '1,30s/^/    stderr: /p' "$CASE_DIR/.err"
}

# -- running ------------------------------------------------------------------

# run CMD...: leaves STATUS, stdout in $CASE_DIR/.out and stderr in .err.
run() {
	LAST=$*
	STATUS=0
	"$@" >"$CASE_DIR/.out" 2>"$CASE_DIR/.err" </dev/null || STATUS=$?
}

# A sanitizer or valgrind spoke, or the program died of a signal: never a pass.
crashed() {
	[ "$STATUS" -lt 128 ] && [ "$STATUS" -ne "$ALARM_STATUS" ] &&
	! grep -qE '(Address|Leak|Thread|Memory)Sanitizer|: runtime error: |^==[0-9]+== ' "$CASE_DIR/.err" ||
		return 0
	return 1
}

# must_work CMD...: status 0.
must_work() {
	run "$@"
	if crashed; then
		bad "crashed or tripped an alarm (status $STATUS)"; show
	elif [ "$STATUS" -ne 0 ]; then
		bad "want status 0, have $STATUS"; show
	else
		good
	fi
}

is_rule() {
	grep -q "\"$1\", *RC_" "$TOP/src/base/rules.def"
}

# must_fail STATUS [RULE] CMD...: exactly this status, [RULE] among the messages.
must_fail() {
	local want=$1 rule=
	shift
	if ! type -t -- "$1" >/dev/null; then
		rule=$1
		shift
		if ! is_rule "$rule"; then
			bad "'$rule' is neither a command nor a rule of rules.def"
			return 0
		fi
	fi
	if [ "$want" -eq 0 ] || [ "$want" -ge 124 ]; then
		bad "must_fail wants a status between 1 and 123, not $want"
		return 0
	fi
	run "$@"
	if crashed; then
		bad "want status $want, crashed or tripped an alarm instead (status $STATUS)"; show
	elif [ "$STATUS" -ne "$want" ]; then
		bad "want status $want, have $STATUS"; show
	elif [ -n "$rule" ] && ! grep -qF "[$rule]" "$CASE_DIR/.err"; then
		bad "want rule [$rule] in the messages"; show
	else
		good
	fi
}

# -- what the last command wrote ----------------------------------------------

# expect_out [TEXT]: stdout is TEXT and a newline; without TEXT, what is on our stdin.
expect_out() {
	if [ $# -gt 0 ]; then printf '%s\n' "$*"; else cat; fi >"$CASE_DIR/.want"
	if cmp -s "$CASE_DIR/.want" "$CASE_DIR/.out"; then
		good
	else
		bad "stdout of: $LAST"
		diff -u --label want --label have "$CASE_DIR/.want" "$CASE_DIR/.out" | head -n 40 || true
	fi
}

contains() {
	local name=$1 file=$2 words=$3
	if grep -qF -- "$words" "$file"; then good; else bad "$name lacks '$words'"; show; fi
}

expect_has() { contains stdout "$CASE_DIR/.out" "$*"; }
expect_err() { contains stderr "$CASE_DIR/.err" "$*"; }

# expect_lacks WORDS: neither stdout nor stderr holds them.
expect_lacks() {
	if grep -qF -- "$*" "$CASE_DIR/.out" "$CASE_DIR/.err"; then bad "the output holds '$*'"; show; else good; fi
}

expect_silent() {
	if [ -s "$CASE_DIR/.out" ]; then bad "stdout is not empty"; show; else good; fi
}

# expect_json FILTER: jq -e FILTER holds of stdout.
expect_json() {
	if jq -e "$1" <"$CASE_DIR/.out" >/dev/null 2>"$CASE_DIR/.jq"; then
		good
	else
		bad "the JSON does not satisfy: $1"; cat "$CASE_DIR/.jq"; show
	fi
}

# expect_schema NAME [FILE...]: each JSON value of stdout (of these files) is as
# docs/schema/NAME.json says.  Debian's own python, whatever else stands in the PATH:
# its package brings jsonschema.
expect_schema() {
	local name=$1
	shift
	[ $# -gt 0 ] || set -- "$CASE_DIR/.out"
	if /usr/bin/python3 "$TESTS/schema.py" "$TOP/docs/schema/$name.json" "$@" >"$CASE_DIR/.schema" 2>&1; then
		good
	else
		bad "this is not as docs/schema/$name.json says"; tail -n 12 "$CASE_DIR/.schema"
	fi
}

# -- anything else ------------------------------------------------------------

# expect_equal HAVE WANT [WHAT]
expect_equal() {
	if [ "$1" = "$2" ]; then good; else bad "${3:-value}: want '$2', have '$1'"; fi
}

expect_file() {
	local file
	for file; do
		if [ -s "$file" ]; then good; else bad "$file is missing or empty"; fi
	done
}

expect_no_file() {
	local file
	for file; do
		if [ -e "$file" ]; then bad "$file exists"; else good; fi
	done
}

# expect_same FILE FILE
expect_same() {
	if cmp -s "$1" "$2"; then
		good
	else
		bad "$1 and $2 differ"
		diff -u "$1" "$2" | head -n 40 || true
	fi
}

# -- tokens -------------------------------------------------------------------

# pin_file FILE [PIN]: what pin-source=file:... points at.
pin_file() {
	(umask 077 && printf '%s\n' "${2:-$PIN}" >"$1")
}

# softhsm_here DIR: a SoftHSM of this case alone, configured under DIR.
softhsm_here() {
	mkdir -p "$1/tokens"
	printf 'directories.tokendir = %s\nobjectstore.backend = file\nlog.level = ERROR\n' \
	    "$(cd "$1" && pwd)/tokens" >"$1/softhsm2.conf"
	SOFTHSM2_CONF=$(cd "$1" && pwd)/softhsm2.conf
	export SOFTHSM2_CONF
}

# token_here DIR LABEL: the same with one token of that label, PIN $PIN.
token_here() {
	[ -e "$1/softhsm2.conf" ] || softhsm_here "$1"
	SOFTHSM2_CONF=$(cd "$1" && pwd)/softhsm2.conf
	export SOFTHSM2_CONF
	softhsm2-util --init-token --free --label "$2" --pin "$PIN" --so-pin "$SO_PIN" \
	    >>"$CASE_DIR/.setup" 2>&1
}

# lab_beside DIR: home and token of the lab in ./lab once more, in DIR, for what takes its
# time while others run.  beside DIR CMD...: a command there, with the faults of DIR/fault;
# begin_beside DIR CMD...: in the background; end_beside DIR: as the last command, at its end.
lab_beside() {
	mkdir -p "$1"
	cp -R lab/ca lab/tokens "$1"
	sed "s|^directories.tokendir = .*|directories.tokendir = $PWD/$1/tokens|" lab/softhsm2.conf >"$1/softhsm2.conf"
	: >"$1/fault" >"$1/calls"
}

beside() {
	local -x ROLECERT_CA=$PWD/$1/ca SOFTHSM2_CONF=$PWD/$1/softhsm2.conf FAULT=$PWD/$1/fault FAULT_LOG=$PWD/$1/calls
	shift
	"$@"
}

begin_beside() {
	beside "$@" >"$1/out" 2>"$1/err" </dev/null &
	echo $! >"$1/pid"
}

end_beside() {
	LAST="what was begun in $1"
	STATUS=0
	wait "$(cat "$1/pid")" || STATUS=$?
	cp "$1/out" "$CASE_DIR/.out"
	cp "$1/err" "$CASE_DIR/.err"
}

# ledger_signer_here: of the lab in ./lab, a key for checkpoints on its token, certified by
# its CA for nothing but this; ledger.csr stays.
ledger_signer_here() {
	local entry=ledger-signer/ledger.contoso.com

	cat >signer.yaml <<-'END'
		topology: contoso-pki
		product: generic
		sip_domains: [contoso.com]
		pools:
		  - { fqdn: ledger.contoso.com, kind: ledger-signer, name: Contoso Ledger }
	END
	must_work rolecert request -t signer.yaml $entry --token 'pkcs11:token=rolecert-lab;object=ledger' \
	    --module "$(sed -n 's/^module: *//p' lab/ca/ca.yaml | tr -d '"')" -o ledger.csr
	must_work rolecert issue -t signer.yaml $entry --csr ledger.csr -o lab/ca/ledger.pem
}

# checkpoints_by WORDS...: what ca.yaml of the lab says under `checkpoint`, beside that key,
# accepted into its policy.
checkpoints_by() {
	sed -i '/^checkpoint:/d' lab/ca/ca.yaml
	echo "checkpoint: { key: \"pkcs11:token=rolecert-lab;object=ledger\", $* }" >>lab/ca/ca.yaml
	must_work rolecert ca policy accept
}

# key_digest CERT: SHA-256 of its public key, in hexadecimal.
key_digest() {
	openssl x509 -in "$1" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -c1-64
}

# tsa_here: a time stamping authority, tsa.pem; `stamp QUERY ANSWER` answers for it.
tsa_here() {
	cat >tsa.cnf <<-'END'
		[req]
		distinguished_name = dn
		x509_extensions = ext
		prompt = no
		[dn]
		CN = Stamps
		[ext]
		extendedKeyUsage = critical, timeStamping
		[tsa]
		default_tsa = stamps
		[stamps]
		serial = serial
		signer_cert = tsa.pem
		signer_key = tsa.key
		signer_digest = sha256
		default_policy = 1.2.3.4
		digests = sha256
		accuracy = secs:1
		ess_cert_id_alg = sha256
	END
	echo 01 >serial
	openssl req -config tsa.cnf -x509 -newkey rsa:2048 -nodes -keyout tsa.key -days 1 -out tsa.pem 2>/dev/null
}

stamp() {
	openssl ts -reply -config tsa.cnf -section stamps -queryfile "$1" -out "$2" 2>ts.err || bad "$(cat ts.err)"
}

# module_here: the module of a case module/NAME.sh+MODULE, started in ./token; a
# reason why it cannot start ends the case.  Then `rc` is rolecert where the module
# works, with it, and TOKEN_* are set (scripts/tokens/lib.sh).
module_here() {
	local status=0
	"$TOP/scripts/tokens/${CASE_NAME##*+}" up "$CASE_DIR/token" >/dev/null 2>.why || status=$?
	if [ $status -eq 78 ]; then leave_out "$(tail -n 1 .why)"; fi
	if [ $status -ne 0 ]; then
		bad "$(tail -n 1 .why)"
		exit 1
	fi
	. "$CASE_DIR/token/env"
	export ROLECERT_PIN_FILE=$TOKEN_PIN_FILE
	# Modules leak memory of their own; ours is watched in the other cases.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:detect_leaks=0
}

rc() {
	local module=${MODULE:-$TOKEN_MODULE} args=()
	[ -z "$TOKEN_MODULE_ARGS" ] || args=(--module-args "$TOKEN_MODULE_ARGS")
	"$TOKEN_ENTER" rolecert "$@" --module "$module" "${args[@]}"
}

# misuse VERB ...: tests/token/misuse.c on this module; USER_PIN= for none.
misuse() {
	if [ ! -x misuse ]; then
		# shellcheck disable=SC2046
		cc -Wall -Wextra -Werror $(pkg-config --cflags p11-kit-1) -o misuse \
		    "$TESTS/token/misuse.c" -lcrypto -ldl
	fi
	MODULE=$TOKEN_MODULE MODULE_ARGS=$TOKEN_MODULE_ARGS SLOT_LABEL=$TOKEN_LABEL \
	    PIN=${USER_PIN-$TOKEN_PIN} "$TOKEN_ENTER" "$CASE_DIR/misuse" "$@"
}

# can WORD...: the module can do all of these.
can() {
	local word
	for word; do
		case " $TOKEN_CAN " in *" $word "*) ;; *) return 1 ;; esac
	done
}

# fault_module: tests/token/fault.c as ./fault.so; it knows all constants of the header.
fault_module() {
	local flags
	flags=$(pkg-config --cflags p11-kit-1)
	# shellcheck disable=SC2086
	echo '#include <p11-kit/pkcs11.h>' | cc $flags -E -dM - |
	    sed -n 's/^#define \(CK[RAMF]_[A-Z0-9_]*\) .*/X(\1)/p' | sort -u >constants.h
	# shellcheck disable=SC2086
	cc -shared -fPIC -Wall -Wextra -Werror $flags -I. -o fault.so "$TESTS/token/fault.c"
}

# need COMMAND...: end the case, saying what lacks: a test that cannot run has failed.
need() {
	local command
	for command; do
		if ! type -t -- "$command" >/dev/null; then
			bad "needs '$command', which is not installed (make deps)"
			exit 1
		fi
	done
}
