# The list of an offline root, carried to the issuing CA: what is taken, and what it
# does to everything below.
must_work rolecert -q lab lab
. lab/env.sh
cert=lab/certs/reverse-proxy--proxy.contoso.net.pem
entry=reverse-proxy/proxy.contoso.net
judged() { rolecert check -t lab/topology.yaml $entry $cert; }
must_work judged

must_work rolecert crl import lab/root.crl --json
expect_json '.new and .entries == 0 and .revoked == false and .issuer == "CN=Lab Root CA, O=rolecert lab"'
must_work rolecert crl import lab/root.crl --json
expect_json '.new == false'
must_work judged
must_work rolecert -v plan -t lab/topology.yaml --ca lab/ca --check
expect_lacks 'the chain ends'

# Not by a CA of the chain: the CA's own list, another CA of the same name.
must_fail 4 parent-crl-issuer rolecert crl import lab/ca.crl
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout false.key -days 30 \
    -subj '/O=rolecert lab/CN=Lab Root CA' -utf8 -out false.pem 2>/dev/null
cat >ca.cnf <<'END'
[ca]
default_ca = it
[it]
database = index.txt
crlnumber = number
default_md = sha256
default_crl_days = 30
END
# foreign CERT KEY DAYS [OPTION...]: a list by OpenSSL.
foreign() {
	: >index.txt
	[ -e number ] || echo 7FFFFFFF01 >number
	openssl ca -config ca.cnf -gencrl -cert "$1" -keyfile "$2" -out foreign.pem "${@:3}" 2>/dev/null
}
foreign false.pem false.key
must_fail 4 parent-crl-issuer rolecert crl import foreign.pem
must_fail 3 parent-crl-malformed rolecert crl import "$cert"
head -c 200 lab/root.crl >cut.crl
must_fail 3 parent-crl-malformed rolecert crl import cut.crl
must_fail 2 rolecert crl imports lab/root.crl

# A CA below a root by OpenSSL, whose lists hold what OpenSSL writes.
module=$(sed -n 's/^module: *//p' lab/ca/ca.yaml | tr -d '"')
must_work rolecert token keygen 'pkcs11:token=rolecert-lab;object=sub' --module "$module"
must_work rolecert ca init --key 'pkcs11:token=rolecert-lab;object=sub' --module "$module" --csr sub.csr --subject CN=Sub sub
printf '%s\n' basicConstraints=critical,CA:TRUE,pathlen:0 keyUsage=critical,keyCertSign,cRLSign subjectKeyIdentifier=hash \
    authorityKeyIdentifier=keyid >sub.ext
openssl x509 -req -in sub.csr -CA false.pem -CAkey false.key -CAcreateserial -days 20 -extfile sub.ext -out sub.pem 2>/dev/null
cat sub.pem false.pem >answer.pem
must_work rolecert ca init --cert answer.pem sub
sub() { ROLECERT_CA=sub rolecert "$@"; }
must_work sub crl import foreign.pem
foreign false.pem false.key -crl_lastupdate 20200101000000Z -crl_nextupdate 20200201000000Z
must_fail 4 parent-crl-times sub crl import foreign.pem
foreign false.pem false.key -crl_lastupdate 20990101000000Z -crl_nextupdate 20990201000000Z
must_fail 4 parent-crl-times sub crl import foreign.pem
printf '%s\n' '[users]' 'issuingDistributionPoint=critical,@idp' '[idp]' onlyuser=TRUE '[cas]' \
    'issuingDistributionPoint=critical,@idca' '[idca]' onlyCA=TRUE '[odd]' 1.2.3.4=critical,DER:0500 >>ca.cnf
for scope in users odd; do
	foreign false.pem false.key -crlexts $scope
	must_fail 4 parent-crl-scope sub crl import foreign.pem
done
foreign false.pem false.key -crlexts cas
must_work sub crl import foreign.pem

# Neither back in time nor a part of the truth.
root() { ROLECERT_CA=lab/root rolecert "$@"; }
must_work root crl -o newer.crl
must_work rolecert crl import newer.crl
must_fail 4 parent-crl-older rolecert crl import lab/root.crl
must_work root crl --delta -o delta.crl
must_fail 4 parent-crl-scope rolecert crl import delta.crl
sed -i 's/^crl:.*/crl: { days: 1, overlap: 0s }/' lab/root/ca.yaml
must_work root crl -o short.crl
must_work rolecert crl import short.crl
# Lists that do not name it are no reason to stop.
must_work rolecert crl -o own.crl

# The root takes the issuing CA back: nothing below it stands any more.
must_work root revoke lab/ca/ca.pem --reason keyCompromise
must_work root crl -o gone.crl
must_work rolecert crl import gone.crl --json
expect_json .revoked
expect_err check-revoked
must_fail 1 judged
expect_has check-revoked
must_work rolecert ledger verify
must_fail 1 rolecert plan -t lab/topology.yaml --ca lab/ca --check
expect_has 'wrong'
expect_has check-revoked

# Its key signs nothing any more, and nobody is asked for a PIN; what is taken back is still
# recorded.
must_fail 4 ca-revoked env -u ROLECERT_PIN_FILE rolecert issue -t lab/topology.yaml $entry --csr lab/csrs/oauth.csr
must_fail 4 ca-revoked rolecert apply -t lab/topology.yaml --csrs lab/csrs --dry-run
must_fail 4 ca-revoked rolecert apply -t lab/topology.yaml --csrs lab/csrs
must_fail 4 ca-revoked rolecert crl -o any.crl
must_fail 1 rolecert doctor
expect_has ca-revoked
must_work rolecert revoke $cert --reason superseded
# Without the home nobody knows of it.
must_work rolecert check -t lab/topology.yaml $entry $cert --issuer lab/chain.pem
