#include "base/secret.h"

#include <stdlib.h>
#include <sys/mman.h>

struct secret {
	uint8_t *page;
	size_t n;
	bool locked;
};

struct secret *
secret_new(size_t n)
{
	struct secret *s;

	if (n > SECRET_MAX)
		return NULL;
	s = mem_zero(sizeof(*s));
	s->page = mmap(NULL, SECRET_MAX, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (s->page == MAP_FAILED)
		mem_die();
	s->n = n;
	s->locked = mlock(s->page, SECRET_MAX) == 0;
	(void)madvise(s->page, SECRET_MAX, MADV_DONTDUMP);
	(void)madvise(s->page, SECRET_MAX, MADV_WIPEONFORK);
	return s;
}

struct secret *
secret_copy(struct bytes b)
{
	struct secret *s = secret_new(b.n);

	if (s != NULL && b.n != 0)
		memcpy(s->page, b.p, b.n);
	return s;
}

void
secret_free(struct secret *s)
{
	if (s == NULL)
		return;
	explicit_bzero(s->page, SECRET_MAX);
	(void)munmap(s->page, SECRET_MAX);
	free(s);
}

uint8_t *
secret_p(struct secret *s)
{
	return s->page;
}

size_t
secret_n(const struct secret *s)
{
	return s->n;
}

void
secret_cut(struct secret *s, size_t n)
{
	if (n < s->n) {
		explicit_bzero(s->page + n, s->n - n);
		s->n = n;
	}
}

bool
secret_is_locked(const struct secret *s)
{
	return s->locked;
}

bool
secret_equal(const struct secret *a, const struct secret *b)
{
	uint8_t differ = 0;

	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		differ |= a->page[i] ^ b->page[i];
	return differ == 0;
}
