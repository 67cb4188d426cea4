#include "x509/general_name.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <strings.h>

#include "x509/der_write.h"
#include "x509/dn.h"
#include "x509/idn.h"

static const char *const words[NAME_TYPES] = {
	[NAME_DNS] = "dns", [NAME_IP] = "ip", [NAME_EMAIL] = "email", [NAME_URI] = "uri",
	[NAME_DIRNAME] = "dirname", [NAME_RID] = "rid", [NAME_SRV] = "srv",
	[NAME_XMPP] = "xmpp", [NAME_UPN] = "upn", [NAME_OTHER] = "other",
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
bad_idn(const char *fqdn, const char *label, size_t n, struct place at, struct error *err)
{
	(void)error_at(err, RULE_NAME_IDN, at,
	    "'%s': '%.*s' begins like an A-label and is none", fqdn, (int)n, label);
	error_fix(err, "write the name as people read it, or what `idn2 NAME` makes of it");
	return rule_status(RULE_NAME_IDN);
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
		if (!idn_is_sound(label, n))
			return bad_idn(fqdn, label, n, at, err);
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

enum { LOCAL_MAX = 64 };                 /* RFC 5321 4.5.3.1.1 */

/* RFC 5321 4.1.2, Dot-string: no dot at an end, nor two beside each other. */
static bool
is_dot_string(const char *text, size_t n)
{
	if (n == 0 || n > LOCAL_MAX || text[0] == '.' || text[n - 1] == '.')
		return false;
	for (size_t i = 1; i < n; i++)
		if (text[i] == '.' && text[i - 1] == '.')
			return false;
	return true;
}

/* RFC 5280 4.2.1.6: rfc822Name is Local-part@Domain, without phrase or brackets, and in
 * ASCII; what RFC 9598 has for others is not issued. */
static enum rc_status
check_email(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	const char *host = strchr(text, '@');

	(void)wildcard_ok;
	if (host == NULL || !is_dot_string(text, (size_t)(host - text)) || !is_graphic(text) ||
	    strpbrk(text, "<>()\",;:\\") != NULL)
		return error_at(err, RULE_NAME_EMAIL, at,
		    "'%s' is no mail address LOCAL@DOMAIN", text);
	TRY_WHILE(err, fqdn_check(host + 1, false, at, err),
	    "checking the mail address '%s'", text);
	return RC_OK;
}

/* Behind "//", RFC 3986 3.2: [ user @ ] host [ : port ], up to the path; NULL: it is none. */
static const char *
authority_host(const char *authority, struct arena *arena)
{
	size_t n = strcspn(authority, "/?#"), host_n;
	const char *host = memchr(authority, '@', n), *port;

	host = host != NULL ? host + 1 : authority;
	n -= (size_t)(host - authority);
	host_n = *host == '[' ? strcspn(host, "]/?#") + 1 : strcspn(host, ":/?#");
	if (host_n > n)
		return NULL;
	port = host + host_n;
	if (host_n < n && (*port != ':' || strspn(port + 1, "0123456789") != n - host_n - 1))
		return NULL;
	return *host == '[' ? arena_strndup(arena, host + 1, host_n - 2) :
	    arena_strndup(arena, host, host_n);
}

/* RFC 5280 4.2.1.6: where a URI has an authority, its host is a full name or an address.
 * That of LDAP may lack (4.2.1.13): a client of the directory knows its own. */
static bool
has_sound_host(const char *uri, size_t scheme)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *quiet = error_new();
	const char *host;
	uint8_t octets[16];

	if (strncmp(uri + scheme, "://", 3) != 0)
		return true;
	host = authority_host(uri + scheme + 3, arena);
	if (host == NULL)
		return false;
	if (*host == '\0')
		return strncasecmp(uri, "ldap", 4) == 0;
	return address_read(host, octets) != 0 || fqdn_check(host, false, NOWHERE, quiet) == RC_OK;
}

/* RFC 3986 3.1: scheme = ALPHA *( ALPHA / DIGIT / "+" / "-" / "." ), and RFC 5280:
 * a scheme and a scheme-specific part must both be there. */
static bool
is_absolute(const char *text, size_t *ret_scheme)
{
	size_t n = 0;

	while (is_letter_or_digit(text[n]) || (text[n] != '\0' && strchr("+-.", text[n]) != NULL))
		n++;
	*ret_scheme = n;
	return n > 0 && !isdigit((unsigned char)text[0]) && strchr("+-.", text[0]) == NULL &&
	    text[n] == ':' && text[n + 1] != '\0' && is_graphic(text) &&
	    strpbrk(text, "<>\"\\^`{|}") == NULL;
}

static enum rc_status
check_uri(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	size_t scheme;

	(void)wildcard_ok;
	if (!is_absolute(text, &scheme)) {
		(void)error_at(err, RULE_NAME_URI, at, "'%s' is no absolute URI", text);
		error_fix(err, "write SCHEME:REST, such as sip:contoso.com; escape other "
		    "characters as %%XX");
		return rule_status(RULE_NAME_URI);
	}
	if (has_sound_host(text, scheme))
		return RC_OK;
	(void)error_at(err, RULE_NAME_URI, at, "'%s' names no host that everybody finds", text);
	error_fix(err, "write a fully qualified host, or an address, behind the //");
	return rule_status(RULE_NAME_URI);
}

/* dn_parse knows no places. */
static enum rc_status
check_dirname(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct dn dn;

	(void)wildcard_ok;
	if (dn_parse(text, arena, &dn, why) != RC_OK)
		return error_at(err, RULE_DN_SYNTAX, at, "%s", error_message(why));
	return dn_check(&dn, at, err);
}

static enum rc_status
check_rid(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	(void)wildcard_ok;
	return oid_is_valid(text) ? RC_OK : error_at(err, RULE_NAME_RID, at,
	    "'%s' is no object identifier such as 1.2.3.4", text);
}

enum { SERVICE_MAX = 15 };               /* RFC 6335 5.1 */

/* RFC 4985 2: _Service.Name, without the protocol that a DNS SRV record has. */
static enum rc_status
check_srv(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	size_t n = strcspn(text, ".");

	(void)wildcard_ok;
	if (text[0] != '_' || n - 1 > SERVICE_MAX || !is_label(text + 1, n - 1) ||
	    text[n] == '\0') {
		(void)error_at(err, RULE_NAME_SRV, at, "'%s' is no service name", text);
		error_fix(err, "write _SERVICE.DOMAIN, such as _sip.contoso.com");
		return rule_status(RULE_NAME_SRV);
	}
	TRY_WHILE(err, fqdn_check(text + n + 1, false, at, err),
	    "checking the service name '%s'", text);
	return RC_OK;
}

/* What may stand before an @: graphic characters, or others than ASCII. */
static bool
is_local_part(const char *text, size_t n, const char *never)
{
	for (size_t i = 0; i < n; i++)
		if ((uint8_t)text[i] <= 0x20 || text[i] == 0x7f || strchr(never, text[i]) != NULL)
			return false;
	return n > 0;
}

/* RFC 7622 3: [local@]domain; a resource names one client, never a certificate's. */
static enum rc_status
check_xmpp(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	const char *sign = strchr(text, '@');

	(void)wildcard_ok;
	if (sign != NULL && !is_local_part(text, (size_t)(sign - text), "\"&'/:<>@"))
		return error_at(err, RULE_NAME_XMPP, at,
		    "'%s' is no XMPP address DOMAIN or LOCAL@DOMAIN", text);
	TRY_WHILE(err, fqdn_check(sign != NULL ? sign + 1 : text, false, at, err),
	    "checking the XMPP address '%s'", text);
	return RC_OK;
}

static enum rc_status
check_upn(const char *text, bool wildcard_ok, struct place at, struct error *err)
{
	const char *sign = strchr(text, '@');

	(void)wildcard_ok;
	if (sign == NULL || !is_local_part(text, (size_t)(sign - text), "\"/\\[]:;|=,+*?<>@"))
		return error_at(err, RULE_NAME_UPN, at,
		    "'%s' is no user principal name USER@DOMAIN", text);
	TRY_WHILE(err, fqdn_check(sign + 1, false, at, err),
	    "checking the user principal name '%s'", text);
	return RC_OK;
}

enum rc_status
general_name_check(const struct general_name *name, bool wildcard_ok, struct place at,
    struct error *err)
{
	static enum rc_status (*const check[NAME_TYPES])(const char *, bool, struct place,
	    struct error *) = {
		[NAME_DNS] = fqdn_check, [NAME_IP] = check_ip, [NAME_EMAIL] = check_email,
		[NAME_URI] = check_uri, [NAME_DIRNAME] = check_dirname, [NAME_RID] = check_rid,
		[NAME_SRV] = check_srv, [NAME_XMPP] = check_xmpp, [NAME_UPN] = check_upn,
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

static bool
caseless_equal(const char *a, const char *b)
{
	return strcasecmp(a, b) == 0;
}

static bool
xmpp_equal(const char *a, const char *b)
{
	return strchr(a, '@') == NULL ? fqdn_equal(a, b) : email_equal(a, b);
}

/* Same attributes with the same values, however they are written. */
static bool
dirname_equal(const char *a, const char *b)
{
	const struct general_name x = { NAME_DIRNAME, a }, y = { NAME_DIRNAME, b };
	SCOPED(buf_clear) struct buf der_x = BUF_INIT;
	SCOPED(buf_clear) struct buf der_y = BUF_INIT;

	general_name_encode(&x, &der_x);
	general_name_encode(&y, &der_y);
	return bytes_equal(buf_bytes(&der_x), buf_bytes(&der_y)) &&
	    (der_x.n != 0 || text_equal(a, b));
}

bool
general_name_equal(const struct general_name *a, const struct general_name *b)
{
	static bool (*const equal[NAME_TYPES])(const char *, const char *) = {
		[NAME_DNS] = fqdn_equal, [NAME_IP] = address_equal, [NAME_EMAIL] = email_equal,
		[NAME_URI] = text_equal, [NAME_DIRNAME] = dirname_equal, [NAME_RID] = text_equal,
		[NAME_SRV] = caseless_equal, [NAME_XMPP] = xmpp_equal, [NAME_UPN] = caseless_equal,
		[NAME_OTHER] = text_equal,
	};

	return a->type == b->type && a->type < NAME_TYPES && equal[a->type](a->value, b->value);
}

/* -- as octets ------------------------------------------------------------------------ */

static const struct {
	const char *oid;
	unsigned tag;
} other_names[NAME_TYPES] = {
	[NAME_SRV] = { "1.3.6.1.5.5.7.8.7", DER_IA5_STRING },
	[NAME_XMPP] = { "1.3.6.1.5.5.7.8.5", DER_UTF8_STRING },
	[NAME_UPN] = { "1.3.6.1.4.1.311.20.2.3", DER_UTF8_STRING },
};

const char *
other_name_oid(enum name_type type)
{
	return type < NAME_TYPES ? other_names[type].oid : NULL;
}

/* otherName [0] IMPLICIT SEQUENCE { type-id OID, value [0] EXPLICIT ANY } */
static void
put_other(const struct general_name *name, struct buf *out)
{
	size_t from = out->n, value;

	der_put_dotted(out, other_names[name->type].oid);
	value = out->n;
	der_put(out, other_names[name->type].tag, bytes_of_text(name->value));
	der_wrap(out, value, DER_CONTEXT_SEQ(0));
	der_wrap(out, from, DER_CONTEXT_SEQ(0));
}

/* directoryName [4] is EXPLICIT, for Name is a CHOICE. */
static void
put_dirname(const struct general_name *name, struct buf *out)
{
	SCOPED(error_free) struct error *quiet = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	size_t from = out->n;
	struct dn dn;

	if (dn_parse(name->value, arena, &dn, quiet) != RC_OK)
		return;
	dn_encode(&dn, out);
	der_wrap(out, from, DER_CONTEXT_SEQ(4));
}

/* registeredID [8] IMPLICIT OBJECT IDENTIFIER */
static void
put_rid(const struct general_name *name, struct buf *out)
{
	size_t from = out->n;

	if (!oid_is_valid(name->value))
		return;
	der_put_dotted(out, name->value);
	out->p[from] = DER_CONTEXT(8);
}

static void
put_ip(const struct general_name *name, struct buf *out)
{
	uint8_t address[16];
	size_t n = address_read(name->value, address);

	if (n != 0)
		der_put(out, DER_CONTEXT(7), BYTES(address, n));
}

/* RFC 5280 4.2.1.6: rfc822Name [1], dNSName [2], uniformResourceIdentifier [6] are
 * IMPLICIT IA5String. */
static void
put_text(const struct general_name *name, struct buf *out)
{
	static const unsigned tag[NAME_TYPES] = {
		[NAME_DNS] = DER_CONTEXT(2), [NAME_EMAIL] = DER_CONTEXT(1),
		[NAME_URI] = DER_CONTEXT(6),
	};

	der_put(out, tag[name->type], bytes_of_text(name->value));
}

void
general_name_encode(const struct general_name *name, struct buf *out)
{
	static void (*const put[NAME_OTHER])(const struct general_name *, struct buf *) = {
		[NAME_DNS] = put_text, [NAME_IP] = put_ip, [NAME_EMAIL] = put_text,
		[NAME_URI] = put_text, [NAME_DIRNAME] = put_dirname, [NAME_RID] = put_rid,
		[NAME_SRV] = put_other, [NAME_XMPP] = put_other, [NAME_UPN] = put_other,
	};

	if (name->type < NAME_OTHER)
		put[name->type](name, out);
}
