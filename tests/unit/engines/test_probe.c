/*
 * What is tried on a key and what comes of it: on SoftHSM as it is, and with the
 * leaks of other modules put into its function list.
 */
#include <stdio.h>

#include "engines/p11probe.h"
#include "tests/unit/engines/lab.h"

static CK_FUNCTION_LIST *fn, real;

/* A token with the key "k", and the facts of it. */
struct bench {
	struct lab lab;
	struct p11raw *raw;
	struct arena *arena;
	struct p11key key;
	struct rc_facts facts;
};

/* -- calls, counted --------------------------------------------------------------- */

static int sessions;                     /* open now, beside those of the bench   */

static CK_RV
count_open(CK_SLOT_ID slot, CK_FLAGS flags, void *arg, CK_NOTIFY notify, CK_SESSION_HANDLE *ret)
{
	CK_RV rv = real.C_OpenSession(slot, flags, arg, notify, ret);

	sessions += rv == CKR_OK ? 1 : 0;
	return rv;
}

static CK_RV
count_close(CK_SESSION_HANDLE session)
{
	sessions--;
	return real.C_CloseSession(session);
}

static void
bench_find(struct bench *b)
{
	b->raw = lab_raw(&b->lab, "pkcs11:token=one;object=k");
	REQUIRE_OK(p11key_find(b->raw, NULL, b->arena, &b->key, b->lab.err), b->lab.err);
	sessions = 0;
	fn->C_OpenSession = count_open;
	fn->C_CloseSession = count_close;
}

/* `kind` NULL: an empty token. */
static void
bench_init(struct bench *b, const char *kind)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT;

	*b = (struct bench){ .arena = arena_new() };
	fn = lab_functions();
	real = *fn;
	lab_init(&b->lab, "one");
	if (kind == NULL)
		return;
	lab_keygen(&b->lab, "pkcs11:token=one;object=k", kind, BYTES(NULL, 0), &spki);
	bench_find(b);
}

/* A small RSA key with these attributes. */
static void
bench_soft(struct bench *b, CK_BBOOL extractable, CK_BBOOL sensitive)
{
	CK_ATTRIBUTE t[] = { P11_ATTRIBUTE(CKA_EXTRACTABLE, &extractable, sizeof(extractable)),
		P11_ATTRIBUTE(CKA_SENSITIVE, &sensitive, sizeof(sensitive)) };
	struct p11raw *raw;

	bench_init(b, NULL);
	raw = lab_raw(&b->lab, "pkcs11:token=one");
	lab_generate(raw, "k", BYTES("k", 1), t, ARRAY_LEN(t));
	p11raw_close(raw);
	bench_find(b);
}

static void
bench_clear(struct bench *b)
{
	*fn = real;
	p11raw_close(b->raw);
	arena_free(b->arena);
	lab_clear(&b->lab);
}
DEFINE_SCOPED_VALUE(bench_clear, struct bench)

/* The token's objects, those of sessions too. */
static size_t
objects(struct bench *b)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct p11handles found = { .v.n = 0 };

	REQUIRE_OK(p11object_find(b->raw, NULL, 0, arena, &found, b->lab.err), b->lab.err);
	return found.v.n;
}

static enum rc_status
ask(struct bench *b, enum rc_depth depth)
{
	size_t before = objects(b);
	enum rc_status status = p11key_facts(b->raw, &b->key, depth, &b->facts, b->lab.err);

	EXPECT_INT(sessions, 0);
	EXPECT_INT(objects(b), before);
	return status;
}

static const struct rc_probe *
probe_of(const struct rc_facts *facts, enum rc_probe_kind kind, const char *name)
{
	for (size_t i = 0; i < facts->n_probes; i++)
		if (facts->probe[i].kind == kind && strcmp(facts->probe[i].name, name) == 0)
			return &facts->probe[i];
	return NULL;
}

static void
expect_probe(const struct bench *b, enum rc_probe_kind kind, const char *name,
    enum rc_fact done, const char *answer)
{
	const struct rc_probe *probe = probe_of(&b->facts, kind, name);

	EXPECT(probe != NULL);
	if (probe == NULL)
		return;
	EXPECT_INT(probe->done, done);
	EXPECT_TEXT(probe->answer, answer);
}

