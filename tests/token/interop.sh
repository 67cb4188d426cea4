# Every leaf of an imported deployment is accepted by three verifiers that had no
# part in making it: OpenSSL (strict), GnuTLS and NSS; and by our own check.
need openssl certtool certutil

# NSS keeps one nickname a subject: each leaf gets a database of its own.
nss_accepts() {
	rm -rf nss-leaf && cp -r "$1" nss-leaf
	certutil -A -d sql:nss-leaf -n leaf -t ,, -a -i "$2" &&
	certutil -V -d sql:nss-leaf -n leaf -u V
}

verifies() {
	local lab=$1 leaf=$2
	openssl verify -x509_strict -CAfile "$lab/root/ca.pem" -untrusted "$lab/ca/ca.pem" "$leaf" &&
	cat "$leaf" "$lab/ca/ca.pem" "$lab/root/ca.pem" >chain &&
	certtool --verify --load-ca-certificate "$lab/root/ca.pem" --infile chain &&
	nss_accepts "$lab/nss" "$leaf"
}

deployment() {
	local document=$1 lab=lab-$2 id file
	must_work rolecert topology import "$document" -o "$2.yaml"
	must_work rolecert lab "$lab" --topology "$2.yaml"
	mkdir "$lab/nss"
	certutil -N -d "sql:$lab/nss" --empty-password
	certutil -A -d "sql:$lab/nss" -n root -t C,, -a -i "$lab/root/ca.pem"
	certutil -A -d "sql:$lab/nss" -n ca -t ,, -a -i "$lab/ca/ca.pem"
	rolecert plan -t "$lab/topology.yaml" --json | jq -r '.entries[].id' >ids
	while read -r id; do
		file=$lab/certs/${id//\//--}.pem
		must_work verifies "$lab" "$file"
		must_work rolecert --ca "$lab/ca" check -t "$lab/topology.yaml" "$id" "$file"
	done <ids
}

deployment "$DATA/topologies/contoso-2015.tbxml" contoso

# The public documents that the import was written after, where they are at hand.
shared=$TOP/../shared/facts/topologies
if [ -d "$shared" ]; then
	n=0
	for document in "$shared"/*.xml "$shared"/*.tbxml; do
		n=$((n + 1))
		deployment "$document" "shared$n"
	done
else
	echo "# $shared is not there: only the constructed document was tried"
fi
