#include "check/crl_lint.h"

#include "tests/sample_cert.h"

enum { NOW = SAMPLE_FROM };

struct linting {
	struct sample_key key;
	struct arena *arena;
	struct cert issuer;
	struct crl_parts parts;
	struct crl_lint_context context;
	struct error *err;
};

static void
linting_clear(struct linting *l)
{
	sample_key_clear(&l->key);
	arena_free(l->arena);
	error_free(l->err);
}
DEFINE_SCOPED_VALUE(linting_clear, struct linting)

static const uint8_t number[] = { 9 }, base[] = { 7 }, one[] = { 1 }, two[] = { 1, 2 };

static struct linting
linting_make(void)
{
	struct linting l = { .key = sample_key_make(KEY_EC_P256), .arena = arena_new(),
		.err = error_new() };
	struct sample root = sample_root(&l.key);

	l.issuer = sample_cert(&root, l.arena);
	l.parts = (struct crl_parts){ .algorithm = l.key.algorithm, .issuer = l.issuer.subject,
		.this_update = NOW, .next_update = NOW + SAMPLE_DAY,
		.key_id = pubkey_key_id(l.key.pub), .number = BYTES(number, 1) };
	l.context = (struct crl_lint_context){ .algorithm = l.key.algorithm,
		.key_id = pubkey_key_id(l.key.pub), .last_number = 8, .number = 9 };
	return l;
}

/* Two entries, the second with this time and reason. */
static enum rc_status
lint(struct linting *l, struct bytes first, struct bytes second, int64_t when,
    enum crl_reason reason)
{
	SCOPED(buf_clear) struct buf tbs = BUF_INIT;
	struct crl_writer w;

	l->context.issuer = &l->issuer;
	crl_begin(&w, &l->parts, &tbs);
	crl_add(&w, &(struct crl_entry){ first, NOW - 5, CRL_SUPERSEDED, 0 });
	crl_add(&w, &(struct crl_entry){ second, when, reason, 0 });
	crl_end(&w);
	return lint_crl(buf_bytes(&tbs), &l->context, l->err);
}

static enum rc_status
lint_usual(struct linting *l)
{
	return lint(l, BYTES(one, 1), BYTES(two, 2), NOW, CRL_KEY_COMPROMISE);
}

TEST(a_good_list_passes)
{
	SCOPED(linting_clear) struct linting l = linting_make();

	EXPECT_OK(lint_usual(&l), l.err);
	/* a delta may remove, and its base is older */
	l.parts.base = BYTES(base, 1);
	EXPECT_OK(lint(&l, BYTES(one, 1), BYTES(two, 2), NOW, CRL_REMOVE_FROM_CRL), l.err);
	/* the last second of the CA's own validity */
	l.parts.this_update = l.issuer.not_after;
	l.parts.next_update = l.issuer.not_after + 1;
	EXPECT_OK(lint_usual(&l), l.err);
}

TEST(a_list_is_held_to_its_ca)
{
	SCOPED(linting_clear) struct linting l = linting_make();
	static const uint8_t other_name[] = { 0x30, 0x00 };

	l.parts.algorithm = RC_ECDSA_SHA384;
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_ALGORITHM);
	l.parts.algorithm = l.key.algorithm;
	l.parts.issuer = BYTES(other_name, 2);
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_ISSUER);
	l.parts.issuer = l.issuer.subject;
	l.parts.key_id = BYTES("another key, 20 octe", 20);
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_AKI);
}

TEST(only_a_ca_that_may_signs_lists)
{
	SCOPED(linting_clear) struct linting l = linting_make();
	struct sample root = sample_root(&l.key);

	sample_ext(&root, EXT_KEY_USAGE)->u.key_usage = KU_KEY_CERT_SIGN | KU_DIGITAL_SIGNATURE;
	l.issuer = sample_cert(&root, l.arena);
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_CRL_USAGE);
	sample_ext(&root, EXT_KEY_USAGE)->u.key_usage = KU_KEY_CERT_SIGN | KU_CRL_SIGN;
	l.issuer = sample_cert(&root, l.arena);
	EXPECT_OK(lint_usual(&l), l.err);
	/* who says nothing of usages forbids none */
	sample_drop(&root, EXT_KEY_USAGE);
	l.issuer = sample_cert(&root, l.arena);
	EXPECT_OK(lint_usual(&l), l.err);
}

TEST(times_and_numbers_of_a_list_go_forward)
{
	SCOPED(linting_clear) struct linting l = linting_make();

	l.parts.next_update = NOW;
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_CRL_TIMES);
	l.parts.next_update = NOW + 1;
	EXPECT_OK(lint_usual(&l), l.err);
	l.parts.next_update = l.issuer.not_after + 2;
	l.parts.this_update = l.issuer.not_after + 1;
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_CRL_TIMES);
	l.parts.this_update = NOW;
	l.context.last_number = 9;
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_CRL_NUMBER);
	l.context.last_number = 8;
	l.context.number = 10;
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_CRL_NUMBER);
	l.context.number = 9;
	l.parts.base = BYTES(number, 1);
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_CRL_NUMBER);
	l.parts.base = BYTES("\x08", 1);
	EXPECT_OK(lint_usual(&l), l.err);
}

