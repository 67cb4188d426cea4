# lib.sh - what the scripts beside it share.  Each of them is one PKCS#11 module
# with a token in a folder of its own, without a screen, on loopback:
#
#   scripts/tokens/NAME up DIR      starts it, prints DIR/env (when it runs already, that only)
#   scripts/tokens/NAME lose DIR    the token is lost while it is used: its process dies
#   scripts/tokens/NAME down DIR    ends what runs; the folder stays
#   scripts/tokens/list             the names; `list --always` those that `make check` runs
#
# DIR/env is read by a shell: TOKEN_NAME, TOKEN_MODULE, TOKEN_MODULE_ARGS, TOKEN_LABEL,
# TOKEN_URI, TOKEN_PIN, TOKEN_PIN_FILE, TOKEN_SO_PIN, TOKEN_CAN (words, below), TOKEN_ENTER, and what
# the module itself wants in the environment.  $TOKEN_ENTER CMD... runs a command where the
# module works.  TOKEN_CAN:
#
#   rsa ec ed25519     kinds of keys
#   keygen             makes key pairs that `token keygen` takes
#   own-keys           comes with keys: TOKEN_KEY is the label of one
#   import             takes private keys from outside
#   wraps              an extractable key can be taken out, as it says of itself
#   leaks-wrap         so can one that says it is not
#   leaks-copy         a copy of a key can be used without a PIN
#   leaks-set          CKA_EXTRACTABLE can be set back
#   pin-low pin-final pin-locks    tells of lost tries, of the last one; locks after three
#   lose               can be lost by `lose`
#
# A script ends with status 77 and the reason where the module cannot run, 78 where that takes
# rights which are not to be had here.
# It defines start, and where there is something to them, alive, stop, lose.
# shellcheck shell=bash

set -u
NAME=$(basename "$0")
PIN=12345678 SO_PIN=87654321
LABEL=contract

# cannot WORDS: not here.
cannot() {
	echo "$NAME: did not start: $*" >&2
	exit 77
}

# forbidden WORDS: this machine does not let us; status 78.
forbidden() {
	echo "$NAME: did not start: $*" >&2
	exit 78
}

# needs COMMAND|FILE...: cannot without.
needs() {
	local thing
	for thing; do
		case $thing in
		/*) [ -e "$thing" ] || cannot "$thing is not installed" ;;
		*)  command -v "$thing" >/dev/null || cannot "'$thing' is not installed" ;;
		esac
	done
}

# must CMD...: what it says is shown when it fails, and that is why we cannot.
must() {
	"$@" >>"$DIR/log" 2>&1 </dev/null && return
	tail -n 5 "$DIR/log" >&2
	cannot "'$1' failed: $(tail -n 1 "$DIR/log")"
}

# background NAME CMD...: a process of ours, its number in DIR/NAME.pid.
background() {
	local name=$1
	shift
	setsid "$@" >>"$DIR/log" 2>&1 </dev/null 9>&- &
	echo $! >"$DIR/$name.pid"
}

running() { [ -e "$DIR/$1.pid" ] && kill -0 "$(cat "$DIR/$1.pid")" 2>/dev/null; }

# finish NAME [SIGNAL]: ends it and waits for its end.
finish() {
	local pid n=0
	[ -e "$DIR/$1.pid" ] || return 0
	pid=$(cat "$DIR/$1.pid")
	kill "-${2:-TERM}" "$pid" 2>/dev/null
	while kill -0 "$pid" 2>/dev/null && [ $n -lt 50 ]; do
		sleep 0.1
		n=$((n + 1))
	done
	kill -KILL "$pid" 2>/dev/null
	rm -f "$DIR/$1.pid"
}

# within SECONDS CMD...: until it works.
within() {
	local tries=$(($1 * 10))
	shift
	while ! "$@" >/dev/null 2>&1; do
		tries=$((tries - 1))
		[ $tries -gt 0 ] || return 1
		sleep 0.1
	done
}

# first FILE...: the one that is there, where distributions differ.
first() {
	local file
	for file; do
		[ -e "$file" ] && echo "$file" && return
	done
	echo "$1"
}

# free_ports: the first of two neighbouring free ports of loopback.
free_ports() {
	local port
	for port in $(shuf -i 20000-30000 -n 50); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null && continue
		(exec 3<>"/dev/tcp/127.0.0.1/$((port + 1))") 2>/dev/null && continue
		echo "$port"
		return
	done
}

# sockets: a folder for sockets, whose names must be short and plain.
sockets() {
	drop_sockets
	SOCKETS=$(mktemp -d /tmp/rolecert-token-XXXXXX)
	ln -sfn "$SOCKETS" "$DIR/sockets"
}
drop_sockets() {
	[ ! -L "$DIR/sockets" ] || rm -rf "$(readlink "$DIR/sockets")" "$DIR/sockets"
}

# say NAME VALUE: a line of the environment.
say() { printf 'export %s=%q\n' "$1" "$2" >>"$DIR/env.new"; }

# token MODULE CAN [ARGS]: the lines that every module has.
token() {
	(umask 077 && printf '%s\n' "$PIN" >"$DIR/pin")
	: >"$DIR/env.new"
	say TOKEN_NAME "$NAME"
	say TOKEN_DIR "$DIR"
	say TOKEN_MODULE "$1"
	say TOKEN_MODULE_ARGS "${3:-}"
	say TOKEN_LABEL "$LABEL"
	say TOKEN_URI "pkcs11:token=${LABEL// /%20}"
	say TOKEN_PIN "$PIN"
	say TOKEN_PIN_FILE "$DIR/pin"
	say TOKEN_SO_PIN "$SO_PIN"
	say TOKEN_CAN "$2"
	say TOKEN_ENTER "$DIR/enter"
}

# enter_by WORDS: what $TOKEN_ENTER puts before a command.
enter_by() {
	# shellcheck disable=SC2016
	printf '#!/bin/sh\n. %q\nexec %s "$@"\n' "$DIR/env" "$*" >"$DIR/enter"
	chmod +x "$DIR/enter"
}

tool() { pkcs11-tool --module "$@"; }

alive() { [ -e "$DIR/env" ]; }
stop() { :; }
lose() { cannot "this token cannot be lost"; }

up() {
	mkdir -p "$DIR" || exit 1
	DIR=$(cd "$DIR" && pwd)
	exec 9>"$DIR/.lock" && flock 9
	if ! { [ -e "$DIR/env" ] && alive; }; then
		stop
		rm -f "$DIR/env" "$DIR/log"
		enter_by ''
		start
		mv "$DIR/env.new" "$DIR/env"
	fi
	cat "$DIR/env"
}

down() {
	[ -d "$DIR" ] || return 0
	DIR=$(cd "$DIR" && pwd)
	stop
	drop_sockets
	rm -f "$DIR/env" "$DIR/enter"
}

main() {
	if [ $# -ne 2 ]; then
		echo "usage: $NAME up|lose|down DIR" >&2
		exit 2
	fi
	DIR=$2
	case $1 in
	up)   up ;;
	lose) DIR=$(cd "$DIR" && pwd) && lose ;;
	down) down ;;
	*)    echo "usage: $NAME up|lose|down DIR" >&2; exit 2 ;;
	esac
}
