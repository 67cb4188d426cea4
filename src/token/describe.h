/*
 * describe.h - facts of a key as lines of text, the one form in which they are
 * recorded, compared and shown.
 *
 *      token.label contoso
 *      token.flags 0x042d
 *      CKA_SENSITIVE true
 *      CKA_KEY_GEN_MECHANISM 0x00001040
 *      probe wrap CKM_AES_KEY_WRAP refused CKR_KEY_UNEXTRACTABLE
 *      wrappable false
 *
 * Always the same lines in the same order for the same facts; foreign text is
 * escaped, so that a line is a line.
 */
#ifndef TOKEN_DESCRIBE_H
#define TOKEN_DESCRIBE_H

#include <rolecert/engine.h>

#include "base/base.h"
#include "base/buf.h"

/* CK_TOKEN_INFO.flags that belong to the token and not to its last logins (the
 * upper ones count PINs: v2.40, section 3.2). */
enum { TOKEN_FLAGS_STABLE = 0xffff };

/* Token and key: names, attributes. */
void describe_names(const struct rc_facts *facts, struct buf *out);
void describe_attributes(const struct rc_facts *facts, struct buf *out);
/* "mechanism 0x00001041 CKM_ECDSA", one a line. */
void describe_mechanisms(const struct rc_facts *facts, struct buf *out);
/* One line a probe, and what they come to. */
void describe_probes(const struct rc_facts *facts, struct buf *out);

const char *describe_fact(enum rc_fact fact);                /* "unknown" */
const char *describe_kind(enum rc_probe_kind kind);          /* "wrap"    */
const char *describe_done(enum rc_fact done);                /* "refused" */

/* -- tables that others judge by ------------------------------------------------ */

/* A boolean attribute. */
struct describe_row {
	const char *name;                /* "CKA_SENSITIVE"                      */
	size_t at;                       /* of an enum rc_fact in struct rc_facts */
};
extern const struct describe_row describe_rows[];
extern const size_t describe_n_rows;

/* A sum of probes. */
struct describe_sum {
	const char *name;                /* "wrappable"                          */
	size_t at;
	enum rc_probe_kind kind;
};
extern const struct describe_sum describe_sums[];
extern const size_t describe_n_sums;

/* The fact at this offset; and setting it. */
enum rc_fact describe_get(const struct rc_facts *facts, size_t at);
void describe_set(struct rc_facts *facts, size_t at, enum rc_fact fact);

#endif
