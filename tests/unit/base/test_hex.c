#include "base/hex.h"
#include "tests/unit.h"

TEST(hex_is_read_in_one_form)
{
	static const char *const bad[] = { "", "0a", "0a1", "0A1B", "0a1g", "0a1b ", " 0a1", "0a1b00" };
	uint8_t octets[2] = { 0 };

	EXPECT(hex_read("0a1b", octets, 2));
	EXPECT_INT(octets[0], 0x0a);
	EXPECT_INT(octets[1], 0x1b);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		EXPECT(!hex_read(bad[i], octets, 2));
	EXPECT_INT(hex_digit('F'), 15);
	EXPECT_INT(hex_digit('g'), -1);
	EXPECT_INT(hex_digit('\0'), -1);
}
