/*
 * The requests of tests/refuse/csr, which the program is tried with, tried on the
 * library alone: status, rule and words of each line of `cases`.
 */
#include <stdio.h>

#include "crypto/csr.h"
#include "tests/unit.h"

static void
try_case(const char *name, int status, const char *rule, const char *words)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf path = BUF_INIT, file = BUF_INIT, text = BUF_INIT;
	SCOPED(csr_clear) struct csr csr = CSR_INIT;

	buf_printf(&path, "../refuse/csr/%s", name);
	unit_data_read(buf_text(&path), &file);
	EXPECT_INT(csr_read(buf_bytes(&file), arena, &csr, err), status);
	buf_printf(&text, "%s: ", name);
	error_render(err, &text);
	EXPECT_HAS(buf_text(&text), words);
	buf_cut(&path, 0);
	buf_printf(&path, "[%s]", rule);
	EXPECT_HAS(buf_text(&text), buf_text(&path));
}

TEST(requests_that_are_refused)
{
	SCOPED(buf_clear) struct buf cases = BUF_INIT;
	char *save = NULL;
	unsigned n = 0;

	unit_data_read("../refuse/csr/cases", &cases);
	buf_putc(&cases, 0);
	for (char *line = strtok_r((char *)cases.p, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		char name[64], rule[64], words[128] = "";
		int status;

		if (line[0] == '#')
			continue;
		REQUIRE(sscanf(line, "%63s %d %63s %127[^\n]", name, &status, rule, words) >= 3);
		try_case(name, status, rule, words);
		n++;
	}
	EXPECT(n >= 20);
}
