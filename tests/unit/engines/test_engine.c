#include <openssl/pem.h>
#include <stdio.h>
#include <unistd.h>

#include "tests/unit/engines/lab.h"

enum kind { KIND_RSA, KIND_EC, KIND_ED };

static const struct {
	const char *key;
	enum kind kind;
} kinds[] = {
	{ "rsa-2048", KIND_RSA },
	{ "ec-p256", KIND_EC }, { "ec-p384", KIND_EC }, { "ec-p521", KIND_EC },
	/* last: from then on libp11 cannot use the token */
	{ "ed25519", KIND_ED },
};

/* -- the contract, for every engine ------------------------------------------------- */

static void
sign_and_verify(const struct rc_engine_ops *ops, struct rc_key *key, enum rc_sigalg algorithm,
    struct bytes spki, struct error *err)
{
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	struct bytes tbs = bytes_of_text("these bytes and no others");

	REQUIRE_OK(lab_sign(ops, key, algorithm, tbs, &signature, err), err);
	EXPECT(lab_verifies(spki, algorithm, tbs, buf_bytes(&signature)));
	EXPECT(!lab_verifies(spki, algorithm, bytes_of_text("others"), buf_bytes(&signature)));
}

/* What a kind of key signs with; one that is not its own; libp11 does the first three. */
static const struct {
	enum rc_sigalg own[6], other;
	size_t n;
} algorithms[] = {
	[KIND_RSA] = { { RC_RSA_SHA256, RC_RSA_SHA384, RC_RSA_SHA512, RC_RSA_PSS_SHA256,
		RC_RSA_PSS_SHA384, RC_RSA_PSS_SHA512 }, RC_ECDSA_SHA256, 6 },
	[KIND_EC] = { { RC_ECDSA_SHA256, RC_ECDSA_SHA384, RC_ECDSA_SHA512 }, RC_RSA_SHA256, 3 },
	[KIND_ED] = { { RC_ED25519 }, RC_RSA_PSS_SHA256, 1 },
};

static void
sign_all(const struct rc_engine_ops *ops, struct rc_key *key, enum kind kind, struct bytes spki,
    struct error *err)
{
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	size_t n = ops == &rc_engine_libp11 && kind == KIND_RSA ? 3 : algorithms[kind].n;

	for (size_t i = 0; i < n; i++)
		sign_and_verify(ops, key, algorithms[kind].own[i], spki, err);
	for (size_t i = n; i < algorithms[kind].n; i++)
		EXPECT_RULE(ops->sign(key, algorithms[kind].own[i], spki, &signature, err), err,
		    RULE_SIGNATURE_ALGORITHM);
	EXPECT_RULE(ops->sign(key, algorithms[kind].other, spki, &signature, err), err,
	    RULE_SIGNATURE_ALGORITHM);
	EXPECT_RULE(ops->sign(key, RC_SIG_NONE, spki, &signature, err), err,
	    RULE_SIGNATURE_ALGORITHM);
	EXPECT_INT(signature.n, 0);
}

/* What every engine keeps, for one key of one kind; `facts.engine` is to be `road`. */
static void
contract(const struct rc_engine_ops *ops, const char *road,
    const struct rc_engine_config *config, enum kind kind, struct bytes spki, struct error *err)
{
	SCOPED(buf_clear) struct buf own = BUF_INIT;
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;
	struct rc_facts facts;

	REQUIRE_OK(ops->open(config, &engine, err), err);
	error_clear(err);
	REQUIRE_OK(ops->find_key(engine, &spki, &key, err), err);
	/* That auto left libp11 is told, and nothing else is. */
	EXPECT_INT(error_first(err) != NULL && error_first(err)->rule == RULE_ENGINE_CRYPTOKI,
	    ops == &rc_engine_auto && strcmp(road, "cryptoki") == 0);
	REQUIRE_OK(ops->spki(key, &own, err), err);
	EXPECT(bytes_equal(buf_bytes(&own), spki));
	REQUIRE_OK(ops->facts(key, RC_DEPTH_SESSION, &facts, err), err);
	EXPECT_TEXT(facts.engine, road);
	EXPECT(facts.public_key_matches);
	EXPECT_INT(facts.keys_with_this_id, 1);
	sign_all(ops, key, kind, spki, err);
	ops->put_key(key);
	ops->put_key(NULL);
	ops->close(engine);
	ops->close(NULL);
}

