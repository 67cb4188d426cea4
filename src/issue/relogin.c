#include "issue/signer_key.h"

/*
 * Errors after which the same question may be answered by another session.  Those of
 * data, mechanism, key and PIN have rules of their own.  (A token that was pulled out or
 * died answers GENERAL_ERROR more often than DEVICE_REMOVED.)
 */
static bool
is_loss(enum rule rule)
{
	return rule == RULE_SESSION_LOST || rule == RULE_TOKEN_ERROR || rule == RULE_LOGIN_NEEDED;
}

/* Everything anew but the public half, which decides whether it is the same key. */
static enum rc_status
rebuild(struct signer *signer, struct error *err)
{
	struct rc_engine_config config = signer->login.config;
	char serial[sizeof(signer->facts.token.serial)];

	memcpy(serial, signer->facts.token.serial, sizeof(serial));
	config.again = true;
	signer->rebuilt = true;
	signer_leave(signer);
	TRY_WHILE(err, signer->ops->open(&config, &signer->engine, err),
	    "opening the CA's key again");
	TRY(signer_take_key(signer, signer->pubkey, err));
	if (strcmp(serial, signer->facts.token.serial) == 0)
		return RC_OK;
	signer->attested = false;
	return error_fail(err, RULE_RELOGIN_REFUSED,
	    "the token has another serial number (%s) than the one that was lost (%s)",
	    signer->facts.token.serial, serial);
}

/* For the auditor: which signatures come from the second session, and what was seen of
 * the key in it where that is not what stands in the intent. */
static void
tell(const struct signer *signer, const struct error *why, bool same, struct buf *note,
    struct error *err)
{
	error_warn(err, RULE_SESSION_REBUILT, NOWHERE,
	    "the session with the token '%s' was lost (%s [%s]) and rebuilt; it will not be "
	    "rebuilt again", signer->facts.token.label, error_message(why),
	    rule_id(error_rule(why)));
	buf_printf(note, "lost: %s\n", error_message(why));
	if (!same)
		buf_put_bytes(note, buf_bytes(&signer->description));
}

static enum rc_status
rebuild_for(struct signer *signer, const struct error *why, struct buf *note,
    struct error *err)
{
	SCOPED(buf_clear) struct buf before = BUF_INIT;
	enum rc_status status;
	bool same;

	buf_put_bytes(&before, buf_bytes(&signer->description));
	status = rebuild(signer, err);
	if (status != RC_OK) {
		signer_leave(signer);
		error_while(err, "rebuilding a session that was lost: %s [%s]", error_message(why),
		    rule_id(error_rule(why)));
		return status;
	}
	same = bytes_equal(buf_bytes(&before), buf_bytes(&signer->description));
	tell(signer, why, same, note, err);
	return RC_OK;
}

enum rc_status
signer_check(const struct signer *signer, struct error *err)
{
	if (signer->attested)
		return RC_OK;
	if (signer->rebuilt)
		return error_fail(err, RULE_SESSION_LOST,
		    "the session was lost before, and could not be rebuilt");
	return error_fail(err, RULE_BUG, "a signature without a custody verdict");
}

static enum rc_status
ask(struct signer *signer, enum rc_sigalg algorithm, struct bytes tbs, struct buf *out,
    struct error *err)
{
	return signer->ops->sign(signer->key, algorithm, tbs, out, err);
}

enum rc_status
signer_sign(struct signer *signer, enum rc_sigalg algorithm, struct bytes tbs,
    struct buf *note, struct buf *out, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();

	TRY(signer_check(signer, err));
	if (!signer->login.relogin || signer->rebuilt)
		return ask(signer, algorithm, tbs, out, err);
	if (ask(signer, algorithm, tbs, out, why) == RC_OK)
		return RC_OK;
	if (!is_loss(error_rule(why)))
		return error_fail(err, error_rule(why), "%s", error_message(why));
	TRY(rebuild_for(signer, why, note, err));
	return ask(signer, algorithm, tbs, out, err);
}
