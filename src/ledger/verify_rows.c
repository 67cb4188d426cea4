#include "ledger/verify_rows.h"

#include <stdlib.h>

#include "ledger/change.h"
#include "ledger/settle.h"
#include "ledger/verify_documents.h"

/* The columns of SQL_VERIFY_ROWS. */
enum {
	AT_ID, AT_KIND, AT_STATE, AT_SERIAL, AT_TBS, AT_ALGORITHM, AT_ENTRY, AT_ROLE,
	AT_ENTRY_DIGEST, AT_PROFILE_DIGEST, AT_TOPOLOGY, AT_TOPOLOGY_DIGEST, AT_CSR, AT_KEY_DIGEST,
	AT_REQUESTER, AT_CUSTODY, AT_NOT_BEFORE, AT_NOT_AFTER, AT_RESULT, AT_REASON, AT_CREATED,
	AT_CHANGED
};

struct rows {
	struct replay *replay;
	const struct ledger_verify_options *options;
	const struct query *q;           /* at a row                         */
	struct last {                    /* what a row before asked for      */
		size_t n;
		uint8_t sha256[SHA256_OCTETS];
	} entry, profile;
};

/* -- one row ------------------------------------------------------------------------- */

/* In the order of an intent's fields; the columns follow it. */
static const struct {
	uint8_t column;
	enum { AS_IT_IS, AS_DIGEST, AS_NUMBER } form;
} meant_columns[] = {
	{ AT_KIND, AS_IT_IS }, { AT_SERIAL, AS_IT_IS }, { AT_TBS, AS_DIGEST },
	{ AT_ALGORITHM, AS_IT_IS }, { AT_ENTRY, AS_IT_IS }, { AT_ROLE, AS_IT_IS },
	{ AT_ENTRY_DIGEST, AS_IT_IS }, { AT_PROFILE_DIGEST, AS_IT_IS }, { AT_TOPOLOGY, AS_IT_IS },
	{ AT_TOPOLOGY_DIGEST, AS_IT_IS }, { AT_CSR, AS_DIGEST }, { AT_KEY_DIGEST, AS_IT_IS },
	{ AT_REQUESTER, AS_IT_IS }, { AT_CUSTODY, AS_IT_IS }, { AT_NOT_BEFORE, AS_NUMBER },
	{ AT_NOT_AFTER, AS_NUMBER },
};
_Static_assert(ARRAY_LEN(meant_columns) == MEANT_END - MEANT_WHAT, "one column a field");

static void
digest_of(struct sha256 *h, struct bytes b, uint8_t ret[SHA256_OCTETS])
{
	sha256_put(h, b);
	sha256_next(h, ret);
}

/* What an event would say of the row, in the same form. */
static void
row_meant(const struct rows *rows, uint8_t ret[SHA256_OCTETS])
{
	uint8_t store[MEANT_END][SHA256_OCTETS];
	struct bytes field[MEANT_END] = { { .n = 0 } };

	for (size_t i = 0; i < ARRAY_LEN(meant_columns); i++) {
		struct bytes value = column_blob(rows->q, meant_columns[i].column);
		uint8_t *at = store[MEANT_WHAT + i];

		if (value.n != 0 && meant_columns[i].form == AS_DIGEST) {
			digest_of(rows->replay->h, value, at);
			value = BYTES(at, SHA256_OCTETS);
		}
		if (meant_columns[i].form == AS_NUMBER) {
			uint64_t number = (uint64_t)column_int(rows->q, meant_columns[i].column);

			for (unsigned k = 0; k < 8; k++)
				at[k] = (uint8_t)(number >> (56 - 8 * k));
			value = BYTES(at, number != 0 ? 8 : 0);
		}
		field[MEANT_WHAT + i] = value;
	}
	replay_meant(rows->replay->h, field, ret);
}

static bool
is_digest(struct bytes have, bool has_want, const uint8_t want[SHA256_OCTETS])
{
	return has_want ? bytes_equal(have, BYTES(want, SHA256_OCTETS)) : have.n == 0;
}

