/*
 * sample_cert.h - certificates for unit tests: a root and a server below it, of
 * which a test changes one thing.
 *
 *      struct sample_key ca = sample_key_make(KEY_EC_P256), key = ...;
 *      struct sample leaf = sample_leaf(&key, &ca);
 *
 *      leaf.not_after = 0;
 *      der = sample_der(&leaf, arena);
 */
#ifndef TESTS_SAMPLE_CERT_H
#define TESTS_SAMPLE_CERT_H

#include "crypto/pubkey.h"
#include "crypto/softkey.h"
#include "tests/unit.h"
#include "x509/cert.h"
#include "x509/tbs.h"

#define SAMPLE_DAY ((int64_t)86400)
#define SAMPLE_FROM ((int64_t)1700000000)
#define SAMPLE_NOW (SAMPLE_FROM + 10 * SAMPLE_DAY)

struct sample_key {
	struct softkey *key;
	struct pubkey *pub;
	enum rc_sigalg algorithm;
};

struct sample {
	struct dn issuer, subject;
	int64_t not_before, not_after;
	struct bytes serial;
	enum rc_sigalg algorithm;
	struct ext_value exts[EXT_COUNT + 1];
	size_t n_exts;
	const struct sample_key *key, *signer;
};

static inline struct sample_key
sample_key_make(unsigned algorithm)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct sample_key made = { .key = NULL };

	REQUIRE_OK(softkey_generate(algorithm, &made.key, err), err);
	REQUIRE_OK(softkey_spki(made.key, &spki, err), err);
	REQUIRE_OK(pubkey_read(buf_bytes(&spki), &made.pub, err), err);
	made.algorithm = pubkey_sigalg(made.pub);
	return made;
}

static inline void
sample_key_clear(struct sample_key *key)
{
	softkey_free(key->key);
	pubkey_free(key->pub);
}
DEFINE_SCOPED_VALUE(sample_key_clear, struct sample_key)

static inline struct ext_value *
sample_add(struct sample *sample, struct ext_value value)
{
	sample->exts[sample->n_exts] = value;
	return &sample->exts[sample->n_exts++];
}

/* A test that asks for one that is not there is wrong itself. */
static inline struct ext_value *
sample_ext(struct sample *sample, enum ext_id id)
{
	for (size_t i = 0; i < sample->n_exts; i++)
		if (sample->exts[i].id == id)
			return &sample->exts[i];
	abort();
}

static inline void
sample_drop(struct sample *sample, enum ext_id id)
{
	struct ext_value *ext = sample_ext(sample, id);

	sample->n_exts--;
	memmove(ext, ext + 1, (size_t)(&sample->exts[sample->n_exts] - ext) * sizeof(*ext));
}

static inline struct sample
sample_start(const struct sample_key *key, const struct sample_key *signer)
{
	return (struct sample){
		.issuer = { .attr = { [DN_CN] = "Contoso Root", [DN_C] = "US" } },
		.serial = BYTES("\x5a" "1234567890123456789", 20),
		.algorithm = signer->algorithm, .key = key, .signer = signer,
	};
}

static inline struct sample
sample_root(const struct sample_key *key)
{
	struct sample root = sample_start(key, key);

	root.subject = root.issuer;
	root.not_before = SAMPLE_FROM - 365 * SAMPLE_DAY;
	root.not_after = SAMPLE_FROM + 3650 * SAMPLE_DAY;
	sample_add(&root, (struct ext_value){ .id = EXT_BASIC_CONSTRAINTS, .critical = true,
	    .u.basic = { .ca = true, .path_len = -1 } });
	sample_add(&root, (struct ext_value){ .id = EXT_KEY_USAGE, .critical = true,
	    .u.key_usage = KU_KEY_CERT_SIGN | KU_CRL_SIGN | KU_DIGITAL_SIGNATURE });
	sample_add(&root, (struct ext_value){ .id = EXT_SUBJECT_KEY_IDENTIFIER,
	    .u.key_id = pubkey_key_id(key->pub) });
	return root;
}

