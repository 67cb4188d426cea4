# How the entries of a plan stand, by a folder of certificates; with a CA's record it is
# token/plan_states.sh.

need openssl jq python3

cat >t.yaml <<'EOF'
topology: web
product: generic
sip_domains: [example.com]
pools:
  - { fqdn: a.example.com, kind: web-server }
  - { fqdn: b.example.com, kind: web-server }
  - { fqdn: c.example.com, kind: web-server }
  - { fqdn: d.example.com, kind: web-server }
  - { fqdn: e.example.com, kind: web-server }
EOF
must_work rolecert profile compile -t t.yaml --emit openssl -o forms/
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj '/CN=Some CA' -days 999 \
    -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
cat >ca.cnf <<'EOF'
[ca]
default_ca = some
[some]
database = index.txt
new_certs_dir = .
rand_serial = yes
default_md = sha256
unique_subject = no
certificate = ca.pem
private_key = ca.key
policy = any
[any]
commonName = optional
EOF
touch index.txt
# issue POOL FILE FROM UNTIL [FORM]: by a CA that is not ours, from and until so many days from
# now; until half a day later, so that what is left is as many whole days however fast this runs.
issue() {
	local form=forms/web-server--$1.cnf
	[ -e "$1.csr" ] || openssl req -new -newkey rsa:2048 -nodes -keyout "$1.key" -config "$form" -out "$1.csr" 2>/dev/null
	openssl ca -batch -notext -config ca.cnf -in "$1.csr" -out "$2" -extfile "${5:-$form}" -extensions certificate \
	    -startdate "$(date -u -d "$3 days" +%Y%m%d%H%M%SZ)" -enddate "$(date -u -d "$4 days 12 hours" +%Y%m%d%H%M%SZ)" 2>/dev/null
}
mkdir certs
issue a.example.com certs/first.pem -1 300
issue b.example.com b.pem -300 12
openssl x509 -in b.pem -outform DER -out certs/second.CER
issue e.example.com certs/late.pem -300 -3
# The server of d asked for a name of its own.
sed 's/DNS:d.example.com/DNS:x.example.com/; s/^\(DNS.*=\).*d.example.com/\1 x.example.com/' \
    forms/web-server--d.example.com.cnf >forms/d.cnf
issue d.example.com certs/web-server--d.example.com.pem -1 300 forms/d.cnf

must_work rolecert plan -t t.yaml --certs certs --json
expect_json '[.entries[] | .state] == ["valid", "expiring", "missing", "wrong", "expired"]'
expect_json '.entries[0].standing.certificate.file == "certs/first.pem" and .superfluous == []'
expect_json '.entries[3].standing | .needs_work and any(.findings[]; .rule == "check-san-missing")'
must_work rolecert plan -t t.yaml --certs certs
expect_has 'expiring'
expect_has '12 days left'
expect_has '2 days ago'
expect_has 'check-san-missing'
expect_has "1 valid, 1 expiring, 1 wrong, 1 expired, 1 missing: topology 'web'"
cp .out all.txt
must_work rolecert plan -t t.yaml --certs certs --state missing,wrong
expect_lacks first.pem
expect_equal "$(grep -c '^missing\|^wrong' .out)" 2
expect_equal "$(grep -c '^valid\|^expiring' .out)" 0
must_work rolecert plan -t t.yaml --certs certs -v
expect_has 'Some CA'
expect_has certs/second.CER

# For monitors: status 1 when something must be done of what was asked for.
must_fail 1 rolecert plan -t t.yaml --certs certs --check
must_fail 1 rolecert plan -t t.yaml --certs certs --check --state expiring
must_work rolecert plan -t t.yaml --certs certs --check --state revoked,superseded
issue c.example.com certs/third.crt -1 300
issue d.example.com certs/fourth.pem -1 300
issue e.example.com certs/fifth.pem -1 300
issue b.example.com certs/sixth.pem -1 300
must_work rolecert plan -t t.yaml --certs certs --check
# What no entry wants is no alarm, unless it is asked for.
sed -i '/e.example.com/d' t.yaml
must_work rolecert plan -t t.yaml --certs certs --check
expect_has 'superfluous'
expect_has certs/fifth.pem
must_fail 1 rolecert plan -t t.yaml --certs certs --check --state superfluous
expect_equal "$(grep -c '^valid' .out)" 0