/* The road that `auto` is to take while no Edwards key is on the token, and after. */
static void
contracts(struct lab *lab, const char *uri, enum kind kind, struct bytes spki)
{
	struct rc_engine_config config = lab_config(lab, uri);
	bool ed = kind == KIND_ED;

	if (!ed)
		contract(&rc_engine_libp11, "libp11", &config, kind, spki, lab->err);
	contract(&rc_engine_cryptoki, "cryptoki", &config, kind, spki, lab->err);
	contract(&rc_engine_auto, ed ? "cryptoki" : "libp11", &config, kind, spki, lab->err);
}

TEST(engines_sign_with_every_kind_of_key)
{
	SCOPED(lab_clear) struct lab lab;

	lab_init(&lab, "one");
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		SCOPED(buf_clear) struct buf uri = BUF_INIT;
		SCOPED(buf_clear) struct buf spki = BUF_INIT;

		buf_printf(&uri, "pkcs11:token=one;object=%s", kinds[i].key);
		lab_keygen(&lab, buf_text(&uri), kinds[i].key, BYTES(NULL, 0), &spki);
		contracts(&lab, buf_text(&uri), kinds[i].kind, buf_bytes(&spki));
	}
}

TEST(engines_sign_with_a_large_imported_key)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct p11raw *raw;

	lab_init(&lab, "one");
	raw = lab_raw(&lab, "pkcs11:token=one");
	lab_import_rsa(raw, "large", BYTES("l", 1), &spki);
	p11raw_close(raw);
	contracts(&lab, "pkcs11:token=one;object=large", KIND_RSA, buf_bytes(&spki));
}

/* What is announced decides, before anything is signed. */
TEST(auto_goes_by_the_algorithm)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct rc_engine_config config;
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;
	struct p11raw *raw;

	lab_init(&lab, "one");
	raw = lab_raw(&lab, "pkcs11:token=one");
	lab_import_rsa(raw, "k", BYTES("l", 1), &spki);
	p11raw_close(raw);
	config = lab_config(&lab, "pkcs11:token=one;object=k");
	config.algorithm = RC_RSA_PSS_SHA256;
	contract(&rc_engine_auto, "cryptoki", &config, KIND_RSA, buf_bytes(&spki), lab.err);
	config.algorithm = RC_RSA_SHA256;
	contract(&rc_engine_auto, "libp11", &config, KIND_RSA, buf_bytes(&spki), lab.err);
	config.algorithm = RC_RSA_PSS_SHA256;
	REQUIRE_OK(rc_engine_libp11.open(&config, &engine, lab.err), lab.err);
	EXPECT_RULE(rc_engine_libp11.find_key(engine, NULL, &key, lab.err), lab.err,
	    RULE_SIGNATURE_ALGORITHM);
	rc_engine_libp11.close(engine);
}

static EVP_PKEY *
make_key(const char *kind)
{
	if (strcmp(kind, "rsa") == 0)
		return lab_rsa_key();
	return strcmp(kind, "ED25519") == 0 ? EVP_PKEY_Q_keygen(NULL, NULL, "ED25519") :
	    EVP_EC_gen(kind);
}

static void
write_key(const char *path, EVP_PKEY *key)
{
	FILE *f = fopen(path, "w");

	REQUIRE(f != NULL);
	EXPECT(PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1);
	(void)fclose(f);
}

static void
put_spki(struct buf *out, EVP_PKEY *key)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	REQUIRE(n > 0);
	buf_put(out, der, (size_t)n);
	OPENSSL_free(der);
}

