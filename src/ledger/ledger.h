/*
 * ledger.h - the record of everything that this CA ever meant to sign, and of
 * what it did sign.
 *
 *      ledger_open
 *        ledger_intent  -> a row PENDING with the exact bytes, on disk
 *          ... only now the token is asked; the signature is verified ...
 *        ledger_commit  -> DONE, on disk; only now it may be delivered
 *         or ledger_spoil   what came back failed its check
 *         or ledger_lose    the token was asked and failed
 *      ledger_close
 *
 * state.h has the picture of the states.  A process that dies in between leaves
 * its row PENDING; ledger_recover() makes it LOST as soon as its owner lock is
 * free (HOME/owners/OWNER, os/lock.h).
 *
 * Durability: when a call that writes returns RC_OK, SQLite has flushed it (WAL,
 * synchronous=FULL).  Between ledger_batch_begin() and ledger_batch_end() calls
 * share one flush and nothing counts before the end.
 *
 * A failed write or flush kills the handle: what the disk holds is not known, so
 * every later call, reading included, refuses with ledger-dead.  A new handle
 * reads what is really there.
 *
 * Time: a stored time is never before that of the entry before it.  When the
 * clock is more than LEDGER_CLOCK_SLACK behind it, nothing that leads to a
 * signature is accepted (ledger-clock); settling what was signed still is.
 *
 * Every change appends an event (event.h); no row is ever deleted.  Triggers in
 * the file hold every connection to that, and to the states.
 *
 * Ownership: the handle belongs to the caller and to the process that opened it;
 * one thread at a time, never across fork(2).  Bytes given are copied.
 *
 * Rules: ledger-missing, ledger-exists, ledger-damaged, ledger-version,
 * ledger-locked, ledger-write, ledger-dead, ledger-clock, ledger-state,
 * ledger-owner, ledger-unknown, ledger-bytes, serial-not-unique; and approval-needed: an
 * intent for a certificate whose role, by the pinned policy, waits for officers
 * (request.h is its road).
 */
#ifndef LEDGER_LEDGER_H
#define LEDGER_LEDGER_H

#include "base/arena.h"
#include "base/error.h"
#include "crypto/digest.h"
#include "ledger/state.h"
#include "os/clock.h"

enum {
	LEDGER_DIGEST      = 32,          /* SHA-256, octets                   */
	LEDGER_CLOCK_SLACK = 300,         /* seconds                           */
	LEDGER_WAIT        = 10,          /* seconds for another writer        */
	LEDGER_NAMED_MAX   = 100,         /* entries told of one host name     */
	LEDGER_MAX_BYTES   = 256 << 20,   /* of one thing; a CRL can be large  */
};

/* What a ledger is made of, in its home. */
#define LEDGER_FILE "ledger.db"
#define LEDGER_OWNERS "owners"           /* a lock for each process that writes */
#define LEDGER_LOCK "ledger.lock"        /* held while a backup is put back (restore.h) */

struct ledger;

struct ledger_options {
	const struct clock *clock;        /* NULL: the system's                */
	unsigned wait_ms;                 /* for another writer; 0: LEDGER_WAIT */
	bool read_only;                   /* no owner lock; calls that write refuse */
	const char *file;                 /* to be read only; NULL: ledger.db */
};

/* What is pinned when a CA home is made. */
struct ledger_birth {
	const char *ca;                   /* name of the CA                    */
	const char *custody;              /* level: "strict", ..., for ever    */
	struct bytes policy;              /* text of the policy                */
};

/* For a program, before it does anything else: SQLite does not count what memory it has, and
 * takes no lock for each piece of it.  Not for a library, whose host may want to know. */
void ledger_own_process(void);

/* Makes HOME/ledger.db and HOME/owners.  HOME exists.  What was made is removed
 * when it fails. */
enum rc_status ledger_create(const char *home, const struct ledger_birth *birth,
    const struct ledger_options *options, struct ledger **ret, struct error *err) RC_CHECK;
enum rc_status ledger_open(const char *home, const struct ledger_options *options,
    struct ledger **ret, struct error *err) RC_CHECK;
/* Takes NULL.  A batch that was not ended is undone; what is PENDING and mine is
 * left to recovery. */
void ledger_close(struct ledger *ledger);
DEFINE_SCOPED(ledger_close, struct ledger *)

/* -- what is pinned ------------------------------------------------------------ */

