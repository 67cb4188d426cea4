# Every rule is listed, explained, and says what to do.

must_work rolecert --json explain
expect_json 'length > 50'
expect_json 'all(.[]; (.rule | test("^[a-z0-9-]+$")) and (.text | length > 10) and (.why | length > 20))'
expect_json '[.[].rule] | length == (unique | length)'
expect_equal "$(jq length .out)" "$(grep -c '^RULE(' "$TOP/src/base/rules.def")" 'number of rules'
must_work rolecert explain csr-signature
expect_has 'csr-signature: '
expect_has 'Exit status 4'
