# How a key is kept: what is tried, what is pinned, what drifts, what a level lets through.

need cc jq openssl pkg-config pkcs11-tool
softhsm=/usr/lib/softhsm/libsofthsm2.so
fault_module
must_work rolecert -q lab lab
. lab/env.sh
topology=lab/topology.yaml
export FAULT_MODULE=$softhsm FAULT_LOG=$PWD/calls
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr
issue() { rolecert "$@" issue -t "$topology" oauth --csr x.csr --renew; }
calls() { grep -c "$1" calls || true; }
# basis ID: of that guarantee, in the JSON that was printed last.
basis() { jq -r --arg id "$1" '.guarantees[] | select(.id == $id).basis' "$CASE_DIR/.out"; }

# A hardened key: what was tried was refused.
must_work rolecert token check --json
for id in parts-closed not-wrapped copies-guarded guards-stay one-key; do
	expect_equal "$(basis $id)" proven "$id"
done
for id in made-inside never-extractable never-readable login-needed signs-only; do
	expect_equal "$(basis $id)" claimed "$id"
done
expect_equal "$(jq -c .levels "$CASE_DIR/.out")" \
    '{"hardware":false,"strict":true,"imported-ok":true,"lab":true}' 'levels'
expect_equal "$(jq -r '[.probes[] | select(.outcome != "refused")] | length' "$CASE_DIR/.out")" 0 'probes that were not refused'
must_fail 1 rolecert token check --level hardware
expect_has 'level hardware: not reached'
expect_has token-not-accepted
must_work rolecert token check
expect_has 'proven    no secret part of it can be read'

# One that can leave, and one that was brought in.
loose='pkcs11:token=rolecert-lab;object=loose'
pkcs11() {
	pkcs11-tool --module $softhsm --token-label rolecert-lab --login --pin "$(cat lab/pin)" "$@" >.setup 2>&1
}
pkcs11 --keypairgen --key-type EC:prime256v1 --label loose --id 77 --extractable
must_fail 1 rolecert token check "$loose" --module $softhsm --level lab --json
expect_equal "$(basis not-wrapped)" broken 'wrapping an extractable key'
expect_has '"CKM_AES_KEY_WRAP'
openssl ecparam -name prime256v1 -genkey -noout -outform DER -out brought.der
pkcs11 --write-object brought.der --type privkey --label brought --id 78 --usage-sign
openssl ec -inform DER -in brought.der -pubout -outform DER -out public.der 2>.setup
pkcs11 --write-object public.der --type pubkey --label brought --id 78
brought='pkcs11:token=rolecert-lab;object=brought'
must_fail 1 rolecert token check "$brought" --module $softhsm
expect_has key-imported
must_work rolecert token check "$brought" --module $softhsm --level imported-ok
must_fail 5 key-imported rolecert ca init --self-signed --key "$brought" --module $softhsm --subject CN=B brought
must_work rolecert ca init --self-signed --key "$brought" --module $softhsm --subject CN=B --custody lab brought
expect_err key-imported

# Nothing that was tried stays on the token.
objects() { rolecert token list 'pkcs11:token=rolecert-lab' --module $softhsm --login --json | jq '.[0].objects | length'; }
before=$(objects)
must_work rolecert token check
expect_equal "$(objects)" "$before" 'objects after probes'

# The policy, with the module in it: refused until it is accepted.
sed -i "s#$softhsm#$PWD/fault.so#" lab/ca/ca.yaml
must_fail 4 policy-changed issue
expect_err "want module $softhsm"
must_work rolecert ca policy show
expect_has 'ca.yaml says: '
must_work rolecert ca policy accept
must_fail 4 policy-same rolecert ca policy accept
must_work rolecert ca policy show --json
expect_equal "$(jq .accepted "$CASE_DIR/.out")" true 'the policy after it was accepted'
must_fail 2 rolecert ca policy except
must_work issue

