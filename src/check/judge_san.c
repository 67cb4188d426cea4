#include "check/judge_parts.h"

/* The names of the certificate and of the entry. */
struct names {
	const struct general_name *v;
	size_t n;
};

static bool
holds(struct names names, const struct general_name *name)
{
	for (size_t i = 0; i < names.n; i++)
		if (general_name_equal(&names.v[i], name))
			return true;
	return false;
}

static void
put_names(struct names names, struct buf *out)
{
	for (size_t i = 0; i < names.n; i++)
		buf_printf(out, "%s%s", i != 0 ? ", " : "", names.v[i].value);
}

static void
want_have(struct names want, struct names have, struct error *findings)
{
	SCOPED(buf_clear) struct buf a = BUF_INIT;
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	put_names(want, &a);
	put_names(have, &b);
	error_want(findings, a.n != 0 ? buf_text(&a) : "none", b.n != 0 ? buf_text(&b) : "none");
}

static struct names
names_of(const struct cert *cert)
{
	const struct cert_ext *ext = cert_find_ext(cert, EXT_SUBJECT_ALT_NAME);

	if (ext == NULL)
		return (struct names){ .n = 0 };
	return (struct names){ .v = ext->value.u.names.v, .n = ext->value.u.names.n };
}

size_t
judge_kinship(const struct entry *entry, const struct cert *cert)
{
	const char *want = entry->subject.attr[DN_CN], *have = cert->subject_dn.attr[DN_CN];
	struct names names = names_of(cert);
	size_t shared = want != NULL && have != NULL && fqdn_equal(want, have) ? 1 : 0;

	for (size_t i = 0; i < entry->n_san; i++)
		shared += holds(names, &entry->san[i]) ? 1 : 0;
	return shared;
}

/* "the subject name must be repeated among the alternative names" */
static const char *
because(const struct entry *entry, size_t i)
{
	return entry->why != NULL ? entry->why[i].because : NULL;
}

static bool
judge_missing(const struct entry *entry, struct names want, struct names have,
    struct error *findings)
{
	bool all = true;

	for (size_t i = 0; i < want.n; i++) {
		if (holds(have, &want.v[i]))
			continue;
		all = false;
		(void)error_fail(findings, RULE_CHECK_SAN_MISSING,
		    "the alternative names lack %s '%s'%s%s", name_type_word(want.v[i].type),
		    want.v[i].value, because(entry, i) != NULL ? ": " : "",
		    because(entry, i) != NULL ? because(entry, i) : "");
		want_have(want, have, findings);
	}
	return all;
}

/* An entry without names says nothing against the subject's own name. */
static bool
repeats_subject(const struct entry *entry, const struct general_name *name)
{
	const char *cn = entry->subject.attr[DN_CN];

	return entry->n_san == 0 && cn != NULL && name->type == NAME_DNS &&
	    fqdn_equal(name->value, cn);
}

static void
judge_extra(const struct entry *entry, struct names want, struct names have,
    struct error *findings)
{
	bool closed = entry->san_order == SAN_EXACT || entry->san_order == SAN_SET;

	for (size_t i = 0; i < have.n; i++) {
		const struct general_name *name = &have.v[i];

		if (holds(want, name))
			continue;
		if (!closed || repeats_subject(entry, name)) {
			error_note(findings, RULE_CHECK_SAN_EXTRA, NOWHERE,
			    "the alternative names hold '%s' beside the planned ones", name->value);
			continue;
		}
		(void)error_fail(findings, RULE_CHECK_SAN_EXTRA,
		    "the alternative names hold %s '%s', which is not planned",
		    name_type_word(name->type), name->value);
		want_have(want, have, findings);
	}
}

/* No verifier minds, and nobody wrote it on purpose. */
static void
judge_twice(struct names have, struct error *findings)
{
	for (size_t i = 1; i < have.n; i++)
		if (holds((struct names){ .v = have.v, .n = i }, &have.v[i]))
			error_warn(findings, RULE_CHECK_SAN_EXTRA, NOWHERE,
			    "the alternative names hold '%s' twice", have.v[i].value);
}

/* Do the wanted names come in their order, others between them? */
static bool
is_in_order(struct names want, struct names have)
{
	size_t found = 0;

	for (size_t i = 0; i < have.n && found < want.n; i++)
		if (general_name_equal(&have.v[i], &want.v[found]))
			found++;
	return found == want.n;
}

/* Is have, as far as want goes, the same? */
static bool
begins_with(struct names want, struct names have)
{
	if (have.n < want.n)
		return false;
	for (size_t i = 0; i < want.n; i++)
		if (!general_name_equal(&have.v[i], &want.v[i]))
			return false;
	return true;
}

static bool
any_order(struct names want, struct names have)
{
	(void)want;
	(void)have;
	return true;
}

void
judge_san(const struct judge *judge, struct error *findings)
{
	/* Names beyond an exact list are told by themselves; what is left is their order. */
	static bool (*const ordered[])(struct names, struct names) = {
		[SAN_EXACT] = is_in_order, [SAN_PREFIX] = begins_with,
		[SAN_SUPERSET] = is_in_order, [SAN_SET] = any_order,
	};
	const struct entry *entry = judge->entry;
	struct names want = { .v = entry->san, .n = entry->n_san };
	struct names have = names_of(judge->cert);

	if (judge_missing(entry, want, have, findings) && !ordered[entry->san_order](want, have)) {
		(void)error_fail(findings, RULE_CHECK_SAN_ORDER,
		    "the alternative names are not in the planned order");
		want_have(want, have, findings);
	}
	judge_extra(entry, want, have, findings);
	judge_twice(have, findings);
}
