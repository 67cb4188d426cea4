/*
 * verify.c - verify a bundle of evidence against a root that is trusted.
 *
 *      cc -o verify verify.c $(pkg-config --cflags --libs rolecert)
 *      ./verify certificate.bundle root.pem
 */
#include <stdio.h>
#include <stdlib.h>

#include <rolecert/bundle.h>

enum { MOST = 64 << 20 };

static struct bytes
file_read(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(MOST);
	size_t n;

	if (file == NULL || text == NULL) {
		perror(path);
		exit(RC_INPUT);
	}
	n = fread(text, 1, MOST, file);
	fclose(file);
	return BYTES(text, n);
}

int
main(int argc, char **argv)
{
	struct rc_error *err = rc_error_new();
	struct rc_bundle *bundle = NULL;
	struct bytes tar, root;
	enum rc_status st;

	if (argc != 3) {
		fprintf(stderr, "usage: verify BUNDLE ROOT\n");
		return RC_USAGE;
	}
	tar = file_read(argv[1]);
	root = file_read(argv[2]);
	st = rc_bundle_verify(tar, root, BYTES(NULL, 0), &bundle, err);
	if (st == RC_OK)
		printf("holds, of %s\n", rc_bundle_ca(bundle));
	for (size_t i = 0; st == RC_OK && i < rc_bundle_count(bundle); i++)
		printf("%s %s %s\n", rc_bundle_serial(bundle, i), rc_bundle_state(bundle, i),
		    rc_bundle_entry(bundle, i));
	fputs(rc_error_text(err), stderr);
	rc_bundle_free(bundle);
	rc_error_free(err);
	free((void *)tar.p);
	free((void *)root.p);
	return (int)st;
}
