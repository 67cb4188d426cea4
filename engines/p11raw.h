/*
 * p11raw.h - our own session with the one token that a URI names.
 *
 *      TRY(p11raw_open(config, P11RAW_LOGIN, &raw, err));
 *      rv = P11(raw, C_GetSessionInfo, raw->session, &info);
 *      p11raw_close(raw);
 *
 * Both the signing engine and the administration stand on it, because libp11
 * reads no attribute and hangs in its own login when a session cannot be opened.
 * A login belongs to the process: who logs in here is logged in for libp11 too.
 *
 * Opening looks into each module for initialised tokens that fit; exactly one
 * must (token-missing and token-ambiguous list what was seen).  The flags are
 * fresh, from C_GetTokenInfo right before the PIN is asked for.  The PIN is
 * given once.  A session that is logged in already is not logged in again, and
 * the caller is not asked.
 */
#ifndef ENGINES_P11RAW_H
#define ENGINES_P11RAW_H

#include <rolecert/engine.h>

#include "base/secret.h"
#include "engines/p11ckr.h"
#include "engines/p11module.h"
#include "engines/p11uri.h"
#include "engines/watchdog.h"

enum p11raw_flags {
	P11RAW_LOGIN = 1,        /* log the user in                          */
	P11RAW_WRITE = 2,        /* a session that may change the token      */
};

struct p11raw {
	struct p11uri *uri;
	struct p11module *module;
	struct watchdog *dog;
	struct rc_token_facts token;
	CK_SLOT_ID slot;
	CK_SESSION_HANDLE session;
	unsigned flags;          /* of the session: enum p11raw_flags        */
	bool counted;            /* we take part in the process's login      */
};

/* A call into the module, watched. */
#define P11(raw, call, ...)                                                   \
	WATCHED((raw)->dog, #call, (raw)->module->fn->call(__VA_ARGS__))
/* The same, its failure being the caller's. */
#define P11_TRY(raw, err, call, ...)                                          \
	do {                                                                  \
		CK_RV rv_ = P11(raw, call, __VA_ARGS__);                      \
		if (rv_ != CKR_OK)                                            \
			return ckr_fail((err), #call, rv_);                   \
	} while (0)

enum rc_status p11raw_open(const struct rc_engine_config *config, unsigned flags,
    struct p11raw **ret, struct error *err) RC_CHECK;
void p11raw_close(struct p11raw *raw);               /* takes NULL */
DEFINE_SCOPED(p11raw_close, struct p11raw *)

/* -- the steps, for the administration --------------------------------------- */

/* A slot that holds a token, as it is now. */
struct p11slot {
	struct p11module *module;        /* lent                             */
	CK_SLOT_ID id;
	CK_SLOT_INFO info;
	CK_TOKEN_INFO token;
};
struct p11slots {
	VEC(struct p11slot) v;
};

/* The slots of a module that hold a token and fit the URI, added to *slots;
 * those that do not fit go to *others, which may be NULL. */
enum rc_status p11raw_slots(struct p11module *module, const struct p11uri *uri,
    struct watchdog *dog, struct arena *arena, struct p11slots *slots,
    struct p11slots *others, struct error *err) RC_CHECK;

void p11raw_token_facts(const struct p11slot *slot, struct rc_token_facts *ret);

/* A session of a slot; raw->module and raw->slot are set. */
enum rc_status p11raw_session(struct p11raw *raw, unsigned flags, struct error *err) RC_CHECK;
/* Another session in place of this one, which ends whatever operation was left open
 * in it.  The login stays. */
enum rc_status p11raw_renew(struct p11raw *raw, struct error *err) RC_CHECK;
/* raw->token anew. */
enum rc_status p11raw_refresh(struct p11raw *raw, struct error *err) RC_CHECK;
/* Ends the login that was ours and the session; both may be absent. */
void p11raw_leave(struct p11raw *raw);
/* Fresh flags, the caller's PIN, one C_Login. */
enum rc_status p11raw_login(struct p11raw *raw, const struct rc_engine_config *config,
    struct error *err) RC_CHECK;

#endif
