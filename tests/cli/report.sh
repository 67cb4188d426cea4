# The page of `report`: well-formed, complete by itself, its links lead somewhere, it can be
# read, and nothing that is foreign becomes markup.  In a browser: make check-report.

need openssl jq python3

check="$TOP/scripts/page-check"
t=$TOP/profiles/sample-topology.yaml
mkdir certs
printf '[req]\ndistinguished_name = dn\n[dn]\n' >leaf.cnf
openssl req -x509 -config leaf.cnf -newkey rsa:2048 -nodes -keyout key.pem -days 99 -subj '/CN=<img src=x onerror=alert(1)>/O="\&amp;' \
    -out 'certs/<svg onload=alert(2)>&amp;"'"'.pem" 2>/dev/null
must_work rolecert report -t "$t" --certs certs --html page.html
expect_silent
must_work "$check" page.html
expect_equal "$(stat -c %a page.html)" 644
# Nothing of a foreign name stands there as it is.
for raw in '<img' '<svg onload' '"\&amp;' "&amp;\"'"; do
	if grep -qF "$raw" page.html; then bad "the page holds $raw"; else good; fi
done
if grep -qF '&lt;svg onload=alert(2)&gt;&amp;amp;&quot;&#39;' page.html; then good; else bad "the file's name is not there"; fi
if grep -qF '&lt;img src=x onerror=alert(1)\&gt;' page.html; then good; else bad "the subject is not there"; fi

# A role, a topology and a product whose words are markup.
mkdir -p own/mine
cat >own/mine/product.yaml <<'EOF'
product: mine
title: "<b>Mine</b> & \"more\""
kinds:
  web: { title: "</text><script>alert(3)</script>", servers: optional }
EOF
cat >own/mine/r.yaml <<'EOF'
role: r
extends: base/tls-server
title: "</section><h1>r</h1>"
products: [mine]
applies_to: web
per: pool
subject: { CN: "${pool.fqdn}" }
san:
  names:
    - { dns: "${pool.fqdn}", because: "</td><script>alert(4)</script>&'" }
EOF
cat >own.yaml <<'EOF'
topology: "t</title><script>alert(5)</script>"
product: mine
sip_domains: [example.com]
subject: { O: "<i>&\"'" }
pools: [ { fqdn: a.example.com, kind: web } ]
EOF
run rolecert --profiles own report -t own.yaml --certs certs --html own.html
if [ "$STATUS" -ne 0 ]; then
	# A topology's name is a word: the markup is refused, and the rest is left.
	expect_err 'error:'
	sed -i 's/^topology: .*/topology: own/' own.yaml
	must_work rolecert --profiles own report -t own.yaml --certs certs --html own.html
fi
must_work "$check" own.html
for raw in '<script' '<b>Mine' '<i>' '</section><h1>'; do
	if grep -qF "$raw" own.html; then bad "the page holds $raw"; else good; fi
done
if grep -qF '&lt;script&gt;alert(4)&lt;/script&gt;&amp;&#39;' own.html; then good; else bad "the reason is not there"; fi

# Two thousand entries: counted pool by pool, a page that a browser still takes.
{ printf 'topology: large\nproduct: lync-2013\nsip_domains: [contoso.com]\nclients: { strict_dns: true }\npools:\n'
  for i in $(seq 223); do
	printf '  - { fqdn: p%d.contoso.com, kind: front-end, servers: [a%d.contoso.com, b%d.contoso.com, c%d.contoso.com], web: { external: w%d.contoso.com } }\n' \
	    $i $i $i $i $i
  done; } >large.yaml
must_work rolecert report -t large.yaml --certs certs --html large.html
must_work "$check" large.html
expect_equal "$(($(stat -c %s large.html) < 12000000))" 1 'size of the large page'
expect_equal "$(grep -c 'class="in" id="e' large.html)" 2008

# What is promised is held: each of these is noticed.
plant() {
	sed "$1" page.html >planted.html
	must_fail 1 "$check" planted.html
	expect_has "$2"
}
plant 's|<main|<p><a href="#nowhere">x</a></p><main|' "link to '#nowhere'"
plant 's|<main|<p><a href="http://x.example.com/">x</a></p><main|' "link to 'http://x.example.com/'"
plant 's|<main|<script>1</script><main|' 'element'
plant 's|<main|<p style="x">x</p><main|' 'attribute style'
plant 's|<h2 id="entries-h"|<h4 id="entries-h"|; s|Entries</h2>|Entries</h4>|' 'heading 4 follows'
plant 's|--valid:#[0-9a-f]*|--valid:#88cc88|' 'contrast of valid'
plant 's|<th scope="col">Ends|<th>Ends|' 'without scope'

# The same as JSON; and the page of `plan`.
must_work rolecert report -t "$t" --certs certs --json
expect_json '.ca == null and .custody == null and .ledger == null and (.plan.entries | all(.state == "missing"))'
expect_json '.plan.superfluous | length == 1'
must_work rolecert plan -t "$t" --certs certs --html plan.html
must_work "$check" plan.html

must_fail 2 missing-argument rolecert report -t "$t" --html x.html
expect_err --certs
must_fail 2 missing-argument rolecert report -t "$t" --certs certs
expect_err --html
must_fail 6 rolecert report -t "$t" --certs certs --html nowhere/x.html
expect_no_file x.html
