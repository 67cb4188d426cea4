# nginx and curl, each with a certificate of ours: who is let in, and who is not.
need nginx curl faketime openssl

PORT=$((28000 + $$ % 3000))
must_work rolecert lab lab
. lab/env.sh
root=$CASE_DIR/lab/root.pem
openssl crl -inform DER -in lab/ca.crl -out ca.crl.pem
openssl crl -inform DER -in lab/root.crl -out root.crl.pem
cat ca.crl.pem root.crl.pem >lists.pem
cat lab/chain.pem >clients.pem

# of ENTRY: its certificate with the chain behind it, and its key
bundle_of() {
	local name=${1//\//--}
	cat "lab/certs/$name.pem" lab/ca/ca.pem >"$2.pem"
	cp "lab/keys/$name.pem" "$2.key"
}
bundle_of edge-external/lsedge.contoso.net edge
bundle_of front-end/eepool.contoso.com/ee01.contoso.com fe
bundle_of mediation/medpool.contoso.com/med01.contoso.com med

up() { "$TOP/scripts/interop/nginx" up "$CASE_DIR/nginx$1" "$1" "${@:2}"; }
down() { "$TOP/scripts/interop/nginx" down "$CASE_DIR/nginx$1"; }
ask() {
	local name=$1 port=$2
	shift 2
	curl -sS --max-time 10 --cacert "$root" --resolve "$name:$port:127.0.0.1" "$@" "https://$name:$port/"
}

# -- the server's side ---------------------------------------------------------------
must_work up $PORT cert="$CASE_DIR/edge.pem" key="$CASE_DIR/edge.key"
for name in sip.contoso.com webcon.contoso.com contoso.com sip.fabrikam.com; do
	must_work ask $name $PORT
	expect_has hello
done
must_fail 60 ask other.contoso.com $PORT                     # a wrong name
expect_err "no alternative certificate subject name matches"
must_fail 60 faketime '+3 years' curl -sS --max-time 10 --cacert "$root" --resolve "sip.contoso.com:$PORT:127.0.0.1" "https://sip.contoso.com:$PORT/"
expect_err expired
must_fail 60 curl -sS --max-time 10 --resolve "sip.contoso.com:$PORT:127.0.0.1" "https://sip.contoso.com:$PORT/"
down $PORT

# -- the client's side ---------------------------------------------------------------
PORT=$((PORT + 1))
must_work up $PORT cert="$CASE_DIR/fe.pem" key="$CASE_DIR/fe.key" clients="$CASE_DIR/clients.pem" crl="$CASE_DIR/lists.pem"
must_work ask eepool.contoso.com $PORT --cert edge.pem --key edge.key
expect_has "hello CN=sip.contoso.com"
must_work ask eepool.contoso.com $PORT                       # nobody
expect_has "No required SSL certificate was sent"
must_work ask eepool.contoso.com $PORT --cert med.pem --key med.key
# and who may not be a client at all: Mediation has no clientAuth
expect_has "The SSL certificate error"
down $PORT

# -- revoked --------------------------------------------------------------------------
PORT=$((PORT + 1))
must_work rolecert revoke lab/certs/edge-external--lsedge.contoso.net.pem --reason keyCompromise
must_work rolecert crl -o ca.crl
openssl crl -inform DER -in ca.crl -out ca.crl.pem
cat ca.crl.pem root.crl.pem >lists.pem
must_work up $PORT cert="$CASE_DIR/fe.pem" key="$CASE_DIR/fe.key" clients="$CASE_DIR/clients.pem" crl="$CASE_DIR/lists.pem"
must_work ask eepool.contoso.com $PORT --cert edge.pem --key edge.key
expect_has "The SSL certificate error"
down $PORT
PORT=$((PORT + 1))
must_work up $PORT cert="$CASE_DIR/edge.pem" key="$CASE_DIR/edge.key"
must_fail 60 ask sip.contoso.com $PORT --crlfile lists.pem
expect_err "certificate revoked"
down $PORT
