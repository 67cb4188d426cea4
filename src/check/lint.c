#include "check/lint_parts.h"
#include "x509/tbs.h"

#define OID_PSS "1.2.840.113549.1.1.10"
#define OID_ED25519 "1.3.101.112"

/* The CA's certificate; its own where it signs itself. */
static const struct cert *
issuer_of(const struct lint *lint)
{
	return lint->context->issuer != NULL ? lint->context->issuer : lint->cert;
}

static bool
is_empty_name(struct bytes name)
{
	return name.n <= 2;              /* SEQUENCE of length 0 */
}

/* -- the fields --------------------------------------------------------------------- */

static void
lint_version(const struct lint *lint, struct error *err)
{
	if (lint->cert->version != 3)
		(void)error_fail(err, RULE_LINT_VERSION, "version: want 3, have %u",
		    lint->cert->version);
}

static struct bytes
without_zeros(struct bytes number)
{
	while (number.n != 0 && number.p[0] == 0)
		number = BYTES(number.p + 1, number.n - 1);
	return number;
}

static void
lint_serial(const struct lint *lint, struct error *err)
{
	struct bytes serial = lint->cert->serial, recorded = lint->context->serial;

	if (serial.n > SERIAL_OCTETS)
		(void)error_fail(err, RULE_LINT_SERIAL,
		    "serial number: want at most 20 octets, have %zu", serial.n);
	else if (serial.n == 0 || (serial.p[0] & 0x80) != 0 || (serial.n == 1 && serial.p[0] == 0))
		(void)error_fail(err, RULE_LINT_SERIAL, "the serial number is not positive");
	else if (recorded.n != 0 && !bytes_equal(without_zeros(serial), without_zeros(recorded)))
		(void)error_fail(err, RULE_LINT_SERIAL,
		    "the serial number is another than the one that is recorded");
}

/* What the entry's servers do not accept is told as that, whoever chose it. */
static void
lint_accepted(const struct lint *lint, struct error *err)
{
	const struct entry *entry = lint->context->entry;
	const char *oid = lint->cert->algorithm_oid;

	if (entry == NULL)
		return;
	if (entry->forbid_pss != NULL && strcmp(oid, OID_PSS) == 0)
		(void)error_fail(err, RULE_LINT_PSS,
		    "the certificate is to be signed with RSASSA-PSS: %s", entry->forbid_pss);
	if (entry->forbid_ed25519 != NULL && strcmp(oid, OID_ED25519) == 0)
		(void)error_fail(err, RULE_LINT_ED25519,
		    "the certificate is to be signed with Ed25519: %s", entry->forbid_ed25519);
}

static void
lint_algorithm(const struct lint *lint, struct error *err)
{
	lint_accepted(lint, err);
	if (lint->cert->algorithm == lint->context->algorithm)
		return;
	(void)error_fail(err, RULE_LINT_ALGORITHM, "signature algorithm");
	error_want(err, sigalg_word(lint->context->algorithm), lint->cert->algorithm_text);
}

static void
lint_issuer(const struct lint *lint, struct error *err)
{
	const struct cert *issuer = issuer_of(lint);

	if (is_empty_name(lint->cert->issuer))
		(void)error_fail(err, RULE_LINT_ISSUER, "the issuer's name is empty");
	if (bytes_equal(lint->cert->issuer, issuer->subject))
		return;
	(void)error_fail(err, RULE_LINT_ISSUER,
	    "the issuer's name is not, octet for octet, the CA's subject");
	error_want(err, issuer->subject_text, lint->cert->issuer_text);
}

static void
want_time(int64_t want, int64_t have, struct error *err)
{
	SCOPED(buf_clear) struct buf a = BUF_INIT;
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	time_encode(want, &a);
	time_encode(have, &b);
	error_want(err, buf_text(&a) + 2, buf_text(&b) + 2);
}

