# Lists in parts: which certificate stands in which, as OpenSSL takes them, and what a
# monitor is told of those that are published.

must_work rolecert -q lab lab
. lab/env.sh

# settings CDP CRL: these two lines of ca.yaml.
settings() {
	sed -i '/^cdp:/d; /^crl:/d' lab/ca/ca.yaml
	printf '%s\n' "$1" "$2" >>lab/ca/ca.yaml
}
cdp='cdp: [ "http://pki.contoso.com/issuing-{part}.crl", "http://b.contoso.com/{part}.crl" ]'
must_fail 2 crl-part rolecert crl --partition 1 -o x.crl
settings 'cdp: [ "http://pki.contoso.com/issuing.crl" ]' 'crl: { partitions: 3 }'
must_fail 3 ca-config rolecert crl
settings "$cdp" 'crl: { days: 7 }'
must_fail 3 ca-config rolecert crl
settings 'cdp: []' 'crl: { partitions: 3 }'
must_fail 3 ca-config rolecert crl
settings "$cdp" 'crl: { partitions: 3, publish: "../part-{part}.crl", overlap: 1d }'
must_fail 4 policy-changed rolecert crl
must_work rolecert ca policy accept

# From now on each certificate names its part.
mkdir new
for csr in lab/csrs/*.csr; do
	name=$(basename "$csr" .csr)
	case $name in oauth) continue ;; esac
	rolecert -q issue -t lab/topology.yaml "${name//--//}" --csr "$csr" --renew -o new/$name.pem
	[ "$(ls new | wc -l)" -lt 7 ] || break
done
# part CERT: what its serial says, computed by other means.
part() { python3 -c "print(int('$(openssl x509 -in "$1" -noout -serial | sed 's/.*=//')', 16) % 3 + 1)"; }
for cert in new/*.pem; do
	expect_equal "$(openssl x509 -in $cert -noout -ext crlDistributionPoints | grep -o 'http.*' | tr '\n' ' ')" \
	    "http://pki.contoso.com/issuing-$(part $cert).crl http://b.contoso.com/$(part $cert).crl " "part of $cert"
done

# All parts at once; each speaks for its own certificates and no other.
gone=$(ls new/*.pem | head -n 1)
must_work rolecert revoke "$gone" --reason superseded
must_fail 4 crl-no-base rolecert crl --partition 1 --delta -o early.pem
must_work rolecert crl --partition all --json
expect_json 'length == 3 and ([.[].part] == [1, 2, 3]) and ([.[].entries] | add) == 1'
for p in 1 2 3; do
	openssl crl -inform DER -in lab/part-$p.crl -out $p.pem
	must_work openssl crl -in $p.pem -noout -CAfile lab/ca/ca.pem
	must_work openssl crl -in $p.pem -noout -text
	expect_has 'Issuing Distribution Point: critical'
	expect_has "http://pki.contoso.com/issuing-$p.crl"
done
# verified PART CERT: what openssl says with that part.
verified() {
	openssl verify -crl_check -extended_crl -x509_strict -partial_chain -trusted lab/ca/ca.pem -CRLfile "$1.pem" "$2" 2>&1
}
for cert in new/*.pem; do
	[ $cert != "$gone" ] || continue
	must_work verified "$(part $cert)" $cert
	must_fail 2 verified $(($(part $cert) % 3 + 1)) $cert
	expect_has 'different CRL scope'
done
must_fail 2 verified "$(part "$gone")" "$gone"
expect_has 'certificate revoked'

# A delta of one part, and one part alone; the whole list speaks for all, and is no part.
other=$(ls new/*.pem | tail -n 1)
must_work rolecert revoke "$other" --reason certificateHold
must_work rolecert crl --partition "$(part "$other")" --delta -o delta.pem --json
expect_json ".part == $(part "$other") and .base != null and .entries >= 1"
must_work rolecert crl --json -o whole.pem
expect_json '.part == null and .entries == 2'
must_work rolecert crl --partition "$(part "$other")"
must_fail 2 rolecert crl --partition all -o one.crl
must_fail 2 crl-part rolecert crl --partition 4 -o x.crl
must_fail 2 crl-part rolecert crl --partition some -o x.crl
must_work rolecert ledger verify --signatures
expect_has whole

# What is published holds; a part that is missing, another CA's, or near its end is told.
must_work rolecert crl --check --json
expect_json 'length == 3 and all(.good)'
cp lab/part-1.crl kept.crl
cp lab/root.crl lab/part-1.crl
must_fail 1 crl-due rolecert crl --check
rm lab/part-1.crl
must_fail 1 crl-due rolecert crl --check --json
expect_json '[.[].good] == [false, true, true]'
cp kept.crl lab/part-1.crl
must_work rolecert crl --check
must_work rolecert crl --check -o kept.crl
settings "$cdp" 'crl: { partitions: 3, publish: "../part-{part}.crl", overlap: 9d }'
must_fail 1 crl-due rolecert crl --check
expect_err 'ends soon'

# The number of parts is for ever: certificates name theirs.
settings "$cdp" 'crl: { partitions: 4, publish: "../part-{part}.crl" }'
must_fail 4 crl-partitions rolecert ca policy accept
settings 'cdp: []' 'crl: { days: 7 }'
must_fail 4 crl-partitions rolecert ca policy accept
