#include "issue/crl_sign.h"

#include "issue/permit.h"

enum rc_status
crl_sign(struct home *home, struct signer *signer, const struct crl_draft *list,
    struct arena *arena, struct bytes *ret, int64_t *ret_id, struct error *err)
{
	SCOPED(permit_free) struct permit *permit = NULL;
	const struct permit_issuer issuer = { .ledger = home->ledger, .signer = signer,
		.key = home->key, .algorithm = home->algorithm,
		.certificate = &home->certificate };
	const struct crl_lint_context context = { .algorithm = home->algorithm,
		.issuer = &home->certificate, .key_id = home->key_id, .number = list->number,
		.last_number = list->last_number };
	struct entry entry = { .id = list->entry, .role = "crl",
		.canonical = bytes_of_text(list->entry) };
	const struct permit_draft draft = { .kind = LEDGER_CRL, .tbs = list->tbs,
		.key = home->key, .list = &context, .entry = &entry,
		.requester = list->requester, .not_before = list->this_update,
		.not_after = list->next_update };
	struct permit_result result;

	sha256(entry.canonical, entry.digest);
	sha256(bytes_of_text(entry.role), entry.profile_digest);
	TRY(permit_make(&issuer, &draft, &permit, err));
	TRY(permit_spend(permit, arena, &result, err));
	*ret = result.der;
	*ret_id = permit_ledger_id(permit);
	return RC_OK;
}
