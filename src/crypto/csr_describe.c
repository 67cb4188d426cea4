#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/escape.h"
#include "crypto/csr_parts.h"
#include "crypto/der.h"

DEFINE_SCOPED(GENERAL_NAMES_free, GENERAL_NAMES *)
DEFINE_SCOPED(EXTENDED_KEY_USAGE_free, EXTENDED_KEY_USAGE *)
DEFINE_SCOPED(ASN1_BIT_STRING_free, ASN1_BIT_STRING *)

static void
free_extensions(STACK_OF(X509_EXTENSION) *exts)
{
	sk_X509_EXTENSION_pop_free(exts, X509_EXTENSION_free);
}
DEFINE_SCOPED(free_extensions, STACK_OF(X509_EXTENSION) *)

enum { KEY_USAGE_BITS = 9, IP4_OCTETS = 4, IP6_OCTETS = 16 };

/* What all of these fill. */
struct description {
	struct csr *csr;
	struct arena *arena;
	struct error *err;
	VEC(struct csr_name) names;
	VEC(const char *) ekus;
	VEC(const char *) others;
};

const char *
csr_oid_text(const ASN1_OBJECT *oid, struct arena *arena)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	der_put_oid(BYTES(OBJ_get0_data(oid), OBJ_length(oid)), &text);
	return arena_strdup(arena, buf_text(&text));
}

static const char *
escaped(const uint8_t *p, size_t n, struct arena *arena)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	put_foreign(&text, BYTES(p, n));
	return arena_strdup(arena, buf_text(&text));
}

static const char *
name_text(const X509_NAME *name, struct arena *arena)
{
	const unsigned long flags = XN_FLAG_SEP_CPLUS_SPC | XN_FLAG_DN_REV | XN_FLAG_FN_SN |
	    ASN1_STRFLGS_ESC_2253 | ASN1_STRFLGS_ESC_CTRL | ASN1_STRFLGS_ESC_MSB |
	    ASN1_STRFLGS_UTF8_CONVERT | ASN1_STRFLGS_DUMP_UNKNOWN | ASN1_STRFLGS_DUMP_DER;
	SCOPED(BIO_free_all) BIO *bio = BIO_new(BIO_s_mem());
	char *text;
	long n;

	if (bio == NULL)
		mem_die();
	if (X509_NAME_print_ex(bio, name, 0, flags) < 0)
		return "(a name that cannot be printed)";
	n = BIO_get_mem_data(bio, &text);
	return arena_strndup(arena, text, (size_t)n);
}

static const char *
ip_text(const ASN1_OCTET_STRING *ip, struct arena *arena)
{
	const uint8_t *p = ASN1_STRING_get0_data(ip);
	int n = ASN1_STRING_length(ip);
	char text[INET6_ADDRSTRLEN];

	if (n != IP4_OCTETS && n != IP6_OCTETS)
		return escaped(p, (size_t)n, arena);
	if (inet_ntop(n == IP4_OCTETS ? AF_INET : AF_INET6, p, text, sizeof(text)) == NULL)
		mem_die();
	return arena_strdup(arena, text);
}

static struct csr_name
name_of(const GENERAL_NAME *name, struct arena *arena)
{
	static const char *const words[] = {
		[GEN_EMAIL] = "email", [GEN_DNS] = "dns", [GEN_URI] = "uri", [GEN_IPADD] = "ip",
		[GEN_DIRNAME] = "dn", [GEN_RID] = "rid", [GEN_OTHERNAME] = "other",
		[GEN_X400] = "other", [GEN_EDIPARTY] = "other",
	};
	const char *word = words[name->type], *text = "";

	switch (name->type) {
	case GEN_EMAIL:
	case GEN_DNS:
	case GEN_URI:
		text = escaped(ASN1_STRING_get0_data(name->d.ia5),
		    (size_t)ASN1_STRING_length(name->d.ia5), arena);
		break;
	case GEN_IPADD:
		text = ip_text(name->d.iPAddress, arena);
		break;
	case GEN_DIRNAME:
		text = name_text(name->d.directoryName, arena);
		break;
	case GEN_RID:
		text = csr_oid_text(name->d.registeredID, arena);
		break;
	case GEN_OTHERNAME:
		text = csr_oid_text(name->d.otherName->type_id, arena);
		break;
	default:
		text = name->type == GEN_X400 ? "x400Address" : "ediPartyName";
		break;
	}
	return (struct csr_name){ .type = word, .text = text };
}

