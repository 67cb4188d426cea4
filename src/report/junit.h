/*
 * junit.h - verdicts of `check` in the XML that build servers show.
 *
 * One suite; a case for each entry, its class the role.  A case fails with the message
 * of its first error and all findings as text.  Where a certificate was held against
 * all entries and satisfies one, the others are skipped: they are not its own.
 *
 * Foreign text is escaped as in HTML (report/html.h), so that the text is ASCII.
 */
#ifndef REPORT_JUNIT_H
#define REPORT_JUNIT_H

#include "base/error.h"
#include "base/buf.h"

struct junit_case {
	const char *entry, *role;
	const struct error *findings;
};

void junit_put(const char *suite, const struct junit_case *cases, size_t n, struct buf *out);

#endif
