#include "api/api.h"

#include <stdlib.h>

#include "evidence/bundle.h"

struct rc_bundle {
	struct arena *arena;
	struct bundle bundle;
};

static enum rc_status
verify(struct bytes tar, struct bytes issuers, struct bytes known, struct arena *arena,
    struct bundle *ret, struct error *findings, struct error *err)
{
	struct audit_known kept = { .file = known, .name = "the checkpoint that was kept" };
	struct bundle_terms terms = { .known = known.n != 0 ? &kept : NULL };
	struct cert *trusted;

	if (issuers.n != 0) {
		TRY_WHILE(err, cert_read_chain(issuers, arena, &trusted, &terms.n_issuers, err),
		    "reading the trusted issuers");
		terms.issuers = trusted;
	}
	return bundle_verify(tar, &terms, arena, ret, findings, err);
}

enum rc_status
rc_bundle_verify(struct bytes tar, struct bytes issuers, struct bytes known,
    struct rc_bundle **ret, struct rc_error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	struct rc_bundle *b = mem_alloc(sizeof(*b));
	size_t before = error_count(err->err);
	enum rc_status st;

	*b = (struct rc_bundle){ .arena = arena_new() };
	st = verify(tar, issuers, known, b->arena, &b->bundle, err->err, why);
	if (st != RC_OK) {
		(void)error_fail(err->err, error_rule(why), "%s", error_message(why));
		rc_bundle_free(b);
		return st;
	}
	*ret = b;
	return error_count(err->err) == before ? RC_OK : RC_NO;
}

void
rc_bundle_free(struct rc_bundle *bundle)
{
	if (bundle == NULL)
		return;
	arena_free(bundle->arena);
	free(bundle);
}

const char *
rc_bundle_ca(const struct rc_bundle *bundle)
{
	return bundle->bundle.ca;
}

size_t
rc_bundle_count(const struct rc_bundle *bundle)
{
	return bundle->bundle.n_entries;
}

const char *
rc_bundle_entry(const struct rc_bundle *bundle, size_t i)
{
	return i < bundle->bundle.n_entries ? bundle->bundle.entries[i].entry : NULL;
}

const char *
rc_bundle_serial(const struct rc_bundle *bundle, size_t i)
{
	return i < bundle->bundle.n_entries ? bundle->bundle.entries[i].serial : NULL;
}

const char *
rc_bundle_state(const struct rc_bundle *bundle, size_t i)
{
	return i < bundle->bundle.n_entries ? ledger_state_word(bundle->bundle.entries[i].state)
	    : NULL;
}

const char *
rc_bundle_subject(const struct rc_bundle *bundle, size_t i)
{
	return i < bundle->bundle.n_entries ? bundle->bundle.entries[i].subject : NULL;
}
