#include "check/judge.h"

#include <stdio.h>
#include <strings.h>

#include "check/judge_parts.h"
#include "crypto/pubkey.h"
#include "x509/tbs.h"

/* A list that is written as it is made: "a, b, c". */
static void
add_word(struct buf *list, const char *word)
{
	buf_printf(list, "%s%s", list->n != 0 ? ", " : "", word);
}

/* -- signature and time --------------------------------------------------------------- */

static const struct {
	const char *oid;
	enum rule rule;
} unwanted[] = {
	{ "1.2.840.113549.1.1.2", RULE_CHECK_SIGNATURE_WEAK },   /* MD2 and RSA    */
	{ "1.2.840.113549.1.1.3", RULE_CHECK_SIGNATURE_WEAK },   /* MD4 and RSA    */
	{ "1.2.840.113549.1.1.4", RULE_CHECK_SIGNATURE_WEAK },   /* MD5 and RSA    */
	{ "1.2.840.113549.1.1.5", RULE_CHECK_SIGNATURE_WEAK },   /* SHA-1 and RSA  */
	{ "1.3.14.3.2.29", RULE_CHECK_SIGNATURE_WEAK },          /* the same, OIW  */
	{ "1.2.840.10040.4.3", RULE_CHECK_SIGNATURE_WEAK },      /* SHA-1 and DSA  */
	{ "1.2.840.10045.4.1", RULE_CHECK_SIGNATURE_WEAK },      /* SHA-1 and ECDSA */
};

/* Sound, but not for the servers of this entry's product. */
static void
judge_accepted(const struct cert *cert, const struct entry *entry, struct error *findings)
{
	bool pss = strcmp(cert->algorithm_oid, "1.2.840.113549.1.1.10") == 0;
	bool ed25519 = strcmp(cert->algorithm_oid, "1.3.101.112") == 0;
	const char *why = pss ? entry->forbid_pss : ed25519 ? entry->forbid_ed25519 : NULL;

	if (why == NULL)
		return;
	(void)error_fail(findings, pss ? RULE_CHECK_SIGNATURE_PSS : RULE_CHECK_SIGNATURE_ED25519,
	    "'%s' is signed with %s: %s", cert->subject_text, cert->algorithm_text, why);
	error_want(findings, "SHA-256 or better, with RSA PKCS#1 v1.5 or ECDSA",
	    cert->algorithm_text);
	error_fix(findings, "have it issued again by a CA that signs so");
}

void
judge_signature(const struct cert *cert, const struct entry *entry, struct error *findings)
{
	if (entry != NULL)
		judge_accepted(cert, entry, findings);
	for (size_t i = 0; i < ARRAY_LEN(unwanted); i++) {
		if (strcmp(unwanted[i].oid, cert->algorithm_oid) != 0)
			continue;
		(void)error_fail(findings, unwanted[i].rule, "'%s' is signed with %s",
		    cert->subject_text, cert->algorithm_text);
		error_want(findings, "SHA-256 or better, with RSA PKCS#1 v1.5 or ECDSA",
		    cert->algorithm_text);
		error_fix(findings, "have it issued again by a CA that signs so");
	}
}

/* "20260101000000Z": what stands in the certificate. */
static void
put_time(int64_t at, struct buf *out)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	time_encode(at, &der);
	if (der.n == 2 + 13)             /* UTCTime: the century that it means */
		buf_puts(out, der.p[2] >= '5' ? "19" : "20");
	buf_put(out, der.p + 2, der.n - 2);
}

void
judge_time(const struct cert *cert, int64_t now, struct error *findings)
{
	SCOPED(buf_clear) struct buf have = BUF_INIT;
	SCOPED(buf_clear) struct buf want = BUF_INIT;
	bool expired = now > cert->not_after;

	if (!expired && now >= cert->not_before)
		return;
	buf_puts(&want, expired ? "valid until after " : "valid from before ");
	put_time(now, &want);
	put_time(expired ? cert->not_after : cert->not_before, &have);
	(void)error_fail(findings, expired ? RULE_CHECK_EXPIRED : RULE_CHECK_NOT_YET_VALID,
	    expired ? "'%s' has expired" : "'%s' is not valid yet", cert->subject_text);
	error_want(findings, buf_text(&want), buf_text(&have));
	error_fix(findings, expired ? "renew it" :
	    "check the clocks of this machine and of the CA");
}

enum { DAY = 86400 };

static void
judge_days(const struct judge *judge, struct error *findings)
{
	int64_t seconds = judge->cert->not_after - judge->cert->not_before;
	int64_t allowed = (int64_t)judge->entry->validity_days * DAY;
	char want[40], have[40];

	/* a day of grace: CAs date back a little */
	if (allowed == 0 || seconds <= allowed + DAY)
		return;
	error_warn(findings, RULE_CHECK_VALIDITY_DAYS, NOWHERE,
	    "the certificate is valid longer than the role allows");
	(void)snprintf(want, sizeof(want), "at most %u days", judge->entry->validity_days);
	(void)snprintf(have, sizeof(have), "%lld days", (long long)(seconds / DAY));
	error_want(findings, want, have);
}

