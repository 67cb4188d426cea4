# `rolecert lab`: a CA on a software token, a whole deployment issued and checked.

need openssl jq
lab="$CASE_DIR/it's a lab"

must_work rolecert lab "$lab"
expect_has 'certificates issued and checked'
expect_lacks "$(cat "$lab/pin")"
expect_file "$lab"/{env.sh,topology.yaml,softhsm2.conf,pin,ca/ca.yaml,ca/ledger.db,root/ledger.db,root.pem,chain.pem}
expect_equal "$(stat -c %a "$lab/pin")" 600 'mode of the PIN file'
for key in "$lab"/keys/*.pem; do expect_equal "$(stat -c %a "$key")" 600 "mode of $key"; done

# env.sh is read by a shell as it is, spaces, quotes and all.
. "$lab/env.sh"
expect_equal "$ROLECERT_CA" "$lab/ca"
expect_equal "$SOFTHSM2_CONF" "$lab/softhsm2.conf"
topology=$lab/topology.yaml
# It finds the program that made it, where the PATH has none, and leaves one that it has alone.
program=$(dirname "$(realpath "$PROGRAM")")
where='. "$1/env.sh"; echo "${PATH##*:}"'
expect_equal "$(env -i PATH=/usr/bin /bin/bash -c "$where" - "$lab")" "$program"
mkdir bin && ln -s /bin/true bin/rolecert
expect_equal "$(env -i PATH="$PWD/bin:/usr/bin" /bin/bash -c "$where" - "$lab")" /usr/bin

# Every entry of the plan has key, request and certificate, and no others.
must_work rolecert plan -t "$topology" --json
jq -r '.entries[].id' .out | sed 's|/|--|g' | sort >planned.txt
for folder in keys csrs certs; do
	ls "$lab/$folder" | sed 's/\.[a-z]*$//' | sort >there.txt
	expect_same planned.txt there.txt
done

# Every certificate satisfies its entry, for us and for openssl.
openssl x509 -in "$lab/chain.pem" >issuing.pem
while read -r id; do
	cert=$lab/certs/${id//\//--}.pem
	must_work rolecert check -t "$topology" "$id" "$cert"
	must_work openssl verify -x509_strict -CAfile "$lab/root.pem" -untrusted issuing.pem "$cert"
done < <(rolecert plan -t "$topology" --json | jq -r '.entries[].id')

# The record.
must_work rolecert --json ledger list
expect_json 'all(.[]; .state == "DONE")'
expect_equal "$(jq '[.[] | select(.kind == "certificate")] | length' .out)" \
    "$(wc -l <planned.txt)" 'certificates in the ledger'
must_work rolecert ledger recover
expect_has 'nothing to recover'
must_work rolecert ca show
expect_has 'Lab Issuing CA'
must_work rolecert ca show "$lab/root"
expect_has 'Lab Root CA'
serial=$(rolecert --json ledger list | jq -r '[.[] | select(.kind == "certificate")][-1].serial')
must_work rolecert ledger show "$serial"
expect_has 'BEGIN CERTIFICATE'
must_fail 2 ledger-unknown rolecert ledger show 999999
must_fail 2 not-a-serial rolecert ledger show xyz
expect_err '`rolecert ledger list` lists both'

# The keys are kept as `strict` demands.
must_work rolecert token check 'pkcs11:token=rolecert-lab;object=issuing' \
    --module "$(sed -n 's/^module: *//p' "$ROLECERT_CA/ca.yaml" | tr -d '"')"

# Nothing is overwritten.
must_fail 2 lab-folder rolecert lab "$lab"
must_fail 2 lab-folder rolecert lab "$topology"
