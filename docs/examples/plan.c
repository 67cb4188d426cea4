/*
 * plan.c - compile role definitions and print the plan of a deployment.
 *
 *      cc -o plan plan.c $(pkg-config --cflags --libs rolecert)
 *      ./plan /usr/share/rolecert/profiles contoso.yaml
 */
#include <stdio.h>
#include <stdlib.h>

#include <rolecert/plan.h>

/* The whole file; the caller frees bytes.p. */
static int
file_read(const char *path, struct bytes *ret)
{
	FILE *file = fopen(path, "rb");
	char *text = malloc(1 << 20);
	size_t n = file != NULL && text != NULL ? fread(text, 1, 1 << 20, file) : 0;

	if (file == NULL || text == NULL) {
		perror(path);
		return -1;
	}
	fclose(file);
	*ret = BYTES(text, n);
	return 0;
}

static void
print_entry(const struct rc_entry *entry)
{
	printf("%s\n    CN=%s\n", rc_entry_id(entry), rc_entry_common_name(entry));
	for (size_t i = 0; i < rc_entry_names(entry); i++)
		printf("    %s:%s\n", rc_entry_name_type(entry, i), rc_entry_name(entry, i));
	for (size_t i = 0; i < rc_entry_types(entry); i++)
		printf("    for %s\n", rc_entry_type(entry, i));
}

static enum rc_status
print_plan(const char *folder, struct bytes topology, const char *name, struct rc_error *err)
{
	struct rc_roles *roles = NULL;
	struct rc_plan *plan = NULL;
	enum rc_status st = rc_roles_read(folder, &roles, err);

	if (st == RC_OK)
		st = rc_plan_make(roles, topology, name, &plan, err);
	for (size_t i = 0; st == RC_OK && i < rc_plan_count(plan); i++)
		print_entry(rc_plan_entry(plan, i));
	rc_plan_free(plan);
	rc_roles_free(roles);
	return st;
}

int
main(int argc, char **argv)
{
	struct rc_error *err = rc_error_new();
	struct bytes topology;
	enum rc_status st;

	if (argc != 3 || file_read(argv[2], &topology) != 0)
		return RC_USAGE;
	st = print_plan(argv[1], topology, argv[2], err);
	fputs(rc_error_text(err), stderr);
	rc_error_free(err);
	free((void *)topology.p);
	return (int)st;
}