/* -- a good key ---------------------------------------------------------------------- */

TEST(every_probe_of_a_hardened_key_is_refused)
{
	static const char *const kinds[] = { "ec-p256", "rsa-2048" };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		SCOPED(bench_clear) struct bench b;

		bench_init(&b, kinds[i]);
		REQUIRE_OK(ask(&b, RC_DEPTH_FULL), b.lab.err);
		for (size_t k = 0; k < b.facts.n_probes; k++)
			if (b.facts.probe[k].done != RC_FALSE)
				EXPECT_TEXT(b.facts.probe[k].name, b.facts.probe[k].answer);
		EXPECT_INT(b.facts.secret_readable, RC_FALSE);
		EXPECT_INT(b.facts.wrappable, RC_FALSE);
		EXPECT_INT(b.facts.copyable_weaker, RC_FALSE);
		EXPECT_INT(b.facts.twin_changeable, RC_FALSE);
		EXPECT_INT(b.facts.not_enforced, RC_FALSE);
		expect_probe(&b, RC_PROBE_WRAP, "CKM_AES_KEY_WRAP", RC_FALSE,
		    "CKR_KEY_UNEXTRACTABLE");
		expect_probe(&b, RC_PROBE_WRAP, "CKM_RSA_PKCS_OAEP", RC_FALSE,
		    "CKR_KEY_UNEXTRACTABLE");
		expect_probe(&b, RC_PROBE_COPY, "CKA_EXTRACTABLE", RC_FALSE,
		    "CKR_ACTION_PROHIBITED");
		expect_probe(&b, RC_PROBE_SET, "CKA_SENSITIVE", RC_FALSE,
		    "CKR_ACTION_PROHIBITED");
		expect_probe(&b, RC_PROBE_READ, i == 0 ? "CKA_VALUE" : "CKA_PRIME_2", RC_FALSE,
		    "CKR_ATTRIBUTE_SENSITIVE");
	}
}

TEST(a_session_tries_what_is_cheap)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT(probe_of(&b.facts, RC_PROBE_WRAP, "CKM_RSA_PKCS") == NULL);
	EXPECT(probe_of(&b.facts, RC_PROBE_WRAP, "CKM_AES_KEY_WRAP") != NULL);
	EXPECT(probe_of(&b.facts, RC_PROBE_SET, "CKA_PRIVATE") == NULL);
	EXPECT_INT(b.facts.twin_changeable, RC_UNKNOWN);
	EXPECT_INT(b.facts.wrappable, RC_FALSE);
	EXPECT_INT(b.facts.not_enforced, RC_FALSE);
	REQUIRE_OK(ask(&b, RC_DEPTH_ATTRIBUTES), b.lab.err);
	EXPECT_INT(b.facts.n_probes, 0);
	EXPECT_INT(b.facts.not_enforced, RC_UNKNOWN);
	EXPECT_INT(b.facts.extractable, RC_FALSE);
	EXPECT(b.facts.n_mechanisms > 20);
}

TEST(mechanisms_are_listed_in_order_with_their_names)
{
	SCOPED(bench_clear) struct bench b;
	bool ecdsa = false;

	bench_init(&b, "ec-p256");
	REQUIRE_OK(ask(&b, RC_DEPTH_ATTRIBUTES), b.lab.err);
	for (size_t i = 0; i < b.facts.n_mechanisms; i++) {
		EXPECT(i == 0 || b.facts.mechanism[i - 1].type < b.facts.mechanism[i].type);
		ecdsa |= b.facts.mechanism[i].type == CKM_ECDSA;
	}
	EXPECT(ecdsa);
	EXPECT_TEXT(p11mech_name(CKM_RSA_PKCS_KEY_PAIR_GEN), "CKM_RSA_PKCS_KEY_PAIR_GEN");
	EXPECT_TEXT(p11mech_name(CKM_ECDSA), "CKM_ECDSA");
	EXPECT_TEXT(p11mech_name(0x210b), "CKM_AES_KEY_WRAP_KWP");
	EXPECT_TEXT(p11mech_name(CKM_EDDSA), "CKM_EDDSA");
	EXPECT(p11mech_name(0x80000001) == NULL);
}

