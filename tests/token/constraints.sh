# A CA with name constraints: what it may not certify is told when it is planned, and
# never signed; and other programs judge its certificates as we do.
need openssl jq

mkdir -p mine/generic
cat >mine/generic/issuing-ca.yaml <<'END'
role: issuing-ca
extends: base/certificate-authority
title: issuing CA for one company
products: [generic]
validity_days: 1000
name_constraints:
  permitted: [ { dns: example.com }, { email: example.com } ]
  excluded: [ { dns: secret.example.com } ]
END
cat >own.yaml <<'END'
topology: own
product: generic
sip_domains: [example.com]
pools:
  - { fqdn: www.example.com, kind: web-server, aliases: [example.com] }
  - { fqdn: ann.officers.example.com, kind: officer, name: Ann, email: ann@example.com }
END
must_work rolecert --profiles mine lab lab --topology own.yaml
leaf=lab/certs/web-server--www.example.com.pem
must_work openssl verify -CAfile lab/root.pem -untrusted lab/ca/ca.pem "$leaf"
must_work openssl x509 -in lab/ca/ca.pem -noout -ext nameConstraints
expect_has 'Name Constraints: critical'
must_work rolecert --ca lab/ca plan -t own.yaml
expect_lacks issuer-name

# Beside the plan each name that is not the CA's to certify, at the fact that brought it.
cat >bad.yaml <<'END'
topology: own
product: generic
sip_domains: [example.com]
pools:
  - fqdn: www.example.com
    kind: web-server
    aliases: [www.example.org, a.secret.example.com, shop.example.com]
  - { fqdn: eve.officers.example.com, kind: officer, name: Eve, email: eve@example.org }
END
must_fail 4 issuer-name rolecert --ca lab/ca plan -t bad.yaml
expect_has 'web-server/www.example.com'
expect_err "bad.yaml:7:15: error: 'www.example.org' is not among the permitted names of"
expect_err "bad.yaml:7:32: error: 'a.secret.example.com' is among the excluded names of"
expect_err "'eve@example.org' is not among the permitted names of"
expect_lacks 'shop.example.com'"'"' is'
must_work rolecert plan -t bad.yaml
expect_lacks issuer-name

# Nothing is signed: no row, no event but the refusal.
before=$(rolecert --ca lab/ca ledger list --json | jq length)
# shellcheck disable=SC1091
. lab/env.sh
must_work openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=x \
    -keyout key.pem -out x.req
must_fail 4 issuer-name rolecert --ca lab/ca issue -t bad.yaml web-server/www.example.com \
    --csr x.req --renew
expect_equal "$(rolecert --ca lab/ca ledger list --json | jq length)" "$before" 'rows'
must_work rolecert --ca lab/ca issue -t own.yaml web-server/www.example.com --csr x.req --renew -o again.pem
must_work openssl verify -CAfile lab/root.pem -untrusted lab/ca/ca.pem again.pem

# The octets of our extension in a CA of OpenSSL's own: it refuses what we refuse, and
# takes what we take.
der=$(openssl asn1parse -in lab/ca/ca.pem | awk '/X509v3 Name Constraints/ { on = 1 }
	on && /OCTET STRING/ { sub(/.*\[HEX DUMP\]:/, ""); print; exit }')
printf '%s\n' '[req]' 'distinguished_name = dn' 'prompt = no' 'x509_extensions = ca' '[dn]' 'CN = Other' \
    '[ca]' 'basicConstraints = critical,CA:TRUE' 'keyUsage = critical,keyCertSign' \
    "nameConstraints = critical,DER:$der" >ca.cnf
must_work openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -config ca.cnf \
    -keyout ca.key -out other.pem -days 30
for name in shop.example.com www.example.org a.secret.example.com; do
	printf 'subjectAltName = DNS:%s\n' "$name" >ext.cnf
	must_work openssl x509 -req -in x.req -CA other.pem -CAkey ca.key -CAcreateserial \
	    -extfile ext.cnf -out "$name.pem" -days 3
done
must_work openssl verify -CAfile other.pem shop.example.com.pem
must_fail 2 openssl verify -CAfile other.pem www.example.org.pem
expect_err 'permitted subtree violation'
must_fail 2 openssl verify -CAfile other.pem a.secret.example.com.pem
expect_err 'excluded subtree violation'

# A subject whose CN is all that names a host is judged as a host too.
printf '%s\n' 'topology: own' 'product: generic' 'sip_domains: [example.com]' 'pools:' \
    '  - { fqdn: ocsp.example.org, kind: ocsp-signer }' >cn.yaml
must_fail 4 issuer-name rolecert --ca lab/ca plan -t cn.yaml
expect_err 'CN=ocsp.example.org'
