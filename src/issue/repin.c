#include "issue/signer_key.h"

static void
add_line(void *arg, const char *difference)
{
	struct buf *out = arg;

	buf_printf(out, "%s%s", out->n != 0 ? "\n" : "", difference);
}

static void
compare(const char *was, const char *now, struct arena *arena, struct buf *out)
{
	struct record a, b;

	record_read(was, arena, &a);
	record_read(now, arena, &b);
	record_compare(&a, &b, add_line, out);
}

enum rc_status
signer_repin(struct home *home, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct arena *arena, const char **ret,
    bool *ret_pinned, struct error *err)
{
	SCOPED(signer_close) struct signer *signer = NULL;
	SCOPED(buf_clear) struct buf now = BUF_INIT;
	SCOPED(buf_clear) struct buf differences = BUF_INIT;
	struct signer_login login = signer_login_of(&home->config, ops, config);
	bool changed;

	if (home->config.custody == CUSTODY_MEMORY)
		return error_fail(err, RULE_CUSTODY_ENGINE,
		    "a key in memory is on no token that could be recorded");
	login.expected = home->key;
	TRY(signer_login(&login, &signer, err));
	record_put(&signer->facts, pubkey_spki(signer->pubkey), &now);
	compare(home->record, buf_text(&now), arena, &differences);
	changed = strcmp(home->record, buf_text(&now)) != 0;
	if (changed)
		TRY(home_record_pin(home, buf_text(&now), differences.n != 0 ?
		    buf_text(&differences) : "what was tried came to something else", err));
	*ret = arena_strdup(arena, buf_text(&differences));
	*ret_pinned = changed;
	return RC_OK;
}
