# `check` takes a certificate in whatever it comes: files, containers, a TLS server.

need openssl jq python3

cat >t.yaml <<'EOF'
topology: web
product: generic
sip_domains: [example.com]
pools:
  - { fqdn: www.example.com, kind: web-server, aliases: [shop.example.com] }
  - { fqdn: api.example.com, kind: web-server }
EOF
entry=web-server/www.example.com
must_work rolecert profile compile -t t.yaml --emit openssl -o forms/
openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj '/CN=Some CA' -days 999 2>/dev/null
# issue POOL OUT: its key is POOL.key.
issue() {
	local form=forms/web-server--$1.cnf
	openssl req -new -newkey rsa:2048 -nodes -keyout "$1.key" -config "$form" -out "$1.csr" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -CAcreateserial -extfile "$form" \
	    -extensions certificate -days 90 -out "$2" 2>/dev/null
}
issue www.example.com www.pem
issue api.example.com api.pem

openssl x509 -in www.pem -outform DER -out www.der
openssl x509 -in www.pem -outform DER | base64 >www.b64
cat ca.pem www.pem >chain.pem
openssl crl2pkcs7 -nocrl -certfile chain.pem -outform DER -out www.p7b
openssl crl2pkcs7 -nocrl -certfile chain.pem -out www.p7b.pem
openssl pkcs12 -export -nokeys -certpbe NONE -nomac -in chain.pem -passout pass: -out plain.pfx
openssl pkcs12 -export -inkey www.example.com.key -certpbe NONE -in chain.pem -passout pass:secret -out half.pfx 2>/dev/null
openssl pkcs12 -export -inkey www.example.com.key -in chain.pem -passout pass:secret -out closed.pfx 2>/dev/null
for form in www.pem www.der www.b64 chain.pem www.p7b www.p7b.pem plain.pfx half.pfx; do
	must_work rolecert check -t t.yaml $entry $form
	expect_has "satisfied  $entry"
	must_work rolecert check -t t.yaml $form --issuer ca.pem
	expect_has 'satisfies 1 of 2 entries, of the roles web-server'
done
must_fail 1 rolecert check -t t.yaml web-server/api.example.com www.p7b
must_fail 1 rolecert check -t t.yaml $entry www.p7b --issuer api.pem
expect_has '[check-chain]'

# What cannot be read, or leaves open what is meant.
must_fail 3 cert-encrypted rolecert check -t t.yaml closed.pfx
expect_err 'openssl pkcs12 -in FILE -nokeys'
expect_silent
cat www.pem api.pem >two.pem
must_fail 3 cert-several rolecert check -t t.yaml two.pem
cat www.pem www.pem >twice.pem
must_work rolecert check -t t.yaml twice.pem
cat ca.pem ca.pem >cas.pem
must_fail 3 cert-several rolecert check -t t.yaml cas.pem
openssl crl2pkcs7 -nocrl -outform DER -out empty.p7b
must_fail 3 cert-container rolecert check -t t.yaml empty.p7b
head -c 600 www.p7b >cut.p7b
must_fail 3 cert-container rolecert check -t t.yaml cut.p7b
head -c 600 plain.pfx >cut.pfx
must_fail 3 cert-container rolecert check -t t.yaml cut.pfx
openssl pkcs12 -export -nocerts -inkey www.example.com.key -keypbe NONE -nomac -passout pass: -out keys.pfx 2>/dev/null
must_fail 3 cert-container rolecert check -t t.yaml keys.pfx
{ cat www.p7b; echo; } >behind.p7b
must_fail 3 rolecert check -t t.yaml behind.p7b
must_fail 3 cert-malformed rolecert check -t t.yaml www.example.com.key

# A folder of containers is a folder of certificates.
mkdir certs
cp www.p7b certs/a.p7b
openssl pkcs12 -export -nokeys -certpbe NONE -nomac -in api.pem -passout pass: -out certs/b.PFX
must_work rolecert plan -t t.yaml --certs certs --check
cp closed.pfx certs/
must_work rolecert plan -t t.yaml --certs certs --check
expect_err 'closed.pfx'

