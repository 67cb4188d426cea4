# The command line itself: what is refused, and how.

need python3

must_fail 2 missing-argument rolecert
expect_err 'rolecert lab DIR'
expect_silent
must_fail 2 no-such-command rolecert plann
expect_err "did you mean 'plan'?"
must_fail 2 no-such-command rolecert ca
must_fail 2 no-such-command rolecert ca shw
expect_err "did you mean 'ca show'?"
must_fail 2 no-such-option rolecert --jsn explain
expect_err "did you mean '--json'?"
must_fail 2 no-such-option rolecert explain --topology x
must_fail 2 no-such-option rolecert explain -x
must_fail 2 option-value rolecert --ca
must_fail 2 option-value rolecert --ca= explain
must_fail 2 option-value rolecert explain --json=yes
must_fail 2 option-twice rolecert --ca a explain --ca b
must_fail 2 extra-argument rolecert explain bug usage
must_fail 2 unknown-rule rolecert explain usge
expect_err "did you mean 'usage'?"
must_fail 2 missing-argument rolecert plan
expect_err '-t FILE'
must_fail 2 missing-argument rolecert ledger list
expect_err ROLECERT_CA

# Global options stand on either side; options of a command after it.
must_work rolecert --json explain usage
expect_json '.rule == "usage" and .status == 2'
must_work rolecert explain usage --json
expect_json '.rule == "usage"'
must_work rolecert -- explain usage
must_work rolecert explain -- usage

# A failure is a document too, and the messages stay text on stderr.
must_fail 2 unknown-rule rolecert --json explain nonsense
expect_json '.error.rule == "unknown-rule" and .error.status == 2 and (.error.diagnoses | length) == 1'

must_work rolecert --version
expect_has 'rolecert '
must_work rolecert --help
expect_has 'usage: rolecert'
must_work rolecert ca --help
expect_has 'ca init'
must_work rolecert help ca init
cp .out help.txt
must_work rolecert ca init --help
expect_same .out help.txt

# What was not written did not happen well.
run bash -c 'rolecert explain >/dev/full'
expect_equal "$STATUS" 6
expect_err '[stdout-write]'
# Whoever reads the beginning alone is told nothing; the status stays.
run python3 -c '
import os, subprocess
r, w = os.pipe()
os.close(r)
gone = subprocess.run(["rolecert", "explain"], stdout=w, stderr=subprocess.PIPE)
print(gone.returncode, len(gone.stderr))
'
expect_has '6 0'
run bash -c 'rolecert explain >&-'
expect_equal "$STATUS" 6

# -q is quiet only while all goes well.
must_fail 2 unknown-rule rolecert -q explain nonsense

# -v tells what took how long, and how long all of it; -q does not; stdout is as without.
must_work rolecert plan -t "$TOP/profiles/sample-topology.yaml" -v --json
expect_equal "$(sed -n 's/^time: *[0-9.]* ms  //p' .err)" $'role definitions read\ntopology read\nroles compiled\nplanned\nall of it'
cp .out verbose.json
must_work rolecert plan -t "$TOP/profiles/sample-topology.yaml" -v -q --json
expect_same .out verbose.json
expect_equal "$(cat .err)" ''
must_work rolecert plan -t "$TOP/profiles/sample-topology.yaml"
expect_lacks 'time:'

# Foreign text does not reach the terminal as it is.
must_fail 2 no-such-command rolecert $'\e[2Jx'
expect_err '\x1b[2Jx'
