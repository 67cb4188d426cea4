must_work echo hello
expect_out hello
expect_has ell
expect_lacks bye
must_fail 3 usage sh -c 'echo "f:1:2: error: x [usage]" >&2; exit 3'
expect_err 'f:1:2'
expect_silent
must_work echo '{"a": 1}'
expect_json '.a == 1'
pin_file pin
expect_file pin
expect_equal "$(stat -c %a pin)" 600
expect_no_file nothing-here
softhsm_here hsm
expect_file hsm/softhsm2.conf
