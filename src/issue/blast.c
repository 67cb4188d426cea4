#include "issue/blast.h"

#include "check/judge.h"

struct looking {
	const struct plan *was, *now;
	struct judge_context context;
	struct arena *arena;             /* of what is found                 */
	struct blast *blast;
};

void
blast_clear(struct blast *blast)
{
	for (size_t i = 0; i < blast->n; i++)
		error_free(TAKE(blast->v[i].findings));
	blast->n = 0;
}

static bool
satisfied(const struct looking *l, const struct entry *entry, const struct cert *cert,
    struct error *findings)
{
	return entry != NULL && judge_entry(entry, cert, &l->context, findings);
}

static void
put_hit(const struct looking *l, const struct ledger_row *row, struct error *take)
{
	SCOPED(buf_clear) struct buf serial = BUF_INIT;

	buf_put_hex(&serial, row->serial);
	*VEC_PUSH(l->arena, l->blast) = (struct blast_hit){
		.serial = arena_strdup(l->arena, buf_text(&serial)),
		.entry = arena_strdup(l->arena, row->entry),
		.not_after = row->not_after, .findings = take,
	};
}

static void
judge(const struct looking *l, const struct ledger_row *row, const struct cert *cert)
{
	SCOPED(error_free) struct error *before = error_new();
	SCOPED(error_free) struct error *findings = error_new();
	const struct entry *entry = plan_find(l->now, row->entry);

	if (!satisfied(l, plan_find(l->was, row->entry), cert, before))
		return;
	l->blast->looked_at++;
	if (satisfied(l, entry, cert, findings))
		return;
	if (entry == NULL && error_fail(findings, RULE_ENTRY_GONE,
	    "the entry '%s' is planned no more", row->entry) != RC_OK)
		error_fix(findings, "revoke the certificate when the server has left service");
	put_hit(l, row, TAKE(findings));
}

static bool
concerns(const struct looking *l, const struct ledger_row *row)
{
	return row->entry != NULL && row->topology != NULL && row->signed_bytes.n != 0 &&
	    strcmp(row->topology, l->was->topology) == 0 &&
	    row->not_before <= l->context.now && row->not_after > l->context.now;
}

static enum rc_status
look(void *arg, const struct ledger_row *row, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct looking *l = arg;
	struct cert cert;

	if (!concerns(l, row))
		return RC_OK;
	TRY_WHILE(err, cert_read(row->signed_bytes, arena, &cert, err),
	    "reading certificate %lld of the record", (long long)row->id);
	judge(l, row, &cert);
	return RC_OK;
}

enum rc_status
blast_find(struct ledger *ledger, const struct plan *was, const struct plan *now, int64_t time,
    struct arena *arena, struct blast *ret, struct error *err)
{
	SCOPED(blast_clear) struct blast blast = { .v = NULL };
	struct looking looking = { .was = was, .now = now, .context.now = time,
		.arena = arena, .blast = &blast };
	struct ledger_filter filter = { .states = 1U << LEDGER_DONE,
		.kinds = 1U << LEDGER_CERTIFICATE };

	TRY(ledger_each(ledger, &filter, look, &looking, err));
	*ret = blast;
	blast = (struct blast){ .v = NULL };
	return RC_OK;
}
