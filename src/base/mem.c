#include "base/base.h"

#include <stdlib.h>
#include <unistd.h>

void
mem_die(void)
{
	static const char words[] = "rolecert: out of memory\n";

	if (write(STDERR_FILENO, words, sizeof(words) - 1) < 0)
		abort();
	abort();
}

void *
mem_alloc(size_t n)
{
	void *p = malloc(n != 0 ? n : 1);

	if (p == NULL)
		mem_die();
	return p;
}

void *
mem_zero(size_t n)
{
	void *p = calloc(1, n != 0 ? n : 1);

	if (p == NULL)
		mem_die();
	return p;
}

void *
mem_resize(void *p, size_t n)
{
	void *q = realloc(p, n != 0 ? n : 1);

	if (q == NULL)
		mem_die();
	return q;
}

char *
mem_strdup(const char *s)
{
	size_t n = strlen(s) + 1;

	return memcpy(mem_alloc(n), s, n);
}
