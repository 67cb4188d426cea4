/* Planted: one test that fails beside one that passes. */
#include "tests/unit.h"

TEST(passes)
{
	EXPECT_INT(1, 1);
}

TEST(fails)
{
	EXPECT_TEXT("one", "two");
}
