# Every leaf of the sample deployment, and the lists that speak of them, as seen by those
# who had no part in making them: OpenSSL (strict), GnuTLS, NSS, Java, Botan, mbed TLS and
# python's cryptography.
need openssl certtool certutil java botan python3 cc

must_work rolecert lab lab
. lab/env.sh
cp "$TESTS/interop/Verify.java" .
cc -o mbedtls_verify "$TESTS/interop/mbedtls_verify.c" -lmbedx509 -lmbedcrypto
root=lab/root.pem ca=lab/ca/ca.pem
openssl crl -inform DER -in lab/ca.crl -out ca.crl.pem
openssl crl -inform DER -in lab/root.crl -out root.crl.pem
cat ca.crl.pem root.crl.pem >lists.pem
mkdir nss
certutil -N -d sql:nss --empty-password
certutil -A -d sql:nss -n root -t C,, -a -i $root
certutil -A -d sql:nss -n ca -t ,, -a -i $ca

openssl_says()  { openssl verify -x509_strict -crl_check_all -CRLfile lists.pem -CAfile $root -untrusted $ca "$1"; }
gnutls_says()   { cat "$1" $ca $root >chain && certtool --verify --load-ca-certificate $root --infile chain; }
nss_says()      { certutil -A -d sql:nss -n "$1" -t ,, -a -i "$1" && certutil -V -d sql:nss -n "$1" -u "$2" && certutil -D -d sql:nss -n "$1"; }
botan_says()    { botan cert_verify "$1" $ca $root | grep -q '^Certificate passes validation checks'; }
mbedtls_says()  { ./mbedtls_verify $root $ca "$1" ca.crl.pem; }

rolecert plan -t lab/topology.yaml --json >plan.json
pairs=()
for leaf in lab/certs/*.pem; do
	must_work openssl_says "$leaf"
	must_work gnutls_says "$leaf"
	must_work nss_says "$leaf" V
	must_work botan_says "$leaf"
	must_work mbedtls_says "$leaf"
done
while read -r id; do
	pairs+=("$id=lab/certs/${id//\//--}.pem")
done < <(jq -r '.entries[].id' plan.json)
must_work python3 "$TESTS/interop/compare.py" plan.json "${pairs[@]}"
must_work java Verify.java $root $ca ca.crl.pem root.crl.pem -- lab/certs/*.pem

# Revoked: all who look at lists say so, and nobody takes another one for it.
bad_one=lab/certs/edge-external--lsedge.contoso.net.pem
must_work rolecert revoke $bad_one --reason keyCompromise
must_work rolecert crl -o ca.crl
openssl crl -inform DER -in ca.crl -out ca.crl.pem
cat ca.crl.pem root.crl.pem >lists.pem
must_fail 2 openssl_says $bad_one
must_fail 1 mbedtls_says $bad_one
must_fail 1 java Verify.java $root $ca ca.crl.pem root.crl.pem -- $bad_one
expect_has REVOKED
must_work certtool --verify-crl --load-ca-certificate $ca --infile ca.crl.pem
must_work openssl_says lab/certs/oauth.pem
must_work java Verify.java $root $ca ca.crl.pem root.crl.pem -- lab/certs/oauth.pem

# Another root vouches for none of them.
openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -subj '/CN=Another Root' -out other.pem 2>/dev/null
must_fail 2 openssl verify -x509_strict -CAfile other.pem -untrusted $ca lab/certs/oauth.pem
must_fail 1 java Verify.java other.pem $ca -- lab/certs/oauth.pem
must_fail 1 ./mbedtls_verify other.pem $ca lab/certs/oauth.pem
