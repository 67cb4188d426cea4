/*
 * replay.c - runs a fuzz target over files: for compilers without libFuzzer, for
 * valgrind, and to look at one finding.  Without arguments, over its stdin.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

enum { INPUT_MAX = 1 << 20 };

static int
replay(FILE *f, const char *name)
{
	uint8_t *data = malloc(INPUT_MAX);
	size_t n;

	if (data == NULL || f == NULL) {
		(void)fprintf(stderr, "%s: cannot be read\n", name);
		free(data);
		return 1;
	}
	n = fread(data, 1, INPUT_MAX, f);
	/* Of exactly its size, so that a byte too far is seen. */
	data = realloc(data, n != 0 ? n : 1);
	(void)LLVMFuzzerTestOneInput(data, n);
	free(data);
	return 0;
}

int
main(int argc, char **argv)
{
	int bad = 0;

	if (argc < 2)
		return replay(stdin, "stdin");
	for (int i = 1; i < argc; i++) {
		FILE *f = fopen(argv[i], "rb");

		bad |= replay(f, argv[i]);
		if (f != NULL)
			(void)fclose(f);
	}
	return bad;
}
