# Every rule is listed, explained, and says what to do.

must_work rolecert --json explain
expect_json 'length > 50'
expect_json 'all(.[]; (.rule | test("^[a-z0-9-]+$")) and (.text | length > 10) and (.why | length > 20))'
expect_json '[.[].rule] | length == (unique | length)'
expect_equal "$(jq length .out)" "$(grep -c '^RULE(' "$TOP/src/base/rules.def")" 'number of rules'
must_work rolecert explain csr-signature
expect_has 'csr-signature: '
expect_has 'Exit status 4'

# A rule that only warns or notes says so, and nothing fails by it.
must_work rolecert explain csr-sha1
expect_has 'changes no exit status'
expect_lacks 'Exit status'
must_work rolecert explain csr-sha1 --json
expect_json '.status == 0 and .class == "note"'
for ident in $(sed -n 's/^RULE(\([A-Z0-9_]*\), "[a-z0-9-]*", RC_OK.*/\1/p' "$TOP/src/base/rules.def"); do
	if grep -rqE "error_(fail|at|errno)\([^;]*RULE_$ident\b" "$TOP/src" "$TOP/engines"; then
		bad "RULE_$ident only warns, and something fails by it"
	else
		good
	fi
done
