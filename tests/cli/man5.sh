# The manual pages of the files: each key, type, function and limit in them is one of
# the program's, and the program has no other.

need mandoc jq
profile=$TOP/docs/man/rolecert-profile.5
topology=$TOP/docs/man/rolecert-topology.5
schemas=$TOP/docs/schema

for page in "$TOP"/docs/man/*.5; do
	mandoc -T lint -W warning "$page" >lint.txt 2>&1 || true
	expect_equal "$(grep -vc 'outdated mandoc.db' lint.txt || true)" 0 "mandoc's complaints about ${page##*/}"
done

# listed PAGE MARK: the words of the list behind the comment ".\" MARK".
listed() {
	awk -v mark="$2" '
		$1 == ".\\\"" { on = substr($0, 5) == mark; next }
		on && /^\.El/ { on = 0 }
		on && /^\.It/ { for (i = 3; i <= NF; i++) if ($i != ",") print $i }
	' "$1" | sort
}
# keys_of JQ FILE
keys_of() {
	jq -r "$1 | keys[]" "$2" | sort
}
# The words in quotes of a table in the source, from the line that matches.
words_in() {
	sed -n "/$1/,/;/p" "$2" | grep -o '"[^"]*"' | tr -d '"' | sort
}

# Roles.
{ listed "$profile" 'keys: head'; listed "$profile" 'keys: body'; listed "$profile" 'keys: extensions'; } | sort >have.txt
keys_of .properties "$schemas/role.schema.json" >want.txt
expect_same have.txt want.txt
sed -n 's/^| `\([a-z_]*\)` | .*/\1/p' "$TOP/docs/design/extensions.md" | sort >want.txt
listed "$profile" 'keys: extensions' >have.txt
expect_same have.txt want.txt
listed "$profile" 'keys: names' >have.txt
printf '%s\n' because each when | sort - have.txt >names.txt
keys_of '.definitions.names.items.properties' "$schemas/role.schema.json" >want.txt
expect_same names.txt want.txt

# Products, types and functions.
listed "$profile" 'keys: product' >have.txt
words_in '^product_read(' "$TOP/src/topology/product.c" >want.txt
expect_same have.txt want.txt
listed "$profile" types >have.txt
words_in 'type_words\[TYPE_WORDS\] = {' "$TOP/src/topology/value.c" | grep -v -- '-list$' >want.txt
expect_same have.txt want.txt
awk '/^\.\\" functions/ { on = 1 } /^\.El/ { on = 0 } on && /^\.It Fn/ { print $3 }' "$profile" | sort >have.txt
words_in 'function_words\[FUNCTIONS\] = {' "$TOP/src/profile/parse.c" >want.txt
expect_same have.txt want.txt

# Topologies.
listed "$topology" 'keys: topology' >have.txt
keys_of .properties "$schemas/topology.schema.json" >want.txt
expect_same have.txt want.txt

# Limits: the number in the page is the constant's, and no constant is forgotten.
awk '/^\.\\" limit:/ { name = $3; getline; print name, $2 }' "$profile" "$topology" | sort -u >limits.txt
expect_file limits.txt
while read -r name number; do
	have=$(grep -rhoE "\b$name = [0-9 *<()]+" "$TOP/src" | head -n 1)
	expect_equal "$((${have#*= }))" "$number" "the limit $name"
done <limits.txt
# (VARIABLES_MAX is two for each `each`; FACTS_MAX is how far a check of `when` looks.)
grep -rhoE '\b[A-Z_]+_MAX = [0-9]+' "$TOP/src/profile" "$TOP/src/text/document.c" "$TOP/src/plan/names.c" |
	sed 's/ =.*//' | grep -vxE 'VARIABLES_MAX|FACTS_MAX' | sort -u >want.txt
cut -d' ' -f1 limits.txt | sort -u >have.txt
expect_equal "$(comm -13 have.txt want.txt)" "" "limits that no page tells"
