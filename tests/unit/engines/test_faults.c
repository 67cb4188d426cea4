/*
 * What a module or a token may do wrong, each fault put into SoftHSM's function
 * list under the name of what it does.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/engines/lab.h"

/* A token with one key and the engine that signs with it; `real` is the list
 * as it was, put back at the end. */
struct bench {
	struct lab lab;
	CK_FUNCTION_LIST *fn, real;
	const struct rc_engine_ops *ops;
	struct rc_engine *engine;
	struct rc_key *key;
};

static CK_FUNCTION_LIST real;

static void
bring_rsa(struct lab *lab)
{
	struct p11raw *raw = lab_raw(lab, "pkcs11:token=one");

	lab_import_rsa(raw, "k", BYTES("k", 1), NULL);
	p11raw_close(raw);
}

static void
bench_init_by(struct bench *b, const struct rc_engine_ops *ops, bool rsa)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct rc_engine_config config;

	*b = (struct bench){ .fn = lab_functions(), .ops = ops };
	b->real = real = *b->fn;
	lab_init(&b->lab, "one");
	config = lab_config(&b->lab, "pkcs11:token=one;object=k");
	if (rsa)
		bring_rsa(&b->lab);
	else
		lab_keygen(&b->lab, config.uri, "ec-p256", BYTES(NULL, 0), &spki);
	REQUIRE_OK(ops->open(&config, &b->engine, b->lab.err), b->lab.err);
	REQUIRE_OK(ops->find_key(b->engine, NULL, &b->key, b->lab.err), b->lab.err);
}

static void
bench_init(struct bench *b, bool rsa)
{
	bench_init_by(b, &rc_engine_libp11, rsa);
}

static void
bench_clear(struct bench *b)
{
	*b->fn = b->real;
	b->ops->put_key(b->key);
	b->ops->close(b->engine);
	lab_clear(&b->lab);
}
DEFINE_SCOPED_VALUE(bench_clear, struct bench)

/* -- signing ------------------------------------------------------------------------ */

static CK_RV answer;

static CK_RV
sign_answers(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *sig, CK_ULONG *sig_n)
{
	CK_RV rv = real.C_Sign(session, data, n, sig, sig_n);

	return answer != CKR_OK ? answer : rv;
}

static CK_RV
sign_is_short(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *sig, CK_ULONG *sig_n)
{
	CK_RV rv = real.C_Sign(session, data, n, sig, sig_n);

	*sig_n -= *sig_n > 16 ? 16 : 0;
	return rv;
}

static const struct rc_engine_ops *const roads[] = { &rc_engine_libp11, &rc_engine_cryptoki };

TEST(what_the_token_answers_to_a_signature_has_a_rule)
{
	static const struct {
		CK_RV rv;
		enum rule rule;
	} cases[] = {
		{ CKR_DEVICE_ERROR, RULE_TOKEN_ERROR },
		{ CKR_GENERAL_ERROR, RULE_TOKEN_ERROR },
		{ CKR_MECHANISM_INVALID, RULE_MECHANISM_MISSING },
		{ CKR_DATA_LEN_RANGE, RULE_DATA_REFUSED },
		{ CKR_USER_NOT_LOGGED_IN, RULE_LOGIN_NEEDED },
		{ CKR_DEVICE_REMOVED, RULE_SESSION_LOST },
		{ CKR_KEY_FUNCTION_NOT_PERMITTED, RULE_KEY_CANNOT_SIGN },
	};

	for (size_t road = 0; road < ARRAY_LEN(roads); road++) {
		SCOPED(bench_clear) struct bench b;
		SCOPED(buf_clear) struct buf signature = BUF_INIT;

		bench_init_by(&b, roads[road], false);
		b.fn->C_Sign = sign_answers;
		for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
			answer = cases[i].rv;
			EXPECT_RULE(b.ops->sign(b.key, RC_ECDSA_SHA256, bytes_of_text("x"),
			    &signature, b.lab.err), b.lab.err, cases[i].rule);
		}
		EXPECT_INT(signature.n, 0);
		answer = CKR_OK;
		EXPECT_OK(b.ops->sign(b.key, RC_ECDSA_SHA256, bytes_of_text("x"), &signature,
		    b.lab.err), b.lab.err);
	}
}

