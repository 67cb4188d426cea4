# Checkpoints: signed by a key of their own, checked by stock tools, kept outside.

must_work rolecert -q lab lab
. lab/env.sh
must_fail 2 checkpoint-key rolecert ledger checkpoint

# A key for the ledger, certified by the CA for nothing but this.
ledger_signer_here

# configure CERTIFICATE WITNESS
configure() { checkpoints_by "every: 6, max_age: 1d, certificate: $1, witness: $2"; }
must_fail 4 policy-changed bash -c "sed -i 's/^checkpoint:.*/checkpoint: { key: \"pkcs11:object=ledger\", certificate: ledger.pem }/' lab/ca/ca.yaml; rolecert ledger checkpoint"
configure ledger.pem "$PWD/witness"

cat lab/root/ca.pem lab/ca/ca.pem >cas.pem
must_work rolecert ledger checkpoint -o one.checkpoint
cp .out one.txt
expect_has 'rolecert checkpoint v1'
expect_same one.checkpoint witness
must_work openssl cms -verify -binary -inform DER -in one.checkpoint -CAfile cas.pem -purpose any \
    -out openssl.txt
expect_same one.txt openssl.txt
must_work rolecert ledger verify --known one.checkpoint --signatures
expect_has '1 checkpoint;'

# Its key was tried before it signed, as the CA's is.
must_work rolecert ledger show "$(rolecert --json ledger list | jq '[.[] | select(.kind == "checkpoint")][-1].id')" --json
expect_json '[.. | strings] | any(test("probes session"))'

# Nothing happened: the same again.  Then `issue` makes one by itself, every six events.
must_work rolecert ledger checkpoint --json
expect_json '.made == false'
csr=lab/csrs/oauth.csr
for _ in 1 2; do must_work rolecert issue -t lab/topology.yaml oauth --csr $csr --renew -o new.pem; done
expect_err 'sealed'
must_work rolecert ledger verify --known one.checkpoint
expect_has '2 checkpoints;'
serial=$(openssl x509 -in new.pem -noout -serial | sed 's/.*=//')
must_work rolecert ledger prove "$serial" --known one.checkpoint -o new.proof
must_work rolecert ledger verify --proof new.proof --known witness
openssl cms -verify -binary -inform DER -in witness -CAfile cas.pem -purpose any \
    -out witness.txt 2>/dev/null
openssl x509 -in new.pem -outform DER -out new.der
must_work "$TOP/docs/examples/check-proof" new.proof witness.txt new.der one.txt
expect_has 'the one on record'
# that it grew from the first checkpoint: another root, another size, a path that was changed
sed '/^grown-from/{n;s/[0-7]$/8/;t;s/.$/7/}' new.proof >bad.proof
must_fail 1 "$TOP/docs/examples/check-proof" bad.proof witness.txt
must_fail 1 proof-wrong rolecert ledger verify --proof bad.proof --known witness
sed 's/^root ./root x/' one.txt >other.txt
must_fail 1 "$TOP/docs/examples/check-proof" new.proof witness.txt '' other.txt
expect_err 'says nothing of the older'
sed '/^grown-from/,$d' new.proof >bad.proof
must_fail 1 "$TOP/docs/examples/check-proof" bad.proof witness.txt '' one.txt

# The home goes back to an older copy: the witness knows better.
must_work rolecert ledger backup old.db
cp witness old.witness
for _ in 1 2 3; do must_work rolecert issue -t lab/topology.yaml oauth --csr $csr --renew -o new.pem; done
# what an auditor may keep: a list, another party's signature over a checkpoint
must_work rolecert crl -o kept.crl
openssl crl -in kept.crl -inform DER -out kept.crl.pem
must_work rolecert ledger checkpoint
cp .out kept.txt
openssl req -x509 -newkey rsa:2048 -nodes -keyout notary.key -subj /CN=Notary -days 1 -out notary.pem 2>/dev/null
openssl cms -sign -binary -in kept.txt -signer notary.pem -inkey notary.key -outform DER -out kept.cosignature
openssl cms -sign -binary -in cas.pem -signer notary.pem -inkey notary.key -outform DER -out other.cosignature
openssl cms -inform DER -in one.checkpoint -cmsout -outform PEM -out one.pem
for kept in kept.crl kept.crl.pem kept.cosignature kept.txt one.pem; do must_work rolecert ledger verify --known $kept; done
# what `openssl cms -sign` writes when nobody says otherwise
openssl cms -sign -in kept.txt -signer notary.pem -inkey notary.key -out mail.cosignature
must_fail 3 cms-malformed rolecert ledger verify --known mail.cosignature
expect_err 'openssl cms -sign -binary -outform DER'
must_fail 1 rolecert ledger verify --known other.cosignature
expect_has '[log-known]'
must_fail 1 log-known rolecert ledger verify lab/root --known kept.crl
must_work rolecert ledger backup new-backup.db
must_work rolecert ledger verify new-backup.db --known kept.cosignature
must_fail 2 missing-argument env -u ROLECERT_CA rolecert ledger verify new-backup.db
for kept in kept.crl kept.cosignature kept.txt; do
	must_fail 1 rolecert ledger verify old.db --known $kept
	expect_has '[log-known]'
done
cp lab/ca/ledger.db new.db
rm -f lab/ca/ledger.db-wal lab/ca/ledger.db-shm
cp old.db lab/ca/ledger.db
must_fail 6 witness-ahead rolecert issue -t lab/topology.yaml oauth --csr $csr --renew -o never.pem
must_fail 6 witness-ahead rolecert crl -o never.crl
expect_no_file never.pem never.crl
must_fail 1 rolecert ledger verify --known witness
expect_has 'log-known'
cp old.witness witness
must_work rolecert issue -t lab/topology.yaml oauth --csr $csr --renew -o other.pem

# Another history than the witness sealed; a witness that is gone, or no checkpoint.
must_work rolecert ledger checkpoint
cp new.db lab/ca/ledger.db
rm -f lab/ca/ledger.db-wal lab/ca/ledger.db-shm
must_fail 6 witness-differs rolecert issue -t lab/topology.yaml oauth --csr $csr --renew -o never.pem
rm witness
must_fail 6 witness-missing rolecert issue -t lab/topology.yaml oauth --csr $csr --renew -o never.pem
echo nonsense >witness
must_fail 3 rolecert issue -t lab/topology.yaml oauth --csr $csr --renew -o never.pem
rm witness

# Who is not the CA's cannot seal; nor is one CA's checkpoint another's.
must_fail 1 checkpoint-signer rolecert ledger verify lab/root --known one.checkpoint
openssl req -x509 -newkey rsa:2048 -nodes -keyout foreign.key -subj /CN=Foreign -days 1 -out lab/ca/foreign.pem 2>/dev/null
openssl cms -sign -binary -nodetach -in one.txt -signer lab/ca/foreign.pem -inkey foreign.key -outform DER -out forged.checkpoint
must_fail 3 cms-malformed rolecert ledger verify --known forged.checkpoint
configure foreign.pem "$PWD/witness2"
rm -f witness2
must_fail 6 witness-missing rolecert ledger checkpoint
# the way to a new witness: out of ca.yaml, the last checkpoint to its place, in again
sed -i 's/, witness: [^ ]*//' lab/ca/ca.yaml
must_work rolecert ca policy accept
sed -i 's/foreign.pem/ledger.pem/' lab/ca/ca.yaml
must_work rolecert ledger checkpoint -o witness2
configure foreign.pem "$PWD/witness2"
must_fail 1 checkpoint-signer rolecert ledger checkpoint
