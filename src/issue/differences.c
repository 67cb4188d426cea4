#include "issue/differences.h"

#include <stdarg.h>
#include <strings.h>

void
sentence_add(struct sentences *out, const char *fmt, ...)
{
	struct buf text = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&text, fmt, ap);
	va_end(ap);
	*VEC_PUSH(out->arena, &out->list) = arena_strdup(out->arena, buf_text(&text));
	buf_clear(&text);
}

static bool
attr_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return a == b;
	return strcasecmp(a, b) == 0;
}

static void
subject_compare(const struct csr *csr, const struct entry *entry, struct sentences *out)
{
	SCOPED(error_free) struct error *quiet = error_new();
	struct buf planned = BUF_INIT;
	struct dn asked = { .attr = { NULL } };
	bool same = dn_parse(csr->subject, out->arena, &asked, quiet) == RC_OK;

	for (size_t i = 0; i < DN_ATTRS; i++)
		same = same && attr_equal(asked.attr[i], entry->subject.attr[i]);
	dn_print(&entry->subject, &planned);
	if (!same && csr->subject[0] != '\0')
		sentence_add(out, "the request asks for the subject '%s'; the plan says '%s'",
		    csr->subject, buf_text(&planned));
	buf_clear(&planned);
}

static bool
name_is(const struct csr_name *asked, const struct general_name *planned)
{
	struct general_name name = { .type = name_type_find(asked->type), .value = asked->text };

	return name.type != NAME_TYPES && general_name_equal(&name, planned);
}

static void
names_compare(const struct csr *csr, const struct entry *entry, struct sentences *out)
{
	size_t before = out->list.n;
	bool ordered = true;

	for (size_t i = 0; i < csr->n_names; i++) {
		bool found = false;

		for (size_t k = 0; k < entry->n_san && !found; k++)
			found = name_is(&csr->names[i], &entry->san[k]);
		ordered = ordered && i < entry->n_san && name_is(&csr->names[i], &entry->san[i]);
		if (!found)
			sentence_add(out,
			    "the request asks for the name %s:%s, which is not planned",
			    csr->names[i].type, csr->names[i].text);
	}
	for (size_t k = 0; csr->n_names > 0 && k < entry->n_san; k++) {
		bool found = false;

		for (size_t i = 0; i < csr->n_names && !found; i++)
			found = name_is(&csr->names[i], &entry->san[k]);
		if (!found)
			sentence_add(out, "the request does not ask for the planned name %s:%s",
			    name_type_word(entry->san[k].type), entry->san[k].value);
	}
	if (out->list.n == before && !ordered)
		sentence_add(out, "the request asks for the planned names in another order");
}

static bool
oid_among(const char *oid, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(oid, list[i]) == 0)
			return true;
	return false;
}

static const char *
usage_text(const char *oid)
{
	return eku_word(oid) != NULL ? eku_word(oid) : oid;
}

static void
usages_compare(const struct csr *csr, const struct entry *entry, struct sentences *out)
{
	unsigned planned = pubkey_is_ec(csr->key) ? entry->key_usage_ec : entry->key_usage_rsa;

	for (size_t i = 0; i < csr->n_ekus; i++)
		if (!oid_among(csr->ekus[i], entry->eku, entry->n_eku))
			sentence_add(out, "the request asks for the extended key usage %s, "
			    "which is not planned", usage_text(csr->ekus[i]));
	for (size_t i = 0; csr->n_ekus > 0 && i < entry->n_eku; i++)
		if (!oid_among(entry->eku[i], csr->ekus, csr->n_ekus))
			sentence_add(out, "the request does not ask for the planned extended key "
			    "usage %s", usage_text(entry->eku[i]));
	for (unsigned bit = 0; csr->has_key_usage && bit < KU_BITS; bit++)
		if (((csr->key_usage ^ planned) >> bit & 1) != 0)
			sentence_add(out, "the request %s the key usage %s, which is %splanned",
			    (csr->key_usage >> bit & 1) != 0 ? "asks for" : "does not ask for",
			    key_usage_word(bit), (planned >> bit & 1) != 0 ? "" : "not ");
}

static void
others_compare(const struct csr *csr, struct sentences *out)
{
	for (size_t i = 0; i < csr->n_others; i++) {
		const struct ext_class *class = ext_by_oid(csr->others[i]);

		if (class != NULL && (class->id == EXT_SUBJECT_KEY_IDENTIFIER ||
		    class->id == EXT_AUTHORITY_KEY_IDENTIFIER))
			continue;
		sentence_add(out, "the request brings the extension %s along; the plan's stand",
		    class != NULL ? class->name : csr->others[i]);
	}
}

void
differences_find(const struct csr *csr, const struct entry *entry, struct sentences *out)
{
	subject_compare(csr, entry, out);
	names_compare(csr, entry, out);
	usages_compare(csr, entry, out);
	others_compare(csr, out);
}