TEST(a_signature_of_the_wrong_size_is_not_used)
{
	for (size_t road = 0; road < ARRAY_LEN(roads); road++) {
		SCOPED(bench_clear) struct bench b;
		SCOPED(buf_clear) struct buf signature = BUF_INIT;

		bench_init_by(&b, roads[road], true);
		b.fn->C_Sign = sign_is_short;
		EXPECT_RULE(b.ops->sign(b.key, RC_RSA_SHA256, bytes_of_text("x"), &signature,
		    b.lab.err), b.lab.err, RULE_SIGNATURE_SIZE);
		EXPECT_INT(signature.n, 0);
	}
}

TEST(halves_of_an_ecdsa_signature_are_as_long_as_the_field)
{
	SCOPED(bench_clear) struct bench b;
	SCOPED(buf_clear) struct buf signature = BUF_INIT;

	bench_init_by(&b, &rc_engine_cryptoki, false);
	b.fn->C_Sign = sign_is_short;
	EXPECT_RULE(b.ops->sign(b.key, RC_ECDSA_SHA256, bytes_of_text("x"), &signature,
	    b.lab.err), b.lab.err, RULE_SIGNATURE_SIZE);
	EXPECT_INT(signature.n, 0);
}

static CK_RV
sign_changes(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *sig, CK_ULONG *sig_n)
{
	if (sig != NULL)
		data[0] ^= 1;
	return real.C_Sign(session, data, n, sig, sig_n);
}

/* Ed25519 is given all of the bytes, which stand in the caller's memory. */
TEST(what_is_signed_cannot_be_changed_by_a_module)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	CK_FUNCTION_LIST *fn = lab_functions();
	uint8_t tbs[] = "these bytes";
	struct rc_engine_config config;
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;

	real = *fn;
	lab_init(&lab, "one");
	config = lab_config(&lab, "pkcs11:token=one;object=ed");
	lab_keygen(&lab, config.uri, "ed25519", BYTES(NULL, 0), &spki);
	REQUIRE_OK(rc_engine_cryptoki.open(&config, &engine, lab.err), lab.err);
	REQUIRE_OK(rc_engine_cryptoki.find_key(engine, NULL, &key, lab.err), lab.err);
	fn->C_Sign = sign_changes;
	EXPECT_OK(lab_sign(&rc_engine_cryptoki, key, RC_ED25519, BYTES(tbs, sizeof(tbs)),
	    &signature, lab.err), lab.err);
	*fn = real;
	EXPECT_TEXT((const char *)tbs, "these bytes");
	EXPECT(!lab_verifies(buf_bytes(&spki), RC_ED25519, BYTES(tbs, sizeof(tbs)),
	    buf_bytes(&signature)));
	rc_engine_cryptoki.put_key(key);
	rc_engine_cryptoki.close(engine);
}

static unsigned opened;

static CK_RV
open_counts(CK_SLOT_ID slot, CK_FLAGS flags, void *arg, CK_NOTIFY notify,
    CK_SESSION_HANDLE *session)
{
	opened++;
	return real.C_OpenSession(slot, flags, arg, notify, session);
}

/* As a module that leaves its operation open: the session is put away for another. */
static CK_RV
sign_wants_room(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *sig,
    CK_ULONG *sig_n)
{
	(void)session;
	(void)data;
	(void)n;
	(void)sig;
	*sig_n = 100000;
	return CKR_BUFFER_TOO_SMALL;
}

TEST(an_operation_that_stays_open_blocks_nothing)
{
	SCOPED(bench_clear) struct bench b;
	SCOPED(buf_clear) struct buf signature = BUF_INIT;

	bench_init_by(&b, &rc_engine_cryptoki, false);
	b.fn->C_Sign = sign_wants_room;
	b.fn->C_OpenSession = open_counts;
	opened = 0;
	EXPECT_RULE(b.ops->sign(b.key, RC_ECDSA_SHA256, bytes_of_text("x"), &signature,
	    b.lab.err), b.lab.err, RULE_TOKEN_ERROR);
	EXPECT_INT(opened, 1);
	b.fn->C_Sign = real.C_Sign;
	EXPECT_OK(b.ops->sign(b.key, RC_ECDSA_SHA256, bytes_of_text("x"), &signature, b.lab.err),
	    b.lab.err);
	EXPECT_INT(b.lab.asked, 2);
}

