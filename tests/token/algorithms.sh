# Every kind of key that a token makes, as a CA's and as a server's: issued, and read by
# a program that had no part in it.

need openssl jq softhsm2-util
token_here tok contoso
pin_file pin
export ROLECERT_PIN_FILE=pin
module=/usr/lib/softhsm/libsofthsm2.so
mkdir -p own/tiny
cat >own/tiny/product.yaml <<'END'
product: tiny
title: one kind of server
kinds:
  box: { title: a box, servers: single }
END
cat >own/tiny/web.yaml <<'END'
role: web
extends: base/tls-server
title: a server that is of today
products: [tiny]
applies_to: box
per: pool
subject: { CN: "${pool.fqdn}" }
san:
  names: [ { dns: "${pool.fqdn}" } ]
override: { key: { algorithms: [rsa-2048, ec-p256, ec-p384, ed25519] } }
END
cat >web.yaml <<'END'
topology: web
product: tiny
sip_domains: [contoso.com]
pools:
  - { fqdn: www.contoso.com, kind: box }
END
export ROLECERT_PROFILES=$PWD/own
entry=web/www.contoso.com
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr
text() { openssl x509 -in "$1" -noout -text | sed -n 's/^ *Signature Algorithm: *\([^ ]*\) *$/\1/p' | sort -u; }

# ca NAME TYPE WANT [YAML]: a root with such a key, and a certificate of it.
ca() {
	local uri="pkcs11:token=contoso;object=$1"
	must_work rolecert token keygen "$uri" --type "$2" --module $module
	printf '%s\n' "${4-probe: session}" >config.yaml
	must_work rolecert ca init --self-signed --key "$uri" --module $module --subject "CN=$1" --config config.yaml "ca-$1"
	expect_equal "$(text "ca-$1/ca.pem")" "$3" "algorithm of the root $1"
	must_work openssl verify -x509_strict -CAfile "ca-$1/ca.pem" "ca-$1/ca.pem"
	must_work rolecert issue --ca "ca-$1" -t web.yaml "$entry" --csr x.csr -o "$1.pem"
	expect_equal "$(text "$1.pem")" "$3" "algorithm of what $1 issues"
	must_work openssl verify -x509_strict -CAfile "ca-$1/ca.pem" "$1.pem"
	must_work rolecert check --ca "ca-$1" -t web.yaml "$entry" "$1.pem"
}

ca p384 ec-p384 ecdsa-with-SHA384
ca pss rsa-2048 rsassaPss 'padding: pss'
expect_equal "$(rolecert --ca ca-pss ledger show 2 --json | jq -r .algorithm)" rsassaPss-SHA256 'algorithm on record'
# libp11 has no part in PSS, and cannot use this token at all from the next key on.
# SoftHSM 2.6.1 loses a few octets each time it signs with Ed25519.
leaks=${ASAN_OPTIONS-}
export ASAN_OPTIONS=$leaks:detect_leaks=0
ca edward ed25519 ED25519
must_work rolecert issue --ca ca-p384 -t web.yaml "$entry" --csr x.csr --renew -o again.pem
expect_err '[engine-cryptoki]'
echo 'engine: libp11' >>ca-p384/ca.yaml
must_fail 5 token-unsupported-key rolecert issue --ca ca-p384 -t web.yaml "$entry" --csr x.csr --renew
sed -i 's/^engine: .*/engine: cryptoki/' ca-p384/ca.yaml
must_work rolecert issue --ca ca-p384 -t web.yaml "$entry" --csr x.csr --renew -o again.pem
expect_lacks engine-cryptoki

export ASAN_OPTIONS=$leaks
# Servers that do not accept them are not given any; nothing is signed.
sample=$TOP/profiles/sample-topology.yaml
must_fail 4 lint-pss rolecert issue --ca ca-pss -t "$sample" oauth --csr x.csr
expect_silent
must_fail 4 lint-ed25519 rolecert issue --ca ca-edward -t "$sample" oauth --csr x.csr
expect_silent
expect_equal "$(rolecert --ca ca-edward ledger list --json | jq length)" 2 'entries after a refusal'

# `digest` and `padding` must be the key's.
echo "digest: sha256" >digest.yaml
echo "padding: pss" >padding.yaml
must_fail 4 ca-algorithm rolecert ca init --self-signed --key 'pkcs11:token=contoso;object=edward' \
    --module $module --subject CN=x --config digest.yaml refused
must_fail 4 ca-algorithm rolecert ca init --self-signed --key 'pkcs11:token=contoso;object=p384' \
    --module $module --subject CN=x --config padding.yaml refused

# A server's key on the token, its request signed there, its certificate.
for type in rsa-2048 ec-p256 ed25519; do
	[ $type != ed25519 ] || export ASAN_OPTIONS=$leaks:detect_leaks=0
	must_work rolecert request -t web.yaml "$entry" --token "pkcs11:token=contoso;object=www-$type" \
	    --type $type --module $module -o "www-$type.csr"
	expect_silent
	must_work openssl req -in "www-$type.csr" -noout -verify
	must_work openssl req -in "www-$type.csr" -noout -text
	expect_has 'DNS:www.contoso.com'
	must_work rolecert issue --ca ca-p384 -t web.yaml "$entry" --csr "www-$type.csr" --renew --strict-request -o "www-$type.pem"
	must_work openssl verify -x509_strict -CAfile ca-p384/ca.pem "www-$type.pem"
done
export ASAN_OPTIONS=$leaks
expect_equal "$(rolecert --ca ca-p384 ledger list --json | jq '[.[] | select(.kind == "csr")] | length')" 0 \
    "requests of servers in the CA's record"

# The PIN of the environment is enough for both steps; the entry names the key.
unset ROLECERT_PIN_FILE
ROLECERT_PIN=$PIN must_work rolecert request -t web.yaml "$entry" --token pkcs11:token=contoso --type ec-p384 --module $module --json
expect_json '.key == "ec-p384" and .token == "contoso" and (.csr | startswith("-----BEGIN CERTIFICATE REQUEST-----"))'
label=$(jq -r .label .out)
export ROLECERT_PIN_FILE=pin
must_work rolecert token check "pkcs11:token=contoso;object=$label" --module $module --level strict
must_fail 5 key-exists rolecert request -t web.yaml "$entry" --token pkcs11:token=contoso --type ec-p384 --module $module
expect_silent
must_fail 2 option-value rolecert request -t web.yaml "$entry" --token pkcs11:token=contoso --form inf --module $module
must_fail 2 option-value rolecert request -t web.yaml "$entry" --token pkcs11:token=contoso --custody memory --module $module
