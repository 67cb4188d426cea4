#include "tests/unit.h"

#include <CUnit/Basic.h>
#include <stdio.h>

struct case_row {
	const char *file, *name;
	void (*run)(void);
};

static struct case_row *cases;
static size_t n_cases;

void
unit_register(const char *file, const char *name, void (*run)(void))
{
	cases = mem_resize(cases, (n_cases + 1) * sizeof(*cases));
	cases[n_cases++] = (struct case_row){ .file = file, .name = name, .run = run };
}

/* Reports one check to CUnit, with a sentence of our own when it failed. */
static void
report(bool good, const char *sentence, const char *file, unsigned line)
{
	CU_assertImplementation(good ? CU_TRUE : CU_FALSE, line, sentence, file, "", CU_FALSE);
}

void
unit_expect_int(long long have, long long want, const char *what, const char *file,
    unsigned line)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s: want %lld, have %lld", what, want, have);
	report(have == want, buf_text(&b), file, line);
	buf_clear(&b);
}

void
unit_expect_text(const char *have, const char *want, const char *what, const char *file,
    unsigned line)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s: want \"%s\", have \"%s\"", what, want, have != NULL ? have : "(null)");
	report(have != NULL && strcmp(have, want) == 0, buf_text(&b), file, line);
	buf_clear(&b);
}

void
unit_expect_has(const char *have, const char *words, const char *what, const char *file,
    unsigned line)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s: want something with \"%s\", have \"%s\"", what, words,
	    have != NULL ? have : "(null)");
	report(have != NULL && strstr(have, words) != NULL, buf_text(&b), file, line);
	buf_clear(&b);
}

bool
unit_expect_ok(enum rc_status status, const struct error *err, const char *what,
    const char *file, unsigned line)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s: status %d\n", what, (int)status);
	error_render(err, &b);
	report(status == RC_OK, buf_text(&b), file, line);
	buf_clear(&b);
	return status == RC_OK;
}

void
unit_expect_rule(enum rc_status status, struct error *err, enum rule rule,
    const char *what, const char *file, unsigned line)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s: want [%s], have status %d\n", what, rule_id(rule), (int)status);
	error_render(err, &b);
	report(status == rule_status(rule) && error_rule(err) == rule, buf_text(&b), file, line);
	buf_clear(&b);
	error_clear(err);
}

char *
unit_data_path(const char *name)
{
	const char *root = getenv("ROLECERT_TESTS");
	struct buf b = BUF_INIT;

	buf_printf(&b, "%s/data/%s", root != NULL ? root : "tests", name);
	return buf_take_text(&b);
}

void
unit_data_read(const char *name, struct buf *out)
{
	char *path = unit_data_path(name);
	FILE *f = fopen(path, "rb");
	size_t got;

	CU_ASSERT_FATAL(f != NULL);
	while ((got = fread(buf_reserve(out, 4096), 1, 4096, f)) > 0)
		buf_wrote(out, got);
	(void)fclose(f);
	free(path);
}

/* A test that checks nothing proves nothing. */
static void
run_case(size_t i)
{
	unsigned before = CU_get_number_of_asserts();

	cases[i].run();
	if (CU_get_number_of_asserts() == before)
		report(false, "the test checks nothing", cases[i].file, 0);
}

static size_t current;

static void
run_current(void)
{
	run_case(current++);
}

static const char *
suite_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash != NULL ? slash + 1 : file;
}

/* Those whose name contains the word, and of them every `step`-th. */
static void
keep(const char *word, unsigned long step, unsigned long at)
{
	size_t kept = 0, named = 0;

	for (size_t i = 0; i < n_cases; i++)
		if (strstr(cases[i].name, word) != NULL)
			cases[named++] = cases[i];
	/* of few there is one at least */
	step = step < named || named == 0 ? step : named;
	for (size_t i = at % step; i < named; i += step)
		cases[kept++] = cases[i];
	if (kept < named)
		printf("a sample: %zu of %zu tests\n", kept, named);
	n_cases = kept;
}

/* A number in the environment. */
static unsigned long
number_of(const char *name, unsigned long otherwise)
{
	const char *text = getenv(name);

	return text != NULL ? strtoul(text, NULL, 10) : otherwise;
}

/* An argument selects tests by name; UNIT_SAMPLE=N takes every N-th, beginning with that
 * after SAMPLE_AT others. */
int
main(int argc, char **argv)
{
	unsigned long step = number_of("UNIT_SAMPLE", 1);
	CU_pSuite suite = NULL;
	unsigned failed;

	keep(argc > 1 ? argv[1] : "", step > 0 ? step : 1,
	    number_of("SAMPLE_AT", 0));
	if (CU_initialize_registry() != CUE_SUCCESS)
		return 2;
	for (size_t i = 0; i < n_cases; i++) {
		if (i == 0 || strcmp(cases[i].file, cases[i - 1].file) != 0)
			suite = CU_add_suite(suite_name(cases[i].file), NULL, NULL);
		if (suite == NULL || CU_add_test(suite, cases[i].name, run_current) == NULL)
			return 2;
	}
	CU_basic_set_mode(CU_BRM_NORMAL);
	if (CU_basic_run_tests() != CUE_SUCCESS)
		return 2;
	failed = CU_get_number_of_failures();
	CU_cleanup_registry();
	free(cases);
	return n_cases == 0 || failed != 0;
}