/* -- hanging --------------------------------------------------------------------------- */

static atomic_bool barked;

static CK_RV
sign_hangs(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *sig, CK_ULONG *sig_n)
{
	for (int i = 0; i < 60000 && !atomic_load(&barked); i++)
		(void)usleep(10000);
	return real.C_Sign(session, data, n, sig, sig_n);
}

static void
bark(void *arg, const char *call)
{
	(void)error_fail(arg, RULE_TOKEN_HANGS, "%s", call);
	atomic_store(&barked, true);
}

TEST(a_signature_that_hangs_is_told)
{
	SCOPED(bench_clear) struct bench b;
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	SCOPED(error_free) struct error *heard = error_new();
	struct rc_engine_config config;
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;

	bench_init(&b, false);
	config = lab_config(&b.lab, "pkcs11:token=one;object=k");
	config.timeout_seconds = 3;      /* also for what comes before it */
	config.hung = bark;
	config.hung_arg = heard;
	REQUIRE_OK(rc_engine_libp11.open(&config, &engine, b.lab.err), b.lab.err);
	REQUIRE_OK(rc_engine_libp11.find_key(engine, NULL, &key, b.lab.err), b.lab.err);
	atomic_store(&barked, false);
	b.fn->C_Sign = sign_hangs;
	EXPECT_OK(rc_engine_libp11.sign(key, RC_ECDSA_SHA256, bytes_of_text("x"), &signature,
	    b.lab.err), b.lab.err);
	EXPECT(atomic_load(&barked));
	EXPECT_TEXT(error_message(heard), "C_Sign");
	rc_engine_libp11.put_key(key);
	rc_engine_libp11.close(engine);
}

/* -- attributes ------------------------------------------------------------------------ */

static CK_ATTRIBUTE_TYPE lied_about;
static CK_BBOOL lie;
static CK_RV attribute_answer;

/* An error stops at the first attribute, as some modules do: nothing is answered. */
static CK_RV
attribute_lies(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *a, CK_ULONG n)
{
	CK_ATTRIBUTE *about = NULL;
	CK_RV rv;

	for (CK_ULONG i = 0; i < n; i++)
		if (a[i].type == lied_about)
			about = &a[i];
	if (about == NULL)
		return real.C_GetAttributeValue(session, object, a, n);
	if (attribute_answer != CKR_OK)
		return attribute_answer;
	rv = n > 1 ? real.C_GetAttributeValue(session, object, a, n) : CKR_OK;
	if (about->pValue != NULL)
		memcpy(about->pValue, &lie, sizeof(lie));
	about->ulValueLen = sizeof(lie);
	return rv;
}

static void
tell_lies(struct bench *b, CK_ATTRIBUTE_TYPE type, CK_BBOOL what, CK_RV rv)
{
	lied_about = type;
	lie = what;
	attribute_answer = rv;
	b->fn->C_GetAttributeValue = attribute_lies;
}

static enum rc_status
make_another(struct bench *b, struct buf *spki)
{
	struct rc_engine_config config = lab_config(&b->lab, "pkcs11:token=one;object=another");
	struct p11_keygen what = { .algorithm = "ec-p256" };

	return p11admin_keygen(&config, &what, spki, NULL, b->lab.err);
}

static size_t
objects_left(struct bench *b)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct rc_engine_config config = lab_config(&b->lab, "pkcs11:token=one");
	struct p11_listing all = { .tokens.n = 0 };

	REQUIRE_OK(p11admin_list(&config, true, arena, &all, b->lab.err), b->lab.err);
	return all.tokens.v[0].objects.n;
}

