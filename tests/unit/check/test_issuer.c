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
