/* Planted: a signed sum that does not fit. */
#include <limits.h>

int
main(int argc, char **argv)
{
	volatile int sum = INT_MAX;

	(void)argv;
	sum += argc;
	return sum == 0;
}
