/*
 * An INF for `certreq -new`.  Three readers take it apart, and each has its quotes:
 *
 *      the INF           a value in "..." doubles its quotes, and % begins %string%
 *      X.500 names       a value with , + = " # ; < > or outer blanks in "...",
 *                        quotes doubled (CertStrToName)
 *      {text} names      type=value parts, & between them: a name that holds an &
 *                        cannot be said, and then all go as base64 of the DER
 *
 * What certreq has keys of its own for is said by these (subject, key usage, extended
 * key usage); each other extension that the entry holds goes as OID = "{hex}...", its
 * octets as they will be issued.
 */
#include "crypto/base64.h"
#include "plan/emit_parts.h"

#define EOL "\r\n"

static void
put_quoted(const char *text, struct buf *out)
{
	buf_putc(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '%')
			buf_putc(out, *text);
		buf_putc(out, *text);
	}
	buf_putc(out, '"');
}

static bool
needs_x500_quotes(const char *value)
{
	size_t n = strlen(value);

	return n == 0 || value[0] == ' ' || value[n - 1] == ' ' ||
	    strpbrk(value, ",+=\"#;<>") != NULL;
}

static void
put_x500(const char *value, struct buf *out)
{
	bool quotes = needs_x500_quotes(value);

	buf_puts(out, quotes ? "\"" : "");
	for (; *value != '\0'; value++) {
		if (*value == '"')
			buf_putc(out, '"');
		buf_putc(out, *value);
	}
	buf_puts(out, quotes ? "\"" : "");
}

/* Windows calls ST by the letter S. */
static void
put_subject(const struct dn *subject, struct buf *out)
{
	SCOPED(buf_clear) struct buf name = BUF_INIT;

	for (unsigned i = DN_ATTRS; i-- > 0;) {
		if (subject->attr[i] == NULL)
			continue;
		buf_printf(&name, "%s%s=", name.n != 0 ? ", " : "",
		    i == DN_ST ? "S" : dn_attr_word((enum dn_attr)i));
		put_x500(subject->attr[i], &name);
	}
	buf_puts(out, "Subject = ");
	put_quoted(buf_text(&name), out);
	buf_puts(out, EOL);
}

/* KeyUsage is the first octet of the BIT STRING, the second above it. */
static unsigned
usage_bits(unsigned usage)
{
	unsigned bits = 0;

	for (unsigned bit = 0; bit < KU_BITS; bit++)
		if ((usage & 1U << bit) != 0)
			bits |= bit < 8 ? 0x80U >> bit : 0x8000U;
	return bits;
}

static void
put_key(const struct entry *entry, const struct emit_key *key, struct buf *out)
{
	buf_printf(out, "KeyLength = %u" EOL, key->bits);
	if (key->rsa) {
		buf_puts(out, "KeySpec = 1" EOL "ProviderName = "
		    "\"Microsoft RSA SChannel Cryptographic Provider\"" EOL
		    "ProviderType = 12" EOL);
		buf_printf(out, "KeyUsage = 0x%X" EOL, usage_bits(entry->key_usage_rsa));
	} else {
		buf_printf(out, "KeyAlgorithm = %s" EOL "ProviderName = "
		    "\"Microsoft Software Key Storage Provider\"" EOL, key->certreq);
		buf_printf(out, "KeyUsage = 0x%X" EOL, usage_bits(entry->key_usage_ec));
	}
	if (entry->shared)
		buf_puts(out, "; All servers of this entry use one key: keep it on a token that "
		    "each of them reaches." EOL);
	if (entry->exportable)
		buf_puts(out, "; The key may be exported: whoever administers the server can "
		    "take it away." EOL);
	buf_printf(out, "Exportable = %s" EOL "MachineKeySet = TRUE" EOL,
	    entry->exportable ? "TRUE" : "FALSE");
}

static void
put_request(const struct entry *entry, const struct emit_key *key, struct buf *out)
{
	buf_puts(out, "[Version]" EOL "Signature = \"$Windows NT$\"" EOL EOL "[NewRequest]" EOL);
	put_subject(&entry->subject, out);
	buf_puts(out, "FriendlyName = ");
	put_quoted(entry->id, out);
	buf_puts(out, EOL);
	put_key(entry, key, out);
	/* AlternateSignatureAlgorithm would make it RSASSA-PSS, which these products
	 * do not read. */
	buf_puts(out, "RequestType = PKCS10" EOL "HashAlgorithm = sha256" EOL
	    "AlternateSignatureAlgorithm = FALSE" EOL "SMIME = FALSE" EOL);
}

static void
put_ekus(const struct entry *entry, struct buf *out)
{
	if (entry->n_eku == 0)
		return;
	buf_puts(out, EOL "[EnhancedKeyUsageExtension]" EOL);
	for (size_t i = 0; i < entry->n_eku; i++)
		buf_printf(out, "OID = %s" EOL, entry->eku[i]);
}

static const char *const san_words[] = {
	[NAME_DNS] = "dns", [NAME_IP] = "ipaddress", [NAME_EMAIL] = "email", [NAME_URI] = "url",
};