struct ledger_pinned {
	const char *ca, *custody;
	struct bytes policy;              /* the text last accepted            */
	uint8_t policy_digest[LEDGER_DIGEST];
	int64_t created;                  /* of the ledger                     */
};
enum rc_status ledger_pinned(struct ledger *ledger, struct arena *arena,
    struct ledger_pinned *ret, struct error *err) RC_CHECK;
/* The text that was in force when event `seq` was written. */
struct ledger_policy {
	int64_t seq;                      /* of the event that pinned it       */
	struct bytes text;                /* in the arena                      */
};
enum rc_status ledger_policy_before(struct ledger *ledger, int64_t seq, struct arena *arena,
    struct ledger_policy *ret, struct error *err) RC_CHECK;
/* Pins another text.  Whether that may be is the caller's question. */
enum rc_status ledger_pin_policy(struct ledger *ledger, struct bytes policy,
    struct error *err) RC_CHECK;

/* Records the whole text that a home is configured by, where it is not the one that was
 * recorded last: the policy is what must not change unasked, and this what changed. */
enum rc_status ledger_put_config(struct ledger *ledger, struct bytes text,
    struct error *err) RC_CHECK;

/* -- signing ------------------------------------------------------------------- */

/* SHA-256 of what an intent holds; of empty bytes nothing. */
struct ledger_digests {
	uint8_t tbs[LEDGER_DIGEST], csr[LEDGER_DIGEST], spki[LEDGER_DIGEST];
	uint8_t entry[LEDGER_DIGEST], origin[LEDGER_DIGEST];
};

/* What is meant to be signed.  Texts may be NULL and bytes empty where there is
 * nothing to say, but for those marked *. */
struct ledger_intent {
	enum ledger_kind kind;
	struct bytes serial;              /* * of a certificate; else empty.
	                                   * Leading zero octets do not count  */
	struct bytes tbs;                 /* * exactly what the token will be given */
	const char *algorithm;            /* * "ecdsa-with-SHA256"             */
	const char *entry, *role;         /* ids                               */
	struct bytes entry_digest;        /* SHA-256 of entry_canonical        */
	struct bytes entry_canonical;
	struct bytes profile_digest;
	const char *topology;
	struct bytes topology_digest;
	const char *const *names;         /* host names that are certified; no part of the
	                                   * event, for ledger_each_named()    */
	size_t n_names;
	struct bytes csr;                 /* DER                               */
	struct bytes spki;                /* of the subject; its digest is kept */
	const char *requester;
	const char *custody;              /* facts and verdict of this login   */
	int64_t not_before, not_after;    /* seconds; both 0: none             */
	struct bytes origin;              /* text: where the entry came from   */
	const struct digested *texts;     /* what it speaks of; each is kept once */
	size_t n_texts;
	const struct ledger_digests *digests;     /* of these very bytes, made ahead; NULL: not */
};

/* Made ahead by any thread, so that the ledger's has less to do. */
void ledger_digest_intent(const struct ledger_intent *intent, struct ledger_digests *ret);

/* What every intent is refused by anyway, told early: rule ledger-clock. */
enum rc_status ledger_check_clock(struct ledger *ledger, struct error *err) RC_CHECK;

/* Stores it as PENDING under the id *ret, flushed (but see batches). */
enum rc_status ledger_intent(struct ledger *ledger, const struct ledger_intent *intent,
    int64_t *ret, struct error *err) RC_CHECK;

/* PENDING and mine -> DONE.  `signed_bytes` is the whole certificate, CRL or CSR;
 * one that does not hold the journalled bytes is refused (ledger-bytes). */
enum rc_status ledger_commit(struct ledger *ledger, int64_t id, struct bytes signed_bytes,
    struct error *err) RC_CHECK;
/* The same of bytes whose digest was made ahead. */
enum rc_status ledger_commit_digested(struct ledger *ledger, int64_t id,
    const struct digested *signed_bytes, struct error *err) RC_CHECK;
/* PENDING and mine -> SPOILED: what came back, and what is wrong with it. */
enum rc_status ledger_spoil(struct ledger *ledger, int64_t id, struct bytes bytes,
    const char *reason, struct error *err) RC_CHECK;
/* PENDING and mine -> LOST. */
enum rc_status ledger_lose(struct ledger *ledger, int64_t id, const char *reason,
    struct error *err) RC_CHECK;
/* The moves that need a reason alone: to VOID, HELD, DONE (from HELD), REVOKED. */
enum rc_status ledger_mark(struct ledger *ledger, int64_t id, enum ledger_state to,
    const char *reason, struct error *err) RC_CHECK;