# JUnit, with all entries and with one.
must_work rolecert check -t t.yaml www.pem --junit all.xml
must_fail 1 rolecert check -t t.yaml web-server/api.example.com www.pem --junit one.xml
run python3 -c '
import xml.etree.ElementTree as ET
suite = ET.parse("all.xml").find("testsuite")
assert suite.attrib == {"name": "web", "tests": "2", "failures": "0", "errors": "0", "skipped": "1"}, suite.attrib
good, other = suite.findall("testcase")
assert good.get("name") == "web-server/www.example.com" and good.get("classname") == "web-server" and good.find("skipped") is None
assert "check-subject" in other.find("skipped").text
suite = ET.parse("one.xml").find("testsuite")
assert suite.get("tests") == "1" and suite.get("failures") == "1"
failure = suite.find("testcase/failure")
assert "CN of the subject" in failure.get("message") and "[check-san-missing]" in failure.text, failure.text
'
expect_equal "$STATUS" 0 "the JUnit file: $(tail -n 1 .err)"

# A server that shows it, by name.  It listens where the system likes; one that is deaf has a
# port and does not listen, so that nobody else can.
cat >serve.py <<'EOF'
import signal, socket, ssl, sys
kind, certificate, key = sys.argv[1:]
listener = socket.socket()
listener.bind(("127.0.0.1", 0))
if kind != "deaf":
    listener.listen()
print(listener.getsockname()[1], flush=True)
if kind == "deaf":
    signal.pause()
context = None
if kind != "mute":
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
if kind == "wants-one":
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations("ca.pem")
    context.maximum_version = ssl.TLSVersion.TLSv1_2
if kind == "by-name":
    other = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    other.load_cert_chain("api.pem", "api.example.com.key")
    def choose(sock, name, ctx):
        if name == "localhost":
            sock.context = other
    context.sni_callback = choose
while True:
    connection = listener.accept()[0]
    try:
        if kind == "mute":
            connection.sendall(b"220 mail.example.com\r\n")
        else:
            context.wrap_socket(connection, server_side=True).close()
    except OSError:
        pass
    connection.close()
EOF
# serve KIND CERT KEY: its port is $port.
serve() {
	rm -f port
	python3 serve.py "$@" >port 2>serve.err &
	server=$!
	while [ ! -s port ] && kill -0 $server 2>/dev/null; do sleep 0.1; done
	port=$(cat port)
}
serve by-name www.pem www.example.com.key
must_work rolecert check -t t.yaml $entry --connect "127.0.0.1:$port" --issuer ca.pem
expect_has "satisfied  $entry"
expect_err "shows 'CN=www.example.com', issued by 'CN=Some CA'"
must_work rolecert check -t t.yaml --connect "localhost:$port" --json
expect_json '[.[] | select(.satisfied) | .entry] == ["web-server/api.example.com"]'
must_fail 1 rolecert check -t t.yaml web-server/api.example.com --connect "127.0.0.1:$port"
kill $server; wait $server 2>/dev/null || true
serve deaf www.pem www.example.com.key
must_fail 6 connect-failed rolecert check -t t.yaml --connect "127.0.0.1:$port"
expect_silent
kill $server; wait $server 2>/dev/null || true
serve wants-one www.pem www.example.com.key
must_work rolecert check -t t.yaml $entry --connect "127.0.0.1:$port"
kill $server; wait $server 2>/dev/null || true
serve mute www.pem www.example.com.key
must_fail 6 connect-failed rolecert check -t t.yaml $entry --connect "127.0.0.1:$port"
expect_err 'showed no certificate'
kill $server; wait $server 2>/dev/null || true

# (A label of 64 octets: no name server is asked for it.)
must_fail 6 connect-failed rolecert check -t t.yaml --connect "$(printf '%064d' 0).invalid:443"
expect_err 'is not found'
for wrong in localhost :443 localhost: localhost:https localhost:0 localhost:65536 localhost:4294967739 ::1:443 '[]:443' '[::1]'; do
	must_fail 2 option-value rolecert check -t t.yaml --connect "$wrong"
done
must_fail 2 missing-argument rolecert check -t t.yaml
must_fail 3 file-read rolecert check -t t.yaml $entry
printf 'topology: nothing\nproduct: lync-2010\nsip_domains: [contoso.com]\npools: []\n' >nothing.yaml
expect_err "is an entry: the certificate stands behind it"
must_fail 1 rolecert check -t nothing.yaml www.pem
expect_has "no entry that it could satisfy"
must_fail 2 extra-argument rolecert check -t t.yaml $entry www.pem --connect localhost:443
