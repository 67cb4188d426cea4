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
	bool looking;                       /* a transaction that only reads */
	/* What cannot change but by us while the writer's lock is held. */
	struct batch_memory {
		bool has_last, has_policy;
		int64_t seq, time;          /* of the last event             */
	} memory;
	struct approvals_cache *approvals;  /* of the pinned policy; NULL: not read yet */
	struct documents_known *documents;  /* on record; NULL: none are known */
};

/* Usable by this process, now. */
enum rc_status ledger_enter(const struct ledger *ledger, struct error *err) RC_CHECK;

enum {
	SETTLES            = 0,
	LEADS_TO_SIGNATURE = 1,
	IN_PARTS           = 2,             /* can be refused after it wrote */
};

struct change {
	struct ledger *ledger;
	struct db *db;
	int64_t seq;                        /* of the last event             */
	int64_t time;                       /* of this change                */
	int64_t before;                     /* rows changed on this handle   */
	bool saved;
};

/* In a batch a change IN_PARTS has a savepoint.  Savepoints cost, so any other one has none:
 * what can refuse it comes before it writes, and if it fails later the handle is dead, and
 * nothing of the batch ever was. */
enum rc_status change_begin(struct ledger *ledger, unsigned purpose,
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
/* Is it known to be on record?  False says nothing. */
bool change_knows(struct change *c, const uint8_t sha256[LEDGER_DIGEST]);
/* Of a text that comes again and again; *ret points to it. */
void change_digest(struct change *c, const char *text, struct digested *ret);
void documents_forget(struct ledger *ledger);

/* Rule approval-needed: the pinned policy wants officers for a certificate of this role
 * (approval_guard.c). */
enum rc_status approval_guard(struct change *c, const struct ledger_intent *intent,
    struct error *err) RC_CHECK;
void approvals_cache_free(struct approvals_cache *cache);

/* An intent as RESERVED (intent.c), inside a change of its caller. */
enum rc_status intent_reserve(struct change *c, const struct ledger_intent *intent,
    int64_t *ret, struct error *err) RC_CHECK;

#endif