static void
judge_version(const struct judge *judge, struct error *findings)
{
	if (judge->cert->version == 3)
		return;
	(void)error_fail(findings, RULE_CHECK_VERSION, "the certificate is version %u",
	    judge->cert->version);
	error_want(findings, "3", judge->cert->version == 1 ? "1" : "2");
}

/* -- subject and key -------------------------------------------------------------------- */

/* RFC 5280 7.1 compares without case; the CN of a server is a host name. */
static bool
attribute_equal(enum dn_attr attr, const char *a, const char *b)
{
	return strcasecmp(a, b) == 0 || (attr == DN_CN && fqdn_equal(a, b));
}

static void
judge_subject(const struct judge *judge, struct error *findings)
{
	const struct dn *want = &judge->entry->subject, *have = &judge->cert->subject_dn;
	SCOPED(buf_clear) struct buf more = BUF_INIT;

	for (int attr = DN_ATTRS - 1; attr >= 0; attr--) {
		const char *a = want->attr[attr], *b = have->attr[attr];
		const char *word = dn_attr_word((enum dn_attr)attr);

		if (a == NULL && b != NULL)
			add_word(&more, word);
		if (a == NULL || (b != NULL && attribute_equal((enum dn_attr)attr, a, b)))
			continue;
		(void)error_fail(findings, RULE_CHECK_SUBJECT, b != NULL ?
		    "%s of the subject is another" : "the subject has no %s", word);
		error_want(findings, a, b != NULL ? b : "none");
	}
	if (more.n != 0)
		error_note(findings, RULE_CHECK_SUBJECT, NOWHERE,
		    "the subject holds more than planned: %s", buf_text(&more));
}

static void
put_algorithms(unsigned mask, struct buf *out)
{
	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++)
		if ((mask & 1U << bit) != 0)
			add_word(out, key_algorithm_word(bit));
}

static void
judge_key(const struct judge *judge, struct error *findings)
{
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(buf_clear) struct buf want = BUF_INIT;
	unsigned admitted = judge->entry->key_algorithms;        /* 0: any */

	if (judge->key == NULL) {
		(void)error_fail(findings, RULE_CHECK_KEY_ALGORITHM,
		    "the public key cannot be read");
		return;
	}
	if (admitted != 0 && (admitted & pubkey_algorithm(judge->key)) == 0) {
		put_algorithms(admitted, &want);
		(void)error_fail(findings, RULE_CHECK_KEY_ALGORITHM,
		    "the role does not admit this kind of key");
		error_want(findings, buf_text(&want), pubkey_text(judge->key));
		error_fix(findings, "request a certificate for a new key");
	}
	if (pubkey_check(judge->key, why) != RC_OK)
		(void)error_fail(findings, RULE_CHECK_KEY_WEAK, "%s", error_message(why));
}

/* -- extensions ------------------------------------------------------------------------- */

static const struct entry_ext *
entry_find_ext(const struct entry *entry, enum ext_id id)
{
	for (size_t i = 0; i < entry->n_exts; i++)
		if (entry->exts[i].id == id)
			return &entry->exts[i];
	return NULL;
}

static void
judge_basic(const struct judge *judge, struct error *findings)
{
	const struct entry_ext *planned = entry_find_ext(judge->entry, EXT_BASIC_CONSTRAINTS);
	bool want = planned != NULL && planned->value.u.basic.ca, have = cert_is_ca(judge->cert);

	if (want == have)
		return;
	(void)error_fail(findings, RULE_CHECK_BASIC_CONSTRAINTS, want ?
	    "the certificate is no CA's" : "the certificate is a CA's");
	error_want(findings, want ? "CA:TRUE" : "CA:FALSE", have ? "CA:TRUE" : "CA:FALSE");
}

static void
put_usages(unsigned mask, struct buf *out)
{
	for (unsigned bit = 0; bit < KU_BITS; bit++)
		if ((mask & 1U << bit) != 0)
			add_word(out, key_usage_word(bit));
}

static void
judge_key_usage(const struct judge *judge, struct error *findings)
{
	const struct cert_ext *ext = cert_find_ext(judge->cert, EXT_KEY_USAGE);
	bool is_ec = judge->key != NULL && pubkey_is_ec(judge->key);
	unsigned want = is_ec ? judge->entry->key_usage_ec : judge->entry->key_usage_rsa;
	SCOPED(buf_clear) struct buf a = BUF_INIT;
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	if (want == 0)
		return;
	put_usages(want, &a);
	if (ext == NULL) {
		error_warn(findings, RULE_CHECK_KEY_USAGE, NOWHERE,
		    "the certificate has no key usage, which allows every use");
		error_want(findings, buf_text(&a), "none");
		return;
	}
	put_usages(ext->value.u.key_usage, &b);
	if ((want & ~ext->value.u.key_usage) != 0)
		(void)error_fail(findings, RULE_CHECK_KEY_USAGE,
		    "the key usage lacks what %s key needs", is_ec ? "an EC" : "an RSA");
	else if (ext->value.u.key_usage != want)
		error_warn(findings, RULE_CHECK_KEY_USAGE, NOWHERE,
		    "the key usage allows more than the role");
	else
		return;
	error_want(findings, buf_text(&a), b.n != 0 ? buf_text(&b) : "none");
}

