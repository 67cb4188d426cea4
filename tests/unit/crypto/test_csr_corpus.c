/*
 * Requests that other projects collected, with the verdicts of seven parsers, are
 * no part of this project.  Where their folder is there (ROLECERT_CSR_CORPUS, or
 * facts/csr in a folder `shared` beside the project), each is tried:
 *
 *   README.md   | FILE | where from | verdict | ... seven of them |
 *               a verdict is sig-ok, parse, either with a remark, or -
 *
 * What no other reader takes, or whose signature none verifies, is not taken here.  What is
 * refused has one of the rules of docs/csr.md and a sentence; what is taken although
 * one of the first six has a doubt (the seventh verifies no signatures) is taken with a
 * note that says why.
 */
#include <stdio.h>

#include "crypto/csr.h"
#include "tests/unit.h"

static const char *
folder(void)
{
	const char *named = getenv("ROLECERT_CSR_CORPUS");

	return named != NULL ? named : "../shared/facts/csr";
}

static bool
read_file(const char *name, struct buf *out)
{
	SCOPED(buf_clear) struct buf path = BUF_INIT;
	FILE *f;
	size_t got;

	buf_printf(&path, "%s/%s", folder(), name);
	f = fopen(buf_text(&path), "rb");
	if (f == NULL)
		return false;
	while ((got = fread(buf_reserve(out, 4096), 1, 4096, f)) > 0)
		buf_wrote(out, got);
	(void)fclose(f);
	return true;
}

/* What docs/csr.md says of requests that are not taken. */
static const enum rule refusals[] = {
	RULE_CSR_TOO_LARGE, RULE_CSR_MALFORMED, RULE_CSR_TRAILING, RULE_CSR_IS_CMC,
	RULE_CSR_VERSION, RULE_CSR_SIGNATURE, RULE_CSR_WEAK_SIGNATURE,
	RULE_CSR_SIGNATURE_ALGORITHM, RULE_KEY_MALFORMED, RULE_KEY_TYPE, RULE_KEY_RSA_SIZE,
	RULE_KEY_RSA_EXPONENT, RULE_KEY_SMALL_FACTOR, RULE_KEY_ROCA, RULE_KEY_CLOSE_PRIMES,
	RULE_KEY_CURVE, RULE_KEY_POINT,
};

static bool
is_told(enum rule rule)
{
	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (refusals[i] == rule)
			return true;
	return false;
}

/* ret_noted: it is taken with a note. */
static bool
is_read(struct bytes file, enum rule *ret_rule, bool *ret_noted)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(csr_clear) struct csr csr = CSR_INIT;
	enum rc_status status = csr_read(file, arena, &csr, err);

	*ret_rule = error_rule(err);
	*ret_noted = status == RC_OK && error_first(err) != NULL;
	EXPECT(status == RC_OK || (is_told(*ret_rule) && error_message(err)[0] != '\0'));
	return status == RC_OK;
}

/* One row of the table: the file's name, and what the others say. */
static bool
take_row(char *line, const char **ret_file, unsigned *ret_verified, unsigned *ret_doubts)
{
	char *save = NULL, *cell = strtok_r(line, "|", &save);
	unsigned verified = 0, doubts = 0, column = 0;

	if (cell == NULL || (strstr(cell, ".pem ") == NULL && strstr(cell, ".der ") == NULL))
		return false;
	*ret_file = strtok_r(cell, " ", &(char *){ NULL });
	for (; (cell = strtok_r(NULL, "|", &save)) != NULL; column++) {
		bool ok = strncmp(cell, " sig-ok", 7) == 0;

		verified += ok;
		doubts += !ok && column >= 1 && column <= 6;     /* behind where it is from */
	}
	*ret_verified = verified;
	*ret_doubts = doubts;
	return true;
}

TEST(requests_that_others_collected)
{
	SCOPED(buf_clear) struct buf readme = BUF_INIT;
	unsigned tried = 0, taken = 0, noted = 0, by_rule[RULE_COUNT] = { 0 };
	char *save = NULL;

	if (!read_file("README.md", &readme)) {
		printf("\n    no collected requests in %s: not tried\n", folder());
		EXPECT(true);
		return;
	}
	buf_putc(&readme, 0);
	for (char *line = strtok_r((char *)readme.p, "\n", &save); line != NULL;
	    line = strtok_r(NULL, "\n", &save)) {
		SCOPED(buf_clear) struct buf file = BUF_INIT;
		const char *name;
		unsigned verified, doubts;
		bool with_note;
		enum rule rule;

		if (!take_row(line, &name, &verified, &doubts))
			continue;
		REQUIRE(read_file(name, &file));
		tried++;
		if (is_read(buf_bytes(&file), &rule, &with_note)) {
			taken++;
			noted += with_note;
			if (doubts != 0 && !with_note)
				printf("\n    %s: %u doubts, and no note", name, doubts);
			EXPECT(doubts == 0 || with_note);
			if (verified == 0)
				printf("\n    %s is read by nobody else", name);
			EXPECT(verified != 0);
		} else {
			by_rule[rule]++;
			if (getenv("ROLECERT_CSR_CORPUS") != NULL && verified >= 5)
				printf("\n    %s: %u of 7 verify it, refused by %s", name,
				    verified, rule_id(rule));
		}
	}
	EXPECT(tried > 0);
	printf("\n    %u requests: %u read, %u of them with a note", tried, taken, noted);
	for (unsigned rule = 0; rule < RULE_COUNT; rule++)
		if (by_rule[rule] != 0)
			printf(", %u %s", by_rule[rule], rule_id((enum rule)rule));
	printf("\n");
}
