#include "x509/tbs.h"

#include "x509/der_write.h"

#define DER(...)                                                              \
	{ .p = (const uint8_t[]){ __VA_ARGS__ }, .n = sizeof((const uint8_t[]){ __VA_ARGS__ }) }

/* 1.2.840.113549.1.1.x and parameters NULL, which RFC 4055 5 demands. */
#define RSA(last)                                                             \
	DER(0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, last, \
	    0x05, 0x00)

/* 1.2.840.10045.4.3.x without parameters: RFC 5758 3.2. */
#define ECDSA(last) DER(0x30, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, last)

/* AlgorithmIdentifier of a hash, 2.16.840.1.101.3.4.2.x; RFC 4055 2.1: NULL SHOULD be
 * generated. */
#define HASH(last)                                                            \
	0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, last, 0x05, 0x00

/* RFC 4055 3.1: id-RSASSA-PSS with the hash, MGF1 with the same, and the length of the
 * salt; the trailer is the default, which DER leaves out. */
#define PSS(last, salt)                                                       \
	DER(0x30, 0x41, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x0a, \
	    0x30, 0x34, 0xa0, 0x0f, HASH(last), 0xa1, 0x1c, 0x30, 0x1a,           \
	    0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x08, HASH(last), \
	    0xa2, 0x03, 0x02, 0x01, salt)

static const struct {
	const char *word;
	struct bytes der;                /* AlgorithmIdentifier               */
} algorithms[RC_SIGALGS] = {
	[RC_SIG_NONE] = { "none", DER(0x30, 0x00) },
	[RC_RSA_SHA256] = { "sha256WithRSAEncryption", RSA(0x0b) },
	[RC_RSA_SHA384] = { "sha384WithRSAEncryption", RSA(0x0c) },
	[RC_RSA_SHA512] = { "sha512WithRSAEncryption", RSA(0x0d) },
	[RC_ECDSA_SHA256] = { "ecdsa-with-SHA256", ECDSA(0x02) },
	[RC_ECDSA_SHA384] = { "ecdsa-with-SHA384", ECDSA(0x03) },
	[RC_ECDSA_SHA512] = { "ecdsa-with-SHA512", ECDSA(0x04) },
	[RC_RSA_PSS_SHA256] = { "rsassaPss-SHA256", PSS(0x01, 32) },
	[RC_RSA_PSS_SHA384] = { "rsassaPss-SHA384", PSS(0x02, 48) },
	[RC_RSA_PSS_SHA512] = { "rsassaPss-SHA512", PSS(0x03, 64) },
	/* RFC 8410 3: 1.3.101.112, parameters MUST be absent */
	[RC_ED25519] = { "Ed25519", DER(0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70) },
};

const char *
sigalg_word(enum rc_sigalg algorithm)
{
	return algorithm < ARRAY_LEN(algorithms) ? algorithms[algorithm].word : "unknown";
}

void
sigalg_encode(enum rc_sigalg algorithm, struct buf *out)
{
	buf_put_bytes(out, algorithms[algorithm].der);
}

enum rc_sigalg
sigalg_find(struct bytes identifier)
{
	for (unsigned a = RC_SIG_NONE + 1; a < RC_SIGALGS; a++)
		if (bytes_equal(algorithms[a].der, identifier))
			return (enum rc_sigalg)a;
	return RC_SIG_NONE;
}

/* -- time --------------------------------------------------------------------- */

struct civil {
	int64_t year;
	unsigned month, day;
};

/*
 * Days since 1970-01-01 as a date of the Gregorian calendar.  Counted in eras of
 * 400 years (146097 days) that begin on 1 March, so that the leap day is last.
 */
