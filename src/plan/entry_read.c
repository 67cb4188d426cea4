#include "plan/entry_read.h"

#include <stdlib.h>

#include "crypto/digest.h"

enum { EXTS_MAX = 64, SANS_MAX = 65536 };

struct reading {
	struct arena *arena;
	const struct cert *cert;
	struct entry entry;
	VEC(struct entry_ext) exts;
	VEC(struct general_name) san;
};

/* The next word of *s, cut off with its blank. */
static char *
word_cut(char **s)
{
	char *word = *s, *blank = strchr(word, ' ');

	*s = blank != NULL ? blank + 1 : word + strlen(word);
	if (blank != NULL)
		*blank = '\0';
	return word;
}

static bool
pass_over(struct reading *r, char *rest)
{
	(void)r;
	(void)rest;
	return true;
}

static bool
san_order_read(struct reading *r, char *rest)
{
	for (unsigned i = 0; i < SAN_ORDERS; i++)
		if (strcmp(san_order_words[i], rest) == 0) {
			r->entry.san_order = i;
			return true;
		}
	return false;
}

static bool
san_read(struct reading *r, char *rest)
{
	enum name_type type = name_type_find(word_cut(&rest));
	struct general_name *name;

	if (type == NAME_TYPES || r->san.n == SANS_MAX)
		return false;
	name = VEC_PUSH(r->arena, &r->san);
	name->type = type;
	name->value = rest;
	return true;
}

static const struct cert_ext *
ext_find(const struct cert *cert, const char *oid)
{
	for (size_t i = 0; i < cert->n_exts; i++)
		if (strcmp(cert->exts[i].oid, oid) == 0)
			return &cert->exts[i];
	return NULL;
}

static bool
value_read(struct reading *r, const char *oid, struct entry_ext *ext)
{
	const struct cert_ext *seen = ext_find(r->cert, oid);

	if (seen == NULL || (ext->id != EXT_OTHER && !seen->known))
		return false;
	if (ext->id == EXT_OTHER)
		ext->value = (struct ext_value){ .u.other = { .oid = oid, .der = seen->der } };
	else
		ext->value = seen->value;
	if (ext->id == EXT_EXTENDED_KEY_USAGE) {
		r->entry.eku = seen->value.u.oids.v;
		r->entry.n_eku = seen->value.u.oids.n;
	}
	return true;
}

/* "OID critical|- HEX", "... from key", "... from ca" */
static bool
extension_read(struct reading *r, char *rest)
{
	const char *oid = word_cut(&rest);
	bool critical = strcmp(word_cut(&rest), "critical") == 0;
	const struct ext_class *class = ext_by_oid(oid);
	struct entry_ext *ext;

	if (r->exts.n == EXTS_MAX)
		return false;
	ext = VEC_PUSH(r->arena, &r->exts);
	*ext = (struct entry_ext){ .id = class != NULL ? class->id : EXT_OTHER,
		.critical = critical };
	if (strcmp(rest, "from key") == 0)
		ext->from = EXT_FROM_KEY;
	else if (strcmp(rest, "from ca") == 0)
		ext->from = EXT_FROM_CA;
	else if (!value_read(r, oid, ext))
		return false;
	ext->value.id = ext->id;
	ext->value.critical = critical;
	return true;
}

static bool
key_usage_read(struct reading *r, char *rest)
{
	bool ec = strcmp(word_cut(&rest), "ec") == 0;
	unsigned *mask = ec ? &r->entry.key_usage_ec : &r->entry.key_usage_rsa;

	while (*rest != '\0')
		*mask |= key_usage_find(word_cut(&rest));
	return true;
}

static bool
key_read(struct reading *r, char *rest)
{
	while (*rest != '\0')
		r->entry.key_algorithms |= key_algorithm_find(word_cut(&rest));
	return true;
}

static bool
exportable_read(struct reading *r, char *rest)
{
	r->entry.exportable = strcmp(rest, "yes") == 0;
	return true;
}

static bool
shared_read(struct reading *r, char *rest)
{
	r->entry.shared = strcmp(rest, "yes") == 0;
	return true;
}

static bool
days_read(struct reading *r, char *rest)
{
	r->entry.validity_days = (unsigned)strtoul(rest, NULL, 10);
	return true;
}

static const struct {
	const char *word;
	bool (*read)(struct reading *r, char *rest);
} lines[] = {
	{ "rolecert", pass_over }, { "subject", pass_over }, { "san-order", san_order_read },
	{ "san", san_read }, { "extension", extension_read }, { "key-usage", key_usage_read },
	{ "key", key_read }, { "exportable", exportable_read }, { "shared", shared_read },
	{ "validity-days", days_read },
};

static bool
line_read(struct reading *r, char *line)
{
	const char *word = word_cut(&line);

	for (size_t i = 0; i < ARRAY_LEN(lines); i++)
		if (strcmp(lines[i].word, word) == 0)
			return lines[i].read(r, line);
	return false;
}

static bool
text_read(struct reading *r, char *text)
{
	while (*text != '\0') {
		char *end = strchr(text, '\n');

		if (end == NULL)
			return false;
		*end = '\0';
		if (!line_read(r, text))
			return false;
		text = end + 1;
	}
	return true;
}

/* The names that the text lists are those of the bytes. */
static bool
has_same_names(const struct entry *entry, const struct cert *cert)
{
	const struct cert_ext *san = cert_find_ext(cert, EXT_SUBJECT_ALT_NAME);

	if (entry->n_san != (san != NULL ? san->value.u.names.n : 0))
		return false;
	for (size_t i = 0; i < entry->n_san; i++)
		if (!general_name_equal(&entry->san[i], &san->value.u.names.v[i]))
			return false;
	return true;
}

/* Whatever was passed over, misread or added shows here.  Its writer counts on the place
 * of the SAN (entry.c). */
static bool
is_same(const struct entry *entry, struct bytes canonical)
{
	SCOPED(buf_clear) struct buf again = BUF_INIT;

	if (entry->n_exts < 2u + (entry->n_eku != 0) + (entry->n_san != 0))
		return false;
	entry_put_canonical(entry, &again);
	return bytes_equal(buf_bytes(&again), canonical);
}

enum rc_status
entry_read(struct bytes canonical, const struct cert *cert, struct arena *arena,
    struct entry *ret, struct error *err)
{
	struct reading r = { .arena = arena, .cert = cert,
		.entry = { .subject = cert->subject_dn } };
	bool good = canonical.n != 0 && memchr(canonical.p, '\0', canonical.n) == NULL &&
	    text_read(&r, arena_strndup(arena, (const char *)canonical.p, canonical.n));

	r.entry.exts = r.exts.v;
	r.entry.n_exts = r.exts.n;
	r.entry.san = r.san.v;
	r.entry.n_san = r.san.n;
	if (!good || !has_same_names(&r.entry, cert) || !is_same(&r.entry, canonical))
		return error_fail(err, RULE_APPROVAL_RECORD,
		    "the entry on record is not that of the bytes to be signed");
	sha256(canonical, r.entry.digest);
	*ret = r.entry;
	return RC_OK;
}