TEST(memory_keeps_the_same_contract)
{
	static const char *const made[] = { "rsa", "P-256", "P-384", "P-521", "ED25519" };
	SCOPED(lab_clear) struct lab lab;

	lab_init(&lab, NULL);
	for (size_t i = 0; i < ARRAY_LEN(made); i++) {
		SCOPED(buf_clear) struct buf uri = BUF_INIT;
		SCOPED(buf_clear) struct buf spki = BUF_INIT;
		EVP_PKEY *key = make_key(made[i]);
		struct rc_engine_config config;

		buf_printf(&uri, "memory:path=%s/key.pem", lab.dir);
		config = lab_config(&lab, buf_text(&uri));
		write_key(buf_text(&uri) + strlen("memory:path="), key);
		put_spki(&spki, key);
		EVP_PKEY_free(key);
		contract(&rc_engine_memory, "memory", &config, i == 0 ? KIND_RSA :
		    i < 4 ? KIND_EC : KIND_ED, buf_bytes(&spki), lab.err);
	}
	EXPECT_INT(lab.asked, 0);
}

TEST(memory_refuses_what_is_no_key_of_its_own)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf uri = BUF_INIT;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct rc_engine_config config;
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;
	struct bytes other;
	EVP_PKEY *mine = make_key("P-256"), *theirs = make_key("P-256");

	lab_init(&lab, NULL);
	config = lab_config(&lab, "pkcs11:token=one");
	EXPECT_RULE(rc_engine_memory.open(&config, &engine, lab.err), lab.err, RULE_URI_SYNTAX);
	config.uri = "memory:path=/no/such/file";
	EXPECT_RULE(rc_engine_memory.open(&config, &engine, lab.err), lab.err, RULE_MEMORY_KEY);
	buf_printf(&uri, "memory:path=%s/key.pem", lab.dir);
	config.uri = buf_text(&uri);
	write_key(buf_text(&uri) + strlen("memory:path="), mine);
	put_spki(&spki, theirs);
	REQUIRE_OK(rc_engine_memory.open(&config, &engine, lab.err), lab.err);
	other = buf_bytes(&spki);
	EXPECT_RULE(rc_engine_memory.find_key(engine, &other, &key, lab.err), lab.err,
	    RULE_KEY_MISMATCH);
	other.n--;
	EXPECT_RULE(rc_engine_memory.find_key(engine, &other, &key, lab.err), lab.err,
	    RULE_KEY_ALGORITHM);
	rc_engine_memory.close(engine);
	EVP_PKEY_free(mine);
	EVP_PKEY_free(theirs);
}

/* -- tokens ------------------------------------------------------------------------------ */

static enum rc_status
open_libp11(struct lab *lab, const char *uri, struct rc_engine **ret)
{
	struct rc_engine_config config = lab_config(lab, uri);

	return rc_engine_libp11.open(&config, ret, lab->err);
}

TEST(a_token_that_is_not_there_is_refused_with_those_that_are)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct rc_engine *engine = NULL;

	lab_init(&lab, "one\x1b[m");
	EXPECT(open_libp11(&lab, "pkcs11:token=two", &engine) == RC_TOKEN);
	EXPECT_INT(error_rule(lab.err), RULE_TOKEN_MISSING);
	error_render(lab.err, &text);
	EXPECT_HAS(buf_text(&text), "there are: 'one\\x1b[m' (serial ");
	error_clear(lab.err);
	EXPECT_RULE(open_libp11(&lab, "pkcs11:slot-id=99", &engine), lab.err, RULE_TOKEN_MISSING);
	EXPECT_INT(lab.asked, 0);
}

TEST(two_tokens_of_one_label_are_told_apart_by_serial_alone)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf uri = BUF_INIT;
	struct rc_engine *engine = NULL;

	lab_init(&lab, "twin");
	lab_token(&lab, "twin");
	EXPECT_RULE(open_libp11(&lab, "pkcs11:token=twin", &engine), lab.err,
	    RULE_TOKEN_AMBIGUOUS);
	EXPECT_INT(lab.asked, 0);
	EXPECT(open_libp11(&lab, "pkcs11:model=SoftHSM%20v2", &engine) == RC_TOKEN);
	EXPECT_HAS(error_message(lab.err), "2 tokens fit");
	error_clear(lab.err);
	{
		SCOPED(arena_free) struct arena *arena = arena_new();
		struct rc_engine_config config = lab_config(&lab, "pkcs11:token=twin");
		struct p11_listing all;

		REQUIRE_OK(p11admin_list(&config, false, arena, &all, lab.err), lab.err);
		REQUIRE(all.tokens.n == 2);
		buf_puts(&uri, all.tokens.v[1].uri);
		REQUIRE_OK(open_libp11(&lab, buf_text(&uri), &engine), lab.err);
		EXPECT_TEXT(lab.seen.serial, all.tokens.v[1].token.serial);
	}
	rc_engine_libp11.close(engine);
}

