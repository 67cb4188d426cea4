# The manual page, the help texts and the tables that the program parses by are
# three forms of one thing.

need mandoc
page=$TOP/docs/man/rolecert.1

# "COMMAND --option" for each, from the page: under the .Ss of a command.
awk '
	/^\.Sh/ { name = "" }
	/^\.Ss/ { name = substr($0, 5) }
	/^\.It Fl/ && name != "" {
		for (i = 1; i < NF; i++)
			if ($i == "Fl" && $(i + 1) ~ /^-/)
				print name, "-" $(i + 1)
	}
	/^\.Ss/ && name != "Options of every command" { print name, "(command)" }
' "$page" | sort >page.txt

# And from the program.
options_of() {
	sed -n "/^$1:/,/^\$/s/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p"
}
must_work rolecert --help
options_of 'Options of every command' <.out | sed 's/^/Options of every command /' >program.txt
sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\( [a-z]*\)\{0,1\}\)  .*/\1/p' .out >commands.txt
cp .out help.txt
while read -r command; do
	echo "$command (command)"
	# shellcheck disable=SC2086
	rolecert help $command | tee -a help.txt | options_of Options | sed "s/^/$command /"
done <commands.txt >>program.txt
sort -o program.txt program.txt

expect_file commands.txt page.txt
expect_same program.txt page.txt
expect_equal "$(awk 'length > 80' help.txt)" '' 'lines of --help that 80 columns do not hold'

# Warnings of mandoc are errors; that other pages are not installed is none.
mandoc -T lint -W warning "$page" >lint.txt 2>&1 || true
expect_equal "$(grep -vc 'outdated mandoc.db' lint.txt || true)" 0 "mandoc's complaints"

# What groff takes as one quotation: two of them, or a list, in one line.
expect_equal "$(grep -nE '^\.(Pq )?Ql [^ ]+ (, [^ ]|.*(Ql|No|Fl) )' "$TOP"/docs/man/*)" '' 'quotations of more than one word'

# Every exit status of the library is in the page.
for status in $(sed -n 's/^\tRC_[A-Z]* *= \([0-9]*\),.*/\1/p' "$TOP/include/rolecert/status.h"); do
	if grep -qx "\.It $status" "$page"; then good; else bad "exit status $status is not in the page"; fi
done

# Every schema that the page names is there.
for schema in $(sed -n 's/^\.Pa \(docs\/schema\/[a-z-]*\.json\)$/\1/p' "$page"); do
	expect_file "$TOP/$schema"
done
