#include "crypto/csr.h"
#include "crypto/envelope.h"
#include "tests/unit/crypto/make.h"

/* Everything that one reading needs, and what it said. */
struct reading {
	struct error *err;
	struct arena *arena;
	struct csr csr;
	enum rc_status status;
};

static struct reading
read_bytes(struct bytes file)
{
	struct reading r = { .err = error_new(), .arena = arena_new(), .csr = CSR_INIT };

	r.status = csr_read(file, r.arena, &r.csr, r.err);
	return r;
}

static void
reading_clear(struct reading *r)
{
	csr_clear(&r->csr);
	arena_free(r->arena);
	error_free(r->err);
}
DEFINE_SCOPED_VALUE(reading_clear, struct reading)

static struct reading
read_recipe(struct recipe recipe)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	if (recipe.key == NULL)
		recipe.key = a_key(KEY_EC_P256);
	if (recipe.key == a_key(KEY_EC_P256) && recipe.algorithm == RC_SIG_NONE)
		recipe.algorithm = RC_ECDSA_SHA256;
	make_request(&recipe, &der);
	return read_bytes(buf_bytes(&der));
}

static size_t
notes(const struct error *err, enum rule rule)
{
	size_t n = 0;

	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
		n += d->severity == SEVERITY_NOTE && d->rule == rule;
	return n;
}

static void
expect_rule(struct bytes file, enum rule rule)
{
	SCOPED(reading_clear) struct reading r = read_bytes(file);

	EXPECT(r.csr.key == NULL);
	EXPECT_RULE(r.status, r.err, rule);
}

static void
expect_recipe(struct recipe recipe, enum rule rule)
{
	SCOPED(reading_clear) struct reading r = read_recipe(recipe);

	EXPECT(r.csr.key == NULL);
	EXPECT_RULE(r.status, r.err, rule);
}

TEST(requests_of_every_kind_of_key_are_read)
{
	static const struct {
		unsigned key;
		enum rc_sigalg algorithm;
		const char *name;
	} rows[] = {
		{ KEY_RSA_2048, RC_RSA_SHA256, "sha256WithRSAEncryption" },
		{ KEY_RSA_2048, RC_RSA_SHA512, "sha512WithRSAEncryption" },
		{ KEY_EC_P256, RC_ECDSA_SHA256, "ecdsa-with-SHA256" },
		{ KEY_EC_P384, RC_ECDSA_SHA384, "ecdsa-with-SHA384" },
		{ KEY_EC_P521, RC_ECDSA_SHA512, "ecdsa-with-SHA512" },
		{ KEY_ED25519, RC_ED25519, "ED25519" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(buf_clear) struct buf spki = BUF_INIT;
		SCOPED(reading_clear) struct reading r = read_recipe((struct recipe){
		    .key = a_key(rows[i].key), .algorithm = rows[i].algorithm });

		REQUIRE_OK(r.status, r.err);
		spki_of(a_key(rows[i].key), &spki);
		EXPECT(bytes_equal(pubkey_spki(r.csr.key), buf_bytes(&spki)));
		EXPECT_TEXT(r.csr.signature_algorithm, rows[i].name);
		EXPECT_TEXT(r.csr.subject, "CN=a");
		EXPECT_TEXT(r.csr.wrapping, "DER");
		EXPECT(error_first(r.err) == NULL);
	}
}

TEST(a_request_by_libcrypto_says_what_it_asks_for)
{
	static const struct asked asked[] = {
		{ "2.5.29.17", "3055" "8210656467652e636f6e746f736f2e636f6d" "8704c0000201"
		  "871020010db8000000000000000000000001" "810b6140622e6578616d706c65"
		  "86057369703a61" "88022a03" "a011060a2b060104018237140203a0030c0178", false },
		{ "2.5.29.37", "301606082b06010505070301060a2b0601040182370a0304", false },
		{ "2.5.29.15", "030307a080", true },
		{ "2.5.29.19", "30030101ff", false },
		{ "1.2.3.4", "0500", false },
	};
	static const struct csr_name names[] = {
		{ "dns", "edge.contoso.com" }, { "ip", "192.0.2.1" }, { "ip", "2001:db8::1" },
		{ "email", "a@b.example" }, { "uri", "sip:a" }, { "rid", "1.2.3" },
		{ "other", "1.3.6.1.4.1.311.20.2.3" },
	};
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	SCOPED(reading_clear) struct reading r = { .status = RC_BUG };

	request_by_libcrypto(a_key(KEY_EC_P256), "SHA256", false, asked,
	    ARRAY_LEN(asked), &der);
	r = read_bytes(buf_bytes(&der));
	REQUIRE_OK(r.status, r.err);
	EXPECT_TEXT(r.csr.subject, "CN=edge.contoso.com, O=Contoso\\, \\C3\\84\\0A");
	REQUIRE(r.csr.n_names == ARRAY_LEN(names));
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		EXPECT_TEXT(r.csr.names[i].type, names[i].type);
		EXPECT_TEXT(r.csr.names[i].text, names[i].text);
	}
	REQUIRE(r.csr.n_ekus == 2 && r.csr.n_others == 2);
	EXPECT_TEXT(r.csr.ekus[0], "1.3.6.1.5.5.7.3.1");
	EXPECT_TEXT(r.csr.ekus[1], "1.3.6.1.4.1.311.10.3.4");
	EXPECT(r.csr.has_key_usage);
	EXPECT_INT(r.csr.key_usage, 1 << 0 | 1 << 2 | 1 << 8);
	EXPECT_TEXT(r.csr.others[0], "2.5.29.19");
	EXPECT_TEXT(r.csr.others[1], "1.2.3.4");
	EXPECT(bytes_equal(r.csr.der, buf_bytes(&der)));
	EXPECT(error_first(r.err) == NULL);
}