static void
lint_validity(const struct lint *lint, struct error *err)
{
	const struct cert *cert = lint->cert, *issuer = issuer_of(lint);

	if (cert->not_before > cert->not_after) {
		(void)error_fail(err, RULE_LINT_VALIDITY, "the validity ends before it begins");
		return;
	}
	if (cert->not_before < issuer->not_before) {
		(void)error_fail(err, RULE_LINT_VALIDITY, "the validity begins before the CA's");
		want_time(issuer->not_before, cert->not_before, err);
	}
	if (cert->not_after > issuer->not_after) {
		(void)error_fail(err, RULE_LINT_VALIDITY, "the validity ends after the CA's");
		want_time(issuer->not_after, cert->not_after, err);
	}
}

/* Each attribute of ours once, alone in its RDN, in our order and in the type of string
 * that it has here. */
static bool
is_our_form(const struct cert *cert)
{
	SCOPED(buf_clear) struct buf again = BUF_INIT;

	dn_encode(&cert->subject_dn, &again);
	return bytes_equal(buf_bytes(&again), cert->subject);
}

static void
lint_subject(const struct lint *lint, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();

	if (is_empty_name(lint->cert->subject) && cert_is_ca(lint->cert))
		(void)error_fail(err, RULE_LINT_SUBJECT, "the subject of a CA is empty");
	if (!is_our_form(lint->cert))
		(void)error_fail(err, RULE_LINT_SUBJECT, "the subject '%s' holds an attribute "
		    "that is none of ours, twice, beside another, out of order or in another "
		    "type of string", lint->cert->subject_text);
	if (dn_check(&lint->cert->subject_dn, NOWHERE, why) == RC_OK)
		return;
	for (const struct diagnosis *d = error_first(why); d != NULL; d = d->next)
		(void)error_fail(err, RULE_LINT_SUBJECT, "subject: %s", d->message);
}

static void
lint_key(const struct lint *lint, struct error *err)
{
	if (!bytes_equal(lint->cert->spki, pubkey_spki(lint->context->key)))
		(void)error_fail(err, RULE_LINT_KEY,
		    "the public key is not, octet for octet, the request's");
}

/* -- extensions --------------------------------------------------------------------- */

/* The entry's, octet for octet: the role gave its octets. */
static bool
is_planned(const struct lint *lint, const struct cert_ext *ext)
{
	const struct entry *entry = lint->context->entry;

	for (size_t i = 0; entry != NULL && i < entry->n_exts; i++) {
		const struct ext_value *value = &entry->exts[i].value;

		if (value->id == EXT_OTHER && strcmp(value->u.other.oid, ext->oid) == 0)
			return bytes_equal(value->u.other.der, ext->der) &&
			    value->critical == ext->critical;
	}
	return false;
}

/* Those without a place of their own stand behind all others, as the role has them. */
static unsigned
rank_of(const struct cert_ext *ext)
{
	return ext->known && ext->value.id < (enum ext_id)EXT_PLACED ?
	    (unsigned)ext->value.id : EXT_PLACED;
}

static const char *
name_of(const struct cert_ext *ext)
{
	return ext->known ? ext_name(&ext->value) : ext->oid;
}

static void
lint_order(const struct lint *lint, struct error *err)
{
	const struct cert_ext *before = NULL;

	for (size_t i = 0; i < lint->cert->n_exts; i++) {
		const struct cert_ext *ext = &lint->cert->exts[i];

		if (!ext->known && !is_planned(lint, ext)) {
			(void)error_fail(err, RULE_LINT_EXT_UNKNOWN,
			    "the extension %s cannot be judged", ext->oid);
			continue;
		}
		if (before != NULL && rank_of(before) > rank_of(ext))
			(void)error_fail(err, RULE_LINT_EXT_ORDER, "%s stands behind %s",
			    name_of(ext), name_of(before));
		before = ext;
	}
}

static void
want_ext(const struct lint *lint, enum ext_id id, const char *because, struct error *err)
{
	if (cert_find_ext(lint->cert, id) == NULL)
		(void)error_fail(err, RULE_LINT_EXT_MISSING, "%s is missing: %s (%s)",
		    ext_all[id]->name, because, ext_all[id]->section);
}