TEST(entries_stand_in_order_once_and_in_the_past)
{
	SCOPED(linting_clear) struct linting l = linting_make();

	EXPECT_RULE(lint(&l, BYTES(two, 2), BYTES(one, 1), NOW, CRL_SUPERSEDED), l.err,
	    RULE_LINT_CRL_ENTRY);
	EXPECT_RULE(lint(&l, BYTES(two, 2), BYTES(two, 2), NOW, CRL_SUPERSEDED), l.err,
	    RULE_LINT_CRL_ENTRY);
	EXPECT_RULE(lint(&l, BYTES(one, 1), BYTES(two, 2), NOW + 1, CRL_SUPERSEDED), l.err,
	    RULE_LINT_CRL_ENTRY);
	EXPECT_RULE(lint(&l, BYTES(one, 1), BYTES(two, 2), NOW, CRL_REMOVE_FROM_CRL), l.err,
	    RULE_LINT_CRL_ENTRY);
}

TEST(a_date_of_invalidity_is_of_the_past)
{
	SCOPED(linting_clear) struct linting l = linting_make();
	static const int64_t dates[] = { NOW - 86400, NOW, NOW + 1 };

	l.context.issuer = &l.issuer;
	for (size_t i = 0; i < ARRAY_LEN(dates); i++) {
		SCOPED(buf_clear) struct buf tbs = BUF_INIT;
		struct crl_writer w;
		enum rc_status status;

		crl_begin(&w, &l.parts, &tbs);
		crl_add(&w, &(struct crl_entry){ BYTES(one, 1), NOW, CRL_KEY_COMPROMISE, dates[i] });
		crl_end(&w);
		status = lint_crl(buf_bytes(&tbs), &l.context, l.err);
		if (dates[i] <= NOW)
			EXPECT_OK(status, l.err);
		else
			EXPECT_RULE(status, l.err, RULE_LINT_CRL_ENTRY);
	}
}

TEST(a_list_speaks_of_whom_it_is_asked_for)
{
	SCOPED(linting_clear) struct linting l = linting_make();

	for (unsigned want = 0; want < CRL_SCOPES; want++)
		for (unsigned have = 0; have < CRL_SCOPES; have++) {
			l.context.scope = want;
			l.parts.scope = have;
			if (want == have)
				EXPECT_OK(lint_usual(&l), l.err);
			else
				EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_CRL_SCOPE);
		}
}

/* Of two parts: by the last bit of the serial, odd ones stand in the second. */
TEST(a_part_holds_its_own)
{
	SCOPED(linting_clear) struct linting l = linting_make();
	static const char *const points[] = { "http://a.contoso.com/2.crl", "http://b/2.crl" };
	static const uint8_t three[] = { 3 }, four[] = { 4 };

	l.parts.points = l.context.points = points;
	l.parts.n_points = l.context.n_points = 2;
	l.context.part = l.context.parts = 2;
	EXPECT_OK(lint(&l, BYTES(one, 1), BYTES(three, 1), NOW, CRL_SUPERSEDED), l.err);
	EXPECT_RULE(lint(&l, BYTES(one, 1), BYTES(four, 1), NOW, CRL_SUPERSEDED), l.err,
	    RULE_LINT_CRL_PART);
	l.context.part = 1;
	EXPECT_RULE(lint(&l, BYTES(one, 1), BYTES(three, 1), NOW, CRL_SUPERSEDED), l.err,
	    RULE_LINT_CRL_PART);
	/* one place less, one more, another */
	l.context.part = 2;
	l.parts.n_points = 1;
	EXPECT_RULE(lint(&l, BYTES(one, 1), BYTES(three, 1), NOW, CRL_SUPERSEDED), l.err,
	    RULE_LINT_CRL_PART);
	l.parts.n_points = 2;
	l.context.n_points = 1;
	EXPECT_RULE(lint(&l, BYTES(one, 1), BYTES(three, 1), NOW, CRL_SUPERSEDED), l.err,
	    RULE_LINT_CRL_PART);
	l.context.n_points = 2;
	l.parts.points = (const char *const[]){ points[1], points[0] };
	EXPECT_RULE(lint(&l, BYTES(one, 1), BYTES(three, 1), NOW, CRL_SUPERSEDED), l.err,
	    RULE_LINT_CRL_PART);
}

TEST(whole_lists_and_parts_are_told_apart)
{
	SCOPED(linting_clear) struct linting l = linting_make();
	static const char *const points[] = { "http://a.contoso.com/2.crl" };

	l.parts.points = points;
	l.parts.n_points = 1;
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_CRL_PART);
	l.parts.n_points = 0;
	l.context.part = l.context.parts = 2;
	EXPECT_RULE(lint_usual(&l), l.err, RULE_LINT_CRL_PART);
}

TEST(a_serial_falls_into_one_part)
{
	static const uint8_t padded[] = { 0, 0, 7 }, large[] = { 0xff, 0xff, 0xff, 0xff, 0xff };

	EXPECT_INT(crl_part_of(BYTES(padded, 3), 4), 4);
	EXPECT_INT(crl_part_of(BYTES(padded + 2, 1), 4), 4);
	EXPECT_INT(crl_part_of(BYTES(padded, 2), 4), 1);
	/* 2^40 - 1 */
	EXPECT_INT(crl_part_of(BYTES(large, 5), 1000), 776);
}
