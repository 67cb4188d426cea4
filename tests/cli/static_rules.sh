# Every rule that the role compiler knows before a topology is seen has a text that breaks
# it and one that comes close: tests/static/RULE, sections of
#
#   --- bad [words on stderr]      refused with this rule
#   --- near                       nothing is said
#
# A section is the body of mine/r.yaml, or the whole of it from `role:` on; `=== FILE` begins
# another file, and with a topology.yaml it is the topology that is checked.

# put_section TEXT: the files of a section, in a folder of its own.
put_section() {
	local file=mine/r.yaml line
	rm -rf case && mkdir -p case/mine
	cat >case/mine/product.yaml <<'END'
product: mine
title: Mine
kinds:
  web:
    servers: required
    fields:
      url: { type: uri }
      host: { type: fqdn }
      aliases: { type: fqdn-list }
      on: { type: boolean, default: false }
END
	case $1 in
	role:*) ;;
	*) printf 'role: r\nextends: base/tls-server\nproducts: [mine]\napplies_to: web\nper: server\n' ;;
	esac >case/mine/r.yaml
	while IFS= read -r line; do
		case $line in
		'=== '*)
			file=${line#=== }
			mkdir -p "case/$(dirname "$file")"
			: >"case/$file"
			;;
		*) printf '%s\n' "$line" >>"case/$file" ;;
		esac
	done <<<"$1"
}

check_section() {
	local status kind=${2%% *} words=
	[ "$kind" = "$2" ] || words=${2#* }
	put_section "$3"
	if [ -e case/topology.yaml ]; then
		run rolecert --profiles case topology check case/topology.yaml
	else
		run rolecert --profiles case profile check mine
	fi
	if crashed; then
		bad "$1: crashed"; show
	elif [ "$kind" = near ]; then
		[ "$STATUS" -eq 0 ] && good || { bad "$1: what comes close is refused"; show; }
		n_near=$((n_near + 1))
	elif [ "$STATUS" -ne 3 ] && [ "$STATUS" -ne 4 ] || ! grep -qF "[$1]" .err ||
	     ! grep -qF -- "$words" .err; then
		bad "$1: want it refused, with '$words'"; show
		sed 's/^/    text: /' case/mine/r.yaml
	else
		good
		n_bad=$((n_bad + 1))
	fi
}

check_rule() {
	local line heading='' text=''
	n_near=0 n_bad=0
	while IFS= read -r line; do
		case $line in
		'--- '*)
			[ -z "$heading" ] || check_section "$1" "$heading" "$text"
			heading=${line#--- } text=
			;;
		*) text+=$line$'\n' ;;
		esac
	done <"$TESTS/static/$1"
	check_section "$1" "$heading" "$text"
	if [ "$n_near" -eq 0 ] || [ "$n_bad" -eq 0 ]; then
		bad "$1 needs a text that breaks it and one that comes close"
	fi
}

# What is no check of a text: the absence of a rule, a note's own rule, a limit of planning.
no_check='^(NONE|ROLE_NOTE|PLAN_LIMIT)$'
n=0
for ident in $(grep -oh 'RULE_[A-Z_]*' "$TOP"/src/profile/*.c "$TOP"/src/plan/parameters.c | sed 's/RULE_//' | sort -u |
    grep -Ev "$no_check"); do
	rule=$(sed -n "s/^RULE($ident, \"\([^\"]*\)\".*/\1/p" "$TOP/src/base/rules.def")
	n=$((n + 1))
	if [ -e "$TESTS/static/$rule" ]; then
		check_rule "$rule"
	else
		bad "$rule has no text in tests/static"
	fi
done
[ "$n" -gt 40 ] || bad "found only $n rules in src/profile"
