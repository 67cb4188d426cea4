#include "cli/shell.h"

#include "tests/unit.h"

static void
expect_quoted(const char *text, const char *want)
{
	struct buf b = BUF_INIT;

	shell_quote(text, &b);
	EXPECT_TEXT(buf_text(&b), want);
	buf_clear(&b);
}

TEST(what_a_shell_would_change_is_quoted)
{
	expect_quoted("/srv/ca", "/srv/ca");
	expect_quoted("", "''");
	expect_quoted("a b", "'a b'");
	expect_quoted("it's", "'it'\\''s'");
	expect_quoted("$(rm -rf /)", "'$(rm -rf /)'");
	expect_quoted("~/x", "'~/x'");
}
