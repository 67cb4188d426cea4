# The CA's own certificates come from role texts: those of the lab's CAs, and of those
# who sign for a CA, through the same door as a server's.
need openssl jq

cat >own.yaml <<'END'
topology: own
product: generic
sip_domains: [example.com]
subject: { O: Contoso, C: US }
pools:
  - { fqdn: ocsp.example.com, kind: ocsp-signer, name: Contoso OCSP }
  - { fqdn: ledger.example.com, kind: ledger-signer, name: Contoso Ledger }
  - { fqdn: ann.officers.example.com, kind: officer, name: Ann Example, email: ann@example.com }
END
must_work rolecert lab lab --topology own.yaml
cp lab/topology.yaml own-copy.yaml
cmp -s own-copy.yaml own.yaml || bad "the lab changed the topology"

# Root and issuing CA, as another program reads them.
must_work openssl x509 -in lab/root.pem -noout -ext basicConstraints,keyUsage,subjectKeyIdentifier,authorityKeyIdentifier,crlDistributionPoints
expect_has 'CA:TRUE'
expect_has 'Digital Signature, Certificate Sign, CRL Sign'
expect_lacks pathlen
expect_lacks 'Authority Key Identifier'
must_work openssl x509 -in lab/ca/ca.pem -noout -ext basicConstraints,keyUsage,authorityKeyIdentifier
expect_has 'CA:TRUE, pathlen:0'
expect_has 'Authority Key Identifier'
must_work openssl req -inform DER -in lab/ca/ca.csr -noout -text -verify
expect_has 'CA:TRUE'
expect_lacks pathlen
# The record says which text a CA's certificate was made from.
must_work rolecert --ca lab/root ledger list --json
expect_json 'map(.entry) | index("root-ca/CN=Lab Root CA, O=rolecert lab") != null and
    index("issuing-ca/CN=Lab Issuing CA, O=rolecert lab") != null'
row=$(jq -r '.[] | select(.entry | startswith("issuing-ca/")) | .serial' .out)
must_work rolecert --ca lab/root ledger show "$row" --json
expect_json '.entry_digest | length == 64'

# A responder: the usage that its issuer's clients look for.
must_work openssl x509 -in lab/certs/ocsp-signer--ocsp.example.com.pem -noout -text
expect_has 'OCSP Signing'
expect_has 'OCSP No Check'
expect_lacks 'Subject Alternative Name'
must_work openssl verify -CAfile lab/root.pem -untrusted lab/ca/ca.pem \
    -purpose ocsphelper lab/certs/ocsp-signer--ocsp.example.com.pem

# Those who sign: a stock program takes their signatures without being asked twice.
echo checkpoint >message
for name in ledger-signer--ledger.example.com officer--ann.officers.example.com; do
	must_work openssl cms -sign -binary -in message -signer "lab/certs/$name.pem" \
	    -inkey "lab/keys/$name.pem" -certfile lab/ca/ca.pem -outform DER -out "$name.p7s"
	must_work openssl cms -verify -binary -inform DER -in "$name.p7s" -content message \
	    -CAfile lab/root.pem
done
must_work openssl x509 -in lab/certs/officer--ann.officers.example.com.pem -noout -email -subject
expect_has ann@example.com
expect_has 'CN = Ann Example'

# A team's own text for its CAs is taken, and must be what its name says.
mkdir -p mine/generic
cat >mine/generic/issuing-ca.yaml <<'END'
role: issuing-ca
extends: base/certificate-authority
title: issuing CA of a team, below a policy
products: [generic]
validity_days: 1000
certificate_policies: [ 1.3.6.1.4.1.99999.1 ]
END
must_work rolecert --profiles mine lab lab2 --topology own.yaml
must_work openssl x509 -in lab2/ca/ca.pem -noout -text
expect_has 'Policy: 1.3.6.1.4.1.99999.1'
must_work openssl verify -policy_check -policy 1.3.6.1.4.1.99999.1 -CAfile lab2/root.pem lab2/ca/ca.pem
sed -i '/^extends/s/base.*/root-ca/' mine/generic/issuing-ca.yaml
sed -i 's/^validity_days: 1000/override: { validity_days: 1000 }/' mine/generic/issuing-ca.yaml
must_fail 4 plan-ca-role rolecert --profiles mine lab lab3 --topology own.yaml
expect_no_file lab3/ca/ca.pem
