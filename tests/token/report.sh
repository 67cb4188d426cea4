# The page of `report` with a CA home: the CA, the custody of its key, its record.

need jq python3

rolecert -q lab lab >/dev/null
. lab/env.sh
must_work rolecert report -t lab/topology.yaml --html page.html
must_work "$TOP/scripts/page-check" page.html
root=$(rolecert ledger verify --json | jq -r .root)
for words in "$root" 'Lab Issuing CA' CKA_NEVER_EXTRACTABLE 'ledger verify CAHOME --signatures' 'All 22 entries are in order'; do
	if grep -qF "$words" page.html; then good; else bad "the page lacks '$words'"; fi
done
if grep -qF "$(cat lab/pin)" page.html; then bad "the page holds the PIN"; else good; fi
must_work rolecert report -t lab/topology.yaml --json
expect_json '.ledger.whole and .ca.custody == "strict" and (.custody.lines | any(. == "verdict accepted"))'
expect_equal "$(jq -r .ledger.root .out)" "$root"