/* Attributes written out: what Windows asks under its own OID, a directory name, a
 * name with a NUL and an escape in it, and addresses of no known length. */
TEST(what_is_asked_for_is_shown_escaped)
{
	static const struct {
		const char *attributes_hex, *type, *text;
	} rows[] = {
		{ "a0223020060a2b06010401823702010e31123010300e0603551d11040730058203612e62", "dns",
		  "a.b" },
		{ "a02c302a06092a864886f70d01090e311d301b30190603551d1104123010a40e300c310a30080603"
		  "5504030c0161", "dn", "CN=a" },
		{ "a021301f06092a864886f70d01090e31123010300e0603551d11040730058203001b62", "dns",
		  "\\x00\\x1bb" },
		{ "a021301f06092a864886f70d01090e31123010300e0603551d11040730058703010203", "ip",
		  "\\x01\\x02\\x03" },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(reading_clear) struct reading r = read_recipe((struct recipe){
		    .attributes_hex = rows[i].attributes_hex });

		REQUIRE_OK(r.status, r.err);
		REQUIRE(r.csr.n_names == 1);
		EXPECT_TEXT(r.csr.names[0].type, rows[i].type);
		EXPECT_TEXT(r.csr.names[0].text, rows[i].text);
	}
}

TEST(a_damaged_extension_is_noted_and_does_no_harm)
{
	SCOPED(reading_clear) struct reading one = read_recipe((struct recipe){
	    .attributes_hex = "a01b301906092a864886f70d01090e310c300a30080603551d110401ff" });
	SCOPED(reading_clear) struct reading all = read_recipe((struct recipe){
	    .attributes_hex = "a011300f06092a864886f70d01090e31020500" });

	REQUIRE_OK(one.status, one.err);
	EXPECT_INT(notes(one.err, RULE_CSR_EXTENSION), 1);
	REQUIRE(one.csr.n_others == 1);
	EXPECT_TEXT(one.csr.others[0], "2.5.29.17");
	REQUIRE_OK(all.status, all.err);
	EXPECT_INT(notes(all.err, RULE_CSR_EXTENSION), 1);
}

TEST(an_empty_subject_and_no_attributes_are_fine)
{
	SCOPED(reading_clear) struct reading r = read_recipe((struct recipe){
	    .subject_hex = "3000", .attributes_hex = "" });

	REQUIRE_OK(r.status, r.err);
	EXPECT_TEXT(r.csr.subject, "");
	EXPECT_INT(r.csr.n_names + r.csr.n_ekus + r.csr.n_others, 0);
	EXPECT(!r.csr.has_key_usage);
}

TEST(what_is_no_request_is_told_apart)
{
	/* The order of attributes, and their place. */
	expect_recipe((struct recipe){ .attributes_hex =
	    "a014300806022a0431020500300806022a0331020500" }, RULE_CSR_MALFORMED);
	expect_recipe((struct recipe){ .attributes_hex = "a0000500" }, RULE_CSR_MALFORMED);
	expect_recipe((struct recipe){ .attributes_hex = "a100" }, RULE_CSR_MALFORMED);
	/* Lengths and values that DER writes otherwise. */
	expect_recipe((struct recipe){ .version_hex = "02020000" }, RULE_CSR_MALFORMED);
	expect_recipe((struct recipe){ .version_hex = "0281010000" }, RULE_CSR_MALFORMED);
	expect_recipe((struct recipe){ .version_hex = "0500" }, RULE_CSR_MALFORMED);
	expect_recipe((struct recipe){ .subject_hex = "0500" }, RULE_CSR_MALFORMED);
	expect_recipe((struct recipe){ .subject_hex = "30020500" }, RULE_CSR_MALFORMED);
	expect_recipe((struct recipe){ .spki = BYTES("\x05\x00", 2) }, RULE_CSR_MALFORMED);
	expect_recipe((struct recipe){ .spki = BYTES("\x30\x00", 2) }, RULE_KEY_MALFORMED);
	expect_recipe((struct recipe){ .algorithm_hex = "0500" }, RULE_CSR_MALFORMED);
	expect_recipe((struct recipe){ .version_hex = "020101" }, RULE_CSR_VERSION);
	expect_recipe((struct recipe){ .version_hex = "0201ff" }, RULE_CSR_VERSION);
	expect_rule(BYTES("\x30\x00", 2), RULE_CSR_MALFORMED);
	expect_rule(BYTES("\x30\x80\x00\x00", 4), RULE_CSR_MALFORMED);
	expect_rule(bytes_of_text("hello\n"), RULE_CSR_MALFORMED);
	expect_rule(BYTES(NULL, 0), RULE_CSR_MALFORMED);
}

