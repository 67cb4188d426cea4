/*
 * issue.c - a CA with its key in a file, for trying things out, and a certificate of it.
 *
 *      cc -o issue issue.c $(pkg-config --cflags --libs rolecert)
 *      openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ca.key
 *      ./issue PROFILES topology.yaml ENTRY request.csr ca.key new-home >leaf.der
 *
 * The certificate, in DER, goes to the standard output.
 */
#include <stdio.h>
#include <stdlib.h>

#include <rolecert/issue.h>

static struct bytes
file_read(const char *path)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(1 << 20);
	size_t n;

	if (file == NULL || text == NULL) {
		perror(path);
		exit(RC_INPUT);
	}
	n = fread(text, 1, 1 << 20, file);
	fclose(file);
	return BYTES(text, n);
}

struct example {
	struct rc_roles *roles;
	struct rc_plan *plan;
	struct rc_ca *ca;
	struct rc_certificate *certificate;
};

/* argv: PROFILES TOPOLOGY ENTRY REQUEST KEY HOME */
static enum rc_status
issue(struct example *e, char **argv, struct bytes topology, struct bytes request,
    struct rc_error *err)
{
	char key[1024];
	enum rc_status st;

	snprintf(key, sizeof(key), "memory:path=%s", argv[5]);
	if ((st = rc_roles_read(argv[1], &e->roles, err)) != RC_OK ||
	    (st = rc_plan_make(e->roles, topology, argv[2], &e->plan, err)) != RC_OK ||
	    (st = rc_ca_make(&rc_engine_memory, key, "memory", "CN=Example CA", e->roles,
	    argv[6], NULL, err)) != RC_OK ||
	    (st = rc_ca_open(argv[6], &rc_engine_memory, NULL, &e->ca, err)) != RC_OK)
		return st;
	return rc_ca_issue(e->ca, e->plan, argv[3], request, &e->certificate, err);
}

int
main(int argc, char **argv)
{
	struct rc_error *err = rc_error_new();
	struct example e = { .roles = NULL };
	struct bytes topology, request;
	enum rc_status st;

	if (argc != 7) {
		fprintf(stderr, "usage: issue PROFILES TOPOLOGY ENTRY REQUEST KEY HOME\n");
		return RC_USAGE;
	}
	topology = file_read(argv[2]);
	request = file_read(argv[4]);
	st = issue(&e, argv, topology, request, err);
	if (st == RC_OK) {
		struct bytes der = rc_certificate_der(e.certificate);

		fprintf(stderr, "serial %s\n", rc_certificate_serial(e.certificate));
		fwrite(der.p, 1, der.n, stdout);
	}
	fputs(rc_error_text(err), stderr);
	rc_certificate_free(e.certificate);
	rc_ca_close(e.ca);
	rc_plan_free(e.plan);
	rc_roles_free(e.roles);
	rc_error_free(err);
	free((void *)topology.p);
	free((void *)request.p);
	return (int)st;
}