# A session tries what is cheap, and nothing at all where probes are pinned.
: >calls
must_work issue
[ "$(calls '^C_WrapKey')" -gt 2 ] && good || bad 'no C_WrapKey in a session'
expect_equal "$(calls '^C_CopyObject')" 3 'copies in a session'
expect_equal "$(calls '^C_GenerateKeyPair')$(calls '^C_SetAttributeValue')" 00 'key pairs and changes in a session'
sed -i 's/^probe: session/probe: pin-record/' lab/ca/ca.yaml
must_fail 4 policy-changed issue
must_work rolecert ca policy accept
: >calls
must_work issue
expect_equal "$(calls '^C_WrapKey')$(calls '^C_CopyObject')$(calls '^C_GenerateKey')" 000 'probes where they are pinned'
must_work rolecert --json ledger show "$(rolecert --json ledger list | jq -r '.[-1].serial')"
expect_has 'probes pinned'
expect_has 'probe wrap CKM_AES_KEY_WRAP refused CKR_KEY_UNEXTRACTABLE'
: >calls
must_work rolecert token repin
[ "$(calls '^C_WrapKey')" -gt 2 ] && good || bad 'no C_WrapKey in token repin'
[ "$(calls '^C_SetAttributeValue')" -gt 0 ] && good || bad 'no twin was tried by token repin'
must_work issue

# Drift, item by item, until it is recorded.
cat >drift <<'END'
C_GetAttributeValue attribute CKA_DECRYPT true
C_GetTokenInfo flag CKF_CLOCK_ON_TOKEN
C_GetMechanismList lacks CKM_MD5
END
FAULT=drift must_work issue
expect_err "CKA_DECRYPT was 'false', is 'true' [token-drift]"
expect_err 'mechanisms that are no longer listed: CKM_MD5 [token-drift]'
expect_err 'token.flags was'
FAULT=drift must_work rolecert token repin
expect_has 'recorded anew'
FAULT=drift must_work issue
expect_equal "$(grep -c token-drift "$CASE_DIR/.err" || true)" 0 'drift after it was recorded'
must_work rolecert token repin --json
expect_equal "$(jq '.differences | length' "$CASE_DIR/.out")" 3 'differences'
must_work rolecert token repin
expect_has 'nothing is different'
sed -i "s/^custody: strict/custody: hardware\naccept: [{ manufacturer: SoftHSM project }]/" lab/ca/ca.yaml
must_work rolecert ca policy accept
must_work issue
must_work rolecert token check
expect_has 'level hardware: reached'
FAULT=drift must_fail 5 token-drift issue
expect_silent
FAULT=drift must_fail 1 rolecert token check

# What the level lab lets through is marked.
sed -i 's/^custody: hardware/custody: lab/' lab/ca/ca.yaml
must_fail 4 policy-changed issue
must_work rolecert ca policy accept
must_work issue
expect_err custody-lab
must_work issue --json
expect_equal "$(jq -r .custody_level "$CASE_DIR/.out")" lab 'level in the answer of issue'
must_work rolecert --json ledger list
expect_equal "$(jq -r '.[-1].custody_level, .[0].custody_level' "$CASE_DIR/.out" | tr '\n' ' ')" 'lab strict ' 'levels in the ledger'
must_work rolecert ledger list
expect_has '(lab) oauth'
must_work rolecert ledger show "$(rolecert --json ledger list | jq -r '.[-1].serial')"
expect_has 'kept as a lab keeps it'

# A module that breaks its word.
cat >wraps <<'END'
C_WrapKey returns CKR_OK
END
sed -i 's/^custody: lab/custody: strict/; s/^probe: pin-record/probe: session/' lab/ca/ca.yaml
must_work rolecert ca policy accept
FAULT=wraps must_fail 5 key-wrappable issue
expect_err attributes-not-enforced
expect_silent
# One that cannot be asked: told when asked for, and not each time.
echo 'C_WrapKey returns CKR_GENERAL_ERROR' >mute
FAULT=mute must_work issue
expect_equal "$(grep -c probe-not-proven "$CASE_DIR/.err" || true)" 0 'probe-not-proven at a signature'
FAULT=mute must_work issue -v
expect_err probe-not-proven
FAULT=mute must_work rolecert token check
expect_has probe-not-proven
expect_has CKR_GENERAL_ERROR
