#include "x509/general_name.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <strings.h>

#include "x509/der_write.h"

static const char *const words[NAME_TYPES] = {
	[NAME_DNS] = "dns", [NAME_IP] = "ip", [NAME_EMAIL] = "email", [NAME_URI] = "uri",
	[NAME_OTHER] = "other",
};

const char *
name_type_word(enum name_type type)
{
	return type < NAME_TYPES ? words[type] : "unknown";
}

enum name_type
name_type_find(const char *word)
{
	for (enum name_type type = 0; type < NAME_OTHER; type++)
		if (strcmp(words[type], word) == 0)
			return type;
	return NAME_TYPES;
}

/* -- host names ----------------------------------------------------------------- */

/* Without the one dot that may stand at the end of an absolute name. */
static size_t
host_length(const char *fqdn)
{
	size_t n = strlen(fqdn);

	return n > 0 && fqdn[n - 1] == '.' ? n - 1 : n;
}

bool
fqdn_equal(const char *a, const char *b)
{
	size_t n = host_length(a);

	return n == host_length(b) && strncasecmp(a, b, n) == 0;
}

bool
fqdn_is_below(const char *fqdn, const char *domain)
{
	size_t n = host_length(fqdn), tail = host_length(domain);

	if (n < tail || tail == 0)
		return false;
	if (strncasecmp(fqdn + n - tail, domain, tail) != 0)
		return false;
	return n == tail || fqdn[n - tail - 1] == '.';
}

const char *
fqdn_parent(const char *fqdn)
{
	const char *dot = strchr(fqdn, '.');

	return dot != NULL && dot[1] != '\0' ? dot + 1 : NULL;
}

/* Not isalnum: its answer depends on the locale. */
static bool
is_letter_or_digit(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* RFC 1123 2.1, RFC 5280 4.2.1.6: the "preferred name syntax". */
static bool
is_label(const char *p, size_t n)
{
	if (n == 0 || p[0] == '-' || p[n - 1] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (!is_letter_or_digit(p[i]) && p[i] != '-')
			return false;
	return true;
}

static enum rc_status
not_fqdn(const char *fqdn, const char *want, const char *have, struct place at,
    struct error *err)
{
	(void)error_at(err, RULE_NAME_NOT_FQDN, at,
	    "'%s' is not a fully qualified domain name", fqdn);
	error_want(err, want, have);
	return rule_status(RULE_NAME_NOT_FQDN);
}

static enum rc_status
bad_label(const char *fqdn, const char *label, size_t n, struct place at, struct error *err)
{
	SCOPED(buf_clear) struct buf have = BUF_INIT;

	if (n == 0)
		buf_puts(&have, "an empty label");
	else
		buf_printf(&have, "'%.*s'", (int)n, label);
	return not_fqdn(fqdn, "labels of letters, digits and hyphens, with no hyphen at an end",
	    buf_text(&have), at, err);
}

static enum rc_status
name_too_long(const char *fqdn, size_t max, size_t n, struct place at, struct error *err)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT;
	SCOPED(buf_clear) struct buf have = BUF_INIT;

	(void)error_at(err, RULE_NAME_TOO_LONG, at, "'%s' is too long", fqdn);
	buf_printf(&want, "at most %zu octets%s", max, max == FQDN_MAX ? "" : " in a label");
	buf_printf(&have, "%zu", n);
	error_want(err, buf_text(&want), buf_text(&have));
	return rule_status(RULE_NAME_TOO_LONG);
}

static enum rc_status
check_wildcard(const char *fqdn, bool wildcard_ok, struct place at, struct error *err)
{
	if (!wildcard_ok)
		return error_at(err, RULE_NAME_WILDCARD, at,
		    "'%s': a wildcard may not stand here", fqdn);
	if (strncmp(fqdn, "*.", 2) != 0 || strchr(fqdn + 1, '*') != NULL)
		return error_at(err, RULE_NAME_WILDCARD, at,
		    "'%s': a wildcard is the whole first label and stands once", fqdn);
	return RC_OK;
}

static bool
is_number(const char *label)
{
	return label[strspn(label, "0123456789")] == '\0';
}

enum rc_status
fqdn_check(const char *fqdn, bool wildcard_ok, struct place at, struct error *err)
{
	const char *label = fqdn;
	bool wildcard = strchr(fqdn, '*') != NULL;
	size_t labels = 1, n;

	if (wildcard)
		TRY(check_wildcard(fqdn, wildcard_ok, at, err));
	if (strlen(fqdn) > FQDN_MAX)
		return name_too_long(fqdn, FQDN_MAX, strlen(fqdn), at, err);
	for (label += wildcard ? 2 : 0;; label += n + 1, labels++) {
		n = strcspn(label, ".");
		if (n > FQDN_LABEL_MAX)
			return name_too_long(fqdn, FQDN_LABEL_MAX, n, at, err);
		if (!is_label(label, n))
			return bad_label(fqdn, label, n, at, err);
		if (label[n] == '\0')
			break;
	}
	if (labels < 2)
		return not_fqdn(fqdn, wildcard ? "a wildcard above two labels at least" :
		    "two labels at least", "one", at, err);
	/* RFC 1123 2.1: what ends in a number is an address, or meant to be one */
	if (is_number(label))
		return not_fqdn(fqdn, "letters in the last label", "a number", at, err);
	return RC_OK;
}

/* -- the other kinds ---------------------------------------------------------------- */

size_t
address_read(const char *text, uint8_t ret[16])
{
	if (inet_pton(AF_INET, text, ret) == 1)
		return 4;
	return inet_pton(AF_INET6, text, ret) == 1 ? 16 : 0;
}

/* IA5String that people can read: printable ASCII without blanks. */
static bool
is_graphic(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text <= 0x20 || *text >= 0x7f)
			return false;
	return true;
}

