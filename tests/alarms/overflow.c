/* Planted: one octet too far on the heap. */
#include <stdlib.h>

int
main(int argc, char **argv)
{
	volatile char *p = malloc((size_t)argc + 7);

	(void)argv;
	if (p == NULL)
		return 0;
	p[argc + 7] = 'x';
	free((void *)p);
	return 0;
}
