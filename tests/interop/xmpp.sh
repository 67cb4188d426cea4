# XMPP servers with a certificate of ours, asked as another server would ask them: who has
# a certificate of ours that names the domain which he says to be is believed (SASL EXTERNAL,
# RFC 6120 6.3.4, XEP-0178), and nobody else is.
need prosody openssl dnsmasq faketime
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
	PORT=$((32000 + RANDOM % 3000))
	must_work "$TOP/scripts/interop/$server" up "$CASE_DIR/$server" $PORT domain=contoso.com \
	    cert="$CASE_DIR/contoso.pem" key="$CASE_DIR/contoso.key" ca="$CASE_DIR/cas.pem"
	asked_by $PORT
	"$TOP/scripts/interop/$server" down "$CASE_DIR/$server"
done

# And as peers: contoso.com (Prosody) asks fabrikam.com whether it is there, and that one (Prosody,
# then ejabberd) answers by a stream of its own. They find each other by SRV records; there is no
# dialback, so that nothing but the certificates says who they are.
DNS=$((40000 + RANDOM % 10000)) A=$((36000 + RANDOM % 1000)) B=$((38000 + RANDOM % 1000))
must_work "$TOP/scripts/interop/dns" up "$CASE_DIR/dns" $DNS contoso.com=$A fabrikam.com=$B
there=$CASE_DIR/fabrikam.com here=$CASE_DIR/contoso.com

# fabrikam_up SERVER CERT
fabrikam_up() {
	rm -rf "$there"
	must_work "$TOP/scripts/interop/$1" up "$there" $B domain=fabrikam.com dns=$DNS \
	    cert="$CASE_DIR/$2.pem" key="$CASE_DIR/$2.key" ca="$CASE_DIR/cas.pem"
}
fabrikam_down() {
	"$TOP/scripts/interop/prosody" down "$there"          # whichever it is
	sleep 1
}
# (there is no answer where ejabberd cannot begin a stream of its own)
says() { grep -qs -- "$1" "$here/answer" "$here/prosody.log"; }
# asks CERT WORDS [TIME]: contoso.com with this certificate, and this clock, comes to say WORDS
asks() {
	local i
	rm -rf "$here"
	must_work "$TOP/scripts/interop/prosody" up "$here" $A domain=contoso.com dns=$DNS ping=fabrikam.com \
	    cert="$CASE_DIR/$1.pem" key="$CASE_DIR/$1.key" ca="$CASE_DIR/cas.pem" at="${3:-}"
	for i in $(seq 600); do
		! says "$2" || break
		sleep 0.1
	done
	if says "$2"; then good; else bad "contoso.com, as $1, does not say '$2'"; fi
	"$TOP/scripts/interop/prosody" down "$here"
}

fabrikam_up prosody fabrikam
asks contoso '^there$'                                # both ways
asks contoso 'certificate has expired' +3y
asks fabrikam 'closed by remote with error: not-authorized'
fabrikam_down
fabrikam_up prosody contoso
asks contoso 'because its certificate is not valid for this name'
fabrikam_down
fabrikam_up ejabberd fabrikam
asks contoso 'SASL EXTERNAL with fabrikam.com succeeded'
asks fabrikam 'SASL EXTERNAL with fabrikam.com failed'
fabrikam_down
"$TOP/scripts/interop/dns" down "$CASE_DIR/dns"
