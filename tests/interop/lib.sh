# lib.sh - a CA and certificates for two domains, for the cases beside it.
# shellcheck shell=bash

# domains_here KIND: a lab for contoso.com with a server of this kind, one for fabrikam.com
# below the same CA, and a client; contoso.pem, fabrikam.pem (with chain), client.pem, their
# keys, cas.pem.
domains_here() {
	local name
	for name in contoso fabrikam; do
		cat >$name.yaml <<-END
		topology: $name
		product: generic
		sip_domains: [$name.com]
		pools:
		  - { fqdn: one.$name.com, kind: $1 }
		  - { fqdn: two.$name.com, kind: $1 }
		END
	done
	must_work rolecert lab lab --topology contoso.yaml
	. lab/env.sh
	cat lab/ca/ca.pem lab/root.pem >cas.pem
	taken contoso "$1/one.contoso.com"
	taken client "$1/two.contoso.com"
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout fabrikam.key -subj /CN=x -out fabrikam.csr 2>/dev/null
	must_work rolecert issue -t fabrikam.yaml "$1/one.fabrikam.com" --csr fabrikam.csr -o fabrikam.leaf.pem
	cat fabrikam.leaf.pem lab/ca/ca.pem >fabrikam.pem
	lists_here lab/ca.crl
}

taken() {
	local file=${2//\//--}
	cat "lab/certs/$file.pem" lab/ca/ca.pem >"$1.pem"
	cp "lab/keys/$file.pem" "$1.key"
}

# lists_here CRL: lists.pem, of the CA (this one) and of the root
lists_here() {
	openssl crl -inform DER -in "$1" -out ca.crl.pem
	openssl crl -inform DER -in lab/root.crl -out root.crl.pem
	cat ca.crl.pem root.crl.pem >lists.pem
}

# revoked_here CERT: takes it back, and makes lists.pem anew
revoked_here() {
	must_work rolecert revoke "$1" --reason keyCompromise
	must_work rolecert crl -o ca.crl
	lists_here ca.crl
}

stranger_here() {
	openssl req -x509 -newkey rsa:2048 -nodes -keyout stranger.key -subj /CN=stranger -addext subjectAltName=DNS:contoso.com \
	    -out stranger.pem 2>/dev/null
}