/* -- keys that are not --------------------------------------------------------------- */

TEST(an_extractable_key_is_wrapped_and_breaks_no_word)
{
	SCOPED(bench_clear) struct bench b;
	const struct rc_probe *probe;

	bench_soft(&b, CK_TRUE, CK_TRUE);
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT_INT(b.facts.wrappable, RC_TRUE);
	EXPECT_INT(b.facts.not_enforced, RC_FALSE);
	EXPECT_INT(b.facts.secret_readable, RC_FALSE);
	probe = probe_of(&b.facts, RC_PROBE_WRAP, "CKM_AES_KEY_WRAP");
	EXPECT(probe != NULL && probe->done == RC_TRUE && strstr(probe->answer, "octets") != NULL);
	/* It has no such guard that a copy could lack. */
	EXPECT(probe_of(&b.facts, RC_PROBE_COPY, "CKA_EXTRACTABLE") == NULL);
}

TEST(a_readable_key_gives_every_part)
{
	SCOPED(bench_clear) struct bench b;

	bench_soft(&b, CK_TRUE, CK_FALSE);
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT_INT(b.facts.secret_readable, RC_TRUE);
	EXPECT_INT(b.facts.not_enforced, RC_FALSE);
	expect_probe(&b, RC_PROBE_READ, "CKA_PRIVATE_EXPONENT", RC_TRUE, "CKR_OK, given");
	expect_probe(&b, RC_PROBE_READ, "CKA_COEFFICIENT", RC_TRUE, "CKR_OK, given");
}

/* -- modules that do not keep their word ------------------------------------------------ */

static CK_RV
wrap__works(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_OBJECT_HANDLE by, CK_OBJECT_HANDLE key,
    CK_BYTE *out, CK_ULONG *n)
{
	(void)session, (void)by, (void)key;
	EXPECT(out == NULL);
	*n = 144;
	return m->mechanism == CKM_AES_CBC_PAD ? CKR_OK : CKR_KEY_UNEXTRACTABLE;
}

TEST(a_key_that_is_wrapped_against_its_word)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	fn->C_WrapKey = wrap__works;
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT_INT(b.facts.wrappable, RC_TRUE);
	EXPECT_INT(b.facts.not_enforced, RC_TRUE);
	expect_probe(&b, RC_PROBE_WRAP, "CKM_AES_CBC_PAD", RC_TRUE, "CKR_OK, 144 octets");
	expect_probe(&b, RC_PROBE_WRAP, "CKM_AES_KEY_WRAP", RC_FALSE, "CKR_KEY_UNEXTRACTABLE");
}

static CK_BBOOL copy_extractable, copy_sensitive, copy_private;

/* The copy is some other object with the attributes that the case wants. */
static CK_RV
copy__is_made(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_ATTRIBUTE *t, CK_ULONG n,
    CK_OBJECT_HANDLE *ret)
{
	CK_OBJECT_CLASS class = CKO_SECRET_KEY;
	CK_KEY_TYPE type = CKK_GENERIC_SECRET;
	CK_BBOOL no = CK_FALSE;
	CK_BYTE value[16] = { 1 };
	CK_ATTRIBUTE copy[] = {
		P11_ATTRIBUTE(CKA_CLASS, &class, sizeof(class)),
		P11_ATTRIBUTE(CKA_KEY_TYPE, &type, sizeof(type)),
		P11_ATTRIBUTE(CKA_VALUE, value, sizeof(value)),
		P11_ATTRIBUTE(CKA_TOKEN, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_EXTRACTABLE, &copy_extractable, sizeof(CK_BBOOL)),
		P11_ATTRIBUTE(CKA_SENSITIVE, &copy_sensitive, sizeof(CK_BBOOL)),
		P11_ATTRIBUTE(CKA_PRIVATE, &copy_private, sizeof(CK_BBOOL)),
	};

	(void)key;
	/* One attribute at a time, and nothing that stays. */
	EXPECT_INT(n, 2);
	EXPECT_INT(t[0].type, CKA_TOKEN);
	EXPECT_INT(*(CK_BBOOL *)t[0].pValue, CK_FALSE);
	return real.C_CreateObject(session, copy, ARRAY_LEN(copy), ret);
}

