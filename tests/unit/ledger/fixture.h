/*
 * fixture.h - a CA home with a ledger, a clock that the test moves, and whatever
 * else can write to the same file.
 */
#ifndef TESTS_UNIT_LEDGER_FIXTURE_H
#define TESTS_UNIT_LEDGER_FIXTURE_H

#include <sqlite3.h>

#include "base/arena.h"
#include "ledger/ledger.h"
#include "tests/unit.h"

enum { NOON = 1700000000 };

struct fixture {
	char *home;
	struct ledger *ledger;
	struct ledger_options options;
	struct clock clock;
	int64_t now;                     /* moved by the test */
	struct arena *arena;
	struct error *err;
	unsigned serials;                /* given so far      */
};

struct fixture *fixture_new(void);
/* Closes, and removes the folder.  Takes NULL. */
void fixture_free(struct fixture *f);
DEFINE_SCOPED(fixture_free, struct fixture *)

/* Closes the handle and opens another. */
void fixture_reopen(struct fixture *f);
const char *fixture_path(struct fixture *f, const char *name);

/* An intent for a certificate, serial 1, 2, 3 ...; lives in the arena. */
struct ledger_intent *fixture_intent(struct fixture *f);
int64_t fixture_pending(struct fixture *f);       /* its id */
int64_t fixture_done(struct fixture *f);
/* RESERVED, without a request; and from there on to PENDING, as ledger_ask_certificate()
 * and ledger_spend() do it. */
enum rc_status fixture_reserve(struct fixture *f, const struct ledger_intent *intent,
    int64_t *ret) RC_CHECK;
enum rc_status fixture_begin(struct fixture *f, int64_t id, const char *custody) RC_CHECK;
/* Records a list over these rows' serials, as if it had been signed. */
void fixture_list(struct fixture *f, const char *entry, uint8_t number, bool delta,
    const int64_t *ids, size_t n);
/* A SEQUENCE that begins with the TBS of the intents. */
struct bytes fixture_signed(void);
struct ledger_row *fixture_row(struct fixture *f, int64_t id);
enum ledger_state fixture_state(struct fixture *f, int64_t id);

/* SQL over a connection of its own: what SQLite says, "" when it is content. */
const char *fixture_sql(struct fixture *f, const char *sql);
/* The same with nothing protected: for damage. */
const char *fixture_force(struct fixture *f, const char *sql);

#endif
