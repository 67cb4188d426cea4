/*
 * change.h - one change of the ledger: all of it is on disk, or none.
 *
 *      struct change c;
 *
 *      TRY(change_begin(ledger, SETTLES, &c, err));
 *      return change_end(&c, move(&c, ...), err);
 *
 * change_begin takes the writer's lock and reads the last event; change_end flushes
 * when the status is RC_OK and undoes otherwise.  Inside a batch the flush comes
 * with the batch's end.
 */
#ifndef LEDGER_CHANGE_H
#define LEDGER_CHANGE_H

#include "ledger/db.h"
#include "ledger/ledger.h"
#include "os/lock.h"
#include "os/process.h"

struct ledger {
	struct db db;
	const struct clock *clock;
	char *owners;                       /* HOME/owners                   */
	char *owner;                        /* my name there; NULL: reads only */
	struct lock *owner_lock;
	char boot[BOOT_ID_LEN + 1];
	int64_t process;                    /* that opened it                */
	int64_t version;                    /* of its schema                 */
	bool in_batch;
	struct approvals_cache *approvals;  /* of the pinned policy; NULL: not read yet */
};

/* Usable by this process, now. */
enum rc_status ledger_enter(const struct ledger *ledger, struct error *err) RC_CHECK;

enum purpose { SETTLES, LEADS_TO_SIGNATURE };

struct change {
	struct ledger *ledger;
	struct db *db;
	int64_t seq;                        /* of the last event             */
	int64_t time;                       /* of this change                */
};

enum rc_status change_begin(struct ledger *ledger, enum purpose purpose,
    struct change *ret, struct error *err) RC_CHECK;
/* Returns status, or why it could not be flushed. */
enum rc_status change_end(struct change *c, enum rc_status status,
    struct error *err) RC_CHECK;

/* Begins the canonical bytes of the next event in *body. */
void change_event(const struct change *c, const char *kind, struct buf *body);
/* Stores it.  intent 0: it speaks of no row. */
enum rc_status change_put_event(struct change *c, const char *kind, int64_t intent,
    const struct buf *body, struct error *err) RC_CHECK;

/* Stores bytes under their SHA-256, once. */
enum rc_status change_put_document(struct change *c, struct bytes bytes,
    uint8_t ret[LEDGER_DIGEST], struct error *err) RC_CHECK;

/* The same of bytes whose digest is known. */
enum rc_status change_put_digested(struct change *c, const struct digested *text,
    struct error *err) RC_CHECK;

/* Rule approval-needed: the pinned policy wants officers for a certificate of this role
 * (approval_guard.c). */
enum rc_status approval_guard(struct change *c, const struct ledger_intent *intent,
    struct error *err) RC_CHECK;
void approvals_cache_free(struct approvals_cache *cache);

/* An intent as RESERVED (intent.c), inside a change of its caller. */
enum rc_status intent_reserve(struct change *c, const struct ledger_intent *intent,
    int64_t *ret, struct error *err) RC_CHECK;

#endif
