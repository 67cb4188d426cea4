# The guides do what they say: their files are written, their commands run, and what
# these print is what the guide shows.  Three dots there stand for anything.

need openssl

guide_file() {
	mkdir -p "$(dirname "$1")"
	printf '%s' "$2" >"$1"
}

# What a guide shows, as a pattern of the shell.
pattern_of() {
	printf '%s' "$1" | sed 's/[][*?\\]/\\&/g; s/\.\.\./*/g'
}

guide_command() {
	local line=$1 command=$2 want=$3 have pattern
	eval "$command" >.have 2>&1 || true
	have=$(cat .have)
	pattern=$(pattern_of "${want%$'\n'}")
	# shellcheck disable=SC2053
	if [[ $have == $pattern ]]; then
		good
	else
		bad "${guide##*/}:$line: $command"
		printf '%s\n' "$want" >.want
		diff .want .have || true
	fi
}

for guide in "$TOP"/docs/guide/*.md; do
	name=${guide##*/}
	"$TOP/scripts/guide-blocks" "$guide" >"$CASE_DIR/$name.sh"
	grep -q '^guide_command' "$CASE_DIR/$name.sh" || bad "$name runs nothing"
	mkdir -p "$CASE_DIR/${name%.md}"
	cd "$CASE_DIR/${name%.md}"
	. "$CASE_DIR/$name.sh"
	# What one guide exports is not the next one's.
	unset ROLECERT_CA ROLECERT_PIN_FILE ROLECERT_PROFILES SOFTHSM2_CONF
done