static struct civil
civil_of_days(int64_t days)
{
	int64_t z = days + 719468;
	int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	unsigned of_era = (unsigned)(z - era * 146097);
	unsigned year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	unsigned of_year = of_era - (365 * year + year / 4 - year / 100);
	unsigned march = (5 * of_year + 2) / 153;
	unsigned month = march < 10 ? march + 3 : march - 9;

	return (struct civil){
		.year = (int64_t)year + era * 400 + (month <= 2),
		.month = month,
		.day = of_year - (153 * march + 2) / 5 + 1,
	};
}

static void
put_time(int64_t seconds, bool may_be_utc, struct buf *out)
{
	int64_t days = seconds / 86400 - (seconds % 86400 < 0);
	unsigned of_day = (unsigned)(seconds - days * 86400);
	struct civil date = civil_of_days(days);
	bool utc = may_be_utc && date.year >= 1950 && date.year < 2050;
	size_t from = out->n;

	buf_printf(out, utc ? "%02u" : "%04u",
	    (unsigned)(utc ? date.year % 100 : date.year));
	buf_printf(out, "%02u%02u%02u%02u%02uZ", date.month, date.day, of_day / 3600,
	    of_day / 60 % 60, of_day % 60);
	der_wrap(out, from, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME);
}

void
time_encode(int64_t seconds, struct buf *out)
{
	put_time(seconds, true, out);
}

void
general_time_encode(int64_t seconds, struct buf *out)
{
	put_time(seconds, false, out);
}

/* -- what is signed ----------------------------------------------------------- */

static void
put_validity(const struct tbs_parts *parts, struct buf *out)
{
	size_t from = out->n;

	time_encode(parts->not_before, out);
	time_encode(parts->not_after, out);
	der_wrap(out, from, DER_SEQUENCE);
}

/* [3] EXPLICIT SEQUENCE OF Extension; absent when there is none. */
static void
put_extensions(struct bytes extensions, struct buf *out)
{
	size_t from = out->n;

	if (extensions.n == 0)
		return;
	der_put(out, DER_SEQUENCE, extensions);
	der_wrap(out, from, DER_CONTEXT_SEQ(3));
}

void
tbs_encode(const struct tbs_parts *parts, struct buf *out)
{
	size_t from = out->n;

	der_put_int(out, 2);                     /* v3 */
	der_wrap(out, from, DER_CONTEXT_SEQ(0));
	der_put_unsigned(out, parts->serial);
	sigalg_encode(parts->algorithm, out);
	buf_put_bytes(out, parts->issuer);
	put_validity(parts, out);
	buf_put_bytes(out, parts->subject);
	buf_put_bytes(out, parts->spki);
	put_extensions(parts->extensions, out);
	der_wrap(out, from, DER_SEQUENCE);
}

/* Attribute extensionRequest (RFC 2985 5.4.2): SET OF one SEQUENCE OF Extension. */
static void
put_extension_request(struct bytes extensions, struct buf *out)
{
	size_t from = out->n, values;

	if (extensions.n == 0)
		return;
	der_put_dotted(out, "1.2.840.113549.1.9.14");
	values = out->n;
	der_put(out, DER_SEQUENCE, extensions);
	der_wrap(out, values, DER_SET);
	der_wrap(out, from, DER_SEQUENCE);
}

void
csr_info_encode(struct bytes subject, struct bytes spki, struct bytes extensions,
    struct buf *out)
{
	size_t from = out->n, attributes;

	der_put_int(out, 0);                     /* v1 */
	buf_put_bytes(out, subject);
	buf_put_bytes(out, spki);
	attributes = out->n;
	put_extension_request(extensions, out);
	der_wrap(out, attributes, DER_CONTEXT_SEQ(0));
	der_wrap(out, from, DER_SEQUENCE);
}

void
signed_wrap(struct bytes tbs, enum rc_sigalg algorithm, struct bytes signature,
    struct buf *out)
{
	size_t from = out->n;

	buf_put_bytes(out, tbs);
	sigalg_encode(algorithm, out);
	der_put_bits(out, signature);
	der_wrap(out, from, DER_SEQUENCE);
}
