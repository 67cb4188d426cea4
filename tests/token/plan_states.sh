# How the entries of a plan stand by a CA's record, alone and beside a folder.

need openssl jq

rolecert -q lab lab >/dev/null
. lab/env.sh
t=lab/topology.yaml
edge=edge-external/lsedge.contoso.net
# state ENTRY WANT: of the last command.
state() {
	expect_equal "$(jq -r --arg id "$1" '.entries[] | select(.id == $id) | .state' .out)" "$2" "$1"
}

must_work rolecert plan -t $t --check --json
expect_json 'all(.entries[]; .state == "valid") and .superfluous == []'
must_work rolecert plan -t $t --check --certs lab/certs --json
expect_json 'all(.entries[]; .state == "valid" and (.standing.certificate.file | startswith("lab/certs/")))'

# Issued anew: on record the new one stands, in the folder the old one is superseded.
must_work rolecert issue -t $t $edge --csr lab/csrs/edge-external--lsedge.contoso.net.csr --renew -o new.pem
must_work rolecert plan -t $t --check --json
state $edge valid
must_fail 1 rolecert plan -t $t --check --certs lab/certs --json
state $edge superseded
expect_json '[.entries[] | select(.state == "superseded")] | length == 1 and .[0].standing.newer.file == null'
must_work rolecert plan -t $t --certs lab/certs --state superseded
expect_has 'a newer one was issued: serial '

# Revoked, on hold, gone from the folder.
must_work rolecert revoke oauth --reason keyCompromise
must_work rolecert revoke lab/certs/office-web-apps--owafarm.contoso.com.pem --reason certificateHold
rm lab/certs/reverse-proxy--proxy.contoso.net.pem
must_fail 1 rolecert plan -t $t --check --certs lab/certs --json
state oauth revoked
state office-web-apps/owafarm.contoso.com revoked
state reverse-proxy/proxy.contoso.net missing
expect_json '[.entries[].standing.detail] | any(. == "for ever: keyCompromise") and any(. == "on hold")'
expect_json '.entries[] | select(.state == "missing") | .standing.detail | startswith("issued and not in the folder")'
must_fail 1 rolecert plan -t $t --check --json
state oauth revoked
state reverse-proxy/proxy.contoso.net valid

# The topology changed: what it said before is wrong, or wanted no more.
sed -e 's/access: sip.contoso.com/access: access.contoso.com/' -e '/owafarm/,/external: owa/d' $t >changed.yaml
must_fail 1 rolecert plan -t changed.yaml --check --json
state $edge wrong
must_work rolecert revoke lab/certs/office-web-apps--owafarm.contoso.com.pem --release
must_work rolecert plan -t changed.yaml --json
expect_json '.superfluous | length == 1 and (.[0].detail | contains("planned no more"))'

# Of another CA: it satisfies, or it does not.
openssl req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -subj '/CN=Some CA' -days 99 2>/dev/null
must_work rolecert profile compile -t $t $edge --emit openssl -o forms/
foreign=lab/certs/edge-external--lsedge.contoso.net.pem
sign() {
	openssl req -in lab/csrs/edge-external--lsedge.contoso.net.csr -inform DER -out edge.csr 2>/dev/null ||
		cp lab/csrs/edge-external--lsedge.contoso.net.csr edge.csr
	touch index.txt
	printf '[ca]\ndefault_ca=a\n[a]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\nunique_subject=no\npolicy=p\n[p]\ncommonName=optional\n' >ca.cnf
	openssl ca -batch -notext -config ca.cnf -preserveDN -cert other.pem -keyfile other.key -in edge.csr -out $foreign \
	    -extfile "$2" -extensions certificate -startdate 20260101000000Z -enddate "$(date -u -d "$1 days" +%Y%m%d%H%M%SZ)" 2>/dev/null
}
openssl req -new -key lab/keys/edge-external--lsedge.contoso.net.pem \
    -config forms/edge-external--lsedge.contoso.net.cnf -out lab/csrs/edge-external--lsedge.contoso.net.csr
sign 90 forms/edge-external--lsedge.contoso.net.cnf
must_work rolecert plan -t $t --certs lab/certs --json
state $edge foreign
expect_json '.entries[] | select(.state == "foreign") | .standing | .satisfies and (.needs_work | not)'
sign 10 forms/edge-external--lsedge.contoso.net.cnf
must_work rolecert plan -t $t --certs lab/certs --json
expect_json '.entries[] | select(.state == "foreign") | .standing | .satisfies and .needs_work'
sed 's/^extendedKeyUsage = .*/extendedKeyUsage = emailProtection/' forms/edge-external--lsedge.contoso.net.cnf >worse.cnf
sign 90 worse.cnf
must_work rolecert plan -t $t --certs lab/certs --json
expect_json '.entries[] | select(.state == "foreign") | .standing | (.satisfies | not) and .needs_work'
