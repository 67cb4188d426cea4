/*
 * record.h - the pin record: how token and key were when somebody accepted them.
 *
 *      record_put(&facts, spki, &text)        at `ca init` and `token repin`
 *      record_read(text, arena, &record)      at each login
 *      record_compare(&record, &now, ...)     what is different, item by item
 *      record_apply(&record, &facts)          `probe: pin-record`: what was tried then
 *
 * A record is text, one `word value` a line: the lines of describe.h and the
 * digest of the public key.  It is kept in the ledger with the policy, where a
 * change of it is an event.
 */
#ifndef TOKEN_RECORD_H
#define TOKEN_RECORD_H

#include "base/arena.h"
#include "token/describe.h"

#define RECORD_HEAD "token-record 1"     /* its first line */

struct record_line {
	const char *word, *value;        /* value "": the word stands alone   */
};
struct record {
	VEC(struct record_line) lines;   /* none: there is no record          */
};

/* spki: DER SubjectPublicKeyInfo of the key. */
void record_put(const struct rc_facts *facts, struct bytes spki, struct buf *out);

/* Lines live in the arena.  What is no line of a record is kept and compared, too. */
void record_read(const char *text, struct arena *arena, struct record *ret);

/* The value of a word, or NULL. */
const char *record_find(const struct record *record, const char *word);

/*
 * Calls `fn` for each difference with a sentence such as "token.serial was '77',
 * is '78'" or "mechanisms that are no longer listed: CKM_ECDSA".  What was tried
 * is not compared: it is judged.
 */
void record_compare(const struct record *was, const struct record *now,
    void (*fn)(void *arg, const char *difference), void *arg);

/* Puts the record's probes and their sums in the place of those that were not made.
 * The facts then point into the arena. */
void record_apply(const struct record *record, struct arena *arena, struct rc_facts *facts);

#endif
