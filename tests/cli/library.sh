# heavy: what it installs is built without sanitizers
# librolecert from outside: installed somewhere, found by pkg-config, its examples built
# and run; what it exports is what it promises, and each promise has its page.

need cc nm openssl mandoc pkg-config
sample=$TOP/profiles/sample-topology.yaml
must_work make -s -C "$TOP" install DESTDIR="$PWD/root" PREFIX=/usr LIBDIR=/usr/lib/multi
lib=$PWD/root/usr/lib/multi
export PKG_CONFIG_PATH=$lib/pkgconfig PKG_CONFIG_SYSROOT_DIR=$PWD/root
export LD_LIBRARY_PATH=$lib
build() {
	# shellcheck disable=SC2046
	must_work cc -std=c11 -Wall -Wextra -Werror -Wno-unused-result -o "$1" "$TOP/docs/examples/$1.c" \
	    $(pkg-config --cflags --libs rolecert)
}

# A plan, the same as the program's.
build plan
must_work ./plan "$TOP/profiles" "$sample"
grep -v '^ ' .out >have.txt
rolecert plan -t "$sample" --json | jq -r '.entries[].id' >want.txt
expect_same have.txt want.txt
expect_has 'for AccessEdgeExternal'
printf 'topology: a\nproduct: lync-2013\nsip_domains: [a_b]\npools: 1\n' >bad.yaml
must_fail 3 ./plan "$TOP/profiles" bad.yaml
expect_err 'bad.yaml:3:15'
expect_err 'bad.yaml:4:8'
must_fail 3 profiles-missing ./plan "$TOP/include/rolecert" "$sample"

# A certificate from a CA whose key is a file, which satisfies its entry.
build issue
edge=edge-external/lsedge.contoso.net
openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key 2>/dev/null
chmod 600 ca.key
openssl req -new -newkey rsa:2048 -nodes -keyout leaf.key -subj /CN=anything -out leaf.csr 2>/dev/null
must_work ./issue "$TOP/profiles" "$sample" $edge leaf.csr "$PWD/ca.key" home
cp .out leaf.der
must_work rolecert --ca home check -t "$sample" $edge leaf.der
must_work rolecert ledger verify home
openssl x509 -inform DER -in leaf.der -noout -issuer >.out
expect_has 'memory custody - test only'
must_fail 4 ca-exists ./issue "$TOP/profiles" "$sample" $edge leaf.csr "$PWD/ca.key" home
must_fail 2 no-such-entry ./issue "$TOP/profiles" "$sample" edge leaf.csr "$PWD/ca.key" home2
must_fail 2 ./issue

# Evidence that is none.
build verify
must_fail 3 bundle-format ./verify leaf.der home/ca.pem

# The promise: what is exported is the list, neither less nor more.
nm -D --defined-only "$lib/librolecert.so" | awk '$2 ~ /^[TDBRVW]$/ { sub(/@.*/, "", $3); print $3 }' | sort >have.txt
grep -v '^#' "$TOP/include/rolecert/librolecert.symbols" | sort >want.txt
expect_same have.txt want.txt
# Each has a prototype in a header, and a page that names it.
while read -r symbol; do
	grep -q "\b$symbol\b" "$TOP"/include/rolecert/*.h && good || bad "$symbol is in no header"
	grep -q "$symbol" "$TOP"/docs/man/*.3 && good || bad "$symbol is in no page"
done <want.txt
for page in "$TOP"/docs/man/*.3; do
	mandoc -T lint -W warning "$page" >lint.txt 2>&1 || true
	expect_equal "$(grep -vc 'outdated mandoc.db' lint.txt || true)" 0 "mandoc's complaints of $page"
done
for header in "$TOP"/include/rolecert/*.h; do
	grep -q "rolecert/${header##*/}" "$TOP"/docs/man/*.3 && good || bad "$header has no page"
done
