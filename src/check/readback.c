#include "check/readback.h"

struct readback {
	const struct cert *cert;
	const struct readback_intent *intent;
};

/* One finding for an octet string that must be another's. */
static void
compare(struct bytes have, struct bytes want, enum rule rule, const char *what,
    struct error *err)
{
	if (!bytes_equal(have, want))
		(void)error_fail(err, rule, "%s", what);
}

static void
read_signature(const struct readback *back, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	const struct cert *cert = back->cert;

	compare(cert->tbs, back->intent->tbs, RULE_READBACK_BYTES,
	    "the certificate does not hold the octets that were journalled", err);
	if (cert->algorithm != back->intent->algorithm)
		(void)error_fail(err, RULE_READBACK_SIGNATURE,
		    "the certificate says it is signed with %s", cert->algorithm_text);
	if (pubkey_verify(back->intent->signer, back->intent->algorithm, cert->tbs,
	    cert->signature, why) == RC_OK)
		return;
	(void)error_fail(err, RULE_READBACK_SIGNATURE, "%s", error_message(why));
	error_fix(err, "nothing was delivered; check the token with `rolecert token check`");
}

static bool
dn_same(const struct dn *a, const struct dn *b)
{
	for (enum dn_attr attr = 0; attr < DN_ATTRS; attr++) {
		const char *x = a->attr[attr], *y = b->attr[attr];

		if (x == NULL || y == NULL ? x != y : strcmp(x, y) != 0)
			return false;
	}
	return true;
}

/* As libcrypto read it, and octet for octet: nothing may stand beside. */
static void
read_subject(const struct readback *back, struct error *err)
{
	const struct dn *want = &back->intent->entry->subject;
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	dn_encode(want, &der);
	if (bytes_equal(back->cert->subject, buf_bytes(&der)) &&
	    dn_same(&back->cert->subject_dn, want))
		return;
	dn_print(want, &text);
	(void)error_fail(err, RULE_READBACK_SUBJECT, "subject");
	error_want(err, buf_text(&text), back->cert->subject_text);
}

static void
read_key(const struct readback *back, struct error *err)
{
	compare(back->cert->spki, pubkey_spki(back->intent->key), RULE_READBACK_KEY,
	    "the certificate holds another key than the request", err);
}

/* -- extensions --------------------------------------------------------------------- */

/* What the entry asks of an extension, if it is the entry that does. */
static bool
entry_value(const struct readback *back, const struct entry_ext *ext, struct ext_value *ret)
{
	const struct entry *entry = back->intent->entry;

	*ret = ext->value;
	ret->id = ext->id;
	if (ext->id == EXT_KEY_USAGE)
		ret->u.key_usage = pubkey_is_ec(back->intent->key) ? entry->key_usage_ec :
		    entry->key_usage_rsa;
	if (ext->id == EXT_EXTENDED_KEY_USAGE) {
		ret->u.oids.v = entry->eku;
		ret->u.oids.n = entry->n_eku;
	}
	if (ext->id == EXT_SUBJECT_ALT_NAME) {
		ret->u.names.v = entry->san;
		ret->u.names.n = entry->n_san;
	}
	return ext->from == EXT_FROM_ENTRY;
}

static enum rule
rule_of(enum ext_id id)
{
	static const enum rule rules[EXT_COUNT] = {
		[EXT_KEY_USAGE] = RULE_READBACK_KEY_USAGE,
		[EXT_EXTENDED_KEY_USAGE] = RULE_READBACK_EKU,
		[EXT_SUBJECT_ALT_NAME] = RULE_READBACK_SAN,
	};

	return id < EXT_COUNT && rules[id] != RULE_NONE ? rules[id] : RULE_READBACK_EXT;
}

/* Those without a record are compared by their octets. */
static bool
is_value(const struct cert_ext *have, const struct ext_value *want)
{
	if (want->id == EXT_OTHER)
		return bytes_equal(have->der, want->u.other.der);
	return ext_all[want->id]->equal(&have->value, want);
}

static void
read_ext(const struct readback *back, const struct entry_ext *want, const struct cert_ext *have,
    struct error *err)
{
	const char *name = entry_ext_name(want);
	struct ext_value value;

	if (entry_value(back, want, &value) && !is_value(have, &value))
		(void)error_fail(err, rule_of(want->id), "%s is not the entry's", name);
	if (have->critical != want->critical) {
		(void)error_fail(err, RULE_READBACK_EXT, "%s", name);
		error_want(err, want->critical ? "critical" : "not critical",
		    have->critical ? "critical" : "not critical");
	}
}

/* Both lists go by the order of emission.  What comes from the CA may be absent: not
 * every CA has a place for its CRL. */
static void
read_exts(const struct readback *back, struct error *err)
{
	const struct entry *entry = back->intent->entry;
	const struct cert *cert = back->cert;
	size_t i = 0;

	for (size_t j = 0; j < entry->n_exts; j++) {
		const struct entry_ext *want = &entry->exts[j];

		if (i < cert->n_exts && strcmp(cert->exts[i].oid, entry_ext_oid(want)) == 0)
			read_ext(back, want, &cert->exts[i++], err);
		else if (want->from != EXT_FROM_CA)
			(void)error_fail(err, rule_of(want->id),
			    "%s is missing, or not in its place", entry_ext_name(want));
	}
	for (; i < cert->n_exts; i++)
		(void)error_fail(err, RULE_READBACK_EXT,
		    "the extension %s is not the entry's, or not in its place", cert->exts[i].oid);
}

/* Names and usages once more against the lists of the entry, whatever its list of
 * extensions says. */
static void
read_lists(const struct readback *back, struct error *err)
{
	static const enum ext_id ids[] = { EXT_EXTENDED_KEY_USAGE, EXT_SUBJECT_ALT_NAME };
	const size_t wanted[] = { back->intent->entry->n_eku, back->intent->entry->n_san };

	for (size_t i = 0; i < ARRAY_LEN(ids); i++)
		if ((cert_find_ext(back->cert, ids[i]) != NULL) != (wanted[i] != 0))
			(void)error_fail(err, rule_of(ids[i]), "%s: the entry has %zu members",
			    ext_all[ids[i]]->name, wanted[i]);
}

enum rc_status
readback_certificate(struct bytes der, const struct readback_intent *intent,
    struct arena *arena, struct cert *ret, struct error *err)
{
	struct cert cert;
	struct readback back = { .cert = &cert, .intent = intent };

	TRY_WHILE(err, cert_read_signed(der, intent->judged, arena, &cert, err),
	    "reading back what was signed");
	read_signature(&back, err);
	read_subject(&back, err);
	read_key(&back, err);
	read_exts(&back, err);
	read_lists(&back, err);
	TRY(error_status(err));
	*ret = cert;
	return RC_OK;
}
