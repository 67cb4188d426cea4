/*
 * sample_entry.h - the entry that sample_leaf() of sample_cert.h satisfies.
 */
#ifndef TESTS_CHECK_SAMPLE_ENTRY_H
#define TESTS_CHECK_SAMPLE_ENTRY_H

#include "plan/plan.h"
#include "tests/sample_cert.h"

struct sample_entry {
	struct general_name san[4];
	const char *eku[2];
	struct entry_ext exts[EXT_COUNT];
	struct entry entry;
};

/* The parts point at each other: filled in place. */
static inline void
sample_entry_fill(struct sample_entry *s)
{
	static const struct entry_ext exts[] = {
		{ .id = EXT_BASIC_CONSTRAINTS, .critical = true, .from = EXT_FROM_ENTRY,
		    .value = { .u.basic = { .ca = false, .path_len = -1 } } },
		{ .id = EXT_KEY_USAGE, .critical = true, .from = EXT_FROM_ENTRY },
		{ .id = EXT_EXTENDED_KEY_USAGE, .from = EXT_FROM_ENTRY },
		{ .id = EXT_SUBJECT_ALT_NAME, .from = EXT_FROM_ENTRY },
		{ .id = EXT_SUBJECT_KEY_IDENTIFIER, .from = EXT_FROM_KEY },
		{ .id = EXT_AUTHORITY_KEY_IDENTIFIER, .from = EXT_FROM_CA },
		{ .id = EXT_CRL_DISTRIBUTION_POINTS, .from = EXT_FROM_CA },
		{ .id = EXT_AUTHORITY_INFO_ACCESS, .from = EXT_FROM_CA },
	};

	*s = (struct sample_entry){
		.san = { { NAME_DNS, "sip.contoso.com" }, { NAME_DNS, "webcon.contoso.com" },
		    { NAME_DNS, "sip.fabrikam.com" } },
		.eku = { "1.3.6.1.5.5.7.3.1" },
	};
	memcpy(s->exts, exts, sizeof(exts));
	s->entry = (struct entry){
		.id = "edge-external/lsedge.contoso.net", .role = "edge-external",
		.subject = { .attr = { [DN_CN] = "sip.contoso.com", [DN_O] = "Contoso" } },
		.san = s->san, .n_san = 3, .san_order = SAN_EXACT, .eku = s->eku, .n_eku = 1,
		.key_usage_rsa = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT,
		.key_usage_ec = KU_DIGITAL_SIGNATURE,
		.exts = s->exts, .n_exts = ARRAY_LEN(exts),
		.key_algorithms = KEY_RSA_2048 | KEY_EC_P256 | KEY_EC_P384, .validity_days = 730,
	};
}

/* Is there a finding of this rule and severity? */
static inline bool
sample_found(const struct error *findings, enum rule rule, enum severity severity)
{
	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		if (d->rule == rule && d->severity == severity)
			return true;
	return false;
}

#endif
