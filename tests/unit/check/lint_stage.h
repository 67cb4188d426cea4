/*
 * lint_stage.h - a sound CA and a sound server below it, of which a test of the lint changes
 * one thing.  The whole TBSCertificate is linted, as libcrypto reads it:
 *
 *      stage_set(&s);
 *      sample_drop(&s.leaf, EXT_SUBJECT_KEY_IDENTIFIER);
 *      EXPECT_RULE(lint(&s), s.err, RULE_LINT_EXT_MISSING);
 */
#ifndef TESTS_CHECK_LINT_STAGE_H
#define TESTS_CHECK_LINT_STAGE_H

#include "check/lint.h"
#include "tests/unit/check/sample_entry.h"

/* A CA, its certificate, and a server below it. */
struct stage {
	struct arena *arena;
	struct error *err;
	struct sample_key ca, key;
	struct sample root, leaf;
	struct cert issuer;
	struct lint_context context;
};

static inline void
stage_set(struct stage *s)
{
	*s = (struct stage){ .arena = arena_new(), .err = error_new(),
		.ca = sample_key_make(KEY_EC_P384), .key = sample_key_make(KEY_EC_P256) };
	s->root = sample_root(&s->ca);
	s->leaf = sample_leaf(&s->key, &s->ca);
	s->issuer = sample_cert(&s->root, s->arena);
	s->context = (struct lint_context){ .algorithm = RC_ECDSA_SHA384, .issuer = &s->issuer,
		.key = s->key.pub };
}

static inline void
stage_clear(struct stage *s)
{
	arena_free(s->arena);
	error_free(s->err);
	sample_key_clear(&s->ca);
	sample_key_clear(&s->key);
}
DEFINE_SCOPED_VALUE(stage_clear, struct stage)

/* The issuer's certificate anew, after a change of `root`. */
static inline void
stage_reissue(struct stage *s)
{
	s->issuer = sample_cert(&s->root, s->arena);
}

static inline enum rc_status
lint(struct stage *s)
{
	return lint_certificate(sample_tbs(&s->leaf, s->arena), &s->context, s->err);
}

/* A TBS in whose octets something was exchanged, lengths fitting. */
static inline struct bytes
exchanged(struct stage *s, const char *old, const char *new, size_t n)
{
	struct bytes tbs = sample_tbs(&s->leaf, s->arena);
	uint8_t *at = memmem(tbs.p, tbs.n, old, n);

	REQUIRE(at != NULL);
	memcpy(at, new, n);
	return tbs;
}

/* The leaf as a CA below the root. */
static inline void
make_ca(struct stage *s, int path_len)
{
	s->leaf = sample_leaf(&s->key, &s->ca);
	sample_drop(&s->leaf, EXT_EXTENDED_KEY_USAGE);
	sample_drop(&s->leaf, EXT_SUBJECT_ALT_NAME);
	sample_ext(&s->leaf, EXT_BASIC_CONSTRAINTS)->u.basic.ca = true;
	sample_ext(&s->leaf, EXT_BASIC_CONSTRAINTS)->u.basic.path_len = path_len;
	sample_ext(&s->leaf, EXT_KEY_USAGE)->u.key_usage = KU_KEY_CERT_SIGN | KU_CRL_SIGN;
}

#endif
