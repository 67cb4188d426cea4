/*
 * escape.h - the one door through which foreign text reaches people.
 *
 * Subject names, token labels, file names, lines of YAML: whoever wrote them may
 * have put terminal commands, bidi marks or line breaks in.  What is printable
 * ASCII comes out as it is, except the backslash, which is doubled; every other
 * byte comes out as \xNN.
 */
#ifndef BASE_ESCAPE_H
#define BASE_ESCAPE_H

#include "base/buf.h"

void put_foreign(struct buf *out, struct bytes text);
void put_foreign_text(struct buf *out, const char *text);

/* How many columns put_foreign() takes for it. */
size_t foreign_width(struct bytes text);

#endif
