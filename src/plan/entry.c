#include "plan/build.h"

/* -- which extensions -------------------------------------------------------------- */

const char *
entry_ext_oid(const struct entry_ext *ext)
{
	return ext->id == EXT_OTHER ? ext->value.u.other.oid : ext_all[ext->id]->oid;
}

const char *
entry_ext_name(const struct entry_ext *ext)
{
	return ext->id == EXT_OTHER ? ext->value.u.other.oid : ext_all[ext->id]->name;
}

static struct entry_ext *
add_ext(struct entry *entry, enum ext_id id, enum ext_source from, bool critical)
{
	struct entry_ext *ext = &entry->exts[entry->n_exts++];

	*ext = (struct entry_ext){ .id = id, .critical = critical, .from = from,
		.value = { .id = id, .critical = critical } };
	return ext;
}

static const struct ext_value *
find_value(const struct making *m, enum ext_id id)
{
	for (size_t i = 0; i < m->n_values; i++)
		if (m->values[i].id == id)
			return &m->values[i];
	return NULL;
}

static void
add_value(struct entry *entry, const struct ext_value *value)
{
	if (value != NULL)
		add_ext(entry, value->id, EXT_FROM_ENTRY, value->critical)->value = *value;
}

/* What every entry has, or has when there is something to say. */
static void
add_common(struct entry *entry, const struct making *m)
{
	const struct ca_terms *terms = m->terms;
	struct entry_ext *ext;

	ext = add_ext(entry, EXT_BASIC_CONSTRAINTS, EXT_FROM_ENTRY, true);
	ext->value.u.basic.ca = m->role->ca;
	ext->value.u.basic.path_len = terms == NULL || terms->path_len == CA_PATH_OF_ROLE
	    ? m->role->path_len : terms->path_len;
	(void)add_ext(entry, EXT_KEY_USAGE, EXT_FROM_KEY, true);
	if (entry->n_eku != 0) {
		ext = add_ext(entry, EXT_EXTENDED_KEY_USAGE, EXT_FROM_ENTRY, false);
		ext->value.u.oids.v = entry->eku;
		ext->value.u.oids.n = entry->n_eku;
	}
	if (entry->n_san != 0) {
		ext = add_ext(entry, EXT_SUBJECT_ALT_NAME, EXT_FROM_ENTRY,
		    dn_is_empty(&entry->subject));
		ext->value.u.names.v = entry->san;
		ext->value.u.names.n = entry->n_san;
	}
	(void)add_ext(entry, EXT_SUBJECT_KEY_IDENTIFIER, EXT_FROM_KEY, false);
	if (!m->role->self_signed)
		(void)add_ext(entry, EXT_AUTHORITY_KEY_IDENTIFIER, EXT_FROM_CA, false);
}

/* RFC 9608: where there is no revocation there is no CRL; nor has a root an issuer. */
static void
add_issuer_places(struct entry *entry, const struct making *m)
{
	if (m->role->self_signed)
		return;
	if (find_value(m, EXT_NO_REV_AVAIL) == NULL)
		(void)add_ext(entry, EXT_CRL_DISTRIBUTION_POINTS, EXT_FROM_CA, false);
	(void)add_ext(entry, EXT_AUTHORITY_INFO_ACCESS, EXT_FROM_CA, false);
}

/* Those that the role does not set: of add_common(), and CRL places and access. */
enum { COMMON_EXTS = 8 };

/* In the order of emission.  Key usage waits for the kind of key. */
static void
entry_choose_exts(const struct making *m)
{
	struct entry *entry = m->entry;

	entry->exts = arena_alloc(m->builder->arena,
	    (COMMON_EXTS + m->n_values) * sizeof(*entry->exts));
	add_common(entry, m);
	add_value(entry, find_value(m, EXT_CERTIFICATE_POLICIES));
	add_value(entry, find_value(m, EXT_NAME_CONSTRAINTS));
	add_issuer_places(entry, m);
	for (size_t i = 0; i < m->n_values; i++)
		if (m->values[i].id >= (enum ext_id)EXT_PLACED)
			add_value(entry, &m->values[i]);
}

/* -- the canonical form ---------------------------------------------------------------- */

static void
put_words(const char *key, unsigned mask, unsigned bits, const char *(*word)(unsigned),
    struct buf *out)
{
	buf_puts(out, key);
	for (unsigned bit = 0; bit < bits; bit++)
		if ((mask & 1U << bit) != 0) {
			buf_putc(out, ' ');
			buf_puts(out, word(bit));
		}
	buf_putc(out, '\n');
}

static void
put_ext(const struct entry_ext *ext, struct buf *out)
{
	static const char *const from[] = { "", "from key", "from ca" };
	struct buf der = BUF_INIT;

	buf_printf(out, "extension %s %s ", entry_ext_oid(ext), ext->critical ? "critical" : "-");
	if (ext->from == EXT_FROM_ENTRY) {
		ext_encode(&ext->value, &der);
		buf_put_hex(out, buf_bytes(&der));
	} else
		buf_puts(out, from[ext->from]);
	buf_putc(out, '\n');
	buf_clear(&der);
}

/* The SAN's place in the order: behind basic constraints, key usage, and usages. */
static size_t
san_index(const struct entry *entry)
{
	return entry->n_eku != 0 ? 3 : 2;
}

