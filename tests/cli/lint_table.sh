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
