#include "cli/profiles.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "os/file.h"

#define SAMPLE "sample-topology.yaml"
#define SUFFIX ".yaml"

#define TEST_SUFFIX ".test"

struct files {
	struct profile_file *v;
	size_t n, cap;
	bool tests;                      /* these, and not the roles           */
};

const char *
program_folder(struct cli *cli)
{
	char path[PATH_MAX];
	ssize_t n = readlink("/proc/self/exe", path, sizeof(path));

	if (n <= 0 || (size_t)n >= sizeof(path))
		return NULL;
	return path_folder(cli->arena, arena_strndup(cli->arena, path, (size_t)n));
}

/* Without "..", as people would write it; NULL: no such folder. */
static const char *
real_folder(struct cli *cli, const char *path)
{
	char *real = dir_exists(path) ? realpath(path, NULL) : NULL;
	const char *ret = real != NULL ? arena_strdup(cli->arena, real) : NULL;

	free(real);
	return ret;
}

static const char *
installed_folder(struct cli *cli)
{
	static const char *const beside[] = { "../share/rolecert/profiles", "../profiles" };
	const char *program = program_folder(cli), *found = NULL;

	for (size_t i = 0; program != NULL && found == NULL && i < ARRAY_LEN(beside); i++)
		found = real_folder(cli, path_join(cli->arena, program, beside[i]));
	return found;
}

/* "edge" of "edge.yaml"; NULL: not a file of ours. */
static const char *
stem_of(struct cli *cli, const char *name)
{
	size_t n = strlen(name), suffix = strlen(SUFFIX);

	if (*name == '.' || n <= suffix || strcmp(name + n - suffix, SUFFIX) != 0)
		return NULL;
	return arena_strndup(cli->arena, name, n - suffix);
}

/* "edge" of "edge.yaml" is a role, "edge.test" a file of tests. */
static bool
is_tests(const char *stem)
{
	size_t n = strlen(stem), suffix = strlen(TEST_SUFFIX);

	return n > suffix && strcmp(stem + n - suffix, TEST_SUFFIX) == 0;
}

static enum rc_status
read_one(struct cli *cli, const char *path, const char *folder, const char *stem, unsigned place,
    struct files *files, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct profile_file *file;

	TRY(file_read(path, FILE_MAX_ROLE, &text, err));
	file = VEC_PUSH(cli->arena, files);
	*file = (struct profile_file){ .name = path, .folder = folder, .stem = stem,
		.place = place, .text = arena_bytes(cli->arena, buf_bytes(&text)) };
	return RC_OK;
}

static enum rc_status
read_folder(struct cli *cli, const char *path, const char *folder, unsigned place,
    struct files *files, struct error *err)
{
	struct dir_names names = { .n = 0 };

	TRY(dir_list(path, cli->arena, &names, err));
	for (size_t i = 0; i < names.n; i++) {
		const char *stem = stem_of(cli, names.v[i]);

		if (stem != NULL && is_tests(stem) == files->tests)
			TRY(read_one(cli, path_join(cli->arena, path, names.v[i]), folder, stem,
			    place, files, err));
	}
	return RC_OK;
}

static enum rc_status
read_place(struct cli *cli, const char *path, unsigned place, struct files *files,
    struct error *err)
{
	struct dir_names names = { .n = 0 };

	TRY(dir_list(path, cli->arena, &names, err));
	for (size_t i = 0; i < names.n; i++) {
		const char *folder = path_join(cli->arena, path, names.v[i]);

		if (*names.v[i] != '.' && dir_exists(folder))
			TRY(read_folder(cli, folder, names.v[i], place, files, err));
	}
	return RC_OK;
}

static enum rc_status
missing(const char *path, struct error *err)
{
	enum rc_status st;

	if (path != NULL)
		st = error_fail(err, RULE_PROFILES_MISSING, "there is no folder '%s'", path);
	else
		st = error_fail(err, RULE_PROFILES_MISSING, "the role definitions are not found");
	error_fix(err, "name their folder with --profiles DIR");
	return st;
}

