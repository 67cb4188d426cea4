#include "base/civil.h"
#include "tests/unit.h"

static long long
seconds_of(const char *text)
{
	int64_t seconds = -1;

	return civil_read(text, &seconds) ? (long long)seconds : -1;
}

TEST(civil_times_are_read_to_the_second)
{
	EXPECT_INT(seconds_of("1970-01-01T00:00:00Z"), 0);
	EXPECT_INT(seconds_of("2024-02-29T23:59:59Z"), 1709251199);
	EXPECT_INT(seconds_of("2026-01-01T00:00:00Z"), 1767225600);
	EXPECT_INT(seconds_of("2100-03-01T12:00:00Z"), 4107585600);
	EXPECT_INT(seconds_of("9999-12-31T23:59:59Z"), 253402300799);
}

TEST(what_is_no_civil_time_is_none)
{
	static const char *const texts[] = {
		"", "2026", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00z",
		"2026-01-01 00:00:00Z", "2026-01-01T00:00:00Z ", "2026-01-01T00:00:00.5Z",
		"2026-01-01T00:00:60Z", "2026-01-01T24:00:00Z", "2026-13-01T00:00:00Z",
		"2026-00-01T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z",
		"2026-04-31T00:00:00Z", "1969-12-31T23:59:59Z", "26-01-01T00:00:00Z",
		"2026-01-01T00:00:00+00:00", "+026-01-01T00:00:00Z",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		EXPECT_INT(seconds_of(texts[i]), -1);
}
