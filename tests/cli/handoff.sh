# What the people at the servers get: a folder for each, and scripts out of which no
# foreign text breaks.

need openssl jq python3 iconv
sample=$TOP/profiles/sample-topology.yaml
must_work rolecert -q request -t "$sample" -o servers
expect_silent
rolecert plan -t "$sample" --json >plan.json

# A folder for each server, whether it asks or only uses what another one asked for.
cat >want.txt <<'END'
chat01.contoso.com
dir01.contoso.com
edge01.contoso.net
edge02.contoso.net
ee01.contoso.com
ee02.contoso.com
mail01.contoso.com
med01.contoso.com
oauth
proxy.contoso.net
sba01.contoso.com
se01.contoso.com
um01.contoso.com
wac01.contoso.com
END
ls servers | LC_ALL=C sort >have.txt
expect_same have.txt want.txt
expect_equal "$(find servers -name '*.ps1' | wc -l)" "$(jq '.entries | length' plan.json)" 'scripts'
expect_equal "$(ls servers/edge02.contoso.net)" README.txt 'what a server gets that asks for nothing'
for file in servers/*/*.ps1 servers/*/*.inf servers/*/README.txt; do
	expect_equal "$(grep -c $'\r$' "$file")" "$(wc -l <"$file")" "lines of $file that end in CR LF"
done
page=servers/edge02.contoso.net/README.txt
for words in edge-external/lsedge.contoso.net 'sip.fabrikam.com' 'AccessEdgeExternal, DataEdgeExternal' \
    'used by   edge01.contoso.net, edge02.contoso.net' 'here: only STEM.assign.ps1'; do
	if grep -qF "$words" $page; then good; else bad "$page lacks $words"; fi
done

# Both ways, where there are both; a role without types has one, a kind of key none.
script=servers/se01.contoso.com/standard-edition--se01.contoso.com--se01.contoso.com.ps1
expect_equal "$(grep -n 'Import-Module\|^Request-Cs' $script | tr -d '\r' | sed 's/.*\(Import-Module\|Request-Cs\).*/\1/')" \
    $'Import-Module\nRequest-Cs' 'the cmdlet comes behind its module'
grep -q "ValidateSet('cmdlet', 'certreq')" $script && grep -q 'Request-CsCertificate -New' $script &&
	grep -q "certreq.exe @('-new'" $script && good || bad "$script has not both ways"
script=servers/um01.contoso.com/exchange-um--um01.contoso.com--um01.contoso.com.ps1
grep -q "ValidateSet('certreq')" $script && ! grep -q "Request-CsCertificate -New\|Import-Module" $script &&
	good || bad "$script: certreq alone"
expect_equal "$(cat servers/*/*.inf | grep -a '^FriendlyName' | sort | uniq -d)" '' 'friendly names that come twice'

# What a beginner leaves out.
must_fail 2 missing-argument rolecert request -t "$sample"
expect_err '-o DIR'
must_fail 2 missing-argument rolecert request -t "$sample" --form inf -o x
must_fail 2 option-value rolecert request -t "$sample" -o x --type rsa-1024

# One entry: the folder of its server, the same page.
must_work rolecert request -t "$sample" front-end/eepool.contoso.com/ee02.contoso.com -o one
expect_equal "$(ls one)" ee02.contoso.com
expect_same one/ee02.contoso.com/README.txt servers/ee02.contoso.com/README.txt

# A name that is a device on Windows.
sed 's/se01\.contoso/aux.contoso/' "$sample" >aux.yaml
must_work rolecert request -t aux.yaml standard-edition/aux.contoso.com/aux.contoso.com -o devices
expect_equal "$(ls devices)" _aux.contoso.com

# -- certificates -----------------------------------------------------------------

openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem 2>/dev/null
printf '[ca]\nbasicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nsubjectKeyIdentifier=hash\n' >ca.cnf
root_of() { openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$1" -keyout "$1.key" \
	-out "$1.pem" -days 30 -config /dev/null -addext basicConstraints=critical,CA:TRUE \
	-addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null; }
root_of Root
openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Middle -keyout Middle.key -config /dev/null 2>/dev/null |
	openssl x509 -req -CA Root.pem -CAkey Root.key -set_serial 2 -days 20 -extfile ca.cnf -extensions ca -out Middle.pem 2>/dev/null
root_of Stranger
cat Stranger.pem Root.pem Middle.pem >issuers.pem
# certificate TOPOLOGY ENTRY FILE
certificate() {
	rolecert request -t "$1" "$2" --form openssl >form.cnf
	openssl req -new -batch -key rsa.pem -config form.cnf |
		openssl x509 -req -CA Middle.pem -CAkey Middle.key -set_serial 7 -days 10 -extfile form.cnf \
		    -extensions certificate -out "$3" 2>/dev/null
}
edge=edge-external/lsedge.contoso.net
certificate "$sample" $edge edge.pem
print=$(openssl x509 -in edge.pem -noout -fingerprint -sha1 | sed 's/.*=//; s/://g')
must_work rolecert assign -t "$sample" $edge edge.pem --issuer issuers.pem
expect_has "Set-CsCertificate -Type 'AccessEdgeExternal','DataEdgeExternal','AudioVideoAuthentication' -Thumbprint '$print'"
expect_has 'Repeat on each server: edge01.contoso.net edge02.contoso.net'
expect_has 'Import-CsCertificate -Path $certificate -PrivateKeyExportable $false'
expect_has '-repairstore'
expect_equal "$(grep -c '^Set-CsCertificate' .out)" 2 'servers'
root_line=$(grep -n -m 1 "'Root'" .out) middle_line=$(grep -n -m 1 "'CA'" .out)
[ "${root_line%%:*}" -lt "${middle_line%%:*}" ] && good || bad 'the root comes first'

# In folders: the chain from the certificate up, each certificate as it is.
must_work rolecert assign -t "$sample" $edge edge.pem --issuer issuers.pem -o servers
for server in edge01 edge02; do
	d=servers/$server.contoso.net stem=edge-external--lsedge.contoso.net
	openssl x509 -in $d/$stem.cer -inform DER -out leaf.pem
	expect_same leaf.pem edge.pem
	openssl x509 -in $d/root.cer -inform DER -noout -subject >names.txt
	openssl x509 -in $d/intermediate-1.cer -inform DER -noout -subject >>names.txt
	openssl pkcs7 -in $d/$stem.p7b -inform DER -print_certs -noout | sed -n 's/^subject=.*CN = \(.*\)/\1/p' >>names.txt
	expect_equal "$(cat names.txt)" $'subject=CN = Root\nsubject=CN = Middle\nsip.contoso.com\nMiddle\nRoot' 'the chain'
	expect_equal "$(grep -c $'\r$' $d/$stem.assign.ps1)" "$(wc -l <$d/$stem.assign.ps1)" 'lines with CR LF'
done

# An exportable key goes from the first to the others, without a password in the text.
sed '$a choices: { edge-external: { shared_key: exportable } }' "$sample" >exportable.yaml
certificate exportable.yaml $edge exportable.pem
must_work rolecert assign -t exportable.yaml $edge exportable.pem --issuer issuers.pem
expect_has '-exportPFX'
expect_has 'Read-Host -AsSecureString'
expect_has '-Password $password -PrivateKeyExportable $false'
expect_lacks repairstore
must_work rolecert -q assign -t exportable.yaml $edge exportable.pem --issuer issuers.pem -o exported
for server in edge01 edge02; do
	grep -q "certutil.exe -exportPFX My" exported/$server.contoso.net/*.assign.ps1 && good || bad "$server: how the key is exported"
done
grep -q 'copy the file' exported/edge01.contoso.net/*.assign.ps1 && good || bad 'the first server is not told that the others wait'
# The whole deployment's; a role without types.
certificate "$sample" oauth oauth.pem
must_work rolecert assign -t "$sample" oauth oauth.pem --issuer issuers.pem
expect_has "Set-CsCertificate -Identity Global -Type 'OAuthTokenIssuer' -Thumbprint"
certificate "$sample" reverse-proxy/proxy.contoso.net proxy.pem
must_work rolecert assign -t "$sample" reverse-proxy/proxy.contoso.net proxy.pem --issuer issuers.pem
expect_lacks Set-CsCertificate
expect_has "'-accept', '-machine'"

# Without the certificates above it: told; with the wrong certificate: refused.
must_work rolecert assign -t "$sample" $edge edge.pem
expect_err '[assign-chain]'
expect_has 'The root is not here'
must_fail 1 assign-unsatisfied rolecert assign -t "$sample" $edge proxy.pem -o refused
expect_err '[check-san-missing]'
expect_silent
expect_no_file refused
must_fail 1 check-chain rolecert assign -t "$sample" $edge edge.pem --issuer Stranger.pem
must_fail 2 no-such-entry rolecert assign -t "$sample" edge/lsedge.contoso.net edge.pem

# -- quotes ------------------------------------------------------------------------

cat >hostile.yaml <<'END'
topology: "x'; rm *"
product: lync-2013
sip_domains: [contoso.com]
subject: { O: "a'; Stop-Computer; ‘b’; Stop-Computer; ‚c‛ $(Stop-Computer) `d", OU: "“e” – ''", C: CH }
pools:
  - { fqdn: pool.contoso.com, kind: mediation, servers: [m.contoso.com] }
END
entry=mediation/pool.contoso.com/m.contoso.com
must_work rolecert -q request -t hostile.yaml $entry -o hostile
certificate hostile.yaml $entry hostile.pem
must_work rolecert -q assign -t hostile.yaml $entry hostile.pem --issuer issuers.pem -o hostile
d=hostile/m.contoso.com
expect_equal "$(head -c 3 $d/*m.contoso.com.ps1 | od -An -tx1 | tr -d ' ')" efbbbf 'the mark of the script'
expect_equal "$(head -c 2 $d/*.inf | od -An -tx1 | tr -d ' ')" fffe 'the mark of the INF'
iconv -f UTF-16 -t UTF-8 $d/*.inf >inf.txt
expect_equal "$(grep -c $'\r$' inf.txt)" "$(wc -l <inf.txt)" 'lines of the INF with CR LF'

# Strings as PowerShell's tokenizer ends them: outside of them stands nothing foreign.
cat >strings.py <<'END'
import sys
QUOTES = "'‘’‚‛"
text = open(sys.argv[1], encoding="utf-8-sig", newline="").read()
outside, strings, i = "", [], 0
while i < len(text):
    if text[i] == "#":
        while text[i] != "\n":
            outside += text[i]; i += 1
    elif text[i] in QUOTES:
        i += 1; s = ""
        while True:
            if text[i] in QUOTES:
                if text[i + 1] not in QUOTES:
                    break
                i += 1
            s += text[i]; i += 1
        strings.append(s); i += 1
    else:
        outside += text[i]; i += 1
assert "Stop-Computer" not in outside and outside.isascii(), outside
for want in sys.argv[2:]:
    assert want in strings, (want, strings)
END
must_work python3 strings.py $d/mediation--pool.contoso.com--m.contoso.com.ps1 \
    "a'; Stop-Computer; ‘b’; Stop-Computer; ‚c‛ \$(Stop-Computer) \`d" "“e” – ''" CH
must_work python3 strings.py $d/mediation--pool.contoso.com--m.contoso.com.assign.ps1 Default
sed "s/-Organization 'a''/-Organization 'a'/" $d/mediation--pool.contoso.com--m.contoso.com.ps1 >broken.ps1
must_fail 1 python3 strings.py broken.ps1
