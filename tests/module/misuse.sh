# heavy: most of it is the module
# What the holder of a PIN can take out of a token: really taken, a signature made with
# it, and what rolecert had said of that key before.  What a module does not leak is
# tried too, and must be refused by the module.

need cc jq openssl pkg-config
module_here
echo 'pay to the bearer' >text
key() { echo "$TOKEN_URI;object=${1// /%20}"; }

# judged KEY LEVEL STATUS [RULE ACTION]: the verdict, and a finding in it.
judged() {
	case $3 in
	0) must_work rc token check "$(key "$1")" --level "$2" --json ;;
	*) must_fail "$3" rc token check "$(key "$1")" --level "$2" --json ;;
	esac
	[ $# -lt 4 ] || expect_json "any(.findings[]; .rule == \"$4\" and .action == \"$5\")"
}
# refused_at_birth KEY RULE: no CA home comes of it, at the level that asks for least.
refused_at_birth() {
	must_fail 5 "$2" rc ca init --self-signed --key "$(key "$1")" --subject CN=x --custody lab "home-$1"
	expect_no_file "home-$1"
}
# verifies KEY SIGNATURE: it is one of the key on the token.
verifies() {
	misuse public "$1" >"$1.pub"
	must_work openssl dgst -sha256 -verify "$1.pub" -signature "$2" text
}
# taken KEY: its private half comes out of the token and signs here.
taken() {
	must_work misuse wrap "$1"
	cp .out "$1.pem"
	openssl dgst -sha256 -sign "$1.pem" -out "$1.sig" text
	verifies "$1" "$1.sig"
}

# A key that says that it is extractable, though sensitive.
if can wraps; then
	misuse generate soft EXTRACTABLE=1
	for level in strict imported-ok lab; do judged soft $level 1 key-extractable refuse; done
	refused_at_birth soft key-extractable
	taken soft
elif misuse generate soft EXTRACTABLE=1 2>.why; then
	must_fail 1 misuse wrap soft
else
	good                             # the module makes no such key
fi

# A key that says that it is not; made by us where the token makes good ones.
hard=hard
if can own-keys; then
	hard=$TOKEN_KEY
elif can keygen; then
	must_work rc token keygen "$(key hard)" --type rsa-2048
else
	misuse generate hard
fi
if can leaks-wrap; then
	for level in strict imported-ok lab; do judged "$hard" $level 1 key-wrappable refuse; done
	refused_at_birth "$hard" key-wrappable
	taken "$hard"
else
	rc token check "$(key "$hard")" --json >verdict.json || true
	must_work jq -e 'all(.findings[]; .rule != "key-wrappable")' verdict.json
	must_fail 1 misuse wrap "$hard"
fi

# Setting an attribute back, on the key itself.
if can leaks-set; then
	run rc token check "$(key "$hard")" --json
	expect_json 'any(.findings[]; .rule == "key-modifiable" or .rule == "attributes-not-enforced")'
	must_work rc ca init --self-signed --key "$(key "$hard")" --subject 'CN=Changed' --custody lab home
	must_work misuse set "$hard" EXTRACTABLE=1
	judged "$hard" lab 1 key-extractable refuse
	openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout x.key -subj /CN=x -out x.csr
	must_fail 5 key-extractable "$TOKEN_ENTER" rolecert --ca home issue \
	    -t "$TOP/profiles/sample-topology.yaml" oauth --csr x.csr
	expect_silent
elif ! can leaks-wrap; then
	must_fail 1 misuse set "$hard" EXTRACTABLE=1
fi

# A copy with fewer guards: used by whoever has no PIN.
if can leaks-copy; then
	judged "$hard" strict 1 key-copyable-weaker refuse
	misuse public "$hard" >hard.pub
	misuse borrow "$hard" <text >lent.sig
	must_work openssl dgst -sha256 -verify hard.pub -signature lent.sig text
	# And one that lasts, where the token keeps it readable without its PIN.
	misuse copy "$hard" open PRIVATE=0
	if USER_PIN='' misuse sign open <text >open.sig 2>.why; then
		must_work openssl dgst -sha256 -verify hard.pub -signature open.sig text
	fi
else
	must_fail 1 misuse copy "$hard" open PRIVATE=0
	must_fail 1 misuse borrow "$hard"
fi
USER_PIN='' must_fail 1 misuse sign "$hard"

# A key that was brought in: the copy outside signs what the token would.
if can import; then
	openssl genrsa -out bought.pem 2048 2>/dev/null
	misuse import bought "$CASE_DIR/bought.pem"
	judged bought strict 1 key-imported refuse
	if ! can leaks-wrap; then judged bought imported-ok 0 key-imported warn; fi
	openssl dgst -sha256 -sign bought.pem -out bought.sig text
	verifies bought bought.sig
fi
