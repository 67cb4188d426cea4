/*
 * A configuration for `openssl req`, and in a section of its own for `openssl x509
 * -req -extfile`: what the requester asks for, and what a CA puts in.  Extensions
 * that people read are written in OpenSSL's own words, each other one by its OID and
 * its DER: either way the bytes are those of the entry.
 *
 * In double quotes, config(5) takes every character as it is but the quote and the
 * backslash, which a backslash keeps; "$" and "#" mean nothing there.
 */
#include "plan/emit.h"

static void
put_quoted(const char *text, struct buf *out)
{
	buf_putc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

static void
put_head(const struct entry *entry, const struct emit_facts *facts, struct buf *out)
{
	buf_printf(out, "# The certificate request of %s:\n"
	    "#     openssl req -new -config %s.cnf -newkey %s%s \\\n"
	    "#         -keyout %s.key -out %s.req\n", entry->id, facts->stem,
	    emit_key_of(facts->key)->openssl,
	    dn_is_empty(&entry->subject) ? " -subj /" : "", facts->stem, facts->stem);
	buf_puts(out, "# The key's file is enciphered unless -nodes is added.\n");
	if (entry->shared)
		buf_puts(out, "# All servers of this entry use one key: keep it on a token that "
		    "each of them reaches.\n");
	buf_puts(out, "[req]\nprompt = no\nutf8 = yes\nstring_mask = utf8only\n"
	    "default_md = sha256\ndistinguished_name = subject\n"
	    "req_extensions = extensions\n\n[subject]\n");
	for (unsigned i = 0; i < DN_ATTRS; i++)
		if (entry->subject.attr[i] != NULL) {
			buf_printf(out, "%s = ", dn_attr_word((enum dn_attr)i));
			put_quoted(entry->subject.attr[i], out);
			buf_putc(out, '\n');
		}
}

static void
put_basic_constraints(const struct ext_value *value, struct buf *out)
{
	buf_puts(out, value->u.basic.ca ? "CA:TRUE" : "CA:FALSE");
	if (value->u.basic.ca && value->u.basic.path_len >= 0)
		buf_printf(out, ", pathlen:%d", value->u.basic.path_len);
}

static void
put_key_usage(unsigned usage, struct buf *out)
{
	const char *between = "";

	for (unsigned bit = 0; bit < KU_BITS; bit++)
		if ((usage & 1U << bit) != 0) {
			buf_printf(out, "%s%s", between, key_usage_word(bit));
			between = ", ";
		}
}

static void
put_ekus(const struct ext_value *value, struct buf *out)
{
	for (size_t i = 0; i < value->u.oids.n; i++)
		buf_printf(out, "%s%s", i != 0 ? ", " : "", value->u.oids.v[i]);
}

/* Types of name that OpenSSL has a word for, in a section of names. */
static const char *const san_words[] = {
	[NAME_DNS] = "DNS", [NAME_IP] = "IP", [NAME_EMAIL] = "email", [NAME_URI] = "URI",
};

static bool
has_word(const struct general_name *name)
{
	return name->type < ARRAY_LEN(san_words) && san_words[name->type] != NULL;
}

static bool
all_have_words(const struct entry *entry)
{
	for (size_t i = 0; i < entry->n_san; i++)
		if (!has_word(&entry->san[i]))
			return false;
	return true;
}

static void
put_der(const struct entry_ext *ext, struct buf *out)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	ext_encode(&ext->value, &der);
	buf_puts(out, "DER:");
	buf_put_hex(out, buf_bytes(&der));
}

static void
put_value(const struct entry *entry, const struct entry_ext *ext, unsigned usage, struct buf *out)
{
	if (ext->id == EXT_BASIC_CONSTRAINTS)
		put_basic_constraints(&ext->value, out);
	else if (ext->id == EXT_KEY_USAGE)
		put_key_usage(usage, out);
	else if (ext->id == EXT_EXTENDED_KEY_USAGE)
		put_ekus(&ext->value, out);
	else if (ext->id == EXT_SUBJECT_ALT_NAME && all_have_words(entry))
		buf_puts(out, "@names");
	else
		put_der(ext, out);
}

/* What waits for the CA or the key's bytes is not the requester's to ask for. */
static bool
is_asked_for(const struct entry_ext *ext, unsigned usage)
{
	return ext->id == EXT_KEY_USAGE ? usage != 0 : ext->from == EXT_FROM_ENTRY;
}

static const char *
key_of(const struct entry_ext *ext)
{
	switch (ext->id) {
	case EXT_BASIC_CONSTRAINTS:
	case EXT_KEY_USAGE:
	case EXT_EXTENDED_KEY_USAGE:
	case EXT_SUBJECT_ALT_NAME:
		return entry_ext_name(ext);
	default:
		return entry_ext_oid(ext);
	}
}

static void
put_names(const struct entry *entry, struct buf *out)
{
	if (entry->n_san == 0 || !all_have_words(entry))
		return;
	buf_puts(out, "\n[names]\n");
	for (size_t i = 0; i < entry->n_san; i++) {
		buf_printf(out, "%s.%zu = ", san_words[entry->san[i].type], i + 1);
		put_quoted(entry->san[i].value, out);
		buf_putc(out, '\n');
	}
}

static void
put_extension(const struct entry *entry, const struct entry_ext *ext, unsigned usage,
    struct buf *out)
{
	buf_printf(out, "%s = %s", key_of(ext), ext->critical ? "critical, " : "");
	put_value(entry, ext, usage, out);
	buf_putc(out, '\n');
}

static void
put_request(const struct entry *entry, unsigned usage, struct buf *out)
{
	buf_puts(out, "\n[extensions]\n");
	for (size_t i = 0; i < entry->n_exts; i++)
		if (is_asked_for(&entry->exts[i], usage))
			put_extension(entry, &entry->exts[i], usage, out);
}

/* Where CRLs are and who answers about certificates is the CA's own to say. */
static void
put_certificate(const struct entry *entry, const char *stem, unsigned usage, struct buf *out)
{
	buf_printf(out, "\n# What a CA puts into the certificate, beside where its CRLs are:\n"
	    "#     openssl x509 -req -in %s.req -CA ca.pem -CAkey ca.key -days %u \\\n"
	    "#         -extfile %s.cnf -extensions certificate\n[certificate]\n", stem,
	    entry->validity_days, stem);
	for (size_t i = 0; i < entry->n_exts; i++) {
		const struct entry_ext *ext = &entry->exts[i];

		if (ext->id == EXT_SUBJECT_KEY_IDENTIFIER)
			buf_puts(out, "subjectKeyIdentifier = hash\n");
		else if (ext->id == EXT_AUTHORITY_KEY_IDENTIFIER)
			buf_puts(out, "authorityKeyIdentifier = keyid\n");
		else if (is_asked_for(ext, usage))
			put_extension(entry, ext, usage, out);
	}
}

enum rc_status
emit_openssl(const struct entry *entry, const struct emit_facts *facts, struct buf *out,
    struct error *err)
{
	unsigned usage = emit_key_of(facts->key)->rsa ? entry->key_usage_rsa : entry->key_usage_ec;

	(void)err;
	put_head(entry, facts, out);
	put_request(entry, usage, out);
	put_certificate(entry, facts->stem, usage, out);
	put_names(entry, out);
	return RC_OK;
}
