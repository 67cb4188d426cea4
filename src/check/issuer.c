#include "check/issuer.h"

#include "x509/constraints.h"

/* One CA above one entry. */
struct above {
	const struct entry *entry;
	const struct cert *ca;
	size_t between;                  /* CAs between the two               */
	struct error *err;
	enum rc_status status;           /* of the first fault                */
};

static void
tell(struct above *a, enum rule rule, struct provenance why, const char *what, const char *verdict)
{
	struct place at = why.fact.source != NULL ? why.fact : why.rule;
	enum rc_status status = error_at(a->err, rule, at, "'%s' %s '%s'", what, verdict,
	    a->ca->subject_text);

	error_while(a->err, "asking whether '%s' may be certified", a->entry->id);
	if (a->status == RC_OK)
		a->status = status;
}

static bool
has_host_name(const struct entry *entry)
{
	for (size_t i = 0; i < entry->n_san; i++)
		if (entry->san[i].type == NAME_DNS)
			return true;
	return false;
}

static void
check_subject(struct above *a, struct bytes constraints)
{
	const struct entry *entry = a->entry;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	const char *verdict;

	if (dn_is_empty(&entry->subject))
		return;
	verdict = constraints_refuse_subject(constraints, &entry->subject,
	    !has_host_name(entry));
	if (verdict == NULL)
		return;
	dn_print(&entry->subject, &text);
	tell(a, RULE_ISSUER_NAME, entry->subject_why, buf_text(&text), verdict);
}

static void
check_names(struct above *a)
{
	const struct cert_ext *ext = cert_find_ext(a->ca, EXT_NAME_CONSTRAINTS);
	const struct entry *entry = a->entry;

	if (ext == NULL)
		return;
	check_subject(a, ext->der);
	for (size_t i = 0; i < entry->n_san; i++) {
		const char *verdict = constraints_refuse_name(ext->der, &entry->san[i]);
		struct provenance none = { .because = NULL };

		if (verdict != NULL)
			tell(a, RULE_ISSUER_NAME, entry->why != NULL ? entry->why[i] : none,
			    entry->san[i].value, verdict);
	}
}

#define OCSP_SIGNING "1.3.6.1.5.5.7.3.9"

static bool
allows(const struct cert_ext *usages, const char *oid)
{
	for (size_t i = 0; i < usages->value.u.oids.n; i++)
		if (strcmp(usages->value.u.oids.v[i], oid) == 0 ||
		    eku_is_any(usages->value.u.oids.v[i]))
			return true;
	return strcmp(oid, OCSP_SIGNING) == 0;
}

const char *
issuer_lacks_purpose(const struct cert *ca, const char *const *oids, size_t n)
{
	const struct cert_ext *usages = cert_find_ext(ca, EXT_EXTENDED_KEY_USAGE);

	for (size_t i = 0; usages != NULL && i < n; i++)
		if (!allows(usages, oids[i]))
			return oids[i];
	return NULL;
}

const char *
purpose_text(const char *oid)
{
	const char *word = eku_word(oid);

	return word != NULL ? word : oid;
}

static void
check_purposes(struct above *a)
{
	const char *oid = issuer_lacks_purpose(a->ca, a->entry->eku, a->entry->n_eku);

	if (oid != NULL)
		tell(a, RULE_ISSUER_PURPOSE, a->entry->subject_why, purpose_text(oid),
		    "is no purpose of the extended key usage of");
}

/* Every entry begins with basic constraints. */
static void
check_path(struct above *a)
{
	const struct cert_ext *ext = cert_find_ext(a->ca, EXT_BASIC_CONSTRAINTS);
	const struct ext_value *own = &a->entry->exts[0].value;
	int allowed = ext != NULL && ext->known ? ext->value.u.basic.path_len : -1;
	int below = own->u.basic.path_len > 0 ? own->u.basic.path_len : 0;

	if (!own->u.basic.ca || allowed < 0 || (int)a->between + 1 + below <= allowed)
		return;
	tell(a, RULE_CA_PATH_LENGTH, a->entry->subject_why, a->entry->id,
	    "is a CA's, and deeper than the path length allows of");
}

static enum rc_status
ask(struct above *a)
{
	check_names(a);
	check_purposes(a);
	check_path(a);
	return a->status;
}

enum rc_status
issuer_allows(const struct entry *entry, const struct cert *ca, const struct cert *chain,
    size_t n_chain, struct error *err)
{
	struct above first = { .entry = entry, .ca = ca, .err = err };
	enum rc_status status = ask(&first);

	for (size_t i = 0; i < n_chain; i++) {
		struct above next = { .entry = entry, .ca = &chain[i], .between = i + 1,
			.err = err };
		enum rc_status other = ask(&next);

		status = status != RC_OK ? status : other;
	}
	return status;
}
