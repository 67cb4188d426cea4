# The program is built as a program should be that holds a PIN.
need readelf

must_work readelf -W -h "$PROGRAM"
expect_has "DYN (Position-Independent Executable file)"
must_work readelf -W -d "$PROGRAM"
expect_equal "$(grep -cE 'FLAGS_1.*NOW.*PIE' .out)" 1 "bound at the start, position-independent"
expect_lacks RPATH
expect_lacks RUNPATH
must_work readelf -W -l "$PROGRAM"
expect_has GNU_RELRO
expect_equal "$(awk '$1 == "GNU_STACK" { print $7 }' .out)" RW "the stack is no code"
expect_equal "$(awk '$1 == "LOAD" && /RWE/' .out)" "" "nothing is both written and run"
must_work readelf -W --dyn-syms "$PROGRAM"
expect_has __stack_chk_fail
# A sanitizer brings checks of its own in the place of the library's.
if grep -q -- -D_FORTIFY_SOURCE=3 "$(dirname "$PROGRAM")/flags"; then
	expect_has _chk@
fi
