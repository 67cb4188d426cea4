# A CA whose key wants the PIN at each signature.

need cc jq openssl pkcs11-tool pkg-config softhsm2-util
softhsm=/usr/lib/softhsm/libsofthsm2.so
fault_module
token_here tok contoso
pin_file pin
topology=$TOP/profiles/sample-topology.yaml
export FAULT_MODULE=$softhsm FAULT_LOG=$PWD/calls FAULT=$PWD/fault ROLECERT_PIN_FILE=pin
: >fault
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr
pkcs11-tool --module $softhsm --token-label contoso --login --pin "$PIN" --keypairgen --key-type EC:prime256v1 \
    --id 01 --label asks --always-auth --sensitive >.setup 2>&1
must_work rolecert ca init --self-signed --key 'pkcs11:token=contoso;object=asks' --module "$PWD/fault.so" \
    --subject CN=Asking --custody lab home
expect_err '[engine-cryptoki]'
cp home/ca.yaml plain.yaml
issue() { : >calls; rolecert issue --ca home -t "$topology" oauth --csr x.csr --renew -o x.pem; }
logins() { grep -c "^C_Login $1" calls || true; }
last() { rolecert --ca home --json ledger list | jq -r '.[-1].state'; }

# A login, and the PIN for the signature: from the file again, or kept.
must_work issue
must_work openssl verify -CAfile home/ca.pem x.pem
expect_equal "$(logins '0x0 user=1')" 1 'logins'
expect_equal "$(logins '0x0 user=2')" 1 'logins for one signature'
unset ROLECERT_PIN_FILE
ROLECERT_PIN=$PIN must_fail 5 pin-missing issue
expect_equal "$(logins '')" 1 'logins with a PIN that serves one'
expect_equal "$(last)" LOST 'state without a PIN for the signature'
echo 'always_authenticate: keep' >>home/ca.yaml
ROLECERT_PIN=$PIN must_work issue
expect_equal "$(logins '0x0')" 2 'logins with a PIN that is kept'
expect_lacks "$PIN"
export ROLECERT_PIN_FILE=pin

# What the token does not take is sent once, also when it does not say why.
for code in CKR_PIN_INCORRECT:pin-incorrect CKR_GENERAL_ERROR:login-failed CKR_DEVICE_ERROR:login-failed; do
	sed -i 's/^relogin: .*/relogin: once/' home/ca.yaml
	echo "C_Login returns ${code%:*} after 1" >fault
	must_fail 5 "${code#*:}" issue
	expect_equal "$(logins '')" 2 "logins after ${code%:*}"
	expect_equal "$(last)" LOST "state after ${code%:*}"
done
# A session that is lost before the PIN for the signature is another matter.
cp plain.yaml home/ca.yaml
sed -i 's/^relogin: .*/relogin: once/' home/ca.yaml
echo 'C_SignInit loses-sessions times 1' >fault
must_work issue
expect_err '[session-rebuilt]'
expect_equal "$(logins '0x0 user=1')" 2 'logins after a loss'
: >fault

# libp11 is not asked to serve it.
echo 'engine: libp11' >>home/ca.yaml
must_fail 5 key-always-authenticates issue
expect_equal "$(last)" DONE 'state of the entry before'