/* What is empty has no digest in its event. */
static bool
is_digest_of(const struct rows *rows, int column, bool has_want,
    const uint8_t want[SHA256_OCTETS])
{
	struct bytes value = column_blob(rows->q, column);
	uint8_t have[SHA256_OCTETS];

	if (value.n == 0)
		return !has_want;
	digest_of(rows->replay->h, value, have);
	return is_digest(BYTES(have, sizeof(have)), has_want, want);
}

static void
find_row(const struct rows *rows, enum rule rule, const char *what)
{
	replay_find(rows->replay, rule, "entry %lld: %s",
	    (long long)column_int(rows->q, AT_ID), what);
}

static void
check_history(const struct rows *rows, const struct replay_record *record)
{
	uint8_t meant[SHA256_OCTETS];

	row_meant(rows, meant);
	if (memcmp(meant, record->meant, sizeof(meant)) != 0)
		find_row(rows, RULE_LOG_ROW, "what was meant to be signed differs from its event");
	if (strcmp(column_text(rows->q, AT_STATE), ledger_state_word(record->state)) != 0)
		find_row(rows, RULE_LOG_ROW, "its events lead to another state");
	if (!is_digest(column_blob(rows->q, AT_CUSTODY), record->has_custody, record->custody))
		find_row(rows, RULE_LOG_ROW, "its custody report is another one");
	if (!is_digest_of(rows, AT_REASON, record->has_reason, record->reason))
		find_row(rows, RULE_LOG_ROW, "its reason is not that of its events");
	if (column_int(rows->q, AT_CREATED) != record->created ||
	    column_int(rows->q, AT_CHANGED) != record->changed)
		find_row(rows, RULE_LOG_ROW, "its times are not those of its events");
}

static void
check_bytes(const struct rows *rows, const struct replay_record *record)
{
	struct bytes tbs = column_blob(rows->q, AT_TBS), result = column_blob(rows->q, AT_RESULT);
	bool good = record->has_result && record->state != LEDGER_SPOILED;
	SCOPED(error_free) struct error *why = NULL;

	if (!is_digest_of(rows, AT_RESULT, record->has_result, record->result)) {
		find_row(rows, RULE_LOG_BYTES, "what was signed is not what its event says");
		return;
	}
	if (!good)
		return;
	if (is_signed_x(record->kind) && !holds_journalled(result, tbs)) {
		find_row(rows, RULE_LOG_BYTES, "what was signed does not hold what was journalled");
		return;
	}
	if (rows->options->signature == NULL)
		return;
	why = error_new();
	if (rows->options->signature(rows->options->arg, record->kind, tbs, result, why) != RC_OK)
		find_row(rows, RULE_LOG_SIGNATURE, error_message(why));
}

/* Asked for once where the row before asked for the same. */
static void
check_named(const struct rows *rows, int column, struct last *last, const char *what)
{
	struct bytes digest = column_blob(rows->q, column);

	if (digest.n != 0 && bytes_equal(digest, BYTES(last->sha256, last->n)))
		return;
	document_needed(rows->replay, digest, what, column_int(rows->q, AT_ID));
	if (digest.n != SHA256_OCTETS)
		return;
	last->n = digest.n;
	memcpy(last->sha256, digest.p, digest.n);
}

/* The compiled role stands beside an origin; what has none came from no topology. */
static void
check_plan(struct rows *rows, const struct replay_record *record)
{
	if (column_blob(rows->q, AT_ENTRY_DIGEST).n != 0)
		check_named(rows, AT_ENTRY_DIGEST, &rows->entry, "what was planned for entry");
	if (record->has_origin)
		check_named(rows, AT_PROFILE_DIGEST, &rows->profile,
		    "the compiled role of entry");
}

