/*
 * approval.h - who approves what, and the text that an officer signs.
 *
 * A policy (issue/home.h) holds lines that say which roles need how many of which
 * officers; this is their one writer and reader:
 *
 *      approval need 2 expires 1209600 of Ann, Bob, Carl
 *      officers Ann sha256:HEX uid 1001, Bob sha256:HEX uid none, Carl sha256:HEX uid 1003
 *      approval.edge-external need 3 expires 604800 of Ann, Bob, Carl
 *      approval.web-server automatic
 *
 * `approval` is the rule of every role that has none of its own; HEX is the SHA-256
 * of the officer's SubjectPublicKeyInfo.  A policy without these lines is automatic.
 *
 * What an officer signs, as detached CMS, is a text of lines, each ended by a line feed:
 *
 *      rolecert approval v1
 *      decision approve                     or deny
 *      request 3
 *      tbs HEX                              SHA-256 of the bytes that would be signed
 *      entry HEX                            digest of the entry; `-` where there is none
 *      requester 1000 alice                 user id, or `-`, and name, escaped
 *      ca-key HEX                           SHA-256 of the CA's SubjectPublicKeyInfo
 *      policy HEX                           SHA-256 of the policy in force
 *      expires 2026-12-06T03:00:00Z
 *      reason TEXT                          of a denial alone, escaped
 *
 * For a change of policy `new-policy HEX` stands in the place of tbs and entry.
 * Everything in it is fixed when the request is stored, so the text is never stored:
 * it is written again from the record and compared by the signature.
 */
#ifndef LEDGER_APPROVAL_H
#define LEDGER_APPROVAL_H

#include "base/arena.h"
#include "base/error.h"
#include "crypto/digest.h"

enum {
	APPROVAL_OFFICERS_MAX = 64,
	APPROVAL_RULES_MAX = 256,
	APPROVAL_NAME_MAX = 64,          /* octets of an officer's name      */
	APPROVAL_REASON_MAX = 1000,      /* octets of why something is denied */
	APPROVAL_NO_UID = -1,
};

struct approval_officer {
	const char *name;                /* no comma, no control character   */
	int64_t uid;                     /* of the user account; or APPROVAL_NO_UID */
	uint8_t key[SHA256_OCTETS];      /* of the SubjectPublicKeyInfo      */
};

struct approval_rule {
	const char *role;                /* NULL: all others                 */
	unsigned need;                   /* 0: automatic                     */
	int64_t expires;                 /* seconds that a request is open   */
	size_t of[APPROVAL_OFFICERS_MAX];       /* places among the officers */
	size_t n_of;
};

struct approval_policy {
	struct approval_officer *officers;
	size_t n_officers;
	struct approval_rule *rules;     /* the first is that of all others  */
	size_t n_rules;
};

bool approval_name_is_good(const char *name);

/* The lines, appended. */
void approval_policy_put(const struct approval_policy *policy, struct buf *out);
/* From the text of a whole policy.  Rule log-document: its lines are none of these. */
enum rc_status approval_policy_read(const char *text, struct arena *arena,
    struct approval_policy *ret, struct error *err) RC_CHECK;
/* SHA-256 of the policy without the pin record behind it, which may change alone. */
void approval_policy_digest(struct bytes text, uint8_t ret[SHA256_OCTETS]);

const struct approval_rule *approval_rule_of(const struct approval_policy *policy,
    const char *role);
/* Does any role need officers?  Then a change of the policy does. */
bool approval_is_needed(const struct approval_policy *policy);

/* -- what is decided on ------------------------------------------------------------- */

struct approval_subject {
	bool is_policy;
	const char *role;                /* of a certificate                 */
	int64_t request;
	struct bytes subject;            /* SHA-256 of the TBS, or of the new policy */
	struct bytes entry;              /* digest; empty: none              */
	struct bytes key;                /* digest of the certificate's SPKI; empty: none */
	const char *requester;           /* or NULL                          */
	int64_t uid;                     /* or APPROVAL_NO_UID               */
	struct bytes ca_key, policy;     /* digests                          */
	int64_t expires;
};

/* reason: NULL approves. */
void approval_text_put(const struct approval_subject *subject, const char *reason,
    struct buf *out);

/* The officer with this key who may decide on it; NULL: none. */
const struct approval_officer *approval_officer_for(const struct approval_policy *policy,
    const struct approval_subject *subject, struct bytes key);
/* By user id, by name, or because the certificate is for the officer's own key. */
bool approval_is_own(const struct approval_officer *officer,
    const struct approval_subject *subject);

bool approval_is_among(struct bytes key, const struct bytes *keys, size_t n);

/* How many of these keys count for a rule: its officers, each once, not the requester. */
unsigned approval_count(const struct approval_policy *policy,
    const struct approval_rule *rule, const struct approval_subject *subject,
    const struct bytes *keys, size_t n);
/* Have enough approved?  A certificate goes by the rule of its role, a change of policy
 * by every rule that needs somebody. */
bool approval_suffices(const struct approval_policy *policy,
    const struct approval_subject *subject, const struct bytes *keys, size_t n);

#endif
