#include "ledger/attest.h"

#include "ledger/change.h"
#include "ledger/event.h"

static const char *const words[ATTEST_KINDS] = {
	[ATTEST_COSIGN] = "cosign", [ATTEST_TIMESTAMP] = "timestamp",
};

const char *
attest_word(enum attest_kind kind)
{
	return words[kind];
}

static enum rc_status
is_made(struct change *c, int64_t checkpoint, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_HEAD);
	bool found = false;

	query_int(&q, checkpoint);
	TRY(query_row(&q, &found, err));
	if (found && strcmp(column_text(&q, 0), "checkpoint") == 0 &&
	    strcmp(column_text(&q, 1), "DONE") == 0)
		return RC_OK;
	return error_fail(err, RULE_LEDGER_STATE, "entry %lld is no checkpoint that was made",
	    (long long)checkpoint);
}

static enum rc_status
put(struct change *c, int64_t checkpoint, const struct ledger_attestation *a,
    struct error *err)
{
	SCOPED(buf_clear) struct buf body = BUF_INIT;
	uint8_t digest[LEDGER_DIGEST];

	TRY(is_made(c, checkpoint, err));
	TRY(change_put_document(c, a->statement, digest, err));
	change_event(c, words[a->kind], &body);
	field_int(&body, checkpoint);
	field_bytes(&body, BYTES(a->key, sizeof(a->key)));
	field_bytes(&body, BYTES(digest, sizeof(digest)));
	if (a->kind == ATTEST_TIMESTAMP)
		field_int_or_none(&body, a->stamped);
	return change_put_event(c, words[a->kind], checkpoint, &body, err);
}

enum rc_status
ledger_attest(struct ledger *ledger, int64_t checkpoint,
    const struct ledger_attestation *attestation, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	uint8_t digest[LEDGER_DIGEST];
	struct bytes kept;
	struct change c;

	sha256(attestation->statement, digest);
	TRY(ledger_document(ledger, BYTES(digest, sizeof(digest)), arena, &kept, err));
	if (kept.p != NULL)
		return RC_OK;
	TRY(change_begin(ledger, SETTLES, &c, err));
	return change_end(&c, put(&c, checkpoint, attestation, err), err);
}