static void
put_before_san(const struct entry *entry, struct buf *out)
{
	for (size_t i = 0; i < san_index(entry); i++)
		put_ext(&entry->exts[i], out);
}

static void
put_behind_san(const struct entry *entry, struct buf *out)
{
	for (size_t i = san_index(entry) + (entry->n_san != 0); i < entry->n_exts; i++)
		put_ext(&entry->exts[i], out);
	put_words("key-usage rsa", entry->key_usage_rsa, KU_BITS, key_usage_word, out);
	put_words("key-usage ec", entry->key_usage_ec, KU_BITS, key_usage_word, out);
	put_words("key", entry->key_algorithms, KEY_ALGORITHMS, key_algorithm_word, out);
	buf_printf(out, "exportable %s\nshared %s\nvalidity-days %u\n",
	    entry->exportable ? "yes" : "no", entry->shared ? "yes" : "no", entry->validity_days);
}

/* One fact a line; names and values cannot hold a line end. */
static void
put_head(const struct entry *entry, struct buf *out)
{
	struct buf der = BUF_INIT;

	buf_puts(out, "rolecert entry v1\nsubject ");
	dn_encode(&entry->subject, &der);
	buf_put_hex(out, buf_bytes(&der));
	buf_clear(&der);
	buf_puts(out, "\nsan-order ");
	buf_puts(out, san_order_word(entry->san_order));
	for (size_t i = 0; i < entry->n_san; i++) {
		buf_puts(out, "\nsan ");
		buf_puts(out, name_type_word(entry->san[i].type));
		buf_putc(out, ' ');
		buf_puts(out, entry->san[i].value);
	}
	buf_putc(out, '\n');
}

void
entry_put_canonical(const struct entry *entry, struct buf *out)
{
	if (entry->canonical.n != 0) {
		buf_put_bytes(out, entry->canonical);
		return;
	}
	put_head(entry, out);
	put_before_san(entry, out);
	if (entry->n_san != 0)
		put_ext(&entry->exts[san_index(entry)], out);
	put_behind_san(entry, out);
}

/* Lines that are the same for all entries of a role are written for the first of them. */
static void
put_kept(const struct making *m, struct bytes *kept,
    void (*put)(const struct entry *entry, struct buf *out), struct buf *out)
{
	size_t from = out->n;

	if (kept->n != 0) {
		buf_put_bytes(out, *kept);
		return;
	}
	put(m->entry, out);
	if (m->parts->eku.fixed && m->role->n_exts == 0 && m->role->validity == NULL)
		*kept = arena_bytes(m->builder->arena, BYTES(out->p + from, out->n - from));
}

void
entry_seal(struct making *m)
{
	struct buf *canonical = &m->builder->canonical;
	struct entry *entry = m->entry;

	entry_choose_exts(m);
	buf_cut(canonical, 0);
	put_head(entry, canonical);
	put_kept(m, &m->parts->before_san, put_before_san, canonical);
	if (entry->n_san != 0)
		put_ext(&entry->exts[san_index(entry)], canonical);
	put_kept(m, &m->parts->behind_san[entry->exportable], put_behind_san, canonical);
	sha256_put(m->builder->sha256, buf_bytes(canonical));
	sha256_next(m->builder->sha256, entry->digest);
}

/* -- for one key and one CA --------------------------------------------------------------- */

static bool
is_never_revoked(const struct entry *entry)
{
	for (size_t i = 0; i < entry->n_exts; i++)
		if (entry->exts[i].id == EXT_NO_REV_AVAIL)
			return true;
	return false;
}

/* False: there is nothing to say (no CDP, no AIA, no key usage). */
static bool
fill_value(const struct entry *entry, const struct entry_ca_facts *facts, struct ext_value *value)
{
	switch (value->id) {
	case EXT_KEY_USAGE:
		value->u.key_usage = facts->key_is_ec ? entry->key_usage_ec : entry->key_usage_rsa;
		return value->u.key_usage != 0;
	case EXT_SUBJECT_KEY_IDENTIFIER:
		value->u.key_id = facts->subject_key_id;
		return true;
	case EXT_AUTHORITY_KEY_IDENTIFIER:
		value->u.key_id = facts->issuer_key_id;
		return facts->issuer_key_id.n != 0;
	case EXT_CRL_DISTRIBUTION_POINTS:
		value->u.uris.v = facts->cdp;
		value->u.uris.n = facts->n_cdp;
		return facts->n_cdp != 0;
	case EXT_AUTHORITY_INFO_ACCESS:
		value->u.aia.ocsp = facts->ocsp;
		value->u.aia.n_ocsp = is_never_revoked(entry) ? 0 : facts->n_ocsp;
		value->u.aia.issuers = facts->ca_issuers;
		value->u.aia.n_issuers = facts->n_ca_issuers;
		return value->u.aia.n_ocsp + facts->n_ca_issuers != 0;
	default:
		return true;
	}
}

void
entry_extensions(const struct entry *entry, const struct entry_ca_facts *facts, struct buf *out)
{
	for (size_t i = 0; i < entry->n_exts; i++) {
		struct ext_value value = entry->exts[i].value;

		if (fill_value(entry, facts, &value))
			ext_put(&value, out);
	}
}
