/*
 * error.h - what went wrong, where it can be mended, by which rule.
 *
 *      struct rc_error *err = rc_error_new();
 *
 *      if (rc_plan_make(roles, text, "contoso.yaml", &plan, err) != RC_OK)
 *              fputs(rc_error_text(err), stderr);
 *      rc_error_free(err);
 *
 * An error object belongs to the caller and collects: a topology with three mistakes
 * leaves three messages, and warnings and notes beside them.  It can be given to one
 * call after the other; rc_error_clear() forgets what it holds.
 *
 * Each message ends in its rule, in brackets; rc_rule_text() and rc_rule_why() say what
 * the rule is there for and how to mend it, as `rolecert explain` does.
 *
 * Strings that are returned belong to the object and are good until the next call with
 * it.  One thread at a time.
 */
#ifndef ROLECERT_ERROR_H
#define ROLECERT_ERROR_H

#include <stddef.h>

#include <rolecert/status.h>
#include <rolecert/version.h>

struct rc_error;

RC_API struct rc_error *rc_error_new(void);
RC_API void rc_error_free(struct rc_error *err);         /* takes NULL */
RC_API void rc_error_clear(struct rc_error *err);

/* Of the first error; RC_OK, "" where there is none. */
RC_API enum rc_status rc_error_status(const struct rc_error *err);
RC_API const char *rc_error_rule(const struct rc_error *err);    /* "topology-fqdn" */
RC_API const char *rc_error_message(const struct rc_error *err);
/* How many errors there are; warnings and notes do not count. */
RC_API size_t rc_error_count(const struct rc_error *err);
/* All of it, with warnings and notes, as the program prints it: lines of ASCII, what is
 * foreign escaped. */
RC_API const char *rc_error_text(struct rc_error *err);

/* One sentence, and why with what to do; NULL where there is no such rule.  Static. */
RC_API const char *rc_rule_text(const char *rule);
RC_API const char *rc_rule_why(const char *rule);

#endif