static inline struct sample
sample_leaf(const struct sample_key *key, const struct sample_key *signer)
{
	static struct general_name names[] = { { NAME_DNS, "sip.contoso.com" },
		{ NAME_DNS, "webcon.contoso.com" }, { NAME_DNS, "sip.fabrikam.com" } };
	static const char *usages[] = { "1.3.6.1.5.5.7.3.1" };
	static const char *crl[] = { "http://pki.contoso.com/root.crl" };
	struct sample leaf = sample_start(key, signer);

	leaf.subject = (struct dn){ .attr = { [DN_CN] = "sip.contoso.com", [DN_O] = "Contoso" } };
	leaf.not_before = SAMPLE_FROM;
	leaf.not_after = SAMPLE_FROM + 730 * SAMPLE_DAY;
	sample_add(&leaf, (struct ext_value){ .id = EXT_BASIC_CONSTRAINTS, .critical = true,
	    .u.basic = { .ca = false, .path_len = -1 } });
	sample_add(&leaf, (struct ext_value){ .id = EXT_KEY_USAGE, .critical = true,
	    .u.key_usage = KU_DIGITAL_SIGNATURE |
	    (pubkey_is_ec(key->pub) ? 0 : KU_KEY_ENCIPHERMENT) });
	sample_add(&leaf, (struct ext_value){ .id = EXT_EXTENDED_KEY_USAGE,
	    .u.oids = { .v = usages, .n = 1 } });
	sample_add(&leaf, (struct ext_value){ .id = EXT_SUBJECT_ALT_NAME,
	    .u.names = { .v = names, .n = ARRAY_LEN(names) } });
	sample_add(&leaf, (struct ext_value){ .id = EXT_SUBJECT_KEY_IDENTIFIER,
	    .u.key_id = pubkey_key_id(key->pub) });
	sample_add(&leaf, (struct ext_value){ .id = EXT_AUTHORITY_KEY_IDENTIFIER,
	    .u.key_id = pubkey_key_id(signer->pub) });
	sample_add(&leaf, (struct ext_value){ .id = EXT_CRL_DISTRIBUTION_POINTS,
	    .u.uris = { .v = crl, .n = 1 } });
	return leaf;
}

static inline struct bytes
sample_tbs(const struct sample *sample, struct arena *arena)
{
	SCOPED(buf_clear) struct buf issuer = BUF_INIT;
	SCOPED(buf_clear) struct buf subject = BUF_INIT;
	SCOPED(buf_clear) struct buf exts = BUF_INIT;
	SCOPED(buf_clear) struct buf tbs = BUF_INIT;

	dn_encode(&sample->issuer, &issuer);
	dn_encode(&sample->subject, &subject);
	for (size_t i = 0; i < sample->n_exts; i++)
		ext_put(&sample->exts[i], &exts);
	tbs_encode(&(struct tbs_parts){
		.algorithm = sample->algorithm, .issuer = buf_bytes(&issuer),
		.subject = buf_bytes(&subject), .spki = pubkey_spki(sample->key->pub),
		.serial = sample->serial, .not_before = sample->not_before,
		.not_after = sample->not_after, .extensions = buf_bytes(&exts),
	}, &tbs);
	return arena_bytes(arena, buf_bytes(&tbs));
}

/* Any bytes, signed as if they were a TBSCertificate. */
static inline struct bytes
sample_sign(struct bytes tbs, const struct sample_key *signer, struct arena *arena)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	REQUIRE_OK(softkey_sign(signer->key, signer->algorithm, tbs, &signature, err), err);
	signed_wrap(tbs, signer->algorithm, buf_bytes(&signature), &der);
	return arena_bytes(arena, buf_bytes(&der));
}

static inline struct bytes
sample_der(const struct sample *sample, struct arena *arena)
{
	return sample_sign(sample_tbs(sample, arena), sample->signer, arena);
}

static inline struct cert
sample_cert(const struct sample *sample, struct arena *arena)
{
	SCOPED(error_free) struct error *err = error_new();
	struct cert cert = { .n_exts = 0 };

	REQUIRE_OK(cert_read(sample_der(sample, arena), arena, &cert, err), err);
	return cert;
}

#endif
