/* Planted: a refusal by another rule than the test expects. */
#include "tests/unit.h"

TEST(another_rule)
{
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_RULE(error_fail(err, RULE_BUG, "x"), err, RULE_USAGE);
}
