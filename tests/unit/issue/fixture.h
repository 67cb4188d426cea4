/*
 * fixture.h - a CA in a folder of its own, with an engine that can misbehave.
 */
#ifndef TESTS_ISSUE_FIXTURE_H
#define TESTS_ISSUE_FIXTURE_H

#include "crypto/softkey.h"
#include "issue/ca_init.h"
#include "issue/issuance.h"
#include "tests/unit.h"

/* What the engine does when it is asked to sign. */
enum fake_mode {
	FAKE_HONEST,
	FAKE_FAILS,              /* an error of the token                        */
	FAKE_OTHER_BYTES,        /* a good signature over something else         */
	FAKE_OTHER_KEY,          /* a good signature by another key              */
	FAKE_GARBAGE,            /* octets that are no signature                 */
};

/* There is one, as there is one token.  Fields may be set between calls. */
struct fake {
	struct softkey *key;
	enum fake_mode mode;
	struct rc_facts facts;           /* at every depth but that of attributes */
	enum rc_depth depth;             /* that was last asked for              */
	bool missing;                    /* find_key fails                       */
	size_t opened, signed_;          /* calls                                */
	size_t again;                    /*   to open, after a lost session      */
	enum rule loss;                  /* by this rule                         */
	size_t losses;                   /*   so many calls to sign fail         */
	/* Called when the token is asked, before it signs. */
	void (*at_sign)(void *arg, struct bytes tbs);
	void *at_sign_arg;
};
extern struct fake fake;
extern const struct rc_engine_ops fake_token;     /* named "fake": a token      */
extern const struct rc_engine_ops fake_memory;    /* named "memory"             */

/* A new key of this kind and facts of a key that was made in its token. */
void fake_reset(unsigned algorithm);

/* A folder that is gone when the test ends. */
struct folder {
	char path[64];
};
void folder_make(struct folder *folder);
void folder_remove(struct folder *folder);
DEFINE_SCOPED_VALUE(folder_remove, struct folder)
/* "FOLDER/name", good until the next eight calls. */
const char *folder_path(const struct folder *folder, const char *name);
void folder_write(const char *path, const char *text);
void folder_read(const char *path, struct buf *out);

extern int64_t fixture_now;                       /* 2026-01-01, may be moved   */
extern const struct clock fixture_clock;

/* As they ship; good until the program ends. */
struct ca_roles fixture_roles(void);

/* Terms of a root at this level: CN=Test Root, O=Contoso. */
struct ca_init fixture_init(const char *dir, enum custody_level level);

/* A root in FOLDER/ca, its home opened to sign, logged in. */
struct fixture {
	struct folder folder;
	struct home *home;
	struct signer *signer;
	struct error *err;
};
void fixture_make(struct fixture *f, enum custody_level level);
void fixture_clear(struct fixture *f);
DEFINE_SCOPED_VALUE(fixture_clear, struct fixture)

/* An Edge's external entry: sip, webcon, sip.fabrikam. */
const struct entry *fixture_entry(void);

/* What a server asks for. */
struct fixture_request {
	struct dn subject;
	struct general_name *san;
	size_t n_san;
	struct bytes extensions;         /* more of them, encoded; or empty  */
};
/* A request by this key, DER, appended. */
void fixture_csr(const struct softkey *key, const struct fixture_request *asks,
    struct buf *out);
/* One with a new P-256 key that asks for nothing. */
void fixture_plain_csr(struct buf *out);

/* How many rows are in this state; how many events are of this kind. */
size_t ledger_rows(struct ledger *ledger, enum ledger_state state);
size_t ledger_events(struct ledger *ledger, const char *kind);

#endif
