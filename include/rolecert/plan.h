/*
 * plan.h - role definitions + a topology -> the certificates that a deployment needs.
 *
 *      TRY(rc_roles_read("/usr/share/rolecert/profiles", &roles, err));
 *      TRY(rc_plan_make(roles, topology_text, "contoso.yaml", &plan, err));
 *      for (size_t i = 0; i < rc_plan_count(plan); i++)
 *              puts(rc_entry_id(rc_plan_entry(plan, i)));
 *      rc_plan_free(plan);
 *      rc_roles_free(roles);
 *
 * A plan is made of texts alone: the same texts give the same plan and the same digests,
 * on any machine and any day.  `man 5 rolecert-topology` and `rolecert-profile` say how
 * they are written.
 *
 * An entry is one certificate.  Its id is ROLE/POOL/SERVER, ROLE/POOL or ROLE.
 *
 * Ownership: roles outlive the plans that are made with them.  Entries and strings
 * belong to the plan.  Roles and plans do not change; several threads may read one.
 *
 * Errors are of the class RC_INPUT (a text that cannot be read, with its place), or
 * RC_POLICY (read, and refused by a rule).
 */
#ifndef ROLECERT_PLAN_H
#define ROLECERT_PLAN_H

#include <stddef.h>
#include <stdint.h>

#include <rolecert/bytes.h>
#include <rolecert/error.h>

struct rc_roles;
struct rc_plan;
struct rc_entry;

/* Every FOLDER/PRODUCT/NAME.yaml, as they are installed in share/rolecert/profiles. */
RC_API enum rc_status rc_roles_read(const char *folder, struct rc_roles **ret,
    struct rc_error *err) RC_CHECK;
RC_API void rc_roles_free(struct rc_roles *roles);       /* takes NULL */

/* `name` is what messages call the text: a path. */
RC_API enum rc_status rc_plan_make(const struct rc_roles *roles, struct bytes topology,
    const char *name, struct rc_plan **ret, struct rc_error *err) RC_CHECK;
RC_API void rc_plan_free(struct rc_plan *plan);          /* takes NULL */

/* SHA-256 over the digests of all entries. */
enum { RC_DIGEST = 32 };
RC_API const uint8_t *rc_plan_digest(const struct rc_plan *plan);

/* In the order of the topology.  find: by id, letters without case; NULL: none. */
RC_API size_t rc_plan_count(const struct rc_plan *plan);
RC_API const struct rc_entry *rc_plan_entry(const struct rc_plan *plan, size_t i);
RC_API const struct rc_entry *rc_plan_find(const struct rc_plan *plan, const char *id);

RC_API const char *rc_entry_id(const struct rc_entry *entry);
RC_API const char *rc_entry_role(const struct rc_entry *entry);
RC_API const char *rc_entry_title(const struct rc_entry *entry);
RC_API const char *rc_entry_pool(const struct rc_entry *entry);      /* or NULL */
RC_API const char *rc_entry_server(const struct rc_entry *entry);    /* or NULL */
/* The common name of the subject; NULL: it has none. */
RC_API const char *rc_entry_common_name(const struct rc_entry *entry);
RC_API const uint8_t *rc_entry_digest(const struct rc_entry *entry);

/* The alternative names, in their order; type: "dns", "ip", "uri", "email", ... */
RC_API size_t rc_entry_names(const struct rc_entry *entry);
RC_API const char *rc_entry_name(const struct rc_entry *entry, size_t i);
RC_API const char *rc_entry_name_type(const struct rc_entry *entry, size_t i);
/* What the product is told to use the certificate for: "AccessEdgeExternal", ... */
RC_API size_t rc_entry_types(const struct rc_entry *entry);
RC_API const char *rc_entry_type(const struct rc_entry *entry, size_t i);

#endif
