#include "token/guarantee.h"

const char *
guarantee_word(enum guarantee_basis basis)
{
	static const char *const words[] = { "proven", "claimed", "open", "broken" };

	return words[basis];
}

/* -- what each rests on ---------------------------------------------------------------- */

enum { NO_PROBE = -1, ATTRIBUTES = 5 };

struct claim {
	const char *name;                /* NULL: no more of them              */
	size_t at;
	enum rc_fact want;
};
#define CLAIM(name, field, want) { name, offsetof(struct rc_facts, field), want }

static const struct basis {
	const char *id, *sentence;
	int probe;                       /* enum rc_probe_kind, or NO_PROBE    */
	struct claim claims[ATTRIBUTES];
} bases[] = {
	{ "parts-closed", "no secret part of it can be read", RC_PROBE_READ,
	    { CLAIM("CKA_SENSITIVE", sensitive, RC_TRUE) } },
	{ "not-wrapped", "it cannot leave the token wrapped", RC_PROBE_WRAP,
	    { CLAIM("CKA_EXTRACTABLE", extractable, RC_FALSE) } },
	{ "copies-guarded", "no copy of it has fewer guards", RC_PROBE_COPY, { { .name = NULL } } },
	{ "guards-stay", "its guards cannot be taken away", RC_PROBE_SET, { { .name = NULL } } },
	{ "never-extractable", "it never could leave the token", NO_PROBE,
	    { CLAIM("CKA_NEVER_EXTRACTABLE", never_extractable, RC_TRUE) } },
	{ "never-readable", "it never could be read", NO_PROBE,
	    { CLAIM("CKA_ALWAYS_SENSITIVE", always_sensitive, RC_TRUE) } },
	{ "made-inside", "it was made in the token", NO_PROBE,
	    { CLAIM("CKA_LOCAL", local, RC_TRUE),
	      CLAIM("CKA_KEY_GEN_MECHANISM is known", keygen_known, RC_TRUE) } },
	{ "login-needed", "it is used after a login alone", NO_PROBE,
	    { CLAIM("CKA_PRIVATE", is_private, RC_TRUE) } },
	{ "signs-only", "it signs, and does nothing else", NO_PROBE,
	    { CLAIM("CKA_SIGN", sign, RC_TRUE), CLAIM("CKA_DECRYPT", decrypt, RC_FALSE),
	      CLAIM("CKA_UNWRAP", unwrap, RC_FALSE), CLAIM("CKA_DERIVE", derive, RC_FALSE),
	      CLAIM("CKA_SIGN_RECOVER", sign_recover, RC_FALSE) } },
	{ "attributes-fixed", "none of its attributes can be changed", NO_PROBE,
	    { CLAIM("CKA_MODIFIABLE", modifiable, RC_FALSE) } },
	{ "not-copied", "it cannot be copied", NO_PROBE,
	    { CLAIM("CKA_COPYABLE", copyable, RC_FALSE) } },
};

/* -- evidence --------------------------------------------------------------------------- */

struct evidence {
	VEC(const char *) v;
};

static bool
is_told(const struct rc_facts *facts, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (facts->probe[k].kind == facts->probe[i].kind &&
		    strcmp(facts->probe[k].answer, facts->probe[i].answer) == 0)
			return true;
	return false;
}

/* Probes with the same answer in one line. */
static void
add_probes(const struct rc_facts *facts, int kind, struct arena *arena, struct evidence *out)
{
	for (size_t i = 0; i < facts->n_probes; i++) {
		SCOPED(buf_clear) struct buf names = BUF_INIT;

		if ((int)facts->probe[i].kind != kind || is_told(facts, i))
			continue;
		for (size_t k = i; k < facts->n_probes; k++)
			if ((int)facts->probe[k].kind == kind && strcmp(facts->probe[k].answer,
			    facts->probe[i].answer) == 0)
				buf_printf(&names, "%s%s", names.n != 0 ? ", " : "",
				    facts->probe[k].name);
		*VEC_PUSH(arena, &out->v) = arena_printf(arena, "%s: %s", buf_text(&names),
		    facts->probe[i].answer);
	}
}

static enum guarantee_basis
worse(enum guarantee_basis a, enum guarantee_basis b)
{
	return a > b ? a : b;
}

static enum guarantee_basis
claims_judge(const struct rc_facts *facts, const struct basis *basis, struct arena *arena,
    struct evidence *out)
{
	enum guarantee_basis result = GUARANTEE_CLAIMED;

