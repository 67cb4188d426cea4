/* Planted: a test that takes the program with it. */
#include "tests/unit.h"

TEST(dies)
{
	EXPECT_INT(1, 1);
	abort();
}
