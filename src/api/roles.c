#include "api/api.h"

#include <stdlib.h>

#include "os/file.h"

#define SUFFIX ".yaml"
#define TESTS ".test.yaml"

struct reading {
	struct arena *arena;
	VEC(struct profile_file) files;
	struct error *err;
};

static bool
ends_in(const char *name, const char *suffix)
{
	size_t n = strlen(name), m = strlen(suffix);

	return n > m && strcmp(name + n - m, suffix) == 0;
}

static enum rc_status
read_file(struct reading *r, const char *folder, const char *path, const char *name)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	const char *file = path_join(r->arena, path, name);

	TRY(file_read(file, FILE_MAX_ROLE, &text, r->err));
	*VEC_PUSH(r->arena, &r->files) = (struct profile_file){ .name = file, .folder = folder,
		.stem = arena_strndup(r->arena, name, strlen(name) - strlen(SUFFIX)),
		.text = arena_bytes(r->arena, buf_bytes(&text)) };
	return RC_OK;
}

static enum rc_status
read_product(struct reading *r, const char *folder, const char *path)
{
	struct dir_names names;

	TRY(dir_list(path, r->arena, &names, r->err));
	for (size_t i = 0; i < names.n; i++)
		if (*names.v[i] != '.' && ends_in(names.v[i], SUFFIX) &&
		    !ends_in(names.v[i], TESTS))
			TRY(read_file(r, folder, path, names.v[i]));
	return RC_OK;
}

static enum rc_status
read_all(struct reading *r, const char *folder)
{
	struct dir_names names;

	TRY(dir_list(folder, r->arena, &names, r->err));
	for (size_t i = 0; i < names.n; i++) {
		const char *path = path_join(r->arena, folder, names.v[i]);

		if (*names.v[i] != '.' && dir_exists(path))
			TRY(read_product(r, names.v[i], path));
	}
	return RC_OK;
}

enum rc_status
rc_roles_read(const char *folder, struct rc_roles **ret, struct rc_error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct reading r = { .arena = arena, .err = err->err };
	struct catalog *catalog;

	TRY(read_all(&r, folder));
	if (r.files.n == 0)
		return error_fail(err->err, RULE_PROFILES_MISSING,
		    "there are no role definitions in '%s'", folder);
	TRY(catalog_read(r.files.v, r.files.n, &catalog, err->err));
	*ret = mem_alloc(sizeof(**ret));
	**ret = (struct rc_roles){ .catalog = catalog, .arena = TAKE(arena) };
	return RC_OK;
}

void
rc_roles_free(struct rc_roles *roles)
{
	if (roles == NULL)
		return;
	catalog_free(roles->catalog);
	arena_free(roles->arena);
	free(roles);
}
