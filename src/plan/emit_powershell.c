/*
 * A Request-CsCertificate line.  The cmdlet looks into its own topology for subject
 * and names and puts those of -DomainName before them, each name once: given all
 * of the entry's, it asks for the entry's names in the entry's order first.
 */
#include "plan/emit_parts.h"
#include "plan/handoff.h"

static bool
is_curly_quote(const char *p)
{
	return memcmp(p, "\xe2\x80", 2) == 0 && (uint8_t)p[2] >= 0x98 && (uint8_t)p[2] <= 0x9b;
}

void
powershell_quote(const char *text, struct buf *out)
{
	size_t left = strlen(text);

	buf_putc(out, '\'');
	for (; left > 0; text++, left--) {
		if (*text == '\'')
			buf_putc(out, '\'');
		else if (left >= 3 && is_curly_quote(text))
			buf_put(out, text, 3);
		buf_putc(out, *text);
	}
	buf_putc(out, '\'');
}

static void
put_text(const char *parameter, const char *value, struct buf *out)
{
	if (value == NULL)
		return;
	buf_printf(out, " `\n    -%s ", parameter);
	powershell_quote(value, out);
}

void
powershell_put_types(const struct entry *entry, struct buf *out)
{
	for (size_t i = 0; i < entry->n_assign; i++) {
		buf_puts(out, i != 0 ? "," : "");
		powershell_quote(entry->assign[i], out);
	}
}

static size_t
count_dns(const struct entry *entry)
{
	size_t n = 0;

	for (size_t i = 0; i < entry->n_san; i++)
		n += entry->san[i].type == NAME_DNS;
	return n;
}

static void
put_names(const struct entry *entry, struct buf *out)
{
	SCOPED(buf_clear) struct buf names = BUF_INIT;

	for (size_t i = 0; i < entry->n_san; i++)
		if (entry->san[i].type == NAME_DNS)
			buf_printf(&names, "%s%s", names.n != 0 ? "," : "", entry->san[i].value);
	if (names.n != 0)
		put_text("DomainName", buf_text(&names), out);
}

static bool
asks_for_client(const struct entry *entry)
{
	for (size_t i = 0; i < entry->n_eku; i++)
		if (strcmp(entry->eku[i], eku_oid("clientAuth")) == 0)
			return true;
	return false;
}

static void
put_key(const struct entry *entry, const struct emit_key *key, struct buf *out)
{
	if (key->cmdlet != NULL)
		buf_printf(out, " `\n    -KeyAlg %s", key->cmdlet);
	else
		buf_printf(out, " `\n    -KeySize %u", key->bits);
	buf_printf(out, " `\n    -PrivateKeyExportable $%s `\n    -ClientEKU $%s",
	    entry->exportable ? "true" : "false", asks_for_client(entry) ? "true" : "false");
}

static void
put_organisation(const struct dn *subject, struct buf *out)
{
	static const struct { const char *parameter; enum dn_attr attr; } rows[] = {
		{ "Organization", DN_O }, { "OU", DN_OU }, { "City", DN_L }, { "State", DN_ST },
		{ "Country", DN_C },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		put_text(rows[i].parameter, subject->attr[rows[i].attr], out);
}

static void
put_remarks(const struct entry *entry, struct buf *out)
{
	if (count_dns(entry) != entry->n_san)
		buf_puts(out, "# The cmdlet asks for DNS names only: the other names of this "
		    "entry are given by the CA.\n");
	if (entry->shared)
		buf_puts(out, "# All servers of this entry use one key: keep it on a token that "
		    "each of them reaches.\n");
	if (entry->exportable)
		buf_puts(out, "# The key may be exported from the server: whoever administers "
		    "it can take it away.\n");
}

enum rc_status
powershell_can_request(const struct entry *entry, const struct emit_facts *facts,
    struct error *err)
{
	const struct emit_key *key = emit_key_of(facts->key);

	if (entry->n_assign == 0)
		return error_fail(err, RULE_REQUEST_FORM,
		    "the entry '%s' has no certificate type that Request-CsCertificate could ask "
		    "for", entry->id);
	if (!key->cmdlet_has_size && key->cmdlet == NULL)
		return error_fail(err, RULE_REQUEST_FORM,
		    "Request-CsCertificate makes no %s key", emit_key_word(facts->key));
	return RC_OK;
}

void
powershell_put_request(const struct entry *entry, const struct emit_facts *facts,
    const char *output, struct buf *out)
{
	put_remarks(entry, out);
	buf_puts(out, "Request-CsCertificate -New -Type ");
	powershell_put_types(entry, out);
	put_text("ComputerFqdn", facts->computer, out);
	put_names(entry, out);
	put_organisation(&entry->subject, out);
	put_key(entry, emit_key_of(facts->key), out);
	put_text("FriendlyName", entry->id, out);
	buf_printf(out, " `\n    -Output %s\n", output);
}

enum rc_status
emit_powershell(const struct entry *entry, const struct emit_facts *facts, struct buf *out,
    struct error *err)
{
	SCOPED(buf_clear) struct buf name = BUF_INIT, output = BUF_INIT;

	TRY(powershell_can_request(entry, facts, err));
	buf_printf(out, "# The certificate request of %s\n", entry->id);
	buf_printf(&name, "%s.req", facts->stem);
	powershell_quote(buf_text(&name), &output);
	powershell_put_request(entry, facts, buf_text(&output), out);
	return RC_OK;
}
