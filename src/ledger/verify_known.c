#include "ledger/verify_known.h"

#include "ledger/change.h"
#include "x509/crl.h"

/* -- lists ------------------------------------------------------------------------ */

static bool
is_still_revoked(enum ledger_state state, const char *reason)
{
	return state == LEDGER_HELD || state == LEDGER_REVOKED || state == LEDGER_LOST ||
	    state == LEDGER_SPOILED ||
	    (state == LEDGER_DONE && strcmp(reason, "released") == 0);
}

/* *ret: is this serial's certificate revoked, or was it released? */
static enum rc_status
serial_is_revoked(struct ledger *ledger, struct bytes serial, bool *ret, struct error *err)
{
	SCOPED(query_end) struct query q = query(&ledger->db, SQL_STATE_OF_SERIAL);
	enum ledger_state state;
	bool found = false;

	query_blob(&q, serial);
	TRY(query_row(&q, &found, err));
	*ret = found && ledger_state_find(column_text(&q, 0), &state) &&
	    is_still_revoked(state, column_text(&q, 1));
	return RC_OK;
}

static enum rc_status
list_is_recorded(struct ledger *ledger, struct bytes der, bool *ret, struct error *err)
{
	SCOPED(query_end) struct query q = query(&ledger->db, SQL_HAS_LIST);

	query_blob(&q, der);
	return query_row(&q, ret, err);
}

static enum rc_status
check_list(struct ledger *ledger, struct bytes der, struct replay *r, struct error *err)
{
	SCOPED(buf_clear) struct buf number = BUF_INIT, first = BUF_INIT;
	bool recorded = false, revoked = false;
	struct crl_entry entry;
	struct crl crl;
	size_t missing = 0;

	TRY(crl_read(der, &crl, err));
	buf_put_hex(&number, crl.number);
	TRY(list_is_recorded(ledger, der, &recorded, err));
	if (!recorded)
		replay_find(r, RULE_LOG_KNOWN,
		    "the list of revocations that is known, number 0x%s, is not on record",
		    buf_text(&number));
	for (struct bytes rest = crl.entries; crl_next(&rest, &entry);) {
		TRY(serial_is_revoked(ledger, entry.serial, &revoked, err));
		if (!revoked && missing++ == 0)
			buf_put_hex(&first, entry.serial);
	}
	if (missing != 0)
		replay_find(r, RULE_LOG_KNOWN, "%zu certificates of the list that is known, number "
		    "0x%s, are not revoked any more, the first with serial %s", missing,
		    buf_text(&number), buf_text(&first));
	return RC_OK;
}

enum rc_status
verify_known_lists(struct ledger *ledger, const struct ledger_verify_options *options,
    struct replay *r, struct error *err)
{
	for (size_t i = 0; i < options->n_known_lists; i++)
		TRY(check_list(ledger, options->known_lists[i], r, err));
	return RC_OK;
}

/* -- cosignatures ------------------------------------------------------------------ */

struct looking {
	const struct ledger_verify_options *options;
	struct bytes cms;
	bool found;
};

static enum rc_status
is_over(void *arg, const struct ledger_row *row, struct error *err)
{
	struct looking *l = arg;

	(void)err;
	l->found |= l->options->cosigned(l->options->arg, row->entry_canonical, l->cms);
	return RC_OK;
}

enum rc_status
verify_known_cosignatures(struct ledger *ledger, const struct ledger_verify_options *options,
    struct replay *r, struct error *err)
{
	const struct ledger_filter done = { .kinds = 1 << LEDGER_CHECKPOINT,
		.states = 1 << LEDGER_DONE };

	for (size_t i = 0; i < options->n_known_cosignatures; i++) {
		struct looking l = { .options = options, .cms = options->known_cosignatures[i] };

		TRY(ledger_each(ledger, &done, is_over, &l, err));
		if (!l.found)
			replay_find(r, RULE_LOG_KNOWN, "the cosignature that is known is over no "
			    "checkpoint of this ledger");
	}
	return RC_OK;
}

/* -- what is on record of other parties ---------------------------------------------- */

static void
find(struct replay *r, enum rule rule, const struct replay_attestation *a, const char *what)
{
	replay_find(r, rule, "the %s of checkpoint %lld: %s",
	    a->kind == ATTEST_COSIGN ? "cosignature" : "time stamp", (long long)a->id, what);
}

/* "cosigners sha256:HEX, sha256:HEX" */
bool
attest_is_named(enum attest_kind kind, const char *policy, const uint8_t key[SHA256_OCTETS])
{
	static const char *const words[] = { [ATTEST_COSIGN] = "\ncosigners ",
		[ATTEST_TIMESTAMP] = "\ntsa " };
	SCOPED(buf_clear) struct buf hex = BUF_INIT;
	const char *line = strstr(policy, words[kind]), *named;

	buf_puts(&hex, "sha256:");
	buf_put_hex(&hex, BYTES(key, SHA256_OCTETS));
	named = line != NULL ? strstr(line + 1, buf_text(&hex)) : NULL;
	return named != NULL && memchr(line + 1, '\n', (size_t)(named - line - 1)) == NULL;
}

static enum rc_status
check_attestation(struct ledger *ledger, const struct ledger_verify_options *options,
    struct replay *r, const struct replay_attestation *a, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *why = error_new();
	struct bytes statement, policy;
	struct ledger_row *row;

	TRY(ledger_document(ledger, BYTES(a->statement, SHA256_OCTETS), arena, &statement, err));
	TRY(ledger_document(ledger, BYTES(a->policy, SHA256_OCTETS), arena, &policy, err));
	if (statement.p == NULL) {
		find(r, RULE_LOG_DOCUMENT, a, "its document is missing");
		return RC_OK;
	}
	if (policy.p == NULL || !attest_is_named(a->kind, (const char *)policy.p, a->key))
		find(r, RULE_LOG_CHECKPOINT, a, "the policy did not name its key then");
	if (options->attested == NULL || ledger_get(ledger, a->id, arena, &row, why) != RC_OK)
		return RC_OK;            /* verify_rows() tells of a row that is missing */
	if (options->attested(options->arg, a->kind, row->entry_canonical, statement, a->key,
	    why) != RC_OK)
		find(r, RULE_LOG_CHECKPOINT, a, error_message(why));
	return RC_OK;
}

enum rc_status
verify_attestations(struct ledger *ledger, const struct ledger_verify_options *options,
    struct replay *r, struct error *err)
{
	for (size_t i = 0; i < r->attestations.n; i++)
		TRY(check_attestation(ledger, options, r, &r->attestations.v[i], err));
	return RC_OK;
}