TEST(a_module_that_cannot_be_loaded_is_refused)
{
	SCOPED(lab_clear) struct lab lab;
	struct rc_engine *engine = NULL;

	lab_init(&lab, NULL);
	EXPECT_RULE(open_libp11(&lab, "pkcs11:token=a?module-path=/no/such.so", &engine), lab.err,
	    RULE_MODULE_LOAD);
	EXPECT_RULE(open_libp11(&lab, "pkcs11:token=a?module-path=libm.so.6", &engine), lab.err,
	    RULE_MODULE_LOAD);
}

TEST(a_module_that_nobody_registered_is_missing)
{
	SCOPED(lab_clear) struct lab lab;
	struct rc_engine_config config;
	struct rc_engine *engine = NULL;

	lab_init(&lab, NULL);
	config = lab_config(&lab, "pkcs11:token=a?module-name=no-such-module");
	config.module = NULL;
	EXPECT_RULE(rc_engine_libp11.open(&config, &engine, lab.err), lab.err,
	    RULE_MODULE_MISSING);
}

TEST(a_module_without_its_configuration_does_not_start)
{
	SCOPED(lab_clear) struct lab lab;
	struct rc_engine *engine = NULL;

	lab_init(&lab, NULL);
	REQUIRE(setenv("SOFTHSM2_CONF", "/no/such/softhsm2.conf", 1) == 0);
	EXPECT_RULE(open_libp11(&lab, "pkcs11:token=a", &engine), lab.err, RULE_MODULE_START);
}

/* -- PINs ---------------------------------------------------------------------------------- */

TEST(a_wrong_pin_is_sent_once_and_then_shows_in_the_flags)
{
	SCOPED(lab_clear) struct lab lab;
	struct rc_engine *engine = NULL;

	lab_init(&lab, "one");
	lab.pin = "11111111";
	EXPECT_RULE(open_libp11(&lab, "pkcs11:token=one", &engine), lab.err, RULE_PIN_INCORRECT);
	EXPECT_INT(lab.asked, 1);
	EXPECT(!lab.seen.pin_count_low);
	lab.pin = "1";
	EXPECT(open_libp11(&lab, "pkcs11:token=one", &engine) == RC_TOKEN);
	error_clear(lab.err);
	EXPECT(lab.seen.pin_count_low);
	lab.pin = LAB_PIN;
	REQUIRE_OK(open_libp11(&lab, "pkcs11:token=one", &engine), lab.err);
	rc_engine_libp11.close(engine);
}

TEST(without_a_pin_there_is_no_login)
{
	SCOPED(lab_clear) struct lab lab;
	struct rc_engine_config config;
	struct rc_engine *engine = NULL;

	lab_init(&lab, "one");
	lab.pin = NULL;
	EXPECT_RULE(open_libp11(&lab, "pkcs11:token=one", &engine), lab.err, RULE_PIN_MISSING);
	config = lab_config(&lab, "pkcs11:token=one");
	config.pin = NULL;
	EXPECT_RULE(rc_engine_libp11.open(&config, &engine, lab.err), lab.err, RULE_PIN_MISSING);
}

/* -- keys ---------------------------------------------------------------------------------- */

static enum rc_status
find(struct lab *lab, const char *uri, const struct bytes *spki, struct rc_facts *ret_facts)
{
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;
	enum rc_status status;

	REQUIRE_OK(open_libp11(lab, uri, &engine), lab->err);
	status = rc_engine_libp11.find_key(engine, spki, &key, lab->err);
	if (status == RC_OK && ret_facts != NULL)
		REQUIRE_OK(rc_engine_libp11.facts(key, RC_DEPTH_SESSION, ret_facts, lab->err), lab->err);
	rc_engine_libp11.put_key(key);
	rc_engine_libp11.close(engine);
	return status;
}

