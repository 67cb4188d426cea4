#include "x509/cert.h"

#include <openssl/asn1t.h>
#include <openssl/err.h>

#include "crypto/der.h"
#include "crypto/envelope.h"
#include "crypto/libcrypto.h"
#include "x509/cert_name.h"
#include "x509/der_write.h"
#include "x509/ext/read.h"
#include "x509/tbs.h"

DEFINE_SCOPED(X509_free, X509 *)
DEFINE_SCOPED(ASN1_TIME_free, ASN1_TIME *)

/*
 * RFC 5280 4.1, template for template as libcrypto has it, but for the key: it stays what
 * was read.  An X509 would decode it, and that takes ten times as long as all the rest.
 */
typedef struct {
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *octets;
} CERT_KEY;
typedef struct {
	ASN1_INTEGER *version, *serial;
	X509_ALGOR *algorithm;
	X509_NAME *issuer, *subject;
	X509_VAL *validity;
	CERT_KEY *key;
	ASN1_BIT_STRING *issuer_id, *subject_id;
	STACK_OF(X509_EXTENSION) *exts;
} CERT_INFO;
typedef struct {
	CERT_INFO *info;
	X509_ALGOR *algorithm;
	ASN1_BIT_STRING *signature;
} CERT;

ASN1_SEQUENCE(CERT_KEY) = {
	ASN1_SIMPLE(CERT_KEY, algorithm, X509_ALGOR),
	ASN1_SIMPLE(CERT_KEY, octets, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(CERT_KEY)

ASN1_SEQUENCE(CERT_INFO) = {
	ASN1_EXP_OPT(CERT_INFO, version, ASN1_INTEGER, 0),
	ASN1_SIMPLE(CERT_INFO, serial, ASN1_INTEGER),
	ASN1_SIMPLE(CERT_INFO, algorithm, X509_ALGOR),
	ASN1_SIMPLE(CERT_INFO, issuer, X509_NAME),
	ASN1_SIMPLE(CERT_INFO, validity, X509_VAL),
	ASN1_SIMPLE(CERT_INFO, subject, X509_NAME),
	ASN1_SIMPLE(CERT_INFO, key, CERT_KEY),
	ASN1_IMP_OPT(CERT_INFO, issuer_id, ASN1_BIT_STRING, 1),
	ASN1_IMP_OPT(CERT_INFO, subject_id, ASN1_BIT_STRING, 2),
	ASN1_EXP_SEQUENCE_OF_OPT(CERT_INFO, exts, X509_EXTENSION, 3),
} static_ASN1_SEQUENCE_END(CERT_INFO)

ASN1_SEQUENCE(CERT) = {
	ASN1_SIMPLE(CERT, info, CERT_INFO),
	ASN1_SIMPLE(CERT, algorithm, X509_ALGOR),
	ASN1_SIMPLE(CERT, signature, ASN1_BIT_STRING),
} static_ASN1_SEQUENCE_END(CERT)

static void
cert_free(CERT *cert)
{
	ASN1_item_free((ASN1_VALUE *)cert, ASN1_ITEM_rptr(CERT));
}
DEFINE_SCOPED(cert_free, CERT *)

static const char no_certificate[] = "its fields are not those of RFC 5280 4.1";

static enum rc_status
malformed(const char *what, struct error *err)
{
	return error_fail(err, RULE_CERT_MALFORMED, "this is no certificate: %s", what);
}

/* -- the fields ----------------------------------------------------------------------- */

/* Ours by its whole AlgorithmIdentifier, parameters included. */
static void
read_algorithm(const X509_ALGOR *read, struct bytes der, struct arena *arena, struct cert *ret)
{
	const ASN1_OBJECT *oid;
	int nid;

	X509_ALGOR_get0(&oid, NULL, NULL, read);
	ret->algorithm_oid = object_text(oid, arena);
	if (ret->algorithm_oid == NULL)
		ret->algorithm_oid = "unknown";
	nid = OBJ_obj2nid(oid);
	ret->algorithm_text = nid != NID_undef ? OBJ_nid2ln(nid) : ret->algorithm_oid;
	ret->algorithm = sigalg_find(der);
}

/* RFC 5280 4.1.2.5: both forms in seconds and in Zulu. */
static enum rc_status
read_time(const ASN1_TIME *time, int64_t *ret, struct error *err)
{
	SCOPED(ASN1_TIME_free) ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
	struct bytes text = string_bytes(time);
	size_t want = ASN1_STRING_type(time) == V_ASN1_UTCTIME ? 13 : 15;
	int days, seconds;

	if (epoch == NULL)
		mem_die();
	if (text.n != want || text.p[want - 1] != 'Z' || ASN1_TIME_check(time) != 1 ||
	    ASN1_TIME_diff(&days, &seconds, epoch, time) != 1)
		return malformed("a time of its validity is not one", err);
	*ret = (int64_t)days * 86400 + seconds;
	return RC_OK;
}

static enum rc_status
read_validity(const CERT_INFO *info, struct cert *ret, struct error *err)
{
	TRY(read_time(info->validity->notBefore, &ret->not_before, err));
	return read_time(info->validity->notAfter, &ret->not_after, err);
}

static enum rc_status
read_names(const CERT_INFO *info, struct arena *arena, struct cert *ret, struct error *err)
{
	TRY_WHILE(err, name_take(info->issuer, arena, &ret->issuer, &ret->issuer_dn,
	    &ret->issuer_text, err), "reading the issuer's name");
	TRY_WHILE(err, name_take(info->subject, arena, &ret->subject, &ret->subject_dn,
	    &ret->subject_text, err), "reading the subject's name");
	return RC_OK;
}

/* -- extensions ----------------------------------------------------------------------- */

static enum rc_status
read_ext(const X509_EXTENSION *read, struct arena *arena, struct cert_ext *ret,
    struct error *err)
{
	/* libcrypto 3.0 takes no const here, and changes nothing */
	X509_EXTENSION *ext = (X509_EXTENSION *)(uintptr_t)read;
	const struct ext_class *class;

	ret->oid = object_text(X509_EXTENSION_get_object(ext), arena);
	if (ret->oid == NULL)
		return malformed("the OID of an extension is none", err);
	ret->critical = X509_EXTENSION_get_critical(ext) != 0;
	ret->der = arena_bytes(arena, string_bytes(X509_EXTENSION_get_data(ext)));
	class = ext_by_oid(ret->oid);
	if (class == NULL)
		return RC_OK;
	TRY(class->decode(ret->der, arena, &ret->value, err));
	ret->value.critical = ret->critical;
	ret->known = true;
	return RC_OK;
}

static enum rc_status
check_once(const struct cert *cert, size_t i, struct error *err)
{
	for (size_t j = 0; j < i; j++)
		if (strcmp(cert->exts[i].oid, cert->exts[j].oid) == 0)
			return error_fail(err, RULE_CERT_EXT_TWICE,
			    "the extension %s stands twice", cert->exts[i].oid);
	return RC_OK;
}

enum { EXTS_MAX = 64 };

static enum rc_status
read_exts(const CERT_INFO *info, struct arena *arena, struct cert *ret, struct error *err)
{
	int n = info->exts != NULL ? sk_X509_EXTENSION_num(info->exts) : 0;

	if (n > EXTS_MAX)
		return malformed("it has more than 64 extensions", err);
	if (n > 0 && ret->version != 3)
		return malformed("it has extensions and is not version 3", err);
	ret->exts = arena_alloc(arena, (size_t)n * sizeof(*ret->exts));
	for (int i = 0; i < n; i++) {
		TRY(read_ext(sk_X509_EXTENSION_value(info->exts, i), arena, &ret->exts[i], err));
		TRY(check_once(ret, (size_t)i, err));
		ret->n_exts++;
	}
	return RC_OK;
}

/* -- the whole ------------------------------------------------------------------------ */

/* DER leaves out what is DEFAULT (X.690 11.5): version v1, critical FALSE.  libcrypto
 * reads it where it stands. */
static bool
says_default(struct bytes tbs, struct bytes exts)
{
	struct bytes version, number, list, ext, part;

	if (der_take(&tbs, DER_CONTEXT_SEQ(0), &version) &&
	    der_take(&version, DER_INTEGER, &number) && number.n == 1 && number.p[0] == 0)
		return true;
	if (!der_take(&exts, DER_SEQUENCE, &list))
		return false;
	while (der_take(&list, DER_SEQUENCE, &ext))
		if (der_take(&ext, DER_OID, &part) && der_take(&ext, DER_BOOLEAN, &part) &&
		    part.p[0] == 0)
			return true;
	return false;
}

/* The pieces whose octets are wanted as they stand. */
static enum rc_status
take_apart(struct bytes der, struct cert *ret, struct bytes *ret_algorithm, struct error *err)
{
	struct bytes in = der, seq, tbs, part, exts = BYTES(NULL, 0);

	if (!der_take(&in, DER_SEQUENCE, &seq) || !der_take_whole(&seq, DER_SEQUENCE, &ret->tbs))
		return malformed(no_certificate, err);
	in = ret->tbs;
	(void)der_take(&in, DER_SEQUENCE, &tbs);
	in = tbs;
	(void)der_take(&in, DER_CONTEXT_SEQ(0), &part);
	if (!der_take(&in, DER_INTEGER, &ret->serial) ||
	    !der_take_whole(&in, DER_SEQUENCE, ret_algorithm) ||
	    !der_take(&in, DER_SEQUENCE, &part) || !der_take(&in, DER_SEQUENCE, &part) ||
	    !der_take(&in, DER_SEQUENCE, &part) ||
	    !der_take_whole(&in, DER_SEQUENCE, &ret->spki))
		return malformed(no_certificate, err);
	(void)der_take(&in, DER_CONTEXT(1), &part);
	(void)der_take(&in, DER_CONTEXT(2), &part);
	(void)der_take(&in, DER_CONTEXT_SEQ(3), &exts);
	return says_default(tbs, exts) ? malformed("a default is written", err) : RC_OK;
}

static enum rc_status
read_fields(const CERT_INFO *info, struct arena *arena, struct cert *ret, struct error *err)
{
	long version = ASN1_INTEGER_get(info->version);
	struct bytes algorithm;

	TRY(take_apart(ret->der, ret, &algorithm, err));
	if (version < 0 || version > 2)
		return malformed("its version is not 1 to 3", err);
	ret->version = (unsigned)version + 1;
	read_algorithm(info->algorithm, algorithm, arena, ret);
	TRY(read_names(info, arena, ret, err));
	TRY(read_validity(info, ret, err));
	return read_exts(info, arena, ret, err);
}

static enum rc_status
read_whole(struct bytes der, struct arena *arena, CERT **ret_read, struct cert *ret,
    struct error *err)
{
	SCOPED(cert_free) CERT *read = NULL;
	const char *fault = der_fault(der);
	const uint8_t *p = der.p;

	if (der.n > CERT_MAX)
		return error_fail(err, RULE_CERT_TOO_LARGE, "want at most 64 KiB, have %zu octets",
		    der.n);
	if (fault != NULL)
		return malformed(fault, err);
	crypto_begin();
	read = (CERT *)ASN1_item_d2i(NULL, &p, (long)der.n, ASN1_ITEM_rptr(CERT));
	ERR_clear_error();
	if (read == NULL)
		return malformed(no_certificate, err);
	ret->der = arena_bytes(arena, der);
	TRY(read_fields(read->info, arena, ret, err));
	ERR_clear_error();
	*ret_read = TAKE(read);
	return RC_OK;
}

enum rc_status
cert_read(struct bytes der, struct arena *arena, struct cert *ret, struct error *err)
{
	SCOPED(cert_free) CERT *read = NULL;
	struct cert cert = { .n_exts = 0 };

	TRY(read_whole(der, arena, &read, &cert, err));
	if (X509_ALGOR_cmp(read->algorithm, read->info->algorithm) != 0)
		return error_fail(err, RULE_CERT_ALGORITHMS,
		    "the signature algorithm inside is %s, the one beside the signature another",
		    cert.algorithm_text);
	cert.signature = arena_bytes(arena, string_bytes(read->signature));
	*ret = cert;
	return RC_OK;
}

/* Nothing of the TBSCertificate is new. */
static bool
is_signed_of(struct bytes der, const struct cert *known, struct bytes *ret_signature)
{
	struct bytes in = der, seq, tbs, algorithm;

	return known != NULL && known->algorithm != RC_SIG_NONE &&
	    der_take(&in, DER_SEQUENCE, &seq) && in.n == 0 &&
	    der_take_whole(&seq, DER_SEQUENCE, &tbs) && bytes_equal(tbs, known->tbs) &&
	    der_take_whole(&seq, DER_SEQUENCE, &algorithm) &&
	    sigalg_find(algorithm) == known->algorithm &&
	    der_take_bit_octets(&seq, ret_signature) && seq.n == 0;
}

enum rc_status
cert_read_signed(struct bytes der, const struct cert *known, struct arena *arena,
    struct cert *ret, struct error *err)
{
	struct bytes kept = arena_bytes(arena, der), signature;

	if (!is_signed_of(kept, known, &signature))
		return cert_read(der, arena, ret, err);
	*ret = *known;
	ret->der = kept;
	ret->signature = signature;
	return RC_OK;
}

enum rc_status
cert_read_tbs(struct bytes tbs, struct arena *arena, struct cert *ret, struct error *err)
{
	SCOPED(cert_free) CERT *read = NULL;
	SCOPED(buf_clear) struct buf whole = BUF_INIT;
	struct cert cert = { .n_exts = 0 };

	/* any algorithm and any octets will do: nobody looks at them */
	signed_wrap(tbs, RC_RSA_SHA256, BYTES("unsigned", 8), &whole);
	TRY(read_whole(buf_bytes(&whole), arena, &read, &cert, err));
	cert.der = BYTES(NULL, 0);
	*ret = cert;
	return RC_OK;
}

/* -- files ---------------------------------------------------------------------------- */

static const char *const labels[] = { "CERTIFICATE", "X509 CERTIFICATE" };

static const struct envelope_kind kind = {
	.what = "certificate", .labels = labels, .n_labels = ARRAY_LEN(labels),
	.max = CERT_FILE_MAX, .malformed = RULE_CERT_MALFORMED, .too_large = RULE_CERT_TOO_LARGE,
	.trailing = RULE_CERT_TRAILING,
};

enum rc_status
cert_read_file(struct bytes file, struct arena *arena, struct cert *ret, struct error *err)
{
	struct envelope envelope;

	TRY(envelope_open(file, &kind, arena, &envelope, err));
	return cert_read(envelope.der, arena, ret, err);
}

enum rc_status
cert_read_chain(struct bytes file, struct arena *arena, struct cert **ret, size_t *ret_n,
    struct error *err)
{
	struct envelope *envelopes;
	struct cert *certs;
	size_t n;

	TRY(envelope_open_all(file, &kind, arena, &envelopes, &n, err));
	certs = arena_alloc(arena, n * sizeof(*certs));
	for (size_t i = 0; i < n; i++)
		TRY_WHILE(err, cert_read(envelopes[i].der, arena, &certs[i], err),
		    "reading certificate %zu of %zu", i + 1, n);
	*ret = certs;
	*ret_n = n;
	return RC_OK;
}

void
cert_put_pem(struct bytes der, struct buf *out)
{
	pem_put("CERTIFICATE", der, out);
}

/* ContentInfo { signedData, [0] SignedData { 1, {}, { data }, [0] certs, {} } } */
void
cert_put_p7b(const struct bytes *ders, size_t n, struct buf *out)
{
	size_t from = out->n, data, inner, certs;

	der_put_dotted(out, "1.2.840.113549.1.7.2");
	data = out->n;
	der_put_int(out, 1);
	der_put(out, DER_SET, BYTES(NULL, 0));
	inner = out->n;
	der_put_dotted(out, "1.2.840.113549.1.7.1");
	der_wrap(out, inner, DER_SEQUENCE);
	certs = out->n;
	for (size_t i = 0; i < n; i++)
		buf_put_bytes(out, ders[i]);
	der_wrap(out, certs, DER_CONTEXT_SEQ(0));
	der_put(out, DER_SET, BYTES(NULL, 0));
	der_wrap(out, data, DER_SEQUENCE);
	der_wrap(out, data, DER_CONTEXT_SEQ(0));
	der_wrap(out, from, DER_SEQUENCE);
}

/* -- questions ------------------------------------------------------------------------ */

const struct cert_ext *
cert_find_ext(const struct cert *cert, enum ext_id id)
{
	for (size_t i = 0; i < cert->n_exts; i++)
		if (cert->exts[i].known && cert->exts[i].value.id == id)
			return &cert->exts[i];
	return NULL;
}

bool
cert_is_ca(const struct cert *cert)
{
	const struct cert_ext *basic = cert_find_ext(cert, EXT_BASIC_CONSTRAINTS);

	return basic != NULL && basic->value.u.basic.ca;
}

bool
cert_is_self_issued(const struct cert *cert)
{
	return bytes_equal(cert->issuer, cert->subject);
}

enum rc_status
cert_verify(const struct cert *cert, const struct cert *issuer, struct error *err)
{
	SCOPED(X509_free) X509 *x = NULL;
	SCOPED(EVP_PKEY_free) EVP_PKEY *key = NULL;
	const uint8_t *p = cert->der.p, *q = issuer->spki.p;
	int verdict;

	crypto_begin();
	x = d2i_X509(NULL, &p, (long)cert->der.n);
	key = d2i_PUBKEY(NULL, &q, (long)issuer->spki.n);
	verdict = x != NULL && key != NULL ? X509_verify(x, key) : 0;
	ERR_clear_error();
	if (verdict == 1)
		return RC_OK;
	return error_fail(err, RULE_CERT_SIGNATURE,
	    "the signature of '%s' was not made by the key of '%s'", cert->subject_text,
	    issuer->subject_text);
}