/* What is in the second was read in the first already, and would be hidden by it. */
static bool
is_same_folder(struct cli *cli, const char *path, const char *real)
{
	const char *other = path != NULL ? real_folder(cli, path) : NULL;

	return other != NULL && strcmp(other, real) == 0;
}

static enum rc_status
read_all(struct cli *cli, struct files *files, struct error *err)
{
	const char *own = cli->opt.profiles, *installed = installed_folder(cli), *home = NULL;

	if (cli->opt.ca != NULL)
		home = path_join(cli->arena, cli->opt.ca, "profiles");
	if (own != NULL && !dir_exists(own))
		return missing(own, err);
	if (own == NULL && installed == NULL)
		return missing(NULL, err);
	if (own != NULL)
		TRY(read_place(cli, own, 0, files, err));
	if (home != NULL && dir_exists(home))
		TRY(read_place(cli, home, 1, files, err));
	if (installed != NULL && !is_same_folder(cli, own, installed))
		TRY(read_place(cli, installed, 2, files, err));
	return RC_OK;
}

enum rc_status
profiles_catalog(struct cli *cli, struct catalog **ret, struct error *err)
{
	struct files files = { .v = NULL };

	TRY_WHILE(err, read_all(cli, &files, err), "reading the role definitions");
	return catalog_read(files.v, files.n, ret, err);
}

enum rc_status
profiles_catalog_open(struct cli *cli, struct catalog **ret, struct error *err)
{
	struct files files = { .v = NULL };

	TRY_WHILE(err, read_all(cli, &files, err), "reading the role definitions");
	return catalog_open(files.v, files.n, ret, err);
}

static enum rc_status
read_these(struct cli *cli, const char *folder, struct files *files, struct error *err)
{
	const char *installed = installed_folder(cli);

	if (!dir_exists(folder))
		return missing(folder, err);
	TRY(read_place(cli, folder, 0, files, err));
	if (!dir_exists(path_join(cli->arena, folder, "base")) && installed != NULL)
		return read_place(cli, installed, 1, files, err);
	return RC_OK;
}

enum rc_status
profiles_catalog_of(struct cli *cli, const char *folder, struct catalog **ret,
    struct error *err)
{
	struct files files = { .v = NULL };

	TRY_WHILE(err, read_these(cli, folder, &files, err),
	    "reading the role definitions of %s", folder);
	return catalog_read(files.v, files.n, ret, err);
}

enum rc_status
profiles_test_files(struct cli *cli, const char *folder, const struct profile_file **ret,
    size_t *ret_n, struct error *err)
{
	struct files files = { .tests = true };

	if (folder == NULL)
		folder = cli->opt.profiles;
	if (folder == NULL) {
		TRY(read_all(cli, &files, err));
	} else {
		if (!dir_exists(folder))
			return missing(folder, err);
		TRY(read_folder(cli, folder, folder, 0, &files, err));
		TRY(read_place(cli, folder, 0, &files, err));
	}
	*ret = files.v;
	*ret_n = files.n;
	return RC_OK;
}

enum rc_status
profiles_product(const struct catalog *catalog, const char *name, const struct product **ret,
    struct error *err)
{
	const struct product *const *products;
	const char *known[64], *near;
	size_t n, n_known = 0;
	enum rc_status st;

	products = catalog_products(catalog, &n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(products[i]->name, name) == 0) {
			*ret = products[i];
			return RC_OK;
		}
		if (n_known < ARRAY_LEN(known))
			known[n_known++] = products[i]->name;
	}
	near = nearest_word(name, known, n_known);
	st = error_fail(err, RULE_NO_SUCH_PRODUCT, "there is no product '%s'", name);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "`rolecert profile list` lists them");
	return st;
}

enum rc_status
profiles_sample(struct cli *cli, const char **ret, struct error *err)
{
	const char *installed = installed_folder(cli);

	if (installed == NULL)
		return missing(NULL, err);
	*ret = path_join(cli->arena, installed, SAMPLE);
	return RC_OK;
}