TEST(a_key_that_is_less_than_was_asked_for_is_destroyed)
{
	static const struct {
		CK_ATTRIBUTE_TYPE type;
		CK_BBOOL says;
		const char *words;
	} cases[] = {
		{ CKA_SENSITIVE, CK_FALSE, "CKA_SENSITIVE true, have CKA_SENSITIVE false" },
		{ CKA_EXTRACTABLE, CK_TRUE, "CKA_EXTRACTABLE false, have CKA_EXTRACTABLE true" },
		{ CKA_ALWAYS_SENSITIVE, CK_FALSE, "CKA_ALWAYS_SENSITIVE true" },
		{ CKA_NEVER_EXTRACTABLE, CK_FALSE, "CKA_NEVER_EXTRACTABLE true" },
		{ CKA_LOCAL, CK_FALSE, "CKA_LOCAL true" },
		{ CKA_PRIVATE, CK_FALSE, "CKA_PRIVATE true" },
		{ CKA_DECRYPT, CK_TRUE, "CKA_DECRYPT false, have CKA_DECRYPT true" },
		{ CKA_UNWRAP, CK_TRUE, "CKA_UNWRAP false" },
		{ CKA_DERIVE, CK_TRUE, "CKA_DERIVE false" },
		{ CKA_SIGN_RECOVER, CK_TRUE, "CKA_SIGN_RECOVER false" },
		{ CKA_MODIFIABLE, CK_TRUE, "CKA_MODIFIABLE false" },
		{ CKA_COPYABLE, CK_TRUE, "CKA_COPYABLE false" },
	};
	SCOPED(bench_clear) struct bench b;

	bench_init(&b, false);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		SCOPED(buf_clear) struct buf spki = BUF_INIT;
		SCOPED(buf_clear) struct buf text = BUF_INIT;

		tell_lies(&b, cases[i].type, cases[i].says, CKR_OK);
		EXPECT(make_another(&b, &spki) == RC_TOKEN);
		EXPECT_INT(error_rule(b.lab.err), RULE_KEY_WEAK_CUSTODY);
		error_render(b.lab.err, &text);
		EXPECT_HAS(buf_text(&text), cases[i].words);
		error_clear(b.lab.err);
		EXPECT_INT(spki.n, 0);
		*b.fn = b.real;
		EXPECT_INT(objects_left(&b), 2);
	}
}

TEST(a_new_key_that_can_be_read_is_destroyed)
{
	SCOPED(bench_clear) struct bench b;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;

	bench_init(&b, false);
	tell_lies(&b, CKA_VALUE, CK_TRUE, CKR_OK);
	EXPECT_RULE(make_another(&b, &spki), b.lab.err, RULE_KEY_READABLE);
	*b.fn = b.real;
	EXPECT_INT(objects_left(&b), 2);
	EXPECT_OK(make_another(&b, &spki), b.lab.err);
}

TEST(an_attribute_that_the_module_does_not_know_is_unknown)
{
	SCOPED(bench_clear) struct bench b;
	struct rc_facts facts;

	bench_init(&b, false);
	tell_lies(&b, CKA_COPYABLE, CK_TRUE, CKR_ATTRIBUTE_TYPE_INVALID);
	REQUIRE_OK(rc_engine_libp11.facts(b.key, RC_DEPTH_SESSION, &facts, b.lab.err), b.lab.err);
	EXPECT_INT(facts.copyable, RC_UNKNOWN);
	EXPECT_INT(facts.modifiable, RC_FALSE);
	tell_lies(&b, CKA_KEY_GEN_MECHANISM, CK_TRUE, CKR_ATTRIBUTE_TYPE_INVALID);
	REQUIRE_OK(rc_engine_libp11.facts(b.key, RC_DEPTH_SESSION, &facts, b.lab.err), b.lab.err);
	EXPECT_INT(facts.keygen_known, RC_UNKNOWN);
	tell_lies(&b, CKA_SENSITIVE, CK_TRUE, CKR_SESSION_HANDLE_INVALID);
	EXPECT_RULE(rc_engine_libp11.facts(b.key, RC_DEPTH_SESSION, &facts, b.lab.err), b.lab.err,
	    RULE_SESSION_LOST);
}

static CK_RV
attribute_is_huge(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *a, CK_ULONG n)
{
	if (a[0].type != CKA_ID)
		return real.C_GetAttributeValue(session, object, a, n);
	a[0].ulValueLen = 1UL << 40;
	return CKR_OK;
}

TEST(an_attribute_of_impossible_size_is_an_error)
{
	SCOPED(bench_clear) struct bench b;
	struct rc_key *key = NULL;

	bench_init(&b, false);
	b.fn->C_GetAttributeValue = attribute_is_huge;
	EXPECT_RULE(rc_engine_libp11.find_key(b.engine, NULL, &key, b.lab.err), b.lab.err,
	    RULE_TOKEN_ERROR);
}

