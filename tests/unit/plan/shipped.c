#include "tests/unit/plan/shipped.h"

#include <glob.h>
#include <stdio.h>
#include <stdlib.h>

static struct bytes
read_file(const char *path, struct arena *arena)
{
	struct buf b = BUF_INIT;
	FILE *f = fopen(path, "rb");
	struct bytes copy;
	size_t got;

	while (f != NULL && (got = fread(buf_reserve(&b, 4096), 1, 4096, f)) > 0)
		buf_wrote(&b, got);
	if (f != NULL)
		(void)fclose(f);
	copy = arena_bytes(arena, buf_bytes(&b));
	buf_clear(&b);
	return copy;
}

static struct profile_file
profile_file(const char *path, struct arena *arena)
{
	const char *slash = strrchr(path, '/'), *folder = slash;

	while (folder > path && folder[-1] != '/')
		folder--;
	return (struct profile_file){ .name = path,
		.folder = arena_strndup(arena, folder, (size_t)(slash - folder)),
		.stem = arena_strndup(arena, slash + 1, strlen(slash + 1) - strlen(".yaml")),
		.text = read_file(path, arena) };
}

enum rc_status
shipped_files(struct arena *arena, struct profile_file **ret, size_t *ret_n, struct error *err)
{
	struct profile_file *files;
	size_t n = 0;
	glob_t found;

	if (glob("profiles/*/*.yaml", 0, NULL, &found) != 0)
		return error_fail(err, RULE_BUG, "no profiles here: run from the project's folder");
	files = arena_alloc(arena, found.gl_pathc * sizeof(*files));
	for (size_t i = 0; i < found.gl_pathc; i++)
		if (strstr(found.gl_pathv[i], ".test.yaml") == NULL)
			files[n++] = profile_file(arena_strdup(arena, found.gl_pathv[i]), arena);
	globfree(&found);
	*ret = files;
	*ret_n = n;
	return RC_OK;
}

enum rc_status
shipped_catalog(struct catalog **ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct profile_file *files;
	size_t n;

	TRY(shipped_files(arena, &files, &n, err));
	return catalog_read(files, n, ret, err);
}

void
planned_clear(struct planned *planned)
{
	plan_free(planned->plan);
	program_free(planned->program);
	topology_free(planned->topology);
	catalog_free(planned->catalog);
	*planned = (struct planned){ .plan = NULL };
}

enum rc_status
shipped_plan(const char *topology, struct planned *p, struct error *err)
{
	const struct product *const *products;
	size_t n;

	TRY(shipped_catalog(&p->catalog, err));
	products = catalog_products(p->catalog, &n);
	TRY(topology_read(bytes_of_text(topology), "t.yaml", products, n, &p->topology, err));
	TRY(program_compile(p->catalog, p->topology->product, p->topology, &p->program, err));
	TRY(program_check_topology(p->program, p->catalog, p->topology, err));
	return plan_make(p->program, p->topology, &p->plan, err);
}

char *
entry_line(const struct plan *plan, const char *id)
{
	const struct entry *entry = plan_find(plan, id);
	struct buf b = BUF_INIT;

	if (entry == NULL)
		return mem_strdup("(not planned)");
	buf_printf(&b, "%s |", entry->subject.attr[DN_CN]);
	for (size_t i = 0; i < entry->n_san; i++)
		buf_printf(&b, "%s%s", i == 0 ? " " : ", ", entry->san[i].value);
	buf_puts(&b, " |");
	for (size_t i = 0; i < entry->n_eku; i++)
		buf_printf(&b, " %s", eku_word(entry->eku[i]));
	return buf_take_text(&b);
}
