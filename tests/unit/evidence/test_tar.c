/* Archives of one form: written, read back, and every octet of a header counts. */
#include "evidence/tar.h"

#include "tests/unit.h"

static struct tar
sample(struct tar_file files[3])
{
	static const char long_text[] = "a text that is longer than nothing";

	files[0] = (struct tar_file){ "README", bytes_of_text("read me\n") };
	files[1] = (struct tar_file){ "entries/12/tbs.der", BYTES(long_text, 0) };
	files[2] = (struct tar_file){ "texts/00ff", bytes_of_text(long_text) };
	return (struct tar){ .files = files, .n = 3, .time = 1700000000 };
}

TEST(tar_reads_back_what_it_wrote)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf out = BUF_INIT;
	struct tar_file files[3];
	struct tar tar = sample(files), back;

	tar_put(&tar, &out);
	REQUIRE_OK(tar_read(buf_bytes(&out), arena, &back, err), err);
	EXPECT_INT(back.n, 3);
	EXPECT_INT(back.time, tar.time);
	for (size_t i = 0; i < back.n; i++) {
		EXPECT_TEXT(back.files[i].name, files[i].name);
		EXPECT(bytes_equal(back.files[i].bytes, files[i].bytes));
	}
	EXPECT(tar_find(&back, "texts/00ff") == &back.files[2]);
	EXPECT(tar_find(&back, "texts") == NULL);
}

TEST(tar_refuses_what_it_would_not_have_written)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf out = BUF_INIT;
	struct tar_file files[3];
	struct tar tar = sample(files), back;
	size_t refused = 0, changed = 0;

	tar_put(&tar, &out);
	for (size_t i = 0; i < out.n; i++) {
		SCOPED(error_free) struct error *err = error_new();
		size_t in_file = i >= 512 && i < 520;
		size_t in_text = i >= 2048 && i < 2048 + 34;

		if (in_file || in_text)
			continue;
		out.p[i] ^= 0x20;
		changed++;
		refused += tar_read(buf_bytes(&out), arena, &back, err) == RC_INPUT &&
		    error_rule(err) == RULE_BUNDLE_FORMAT;
		out.p[i] ^= 0x20;
	}
	EXPECT_INT(refused, (int64_t)changed);
	for (size_t n = 0; n < out.n; n += 100) {
		SCOPED(error_free) struct error *err = error_new();

		EXPECT_RULE(tar_read(BYTES(out.p, n), arena, &back, err), err, RULE_BUNDLE_FORMAT);
	}
}

TEST(tar_takes_no_name_that_leads_elsewhere)
{
	static const char *const names[] = { "/etc/passwd", "../up", "a/../b", "a//b", ".hidden",
		"a/.b", "a b", "folder/", "a\nb", "" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(arena_free) struct arena *arena = arena_new();
		SCOPED(buf_clear) struct buf out = BUF_INIT;
		struct tar_file file = { names[i], bytes_of_text("x") };
		struct tar tar = { .files = &file, .n = 1 }, back;

		tar_put(&tar, &out);
		EXPECT_RULE(tar_read(buf_bytes(&out), arena, &back, err), err,
		    RULE_BUNDLE_FORMAT);
	}
}

TEST(tar_takes_no_name_twice)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf out = BUF_INIT;
	struct tar_file files[3];
	struct tar tar = sample(files), back;

	files[2].name = files[0].name;
	tar_put(&tar, &out);
	EXPECT_RULE(tar_read(buf_bytes(&out), arena, &back, err), err, RULE_BUNDLE_FORMAT);
}