static bool
can_be_text(const struct general_name *name)
{
	return name->type < ARRAY_LEN(san_words) && san_words[name->type] != NULL &&
	    strchr(name->value, '&') == NULL;
}

static void
put_text_names(const struct entry *entry, struct buf *out)
{
	buf_puts(out, "2.5.29.17 = \"{text}\"" EOL);
	for (size_t i = 0; i < entry->n_san; i++) {
		SCOPED(buf_clear) struct buf name = BUF_INIT;

		buf_printf(&name, "%s=%s&", san_words[entry->san[i].type], entry->san[i].value);
		buf_puts(out, "_continue_ = ");
		put_quoted(buf_text(&name), out);
		buf_puts(out, EOL);
	}
}

static void
put_base64_names(const struct entry *entry, struct buf *out)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT, text = BUF_INIT;
	struct ext_value value = { .id = EXT_SUBJECT_ALT_NAME };
	const char *key = "2.5.29.17", *line, *end;

	value.u.names.v = entry->san;
	value.u.names.n = entry->n_san;
	ext_all[EXT_SUBJECT_ALT_NAME]->encode(&value, &der);
	base64_put_lines(buf_bytes(&der), &text);
	for (line = buf_text(&text); (end = strchr(line, '\n')) != NULL; line = end + 1) {
		buf_printf(out, "%s = %.*s" EOL, key, (int)(end - line), line);
		key = "_continue_";
	}
}

static void
put_names(const struct entry *entry, struct buf *out)
{
	bool text = true;

	for (size_t i = 0; i < entry->n_san; i++)
		text = text && can_be_text(&entry->san[i]);
	if (text)
		put_text_names(entry, out);
	else
		put_base64_names(entry, out);
}

/* A line of an INF has an end: octets go in rows, as names do. */
static void
put_hex(const struct entry_ext *ext, struct buf *out)
{
	enum { ROW = 32 };
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	ext_encode(&ext->value, &der);
	buf_printf(out, "%s = \"{hex}", entry_ext_oid(ext));
	for (size_t at = 0; at < der.n; at += ROW) {
		if (at != 0)
			buf_puts(out, "_continue_ = \"");
		buf_put_hex(out, BYTES(der.p + at, der.n - at < ROW ? der.n - at : ROW));
		buf_puts(out, "\"" EOL);
	}
}

/* Key usages and extended ones have keys of their own; what waits for the CA or the
 * key's bytes is not the requester's to ask for. */
static bool
is_extension(const struct entry_ext *ext)
{
	return ext->from == EXT_FROM_ENTRY && ext->id != EXT_KEY_USAGE &&
	    ext->id != EXT_EXTENDED_KEY_USAGE;
}

static void
put_critical(const struct entry *entry, struct buf *out)
{
	const char *between = "Critical = ";

	for (size_t i = 0; i < entry->n_exts; i++)
		if (is_extension(&entry->exts[i]) && entry->exts[i].critical) {
			buf_printf(out, "%s%s", between, entry_ext_oid(&entry->exts[i]));
			between = ",";
		}
	if (*between == ',')
		buf_puts(out, EOL);
}

static void
put_extensions(const struct entry *entry, struct buf *out)
{
	bool any = false;

	for (size_t i = 0; i < entry->n_exts; i++) {
		const struct entry_ext *ext = &entry->exts[i];

		if (!is_extension(ext))
			continue;
		buf_puts(out, any ? "" : EOL "[Extensions]" EOL);
		any = true;
		if (ext->id == EXT_SUBJECT_ALT_NAME)
			put_names(entry, out);
		else
			put_hex(ext, out);
	}
	put_critical(entry, out);
}

static bool
is_ascii(const struct dn *subject)
{
	for (unsigned i = 0; i < DN_ATTRS; i++)
		for (const char *p = subject->attr[i]; p != NULL && *p != '\0'; p++)
			if ((uint8_t)*p >= 0x80)
				return false;
	return true;
}

bool
emit_certreq_can(enum key_algorithm key)
{
	return emit_key_of(key)->rsa || emit_key_of(key)->certreq != NULL;
}

enum rc_status
emit_inf(const struct entry *entry, const struct emit_facts *facts, struct buf *out,
    struct error *err)
{
	const struct emit_key *key = emit_key_of(facts->key);

	if (!emit_certreq_can(facts->key))
		return error_fail(err, RULE_REQUEST_FORM, "certreq makes no %s key",
		    emit_key_word(facts->key));
	buf_printf(out, "; The certificate request of %s:" EOL ";     certreq -new %s.inf %s.req"
	    EOL, entry->id, facts->stem, facts->stem);
	if (!is_ascii(&entry->subject))
		buf_puts(out, "; Not ASCII: certreq reads this as UTF-16 only (`rolecert request "
		    "-o` writes it so)." EOL);
	put_request(entry, key, out);
	put_ekus(entry, out);
	put_extensions(entry, out);
	return RC_OK;
}
