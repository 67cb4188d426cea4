# heavy: most of it is the shells
# Tab: what the shells offer, asked in the shells themselves.

need python3 bash
sample=$TOP/profiles/sample-topology.yaml
cp "$sample" map.yaml
mkdir bin folder
ln -s "$PROGRAM" bin/rolecert
PATH=$PWD/bin:$PATH
rolecert completion bash >rolecert.bash
rolecert completion zsh >_rolecert
rolecert completion fish >rolecert.fish

must_fail 2 missing-argument rolecert completion
must_fail 2 option-value rolecert completion tcsh
must_fail 2 extra-argument rolecert completion bash zsh

# The words, from the tables: every command and every option of each is offered.
words() { rolecert completion --words -- rolecert "$@" | sed -n 's/^w \([^\t]*\)\t.*/\1/p'; }
rolecert --help | sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z]*\( [a-z]*\)\{0,1\}\)  .*/\1/p' >commands.txt
expect_file commands.txt
words '' | sort >have.txt
cut -d' ' -f1 commands.txt | sort -u >want.txt
expect_same have.txt want.txt
while read -r command; do
	# shellcheck disable=SC2086
	rolecert help $command | sed -n '/^Options/,/^$/s/^  \(-., \|    \)\(--[a-z-]*\).*/\2/p' | sort -u >want.txt
	# shellcheck disable=SC2086
	words $command - | sort >have.txt
	expect_same have.txt want.txt
done <commands.txt
expect_equal "$(words no-such '')" '' 'words behind a command that there is not'
expect_equal "$(words plan -t "$sample" --)" "$(words plan --)" 'options behind a value'
expect_equal "$(rolecert completion --words -- rolecert issue --csr '')" f 'a file'
expect_equal "$(rolecert completion --words -- rolecert --ca '')" d 'a folder'
expect_equal "$(words profile show lync-2013 edge-e)" edge-external 'roles'
expect_equal "$(words explain csr-sig | head -n 1)" csr-signature 'rules'
expect_equal "$(words issue --form=p)" $'--form=pem\n--form=p7b' 'words of an option'
expect_equal "$(words issue -t no-such.yaml '')" '' 'entries of what cannot be read'
expect_equal "$(words request -t "$sample" -- edge-i)" edge-internal/lsedge.contoso.net 'behind --'

# in_bash WORD...: COMPREPLY at the last word.
in_bash() {
	bash --norc --noprofile -c '. ./rolecert.bash
		COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
		_rolecert rolecert
		printf "%s\n" "${COMPREPLY[@]}"' bash rolecert "$@"
}
expect_equal "$(in_bash prof)" profile
expect_equal "$(in_bash request -t map.yaml edge-i)" edge-internal/lsedge.contoso.net
expect_equal "$(in_bash request -t ma)" map.yaml
expect_equal "$(in_bash issue --form = p)" $'pem\np7b'
expect_equal "$(in_bash --ca f)" folder

# And in a shell on a terminal, where Tab is pressed: what it shows then.
cat >tab.py <<'END'
import os, pty, select, sys, time
setup, line, want = sys.argv[1:4]
pid, fd = pty.fork()
if pid == 0:
    os.environ.update(TERM="dumb", HOME=os.getcwd(), INPUTRC="/dev/null", LC_ALL="C.UTF-8")
    os.execvp(sys.argv[4], sys.argv[4:])
def read(until):
    got, end = b"", time.time() + 100
    while time.time() < end and until not in got:
        if select.select([fd], [], [], 0.1)[0]:
            got += os.read(fd, 4096)
    return got
os.write(fd, setup.encode() + b"; echo READ''Y\n")
read(b"READY")
os.write(fd, line.encode() + b"\t")
got = read(want.encode())
print(got.decode(errors="replace"))
sys.exit(want.encode() not in got)
END
must_work python3 tab.py '. ./rolecert.bash' 'rolecert prof' 'rolecert profile' bash --norc --noprofile -i
must_work python3 tab.py '. ./rolecert.bash' 'rolecert request -t map.yaml edge-i' edge-internal/lsedge.contoso.net \
    bash --norc --noprofile -i

# The others where they are installed; `make check-shells` installs them.
if command -v zsh >/dev/null; then
	setup='autoload -Uz compinit; compinit -D -u; . ./_rolecert'
	must_work zsh -n _rolecert
	must_work python3 tab.py "$setup" 'rolecert prof' 'rolecert profile' zsh -f -i
	must_work python3 tab.py "$setup" 'rolecert request -t map.yaml edge-i' edge-internal/lsedge.contoso.net zsh -f -i
	must_work python3 tab.py "$setup" 'rolecert request -t ma' 'map.yaml' zsh -f -i
	must_work python3 tab.py "$setup" 'rolecert issue --form=ch' '--form=chain.pem' zsh -f -i
else
	echo 'note: zsh is not installed, its completion not tried'
fi
if command -v fish >/dev/null; then
	in_fish() { HOME=$PWD fish --no-config -c 'source rolecert.fish; complete -C "$argv"' "$1"; }
	expect_equal "$(in_fish 'rolecert prof')" $'profile\t...'
	expect_equal "$(in_fish 'rolecert request -t map.yaml edge-i' | cut -f1)" edge-internal/lsedge.contoso.net
	expect_equal "$(in_fish 'rolecert request -t ma' | cut -f1)" map.yaml
	expect_equal "$(in_fish 'rolecert issue --form=p' | cut -f1 | sort)" $'--form=p7b\n--form=pem'
	expect_equal "$(in_fish 'rolecert --ca fol' | cut -f1)" folder/
else
	echo 'note: fish is not installed, its completion not tried'
fi
