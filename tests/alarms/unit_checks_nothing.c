/* Planted: a test that checks nothing. */
#include "tests/unit.h"

TEST(checks_nothing)
{
	(void)rule_find("usage");
}
