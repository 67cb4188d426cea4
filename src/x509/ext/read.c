#include "x509/ext/read.h"

#include <arpa/inet.h>
#include <openssl/err.h>
#include <strings.h>

#include "crypto/der.h"
#include "x509/cert_name.h"
#include "x509/der_write.h"

enum rc_status
ext_malformed(const struct ext_class *ext, const char *what, struct error *err)
{
	return error_fail(err, RULE_EXT_MALFORMED, "the extension %s %s", ext->name, what);
}

/* What libcrypto would write is what it has read. */
static bool
writes_the_same(const ASN1_VALUE *value, const ASN1_ITEM *item, struct bytes der)
{
	uint8_t *again = NULL;
	int n = ASN1_item_i2d(value, &again, item);
	bool same = n >= 0 && bytes_equal(BYTES(again, (size_t)n), der);

	OPENSSL_free(again);
	return same;
}

void *
ext_d2i(const struct ext_class *ext, struct bytes der, const ASN1_ITEM *item,
    struct error *err)
{
	const char *fault = der_fault(der);
	const uint8_t *p = der.p;
	ASN1_VALUE *value = NULL;

	if (fault == NULL) {
		value = ASN1_item_d2i(NULL, &p, (long)der.n, item);
		if (value == NULL)
			fault = "not what its type demands";
		else if (!writes_the_same(value, item, der))
			fault = "libcrypto would write it otherwise";
	}
	ERR_clear_error();
	if (fault == NULL)
		return value;
	ASN1_item_free(value, item);
	(void)error_fail(err, RULE_EXT_MALFORMED, "the extension %s does not decode: %s",
	    ext->name, fault);
	return NULL;
}

struct bytes
string_bytes(const ASN1_STRING *string)
{
	return BYTES(ASN1_STRING_get0_data(string), (size_t)ASN1_STRING_length(string));
}

const char *
string_text(const ASN1_STRING *string, struct arena *arena)
{
	struct bytes b = string_bytes(string);

	if (b.n != 0 && memchr(b.p, 0, b.n) != NULL)
		return NULL;
	return arena_strndup(arena, b.n != 0 ? (const char *)b.p : "", b.n);
}

/* NULL: an arc does not fit 64 bits, or this is none. */
static const char *
oid_text(struct bytes oid, struct arena *arena)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	der_put_oid(oid, &text);
	return buf_text(&text)[1] == '.' ? arena_strdup(arena, buf_text(&text)) : NULL;
}

const char *
object_text(const ASN1_OBJECT *object, struct arena *arena)
{
	const char *easy = oid_text(BYTES(OBJ_get0_data(object), OBJ_length(object)), arena);
	int n;
	char *text;

	if (easy != NULL)
		return easy;
	n = OBJ_obj2txt(NULL, 0, object, 1);
	if (n <= 0)
		return NULL;
	text = arena_alloc(arena, (size_t)n + 1);
	(void)OBJ_obj2txt(text, n + 1, object, 1);
	return oid_is_valid(text) ? text : NULL;
}

/* -- numbers, OIDs, NULL ------------------------------------------------------------- */

bool
skip_read(const ASN1_INTEGER *read, int64_t *ret)
{
	int64_t number;

	if (read == NULL)
		return true;
	if (ASN1_INTEGER_get_int64(&number, read) != 1 || number < 0 || number > INT32_MAX)
		return false;
	*ret = number;
	return true;
}

bool
small_take(struct bytes *in, uint32_t *ret)
{
	struct bytes octets;

	if (!der_take_unsigned(in, &octets) || octets.n > sizeof(*ret))
		return false;
	*ret = 0;
	for (size_t i = 0; i < octets.n; i++)
		*ret = *ret << 8 | octets.p[i];
	return true;
}

const char *
oid_take(struct bytes *in, struct arena *arena)
{
	struct bytes oid;

	return der_take(in, DER_OID, &oid) ? oid_text(oid, arena) : NULL;
}

void
null_compile(const struct node *node, struct arena *arena, struct ext_value *ret)
{
	(void)node;
	(void)arena;
	(void)ret;
}

void
null_encode(const struct ext_value *value, struct buf *out)
{
	(void)value;
	der_put(out, DER_NULL, BYTES(NULL, 0));
}

enum rc_status
null_decode(const struct ext_class *ext, struct bytes der, struct ext_value *ret,
    struct error *err)
{
	struct bytes in = der, nothing;

	if (!der_take(&in, DER_NULL, &nothing) || nothing.n != 0 || in.n != 0)
		return ext_malformed(ext, "is not NULL", err);
	ret->id = ext->id;
	return RC_OK;
}

bool
null_equal(const struct ext_value *a, const struct ext_value *b)
{
	return a->id == b->id;
}

/* -- names ---------------------------------------------------------------------- */

static const char *
address_text(const ASN1_OCTET_STRING *string, struct arena *arena)
{
	struct bytes b = string_bytes(string);
	char text[INET6_ADDRSTRLEN];

	if (b.n != 4 && b.n != 16)
		return NULL;
	if (inet_ntop(b.n == 4 ? AF_INET : AF_INET6, b.p, text, sizeof(text)) == NULL)
		return NULL;
	return arena_strdup(arena, text);
}

