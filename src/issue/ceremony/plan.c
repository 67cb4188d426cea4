#include "issue/ceremony/plan.h"

#include "x509/der_write.h"
#include "x509/tbs.h"

bool
ceremony_signs_itself(const struct ceremony_file *file, const struct cert *existing,
    const struct pubkey *issuer)
{
	if (file->kind == CEREMONY_ROOT)
		return true;
	return file->kind == CEREMONY_RENEW && issuer != NULL &&
	    bytes_equal(existing->spki, pubkey_spki(issuer)) && cert_is_self_issued(existing);
}

/* -- what is not known yet -------------------------------------------------------------- */

/* What stands for it, twice: where the two differ the octet is not known. */
struct filling {
	uint8_t first, rest;
};
static const struct filling fillings[] = { { 0x01, 0x00 }, { 0x7f, 0xff } };

static void
fill(struct buf *out, struct filling with, size_t n)
{
	uint8_t *p = buf_reserve(out, n);

	memset(p, with.rest, n);
	p[0] = with.first;
	buf_wrote(out, n);
}

static void
ec_fill(const char *curve, size_t field, struct filling with, struct buf *out)
{
	SCOPED(buf_clear) struct buf point = BUF_INIT;
	size_t from = out->n;

	der_put_dotted(out, "1.2.840.10045.2.1");
	der_put_dotted(out, curve);
	der_wrap(out, from, DER_SEQUENCE);
	with.first = 0x04;               /* uncompressed */
	fill(&point, with, 1 + 2 * field);
	der_put_bits(out, buf_bytes(&point));
	der_wrap(out, from, DER_SEQUENCE);
}

static void
rsa_fill(size_t octets, struct filling with, struct buf *out)
{
	static const uint8_t exponent[] = { 0x01, 0x00, 0x01 };
	SCOPED(buf_clear) struct buf modulus = BUF_INIT, key = BUF_INIT;
	size_t from = out->n;

	with.first = with.rest | 0x80;   /* its top bit is set */
	fill(&modulus, with, octets);
	der_put_unsigned(&key, buf_bytes(&modulus));
	der_put_unsigned(&key, BYTES(exponent, sizeof(exponent)));
	der_wrap(&key, 0, DER_SEQUENCE);
	der_put_dotted(out, "1.2.840.113549.1.1.1");
	der_put(out, DER_NULL, BYTES(NULL, 0));
	der_wrap(out, from, DER_SEQUENCE);
	der_put_bits(out, buf_bytes(&key));
	der_wrap(out, from, DER_SEQUENCE);
}

/* A SubjectPublicKeyInfo of the right length for a key of this kind. */
static void
spki_fill(unsigned algorithm, struct filling with, struct buf *out)
{
	switch (algorithm) {
	case KEY_EC_P256:
		ec_fill("1.2.840.10045.3.1.7", 32, with, out);
		return;
	case KEY_EC_P384:
		ec_fill("1.3.132.0.34", 48, with, out);
		return;
	case KEY_EC_P521:
		ec_fill("1.3.132.0.35", 66, with, out);
		return;
	case KEY_RSA_3072:
		rsa_fill(384, with, out);
		return;
	case KEY_RSA_4096:
		rsa_fill(512, with, out);
		return;
	default:
		rsa_fill(256, with, out);
	}
}

/* -- the bytes -------------------------------------------------------------------------- */

static bool
is_ec(const struct ceremony_file *file, const struct pubkey *key)
{
	return key != NULL ? pubkey_is_ec(key) :
	    (file->key.algorithm & (KEY_EC_P256 | KEY_EC_P384 | KEY_EC_P521)) != 0;
}

static void
tbs_put(const struct ceremony_file *file, const struct entry *entry,
    const struct ceremony_facts *known, struct filling with, struct buf *out)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT, serial = BUF_INIT, id = BUF_INIT;
	SCOPED(buf_clear) struct buf subject = BUF_INIT, exts = BUF_INIT;
	struct entry_ca_facts facts = known->ca;
	struct tbs_parts parts = {
		.algorithm = known->algorithm, .serial = known->serial,
		.not_before = file->not_before, .not_after = file->not_after,
	};

	if (known->key == NULL)
		spki_fill(file->key.algorithm, with, &spki);
	fill(&id, with, SHA1_OCTETS);
	fill(&serial, with, SERIAL_OCTETS);
	if (known->serial.n == 0)
		parts.serial = buf_bytes(&serial);
	facts.spki = known->key != NULL ? pubkey_spki(known->key) : buf_bytes(&spki);
	facts.subject_key_id = known->key != NULL ? pubkey_key_id(known->key) : buf_bytes(&id);
	facts.key_is_ec = is_ec(file, known->key);
	entry_extensions(entry, &facts, &exts);
	dn_encode(&entry->subject, &subject);
	parts.subject = known->existing != NULL ? known->existing->subject : buf_bytes(&subject);
	parts.issuer = known->issuer != NULL ? known->issuer->subject : parts.subject;
	parts.spki = facts.spki;
	parts.extensions = buf_bytes(&exts);
	tbs_encode(&parts, out);
}

