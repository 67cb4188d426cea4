/*
 * read.h - what the decoders of extensions share: libcrypto's readers, made strict.
 *
 * Private to ext/ and cert.c.  Nothing of our own writer is used here.
 */
#ifndef X509_EXT_READ_H
#define X509_EXT_READ_H

#include <openssl/x509v3.h>

/* libcrypto numbers the bits of keyUsage otherwise, under the names of ext.h. */
#undef KU_DIGITAL_SIGNATURE
#undef KU_NON_REPUDIATION
#undef KU_KEY_ENCIPHERMENT
#undef KU_DATA_ENCIPHERMENT
#undef KU_KEY_AGREEMENT
#undef KU_KEY_CERT_SIGN
#undef KU_CRL_SIGN
#undef KU_ENCIPHER_ONLY
#undef KU_DECIPHER_ONLY

#include "x509/ext/ext.h"

/*
 * An ASN.1 item of libcrypto that takes all of the bytes, and that libcrypto would
 * write as the same bytes again; NULL with rule ext-malformed else.  Free it with
 * the item's own function.
 */
void *ext_d2i(const struct ext_class *ext, struct bytes der, const ASN1_ITEM *item,
    struct error *err);

/* Rule ext-malformed, naming the extension. */
enum rc_status ext_malformed(const struct ext_class *ext, const char *what,
    struct error *err);

struct bytes string_bytes(const ASN1_STRING *string);
/* As a C string in the arena; NULL where it holds a NUL octet. */
const char *string_text(const ASN1_STRING *string, struct arena *arena);
/* Dotted; NULL where it is none, or too large (der_write.h says how large). */
const char *object_text(const ASN1_OBJECT *object, struct arena *arena);
/* The kind of a name and its DER: the text of NAME_OTHER.  NULL: not well formed. */
const char *name_hex(const GENERAL_NAME *name, struct arena *arena);
/* Any GeneralName; what we do not write becomes NAME_OTHER.  False: not well formed. */
bool name_read(const GENERAL_NAME *name, struct arena *arena, struct general_name *ret);

/* A number of certificates; absent (NULL) it stays as it is.  False: none that is. */
bool skip_read(const ASN1_INTEGER *read, int64_t *ret);

/* The next element of what the strict reader reads: a number below 2^32; an OID,
 * dotted, NULL where it is none. */
bool small_take(struct bytes *in, uint32_t *ret);
const char *oid_take(struct bytes *in, struct arena *arena);

/* Extensions whose value is NULL: they say all that they say by standing there. */
void null_compile(const struct node *node, struct arena *arena, struct ext_value *ret);
void null_encode(const struct ext_value *value, struct buf *out);
enum rc_status null_decode(const struct ext_class *ext, struct bytes der,
    struct ext_value *ret, struct error *err) RC_CHECK;
bool null_equal(const struct ext_value *a, const struct ext_value *b);

/* Texts that are collected: VEC_PUSH takes it. */
struct text_list {
	const char **v;
	size_t n, cap;
};

/* Adds the name if it is a URI; false: not well formed. */
bool uri_collect(const GENERAL_NAME *name, struct arena *arena, struct text_list *list);

/* Is this absolute URI one that a client can fetch by?  Adds ext-uri, ext-uri-https. */
void uri_lint(const struct ext_class *ext, const char *uri, struct error *err);

DEFINE_SCOPED(ASN1_BIT_STRING_free, ASN1_BIT_STRING *)
DEFINE_SCOPED(ASN1_OCTET_STRING_free, ASN1_OCTET_STRING *)
DEFINE_SCOPED(ASN1_INTEGER_free, ASN1_INTEGER *)
DEFINE_SCOPED(NAME_CONSTRAINTS_free, NAME_CONSTRAINTS *)
DEFINE_SCOPED(POLICY_CONSTRAINTS_free, POLICY_CONSTRAINTS *)
DEFINE_SCOPED(PKEY_USAGE_PERIOD_free, PKEY_USAGE_PERIOD *)
DEFINE_SCOPED(BASIC_CONSTRAINTS_free, BASIC_CONSTRAINTS *)
DEFINE_SCOPED(EXTENDED_KEY_USAGE_free, EXTENDED_KEY_USAGE *)
DEFINE_SCOPED(GENERAL_NAMES_free, GENERAL_NAMES *)
DEFINE_SCOPED(AUTHORITY_KEYID_free, AUTHORITY_KEYID *)
DEFINE_SCOPED(CERTIFICATEPOLICIES_free, CERTIFICATEPOLICIES *)
DEFINE_SCOPED(CRL_DIST_POINTS_free, CRL_DIST_POINTS *)
DEFINE_SCOPED(AUTHORITY_INFO_ACCESS_free, AUTHORITY_INFO_ACCESS *)

static inline void
policy_mappings_free(POLICY_MAPPINGS *mappings)
{
	sk_POLICY_MAPPING_pop_free(mappings, POLICY_MAPPING_free);
}
DEFINE_SCOPED(policy_mappings_free, POLICY_MAPPINGS *)

#endif