TEST(a_copy_with_fewer_guards_is_found_and_destroyed)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	fn->C_CopyObject = copy__is_made;
	copy_extractable = CK_TRUE;
	copy_sensitive = copy_private = CK_TRUE;
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT_INT(b.facts.copyable_weaker, RC_TRUE);
	EXPECT_INT(b.facts.not_enforced, RC_TRUE);
	expect_probe(&b, RC_PROBE_COPY, "CKA_EXTRACTABLE", RC_TRUE, "CKR_OK, now true");
	expect_probe(&b, RC_PROBE_COPY, "CKA_SENSITIVE", RC_FALSE, "CKR_OK, but unchanged");
	expect_probe(&b, RC_PROBE_COPY, "CKA_PRIVATE", RC_FALSE, "CKR_OK, but unchanged");
}

TEST(a_public_copy_is_weaker_and_breaks_no_word)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	fn->C_CopyObject = copy__is_made;
	copy_extractable = copy_private = CK_FALSE;
	copy_sensitive = CK_TRUE;
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT_INT(b.facts.copyable_weaker, RC_TRUE);
	EXPECT_INT(b.facts.not_enforced, RC_FALSE);
	expect_probe(&b, RC_PROBE_COPY, "CKA_PRIVATE", RC_TRUE, "CKR_OK, now false");
}

static CK_OBJECT_HANDLE twin;
static CK_OBJECT_HANDLE signing_key;

static CK_RV
set__works(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *t, CK_ULONG n)
{
	(void)session, (void)t;
	EXPECT_INT(n, 1);
	EXPECT(object != signing_key);
	twin = object;
	return CKR_OK;
}

static CK_RV
twin__is_changed(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *t, CK_ULONG n)
{
	CK_RV rv = real.C_GetAttributeValue(session, object, t, n);

	if (twin != 0 && object == twin && t[0].type == CKA_EXTRACTABLE)
		*(CK_BBOOL *)t[0].pValue = CK_TRUE;
	return rv;
}

TEST(a_guard_that_can_be_taken_away_is_found_on_a_twin)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	signing_key = b.key.handle;
	twin = 0;
	fn->C_SetAttributeValue = set__works;
	fn->C_GetAttributeValue = twin__is_changed;
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT_INT(twin, 0);
	REQUIRE_OK(ask(&b, RC_DEPTH_FULL), b.lab.err);
	EXPECT_INT(b.facts.twin_changeable, RC_TRUE);
	EXPECT_INT(b.facts.not_enforced, RC_TRUE);
	expect_probe(&b, RC_PROBE_SET, "CKA_EXTRACTABLE", RC_TRUE, "CKR_OK, now true");
	expect_probe(&b, RC_PROBE_SET, "CKA_PRIVATE", RC_FALSE, "CKR_OK, but unchanged");
}

/* No key pair but on the token, as tpm2-pkcs11 has it. */
static CK_RV
pair__on_token_only(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_ATTRIBUTE *t, CK_ULONG n,
    CK_ATTRIBUTE *u, CK_ULONG k, CK_OBJECT_HANDLE *public, CK_OBJECT_HANDLE *private)
{
	for (CK_ULONG i = 0; i < k; i++)
		if (u[i].type == CKA_TOKEN && *(CK_BBOOL *)u[i].pValue == CK_FALSE)
			return CKR_SESSION_READ_ONLY;
	return real.C_GenerateKeyPair(session, m, t, n, u, k, public, private);
}

TEST(a_twin_on_the_token_is_gone_after_it_was_tried)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	fn->C_GenerateKeyPair = pair__on_token_only;
	REQUIRE_OK(ask(&b, RC_DEPTH_FULL), b.lab.err);
	EXPECT_INT(b.facts.twin_changeable, RC_FALSE);
	expect_probe(&b, RC_PROBE_SET, "CKA_EXTRACTABLE", RC_FALSE, "CKR_ACTION_PROHIBITED");
}

/* A module that gives the key for its copy, and for a new pair. */
static CK_RV
copy__is_the_key(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_ATTRIBUTE *t, CK_ULONG n,
    CK_OBJECT_HANDLE *ret)
{
	(void)session, (void)t, (void)n;
	*ret = key;
	return CKR_OK;
}

