/*
 * How deep CAs may stand (RFC 5280 4.2.1.9), asked of what is planned.
 */
#include "check/issuer.h"
#include "tests/unit.h"

static struct cert_ext basics[2];
static struct cert cas[2];

/* A CA with this path length, and above it one with that. */
static void
cas_make(int length, int above)
{
	const int lengths[] = { length, above };

	for (size_t i = 0; i < 2; i++) {
		basics[i] = (struct cert_ext){ .oid = "2.5.29.19", .known = true,
			.value = { .id = EXT_BASIC_CONSTRAINTS,
			    .u.basic = { .ca = true, .path_len = lengths[i] } } };
		cas[i] = (struct cert){ .subject_text = "CN=CA", .exts = &basics[i],
			.n_exts = 1 };
	}
}

static enum rc_status
ask(bool ca, int path_len, struct error *err)
{
	struct entry_ext ext = { .id = EXT_BASIC_CONSTRAINTS,
		.value.u.basic = { .ca = ca, .path_len = path_len } };
	const struct entry entry = { .id = "e", .exts = &ext, .n_exts = 1 };

	return issuer_allows(&entry, &cas[0], &cas[1], 1, err);
}

/* The purposes of the CA and of the one above it; NULL: it has no such extension. */
static enum rule
ask_purpose(const char *own, const char *of_ca, const char *of_above)
{
	const char *lists[] = { of_ca, of_above };
	struct cert_ext usages[2];
	const struct entry entry = { .id = "e", .eku = &own, .n_eku = 1, .exts =
	    &(struct entry_ext){ .id = EXT_BASIC_CONSTRAINTS }, .n_exts = 1 };
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < 2; i++) {
		usages[i] = (struct cert_ext){ .oid = "2.5.29.37", .known = true, .value = {
		    .id = EXT_EXTENDED_KEY_USAGE, .u.oids = { &lists[i], 1 } } };
		cas[i] = (struct cert){ .subject_text = "CN=CA", .exts = &usages[i],
			.n_exts = lists[i] != NULL };
	}
	(void)!issuer_allows(&entry, &cas[0], &cas[1], 1, err);
	return error_rule(err);
}

TEST(a_purpose_is_one_of_every_ca_above_that_names_any)
{
	static const char server[] = "1.3.6.1.5.5.7.3.1", client[] = "1.3.6.1.5.5.7.3.2",
	    every[] = "2.5.29.37.0", ocsp[] = "1.3.6.1.5.5.7.3.9";

	EXPECT_INT(ask_purpose(server, NULL, NULL), RULE_NONE);
	EXPECT_INT(ask_purpose(server, server, server), RULE_NONE);
	EXPECT_INT(ask_purpose(server, every, server), RULE_NONE);
	EXPECT_INT(ask_purpose(ocsp, client, NULL), RULE_NONE);
	EXPECT_INT(ask_purpose(server, client, NULL), RULE_ISSUER_PURPOSE);
	EXPECT_INT(ask_purpose(server, NULL, client), RULE_ISSUER_PURPOSE);
	EXPECT_INT(ask_purpose(server, server, client), RULE_ISSUER_PURPOSE);
}

TEST(a_path_is_as_long_as_every_ca_above_allows)
{
	static const struct {
		int length, above;
		bool ca;
		int own;
		bool good;
	} rows[] = {
		{ -1, -1, true, -1, true }, { 0, 1, false, -1, true }, { 0, 1, true, 0, false },
		{ 1, 2, true, 0, true }, { 1, 2, true, 1, false }, { 1, 1, true, 0, false },
		{ -1, 1, true, 0, false }, { -1, 2, true, 0, true }, { 3, -1, true, 2, true },
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		SCOPED(error_free) struct error *err = error_new();

		cas_make(rows[i].length, rows[i].above);
		if (rows[i].good)
			EXPECT_OK(ask(rows[i].ca, rows[i].own, err), err);
		else
			EXPECT_RULE(ask(rows[i].ca, rows[i].own, err), err, RULE_CA_PATH_LENGTH);
	}
}
