#include "x509/crl_foreign.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "crypto/envelope.h"
#include "crypto/libcrypto.h"

DEFINE_SCOPED(X509_CRL_free, X509_CRL *)
DEFINE_SCOPED(ISSUING_DIST_POINT_free, ISSUING_DIST_POINT *)
DEFINE_SCOPED(ASN1_INTEGER_free, ASN1_INTEGER *)

static enum rc_status
malformed(struct error *err, const char *what)
{
	return crypto_fail(err, RULE_PARENT_CRL_MALFORMED, "this is no revocation list: %s",
	    what);
}

/* -- fields ------------------------------------------------------------------------------- */

static struct bytes
number_of(const ASN1_INTEGER *number, struct arena *arena)
{
	struct bytes octets = BYTES(ASN1_STRING_get0_data(number),
	    (size_t)ASN1_STRING_length(number));

	while (octets.n != 0 && octets.p[0] == 0)
		octets = BYTES(octets.p + 1, octets.n - 1);
	return arena_bytes(arena, octets);
}

static bool
time_of(const ASN1_TIME *time, int64_t *ret)
{
	struct tm tm;

	if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
		return false;
	*ret = timegm(&tm);
	return true;
}

static const char *
point_narrow(X509_CRL *crl)
{
	SCOPED(ISSUING_DIST_POINT_free) ISSUING_DIST_POINT *point =
	    X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, NULL, NULL);

	if (point == NULL)
		return "its issuing distribution point is none";
	if (point->onlyuser > 0 || point->onlyattr > 0)
		return "it is for users or attributes alone";
	if (point->indirectCRL > 0 || point->onlysomereasons != NULL)
		return "it is indirect, or for some reasons alone";
	return point->distpoint != NULL ? "it is a part" : NULL;
}

static const char *
extension_narrow(X509_CRL *crl, X509_EXTENSION *extension)
{
	switch (OBJ_obj2nid(X509_EXTENSION_get_object(extension))) {
	case NID_delta_crl:
		return "it is a delta";
	case NID_issuing_distribution_point:
		return point_narrow(crl);
	case NID_authority_key_identifier:
	case NID_crl_number:
		return NULL;
	default:
		return X509_EXTENSION_get_critical(extension)
		    ? "it has a critical extension that is not known" : NULL;
	}
}

static const char *
narrow_of(X509_CRL *crl)
{
	const char *narrow = NULL;

	for (int i = 0; narrow == NULL && i < X509_CRL_get_ext_count(crl); i++)
		narrow = extension_narrow(crl, X509_CRL_get_ext(crl, i));
	return narrow;
}

/* -- the list ------------------------------------------------------------------------------ */

static enum rc_status
entries_take(X509_CRL *crl, struct arena *arena, struct foreign_crl *ret, struct error *err)
{
	STACK_OF(X509_REVOKED) *revoked = X509_CRL_get_REVOKED(crl);
	int n = revoked != NULL ? sk_X509_REVOKED_num(revoked) : 0;
	struct foreign_entry *entries = arena_alloc(arena, ((size_t)n + 1) * sizeof(*entries));

	for (int i = 0; i < n; i++) {
		const X509_REVOKED *one = sk_X509_REVOKED_value(revoked, i);

		entries[i].serial = number_of(X509_REVOKED_get0_serialNumber(one), arena);
		if (!time_of(X509_REVOKED_get0_revocationDate(one), &entries[i].when))
			return malformed(err, "the time of an entry is none");
	}
	ret->entries = entries;
	ret->n = (size_t)n;
	return RC_OK;
}

static struct bytes
issuer_of(X509_CRL *crl, struct arena *arena)
{
	const uint8_t *der = NULL;
	size_t n = 0;

	if (X509_NAME_get0_der(X509_CRL_get_issuer(crl), &der, &n) != 1)
		return BYTES(NULL, 0);
	return arena_bytes(arena, BYTES(der, n));
}

static enum rc_status
list_take(X509_CRL *crl, struct arena *arena, struct foreign_crl *ret, struct error *err)
{
	SCOPED(ASN1_INTEGER_free) ASN1_INTEGER *number =
	    X509_CRL_get_ext_d2i(crl, NID_crl_number, NULL, NULL);

	if (X509_CRL_get_version(crl) != X509_CRL_VERSION_2 || number == NULL)
		return malformed(err, "it is not of version 2, or has no number");
	if (!time_of(X509_CRL_get0_lastUpdate(crl), &ret->this_update) ||
	    !time_of(X509_CRL_get0_nextUpdate(crl), &ret->next_update))
		return malformed(err, "it does not say from when until when it holds");
	ret->number = number_of(number, arena);
	ret->issuer = issuer_of(crl, arena);
	ret->narrow = narrow_of(crl);
	return entries_take(crl, arena, ret, err);
}

static X509_CRL *
decode(struct bytes der)
{
	const uint8_t *p = der.p;
	X509_CRL *crl;

	crypto_begin();
	crl = d2i_X509_CRL(NULL, &p, (long)der.n);
	if (crl == NULL || p == der.p + der.n)
		return crl;
	X509_CRL_free(crl);
	return NULL;
}

enum rc_status
foreign_crl_read(struct bytes file, struct arena *arena, struct foreign_crl *ret,
    struct error *err)
{
	static const char *const labels[] = { "X509 CRL" };
	static const struct envelope_kind kind = { .what = "revocation list", .labels = labels,
		.n_labels = 1, .max = CRL_FOREIGN_MAX, .malformed = RULE_PARENT_CRL_MALFORMED,
		.too_large = RULE_PARENT_CRL_MALFORMED, .trailing = RULE_PARENT_CRL_MALFORMED };
	SCOPED(X509_CRL_free) X509_CRL *crl = NULL;
	struct foreign_crl list = { .narrow = NULL };
	struct envelope envelope;

	TRY(envelope_open(file, &kind, arena, &envelope, err));
	crl = decode(envelope.der);
	if (crl == NULL)
		return malformed(err, "libcrypto does not read it");
	list.der = arena_bytes(arena, envelope.der);
	TRY(list_take(crl, arena, &list, err));
	*ret = list;
	return RC_OK;
}

enum rc_status
foreign_crl_verify(const struct foreign_crl *list, const struct cert *issuer,
    struct error *err)
{
	SCOPED(X509_CRL_free) X509_CRL *crl = decode(list->der);
	const uint8_t *p = issuer->spki.p;
	SCOPED(EVP_PKEY_free) EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)issuer->spki.n);

	if (!bytes_equal(list->issuer, issuer->subject))
		return error_fail(err, RULE_PARENT_CRL_ISSUER, "the list is not by '%s'",
		    issuer->subject_text);
	if (crl == NULL || key == NULL || X509_CRL_verify(crl, key) != 1)
		return crypto_fail(err, RULE_PARENT_CRL_ISSUER,
		    "the list is not signed by the key of '%s'", issuer->subject_text);
	return RC_OK;
}

const struct foreign_entry *
foreign_crl_find(const struct foreign_crl *list, struct bytes serial)
{
	while (serial.n != 0 && serial.p[0] == 0)
		serial = BYTES(serial.p + 1, serial.n - 1);
	for (size_t i = 0; i < list->n; i++)
		if (bytes_equal(list->entries[i].serial, serial))
			return &list->entries[i];
	return NULL;
}