void
ceremony_tbs_make(const struct ceremony_file *file, const struct entry *entry,
    const struct ceremony_facts *facts, struct ceremony_tbs *ret)
{
	SCOPED(buf_clear) struct buf other = BUF_INIT;

	*ret = (struct ceremony_tbs){ .octets = BUF_INIT, .unknown = BUF_INIT, .known = true };
	tbs_put(file, entry, facts, fillings[0], &ret->octets);
	tbs_put(file, entry, facts, fillings[1], &other);
	for (size_t i = 0; i < ret->octets.n; i++) {
		bool same = ret->octets.p[i] == other.p[i];

		buf_putc(&ret->unknown, same ? 0 : 1);
		ret->known = ret->known && same;
	}
}

void
ceremony_tbs_clear(struct ceremony_tbs *tbs)
{
	buf_clear(&tbs->octets);
	buf_clear(&tbs->unknown);
}

/* -- the certificate that there is ------------------------------------------------------ */

static void
differs(const char *what, const char *want, const char *have, struct error *err)
{
	(void)error_fail(err, RULE_CEREMONY_DIFFERS,
	    "%s is not that of the existing certificate", what);
	error_want(err, want, have);
}

static void
subject_compare(const struct ceremony_file *file, const struct cert *existing,
    struct error *err)
{
	SCOPED(buf_clear) struct buf have = BUF_INIT;

	if (dn_is_empty(&file->subject))
		return;
	dn_print(&file->subject, &have);
	if (strcmp(buf_text(&have), existing->subject_text) != 0)
		differs("the subject", existing->subject_text, buf_text(&have), err);
}

static void
path_compare(const struct ceremony_file *file, const struct cert *existing, struct error *err)
{
	const struct cert_ext *basic = cert_find_ext(existing, EXT_BASIC_CONSTRAINTS);
	int want = basic != NULL ? basic->value.u.basic.path_len : -1;
	int have = file->has_path_len ? (int)file->path_len : -1;
	SCOPED(buf_clear) struct buf a = BUF_INIT, b = BUF_INIT;

	if (want == have)
		return;
	buf_printf(&a, want < 0 ? "none" : "%d", want);
	buf_printf(&b, have < 0 ? "none" : "%d", have);
	differs("the path length", buf_text(&a), buf_text(&b), err);
}

static void
names_compare(const struct ceremony_file *file, const struct cert *existing, struct error *err)
{
	const struct cert_ext *ext = cert_find_ext(existing, EXT_NAME_CONSTRAINTS);
	struct ext_value have = { .id = EXT_NAME_CONSTRAINTS };

	have.u.constraints.permitted = file->permitted.v;
	have.u.constraints.n_permitted = file->permitted.n;
	have.u.constraints.excluded = file->excluded.v;
	have.u.constraints.n_excluded = file->excluded.n;
	if (ext == NULL ? file->permitted.n + file->excluded.n != 0 :
	    !ext_all[EXT_NAME_CONSTRAINTS]->equal(&ext->value, &have))
		(void)error_fail(err, RULE_CEREMONY_DIFFERS,
		    "the name constraints are not those of the existing certificate");
}

enum rc_status
ceremony_compare(const struct ceremony_file *file, const struct cert *existing,
    struct error *err)
{
	size_t before = error_count(err);

	subject_compare(file, existing, err);
	if (!cert_is_ca(existing))
		(void)error_fail(err, RULE_CEREMONY_DIFFERS, "'%s' is not a CA's certificate",
		    existing->subject_text);
	if (file->kind == CEREMONY_RENEW) {
		path_compare(file, existing, err);
		names_compare(file, existing, err);
		if (bytes_equal(file->serial, existing->serial))
			(void)error_fail(err, RULE_CEREMONY_DIFFERS,
			    "the serial is that of the existing certificate");
		if (file->not_after <= existing->not_after)
			(void)error_fail(err, RULE_CEREMONY_DIFFERS,
			    "the validity ends no later than that of the existing certificate");
	}
	return error_count(err) == before ? RC_OK : error_status(err);
}