TEST(attributes_in_order_are_fine)
{
	SCOPED(reading_clear) struct reading r = read_recipe((struct recipe){
	    .attributes_hex = "a014300806022a0331020500300806022a0431020500" });

	EXPECT_OK(r.status, r.err);
}

TEST(every_truncation_is_malformed_and_every_addition_trailing)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	make_request(&(struct recipe){ .key = a_key(KEY_EC_P256), .algorithm = RC_ECDSA_SHA256 },
	    &der);
	for (size_t n = 0; n < der.n; n++)
		expect_rule(BYTES(der.p, n), RULE_CSR_MALFORMED);
	buf_putc(&der, 0);
	expect_rule(buf_bytes(&der), RULE_CSR_TRAILING);
}

/* A change of any octet is refused by some rule: nothing is outside the proof. */
TEST(every_changed_octet_is_refused)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	make_request(&(struct recipe){ .key = a_key(KEY_EC_P256), .algorithm = RC_ECDSA_SHA256 },
	    &der);
	for (size_t i = 0; i < der.n; i++) {
		SCOPED(reading_clear) struct reading r = { .status = RC_BUG };

		der.p[i] ^= 0x01;
		r = read_bytes(buf_bytes(&der));
		EXPECT(r.status == RC_INPUT || r.status == RC_POLICY);
		der.p[i] ^= 0x01;
	}
}

TEST(cmc_is_refused_by_its_own_rule)
{
	/* ContentInfo with signedData, DER and BER. */
	static const uint8_t der[] = { 0x30, 0x0f, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x07, 0x02, 0xa0, 0x02, 0x30, 0x00 };
	static const uint8_t ber[] = { 0x30, 0x80, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d,
		0x01, 0x07, 0x02, 0xa0, 0x80, 0x00, 0x00, 0x00, 0x00 };
	static const char *const marks[] = { "NEW CERTIFICATE REQUEST", "PKCS7", "CMS" };

	expect_rule(BYTES(der, sizeof(der)), RULE_CSR_IS_CMC);
	expect_rule(BYTES(ber, sizeof(ber)), RULE_CSR_IS_CMC);
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		SCOPED(buf_clear) struct buf pem = BUF_INIT;

		pem_put(marks[i], BYTES(der, sizeof(der)), &pem);
		expect_rule(buf_bytes(&pem), RULE_CSR_IS_CMC);
	}
}

TEST(a_request_has_at_most_64_kib)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT, pem = BUF_INIT;
	SCOPED(reading_clear) struct reading r = { .status = RC_BUG };

	make_request(&(struct recipe){ .key = a_key(KEY_EC_P256), .algorithm = RC_ECDSA_SHA256 },
	    &der);
	pem_put("NEW CERTIFICATE REQUEST", buf_bytes(&der), &pem);
	while (pem.n < CSR_MAX)
		buf_putc(&pem, '\n');
	r = read_bytes(buf_bytes(&pem));
	EXPECT_OK(r.status, r.err);
	EXPECT_TEXT(r.csr.wrapping, "PEM");
	buf_putc(&pem, '\n');
	expect_rule(buf_bytes(&pem), RULE_CSR_TOO_LARGE);
}

