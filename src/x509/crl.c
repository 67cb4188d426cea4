#include "x509/crl.h"

#include "x509/der_write.h"
#include "x509/tbs.h"

enum { DER_ENUMERATED = 0x0a };

static const char *const words[CRL_REASONS] = {
	[CRL_UNSPECIFIED] = "unspecified", [CRL_KEY_COMPROMISE] = "keyCompromise",
	[CRL_CA_COMPROMISE] = "cACompromise",
	[CRL_AFFILIATION_CHANGED] = "affiliationChanged", [CRL_SUPERSEDED] = "superseded",
	[CRL_CESSATION_OF_OPERATION] = "cessationOfOperation",
	[CRL_CERTIFICATE_HOLD] = "certificateHold", [CRL_REMOVE_FROM_CRL] = "removeFromCRL",
	[CRL_PRIVILEGE_WITHDRAWN] = "privilegeWithdrawn", [CRL_AA_COMPROMISE] = "aACompromise",
};

const char *
crl_reason_word(enum crl_reason reason)
{
	return (unsigned)reason < CRL_REASONS ? words[reason] : NULL;
}

bool
crl_reason_find(const char *word, enum crl_reason *ret)
{
	for (unsigned i = 0; i < CRL_REASONS; i++)
		if (words[i] != NULL && strcmp(words[i], word) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

const char *
crl_scope_word(enum crl_scope scope)
{
	static const char *const scopes[CRL_SCOPES] = {
		[CRL_SCOPE_ALL] = "all", [CRL_SCOPE_USERS] = "users", [CRL_SCOPE_CAS] = "cas",
	};

	return scopes[scope];
}

unsigned
crl_part_of(struct bytes serial, unsigned parts)
{
	unsigned rest = 0;

	for (size_t i = 0; i < serial.n; i++)
		rest = (rest << 8 | serial.p[i]) % parts;
	return rest + 1;
}

/* -- the head ------------------------------------------------------------------------- */

void
crl_begin(struct crl_writer *w, const struct crl_parts *parts, struct buf *out)
{
	*w = (struct crl_writer){ .parts = parts, .out = out, .begin = out->n };
	der_put_int(out, 1);                     /* v2 */
	sigalg_encode(parts->algorithm, out);
	buf_put_bytes(out, parts->issuer);
	time_encode(parts->this_update, out);
	time_encode(parts->next_update, out);
	w->entries = out->n;
}

/* Extension: id-ce-cRLReasons, reasonCode.  The octets but the last are always these. */
static const uint8_t reason_extension[] = {
	0x30, 0x0a, 0x06, 0x03, 0x55, 0x1d, 0x15, 0x04, 0x03, DER_ENUMERATED, 0x01,
};
/* id-ce-invalidityDate; a GeneralizedTime in whatever year (5.3.2). */
static const uint8_t invalidity_extension[] = {
	0x30, 0x18, 0x06, 0x03, 0x55, 0x1d, 0x18, 0x04, 0x11,
};

static void
put_entry_extensions(const struct crl_entry *entry, struct buf *out)
{
	size_t from = out->n;

	if (entry->reason != CRL_UNSPECIFIED) {
		buf_put(out, reason_extension, sizeof(reason_extension));
		buf_putc(out, (char)entry->reason);
	}
	if (entry->invalid != 0) {
		buf_put(out, invalidity_extension, sizeof(invalidity_extension));
		general_time_encode(entry->invalid, out);
	}
	if (out->n != from)
		der_wrap(out, from, DER_SEQUENCE);
}

/* Many in a row were revoked in the same second. */
static struct bytes
time_of(struct crl_writer *w, int64_t when)
{
	SCOPED(buf_clear) struct buf time = BUF_INIT;

	if (w->time_n == 0 || w->when != when) {
		time_encode(when, &time);
		memcpy(w->time, time.p, time.n);
		w->time_n = time.n;
		w->when = when;
	}
	return BYTES(w->time, w->time_n);
}

void
crl_add(struct crl_writer *w, const struct crl_entry *entry)
{
	struct bytes time = time_of(w, entry->when);
	size_t from = w->out->n;

	der_put_unsigned(w->out, entry->serial);
	buf_put_bytes(w->out, time);
	put_entry_extensions(entry, w->out);
	der_wrap(w->out, from, DER_SEQUENCE);
}

/* -- extensions of the list ------------------------------------------------------------- */

/* What stands behind `value` is the extension's value. */
static void
extension_wrap(struct buf *out, size_t from, size_t value)
{
	der_wrap(out, value, DER_OCTET_STRING);
	der_wrap(out, from, DER_SEQUENCE);
}

static size_t
extension_begin(struct buf *out, const char *oid, bool critical)
{
	der_put_dotted(out, oid);
	if (critical)
		der_put_bool(out, true);
	return out->n;
}

static void
put_key_id(const struct crl_parts *parts, struct buf *out)
{
	size_t from = out->n, value = extension_begin(out, CRL_OID_KEY_ID, false);

	der_put(out, DER_CONTEXT(0), parts->key_id);
	der_wrap(out, value, DER_SEQUENCE);
	extension_wrap(out, from, value);
}

static void
put_number(const char *oid, bool critical, struct bytes number, struct buf *out)
{
	size_t from = out->n, value = extension_begin(out, oid, critical);

	der_put_unsigned(out, number);
	extension_wrap(out, from, value);
}

/* distributionPoint [0] { fullName [0] { uniformResourceIdentifier [6] ... } } */
static void
put_points(const struct crl_parts *parts, struct buf *out)
{
	size_t from = out->n;

	for (size_t i = 0; i < parts->n_points; i++)
		der_put(out, DER_CONTEXT(6), bytes_of_text(parts->points[i]));
	der_wrap(out, from, DER_CONTEXT_SEQ(0));
	der_wrap(out, from, DER_CONTEXT_SEQ(0));
}

/* onlyContainsUserCerts [1], onlyContainsCACerts [2]; what is FALSE is absent in DER. */
static void
put_point(const struct crl_parts *parts, struct buf *out)
{
	static const uint8_t yes[] = { 0xff };
	size_t from = out->n, value = extension_begin(out, CRL_OID_POINT, true);

	if (parts->n_points != 0)
		put_points(parts, out);
	if (parts->scope != CRL_SCOPE_ALL)
		der_put(out, DER_CONTEXT(parts->scope == CRL_SCOPE_USERS ? 1 : 2),
		    BYTES(yes, sizeof(yes)));
	der_wrap(out, value, DER_SEQUENCE);
	extension_wrap(out, from, value);
}

void
crl_end(struct crl_writer *w)
{
	const struct crl_parts *parts = w->parts;
	struct buf *out = w->out;
	size_t from;

	/* 5.1.2.6: absent when nothing is revoked */
	if (out->n != w->entries)
		der_wrap(out, w->entries, DER_SEQUENCE);
	from = out->n;
	put_key_id(parts, out);
	put_number(CRL_OID_NUMBER, false, parts->number, out);
	if (parts->base.n != 0)
		put_number(CRL_OID_DELTA, true, parts->base, out);
	if (parts->n_points != 0 || parts->scope != CRL_SCOPE_ALL)
		put_point(parts, out);
	der_wrap(out, from, DER_SEQUENCE);
	der_wrap(out, from, DER_CONTEXT_SEQ(0));
	der_wrap(out, w->begin, DER_SEQUENCE);
}
