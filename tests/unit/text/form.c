#include "tests/unit.h"
#include "text/form.h"

static const struct form_key keys[] = { { "values", &form_texts, true },
	{ "why", &form_text, false } };
static const struct form choice = { .kind = FORM_MAP, .what = "a choice", .keys = keys,
	.n_keys = ARRAY_LEN(keys) };

static enum rc_status
check(const char *text, struct error *err)
{
	SCOPED(document_free) struct document *document = NULL;

	TRY(document_read(BYTES(text, strlen(text)), "t", TEXT_ROLE_MAX, &document, err));
	return form_check(&choice, document_root(document), err);
}

TEST(form_takes_its_keys_and_no_others)
{
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_OK(check("{ values: [a], why: b }", err), err);
	EXPECT_OK(check("{ values: [a] }", err), err);
	EXPECT_INT(check("{ values: [a], wy: b, vals: c }", err), rule_status(RULE_UNKNOWN_KEY));
	EXPECT_INT(error_count(err), 2);
}

TEST(form_needs_what_it_requires)
{
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_RULE(check("{ why: b }", err), err, RULE_MISSING_KEY);
}

TEST(form_of_a_map_is_no_list)
{
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_RULE(check("[values]", err), err, RULE_YAML_TYPE);
	EXPECT(form_has(&choice, "why") && !form_has(&choice, "when"));
}
