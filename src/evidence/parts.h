/*
 * parts.h - what writing and verifying a bundle share.  Private to evidence/.
 */
#ifndef EVIDENCE_PARTS_H
#define EVIDENCE_PARTS_H

#include "ledger/approval.h"
#include "ledger/attest.h"
#include "ledger/event.h"
#include "plan/plan.h"
#include "x509/cert.h"

#define BUNDLE_README "README"
#define BUNDLE_SUMS "SHA256SUMS"
#define BUNDLE_CA "ca.pem"
#define BUNDLE_CMS "checkpoint.cms"
#define BUNDLE_TEXT "checkpoint.txt"
#define BUNDLE_TITLE "rolecert bundle v1\n"
#define BUNDLE_ENTRIES_IN "entries/"
#define BUNDLE_POLICIES "policies/"
#define BUNDLE_POLICY_TEXT "policy.txt"

/*
 * Which file of an entry has the digest that this field of an event holds; NULL: the
 * field is no digest of a file, or of one under documents/.
 */
const char *bundle_file_of(const struct event *e, size_t field, struct arena *arena);
/* The folder of what other parties said of the checkpoint, and how their files end. */
const char *bundle_folder_of(enum attest_kind kind);
const char *bundle_suffix_of(enum attest_kind kind);

/* Does the field hold a digest of something? */
bool bundle_is_digest(const struct event *e, size_t field);

/* The field of that name; empty: it has none. */
struct bytes bundle_field(const struct event *e, const char *name);

bool bundle_event_is(const struct event *e, const char *kind);
/* Does the policy that was in force then decide whether it could happen? */
bool bundle_goes_by_policy(const struct event *e);
/* approve, deny: an officer's word. */
bool bundle_is_decision(const struct event *e);
/* "approvals/41.txt", what the officer signed in this event. */
const char *bundle_text_of(const struct event *e, struct arena *arena);

/* What officers are asked, from the events that reserve the row and ask for it; it points
 * into them. */
void bundle_subject(const struct event *meant, const struct event *asked,
    struct bytes ca_key, struct arena *arena, struct approval_subject *ret);
/* The reason of a denial; NULL: it approves. */
const char *bundle_reason(const struct event *e, struct arena *arena);

/* lint_certificate() of a certificate, or of what was to be one; `entry` as
 * entry_text_compare() leaves it. */
void bundle_lint(const struct cert *cert, const struct cert *ca, const struct entry *entry,
    struct error *findings);

void bundle_put_readme(struct buf *out);

#endif
