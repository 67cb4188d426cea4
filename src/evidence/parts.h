/*
 * parts.h - what writing and verifying a bundle share.  Private to evidence/.
 */
#ifndef EVIDENCE_PARTS_H
#define EVIDENCE_PARTS_H

#include "ledger/event.h"
#include "plan/plan.h"
#include "x509/cert.h"

#define BUNDLE_README "README"
#define BUNDLE_SUMS "SHA256SUMS"
#define BUNDLE_CA "ca.pem"
#define BUNDLE_CMS "checkpoint.cms"
#define BUNDLE_TEXT "checkpoint.txt"
#define BUNDLE_TITLE "rolecert bundle v1\n"

/*
 * Which file of an entry has the digest that this field of an event holds; NULL: the
 * field is no digest of a file, or of one under documents/.
 */
const char *bundle_file_of(const char *kind, const char *field);

/* Does the field hold a digest of something? */
bool bundle_is_digest(const struct event *e, size_t field);

/* The field of that name; empty: it has none. */
struct bytes bundle_field(const struct event *e, const char *name);

/* lint_certificate() of a certificate, or of what was to be one; `entry` as
 * entry_text_compare() leaves it. */
void bundle_lint(const struct cert *cert, const struct cert *ca, const struct entry *entry,
    struct error *findings);

void bundle_put_readme(struct buf *out);

#endif
