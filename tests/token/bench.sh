# The benchmark does what it says: small, once each, every certificate verified and on record.

need openssl certtool python3 softhsm2-util
mkdir bench
must_work env BENCH_SMOKE=1 BENCH_DIR="$PWD/bench" BENCH_ROWS="p256 rsa one record hsm verify rss" \
    BENCH_COUNT=8 BENCH_RSA=2 BENCH_FEW=3 BENCH_MANY=6 \
    BENCH_RECORD=10 "$TOP/scripts/bench" "$PROGRAM"
expect_has 'certificates counted, verified and found in their ledgers'
