#include "plan/entry_read.h"

#include "tests/sample_cert.h"

/* The entry of the sample leaf. */
static const struct entry *
entry_make(void)
{
	static struct general_name san[] = { { NAME_DNS, "sip.contoso.com" },
		{ NAME_DNS, "webcon.contoso.com" }, { NAME_DNS, "sip.fabrikam.com" } };
	static const char *eku[] = { "1.3.6.1.5.5.7.3.1" };
	static struct entry_ext exts[] = {
		{ .id = EXT_BASIC_CONSTRAINTS, .critical = true,
		  .value.u.basic = { .ca = false, .path_len = -1 } },
		{ .id = EXT_KEY_USAGE, .critical = true, .from = EXT_FROM_KEY },
		{ .id = EXT_EXTENDED_KEY_USAGE, .value.u.oids = { eku, 1 } },
		{ .id = EXT_SUBJECT_ALT_NAME, .value.u.names = { san, ARRAY_LEN(san) } },
		{ .id = EXT_SUBJECT_KEY_IDENTIFIER, .from = EXT_FROM_KEY },
		{ .id = EXT_AUTHORITY_KEY_IDENTIFIER, .from = EXT_FROM_CA },
		{ .id = EXT_CRL_DISTRIBUTION_POINTS, .from = EXT_FROM_CA },
	};
	static const struct entry entry = {
		.subject = { .attr = { [DN_CN] = "sip.contoso.com", [DN_O] = "Contoso" } },
		.san = san, .n_san = ARRAY_LEN(san), .san_order = SAN_PREFIX, .eku = eku, .n_eku = 1,
		.key_usage_rsa = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT,
		.key_usage_ec = KU_DIGITAL_SIGNATURE, .exts = exts, .n_exts = ARRAY_LEN(exts),
		.key_algorithms = KEY_RSA_2048 | KEY_EC_P256, .shared = true,
		.validity_days = 730,
	};

	for (size_t i = 0; i < ARRAY_LEN(exts); i++) {
		exts[i].value.id = exts[i].id;
		exts[i].value.critical = exts[i].critical;
	}
	return &entry;
}

static struct cert
leaf_make(struct arena *arena)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	SCOPED(sample_key_clear) struct sample_key key = sample_key_make(KEY_EC_P256);
	struct sample leaf = sample_leaf(&key, &ca);
	struct cert cert = { .n_exts = 0 };

	REQUIRE_OK(cert_read_tbs(sample_tbs(&leaf, arena), arena, &cert, err), err);
	return cert;
}

TEST(an_entry_is_made_again_from_what_is_on_record)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf canonical = BUF_INIT;
	struct cert cert = leaf_make(arena);
	struct entry again;

	entry_put_canonical(entry_make(), &canonical);
	REQUIRE_OK(entry_read(buf_bytes(&canonical), &cert, arena, &again, err), err);
	EXPECT_INT(again.n_exts, entry_make()->n_exts);
	EXPECT_INT(again.n_san, 3);
	EXPECT_TEXT(again.san[2].value, "sip.fabrikam.com");
	EXPECT_TEXT(again.eku[0], "1.3.6.1.5.5.7.3.1");
	EXPECT_INT(again.exts[5].from, EXT_FROM_CA);
	EXPECT_INT(again.key_algorithms, KEY_RSA_2048 | KEY_EC_P256);
	EXPECT_INT(again.san_order, SAN_PREFIX);
	EXPECT(again.shared && !again.exportable);
}

TEST(another_entry_than_that_of_the_bytes_is_refused)
{
	/* of the same length */
	static const struct {
		const char *from, *to;
	} changes[] = {
		{ "webcon.contoso.com", "webcom.contoso.com" }, { "rolecert entry", "rolecert entri" },
		{ "san dns", "san ip " }, { "2.5.29.37", "2.5.29.36" },
		{ "06082b0601050507030", "06082b0601050507031" }, { "prefix", "preset" },
		{ "subject 30", "subject 31" }, { "critical", "kritical" }, { "from key", "from kei" },
		{ "digitalSignature", "digitalSignaturf" }, { "rsa-2048", "rsa-2049" },
		{ "shared yes", "shared yas" }, { "\nexportable", " exportable" },
	};
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct cert cert = leaf_make(arena);
	struct entry again;

	EXPECT_RULE(entry_read(BYTES(NULL, 0), &cert, arena, &again, err), err,
	    RULE_APPROVAL_RECORD);
	EXPECT_RULE(entry_read(bytes_of_text("rolecert entry v1\n"), &cert, arena, &again, err),
	    err, RULE_APPROVAL_RECORD);
	for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
		SCOPED(buf_clear) struct buf canonical = BUF_INIT;
		char *at;

		entry_put_canonical(entry_make(), &canonical);
		at = strstr((char *)canonical.p, changes[i].from);
		REQUIRE(at != NULL);
		memcpy(at, changes[i].to, strlen(changes[i].to));
		EXPECT_RULE(entry_read(buf_bytes(&canonical), &cert, arena, &again, err), err,
		    RULE_APPROVAL_RECORD);
	}
}
