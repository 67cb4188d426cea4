#include "check/readback.h"

#include "tests/unit/check/sample_entry.h"

struct stage {
	struct arena *arena;
	struct error *err;
	struct sample_key ca, key;
	struct sample leaf;
	struct sample_entry planned;
	struct readback_intent intent;
};

static void
stage_set(struct stage *s)
{
	*s = (struct stage){ .arena = arena_new(), .err = error_new(),
		.ca = sample_key_make(KEY_EC_P256), .key = sample_key_make(KEY_EC_P256) };
	s->leaf = sample_leaf(&s->key, &s->ca);
	sample_entry_fill(&s->planned);
	s->intent = (struct readback_intent){ .algorithm = RC_ECDSA_SHA256, .signer = s->ca.pub,
		.key = s->key.pub, .entry = &s->planned.entry };
}

static void
stage_clear(struct stage *s)
{
	arena_free(s->arena);
	error_free(s->err);
	sample_key_clear(&s->ca);
	sample_key_clear(&s->key);
}
DEFINE_SCOPED_VALUE(stage_clear, struct stage)

/* Journalled is what was signed: only the entry can differ. */
static enum rc_status
readback(struct stage *s)
{
	struct cert cert;

	s->intent.tbs = sample_tbs(&s->leaf, s->arena);
	return readback_certificate(sample_der(&s->leaf, s->arena), &s->intent, s->arena, &cert,
	    s->err);
}

TEST(what_was_planned_reads_back)
{
	SCOPED(stage_clear) struct stage s;
	struct cert cert = { .version = 0 };

	stage_set(&s);
	EXPECT_OK(readback(&s), s.err);
	EXPECT_OK(readback_certificate(sample_der(&s.leaf, s.arena), &s.intent, s.arena, &cert,
	    s.err), s.err);
	EXPECT_INT(cert.version, 3);
}

/* Whatever was read for the lint: it is the octets that come back which count. */
TEST(other_octets_than_the_linted_ones_are_found)
{
	SCOPED(stage_clear) struct stage s;
	struct cert judged, cert;

	stage_set(&s);
	REQUIRE_OK(cert_read_tbs(sample_tbs(&s.leaf, s.arena), s.arena, &judged, s.err), s.err);
	s.intent.judged = &judged;
	EXPECT_OK(readback(&s), s.err);
	s.intent.tbs = judged.tbs;
	s.leaf.not_after++;
	EXPECT_RULE(readback_certificate(sample_der(&s.leaf, s.arena), &s.intent, s.arena, &cert,
	    s.err), s.err, RULE_READBACK_BYTES);
}

TEST(octets_of_the_role_read_back)
{
	SCOPED(stage_clear) struct stage s;
	struct ext_value value = { .id = EXT_OTHER,
		.u.other = { "1.2.3.4", { (const uint8_t *)"\x05\x00", 2 } } };
	struct entry_ext *planned;

	stage_set(&s);
	sample_add(&s.leaf, value);
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_EXT);
	error_clear(s.err);
	planned = &s.planned.exts[s.planned.entry.n_exts++];
	*planned = (struct entry_ext){ .id = EXT_OTHER, .from = EXT_FROM_ENTRY, .value = value };
	EXPECT_OK(readback(&s), s.err);
	planned->value.u.other.der = BYTES("\x30\x00", 2);
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_EXT);
}

TEST(other_octets_than_the_journal_are_found)
{
	SCOPED(stage_clear) struct stage s;
	struct cert cert;

	stage_set(&s);
	s.intent.tbs = sample_tbs(&s.leaf, s.arena);
	s.leaf.not_after--;
	EXPECT_RULE(readback_certificate(sample_der(&s.leaf, s.arena), &s.intent, s.arena, &cert,
	    s.err), s.err, RULE_READBACK_BYTES);
}

TEST(a_signature_of_another_key_is_found)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.signer = &s.key;
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_SIGNATURE);
}

TEST(a_damaged_signature_is_found)
{
	SCOPED(stage_clear) struct stage s;
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	struct cert cert;

	stage_set(&s);
	s.intent.tbs = sample_tbs(&s.leaf, s.arena);
	buf_put_bytes(&der, sample_der(&s.leaf, s.arena));
	der.p[der.n - 1] ^= 1;
	EXPECT_RULE(readback_certificate(buf_bytes(&der), &s.intent, s.arena, &cert, s.err), s.err,
	    RULE_READBACK_SIGNATURE);
}

TEST(another_subject_is_found)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.subject.attr[DN_CN] = "SIP.contoso.com";
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_SUBJECT);
}

TEST(another_key_is_found)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.intent.key = s.ca.pub;
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_KEY);
}

TEST(another_order_of_names_is_found_whatever_the_role_tolerates)
{
	SCOPED(stage_clear) struct stage s;
	struct general_name first;

	stage_set(&s);
	s.planned.entry.san_order = SAN_SET;
	first = s.planned.san[0];
	s.planned.san[0] = s.planned.san[1];
	s.planned.san[1] = first;
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_SAN);
	stage_clear(&s);
	stage_set(&s);
	s.planned.san[2].value = "sip.Fabrikam.com";
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_SAN);
	s.planned.entry.n_san = 2;
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_SAN);
	s.planned.entry.n_san = 0;
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_SAN);
}

TEST(other_usages_are_found)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.planned.eku[1] = "1.3.6.1.5.5.7.3.2";
	s.planned.entry.n_eku = 2;
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_EKU);
	s.planned.entry.n_eku = 1;
	s.planned.entry.key_usage_rsa = 0;
	EXPECT_OK(readback(&s), s.err);
	s.planned.entry.key_usage_ec |= KU_KEY_AGREEMENT;
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_KEY_USAGE);
}

TEST(missing_and_further_extensions_are_found)
{
	SCOPED(stage_clear) struct stage s;
	static struct policy policy[] = { { "1.2.3", NULL, NULL } };

	stage_set(&s);
	sample_drop(&s.leaf, EXT_SUBJECT_KEY_IDENTIFIER);
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_EXT);
	s.leaf = sample_leaf(&s.key, &s.ca);
	sample_add(&s.leaf, (struct ext_value){ .id = EXT_CERTIFICATE_POLICIES,
	    .u.policies = { policy, 1 } });
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_EXT);
	s.leaf = sample_leaf(&s.key, &s.ca);
	sample_drop(&s.leaf, EXT_CRL_DISTRIBUTION_POINTS);
	EXPECT_OK(readback(&s), s.err);
	sample_ext(&s.leaf, EXT_EXTENDED_KEY_USAGE)->critical = true;
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_EXT);
	s.leaf = sample_leaf(&s.key, &s.ca);
	s.planned.exts[0].value.u.basic.ca = true;
	EXPECT_RULE(readback(&s), s.err, RULE_READBACK_EXT);
}

TEST(what_does_not_read_is_not_delivered)
{
	SCOPED(stage_clear) struct stage s;
	struct cert cert;

	stage_set(&s);
	EXPECT_RULE(readback_certificate(bytes_of_text("hello"), &s.intent, s.arena, &cert, s.err),
	    s.err, RULE_CERT_MALFORMED);
}
