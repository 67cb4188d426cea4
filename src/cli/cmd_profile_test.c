#include "cli/command.h"
#include "cli/load.h"
#include "cli/profiles.h"
#include "os/file.h"
#include "report/profile_test.h"

/* One run of the command. */
struct testing {
	struct cli *cli;
	struct catalog *catalog;
	struct coverage *coverage;
	VEC(struct profile_file) files;
	VEC(struct profile_tests *) read;  /* one for each file                */
	json_t *results;
	size_t passed, failed;
};

static void
testing_clear(struct testing *t)
{
	for (size_t i = 0; i < t->read.n; i++)
		profile_tests_free(t->read.v[i]);
	coverage_free(t->coverage);
	catalog_free(t->catalog);
	json_decref(t->results);
}
DEFINE_SCOPED_VALUE(testing_clear, struct testing)

/* -- which files ---------------------------------------------------------------- */

static enum rc_status
add_folder(struct testing *t, const char *folder, struct error *err)
{
	const struct profile_file *files;
	size_t n;

	TRY(profiles_test_files(t->cli, folder, &files, &n, err));
	for (size_t i = 0; i < n; i++)
		*VEC_PUSH(t->cli->arena, &t->files) = files[i];
	return RC_OK;
}

static enum rc_status
add_operand(struct testing *t, const char *path, struct error *err)
{
	struct bytes text;

	if (dir_exists(path))
		return add_folder(t, path, err);
	TRY(load_file(t->cli, path, FILE_MAX_ROLE, &text, err));
	*VEC_PUSH(t->cli->arena, &t->files) = (struct profile_file){ .name = path, .text = text };
	return RC_OK;
}

/* Every file is read before a test is run, and all their mistakes are shown. */
static enum rc_status
read_files(struct testing *t, struct error *err)
{
	enum rc_status first = RC_OK;

	if (t->cli->n_operands == 0)
		TRY(add_folder(t, NULL, err));
	for (size_t i = 0; i < t->cli->n_operands; i++)
		TRY(add_operand(t, t->cli->operands[i], err));
	for (size_t i = 0; i < t->files.n; i++) {
		struct profile_tests *tests = NULL;
		enum rc_status status =
		    profile_tests_read(t->files.v[i].text, t->files.v[i].name, &tests, err);

		if (status == RC_OK)
			*VEC_PUSH(t->cli->arena, &t->read) = tests;
		else if (first == RC_OK)
			first = status;
	}
	return first;
}

/* -- the run -------------------------------------------------------------------- */

static enum rc_status
load_topology(struct testing *t, const char *file, const char *name, struct bytes *ret,
    struct error *err)
{
	const char *path = path_join(t->cli->arena, path_folder(t->cli->arena, file), name);

	TRY_WHILE(err, load_file(t->cli, path, FILE_MAX_TOPOLOGY, ret, err),
	    "reading the tests of %s", file);
	return RC_OK;
}

static enum rc_status
run_test(struct testing *t, const char *file, const struct profile_tests *tests,
    const struct profile_test *test, struct error *err)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct test_result result = { file, test, findings };
	struct bytes text = BYTES(NULL, 0);

	if (test->topology_file != NULL)
		TRY(load_topology(t, file, test->topology_file, &text, err));
	if (profile_test_run(tests, test, text, t->catalog, t->coverage, findings) == RC_OK)
		t->passed++;
	else
		t->failed++;
	json_add(t->results, test_result_json(&result));
	if (!t->cli->opt.json)
		test_result_put_text(&result, &t->cli->out);
	return RC_OK;
}

static enum rc_status
run_all(struct testing *t, struct error *err)
{
	for (size_t i = 0; i < t->read.n; i++)
		for (size_t k = 0; k < t->read.v[i]->n; k++)
			TRY(run_test(t, t->files.v[i].name, t->read.v[i], &t->read.v[i]->v[k],
			    err));
	if (t->passed + t->failed == 0)
		return error_fail(err, RULE_PROFILE_TEST_NONE, "no test is there to run");
	return RC_OK;
}

/* -- the result ----------------------------------------------------------------- */

static enum rc_status
put_json(struct testing *t, struct error *err)
{
	const struct coverage_item *items;
	json_t *whole = json_object();
	size_t n;

	json_put(whole, "passed", json_integer((json_int_t)t->passed));
	json_put(whole, "failed", json_integer((json_int_t)t->failed));
	json_put(whole, "tests", json_incref(t->results));
	json_put(whole, "coverage", json_null());
	if (t->coverage != NULL) {
		enum rc_status status = coverage_complete(t->coverage, t->catalog, &items, &n, err);

		if (status != RC_OK) {
			json_decref(whole);
			return status;
		}
		json_put(whole, "coverage", coverage_json(items, n));
	}
	cli_put_json(t->cli, whole);
	return RC_OK;
}

static enum rc_status
put_text(struct testing *t, struct error *err)
{
	const struct coverage_item *items;
	size_t n;

	if (t->coverage != NULL) {
		TRY(coverage_complete(t->coverage, t->catalog, &items, &n, err));
		coverage_put_text(items, n, &t->cli->out);
	}
	buf_printf(&t->cli->out, "%zu passed, %zu failed\n", t->passed, t->failed);
	return RC_OK;
}

enum rc_status
cmd_profile_test(struct cli *cli, struct error *err)
{
	SCOPED(testing_clear) struct testing t = { .cli = cli };

	t.results = json_array();
	if (cli->opt.coverage)
		t.coverage = coverage_new();
	TRY(profiles_catalog(cli, &t.catalog, err));
	TRY(read_files(&t, err));
	TRY(run_all(&t, err));
	TRY(cli->opt.json ? put_json(&t, err) : put_text(&t, err));
	return t.failed == 0 ? RC_OK : RC_NO;
}