static CK_RV
slots_grow(CK_BBOOL present, CK_SLOT_ID *ids, CK_ULONG *n)
{
	CK_RV rv = real.C_GetSlotList(present, ids, n);

	if (ids != NULL)
		*n = 1UL << 40;
	return rv;
}

static CK_RV
slots_are_too_many(CK_BBOOL present, CK_SLOT_ID *ids, CK_ULONG *n)
{
	(void)present;
	(void)ids;
	*n = 1UL << 40;
	return CKR_OK;
}

TEST(a_list_of_slots_is_not_read_past_its_end)
{
	SCOPED(bench_clear) struct bench b;
	struct rc_engine_config config;
	struct rc_engine *engine = NULL;

	bench_init(&b, false);
	config = lab_config(&b.lab, "pkcs11:token=none");
	b.fn->C_GetSlotList = slots_grow;
	EXPECT(rc_engine_libp11.open(&config, &engine, b.lab.err) == RC_TOKEN);
	error_clear(b.lab.err);
	b.fn->C_GetSlotList = slots_are_too_many;
	EXPECT_RULE(rc_engine_libp11.open(&config, &engine, b.lab.err), b.lab.err,
	    RULE_TOKEN_ERROR);
}

static CK_RV
destroy_fails(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object)
{
	(void)session;
	(void)object;
	return CKR_ACTION_PROHIBITED;
}

TEST(a_bad_key_that_cannot_be_destroyed_is_told)
{
	SCOPED(bench_clear) struct bench b;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	bench_init(&b, false);
	tell_lies(&b, CKA_LOCAL, CK_FALSE, CKR_OK);
	b.fn->C_DestroyObject = destroy_fails;
	EXPECT(make_another(&b, &spki) == RC_TOKEN);
	error_render(b.lab.err, &text);
	EXPECT_HAS(buf_text(&text), "could not be destroyed (C_DestroyObject: 0x1b)");
}

/* -- templates --------------------------------------------------------------------------- */

static CK_ATTRIBUTE_TYPE disliked;
static unsigned tries;

/* As opencryptoki (COPYABLE) and tpm2-pkcs11 (DECRYPT) do. */
static CK_RV
generate_dislikes(CK_SESSION_HANDLE session, CK_MECHANISM *mechanism, CK_ATTRIBUTE *pub,
    CK_ULONG n_pub, CK_ATTRIBUTE *priv, CK_ULONG n_priv, CK_OBJECT_HANDLE *ret_pub,
    CK_OBJECT_HANDLE *ret_priv)
{
	tries++;
	for (CK_ULONG i = 0; i < n_priv; i++)
		if (priv[i].type == disliked)
			return CKR_ATTRIBUTE_TYPE_INVALID;
	return real.C_GenerateKeyPair(session, mechanism, pub, n_pub, priv, n_priv, ret_pub,
	    ret_priv);
}

TEST(a_module_with_fewer_attributes_is_asked_for_less)
{
	static const struct {
		CK_ATTRIBUTE_TYPE type;
		unsigned tries;
		enum rule rule;
	} cases[] = {
		{ CKA_COPYABLE, 2, RULE_NONE },
		{ CKA_DECRYPT, 3, RULE_NONE },
		{ CKA_EXTRACTABLE, 3, RULE_TOKEN_ERROR },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		SCOPED(bench_clear) struct bench b;
		SCOPED(buf_clear) struct buf spki = BUF_INIT;

		bench_init(&b, false);
		disliked = cases[i].type;
		tries = 0;
		b.fn->C_GenerateKeyPair = generate_dislikes;
		if (cases[i].rule == RULE_NONE)
			EXPECT_OK(make_another(&b, &spki), b.lab.err);
		else
			EXPECT_RULE(make_another(&b, &spki), b.lab.err, cases[i].rule);
		EXPECT_INT(tries, cases[i].tries);
	}
}

/* -- login ---------------------------------------------------------------------------------- */

static CK_RV
login_answers(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG n)
{
	(void)session;
	(void)user;
	(void)pin;
	(void)n;
	tries++;
	return answer;
}