static bool
is_among(const char *oid, const char *const *list, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(list[i], oid) == 0)
			return true;
	return false;
}

static const char *
eku_text(const char *oid)
{
	return eku_word(oid) != NULL ? eku_word(oid) : oid;
}

static void
judge_eku(const struct judge *judge, struct error *findings)
{
	const struct cert_ext *ext = cert_find_ext(judge->cert, EXT_EXTENDED_KEY_USAGE);
	const struct entry *entry = judge->entry;
	const char *const *have = ext != NULL ? ext->value.u.oids.v : NULL;
	size_t n = ext != NULL ? ext->value.u.oids.n : 0;

	if (entry->n_eku == 0)
		return;
	if (ext == NULL)
		error_warn(findings, RULE_CHECK_EKU_EXTRA, NOWHERE,
		    "the certificate has no extended key usage, which allows every purpose");
	else if (is_among(eku_oid("anyExtendedKeyUsage"), have, n))
		error_warn(findings, RULE_CHECK_EKU_EXTRA, NOWHERE,
		    "the certificate allows every purpose");
	else
		for (size_t i = 0; i < entry->n_eku; i++)
			if (!is_among(entry->eku[i], have, n))
				(void)error_fail(findings, RULE_CHECK_EKU_MISSING,
				    "the certificate does not allow %s", eku_text(entry->eku[i]));
	for (size_t i = 0; i < n; i++)
		if (!is_among(have[i], entry->eku, entry->n_eku))
			error_warn(findings, RULE_CHECK_EKU_EXTRA, NOWHERE,
			    "the certificate allows %s beyond the role", eku_text(have[i]));
}

static bool
is_value(const struct cert_ext *have, const struct entry_ext *want)
{
	if (want->id == EXT_OTHER)
		return bytes_equal(have->der, want->value.u.other.der);
	return have->known && ext_all[want->id]->equal(&have->value, &want->value);
}

static const struct cert_ext *
find_oid(const struct cert *cert, const char *oid)
{
	for (size_t i = 0; i < cert->n_exts; i++)
		if (strcmp(cert->exts[i].oid, oid) == 0)
			return &cert->exts[i];
	return NULL;
}

/* Did the role give its octets? */
static bool
is_planned(const struct entry *entry, const char *oid)
{
	for (size_t i = 0; i < entry->n_exts; i++)
		if (entry->exts[i].id == EXT_OTHER &&
		    strcmp(entry_ext_oid(&entry->exts[i]), oid) == 0)
			return true;
	return false;
}

/* Those that have no judgement of their own above. */
static void
judge_other_exts(const struct judge *judge, struct error *findings)
{
	for (size_t i = 0; i < judge->entry->n_exts; i++) {
		const struct entry_ext *want = &judge->entry->exts[i];
		const struct cert_ext *have = find_oid(judge->cert, entry_ext_oid(want));

		if (want->from != EXT_FROM_ENTRY || want->id <= EXT_SUBJECT_ALT_NAME)
			continue;
		if (have == NULL || !is_value(have, want))
			error_warn(findings, RULE_CHECK_EXT_MISSING, NOWHERE, have == NULL ?
			    "%s is missing" : "%s is not the role's", entry_ext_name(want));
	}
	for (size_t i = 0; i < judge->cert->n_exts; i++)
		if (judge->cert->exts[i].critical && !judge->cert->exts[i].known &&
		    !is_planned(judge->entry, judge->cert->exts[i].oid))
			error_warn(findings, RULE_CHECK_EXT_CRITICAL, NOWHERE,
			    "the extension %s is critical", judge->cert->exts[i].oid);
}

bool
judge_entry(const struct entry *entry, const struct cert *cert,
    const struct judge_context *context, struct error *findings)
{
	static void (*const parts[])(const struct judge *, struct error *) = {
		judge_days, judge_subject, judge_key, judge_basic, judge_key_usage, judge_eku,
		judge_san, judge_other_exts,
	};
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	struct judge judge = { .entry = entry, .cert = cert, .context = context };

	if (pubkey_read(cert->spki, &key, why) == RC_OK)
		judge.key = key;
	judge_version(&judge, findings);
	judge_signature(cert, entry, findings);
	judge_time(cert, context->now, findings);
	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		parts[i](&judge, findings);
	if (context->n_issuers != 0)
		judge_chain_for(entry, cert, context, findings);
	return error_count(findings) == 0;
}
