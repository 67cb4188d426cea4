# Every mistake of one run, in the order of the text, each once, and the same to
# programs as JSON and SARIF.

cat >'bad one.yaml' <<'END'
topology: contoso
product: lync-2013
sip_domains: [contoso.com, fabrikam_com, Contoso.com]
extra_names: { edge-external: [foo] }
roles: { edge-externl: include }
subject: { C: USA, O: Contoso }
pools:
  - fqdn: lsedge.contoso.net
    kind: egde
  - fqdn: short
    kind: front-end
END
must_fail 3 name-not-fqdn rolecert topology check 'bad one.yaml'
expect_equal "$(sed -n 's/^bad one.yaml:\([0-9]*\):[0-9]*: error.*/\1/p' .err | tr '\n' ' ')" '3 3 4 6 9 10 10 ' 'lines of the errors'
expect_err "bad one.yaml:3:15: note: first here"

must_fail 3 rolecert topology check --json 'bad one.yaml'
expect_json '.error.status == 3 and ([.error.diagnoses[].line] == [3, 3, 4, 6, 9, 10, 10])'
expect_json '.error.diagnoses[1] | .also[0].line == 3 and .also[0].column == 15 and .width == 11'

must_fail 3 rolecert topology check --sarif 'bad one.yaml'
expect_json '.version == "2.1.0" and (.runs[0].results | length == 7)'
expect_json '.runs[0] | .tool.driver.rules as $rules | all(.results[]; .ruleId == $rules[.ruleIndex].id)'
expect_json '.runs[0].results[0].locations[0].physicalLocation | .artifactLocation.uri == "bad%20one.yaml" and .region.startLine == 3 and .region.startColumn == 28 and .region.endColumn == 40'
expect_json '.runs[0].results[1].relatedLocations[0].message.text == "first here"'
expect_json 'all(.runs[0].tool.driver.rules[]; .help.text | length > 20)'

# Nothing is wrong: a run without results, and nothing else on stdout.
must_work rolecert topology check --sarif "$TOP/profiles/sample-topology.yaml"
expect_json '.runs[0].results == []'
must_work rolecert profile check --sarif
expect_json '.runs[0].results == []'

mkdir -p own/tiny
printf 'product: tiny\ntitle: one\nkinds:\n  box: { title: a box, servers: single }\n' >own/tiny/product.yaml
cat >own/tiny/box.yaml <<'END'
role: box
extends: base/tls-server
title: a box
products: [tiny]
applies_to: box
per: pool
validity_days: 12
subject: { CN: "${pool.fqdn}" }
END
must_fail 3 override-missing rolecert --profiles own profile check tiny --sarif
expect_json '.runs[0].results[0] | .ruleId == "override-missing" and .relatedLocations[0].message.text == "set here"'

# A text that is no YAML is wrong where it is wrong.
printf 'topology: a\nproduct: [x, y\nroles: {}\n' >flow.yaml
must_fail 3 yaml-syntax rolecert topology check flow.yaml
expect_err 'flow.yaml:4:1: error:'
printf 'topology: a\nroles: { a: {b: c} d: e }\n' >comma.yaml
must_fail 3 yaml-syntax rolecert topology check comma.yaml
expect_err 'comma.yaml:2:20: error:'
