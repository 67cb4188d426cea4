#include "check/crl_lint.h"

#include <inttypes.h>

struct lint {
	const struct crl *crl;
	const struct crl_lint_context *context;
};

static void
lint_issuer(const struct lint *lint, struct error *err)
{
	const struct crl_lint_context *c = lint->context;

	if (lint->crl->algorithm != c->algorithm)
		(void)error_fail(err, RULE_LINT_ALGORITHM,
		    "the list is to be signed otherwise than the CA signs");
	if (!bytes_equal(lint->crl->issuer, c->issuer->subject))
		(void)error_fail(err, RULE_LINT_ISSUER,
		    "the issuer of the list is not the subject of the CA");
	if (!bytes_equal(lint->crl->key_id, c->key_id))
		(void)error_fail(err, RULE_LINT_AKI, "the list names another key than the CA's");
}

/* RFC 5280 6.3.3 (f): without cRLSign no verifier takes the list. */
static void
lint_usage(const struct lint *lint, struct error *err)
{
	const struct cert *issuer = lint->context->issuer;
	const struct cert_ext *usage = cert_find_ext(issuer, EXT_KEY_USAGE);

	if (usage != NULL && (usage->value.u.key_usage & KU_CRL_SIGN) == 0)
		(void)error_fail(err, RULE_LINT_CRL_USAGE,
		    "the key usage of '%s' does not allow cRLSign", issuer->subject_text);
}

static void
lint_times(const struct lint *lint, struct error *err)
{
	const struct crl *crl = lint->crl;

	if (crl->next_update <= crl->this_update)
		(void)error_fail(err, RULE_LINT_CRL_TIMES, "the list ends before it begins");
	if (crl->this_update > lint->context->issuer->not_after)
		(void)error_fail(err, RULE_LINT_CRL_TIMES,
		    "the list begins after the CA's certificate has ended");
}

static uint64_t
number_of(struct bytes magnitude)
{
	uint64_t number = 0;

	if (magnitude.n > sizeof(number))
		return UINT64_MAX;
	for (size_t i = 0; i < magnitude.n; i++)
		number = number << 8 | magnitude.p[i];
	return number;
}

static void
lint_number(const struct lint *lint, struct error *err)
{
	uint64_t number = number_of(lint->crl->number);

	if (number <= lint->context->last_number)
		(void)error_fail(err, RULE_LINT_CRL_NUMBER,
		    "the number of the list: want above %" PRIu64 ", have %" PRIu64,
		    lint->context->last_number, number);
	if (number != lint->context->number)
		(void)error_fail(err, RULE_LINT_CRL_NUMBER,
		    "the number of the list is another than the one that is recorded");
	if (lint->crl->is_delta && number_of(lint->crl->base) >= number)
		(void)error_fail(err, RULE_LINT_CRL_NUMBER, "the base is not older than the delta");
}

static bool
points_fit(const struct lint *lint)
{
	struct bytes rest = lint->crl->points, uri;
	size_t i = 0;

	for (; crl_point_next(&rest, &uri); i++)
		if (i >= lint->context->n_points ||
		    !bytes_equal(uri, bytes_of_text(lint->context->points[i])))
			return false;
	return i == lint->context->n_points;
}

static void
lint_part(const struct lint *lint, struct error *err)
{
	const struct crl_lint_context *c = lint->context;

	if (lint->crl->is_part != (c->part != 0))
		(void)error_fail(err, RULE_LINT_CRL_PART, "the list is %s part, and should %s",
		    lint->crl->is_part ? "a" : "no", c->part != 0 ? "be one" : "not be one");
	else if (lint->crl->is_part && !points_fit(lint))
		(void)error_fail(err, RULE_LINT_CRL_PART,
		    "the distribution points of part %u are not those of its certificates",
		    c->part);
}

static void
lint_scope(const struct lint *lint, struct error *err)
{
	enum crl_scope want = lint->context->scope, have = lint->crl->scope;

	if (have != want)
		(void)error_fail(err, RULE_LINT_CRL_SCOPE,
		    "the list speaks of %s: want %s, as crl.only of ca.yaml has it",
		    crl_scope_word(have), crl_scope_word(want));
}

/* As numbers: shorter is less, since there are no leading zeros. */
static int
compare(struct bytes a, struct bytes b)
{
	if (a.n != b.n)
		return a.n < b.n ? -1 : 1;
	return a.n != 0 ? memcmp(a.p, b.p, a.n) : 0;
}

static const char *
entry_fault(const struct crl *crl, struct bytes before, const struct crl_entry *entry)
{
	if (compare(before, entry->serial) >= 0)
		return "stands behind one that is not less";
	if (entry->when > crl->this_update)
		return "is revoked later than now";
	if (entry->invalid > crl->this_update)
		return "is invalid since later than now";
	if (entry->reason == CRL_REMOVE_FROM_CRL && !crl->is_delta)
		return "is to be removed, and this is no delta";
	return NULL;
}

static bool
is_elsewhere(const struct crl_lint_context *c, struct bytes serial)
{
	return c->part != 0 && crl_part_of(serial, c->parts) != c->part;
}

static void
lint_entries(const struct lint *lint, struct error *err)
{
	struct bytes rest = lint->crl->entries, before = { .n = 0 };
	struct crl_entry entry;

	for (; crl_next(&rest, &entry); before = entry.serial) {
		SCOPED(buf_clear) struct buf serial = BUF_INIT;
		const char *fault = entry_fault(lint->crl, before, &entry);

		if (fault == NULL && !is_elsewhere(lint->context, entry.serial))
			continue;
		buf_put_hex(&serial, entry.serial);
		if (fault == NULL) {
			(void)error_fail(err, RULE_LINT_CRL_PART,
			    "serial number %s belongs to another part", buf_text(&serial));
			return;
		}
		(void)error_fail(err, RULE_LINT_CRL_ENTRY, "serial number %s %s",
		    buf_text(&serial), fault);
		return;
	}
}

enum rc_status
lint_crl(struct bytes tbs, const struct crl_lint_context *context, struct error *err)
{
	struct crl crl;
	struct lint lint = { .crl = &crl, .context = context };

	TRY(crl_read_tbs(tbs, &crl, err));
	lint_issuer(&lint, err);
	lint_usage(&lint, err);
	lint_times(&lint, err);
	lint_number(&lint, err);
	lint_part(&lint, err);
	lint_scope(&lint, err);
	lint_entries(&lint, err);
	return error_status(err);
}
