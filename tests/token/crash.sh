# heavy: hundreds of runs
# A sample of what `make check-crash` does: a home outlives every crash.  The strides are
# primes, so that they meet all commands and many calls.

need cc openssl softhsm2-util
check=$TOP/scripts/check-crash
# What this machine does not let us follow (ptrace(2), on x86-64 alone) is no failure.
mkdir followed
[ "$(uname -m)" = x86_64 ] || leave_out 'system calls are followed on x86-64 alone'
cc -D_GNU_SOURCE -O1 -o step "$TESTS/crash/step.c"
# one that forbids its core dump, as rolecert does: prctl(PR_SET_DUMPABLE, 0)
run ./step "$PWD/followed" followed.log none -- /usr/bin/python3 -c \
    'import ctypes, sys; ctypes.CDLL(None).prctl(4, 0, 0, 0, 0); open(sys.argv[1], "w").write("x")' "$PWD/followed/x"
grep -q /followed/x followed.log || leave_out 'no system calls are followed: it takes root (ptrace, CAP_SYS_PTRACE)'
# what is followed is the program, not what starts it, and who is followed looks for no leaks
export ROLECERT=$PROGRAM ASAN_OPTIONS=$ASAN_OPTIONS:detect_leaks=0
must_work /usr/bin/python3 "$check" --jobs 1 --sample 211
expect_has ' 0 failed'
expect_has 'system calls touch the disk'
must_work /usr/bin/python3 "$check" --jobs 1 --token --sample 97 --flow issue kill parallel
expect_has ' 0 failed'

# What a process that is gone left behind is settled by whoever opens the home to write.
export ROLECERT_CA=ca ROLECERT_PROFILES=$TOP/profiles
openssl genpkey -algorithm ec -pkeyopt ec_paramgen_curve:P-256 -out ca.key 2>/dev/null
openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout s.key -subj /CN=x \
    -out s.csr 2>/dev/null
must_work rolecert ca init --self-signed --key "memory:path=$PWD/ca.key" --custody memory --subject CN=Crash ca
issue=("$PROGRAM" -q issue -t "$TOP/profiles/sample-topology.yaml" oauth --csr s.csr --renew -o s.pem)
must_work ./step "$PWD/ca" log none -- "${issue[@]}"
# killed between the flush of the intent and that of the signature
at=$(jq -s '[.[] | select(.call == "fdatasync" and (.path | endswith("-wal")))] | (.[1].n + .[2].n) / 2 | floor' log)
run ./step "$PWD/ca" log kill "$at" -- "${issue[@]}"
expect_equal "$STATUS" 137 'status of who was killed'
expect_equal "$(rolecert --json ledger list | jq -r '.[-1].state')" PENDING
serial=$(rolecert --json ledger list | jq -r '.[-1].serial')
must_work rolecert revoke "$serial" --reason keyCompromise
expect_err 'now LOST'
must_work rolecert ledger verify
