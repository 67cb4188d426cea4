/*
 * shell.h - text that a shell reads back as one word.
 */
#ifndef CLI_SHELL_H
#define CLI_SHELL_H

#include "base/buf.h"

/* In single quotes, whatever it holds; without them where none are needed. */
void shell_quote(const char *text, struct buf *out);

#endif