TEST(possession_must_be_proven)
{
	SCOPED(buf_clear) struct buf other = BUF_INIT, rsa = BUF_INIT;

	spki_of(a_key(KEY_EC_P384), &other);
	spki_of(a_key(KEY_RSA_2048), &rsa);
	expect_recipe((struct recipe){ .spoil = true }, RULE_CSR_SIGNATURE);
	expect_recipe((struct recipe){ .key = a_key(KEY_RSA_2048), .algorithm = RC_RSA_SHA256,
	    .spoil = true }, RULE_CSR_SIGNATURE);
	expect_recipe((struct recipe){ .key = a_key(KEY_ED25519), .algorithm = RC_ED25519,
	    .spoil = true },
	    RULE_CSR_SIGNATURE);
	expect_recipe((struct recipe){ .spki = buf_bytes(&other) }, RULE_CSR_SIGNATURE);
	expect_recipe((struct recipe){ .spki = buf_bytes(&rsa) }, RULE_CSR_SIGNATURE);
	/* Signed with SHA-256 under the name of SHA-384. */
	expect_recipe((struct recipe){ .algorithm_hex = "300a06082a8648ce3d040303" },
	    RULE_CSR_SIGNATURE);
}

TEST(the_strength_of_the_signature_decides)
{
	static const struct {
		const char *hash;
		bool pss;
		enum rule rule;          /* a refusal, the note csr-sha1, or none */
	} rows[] = {
		{ "MD5", false, RULE_CSR_WEAK_SIGNATURE },
		{ "SHA1", false, RULE_CSR_SHA1 },
		{ "SHA1", true, RULE_CSR_SHA1 },
		{ "SHA224", false, RULE_NONE },
		{ "SHA256", true, RULE_NONE },
		{ "SHA512", true, RULE_NONE },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(buf_clear) struct buf der = BUF_INIT;
		SCOPED(reading_clear) struct reading r = { .status = RC_BUG };
		bool refused = rows[i].rule != RULE_NONE && rows[i].rule != RULE_CSR_SHA1;

		request_by_libcrypto(a_key(KEY_RSA_2048), rows[i].hash, rows[i].pss, NULL, 0,
		    &der);
		r = read_bytes(buf_bytes(&der));
		if (refused) {
			EXPECT_RULE(r.status, r.err, rows[i].rule);
			continue;
		}
		EXPECT_OK(r.status, r.err);
		EXPECT_INT(notes(r.err, RULE_CSR_SHA1), rows[i].rule == RULE_CSR_SHA1);
	}
}

TEST(signatures_by_name_alone)
{
	static const struct {
		const char *algorithm_hex;
		enum rule rule;
	} rows[] = {
		/* md2, md4, md5 under its older name, SHA-0, PSS with md5 */
		{ "300d06092a864886f70d0101020500", RULE_CSR_WEAK_SIGNATURE },
		{ "300d06092a864886f70d0101030500", RULE_CSR_WEAK_SIGNATURE },
		{ "300706052b0e030203", RULE_CSR_WEAK_SIGNATURE },
		{ "300706052b0e03020f", RULE_CSR_WEAK_SIGNATURE },
		{ "301d06092a864886f70d01010a3010a00e300c06082a864886f70d02050500",
		  RULE_CSR_WEAK_SIGNATURE },
		/* RIPEMD-160, an unknown one, PSS without parameters, PSS with others,
		 * RSA without a hash */
		{ "300a06062b24030301020500", RULE_CSR_SIGNATURE_ALGORITHM },
		{ "300406022a03", RULE_CSR_SIGNATURE_ALGORITHM },
		{ "300b06092a864886f70d01010a", RULE_CSR_SIGNATURE_ALGORITHM },
		{ "300f06092a864886f70d01010a30020500", RULE_CSR_SIGNATURE_ALGORITHM },
		{ "300b06092a864886f70d010101", RULE_CSR_SIGNATURE_ALGORITHM },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		expect_recipe((struct recipe){ .algorithm_hex = rows[i].algorithm_hex },
		    rows[i].rule);
}

/* Key and algorithm are both at fault: both are told, the key first. */
TEST(every_fault_is_told_at_once)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(reading_clear) struct reading r = { .status = RC_BUG };

	put_spki(&spki, "06072a8648ce380401", BYTES("\x02\x01\x05", 3));
	r = read_recipe((struct recipe){ .spki = buf_bytes(&spki),
	    .algorithm_hex = "300d06092a864886f70d0101040500" });
	EXPECT_INT(error_count(r.err), 2);
	EXPECT_RULE(r.status, r.err, RULE_KEY_TYPE);
}

TEST(a_weak_key_is_refused_whoever_signs)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(BN_free) BIGNUM *n = BN_new();

	(void)BN_set_bit(n, 1023);
	(void)BN_set_bit(n, 0);
	put_rsa_spki(&spki, n, 65537);
	expect_recipe((struct recipe){ .spki = buf_bytes(&spki) }, RULE_KEY_RSA_SIZE);
}

TEST(csr_is_cleared_to_be_read_again)
{
	SCOPED(reading_clear) struct reading r = read_recipe((struct recipe){ .key = NULL });

	REQUIRE_OK(r.status, r.err);
	csr_clear(&r.csr);
	EXPECT(r.csr.key == NULL);
	csr_clear(&r.csr);
}
