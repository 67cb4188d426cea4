# Two SIP domains with a Kamailio each, certificates on both sides: who has one of ours gets
# through from one to the other, and a stranger, nobody and a revoked one do not.
need kamailio openssl
. "$TESTS/interop/lib.sh"

PORT=$((24000 + $$ % 3000)) OTHER=$((24001 + $$ % 3000))
domains_here sip-server

up() {
	"$TOP/scripts/interop/kamailio" up "$CASE_DIR/at$2" "$2" ca="$CASE_DIR/cas.pem" crl="$CASE_DIR/lists.pem" \
	    cert="$CASE_DIR/$1.pem" key="$CASE_DIR/$1.key" domain="$1.com" "${@:3}"
}
down() { "$TOP/scripts/interop/kamailio" down "$CASE_DIR/at$1"; }

# options DOMAIN PORT [NAME]: an OPTIONS request with NAME's certificate; what comes back
options() {
	{
		printf 'OPTIONS sip:%s SIP/2.0\r\n' "$1"
		printf 'Via: SIP/2.0/TLS 127.0.0.1:5999;branch=z9hG4bK%s;rport;alias\r\n' "$RANDOM$RANDOM"
		printf 'From: <sip:test@client.example>;tag=1\r\nTo: <sip:%s>\r\nCall-ID: %s@client\r\n' "$1" "$RANDOM"
		printf 'CSeq: 1 OPTIONS\r\nMax-Forwards: 10\r\nContent-Length: 0\r\n\r\n'
		sleep 2
	} | timeout 10 openssl s_client -quiet -no_ign_eof -connect "127.0.0.1:$2" -CAfile lab/root.pem -verify_return_error \
	    ${3:+-cert "$3.pem" -cert_chain lab/ca/ca.pem -key "$3.key"} 2>&1 || true
}

must_work up fabrikam $OTHER
must_work up contoso $PORT next=fabrikam.com:$OTHER
must_work options contoso.com $PORT client
expect_has "200 OK from contoso.com"
must_work options fabrikam.com $PORT client
expect_has "200 OK from fabrikam.com"
must_work options contoso.com $PORT
expect_lacks "SIP/2.0 200"
stranger_here
must_work options contoso.com $PORT stranger
expect_lacks "SIP/2.0 200"
down $PORT
down $OTHER

revoked_here lab/certs/sip-server--one.contoso.com.pem
PORT=$((PORT + 2)) OTHER=$((OTHER + 2))
must_work up fabrikam $OTHER
must_work up contoso $PORT next=fabrikam.com:$OTHER
must_work options fabrikam.com $OTHER client
expect_has "200 OK from fabrikam.com"
must_work options fabrikam.com $OTHER contoso
expect_lacks "SIP/2.0 200"
must_work options fabrikam.com $PORT client                  # by way of the revoked one
expect_lacks "200 OK from fabrikam.com"
down $PORT
down $OTHER
