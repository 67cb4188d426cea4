# The tests that are kept beside role definitions.

# All that ship hold, and no line of a role is without one.
must_work rolecert profile test --coverage
expect_has ' passed, 0 failed'
expect_lacks 'not reached'
must_work rolecert profile list --json
cp .out listed.json
must_work rolecert profile test --json
expect_json '.failed == 0 and .coverage == null'
# Each role of each product stands in a test, and each test names where it is from.
jq -r '.[].file' listed.json | sort -u | while read -r file; do
	expect_file "${file%.yaml}.test.yaml"
done
expect_json 'all(.tests[]; .source != null)'
# Rows of published tables.
must_work rolecert profile test "$DATA/tables"
expect_has '56 passed, 0 failed'
must_work "$TOP/scripts/tables" nowhere.json

mkdir -p own/tiny
cat >own/tiny/product.yaml <<'END'
product: tiny
title: one kind of server
kinds:
  box: { title: a box, servers: single }
END
cat >own/tiny/box.yaml <<'END'
role: box
extends: base/tls-server
title: a box
products: [tiny]
applies_to: box
per: pool
choices:
  alias: { values: [omit, include], default: omit }
subject: { CN: "${pool.fqdn}" }
san:
  names:
    - dns: ${pool.fqdn}
    - dns: www.${pool.fqdn}
      when: ${choice.alias == 'include'}
END
must_fail 3 profile-test-none rolecert --profiles own profile test
must_fail 3 file-read rolecert --profiles own profile test nowhere
cat >own/tiny/box.test.yaml <<'END'
products: [tiny]
tests:
  - name: its own name
    topology: box.yaml.txt
    expect:
      - { entry: box/box.example.com, san: [box.example.com] }
END
must_fail 3 rolecert --profiles own profile test
cat >own/tiny/box.yaml.txt <<'END'
sip_domains: [example.com]
pools: [ { fqdn: box.example.com, kind: box } ]
END
must_work rolecert --profiles own profile test
expect_out <<'END'
passed  own/tiny/box.test.yaml: its own name [tiny]
1 passed, 0 failed
END
must_work rolecert --profiles own profile test --coverage
expect_has "own/tiny/box.yaml:8:3: not reached: value 'include' of the choice 'alias'"
expect_has 'own/tiny/box.yaml:13:7: not reached: name'
expect_has 'coverage: 4 of 6'
must_work rolecert --profiles own profile test --coverage --json
expect_json '.coverage.lines == 6 and .coverage.reached == 4 and (.coverage.missed | length) == 2'

# A test file is no role.
must_work rolecert --profiles own profile check tiny
expect_has 'tiny: good: 1 role'

sed -i 's/san: \[box/san: [www.box/' own/tiny/box.test.yaml
run rolecert --profiles own profile test own/tiny/box.test.yaml
expect_equal "$STATUS" 1 'status'
expect_has 'FAILED  own/tiny/box.test.yaml: its own name [tiny]'
expect_has 'want www.box.example.com, have box.example.com [profile-test]'
expect_has '0 passed, 1 failed'
run rolecert --profiles own profile test own --json
expect_equal "$STATUS" 1 'status'
expect_json '.failed == 1 and .tests[0].findings[0].rule == "profile-test"'

# Lines of extensions, types to assign, notes and parameters count each for itself.
mkdir -p more/tiny
cp own/tiny/product.yaml more/tiny/
cat >more/tiny/box.yaml <<'END'
role: box
extends: base/tls-server
title: a box
products: [tiny]
applies_to: box
per: pool
parameters:
  cps: { type: uri, default: "http://pki.example.com/cps", why: where the statement is }
  days: { type: number, default: 100, why: how long }
choices:
  more: { values: [omit, include], default: omit }
assign:
  - One
  - { type: Two, when: "${choice.more == 'include'}" }
subject: { CN: "${pool.fqdn}" }
san: { names: [ { dns: "${pool.fqdn}" } ] }
override: { validity_days: "${param.days}" }
certificate_policies:
  - { oid: 1.2.3.4, cps: "${param.cps}" }
  - { oid: 1.2.3.5, when: "${choice.more == 'include'}" }
tls_feature: [status_request]
notes:
  - { note: more of it, when: "${choice.more == 'include'}" }
END
cat >more/tiny/box.test.yaml <<'END'
products: [tiny]
topology: { sip_domains: [example.com], pools: [ { fqdn: box.example.com, kind: box } ] }
tests:
  - name: as it is
    topology: { parameters: { box: { days: 7 } } }
    expect: [ { entry: box/box.example.com, assign: [One], validity_days: 7 } ]
END
must_work rolecert --profiles more profile test --coverage
expect_has "box.yaml:8:3: not reached: the parameter 'cps'"
expect_has 'box.yaml:14:5: not reached: type to assign'
expect_has 'box.yaml:20:12: not reached: value of an extension'
expect_has 'box.yaml:23:5: not reached: note'
expect_has "not reached: value 'include' of the choice 'more'"
expect_lacks 'box.yaml:9:'
expect_lacks 'box.yaml:19:'
expect_lacks 'box.yaml:21:'
cat >>more/tiny/box.test.yaml <<'END'
  - name: more of it
    topology:
      choices: { box: { more: include } }
      parameters: { box: { cps: "http://other.example.com/cps" } }
    expect: [ { entry: box/box.example.com, assign: [One, Two] } ]
END
must_work rolecert --profiles more profile test --coverage
expect_lacks 'not reached'
