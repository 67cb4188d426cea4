#include "issue/crl_sign.h"

#include "issue/permit.h"

/* One list under way; the permit points into it. */
struct signing {
	struct home *home;
	struct permit_issuer issuer;
	struct crl_lint_context context;
	struct entry entry;
	struct permit *permit;
};

static void
signing_clear(struct signing *s)
{
	permit_free(s->permit);
}
DEFINE_SCOPED_VALUE(signing_clear, struct signing)

static enum rc_status
list_permit(struct signing *s, const struct crl_draft *list, struct error *err)
{
	const struct permit_draft draft = { .kind = LEDGER_CRL, .tbs = list->tbs,
		.key = s->home->key, .list = &s->context, .entry = &s->entry,
		.requester = list->requester, .not_before = list->this_update,
		.not_after = list->next_update };
	struct uri_list points = home_part_cdp(s->home, list->part);

	s->context = (struct crl_lint_context){ .algorithm = s->home->algorithm,
		.issuer = &s->home->certificate, .key_id = s->home->key_id,
		.number = list->number, .last_number = list->last_number,
		.part = list->part, .parts = list->parts,
		.scope = s->home->config.crl_only };
	if (list->part != 0) {
		s->context.points = points.v;
		s->context.n_points = points.n;
	}
	s->entry = (struct entry){ .id = list->entry, .role = "crl",
		.canonical = bytes_of_text(list->entry) };
	sha256(s->entry.canonical, s->entry.digest);
	sha256(bytes_of_text(s->entry.role), s->entry.profile_digest);
	return permit_make(&s->issuer, &draft, &s->permit, err);
}

enum rc_status
crl_sign(struct home *home, struct signer *signer,
    enum rc_status (*write)(void *arg, struct crl_draft *ret, struct error *err), void *arg,
    struct arena *arena, struct bytes *ret, int64_t *ret_id, struct error *err)
{
	SCOPED(signing_clear) struct signing s = { .home = home,
		.issuer = { .ledger = home->ledger, .signer = signer, .key = home->key,
		.algorithm = home->algorithm, .certificate = &home->certificate } };
	struct crl_draft list = { .requester = NULL };
	struct permit_result result;
	enum rc_status status;

	TRY(ledger_batch_begin(home->ledger, err));
	status = write(arg, &list, err);
	if (status == RC_OK)
		status = list_permit(&s, &list, err);
	TRY(ledger_batch_end(home->ledger, err));
	TRY(status);
	TRY(permit_spend(s.permit, arena, &result, err));
	*ret = result.der;
	*ret_id = permit_ledger_id(s.permit);
	return RC_OK;
}
