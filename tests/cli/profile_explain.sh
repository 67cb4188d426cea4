# Each value of an entry is traced to the role's text and to the topology's.

sample=$TOP/profiles/sample-topology.yaml
edge=edge-external/lsedge.contoso.net
line_of() { grep -n -- "$2" "$1" | head -n 1 | cut -d: -f1; }
role=$TOP/profiles/lync-2013/edge-external.yaml

must_work rolecert profile explain -t "$sample" $edge webcon.contoso.com --json
expect_json '.values | length == 1'
expect_json '.values[0].what == "san" and .values[0].because == "the Web Conferencing Edge service"'
expect_equal "$(jq '.values[0].set.line' .out)" "$(line_of "$role" 'dns: ${pool.external.webcon}')" 'line of the role'
expect_equal "$(jq '.values[0].fact.line' .out)" "$(line_of "$sample" 'webcon: webcon.contoso.com')" 'line of the topology'

must_work rolecert profile explain -t "$sample" $edge eku --json
expect_json '[.values[].value] == ["serverAuth", "clientAuth"]'
expect_json '.values[1].because | test("public_im.aol or .choice.mutual_tls == .include")'
expect_equal "$(jq '.values[1].fact.line' .out)" "$(line_of "$sample" 'aol: true')" 'line of the fact'
cp .out by_word.txt
must_work rolecert profile explain -t "$sample" $edge 2.5.29.37 --json
expect_same .out by_word.txt
must_work rolecert profile explain -t "$sample" $edge 1.3.6.1.5.5.7.3.2 --json
expect_json '[.values[].value] == ["clientAuth"]'
must_work rolecert profile explain -t "$sample" $edge ExtendedKeyUsage
expect_has 'eku serverAuth (1.3.6.1.5.5.7.3.1)'

# What inheritance took away is named.
must_work rolecert profile explain -t "$sample" $edge shared --json
expect_json '.values[0].value == "yes"'
expect_json '.values[0].set.file | endswith("base/shared-server.yaml")'
expect_json '.values[0].replaced.file | endswith("base/tls-server.yaml")'
must_work rolecert profile explain -t "$sample" $edge validity_days --json
expect_json '.values[0].replaced == null'

must_work rolecert profile explain -t "$sample" $edge
expect_has 'subject OU=Unified Communications, O=Contoso'
expect_has 'the issuing CA gives it'
must_fail 2 nothing-to-explain rolecert profile explain -t "$sample" $edge webcom.contoso.com
expect_err "did you mean 'webcon.contoso.com'?"
must_fail 2 no-such-entry rolecert profile explain -t "$sample" edge-extern/lsedge.contoso.net