TEST(a_key_is_found_by_its_public_half)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf a = BUF_INIT;
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	struct rc_facts facts;
	struct bytes spki;

	lab_init(&lab, "one");
	lab_keygen(&lab, "pkcs11:token=one;object=a", "ec-p256", BYTES("\x01", 1), &a);
	lab_keygen(&lab, "pkcs11:token=one;object=b", "ec-p256", BYTES("\x02", 1), &b);
	spki = buf_bytes(&b);
	REQUIRE_OK(find(&lab, "pkcs11:token=one", &spki, &facts), lab.err);
	EXPECT_TEXT(facts.label, "b");
	REQUIRE_OK(find(&lab, "pkcs11:token=one;object=a", NULL, &facts), lab.err);
	EXPECT_INT(facts.id[0], 1);
	EXPECT_RULE(find(&lab, "pkcs11:token=one;object=a", &spki, NULL), lab.err,
	    RULE_KEY_MISMATCH);
	EXPECT_RULE(find(&lab, "pkcs11:token=one;object=c", &spki, NULL), lab.err,
	    RULE_KEY_MISSING);
	EXPECT_RULE(find(&lab, "pkcs11:token=one", NULL, NULL), lab.err, RULE_KEY_AMBIGUOUS);
}

TEST(a_foreign_public_half_is_on_no_token)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf mine = BUF_INIT;
	SCOPED(buf_clear) struct buf other = BUF_INIT;
	EVP_PKEY *key = make_key("P-256");
	struct bytes spki;

	lab_init(&lab, "one");
	put_spki(&other, key);
	EVP_PKEY_free(key);
	spki = buf_bytes(&other);
	EXPECT_RULE(find(&lab, "pkcs11:token=one", &spki, NULL), lab.err, RULE_KEY_MISSING);
	lab_keygen(&lab, "pkcs11:token=one;object=a", "ec-p256", BYTES(NULL, 0), &mine);
	EXPECT_RULE(find(&lab, "pkcs11:token=one", &spki, NULL), lab.err, RULE_KEY_MISSING);
	spki.n = 7;
	EXPECT_RULE(find(&lab, "pkcs11:token=one", &spki, NULL), lab.err, RULE_KEY_ALGORITHM);
}

TEST(a_hardened_key_shows_every_guard)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct rc_facts f;

	lab_init(&lab, "one");
	lab_keygen(&lab, "pkcs11:token=one;object=k", "ec-p384", BYTES(NULL, 0), &spki);
	REQUIRE_OK(find(&lab, "pkcs11:token=one;object=k", NULL, &f), lab.err);
	EXPECT(f.sensitive == RC_TRUE && f.extractable == RC_FALSE);
	EXPECT(f.always_sensitive == RC_TRUE && f.never_extractable == RC_TRUE);
	EXPECT(f.local == RC_TRUE && f.is_private == RC_TRUE && f.sign == RC_TRUE);
	EXPECT(f.decrypt == RC_FALSE && f.unwrap == RC_FALSE && f.derive == RC_FALSE);
	EXPECT(f.modifiable == RC_FALSE && f.copyable == RC_FALSE);
	EXPECT(f.keygen_known == RC_TRUE && f.keygen_mechanism == CKM_ECDSA_KEY_PAIR_GEN);
	EXPECT_INT(f.secret_readable, RC_FALSE);
	EXPECT(f.wrappable == RC_FALSE && f.not_enforced == RC_FALSE);
	EXPECT_INT(f.id_len, 16);
	EXPECT_TEXT(f.token.label, "one");
	EXPECT_TEXT(f.token.manufacturer, "SoftHSM project");
	EXPECT_HAS(f.module, "libsofthsm2.so");
}

TEST(a_soft_key_shows_what_it_lacks)
{
	SCOPED(lab_clear) struct lab lab;
	CK_BBOOL yes = CK_TRUE, no = CK_FALSE;
	CK_ATTRIBUTE open[] = { P11_ATTRIBUTE(CKA_SENSITIVE, &no, sizeof(no)),
		P11_ATTRIBUTE(CKA_EXTRACTABLE, &yes, sizeof(yes)),
		P11_ATTRIBUTE(CKA_PRIVATE, &no, sizeof(no)) };
	struct p11raw *raw;
	struct rc_facts f;

	lab_init(&lab, "one");
	raw = lab_raw(&lab, "pkcs11:token=one");
	lab_generate(raw, "open", BYTES("o", 1), open, ARRAY_LEN(open));
	p11raw_close(raw);
	REQUIRE_OK(find(&lab, "pkcs11:token=one;object=open", NULL, &f), lab.err);
	EXPECT(f.sensitive == RC_FALSE && f.extractable == RC_TRUE && f.is_private == RC_FALSE);
	EXPECT(f.always_sensitive == RC_FALSE && f.never_extractable == RC_FALSE);
	EXPECT_INT(f.secret_readable, RC_TRUE);
	EXPECT(f.keygen_known == RC_TRUE && f.keygen_mechanism == CKM_RSA_PKCS_KEY_PAIR_GEN);
	EXPECT(f.decrypt == RC_TRUE && f.unwrap == RC_TRUE);
}

