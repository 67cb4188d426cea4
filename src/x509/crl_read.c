#include "base/civil.h"
#include "crypto/der.h"
#include "x509/crl.h"
#include "x509/extension_read.h"
#include "x509/tbs.h"

enum { DER_ENUMERATED = 0x0a, SERIAL_MAX = 20 };

static enum rc_status
malformed(struct error *err, const char *what)
{
	return error_fail(err, RULE_CRL_MALFORMED, "this is no CRL: %s", what);
}

/* -- parts -------------------------------------------------------------------------- */

/* Zulu, with seconds: what 5.1.2.4 to 5.1.2.6 and 5.3.2 allow of either form. */
static bool
any_time_take(struct bytes *in, bool utc, int64_t *ret)
{
	char text[21] = "0000-00-00T00:00:00Z";
	static const uint8_t places[] = { 0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18 };
	size_t skip = utc ? 2 : 0;
	struct bytes digits;

	if (!der_take(in, utc ? DER_UTC_TIME : DER_GENERALIZED_TIME, &digits) ||
	    digits.n != sizeof(places) - skip + 1 || digits.p[digits.n - 1] != 'Z')
		return false;
	if (utc)
		memcpy(text, digits.p[0] >= '5' ? "19" : "20", 2);
	for (size_t i = skip; i < sizeof(places); i++)
		text[places[i]] = (char)digits.p[i - skip];
	return civil_read(text, ret);
}

/* UTCTime until 2049, GeneralizedTime from 2050 (5.1.2.4). */
static bool
time_take(struct bytes *in, int64_t *ret)
{
	static const int64_t first_of_2050 = INT64_C(2524608000);
	bool utc = der_peek(*in) == DER_UTC_TIME;

	return any_time_take(in, utc, ret) && utc == (*ret < first_of_2050);
}

static bool
algorithm_take(struct bytes *in, enum rc_sigalg *ret)
{
	struct bytes whole;

	if (!der_take_whole(in, DER_SEQUENCE, &whole))
		return false;
	*ret = sigalg_find(whole);
	return true;
}

/* -- entries ------------------------------------------------------------------------ */

static bool
reason_read(struct bytes value, struct crl_entry *ret)
{
	struct bytes code;

	if (!der_take(&value, DER_ENUMERATED, &code) || value.n != 0 || code.n != 1)
		return false;
	ret->reason = code.p[0];
	return ret->reason != CRL_UNSPECIFIED && crl_reason_word(ret->reason) != NULL;
}

static bool
invalidity_read(struct bytes value, struct crl_entry *ret)
{
	return any_time_take(&value, false, &ret->invalid) && value.n == 0 && ret->invalid != 0;
}

/* crlEntryExtensions: a reasonCode that is not unspecified, an invalidityDate behind it, at
 * least one of them, and nothing else. */
static bool
entry_extensions_read(struct bytes in, struct crl_entry *ret)
{
	static const struct {
		uint8_t oid[3];
		bool (*read)(struct bytes value, struct crl_entry *ret);
	} order[] = {
		{ { 0x55, 0x1d, 21 }, reason_read }, { { 0x55, 0x1d, 24 }, invalidity_read },
	};
	struct extension e;
	size_t i = 0;

	if (in.n == 0)
		return false;
	for (; in.n != 0; i++) {
		if (!extension_take(&in, &e) || e.critical)
			return false;
		while (i < ARRAY_LEN(order) &&
		    !bytes_equal(e.oid, BYTES(order[i].oid, sizeof(order[i].oid))))
			i++;
		if (i == ARRAY_LEN(order) || !order[i].read(e.value, ret))
			return false;
	}
	return true;
}

bool
crl_next(struct bytes *entries, struct crl_entry *ret)
{
	struct bytes rest = *entries, one, extensions;
	struct crl_entry entry = { .reason = CRL_UNSPECIFIED };

	if (!der_take(&rest, DER_SEQUENCE, &one) || !der_take_unsigned(&one, &entry.serial) ||
	    entry.serial.n == 0 || entry.serial.n > SERIAL_MAX || !time_take(&one, &entry.when))
		return false;
	if (one.n != 0 && (!der_take(&one, DER_SEQUENCE, &extensions) || one.n != 0 ||
	    !entry_extensions_read(extensions, &entry)))
		return false;
	*entries = rest;
	*ret = entry;
	return true;
}

/* -- extensions --------------------------------------------------------------------- */

static bool
number_of(struct bytes value, struct bytes *ret)
{
	return der_take_unsigned(&value, ret) && value.n == 0 && ret->n <= SERIAL_MAX;
}

static bool
read_key_id(struct bytes value, struct crl *ret)
{
	struct bytes inner;

	return der_take(&value, DER_SEQUENCE, &inner) && value.n == 0 &&
	    der_take(&inner, DER_CONTEXT(0), &ret->key_id) && inner.n == 0;
}

static bool
read_number(struct bytes value, struct crl *ret)
{
	return number_of(value, &ret->number);
}

static bool
read_delta(struct bytes value, struct crl *ret)
{
	ret->is_delta = true;
	return number_of(value, &ret->base);
}

bool
crl_point_next(struct bytes *points, struct bytes *ret_uri)
{
	return der_take(points, DER_CONTEXT(6), ret_uri);
}

/* distributionPoint with URIs: by no other name. */
static bool
read_points(struct bytes point, struct crl *ret)
{
	struct bytes name, rest, uri;

	if (!der_take(&point, DER_CONTEXT_SEQ(0), &name) || point.n != 0)
		return false;
	for (rest = name; crl_point_next(&rest, &uri);)
		continue;
	ret->is_part = true;
	ret->points = name;
	return rest.n == 0 && name.n != 0;
}

