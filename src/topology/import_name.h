/*
 * import_name.h - names in a foreign document: may a topology hold them, who
 * had them first, which host does a URL name.
 */
#ifndef TOPOLOGY_IMPORT_NAME_H
#define TOPOLOGY_IMPORT_NAME_H

#include "base/arena.h"

/*
 * Why a topology may not hold this as a fully qualified domain name, to go after
 * the name ("is a short name"); NULL when it may.  RFC 1123 section 2.1 letters,
 * digits and hyphens; RFC 1035 section 2.3.4 sizes; at least two labels.
 */
const char *import_name_problem(const char *name);

/*
 * A simple URL as a topology writes it: the host, or with a path the whole URL
 * without port.  NULL when it may not stand there; *ret_problem then says why.
 */
const char *import_url(struct arena *a, const char *url, const char **ret_problem);
/* The host of an http or https URL, or NULL. */
const char *import_url_host(struct arena *a, const char *url);

/*
 * Names and their owners; case is ignored.  Fill it, sort it once, then ask for
 * the owner that was put first under a name.  Sorting keeps a document of half a
 * million equal names from costing the square of it.
 */
struct import_name {
	const char *text;
	size_t order;
	const void *owner;
};

struct import_names {
	VEC(struct import_name) list;
};

void import_names_put(struct arena *a, struct import_names *names, const char *text,
    const void *owner);
void import_names_sort(struct import_names *names);
/* NULL: no such name. */
const void *import_names_find(const struct import_names *names, const char *text);

#endif
