#include "check/ocsp_lint.h"

#include "tests/sample_cert.h"

enum { NOW = SAMPLE_FROM };

struct linting {
	struct sample_key key;
	struct arena *arena;
	struct cert issuer;
	struct ocsp_answer written, recorded;    /* by default the same        */
	struct ocsp_parts parts;
	struct ocsp_lint_context context;
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

static const uint8_t serial[] = { 5 }, nonce[] = { 0x04, 0x01, 9 };

static void
name(struct linting *l, const struct cert *issuer)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	ocsp_id_encode(OCSP_SHA256, issuer, BYTES(serial, 1), &der);
	REQUIRE(ocsp_id_read(arena_bytes(l->arena, buf_bytes(&der)), &l->written.id));
	l->recorded = l->written;
}

static struct linting
linting_make(void)
{
	struct linting l = { .key = sample_key_make(KEY_EC_P256), .arena = arena_new(),
		.err = error_new() };
	struct sample root = sample_root(&l.key);

	l.issuer = sample_cert(&root, l.arena);
	l.written = (struct ocsp_answer){ .status = OCSP_REVOKED, .when = NOW,
		.reason = CRL_SUPERSEDED };
	name(&l, &l.issuer);
	l.parts = (struct ocsp_parts){ .key_id = pubkey_key_id(l.key.pub), .produced = NOW,
		.this_update = NOW, .next_update = NOW + SAMPLE_DAY, .n = 1 };
	l.context = (struct ocsp_lint_context){ .key_id = pubkey_key_id(l.key.pub), .n = 1 };
	return l;
}

static enum rc_status
lint(struct linting *l)
{
	SCOPED(buf_clear) struct buf data = BUF_INIT;

	l->parts.answers = &l->written;
	l->context.answers = &l->recorded;
	l->context.issuer = l->context.responder = &l->issuer;
	ocsp_data_encode(&l->parts, &data);
	return lint_ocsp(buf_bytes(&data), &l->context, l->err);
}

TEST(a_good_response_passes)
{
	SCOPED(linting_clear) struct linting l = linting_make();

	EXPECT_OK(lint(&l), l.err);
	l.written.status = l.recorded.status = OCSP_GOOD;
	EXPECT_OK(lint(&l), l.err);
	l.parts.nonce = l.context.nonce = BYTES(nonce, 3);
	/* to the last second of the responder's own validity */
	l.parts.next_update = l.issuer.not_after;
	EXPECT_OK(lint(&l), l.err);
}

TEST(a_response_is_held_to_its_responder)
{
	SCOPED(linting_clear) struct linting l = linting_make();

	EXPECT_OK(lint(&l), l.err);
	l.parts.key_id = BYTES("another key, 20 octe", 20);
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_RESPONDER);
}

TEST(times_of_a_response_make_sense)
{
	SCOPED(linting_clear) struct linting l = linting_make();
	const struct {
		int64_t this_update, produced, next_update;
	} bad[] = {
		{ NOW, NOW, NOW }, { NOW, NOW - 1, NOW + 5 }, { NOW, NOW + 6, NOW + 5 },
		{ NOW, NOW, l.issuer.not_after + 1 },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		l.parts.this_update = bad[i].this_update;
		l.parts.produced = bad[i].produced;
		l.parts.next_update = bad[i].next_update;
		EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_TIMES);
	}
	l.parts.next_update = NOW + 1;
	l.parts.produced = NOW + 1;
	EXPECT_OK(lint(&l), l.err);
}

TEST(a_nonce_is_that_of_the_request)
{
	SCOPED(linting_clear) struct linting l = linting_make();

	l.parts.nonce = BYTES(nonce, 3);
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_NONCE);
	l.context.nonce = BYTES(nonce, 2);
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_NONCE);
	l.context.nonce = BYTES(nonce, 3);
	EXPECT_OK(lint(&l), l.err);
	l.parts.nonce = BYTES(NULL, 0);
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_NONCE);
}

TEST(an_answer_says_what_is_recorded)
{
	SCOPED(linting_clear) struct linting l = linting_make();
	struct sample_key other = sample_key_make(KEY_EC_P256);
	struct sample stranger = sample_root(&other);
	struct cert cert = sample_cert(&stranger, l.arena);

	l.recorded.status = OCSP_GOOD;
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_ANSWER);
	l.recorded.status = OCSP_REVOKED;
	l.recorded.reason = CRL_KEY_COMPROMISE;
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_ANSWER);
	l.recorded = l.written;
	l.recorded.when--;
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_ANSWER);
	l.written.when = l.recorded.when = NOW + 1;
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_ANSWER);
	l.written.when = l.recorded.when = NOW;
	l.written.reason = l.recorded.reason = CRL_REMOVE_FROM_CRL;
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_ANSWER);
	l.written.reason = l.recorded.reason = CRL_SUPERSEDED;
	l.context.n = 2;
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_ANSWER);
	l.context.n = 1;
	/* of another CA's certificate nothing is known */
	name(&l, &cert);
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_ANSWER);
	l.written.status = l.recorded.status = OCSP_UNKNOWN;
	EXPECT_OK(lint(&l), l.err);
	/* and what was asked is what is answered */
	l.recorded.id = (struct ocsp_id){ .der = BYTES(serial, 1) };
	EXPECT_RULE(lint(&l), l.err, RULE_LINT_OCSP_ANSWER);
	sample_key_clear(&other);
}
