/*
 * schema.h - JSON Schema of what people write, for editors.
 *
 * Made of the tables by which the program reads: the forms of a topology and of a role
 * (topology/forms.h, profile/forms.h), the shapes of extensions (x509/ext/shape.h), the
 * kinds of pool of each product and their fields.  What a schema cannot say (that a
 * variable is known, that a host stands once) is left to `topology check` and `profile
 * check`.
 */
#ifndef REPORT_SCHEMA_H
#define REPORT_SCHEMA_H

#include "profile/program.h"
#include "report/json.h"

/* programs: of each product, or NULL where its roles do not compile; what a topology
 * says of roles is then not held to them. */
json_t *topology_schema(const struct product *const *products,
    const struct program *const *programs, size_t n);
json_t *role_schema(const struct product *const *products, size_t n);

#endif