/* "directoryName 3081..." */
const char *
name_hex(const GENERAL_NAME *name, struct arena *arena)
{
	static const char *const word[] = {
		[GEN_OTHERNAME] = "otherName", [GEN_X400] = "x400Address",
		[GEN_DIRNAME] = "directoryName", [GEN_EDIPARTY] = "ediPartyName",
		[GEN_RID] = "registeredID",
	};
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	uint8_t *der = NULL;
	int n = i2d_GENERAL_NAME(name, &der);

	if (n < 0)
		return NULL;
	buf_printf(&text, "%s ", word[name->type]);
	buf_put_hex(&text, BYTES(der, (size_t)n));
	OPENSSL_free(der);
	return arena_strdup(arena, buf_text(&text));
}

/* The text of an otherName of this type; NULL: another one, or no string. */
static const char *
other_name_text(const OTHERNAME *other, enum name_type type, struct arena *arena)
{
	const char *oid = object_text(other->type_id, arena);
	int tag = other->value->type;

	if (oid == NULL || strcmp(oid, other_name_oid(type)) != 0)
		return NULL;
	if (tag != V_ASN1_IA5STRING && tag != V_ASN1_UTF8STRING)
		return NULL;
	return string_text(other->value->value.asn1_string, arena);
}

static const char *
dirname_text(const X509_NAME *name, struct arena *arena)
{
	SCOPED(error_free) struct error *quiet = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	const char *whole;
	struct bytes der;
	struct dn dn;

	if (name_take(name, arena, &der, &dn, &whole, quiet) != RC_OK)
		return NULL;
	dn_print(&dn, &text);
	return arena_strdup(arena, buf_text(&text));
}

/* Would we write this name so?  Then its type and text say all of it. */
static bool
says_all(const struct general_name *name, const GENERAL_NAME *read)
{
	SCOPED(buf_clear) struct buf ours = BUF_INIT;
	uint8_t *der = NULL;
	int n = i2d_GENERAL_NAME(read, &der);
	bool same;

	general_name_encode(name, &ours);
	same = n > 0 && bytes_equal(BYTES(der, (size_t)n), buf_bytes(&ours));
	OPENSSL_free(der);
	return same;
}

/* The kinds that have forms beside the one that we write: these become NAME_OTHER. */
static struct general_name
rare_name(const GENERAL_NAME *name, struct arena *arena)
{
	struct general_name read = { .type = NAME_OTHER };

	if (name->type == GEN_DIRNAME) {
		read.type = NAME_DIRNAME;
		read.value = dirname_text(name->d.directoryName, arena);
	} else if (name->type == GEN_RID) {
		read.type = NAME_RID;
		read.value = object_text(name->d.registeredID, arena);
	}
	for (enum name_type type = NAME_SRV; name->type == GEN_OTHERNAME && type <= NAME_UPN &&
	    read.value == NULL; type++) {
		read.type = type;
		read.value = other_name_text(name->d.otherName, type, arena);
	}
	if (read.value != NULL && says_all(&read, name))
		return read;
	return (struct general_name){ .type = NAME_OTHER, .value = name_hex(name, arena) };
}

bool
name_read(const GENERAL_NAME *name, struct arena *arena, struct general_name *ret)
{
	struct general_name read;

	switch (name->type) {
	case GEN_DNS:
		read.type = NAME_DNS;
		read.value = string_text(name->d.dNSName, arena);
		break;
	case GEN_EMAIL:
		read.type = NAME_EMAIL;
		read.value = string_text(name->d.rfc822Name, arena);
		break;
	case GEN_URI:
		read.type = NAME_URI;
		read.value = string_text(name->d.uniformResourceIdentifier, arena);
		break;
	case GEN_IPADD:
		read.type = NAME_IP;
		read.value = address_text(name->d.iPAddress, arena);
		break;
	default:
		read = rare_name(name, arena);
	}
	if (read.value == NULL)
		return false;
	*ret = read;
	return true;
}

bool
uri_collect(const GENERAL_NAME *name, struct arena *arena, struct text_list *list)
{
	struct general_name read;

	if (!name_read(name, arena, &read))
		return false;
	if (read.type == NAME_URI)
		*VEC_PUSH(arena, list) = read.value;
	return true;
}

/* RFC 5280 4.2.1.13, 4.2.2.1: an LDAP URI names the entry and the attribute (RFC 4516:
 * ldap://HOST/DN?ATTRIBUTES). */
static bool
names_attribute(const char *uri)
{
	const char *dn = strchr(uri + strlen("ldap://"), '/');
	const char *attributes = dn != NULL ? strchr(dn, '?') : NULL;

	return attributes != NULL && attributes - dn > 1 && attributes[1] != '?' &&
	    attributes[1] != '\0';
}

void
uri_lint(const struct ext_class *ext, const char *uri, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	struct general_name name = { .type = NAME_URI, .value = uri };

	if (general_name_check(&name, false, NOWHERE, why) != RC_OK) {
		(void)error_fail(err, RULE_EXT_URI, "%s: %s", ext->name, error_message(why));
		return;
	}
	if (strncasecmp(uri, "http://", 7) == 0)
		return;
	if (strncasecmp(uri, "ldap://", 7) == 0) {
		if (!names_attribute(uri))
			(void)error_fail(err, RULE_EXT_URI,
			    "%s points at '%s', which names no entry or no attribute of it",
			    ext->name, uri);
		return;
	}
	if (strncasecmp(uri, "https://", 8) == 0) {
		error_warn(err, RULE_EXT_URI_HTTPS, NOWHERE, "%s points at '%s'", ext->name, uri);
		return;
	}
	(void)error_fail(err, RULE_EXT_URI, "%s points at '%s'", ext->name, uri);
	error_want(err, "an http or ldap URI", "another scheme");
}
