# lib.sh - for the scripts beside it, which start one server each, on 127.0.0.1, with
# everything that it writes in a folder of its own:
#
#   NAME up DIR PORT WORD=VALUE...     starts it; returns when it answers
#   NAME down DIR                      stops it
#
# Each says in its first lines which words it takes.
# shellcheck shell=bash
set -eu -o pipefail

# option WORD DEFAULT ARGUMENTS...
option() {
	local word=$1 value=$2 argument
	for argument in "${@:3}"; do
		case $argument in "$word="*) value=${argument#*=} ;; esac
	done
	echo "$value"
}

answers() {
	(exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null
}

# wait_for PORT LOG: two minutes; what the server wrote, when it does not come.
wait_for() {
	local i
	for i in $(seq 1200); do
		answers "$1" && return 0
		sleep 0.1
	done
	echo "nothing answers at port $1 after two minutes:" >&2
	tail -n 20 "$2" >&2
	return 1
}

# stop DIR: the process group whose leader's number is in DIR/pid.
stop() {
	[ -s "$1/pid" ] || return 0
	kill -- "-$(cat "$1/pid")" 2>/dev/null || true
	rm -f "$1/pid"
}

# start DIR COMMAND...: in a session of its own, so that it can be stopped whole.
start() {
	local dir=$1
	shift
	setsid bash -c 'echo $$ >"$0"; exec "$@"' "$dir/pid" "$@" >"$dir/log" 2>&1 </dev/null &
}
