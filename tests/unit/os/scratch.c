#include "tests/unit/os/scratch.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>

#include "os/file.h"
#include "tests/unit.h"

struct scratch *
scratch_new(void)
{
	struct scratch *s = mem_zero(sizeof(*s));
	const char *tmp = getenv("TMPDIR");

	s->arena = arena_new();
	s->dir = arena_printf(s->arena, "%s/rolecert-test.XXXXXX", tmp != NULL ? tmp : "/tmp");
	REQUIRE(mkdtemp(s->dir) != NULL);
	return s;
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void
scratch_free(struct scratch *s)
{
	if (s == NULL)
		return;
	(void)nftw(s->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	arena_free(s->arena);
	free(s);
}

const char *
scratch_path(struct scratch *s, const char *name)
{
	return path_join(s->arena, s->dir, name);
}