static void
lint_missing(const struct lint *lint, struct error *err)
{
	want_ext(lint, EXT_SUBJECT_KEY_IDENTIFIER, "chains are built by it", err);
	if (lint->context->issuer != NULL)
		want_ext(lint, EXT_AUTHORITY_KEY_IDENTIFIER, "chains are built by it", err);
	if (is_empty_name(lint->cert->subject))
		want_ext(lint, EXT_SUBJECT_ALT_NAME, "the subject is empty", err);
	if (cert_is_ca(lint->cert))
		want_ext(lint, EXT_KEY_USAGE, "a CA's certificate has it", err);
}

/* RFC 9608 4: none of the places where others look for a revocation. */
static void
lint_revocation(const struct lint *lint, struct error *err)
{
	const struct cert_ext *aia = cert_find_ext(lint->cert, EXT_AUTHORITY_INFO_ACCESS);

	if (cert_find_ext(lint->cert, EXT_NO_REV_AVAIL) == NULL)
		return;
	if (cert_find_ext(lint->cert, EXT_CRL_DISTRIBUTION_POINTS) != NULL ||
	    cert_find_ext(lint->cert, EXT_FRESHEST_CRL) != NULL)
		(void)error_fail(err, RULE_NO_REV_AVAIL,
		    "noRevAvail stands beside a place of CRLs");
	if (aia != NULL && aia->value.u.aia.n_ocsp != 0)
		(void)error_fail(err, RULE_NO_REV_AVAIL,
		    "noRevAvail stands beside an OCSP responder");
}

static bool
plans_any_usage(const struct entry *entry)
{
	for (size_t i = 0; entry != NULL && i < entry->n_exts; i++) {
		const struct ext_value *value = &entry->exts[i].value;
		bool usages = value->id == EXT_EXTENDED_KEY_USAGE ||
		    value->id == EXT_MS_APPLICATION_POLICIES;

		for (size_t k = 0; usages && k < value->u.oids.n; k++)
			if (eku_is_any(value->u.oids.v[k]))
				return true;
	}
	return false;
}

static void
lint_exts(const struct lint *lint, struct error *err)
{
	const struct ext_lint_context context = {
		.is_ca = cert_is_ca(lint->cert),
		.subject_empty = is_empty_name(lint->cert->subject),
		.key_is_ec = pubkey_is_ec(lint->context->key),
		.self_issued = cert_is_self_issued(lint->cert),
		.any_usage_planned = plans_any_usage(lint->context->entry),
	};

	for (size_t i = 0; i < lint->cert->n_exts; i++) {
		const struct ext_value *value = &lint->cert->exts[i].value;

		if (lint->cert->exts[i].known)
			ext_all[value->id]->lint(value, &context, err);
	}
}

/* May the CA issue this at all? */
static void
lint_path(const struct lint *lint, struct error *err)
{
	const struct cert *issuer = lint->context->issuer;
	const struct cert_ext *usage, *above, *below;
	int left;

	if (issuer == NULL)
		return;
	if (!cert_is_ca(issuer)) {
		(void)error_fail(err, RULE_LINT_PATH, "'%s' is no CA's certificate",
		    issuer->subject_text);
		return;
	}
	usage = cert_find_ext(issuer, EXT_KEY_USAGE);
	if (usage != NULL && (usage->value.u.key_usage & KU_KEY_CERT_SIGN) == 0)
		(void)error_fail(err, RULE_LINT_PATH,
		    "the key usage of '%s' does not allow keyCertSign", issuer->subject_text);
	above = cert_find_ext(issuer, EXT_BASIC_CONSTRAINTS);
	below = cert_find_ext(lint->cert, EXT_BASIC_CONSTRAINTS);
	left = above->value.u.basic.path_len;
	if (!cert_is_ca(lint->cert) || left < 0)
		return;
	if (left == 0)
		(void)error_fail(err, RULE_LINT_PATH,
		    "'%s' may have no CA below it (path length 0)", issuer->subject_text);
	else if (below->value.u.basic.path_len >= left)
		(void)error_fail(err, RULE_LINT_PATH,
		    "path length: want below %d, the CA's own, have %d", left,
		    below->value.u.basic.path_len);
}

