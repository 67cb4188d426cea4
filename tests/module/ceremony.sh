# The root and the issuing CA of docs/examples, held on each module whose token makes
# keys: what they make holds before OpenSSL, and so do their transcripts.

need openssl jq
module_here
# What a module is known to leak decides how much may be asked of its keys.
level=strict
can leaks-set && level=lab
can leaks-copy && level=imported-ok
# file_of NAME: the example, with this token.
file_of() {
	sed -e "s|pkcs11:token=contoso-$1|$TOKEN_URI|" -e "s/custody: strict/custody: $level/" \
	    -e 's/ec-p384/ec-p256/' "$TOP/docs/examples/$1.ceremony.yaml" >$1.ceremony.yaml
	expect_equal "$(grep -c "$TOKEN_URI" $1.ceremony.yaml)" 1 "the token in the file of $1"
}
# hold NAME: dry run and real run, and what they made.
hold() {
	local name=$1 octets
	file_of "$name"
	must_work rolecert ca ceremony $name.ceremony.yaml --dry-run --json
	expect_json '.tbs.known == false and (.tbs.octets | contains("??"))'
	octets=$(jq .tbs.length .out)
	must_work rc ca ceremony $name.ceremony.yaml --yes --json
	expect_json '.certificate == "'$name.pem'"'
	expect_equal "$(openssl x509 -in $name.pem -outform DER | openssl asn1parse -inform DER |
	    sed -n '2s/.*hl=\([0-9]*\) l= *\([0-9]*\) .*/\1 \2/p' | awk '{ print $1 + $2 }')" \
	    "$octets" "octets of the dry run and of the certificate of $name"
	must_work rolecert ca ceremony --verify $name.transcript --issuer root.pem
	expect_has 'the transcript holds'
	must_work openssl cms -verify -binary -inform DER -in $name.transcript.p7s \
	    -content $name.transcript -CAfile root.pem -out content
	expect_same content $name.transcript
	expect_file $name/ca.yaml $name/ca.pem $name/ledger.db
}
if can keygen ec; then
	hold root
	hold issuing
	must_work openssl verify -x509_strict -CAfile root.pem issuing.pem
	must_work rolecert ca show issuing --json
	expect_json '.chain == ["CN=Contoso Root CA, O=Contoso, C=US"]'
	must_work rolecert --ca root ledger list --json
	expect_json 'length == 4 and all(.[]; .state == "DONE")'
else
	# A key that the token does not make as asked signs nothing.
	file_of root
	must_fail 5 rc ca ceremony root.ceremony.yaml --yes
	expect_no_file root.pem root root.transcript
fi