/* -- the three extensions that are looked into; false: does not decode -------- */

static bool
describe_names(X509_EXTENSION *ext, struct description *d)
{
	SCOPED(GENERAL_NAMES_free) GENERAL_NAMES *names = X509V3_EXT_d2i(ext);

	for (int i = 0; names != NULL && i < sk_GENERAL_NAME_num(names); i++)
		*VEC_PUSH(d->arena, &d->names) = name_of(sk_GENERAL_NAME_value(names, i),
		    d->arena);
	return names != NULL;
}

static bool
describe_ekus(X509_EXTENSION *ext, struct description *d)
{
	SCOPED(EXTENDED_KEY_USAGE_free) EXTENDED_KEY_USAGE *ekus = X509V3_EXT_d2i(ext);

	for (int i = 0; ekus != NULL && i < sk_ASN1_OBJECT_num(ekus); i++)
		*VEC_PUSH(d->arena, &d->ekus) = csr_oid_text(sk_ASN1_OBJECT_value(ekus, i),
		    d->arena);
	return ekus != NULL;
}

static bool
describe_key_usage(X509_EXTENSION *ext, struct description *d)
{
	SCOPED(ASN1_BIT_STRING_free) ASN1_BIT_STRING *bits = X509V3_EXT_d2i(ext);

	for (int i = 0; bits != NULL && i < KEY_USAGE_BITS; i++)
		if (ASN1_BIT_STRING_get_bit(bits, i))
			d->csr->key_usage |= 1U << i;
	d->csr->has_key_usage |= bits != NULL;
	return bits != NULL;
}

static void
describe_extension(X509_EXTENSION *ext, struct description *d)
{
	static const struct {
		int nid;
		bool (*describe)(X509_EXTENSION *ext, struct description *d);
	} known[] = {
		{ NID_subject_alt_name, describe_names },
		{ NID_ext_key_usage, describe_ekus },
		{ NID_key_usage, describe_key_usage },
	};
	const ASN1_OBJECT *oid = X509_EXTENSION_get_object(ext);
	const char *text = csr_oid_text(oid, d->arena);
	int nid = OBJ_obj2nid(oid);

	for (size_t i = 0; i < ARRAY_LEN(known); i++) {
		if (known[i].nid != nid)
			continue;
		if (known[i].describe(ext, d))
			return;
		error_note(d->err, RULE_CSR_EXTENSION, NOWHERE,
		    "the request's extension %s does not decode", text);
	}
	*VEC_PUSH(d->arena, &d->others) = text;
}

/* Windows asks under an OID of its own (1.3.6.1.4.1.311.2.1.14), too. */
static X509_ATTRIBUTE *
find_request(const CSR *req)
{
	static const int nids[] = { NID_ext_req, NID_ms_ext_req };

	for (size_t i = 0; i < ARRAY_LEN(nids); i++) {
		int at = X509at_get_attr_by_NID(req->info->attributes, nids[i], -1);

		if (at >= 0)
			return X509at_get_attr(req->info->attributes, at);
	}
	return NULL;
}

/* NULL: they do not decode. */
static STACK_OF(X509_EXTENSION) *
read_extensions(X509_ATTRIBUTE *attribute)
{
	const ASN1_TYPE *value = X509_ATTRIBUTE_get0_type(attribute, 0);

	if (value == NULL || value->type != V_ASN1_SEQUENCE)
		return NULL;
	return ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(X509_EXTENSIONS), value);
}

void
csr_describe(const CSR *req, struct arena *arena, struct csr *csr, struct error *err)
{
	X509_ATTRIBUTE *asked = find_request(req);
	SCOPED(free_extensions) STACK_OF(X509_EXTENSION) *exts =
	    asked != NULL ? read_extensions(asked) : NULL;
	struct description d = { .csr = csr, .arena = arena, .err = err };

	csr->subject = name_text(req->info->subject, arena);
	if (exts == NULL && asked != NULL)
		error_note(err, RULE_CSR_EXTENSION, NOWHERE,
		    "the extensions that the request asks for do not decode");
	for (int i = 0; i < sk_X509_EXTENSION_num(exts); i++)
		describe_extension(sk_X509_EXTENSION_value(exts, i), &d);
	csr->names = d.names.v;
	csr->n_names = d.names.n;
	csr->ekus = d.ekus.v;
	csr->n_ekus = d.ekus.n;
	csr->others = d.others.v;
	csr->n_others = d.others.n;
	ERR_clear_error();
}
