# XMPP servers with a certificate of ours, asked as another server would ask them: who has
# a certificate of ours that names the domain which he says to be is believed (SASL EXTERNAL,
# RFC 6120 6.3.4, XEP-0178), and nobody else is.
need prosody openssl
. "$TESTS/interop/lib.sh"

domains_here xmpp-server
stranger_here

# peer HOST PORT FROM [NAME]: a stream to HOST as the server FROM, with NAME's certificate,
# and what comes of it
peer() {
	{
		sleep 1
		printf "<?xml version='1.0'?><stream:stream xmlns='jabber:server' xmlns:stream='http://etherx.jabber.org/streams'"
		printf " to='%s' from='%s' version='1.0'>" "$1" "$3"
		sleep 1
		printf "<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='EXTERNAL'>=</auth>"
		sleep 1
	} | timeout 15 openssl s_client -quiet -no_ign_eof -starttls xmpp-server -xmpphost "$1" -connect "127.0.0.1:$2" \
	    -CAfile lab/root.pem -verify_return_error -verify_hostname "$1" \
	    ${4:+-cert "$4.pem" -cert_chain lab/ca/ca.pem -key "$4.key"} 2>&1 || true
}

asked_by() {
	local port=$1
	must_work peer contoso.com "$port" fabrikam.com fabrikam
	expect_has "<success"
	must_work peer contoso.com "$port" other.com fabrikam         # not the domain that it names
	expect_lacks "<success"
	must_work peer contoso.com "$port" contoso.com stranger
	expect_lacks "<success"
	must_work peer contoso.com "$port" fabrikam.com
	expect_lacks "<success"
}

for server in prosody ejabberd; do
	PORT=$((20000 + RANDOM % 20000))
	must_work "$TOP/scripts/interop/$server" up "$CASE_DIR/$server" $PORT domain=contoso.com \
	    cert="$CASE_DIR/contoso.pem" key="$CASE_DIR/contoso.key" ca="$CASE_DIR/cas.pem"
	asked_by $PORT
	"$TOP/scripts/interop/$server" down "$CASE_DIR/$server"
done