static enum rc_status
check_ip(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	uint8_t octets[16];

	(void)wildcard_ok;
	if (address_read(text, octets) != 0)
		return RC_OK;
	(void)error_at(err, RULE_NAME_IP, at, "'%s' is no IP address", text);
	error_fix(err, "write 192.0.2.1 or 2001:db8::1, without prefix length and zone");
	return rule_status(RULE_NAME_IP);
}

/* RFC 5280 4.2.1.6: rfc822Name is Local-part@Domain, without phrase or brackets. */
static enum rc_status
check_email(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	const char *host = strchr(text, '@');

	(void)wildcard_ok;
	if (host == NULL || host == text || !is_graphic(text) ||
	    strpbrk(text, "<>()\",;:\\") != NULL)
		return error_at(err, RULE_NAME_EMAIL, at,
		    "'%s' is no mail address LOCAL@DOMAIN", text);
	TRY_WHILE(err, fqdn_check(host + 1, false, at, err),
	    "checking the mail address '%s'", text);
	return RC_OK;
}

/* RFC 3986 3.1: scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ), and RFC 5280:
 * a scheme and a scheme-specific part must both be there. */
static enum rc_status
check_uri(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	size_t n = 0;

	(void)wildcard_ok;
	while (is_letter_or_digit(text[n]) || (text[n] != '\0' && strchr("+-.", text[n]) != NULL))
		n++;
	if (n > 0 && !isdigit((unsigned char)text[0]) && strchr("+-.", text[0]) == NULL &&
	    text[n] == ':' && text[n + 1] != '\0' && is_graphic(text) &&
	    strpbrk(text, "<>\"\\^`{|}") == NULL)
		return RC_OK;
	(void)error_at(err, RULE_NAME_URI, at, "'%s' is no absolute URI", text);
	error_fix(err, "write SCHEME:REST, such as sip:contoso.com; escape other "
	    "characters as %%XX");
	return rule_status(RULE_NAME_URI);
}

enum rc_status
general_name_check(const struct general_name *name, bool wildcard_ok, struct place at,
    struct error *err)
{
	static enum rc_status (*const check[NAME_TYPES])(const char *, bool, struct place,
	    struct error *) = {
		[NAME_DNS] = fqdn_check, [NAME_IP] = check_ip, [NAME_EMAIL] = check_email,
		[NAME_URI] = check_uri,
	};

	if (name->type >= NAME_TYPES || check[name->type] == NULL)
		return error_at(err, RULE_NAME_TYPE, at, "'%s' is a name of a kind that is never "
		    "issued", name->value);
	return check[name->type](name->value, wildcard_ok, at, err);
}

static bool
email_equal(const char *a, const char *b)
{
	const char *at_a = strrchr(a, '@'), *at_b = strrchr(b, '@');

	if (at_a == NULL || at_b == NULL || at_a - a != at_b - b)
		return strcmp(a, b) == 0;
	return memcmp(a, b, (size_t)(at_a - a)) == 0 && fqdn_equal(at_a + 1, at_b + 1);
}

static bool
address_equal(const char *a, const char *b)
{
	uint8_t x[16], y[16];
	size_t n = address_read(a, x);

	if (n == 0)
		return strcmp(a, b) == 0;
	return n == address_read(b, y) && memcmp(x, y, n) == 0;
}

static bool
text_equal(const char *a, const char *b)
{
	return strcmp(a, b) == 0;
}

bool
general_name_equal(const struct general_name *a, const struct general_name *b)
{
	static bool (*const equal[NAME_TYPES])(const char *, const char *) = {
		[NAME_DNS] = fqdn_equal, [NAME_IP] = address_equal, [NAME_EMAIL] = email_equal,
		[NAME_URI] = text_equal, [NAME_OTHER] = text_equal,
	};

	return a->type == b->type && a->type < NAME_TYPES && equal[a->type](a->value, b->value);
}

/* RFC 5280 4.2.1.6: rfc822Name [1], dNSName [2], uniformResourceIdentifier [6] are
 * IA5String, iPAddress [7] is OCTET STRING, all IMPLICIT. */
void
general_name_encode(const struct general_name *name, struct buf *out)
{
	static const unsigned tag[NAME_TYPES] = {
		[NAME_DNS] = DER_CONTEXT(2), [NAME_EMAIL] = DER_CONTEXT(1),
		[NAME_URI] = DER_CONTEXT(6), [NAME_IP] = DER_CONTEXT(7),
	};
	struct bytes content = bytes_of_text(name->value);
	uint8_t address[16];

	if (name->type == NAME_IP)
		content = BYTES(address, address_read(name->value, address));
	if (name->type < NAME_OTHER && (name->type != NAME_IP || content.n != 0))
		der_put(out, tag[name->type], content);
}