static void
check_row(struct rows *rows)
{
	struct replay_record *record =
	    replay_record_find(rows->replay, column_int(rows->q, AT_ID));

	if (record == NULL) {
		find_row(rows, RULE_LOG_ROW, "no event speaks of it");
		return;
	}
	record->seen = true;
	check_history(rows, record);
	check_plan(rows, record);
	check_bytes(rows, record);
}

static enum rc_status
check_rows(struct ledger *ledger, struct rows *rows, struct error *err)
{
	SCOPED(query_end) struct query q = query_fresh(&ledger->db, SQL_VERIFY_ROWS);
	bool found = true;

	rows->q = &q;
	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		check_row(rows);
	}
}

static void
check_missing(struct replay *r)
{
	for (size_t i = 0; i < r->records.n; i++)
		if (!r->records.v[i].seen)
			replay_find(r, RULE_LOG_ROW, "entry %lld has events and no row",
			    (long long)r->records.v[i].id);
}

/* -- policies, custody, origins, birth -------------------------------------------------------- */

/* What a table has of the texts that events pinned, in their order. */
static enum rc_status
check_pinned(struct ledger *ledger, struct replay *r, enum sql sql,
    const struct replay_policy *told, size_t n, struct error *err)
{
	SCOPED(query_end) struct query q = query(&ledger->db, sql);
	bool is_policy = sql == SQL_VERIFY_POLICIES, found = false;
	size_t i = 0;

	for (;; i++) {
		TRY(query_row(&q, &found, err));
		if (!found && i == n)
			return RC_OK;
		if (!found || i == n || column_int(&q, 0) != told[i].seq ||
		    !is_digest(column_blob(&q, 1), true, told[i].sha256))
			break;
		document_needed(r, BYTES(told[i].sha256, SHA256_OCTETS), is_policy ?
		    "the policy of event" : "the configuration of event", told[i].seq);
	}
	replay_find(r, RULE_LOG_ROW, "the %s are not those of the events",
	    is_policy ? "pinned policies" : "configurations");
	return RC_OK;
}

static void
check_custody(struct replay *r)
{
	const struct replay_record *before = NULL;

	for (size_t i = 0; i < r->records.n; i++) {
		const struct replay_record *record = &r->records.v[i];

		if (!record->has_custody || (before != NULL &&
		    memcmp(before->custody, record->custody, SHA256_OCTETS) == 0))
			continue;
		before = record;
		document_needed(r, BYTES(record->custody, SHA256_OCTETS), "the custody of entry",
		    record->id);
	}
}

static void
check_origins(struct replay *r)
{
	for (size_t i = 0; i < r->origins.n; i++)
		document_needed(r, BYTES(r->origins.v[i].sha256, SHA256_OCTETS),
		    "the origin of entry", r->origins.v[i].id);
}

static enum rc_status
check_birth(struct ledger *ledger, struct replay *r, struct error *err)
{
	SCOPED(query_end) struct query q = query(&ledger->db, SQL_VERIFY_BIRTH);
	bool found = false;

	TRY(query_row(&q, &found, err));
	if (!found || !bytes_equal(column_blob(&q, 0), r->ca) ||
	    !bytes_equal(column_blob(&q, 1), r->custody) || column_int(&q, 2) != r->created)
		replay_find(r, RULE_LOG_ROW, "name, level or birth of the CA are not those of the "
		    "first event");
	return RC_OK;
}

enum rc_status
verify_rows(struct ledger *ledger, const struct ledger_verify_options *options,
    struct replay *r, struct error *err)
{
	struct rows rows = { .replay = r, .options = options };

	TRY(verify_documents(ledger, r, err));
	TRY(check_rows(ledger, &rows, err));
	check_missing(r);
	TRY(check_birth(ledger, r, err));
	TRY(check_pinned(ledger, r, SQL_VERIFY_POLICIES, r->policies.v, r->policies.n, err));
	if (ledger->version >= 3)
		TRY(check_pinned(ledger, r, SQL_VERIFY_CONFIGS, r->configs.v, r->configs.n, err));
	check_origins(r);
	check_custody(r);
	return RC_OK;
}
