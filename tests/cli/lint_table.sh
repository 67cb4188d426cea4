# docs/lint.md says what is held against a certificate, each rule with its source: as
# scripts/lint-table writes it from the sources and the program.
# When it differs: scripts/lint-table build/rolecert >docs/lint.md
need jq
must_work "$TOP/scripts/lint-table" "$PROGRAM"
expect_same .out "$TOP/docs/lint.md"
# No rule without its words, and none twice in a table's row.
expect_equal "$(grep -c '^| `' .out)" "$(grep -c '^| `[a-z0-9-]*` | [^|]* | [^|]* |$' .out)" 'whole rows'
[ "$(grep -c '^| `lint-' .out)" -ge 20 ] && good || bad 'the lint has lost its rules'
