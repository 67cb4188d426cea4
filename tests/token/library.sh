# The library's verifier beside the program's: a bundle that holds, and one that does not.

need cc pkg-config
must_work make -s -C "$TOP" install DESTDIR="$PWD/root" PREFIX=/usr LIBDIR=/usr/lib/multi
export PKG_CONFIG_PATH=$PWD/root/usr/lib/multi/pkgconfig PKG_CONFIG_SYSROOT_DIR=$PWD/root
export LD_LIBRARY_PATH=$PWD/root/usr/lib/multi
# shellcheck disable=SC2046
must_work cc -Wno-unused-result -o verify "$TOP/docs/examples/verify.c" $(pkg-config --cflags --libs rolecert)

must_work rolecert -q lab lab
. lab/env.sh
ledger_signer_here
checkpoints_by 'every: 1000, max_age: 9d, certificate: ledger.pem'
must_work rolecert ledger checkpoint -o first.checkpoint
must_work rolecert ledger export --bundle oauth -o oauth.bundle

must_work ./verify oauth.bundle lab/root.pem
expect_has 'holds, of'
expect_has 'DONE oauth'
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=Stranger -keyout s.key -out s.pem -days 2 2>/dev/null
must_fail 1 bundle-issuer ./verify oauth.bundle s.pem
sed 's/contoso\.com/c0ntoso.com/' oauth.bundle >changed.bundle
must_fail 1 ./verify changed.bundle lab/root.pem
expect_err '[bundle-'
must_fail 3 cert-malformed ./verify oauth.bundle signer.yaml
