# A root and an issuing CA by hand: keys, homes, a foreign parent.

need openssl jq softhsm2-util
token_here tok contoso
pin_file pin
export ROLECERT_PIN_FILE=pin
module=/usr/lib/softhsm/libsofthsm2.so
root='pkcs11:token=contoso;object=root'
sub='pkcs11:token=contoso;object=issuing'

must_work rolecert token list --module $module
expect_has contoso
must_fail 5 key-missing rolecert token check "$root" --module $module
must_work rolecert token keygen "$root" --type ec-p384 --module $module
expect_has 'BEGIN PUBLIC KEY'
must_fail 5 key-exists rolecert token keygen "$root" --type ec-p384 --module $module
must_fail 5 key-algorithm rolecert token keygen "$root" --type ec-p111 --module $module
must_work rolecert token check "$root" --module $module
expect_has 'level strict: reached'
must_fail 1 rolecert token check "$root" --module $module --level hardware
expect_has 'level hardware: not reached'
must_fail 2 option-value rolecert token check "$root" --module $module --level strickt
expect_err "did you mean 'strict'?"
must_fail 2 uri-pin-value rolecert token list 'pkcs11:token=contoso?pin-value=1234'
must_fail 5 module-load rolecert token list --module /dev/null

# What is missing is said before anything is made.
must_fail 2 missing-argument rolecert ca init --key "$root" --subject CN=R home
must_fail 2 missing-argument rolecert ca init --self-signed --subject CN=R home
must_fail 2 missing-argument rolecert ca init --self-signed --key "$root" home
must_fail 2 option-value rolecert ca init --self-signed --key "$root" --subject CN=R --custody strikt home
must_fail 3 dn-syntax rolecert ca init --self-signed --key "$root" --subject nonsense home --module $module
expect_no_file home

must_work rolecert ca init --self-signed --key "$root" --module $module \
    --subject 'CN=Contoso Root CA, O=Contoso, C=US' home --json
expect_schema ca-init
expect_json '.ready and .home == "home" and .csr == null'
must_work rolecert ca show home
expect_has 'CN=Contoso Root CA, O=Contoso, C=US'
must_fail 4 ca-exists rolecert ca init --self-signed --key "$root" --module $module --subject CN=R home
must_work openssl verify -x509_strict -CAfile home/ca.pem home/ca.pem

# An issuing CA under a parent that is not ours.
must_work rolecert token keygen "$sub" --module $module
must_work rolecert ca init --csr sub.csr --key "$sub" --module $module --subject 'CN=Sub, O=Contoso' sub --json
expect_schema ca-init
expect_json '.ready == false and .file == "sub.csr"'
jq -j .csr .out | cmp - sub.csr && good || bad 'the request is another one than the file'
must_work openssl req -in sub.csr -noout -verify
must_work rolecert ca show sub --json
expect_json '.certificate == null'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -keyout parent.key \
    -subj /CN=Parent -days 30 -addext keyUsage=critical,keyCertSign,cRLSign -out parent.pem 2>/dev/null
cat >ext.cnf <<'END'
basicConstraints = critical,CA:TRUE,pathlen:0
keyUsage = critical,digitalSignature,keyCertSign,cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
END
openssl x509 -req -in sub.csr -CA parent.pem -CAkey parent.key -days 20 -extfile ext.cnf -out sub.pem 2>/dev/null
cat sub.pem parent.pem >answer.pem
must_fail 4 ca-install rolecert ca init --cert parent.pem sub
must_work rolecert ca init --cert answer.pem sub
must_work rolecert ca show sub --json
expect_json '.certificate.subject == "CN=Sub, O=Contoso" and .chain == ["CN=Parent"]'

# And it issues.
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr
must_work rolecert issue --ca sub -t "$TOP/profiles/sample-topology.yaml" oauth --csr x.csr -o oauth.pem
must_work openssl verify -x509_strict -CAfile parent.pem -untrusted sub.pem oauth.pem
must_work rolecert check --ca sub -t "$TOP/profiles/sample-topology.yaml" oauth oauth.pem
must_fail 1 rolecert check --ca home -t "$TOP/profiles/sample-topology.yaml" oauth oauth.pem
expect_has "[check-chain]"
must_fail 1 rolecert check -t "$TOP/profiles/sample-topology.yaml" --issuer home/ca.pem oauth oauth.pem
must_work rolecert check -t "$TOP/profiles/sample-topology.yaml" --issuer answer.pem oauth oauth.pem