static void
compare_key_id(const struct ext_value *have, struct bytes want, enum rule rule, const char *whose,
    struct error *err)
{
	if (!bytes_equal(have->u.key_id, want))
		(void)error_fail(err, rule, "%s is not the key identifier of %s",
		    ext_all[have->id]->name, whose);
}

static void
lint_key_ids(const struct lint *lint, struct error *err)
{
	const struct cert_ext *own = cert_find_ext(lint->cert, EXT_SUBJECT_KEY_IDENTIFIER);
	const struct cert_ext *up = cert_find_ext(lint->cert, EXT_AUTHORITY_KEY_IDENTIFIER);
	const struct cert_ext *ca = cert_find_ext(issuer_of(lint), EXT_SUBJECT_KEY_IDENTIFIER);

	if (own != NULL)
		compare_key_id(&own->value, pubkey_key_id(lint->context->key), RULE_LINT_SKI,
		    "the subject's key", err);
	if (up != NULL && ca != NULL)
		compare_key_id(&up->value, ca->value.u.key_id, RULE_LINT_AKI, "the CA", err);
}

/* -- the whole ------------------------------------------------------------------------ */

/* What was read, written again by our own writer: nothing may have been lost or said
 * in two ways, in the reading of libcrypto or in ours.  Extensions that are not known
 * are the entry's. */
static void
put_again(const struct cert *cert, struct buf *out)
{
	SCOPED(buf_clear) struct buf exts = BUF_INIT;

	for (size_t i = 0; i < cert->n_exts; i++) {
		const struct cert_ext *ext = &cert->exts[i];

		if (ext->known)
			ext_put(&ext->value, &exts);
		else
			ext_put_raw(ext->oid, ext->critical, ext->der, &exts);
	}
	tbs_encode(&(struct tbs_parts){
		.algorithm = cert->algorithm, .issuer = cert->issuer, .subject = cert->subject,
		.spki = cert->spki, .serial = cert->serial, .not_before = cert->not_before,
		.not_after = cert->not_after, .extensions = buf_bytes(&exts),
	}, out);
}

static void
lint_canonical(const struct lint *lint, struct error *err)
{
	SCOPED(buf_clear) struct buf again = BUF_INIT;

	/* told already, and not to be written by us */
	if (error_count(err) != 0)
		return;
	put_again(lint->cert, &again);
	if (!bytes_equal(buf_bytes(&again), lint->cert->tbs))
		(void)error_fail(err, RULE_LINT_CANONICAL,
		    "the certificate says what it says in another way than DER does");
}

enum rc_status
lint_reading(struct bytes tbs, const struct lint_context *context, struct arena *arena,
    struct cert *ret, struct error *err)
{
	static void (*const lints[])(const struct lint *, struct error *) = {
		lint_version, lint_serial, lint_algorithm, lint_issuer, lint_validity,
		lint_subject, lint_key, lint_order, lint_octets, lint_missing, lint_exts,
		lint_revocation, lint_path, lint_constraints, lint_policies, lint_mappings,
		lint_key_usage, lint_purposes, lint_issuer_purposes,
		lint_key_ids, lint_canonical,
	};
	struct cert cert;
	struct lint lint = { .cert = &cert, .context = context };

	TRY_WHILE(err, cert_read_tbs(tbs, arena, &cert, err),
	    "reading what would be signed");
	for (size_t i = 0; i < ARRAY_LEN(lints); i++)
		lints[i](&lint, err);
	TRY(error_status(err));
	*ret = cert;
	return RC_OK;
}

enum rc_status
lint_certificate(struct bytes tbs, const struct lint_context *context, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct cert cert;

	return lint_reading(tbs, context, arena, &cert, err);
}
