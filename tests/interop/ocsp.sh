# Answers that were signed beforehand, as OpenSSL, GnuTLS, Java, and curl behind nginx's
# stapling see them: good, then revoked.
need openssl ocsptool java nginx curl

PORT=$((20000 + $$ % 3000))
must_work rolecert lab lab
. lab/env.sh
root=lab/root.pem ca=lab/ca/ca.pem leaf=lab/certs/edge-external--lsedge.contoso.net.pem
cat $leaf $ca >edge.pem
cat $ca $root >cas.pem
cp "$TESTS/interop/Staple.java" .
serial=$(openssl x509 -in $leaf -noout -serial | cut -d= -f2 | tr 'A-F' 'a-f')

answer() {
	mkdir -p "$1"
	must_work rolecert ocsp sign "$serial" -o "$1"
	staple=$1/$(ls "$1" | head -n 1)
}
openssl_says() { openssl ocsp -issuer $ca -cert $leaf -respin "$staple" -CAfile cas.pem -no_nonce; }
gnutls_says()  { ocsptool --verify-response --load-signer $ca --infile "$staple" && ocsptool --response-info --infile "$staple"; }
stapled() {
	PORT=$((PORT + 1))
	must_work "$TOP/scripts/interop/nginx" up "$CASE_DIR/nginx$PORT" $PORT cert="$CASE_DIR/edge.pem" \
	    key="$CASE_DIR/lab/keys/edge-external--lsedge.contoso.net.pem" staple="$CASE_DIR/$staple"
	run curl -sS --max-time 10 --cert-status --cacert $root --resolve "sip.contoso.com:$PORT:127.0.0.1" "https://sip.contoso.com:$PORT/"
	"$TOP/scripts/interop/nginx" down "$CASE_DIR/nginx$PORT"
}

answer good
must_work openssl_says
expect_has "$leaf: good"
must_work gnutls_says
expect_has "Certificate Status: good"
must_work java Staple.java $root $ca $leaf "$staple"
stapled
expect_equal "$STATUS" 0 "curl --cert-status"

must_work rolecert revoke $leaf --reason keyCompromise
answer revoked
must_work openssl_says
expect_has "$leaf: revoked"
must_work gnutls_says
expect_has "Certificate Status: revoked"
must_fail 1 java Staple.java $root $ca $leaf "$staple"
expect_has REVOKED
stapled
expect_equal "$STATUS" 91 "curl --cert-status of a revoked one"

# An answer for another certificate is none for this one.
serial=$(openssl x509 -in lab/certs/oauth.pem -noout -serial | cut -d= -f2 | tr 'A-F' 'a-f')
answer other
must_fail 1 java Staple.java $root $ca $leaf "$staple"
