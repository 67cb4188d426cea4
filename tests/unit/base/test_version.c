#include <rolecert/version.h>

#include <stdio.h>

#include "tests/unit.h"

TEST(the_library_says_its_version)
{
	int major, minor, patch;

	EXPECT_INT(sscanf(rc_version(), "%d.%d.%d", &major, &minor, &patch), 3);
}
