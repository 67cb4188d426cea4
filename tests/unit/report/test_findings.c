#include "report/findings.h"

#include "tests/unit.h"

TEST(a_verdict_as_json_has_every_finding)
{
	SCOPED(error_free) struct error *findings = error_new();
	json_t *json, *finding;

	error_note(findings, RULE_USAGE, NOWHERE, "a note");
	EXPECT(error_fail(findings, RULE_UNKNOWN_RULE, "bad") == RC_USAGE);
	error_want(findings, "a", "b");
	json = verdict_json("oauth", false, findings);
	EXPECT_TEXT(json_string_value(json_object_get(json, "entry")), "oauth");
	EXPECT(json_is_false(json_object_get(json, "satisfied")));
	EXPECT_INT(json_array_size(json_object_get(json, "findings")), 2);
	finding = json_array_get(json_object_get(json, "findings"), 1);
	EXPECT_TEXT(json_string_value(json_object_get(finding, "severity")), "error");
	EXPECT_TEXT(json_string_value(json_object_get(finding, "want")), "a");
	EXPECT(json_is_null(json_object_get(finding, "fix")));
	json_decref(json);
}

TEST(a_verdict_for_people_names_want_and_have)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct style style = { .width = 0 };
	struct buf b = BUF_INIT;

	EXPECT(error_fail(findings, RULE_UNKNOWN_RULE, "bad\x1b") == RC_USAGE);
	error_want(findings, "a.test", "b.test");
	verdict_put_text("oauth", false, findings, &style, &b);
	EXPECT_TEXT(buf_text(&b),
	    "not satisfied  oauth\n"
	    "    error     bad\\x1b [unknown-rule]\n"
	    "      want    a.test\n"
	    "      have    b.test\n");
	buf_clear(&b);
}
