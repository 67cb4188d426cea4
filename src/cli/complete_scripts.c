#include "cli/complete.h"

/* Bash breaks words at "=" (COMP_WORDBREAKS) and shows of a path only its last part when
 * told that answers are files. */
static const char bash[] =
    "# rolecert completion bash: put it into the folder of bash-completion,\n"
    "#     rolecert completion bash >~/.local/share/bash-completion/completions/rolecert\n"
    "# or read it now:  . <(rolecert completion bash)\n"
    "_rolecert() {\n"
    "    local cur=${COMP_WORDS[COMP_CWORD]} line found\n"
    "    [ \"$cur\" = '=' ] && cur=\n"
    "    COMPREPLY=()\n"
    "    while IFS= read -r line; do\n"
    "        case $line in\n"
    "        w\\ *) line=${line#w }; COMPREPLY+=(\"${line%%$'\\t'*}\") ;;\n"
    "        f | d)\n"
    "            compopt -o filenames 2>/dev/null\n"
    "            while IFS= read -r found; do COMPREPLY+=(\"$found\"); done \\\n"
    "                < <(compgen -\"$line\" -- \"$cur\") ;;\n"
    "        esac\n"
    "    done < <(\"$1\" completion --words -- \"${COMP_WORDS[@]:0:COMP_CWORD+1}\" 2>/dev/null)\n"
    "}\n"
    "complete -F _rolecert rolecert\n";

static const char zsh[] =
    "#compdef rolecert\n"
    "# rolecert completion zsh: put it as _rolecert into a folder of $fpath, or read it\n"
    "# after compinit:  . <(rolecert completion zsh)\n"
    "_rolecert() {\n"
    "    local line word\n"
    "    local -a answers\n"
    "    local files=\n"
    "    for line in \"${(@f)$(\"$words[1]\" completion --words -- \"${(@)words[1,CURRENT]}\" \\\n"
    "        2>/dev/null)}\"; do\n"
    "        case $line in\n"
    "        f) files=all ;;\n"
    "        d) files=folders ;;\n"
    "        w\\ *)\n"
    "            line=${line#w }\n"
    "            word=${line%%$'\\t'*}\n"
    "            answers+=(\"${word//:/\\\\:}:${line#*$'\\t'}\") ;;\n"
    "        esac\n"
    "    done\n"
    "    (( $#answers )) && _describe 'rolecert' answers\n"
    "    [[ -n $files ]] || return 0\n"
    "    compset -P '--*='\n"
    "    if [[ $files = folders ]]; then _files -/; else _files; fi\n"
    "}\n"
    "if [[ $funcstack[1] = _rolecert ]]; then _rolecert \"$@\"\n"
    "else compdef _rolecert rolecert; fi\n";

static const char fish[] =
    "# rolecert completion fish: put it into ~/.config/fish/completions/rolecert.fish\n"
    "function __rolecert_complete\n"
    "    set -l words (commandline -opc)\n"
    "    set -l cur (commandline -ct)\n"
    "    for line in (command $words[1] completion --words -- $words \"$cur\" 2>/dev/null)\n"
    "        switch $line\n"
    "            case 'w *'\n"
    "                string sub -s 3 -- $line\n"
    "            case f\n"
    "                __fish_complete_path (string replace -r '^--[a-z-]*=' '' -- \"$cur\")\n"
    "            case d\n"
    "                __fish_complete_directories \\\n"
    "                    (string replace -r '^--[a-z-]*=' '' -- \"$cur\") ''\n"
    "        end\n"
    "    end\n"
    "end\n"
    "complete -c rolecert -f -a '(__rolecert_complete)'\n";

const char *
completion_script(const char *shell)
{
	static const struct { const char *shell, *script; } rows[] = {
		{ "bash", bash }, { "zsh", zsh }, { "fish", fish },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (strcmp(rows[i].shell, shell) == 0)
			return rows[i].script;
	return NULL;
}
