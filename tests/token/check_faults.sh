# heavy: hundreds of runs
# A sample of what `make check-faults` does: each PKCS#11 function failing with each
# return code.  The stride is a prime, so that it meets all functions and many codes.

need cc openssl pkg-config softhsm2-util
must_work /usr/bin/python3 "$TOP/scripts/check-faults" --jobs 1 --sample 199
expect_has ' 0 failed'
expect_has 'functions'