static CK_RV
pair__is_the_key(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_ATTRIBUTE *t, CK_ULONG n,
    CK_ATTRIBUTE *u, CK_ULONG k, CK_OBJECT_HANDLE *public, CK_OBJECT_HANDLE *private)
{
	(void)session, (void)m, (void)t, (void)n, (void)u, (void)k;
	*public = *private = signing_key;
	return CKR_OK;
}

static CK_RV
destroy__spares_the_key(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	EXPECT(object != signing_key);
	return object == signing_key ? CKR_OK : real.C_DestroyObject(session, object);
}

TEST(the_key_is_never_taken_for_its_copy_or_twin)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	signing_key = b.key.handle;
	fn->C_CopyObject = copy__is_the_key;
	fn->C_GenerateKeyPair = pair__is_the_key;
	fn->C_SetAttributeValue = set__works;
	fn->C_DestroyObject = destroy__spares_the_key;
	REQUIRE_OK(ask(&b, RC_DEPTH_FULL), b.lab.err);
	EXPECT_INT(b.facts.copyable_weaker, RC_UNKNOWN);
	EXPECT_INT(b.facts.twin_changeable, RC_UNKNOWN);
	expect_probe(&b, RC_PROBE_COPY, "CKA_SENSITIVE", RC_UNKNOWN,
	    "CKR_OK, and the copy is the key itself");
	expect_probe(&b, RC_PROBE_SET, "CKA_SENSITIVE", RC_UNKNOWN,
	    "C_GenerateKeyPair: CKR_OBJECT_HANDLE_INVALID");
}

/* -- modules that cannot be asked --------------------------------------------------------- */

static CK_RV answer;
static int after;                        /* calls that go through before it        */

static CK_RV
generate__fails(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_ATTRIBUTE *t, CK_ULONG n,
    CK_OBJECT_HANDLE *ret)
{
	(void)session, (void)m, (void)t, (void)n, (void)ret;
	return CKR_FUNCTION_NOT_SUPPORTED;
}

static CK_RV
wrap__answers(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_OBJECT_HANDLE by,
    CK_OBJECT_HANDLE key, CK_BYTE *out, CK_ULONG *n)
{
	(void)session, (void)m, (void)by, (void)key, (void)out, (void)n;
	return answer;
}

TEST(a_module_without_the_function_cannot_wrap)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	fn->C_GenerateKey = generate__fails;
	fn->C_WrapKey = wrap__answers;
	answer = CKR_FUNCTION_NOT_SUPPORTED;
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT_INT(b.facts.wrappable, RC_FALSE);
	expect_probe(&b, RC_PROBE_WRAP, "CKM_AES_CBC_PAD", RC_FALSE,
	    "CKR_FUNCTION_NOT_SUPPORTED");
}

TEST(without_a_wrapping_key_nothing_is_proven)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	fn->C_GenerateKey = generate__fails;
	fn->C_WrapKey = wrap__answers;
	answer = CKR_KEY_UNEXTRACTABLE;
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT_INT(b.facts.wrappable, RC_UNKNOWN);
	expect_probe(&b, RC_PROBE_WRAP, "CKM_AES_CBC_PAD", RC_UNKNOWN,
	    "C_GenerateKey: CKR_FUNCTION_NOT_SUPPORTED");
}

TEST(an_answer_that_is_no_refusal_proves_nothing)
{
	static const CK_RV codes[] = { CKR_GENERAL_ERROR, CKR_KEY_SIZE_RANGE,
		CKR_DEVICE_ERROR, 0x80001234 };

	for (size_t i = 0; i < ARRAY_LEN(codes); i++) {
		SCOPED(bench_clear) struct bench b;

		bench_init(&b, "ec-p256");
		fn->C_WrapKey = wrap__answers;
		answer = codes[i];
		REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
		EXPECT_INT(b.facts.wrappable, RC_UNKNOWN);
		EXPECT_INT(b.facts.not_enforced, RC_FALSE);
	}
}

static CK_RV
mechanisms__none(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *n)
{
	(void)slot, (void)list;
	*n = 0;
	return CKR_OK;
}