/*
 * Group commit: intents (or commits) between begin and end share one flush.
 * begin takes the writer's lock, so nothing slow, and no token, stands between.
 * A call that is refused inside has changed nothing, and the batch goes on; one that fails
 * when it had begun to write kills the handle.  Until end has returned RC_OK
 * ledger_is_flushed() is false and no token may be asked.
 */
enum rc_status ledger_batch_begin(struct ledger *ledger, struct error *err) RC_CHECK;
enum rc_status ledger_batch_end(struct ledger *ledger, struct error *err) RC_CHECK;
bool ledger_is_flushed(const struct ledger *ledger);

/* -- events that sign nothing -------------------------------------------------- */

struct ledger_refusal {
	const char *rule;                 /* id                                */
	const char *entry, *requester;    /* NULL: unknown                     */
	struct bytes csr;                 /* its digest is kept                */
	const char *message;              /* cut to 4096 octets                */
};
enum rc_status ledger_refuse(struct ledger *ledger, const struct ledger_refusal *refusal,
    struct error *err) RC_CHECK;

/* Anything else that an auditor should see: kind "config", "custody", ... */
enum rc_status ledger_note(struct ledger *ledger, const char *kind, const char *text,
    struct error *err) RC_CHECK;

/* Each PENDING whose owner's lock is free becomes LOST; *ret says how many.
 * Touches no other row; a second call finds nothing. */
enum rc_status ledger_recover(struct ledger *ledger, size_t *ret, struct error *err) RC_CHECK;

/* -- reading ------------------------------------------------------------------- */

struct ledger_row {
	int64_t id;
	enum ledger_kind kind;
	enum ledger_state state;
	struct bytes serial;              /* empty: none                       */
	const char *entry, *role, *topology, *requester, *algorithm;
	const char *owner, *boot, *reason;        /* NULL: none                */
	struct bytes entry_digest, profile_digest, topology_digest, key_digest;
	struct bytes csr, tbs;
	struct bytes signed_bytes;        /* DONE, HELD, SPOILED, REVOKED; may be empty */
	struct bytes custody, entry_canonical;    /* texts                     */
	int64_t not_before, not_after;    /* 0: none                           */
	int64_t created, changed;
};

/* Makes the statements of an issuance ready, which its first one would have to wait for. */
void ledger_ready(struct ledger *ledger);

/* All that is read between these is of one moment, and costs less than one by one.  What
 * writes in between ends it.  A wish: nothing is wrong where it is not heard. */
void ledger_look_begin(struct ledger *ledger);
void ledger_look_end(struct ledger *ledger);

/* Rule ledger-unknown when there is none.  *ret lives in the arena. */
enum rc_status ledger_get(struct ledger *ledger, int64_t id, struct arena *arena,
    struct ledger_row **ret, struct error *err) RC_CHECK;
enum rc_status ledger_get_serial(struct ledger *ledger, struct bytes serial,
    struct arena *arena, struct ledger_row **ret, struct error *err) RC_CHECK;
/* What is kept under a digest that an event names: a policy, an entry, a custody report,
 * an origin, a text.  *ret.p is NULL when there is none. */
enum rc_status ledger_document(struct ledger *ledger, struct bytes sha256,
    struct arena *arena, struct bytes *ret, struct error *err) RC_CHECK;
/* A certificate of an entry of a topology (NULL: of none) in this state that ends after
 * `after`; of several the one that ends last.  Empty digests: any.  *ret is NULL when
 * there is none.  Does not take longer where there is more on record. */
struct ledger_live_query {
	const char *entry, *topology;
	enum ledger_state state;
	int64_t after;
	struct bytes entry_digest, key_digest;
};
enum rc_status ledger_find_live(struct ledger *ledger, const struct ledger_live_query *query,
    struct arena *arena, struct ledger_row **ret, struct error *err) RC_CHECK;

/* A certificate for this key (SHA-256 of its SPKI) that was revoked because a key is in other
 * hands: keyCompromise, cACompromise, aACompromise.  *ret is NULL when there is none. */
enum rc_status ledger_find_compromised(struct ledger *ledger, struct bytes key_digest,
    struct arena *arena, struct ledger_row **ret, struct error *err) RC_CHECK;
/* One for this key and an entry of another id, that is or may yet be valid after `after`. */
enum rc_status ledger_find_key_elsewhere(struct ledger *ledger, struct bytes key_digest,
    const char *entry, int64_t after, struct arena *arena, struct ledger_row **ret,
    struct error *err) RC_CHECK;

