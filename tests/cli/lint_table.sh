# heavy: most of it is the shell
# docs/lint.md says what is held against a certificate, each rule with its source: as
# scripts/lint-table writes it from the sources and the program.
# When it differs: scripts/lint-table build/rolecert >docs/lint.md
need jq
must_work "$TOP/scripts/lint-table" "$PROGRAM"
expect_same .out "$TOP/docs/lint.md"
# No rule without its words, and none twice in a table's row.
expect_equal "$(grep -c '^| `' .out)" "$(grep -c '^| `[a-z0-9-]*` | [^|]* | [^|]* |$' .out)" 'whole rows'
[ "$(grep -c '^| `lint-' .out)" -ge 20 ] && good || bad 'the lint has lost its rules'

# docs/csr.md has every rule by which the cases of requests are refused, and no other than there is.
grep -o '`[a-z0-9]*-[a-z0-9-]*`' "$TOP/docs/csr.md" | tr -d '`' | grep -E '^(csr|key|request)-' | sort -u >told
awk '!/^#/ && NF { print $3 }' "$TESTS/refuse/csr/cases" | sort -u >refused
expect_equal "$(comm -13 told refused)" '' 'rules that docs/csr.md does not have'
rolecert --json explain | jq -r '.[].rule' | sort >known
expect_equal "$(comm -23 told known)" '' 'rules that are none'

# Each of these rules is broken by a whole certificate, list or response in tests/unit/check,
# and another comes close: as two rows of a table there, or in one test that has both.  A request's key has
# vectors of its own.  Left out: what no octets can hold (an address or OID that is none does not
# decode; other kinds of name are san-name), what needs a signature, what is a warning, and the
# readers of lists and responses, which have tests of their own in tests/unit/x509.
sed -n 's/^RULE(\([A-Z0-9_]*\), "\([a-z0-9-]*\)".*/\1 \2/p' "$TOP/src/base/rules.def" >idents
awk '
	function told(    id) { for (id in seen) { if (near) both[id] = 1; delete seen[id] } near = 0 }
	FILENAME == "idents" { id_of[$1] = $2; next }
	/^TEST\(/ { told() }
	/EXPECT_OK|RULE_NONE/ { near = 1 }
	{
		for (rest = $0; match(rest, /RULE_[A-Z0-9_]+/); rest = substr(rest, RSTART + RLENGTH)) {
			rule = substr(rest, RSTART + 5, RLENGTH - 5)
			seen[rule] = 1
			if ($0 ~ /BREAKS\(/) breaks[rule] = 1
			if ($0 ~ /CLOSE\(/) comes_close[rule] = 1
		}
	}
	/^}/ { told() }
	END {
		for (rule in breaks) if (comes_close[rule]) both[rule] = 1
		for (rule in both) if (rule in id_of) print id_of[rule]
	}' idents "$TESTS"/unit/check/test_*lint*.c | sort >tried
sed '/^## The key of the request/q' "$TOP/docs/lint.md" | sed -n 's/^| `\([a-z0-9-]*\)`.*/\1/p' |
    grep -v -x -e cert-algorithms -e name-type -e name-ip -e name-rid -e crl-malformed -e ocsp-malformed -e ext-uri-https | sort -u >held
expect_equal "$(comm -23 held tried)" '' 'rules without a break and a near one in tests/unit/check/test_*lint*.c'
[ "$(wc -l <held)" -ge 70 ] && good || bad 'few rules are held against a certificate'