TEST(a_token_that_lists_nothing_to_wrap_with_is_asked_for_the_function)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	fn->C_GetMechanismList = mechanisms__none;
	fn->C_WrapKey = wrap__answers;
	answer = CKR_FUNCTION_NOT_SUPPORTED;
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	expect_probe(&b, RC_PROBE_WRAP, "C_WrapKey", RC_FALSE, "CKR_FUNCTION_NOT_SUPPORTED");
	answer = CKR_WRAPPING_KEY_HANDLE_INVALID;
	REQUIRE_OK(ask(&b, RC_DEPTH_SESSION), b.lab.err);
	EXPECT_INT(b.facts.wrappable, RC_UNKNOWN);
}

static CK_RV
open__is_refused(CK_SLOT_ID slot, CK_FLAGS flags, void *arg, CK_NOTIFY notify,
    CK_SESSION_HANDLE *ret)
{
	(void)slot, (void)flags, (void)arg, (void)notify, (void)ret;
	return CKR_SESSION_COUNT;
}

TEST(without_a_session_of_its_own_nothing_is_proven)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	fn->C_OpenSession = open__is_refused;
	REQUIRE_OK(ask(&b, RC_DEPTH_FULL), b.lab.err);
	EXPECT_INT(b.facts.secret_readable, RC_UNKNOWN);
	EXPECT_INT(b.facts.wrappable, RC_UNKNOWN);
	EXPECT_INT(b.facts.copyable_weaker, RC_UNKNOWN);
	expect_probe(&b, RC_PROBE_WRAP, "C_WrapKey", RC_UNKNOWN,
	    "C_OpenSession: CKR_SESSION_COUNT");
}

/* -- sessions that are lost in between --------------------------------------------------- */

static CK_RV
copy__answers(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE key, CK_ATTRIBUTE *t, CK_ULONG n,
    CK_OBJECT_HANDLE *ret)
{
	return after-- > 0 ? real.C_CopyObject(session, key, t, n, ret) : answer;
}

static CK_RV
pair__answers(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_ATTRIBUTE *t, CK_ULONG n,
    CK_ATTRIBUTE *u, CK_ULONG k, CK_OBJECT_HANDLE *public, CK_OBJECT_HANDLE *private)
{
	return after-- > 0 ? real.C_GenerateKeyPair(session, m, t, n, u, k, public, private) :
	    answer;
}

static CK_RV
key__answers(CK_SESSION_HANDLE session, CK_MECHANISM *m, CK_ATTRIBUTE *t, CK_ULONG n,
    CK_OBJECT_HANDLE *ret)
{
	return after-- > 0 ? real.C_GenerateKey(session, m, t, n, ret) : answer;
}

TEST(a_session_that_is_lost_is_an_error_and_leaves_nothing)
{
	static const CK_RV codes[] = { CKR_SESSION_HANDLE_INVALID, CKR_DEVICE_REMOVED,
		CKR_USER_NOT_LOGGED_IN };
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	for (int i = 0; i < 12; i++) {
		answer = codes[i % 3];
		after = i / 6;
		fn->C_WrapKey = i % 6 < 3 ? wrap__answers : real.C_WrapKey;
		fn->C_CopyObject = copy__answers;
		EXPECT(ask(&b, RC_DEPTH_SESSION) == RC_TOKEN);
		EXPECT_INT(error_rule(b.lab.err), ckr_rule(answer));
		error_clear(b.lab.err);
	}
}

TEST(a_session_that_is_lost_over_a_key_is_an_error)
{
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, "ec-p256");
	answer = CKR_SESSION_CLOSED;
	for (int n = 0; n < 2; n++) {
		after = n;
		fn->C_GenerateKey = key__answers;
		EXPECT_RULE(ask(&b, RC_DEPTH_SESSION), b.lab.err, RULE_SESSION_LOST);
	}
	fn->C_GenerateKey = real.C_GenerateKey;
	fn->C_GenerateKeyPair = pair__answers;
	for (int n = 0; n < 2; n++) {
		after = n;
		EXPECT_RULE(ask(&b, RC_DEPTH_FULL), b.lab.err, RULE_SESSION_LOST);
	}
	after = 100;
	EXPECT_OK(ask(&b, RC_DEPTH_FULL), b.lab.err);
}