# Other things in the folder: keys are passed over, what cannot be read is told.
cp ca.pem a.example.com.key a.example.com.csr certs/
cp a.example.com.key certs/key.pem
cp all.txt certs/notes.txt
mkdir certs/folder.pem
must_work rolecert plan -t t.yaml --certs certs --check
expect_lacks 'passed over'
echo garbage >certs/broken.pem
must_work rolecert plan -t t.yaml --certs certs --check
expect_err "'certs/broken.pem' is passed over"
expect_err '[certs-file]'
rm -r certs/broken.pem certs/folder.pem

# What helps stands where more words are asked for, and that they are to be had where something must be done; what
# the planner says of several entries is said once, and not of those that are not shown.
mkdir -p none
must_work rolecert plan -t "$TOP/profiles/sample-topology.yaml" --certs none
expect_err '-v says what was found'
expect_lacks 'have it requested'
expect_equal "$(grep -c 'shared-key-needs-token\]: .*, .*, .*, oauth$' .out)" 1 'one warning for four entries'
must_work rolecert plan -t "$TOP/profiles/sample-topology.yaml" --certs none -v --state missing
expect_has 'helps     have it requested and issued'
must_work rolecert -q plan -t "$TOP/profiles/sample-topology.yaml" --certs none --state valid
expect_lacks shared-key-needs-token

# A folder that is there and is no CA home is no reason to show less than was asked for; one of roles alone is meant.
mkdir -p no-home roles/profiles
must_fail 3 ca-home rolecert --ca no-home plan -t t.yaml
must_work rolecert --ca roles plan -t t.yaml

# A calendar that others read: CRLF, folded lines, an event for each certificate.
must_work rolecert plan -t t.yaml --certs certs --ics renew.ics --metrics web.prom
run python3 -c '
import re, sys
raw = open("renew.ics", "rb").read()
assert raw.endswith(b"\r\n") and b"\n" not in raw.replace(b"\r\n", b"")
assert all(len(line) <= 75 for line in raw.split(b"\r\n"))
text = raw.decode("ascii").replace("\r\n ", "")
events = re.findall(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT", text, re.S)
assert len(events) == 4, len(events)
for e in events:
    fields = dict(line.split(":", 1) for line in e.strip().split("\r\n"))
    assert re.fullmatch(r"\d{8}", fields["DTSTART;VALUE=DATE"]) and re.fullmatch(r"\d{8}T\d{6}Z", fields["DTSTAMP"])
    assert fields["SUMMARY"].startswith("Renew web-server/") and "\\, serial" in fields["DESCRIPTION"]
assert len({e.split("UID:")[1].split("\r")[0] for e in events}) == 4
assert text.startswith("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") and text.endswith("END:VCALENDAR\r\n")
'
expect_equal "$STATUS" 0 "the calendar: $(tail -n 1 .err)"

# Metrics: each family together, its name declared before, no label broken.
run python3 -c '
import re
seen, kinds = [], set()
for line in open("web.prom"):
    m = re.fullmatch(r"# (HELP|TYPE) (\w+) .*\n", line)
    if m:
        kinds.add(m.group(2))
        continue
    m = re.fullmatch(r"(\w+)\{((?:\w+=\"(?:[^\"\\\\]|\\\\.)*\",?)*)\} (-?\d+)\n", line)
    assert m and m.group(1) in kinds, line
    if m.group(1) not in seen[-1:]:
        assert m.group(1) not in seen, line
        seen.append(m.group(1))
'
expect_equal "$STATUS" 0 "the metrics: $(tail -n 1 .err)"
expect_equal "$(grep -c '^rolecert_entry_state{.*state="valid"} 1$' web.prom)" 4
expect_equal "$(grep -c 'rolecert_certificates_superfluous{topology="web"} 1' web.prom)" 1
expect_equal "$(stat -c %a web.prom)" 644

# Asked for without anything to look at, or for a state that is none.
for option in --check --state=missing --ics=x --metrics=x; do
	must_fail 2 missing-argument rolecert plan -t t.yaml $option
done
expect_no_file x
must_fail 2 state-unknown rolecert plan -t t.yaml --certs certs --state missing,expird
expect_err "did you mean 'expired'?"
must_fail 2 state-unknown rolecert plan -t t.yaml --certs certs --state missing,
must_fail 6 folder rolecert plan -t t.yaml --certs nowhere
must_fail 6 rolecert plan -t t.yaml --certs certs --ics nowhere/x.ics
expect_silent
must_fail 3 ca-home rolecert --ca nowhere plan -t t.yaml
