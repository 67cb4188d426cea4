/*
 * complete.h - what may stand at the end of a command line that is being typed.
 *
 * The shells' scripts (completion_script) know nothing of the commands: they hand over
 * the words before the cursor, the last of them perhaps empty or half a word, and show
 * what comes back.  So one table stands behind dispatch, --help and Tab.
 *
 * An answer is a line:
 *
 *      w WORD<tab>HELP          a word that fits
 *      f                        any file
 *      d                        any folder
 *
 * Entries are those of the plan, where a topology was named before; rules, products, roles
 * and kinds of key those that there are.  What cannot be read is passed over in silence:
 * nobody wants a message between two keystrokes.
 */
#ifndef CLI_COMPLETE_H
#define CLI_COMPLETE_H

#include "cli/cli.h"

/* words[0] is the program.  Appended. */
void complete_words(struct cli *cli, const char *const *words, size_t n, struct buf *out);

/* "bash", "zsh", "fish"; NULL: another word. */
const char *completion_script(const char *shell);

#endif
