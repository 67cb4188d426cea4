#include "os/claim.h"

#include "os/file.h"
#include "tests/unit.h"
#include "tests/unit/os/scratch.h"

TEST(a_claimed_name_is_taken_and_then_written)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(claim_free) struct claim *claim = NULL, *second = NULL;
	SCOPED(buf_clear) struct buf have = BUF_INIT;
	const char *path = scratch_path(s, "out");

	REQUIRE_OK(claim_make(path, FILE_PUBLIC, &claim, err), err);
	EXPECT_RULE(claim_make(path, FILE_PUBLIC, &second, err), err, RULE_FILE_EXISTS);
	REQUIRE_OK(claim_write(claim, bytes_of_text("bytes"), err), err);
	EXPECT_RULE(claim_write(claim, bytes_of_text("more"), err), err, RULE_BUG);
	claim_free(TAKE(claim));
	REQUIRE_OK(file_read(path, 100, &have, err), err);
	EXPECT_TEXT(buf_text(&have), "bytes");
}

TEST(a_claim_that_is_not_used_leaves_nothing)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(scratch_free) struct scratch *s = scratch_new();
	SCOPED(claim_free) struct claim *claim = NULL;
	const char *path = scratch_path(s, "out");

	REQUIRE_OK(claim_make(path, FILE_PUBLIC, &claim, err), err);
	EXPECT(file_exists(path));
	claim_free(TAKE(claim));
	EXPECT(!file_exists(path));
	EXPECT_RULE(claim_make(scratch_path(s, "no/such"), FILE_PUBLIC, &claim, err), err,
	    RULE_FILE_WRITE);
}