TEST(an_imported_key_is_known_as_one)
{
	SCOPED(lab_clear) struct lab lab;
	struct p11raw *raw;
	struct rc_facts f;

	lab_init(&lab, "one");
	raw = lab_raw(&lab, "pkcs11:token=one");
	lab_import_ec(raw, "in", BYTES("i", 1));
	p11raw_close(raw);
	REQUIRE_OK(find(&lab, "pkcs11:token=one;object=in", NULL, &f), lab.err);
	EXPECT(f.local == RC_FALSE && f.keygen_known == RC_FALSE);
	EXPECT(f.always_sensitive == RC_FALSE && f.never_extractable == RC_FALSE);
	EXPECT_INT(f.secret_readable, RC_FALSE);
}

TEST(two_keys_of_one_id_are_never_guessed_between)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct p11raw *raw;
	struct p11key key;
	struct rc_facts f;
	struct bytes want;

	lab_init(&lab, "one");
	raw = lab_raw(&lab, "pkcs11:token=one;object=a");
	lab_import_ec(raw, "a", BYTES("x", 1));
	REQUIRE_OK(p11key_find(raw, NULL, arena, &key, lab.err), lab.err);
	REQUIRE_OK(p11pub_put_spki(&key.pub, &spki, lab.err), lab.err);
	lab_import_ec(raw, "b", BYTES("x", 1));
	p11raw_close(raw);
	want = buf_bytes(&spki);
	EXPECT_RULE(find(&lab, "pkcs11:token=one", &want, NULL), lab.err, RULE_KEY_AMBIGUOUS);
	/* Where the label picks one, its public half may still be the other's. */
	EXPECT_RULE(find(&lab, "pkcs11:token=one;object=a", &want, &f), lab.err,
	    RULE_KEY_AMBIGUOUS);
}

TEST(two_rsa_keys_of_one_id_are_told_apart_but_counted)
{
	SCOPED(lab_clear) struct lab lab;
	struct p11raw *raw;
	struct rc_facts f;

	lab_init(&lab, "one");
	raw = lab_raw(&lab, "pkcs11:token=one");
	lab_generate(raw, "a", BYTES("x", 1), NULL, 0);
	lab_generate(raw, "b", BYTES("x", 1), NULL, 0);
	p11raw_close(raw);
	REQUIRE_OK(find(&lab, "pkcs11:token=one;object=b", NULL, &f), lab.err);
	EXPECT_TEXT(f.label, "b");
	EXPECT_INT(f.keys_with_this_id, 2);
}

TEST(a_key_of_another_type_on_the_token_is_named)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct p11raw *raw;

	lab_init(&lab, "one");
	lab_keygen(&lab, "pkcs11:token=one;object=k", "ec-p256", BYTES(NULL, 0), &spki);
	raw = lab_raw(&lab, "pkcs11:token=one");
	lab_import_ed25519(raw, "edward", BYTES("ed", 2));
	p11raw_close(raw);
	EXPECT(find(&lab, "pkcs11:token=one;object=k", NULL, NULL) == RC_TOKEN);
	EXPECT_INT(error_rule(lab.err), RULE_TOKEN_UNSUPPORTED_KEY);
	error_render(lab.err, &text);
	EXPECT_HAS(buf_text(&text), "'edward' id 6564");
}