	for (size_t i = 0; i < ATTRIBUTES && basis->claims[i].name != NULL; i++) {
		const struct claim *claim = &basis->claims[i];
		enum rc_fact have = describe_get(facts, claim->at);

		*VEC_PUSH(arena, &out->v) = arena_printf(arena, "%s %s", claim->name,
		    describe_fact(have));
		if (have != claim->want)
			result = worse(result, have == RC_UNKNOWN ? GUARANTEE_OPEN :
			    GUARANTEE_BROKEN);
	}
	return out->v.n == 0 ? GUARANTEE_OPEN : result;
}

static enum rc_fact
tried(const struct rc_facts *facts, int kind)
{
	for (size_t i = 0; i < describe_n_sums; i++)
		if ((int)describe_sums[i].kind == kind)
			return describe_get(facts, describe_sums[i].at);
	return RC_UNKNOWN;
}

/* What was tried stands over what is said, but a guard that the key says it lacks is
 * not there, whatever was refused. */
static void
judge(const struct rc_facts *facts, const struct basis *basis, struct arena *arena,
    struct guarantee *ret)
{
	struct evidence evidence = { .v.n = 0 };
	enum guarantee_basis said = claims_judge(facts, basis, arena, &evidence);
	enum rc_fact done = tried(facts, basis->probe);

	*ret = (struct guarantee){ .id = basis->id, .sentence = basis->sentence, .basis = said };
	ret->n_said = evidence.v.n;
	if (done == RC_TRUE)
		ret->basis = GUARANTEE_BROKEN;
	else if (done == RC_FALSE && said != GUARANTEE_BROKEN)
		ret->basis = GUARANTEE_PROVEN;
	if (basis->probe != NO_PROBE)
		add_probes(facts, basis->probe, arena, &evidence);
	if (basis->probe != NO_PROBE && facts->n_probes == 0)
		*VEC_PUSH(arena, &evidence.v) = "it was not tried";
	ret->evidence = evidence.v.v;
	ret->n_evidence = evidence.v.n;
}

/* Seen by us, not said by the module. */
static void
judge_identity(const struct rc_facts *facts, struct arena *arena, struct guarantee *ret)
{
	struct evidence evidence = { .v.n = 0 };
	bool good = facts->keys_with_this_id == 1 && facts->public_key_matches;

	*VEC_PUSH(arena, &evidence.v) = arena_printf(arena, "private keys of this CKA_ID: %u",
	    facts->keys_with_this_id);
	*VEC_PUSH(arena, &evidence.v) = facts->public_key_matches ?
	    "one public half stands beside it" : "another public half stands beside it";
	*ret = (struct guarantee){ .id = "one-key",
		.sentence = "it cannot be taken for another key",
		.basis = good ? GUARANTEE_PROVEN : GUARANTEE_BROKEN,
		.evidence = evidence.v.v, .n_evidence = evidence.v.n };
}

/* CKF_HW is not among the evidence: software tokens set it, too. */
static void
judge_make(const struct rc_facts *facts, const struct custody_terms *terms,
    struct arena *arena, struct guarantee *ret)
{
	struct evidence evidence = { .v.n = 0 };

	*VEC_PUSH(arena, &evidence.v) = arena_printf(arena, "manufacturer '%s', model '%s'",
	    facts->token.manufacturer, facts->token.model);
	if (terms->n_accepted == 0)
		*VEC_PUSH(arena, &evidence.v) = "no list of accepted tokens was given";
	*ret = (struct guarantee){ .id = "accepted-make",
		.sentence = "the token is of a kind that was accepted as hardware",
		.basis = terms->n_accepted == 0 ? GUARANTEE_OPEN :
		    custody_accepts(&facts->token, terms) ? GUARANTEE_CLAIMED : GUARANTEE_BROKEN,
		.evidence = evidence.v.v, .n_evidence = evidence.v.n };
}

void
guarantee_list(const struct rc_facts *facts, const struct custody_terms *terms,
    struct arena *arena, struct guarantees *ret)
{
	struct guarantees list = { .v.n = 0 };

	for (size_t i = 0; i < ARRAY_LEN(bases); i++)
		judge(facts, &bases[i], arena, VEC_PUSH(arena, &list.v));
	judge_identity(facts, arena, VEC_PUSH(arena, &list.v));
	judge_make(facts, terms, arena, VEC_PUSH(arena, &list.v));
	*ret = list;
}
