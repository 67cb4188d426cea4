/*
 * verify_attested.c - cosignatures and time stamps of the checkpoint in a bundle.
 */
#include "evidence/checking.h"
#include "issue/attest.h"

static const enum rule rules[ATTEST_KINDS] = {
	[ATTEST_COSIGN] = RULE_BUNDLE_COSIGNATURE, [ATTEST_TIMESTAMP] = RULE_BUNDLE_TIMESTAMP,
};

static bool
is_named(const struct checking *c, enum attest_kind kind, const uint8_t key[SHA256_OCTETS])
{
	const struct packed_policy *policy = checking_policy_before(c,
	    c->has_checkpoint ? (int64_t)c->checkpoint.size + 1 : INT64_MAX);

	return policy != NULL && attest_is_named(kind, policy->text, key);
}

static void
check_attestation(struct checking *c, enum attest_kind kind, const char *name, struct bytes text)
{
	SCOPED(error_free) struct error *why = error_new();
	struct bundle_attestation *kept;
	struct attest_statement said;
	uint8_t key[SHA256_OCTETS];

	if (attest_read(kind, checking_need(c, name), text, c->arena, &said, why) != RC_OK) {
		(void)error_fail(c->findings, rules[kind], "%s: %s", name, error_message(why));
		return;
	}
	sha256(said.signer.spki, key);
	if (!is_named(c, kind, key)) {
		(void)error_fail(c->findings, rules[kind],
		    "%s: the policy that the checkpoint seals names no key of '%s'", name,
		    said.signer.subject_text);
		return;
	}
	kept = VEC_PUSH(c->arena, &c->attested);
	*kept = (struct bundle_attestation){ .kind = kind, .signer = said.signer.subject_text,
		.stamped = said.stamped };
	memcpy(kept->key, key, sizeof(key));
}

static bool
is_in(const char *name, enum attest_kind kind)
{
	const char *folder = bundle_folder_of(kind);

	return strncmp(name, folder, strlen(folder)) == 0;
}

void
checking_attestations(struct checking *c)
{
	struct bytes text = checking_need(c, BUNDLE_TEXT);

	for (size_t i = 0; text.p != NULL && i < c->tar.n; i++)
		for (unsigned kind = 0; kind < ATTEST_KINDS; kind++)
			if (is_in(c->tar.files[i].name, kind))
				check_attestation(c, kind, c->tar.files[i].name, text);
}