TEST(a_private_key_alone_signs_but_tells_no_public_half)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_ATTRIBUTE template = P11_ATTRIBUTE(CKA_CLASS, &class, sizeof(class));
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct p11handles found = { .v.n = 0 };
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;
	struct p11raw *raw;

	lab_init(&lab, "one");
	raw = lab_raw(&lab, "pkcs11:token=one");
	lab_import_ec(raw, "k", BYTES("k", 1));
	REQUIRE_OK(p11object_find(raw, &template, 1, arena, &found, lab.err), lab.err);
	REQUIRE(found.v.n == 1);
	EXPECT_INT(P11(raw, C_DestroyObject, raw->session, found.v.v[0]), CKR_OK);
	p11raw_close(raw);
	REQUIRE_OK(open_libp11(&lab, "pkcs11:token=one;object=k", &engine), lab.err);
	REQUIRE_OK(rc_engine_libp11.find_key(engine, NULL, &key, lab.err), lab.err);
	EXPECT_RULE(rc_engine_libp11.spki(key, &spki, lab.err), lab.err, RULE_KEY_MISSING);
	rc_engine_libp11.put_key(key);
	rc_engine_libp11.close(engine);
}

/* -- engines beside each other ------------------------------------------------------------ */

TEST(engines_on_one_module_close_in_any_order)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf a = BUF_INIT;
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	struct rc_engine *first = NULL, *second = NULL, *third = NULL;
	struct rc_key *ka = NULL, *kb = NULL;

	lab_init(&lab, "one");
	lab_token(&lab, "two");
	lab_keygen(&lab, "pkcs11:token=one;object=k", "ec-p256", BYTES(NULL, 0), &a);
	lab_keygen(&lab, "pkcs11:token=two;object=k", "ec-p384", BYTES(NULL, 0), &b);
	lab.asked = 0;
	REQUIRE_OK(open_libp11(&lab, "pkcs11:token=one;object=k", &first), lab.err);
	REQUIRE_OK(open_libp11(&lab, "pkcs11:token=two;object=k", &second), lab.err);
	REQUIRE_OK(open_libp11(&lab, "pkcs11:token=one;object=k", &third), lab.err);
	EXPECT_INT(lab.asked, 2);
	REQUIRE_OK(rc_engine_libp11.find_key(first, NULL, &ka, lab.err), lab.err);
	REQUIRE_OK(rc_engine_libp11.find_key(second, NULL, &kb, lab.err), lab.err);
	rc_engine_libp11.close(third);
	sign_and_verify(&rc_engine_libp11, ka, RC_ECDSA_SHA256, buf_bytes(&a), lab.err);
	rc_engine_libp11.put_key(ka);
	rc_engine_libp11.close(first);
	sign_and_verify(&rc_engine_libp11, kb, RC_ECDSA_SHA384, buf_bytes(&b), lab.err);
	/* Nobody is logged in on the first token any more. */
	lab.pin = "11111111";
	EXPECT_RULE(open_libp11(&lab, "pkcs11:token=one", &third), lab.err, RULE_PIN_INCORRECT);
	rc_engine_libp11.put_key(kb);
	rc_engine_libp11.close(second);
}

TEST(a_lost_session_is_told_as_one)
{
	SCOPED(lab_clear) struct lab lab;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;
	struct p11raw *raw;

	lab_init(&lab, "one");
	lab_keygen(&lab, "pkcs11:token=one;object=k", "ec-p256", BYTES(NULL, 0), &spki);
	REQUIRE_OK(open_libp11(&lab, "pkcs11:token=one;object=k", &engine), lab.err);
	REQUIRE_OK(rc_engine_libp11.find_key(engine, NULL, &key, lab.err), lab.err);
	raw = lab_raw(&lab, "pkcs11:token=one");
	EXPECT_INT(P11(raw, C_CloseAllSessions, raw->slot), CKR_OK);
	EXPECT_RULE(rc_engine_libp11.sign(key, RC_ECDSA_SHA256, buf_bytes(&spki), &signature,
	    lab.err), lab.err, RULE_SESSION_LOST);
	EXPECT_INT(signature.n, 0);
	p11raw_close(raw);
	rc_engine_libp11.put_key(key);
	rc_engine_libp11.close(engine);
	REQUIRE_OK(open_libp11(&lab, "pkcs11:token=one;object=k", &engine), lab.err);
	rc_engine_libp11.close(engine);
}
