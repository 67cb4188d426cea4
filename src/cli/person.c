#include "cli/person.h"

#include <pwd.h>
#include <unistd.h>

struct person
person_here(struct arena *arena)
{
	const struct passwd *user = getpwuid(getuid());
	struct person person = { .uid = (int64_t)getuid() };

	person.name = user != NULL ? arena_strdup(arena, user->pw_name)
	    : arena_printf(arena, "uid %lu", (unsigned long)getuid());
	return person;
}
