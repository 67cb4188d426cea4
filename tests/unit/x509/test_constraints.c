/*
 * Name constraints as verifiers apply them (RFC 5280 4.2.1.10).
 */
#include "tests/unit.h"
#include "x509/constraints.h"
#include "x509/ext/ext.h"

static struct general_name permitted[] = {
	{ NAME_DNS, "contoso.com" }, { NAME_DIRNAME, "O=Contoso" },
};
static struct general_name excluded[] = { { NAME_DNS, "secret.contoso.com" } };

static void
constraints(struct buf *out)
{
	struct ext_value value = { .id = EXT_NAME_CONSTRAINTS, .critical = true,
		.u.constraints = { permitted, ARRAY_LEN(permitted), excluded,
		    ARRAY_LEN(excluded) } };

	ext_encode(&value, out);
}

static const char *
said(const char *verdict)
{
	return verdict != NULL ? verdict : "permitted";
}

TEST(names_are_permitted_excluded_or_neither)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	static const struct {
		struct general_name name;
		const char *verdict;
	} rows[] = {
		{ { NAME_DNS, "contoso.com" }, "permitted" },
		{ { NAME_DNS, "www.CONTOSO.com" }, "permitted" },
		{ { NAME_DNS, "xcontoso.com" }, "is not among the permitted names of" },
		{ { NAME_DNS, "fabrikam.com" }, "is not among the permitted names of" },
		{ { NAME_DNS, "a.secret.contoso.com" }, "is among the excluded names of" },
		{ { NAME_IP, "192.0.2.1" }, "permitted" },      /* no constraint is on addresses */
	};

	constraints(&der);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		EXPECT_TEXT(said(constraints_refuse_name(buf_bytes(&der), &rows[i].name)),
		    rows[i].verdict);
}

TEST(subjects_are_names_too)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	const struct dn inside = { .attr = { [DN_O] = "Contoso", [DN_CN] = "Ann" } };
	const struct dn host = { .attr = { [DN_O] = "Contoso", [DN_CN] = "www.fabrikam.com" } };
	const struct dn outside = { .attr = { [DN_O] = "Fabrikam", [DN_CN] = "Ann" } };

	constraints(&der);
	EXPECT_TEXT(said(constraints_refuse_subject(buf_bytes(&der), &inside, true)), "permitted");
	EXPECT_TEXT(said(constraints_refuse_subject(buf_bytes(&der), &outside, false)),
	    "is not among the permitted names of");
	EXPECT_TEXT(said(constraints_refuse_subject(buf_bytes(&der), &host, false)), "permitted");
	EXPECT_TEXT(said(constraints_refuse_subject(buf_bytes(&der), &host, true)),
	    "is not among the permitted names of");
}

TEST(what_cannot_be_read_permits_nothing)
{
	const struct general_name name = { NAME_DNS, "contoso.com" };

	EXPECT_TEXT(said(constraints_refuse_name(bytes_of_text("no DER"), &name)),
	    "cannot be compared with the name constraints of");
}
