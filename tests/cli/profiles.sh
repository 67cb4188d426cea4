# Where role definitions are found, and what is said of them.

must_work rolecert profile list lync-2013
expect_has edge-external
must_work rolecert profile list --json
expect_json 'any(.[]; .product == "ocs-2007r2" and .role == "front-end")'
must_work rolecert profile check
expect_has 'lync-2013: good'
must_work rolecert profile show lync-2013 edge-external
expect_has edge-external
must_work rolecert profile compile lync-2013 --emit json
expect_json 'all(.[]; .digest | test("^[0-9a-f]{64}$"))'

must_fail 3 profiles-missing rolecert --profiles nowhere profile list
must_fail 2 no-such-product rolecert profile list lync-2031
expect_err "did you mean 'lync-2013'?"
must_fail 2 no-such-product rolecert profile show zzzz edge-external
must_fail 2 no-such-role rolecert profile show lync-2013 edge-externl
expect_err "did you mean 'edge-external'?"
must_fail 2 option-value rolecert profile compile lync-2013 --emit yaml

# A team's own product, beside the installed ones and before them.
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
subject: { CN: "${pool.fqdn}" }
san:
  names: [ { dns: "${pool.fqdn}" } ]
END
cat >tiny.yaml <<'END'
topology: t
product: tiny
sip_domains: [example.com]
pools:
  - { fqdn: box.example.com, kind: box }
END
must_fail 3 rolecert plan -t tiny.yaml
must_work rolecert plan -t tiny.yaml --profiles own
expect_has box/box.example.com
ROLECERT_PROFILES=own must_work rolecert topology check tiny.yaml
mkdir -p home && cp -R own home/profiles
must_work rolecert plan -t tiny.yaml --ca home --json
expect_json '.entries | length == 1 and .[0].state == null'

# A mistake in a role has its place.
sed -i 's/pool.fqdn/pool.fqnd/' own/tiny/box.yaml
must_fail 3 rolecert --profiles own profile check tiny
expect_err own/tiny/box.yaml:7:

# A role whose key nothing here makes in software.
sed -i 's/pool.fqnd/pool.fqdn/' own/tiny/box.yaml
printf 'override:\n  key: { algorithms: [rsa-8192] }\n' >>own/tiny/box.yaml
must_fail 4 lab-key rolecert lab lab --profiles own --topology tiny.yaml
must_fail 5 lab-softhsm rolecert lab other --module /nonexistent/libsofthsm2.so
expect_no_file other