/* Where a host name stands: the last intent of each entry that has it. */
struct ledger_named {
	int64_t id;
	const char *topology, *entry;
	struct bytes serial;
	int64_t not_after;
};
/* Those that are or may yet be valid after `after`, at most LEDGER_NAMED_MAX; the name is
 * compared without case.  fn as for ledger_each(), and it may not ask this question. */
enum rc_status ledger_each_named(struct ledger *ledger, const char *name, int64_t after,
    enum rc_status (*fn)(void *arg, const struct ledger_named *row, struct error *err),
    void *arg, struct error *err) RC_CHECK;

/* The newest DONE one of a kind that has no serial; *ret is NULL when there is none. */
enum rc_status ledger_find_newest(struct ledger *ledger, enum ledger_kind kind,
    struct arena *arena, struct ledger_row **ret, struct error *err) RC_CHECK;

/* Which rows; zeroed is all of them, oldest first. */
struct ledger_filter {
	unsigned states;                  /* 1 << LEDGER_DONE | ...; 0: any    */
	unsigned kinds;                   /* 1 << LEDGER_CRL | ...; 0: any     */
	const char *entry;                /* NULL: any                         */
	int64_t after;                    /* ids beyond this one; 0: all       */
	size_t limit;                     /* 0: none                           */
	bool newest_first;
};

/* Calls fn for each row, which lives until fn returns; fn may not write to the
 * ledger.  What fn returns other than RC_OK ends it and is returned. */
enum rc_status ledger_each(struct ledger *ledger, const struct ledger_filter *filter,
    enum rc_status (*fn)(void *arg, const struct ledger_row *row, struct error *err),
    void *arg, struct error *err) RC_CHECK;

/* What a revocation list speaks of: HELD, REVOKED, LOST or SPOILED; or, where `since`
 * asks for what changed from then on, also DONE: released from hold. */
struct ledger_revoked {
	enum ledger_state state;
	struct bytes serial;
	const char *reason;               /* NULL: none                        */
	int64_t when, not_after;
};
/* By serial, as numbers.  since 0: all.  fn as for ledger_each().  Of a ledger that may be
 * written: an older version lacks the index. */
enum rc_status ledger_each_revoked(struct ledger *ledger, int64_t since,
    enum rc_status (*fn)(void *arg, const struct ledger_revoked *row, struct error *err),
    void *arg, struct error *err) RC_CHECK;

/* The lists that were made or meant to be, oldest first, without their bytes. */
struct ledger_list {
	enum ledger_state state;
	const char *entry;                /* "crl/7", "delta/8"                */
	int64_t this_update, next_update;
};
enum rc_status ledger_each_list(struct ledger *ledger,
    enum rc_status (*fn)(void *arg, const struct ledger_list *list, struct error *err),
    void *arg, struct error *err) RC_CHECK;

struct ledger_counts {
	uint64_t state[LEDGER_STATES];
	uint64_t rows, events;
	int64_t last_time;                /* of the last event                 */
};
/* Takes longer where there is more: of each row an entry of an index is read. */
enum rc_status ledger_count(struct ledger *ledger, struct ledger_counts *ret,
    struct error *err) RC_CHECK;

/* The number of the last event, which is how many there are, and its time; takes no longer
 * where there are more.  0: none yet. */
enum rc_status ledger_last_event(struct ledger *ledger, uint64_t *ret_seq, int64_t *ret_time,
    struct error *err) RC_CHECK;

/* How many events beyond `after` speak of a row. */
enum rc_status ledger_count_events(struct ledger *ledger, int64_t id, uint64_t after,
    uint64_t *ret, struct error *err) RC_CHECK;

/*
 * A copy of the ledger as it is at one moment, while others go on writing: `path`,
 * which must not be there yet (file-exists), flushed.  The copy is opened once more
 * and counted.
 */
enum rc_status ledger_backup(struct ledger *ledger, const char *path,
    struct ledger_counts *ret, struct error *err) RC_CHECK;

struct ledger_event {
	int64_t seq;                      /* 1, 2, ...                         */
	int64_t time;
	const char *kind;
	int64_t intent;                   /* 0: of no row                      */
	struct bytes body;                /* canonical, docs/ledger-format.md  */
};
/* Events beyond `after`, oldest first; the same rules as ledger_each. */
enum rc_status ledger_each_event(struct ledger *ledger, int64_t after,
    enum rc_status (*fn)(void *arg, const struct ledger_event *event, struct error *err),
    void *arg, struct error *err) RC_CHECK;

/* Quick consistency: pages, references, events without a gap, a row for each
 * event that speaks of one.  Rule ledger-damaged. */
enum rc_status ledger_check(struct ledger *ledger, struct error *err) RC_CHECK;

#endif