/* What else it may say: for users alone, or for CAs alone; never both. */
static bool
read_scope(struct bytes *in, struct crl *ret)
{
	struct bytes flag;

	for (unsigned tag = 1; tag <= 2; tag++)
		if (der_peek(*in) == (int)DER_CONTEXT(tag)) {
			ret->scope = tag == 1 ? CRL_SCOPE_USERS : CRL_SCOPE_CAS;
			return der_take(in, DER_CONTEXT(tag), &flag) && flag.n == 1 &&
			    flag.p[0] == 0xff;
		}
	return true;
}

static bool
read_point(struct bytes value, struct crl *ret)
{
	struct bytes all, point;

	if (!der_take(&value, DER_SEQUENCE, &all) || value.n != 0 || all.n == 0)
		return false;
	if (der_peek(all) == DER_CONTEXT_SEQ(0) && (!der_take(&all, DER_CONTEXT_SEQ(0), &point) ||
	    !read_points(point, ret)))
		return false;
	return read_scope(&all, ret) && all.n == 0;
}

/* id-ce-..., with what 5.2 says of each. */
static const struct {
	uint8_t last;                    /* arc behind 2.5.29                 */
	bool critical;
	bool (*read)(struct bytes value, struct crl *ret);
} known[] = {
	{ 35, false, read_key_id }, { 20, false, read_number }, { 27, true, read_delta },
	{ 28, true, read_point },
};

static bool
extension_read(const struct extension *e, unsigned *seen, struct crl *ret)
{
	for (unsigned i = 0; i < ARRAY_LEN(known); i++) {
		const uint8_t oid[] = { 0x55, 0x1d, known[i].last };

		if (!bytes_equal(e->oid, BYTES(oid, sizeof(oid))))
			continue;
		if ((*seen >> i & 1) != 0 || e->critical != known[i].critical)
			return false;
		*seen |= 1u << i;
		return known[i].read(e->value, ret);
	}
	return false;
}

static enum rc_status
extensions_read(struct bytes in, struct crl *ret, struct error *err)
{
	struct extension e = { .critical = false };
	struct bytes tagged, list;
	unsigned seen = 0;

	if (!der_take(&in, DER_CONTEXT_SEQ(0), &tagged) || in.n != 0 ||
	    !der_take(&tagged, DER_SEQUENCE, &list) || tagged.n != 0)
		return malformed(err, "its extensions are missing, or not the last of it");
	while (list.n != 0)
		if (!extension_take(&list, &e) || !extension_read(&e, &seen, ret))
			return malformed(err, "an extension that is unknown, twice, or not what "
			    "RFC 5280 5.2 says of it");
	if (ret->number.n == 0 || ret->key_id.n == 0)
		return malformed(err, "it has no number, or does not name the key");
	return RC_OK;
}

/* -- the list ----------------------------------------------------------------------- */

static enum rc_status
entries_read(struct bytes *in, struct crl *ret, struct error *err)
{
	struct crl_entry entry;
	struct bytes rest;

	if (der_peek(*in) != DER_SEQUENCE)
		return RC_OK;
	if (!der_take(in, DER_SEQUENCE, &ret->entries) || ret->entries.n == 0)
		return malformed(err, "a list of entries that is empty, or none");
	for (rest = ret->entries; crl_next(&rest, &entry);)
		continue;
	return rest.n == 0 ? RC_OK : malformed(err, "one of its entries is none");
}

static enum rc_status
list_read(struct bytes in, struct crl *ret, struct error *err)
{
	struct bytes version;

	if (!der_take_unsigned(&in, &version) || version.n != 1 || version.p[0] != 1)
		return malformed(err, "its version is not 2");
	if (!algorithm_take(&in, &ret->algorithm) ||
	    !der_take_whole(&in, DER_SEQUENCE, &ret->issuer) || der_fault(ret->issuer) != NULL)
		return malformed(err, "its algorithm or issuer is none");
	if (!time_take(&in, &ret->this_update) || !time_take(&in, &ret->next_update))
		return malformed(err, "its times are none");
	TRY(entries_read(&in, ret, err));
	return extensions_read(in, ret, err);
}

enum rc_status
crl_read_tbs(struct bytes tbs, struct crl *ret, struct error *err)
{
	struct crl crl = { .tbs = tbs };
	struct bytes in = tbs, list;

	if (!der_take(&in, DER_SEQUENCE, &list) || in.n != 0)
		return malformed(err, "it is no SEQUENCE, or something stands behind it");
	TRY(list_read(list, &crl, err));
	*ret = crl;
	return RC_OK;
}

enum rc_status
crl_read(struct bytes der, struct crl *ret, struct error *err)
{
	struct bytes in = der, whole, tbs, signature;
	enum rc_sigalg algorithm;
	struct crl crl;

	if (!der_take(&in, DER_SEQUENCE, &whole) || in.n != 0 ||
	    !der_take_whole(&whole, DER_SEQUENCE, &tbs) || !algorithm_take(&whole, &algorithm) ||
	    !der_take_bit_octets(&whole, &signature) || whole.n != 0)
		return malformed(err, "want a list, an algorithm and a signature");
	TRY(crl_read_tbs(tbs, &crl, err));
	if (algorithm != crl.algorithm)
		return malformed(err, "the signed and the unsigned algorithm differ");
	crl.signature = signature;
	*ret = crl;
	return RC_OK;
}