TEST(what_the_token_answers_to_a_login_has_a_rule)
{
	static const struct {
		CK_RV rv;
		enum rule rule;
	} cases[] = {
		{ CKR_PIN_INCORRECT, RULE_PIN_INCORRECT }, { CKR_PIN_LOCKED, RULE_PIN_LOCKED },
		{ CKR_PIN_EXPIRED, RULE_PIN_EXPIRED }, { CKR_PIN_LEN_RANGE, RULE_PIN_LENGTH },
		{ CKR_USER_PIN_NOT_INITIALIZED, RULE_PIN_NOT_SET },
		{ CKR_VENDOR_DEFINED + 7, RULE_TOKEN_ERROR },
	};
	CK_FUNCTION_LIST *fn = lab_functions();
	SCOPED(lab_clear) struct lab lab;
	struct rc_engine *engine = NULL;
	struct rc_engine_config config;

	real = *fn;
	lab_init(&lab, "one");
	config = lab_config(&lab, "pkcs11:token=one");
	fn->C_Login = login_answers;
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT;

		answer = cases[i].rv;
		tries = 0;
		EXPECT(rc_engine_libp11.open(&config, &engine, lab.err) == RC_TOKEN);
		EXPECT_INT(tries, 1);
		error_render(lab.err, &text);
		EXPECT(strstr(buf_text(&text), LAB_PIN) == NULL);
		EXPECT_HAS(buf_text(&text), "C_Login: ");
		EXPECT_INT(error_rule(lab.err), cases[i].rule);
		error_clear(lab.err);
	}
	*fn = real;
}

static CK_UTF8CHAR *given;

static CK_RV
login_on_pad(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG n)
{
	CK_UTF8CHAR typed[] = LAB_PIN;

	given = pin;
	if (n != 0)
		return CKR_ARGUMENTS_BAD;
	return real.C_Login(session, user, typed, sizeof(typed) - 1);
}

static CK_RV
token_has_pad(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = real.C_GetTokenInfo(slot, info);

	info->flags |= CKF_PROTECTED_AUTHENTICATION_PATH;
	return rv;
}

static enum rc_status
nothing_to_give(void *arg, enum rc_pin_use use, const struct rc_token_facts *token,
    const char *pin_source, struct secret **ret, struct error *err)
{
	(void)arg;
	(void)use;
	(void)token;
	(void)pin_source;
	(void)err;
	*ret = NULL;
	return RC_OK;
}

TEST(a_pin_pad_is_given_no_pin_at_all)
{
	CK_FUNCTION_LIST *fn = lab_functions();
	SCOPED(lab_clear) struct lab lab;
	struct rc_engine *engine = NULL;
	struct rc_engine_config config;
	CK_UTF8CHAR something;

	real = *fn;
	lab_init(&lab, "one");
	config = lab_config(&lab, "pkcs11:token=one");
	config.pin = nothing_to_give;
	EXPECT_RULE(rc_engine_libp11.open(&config, &engine, lab.err), lab.err, RULE_PIN_MISSING);
	fn->C_Login = login_on_pad;
	fn->C_GetTokenInfo = token_has_pad;
	given = &something;
	REQUIRE_OK(rc_engine_libp11.open(&config, &engine, lab.err), lab.err);
	EXPECT(given == NULL);
	*fn = real;
	rc_engine_libp11.close(engine);
}

/* -- what libp11 does not see ------------------------------------------------------------------ */

static CK_SESSION_HANDLE ours;

/* As a module that keeps each user's login apart. */
static CK_RV
find_hides(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE *found, CK_ULONG max, CK_ULONG *n)
{
	CK_RV rv = real.C_FindObjects(session, found, max, n);

	if (ours == CK_INVALID_HANDLE)
		ours = session;
	if (session != ours)
		*n = 0;
	return rv;
}

TEST(a_login_that_is_not_shared_is_told)
{
	SCOPED(bench_clear) struct bench b;
	struct rc_engine_config config;
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;

	bench_init(&b, false);
	config = lab_config(&b.lab, "pkcs11:token=one;object=k");
	REQUIRE_OK(rc_engine_libp11.open(&config, &engine, b.lab.err), b.lab.err);
	ours = CK_INVALID_HANDLE;
	b.fn->C_FindObjects = find_hides;
	EXPECT_RULE(rc_engine_libp11.find_key(engine, NULL, &key, b.lab.err), b.lab.err,
	    RULE_LOGIN_NOT_SHARED);
	rc_engine_libp11.close(engine);
}
