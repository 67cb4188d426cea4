/*
 * forms.h - an entry in the forms that servers ask in: what `request` and `profile
 * compile --emit` share.
 */
#ifndef CLI_FORMS_H
#define CLI_FORMS_H

#include "cli/planned.h"
#include "plan/emit.h"

struct form {
	const char *word, *suffix, *title;
	enum emit_encoding encoding;     /* of a file                        */
	enum rc_status (*emit)(const struct entry *entry, const struct emit_facts *facts,
	    struct buf *out, struct error *err);
};

/* inf, powershell, openssl, json. */
enum { FORMS = 4, FORM_POWERSHELL = 1, FORM_JSON = 3 };
extern const struct form forms[FORMS];

/* By its word; NULL is none, and *ret is NULL then.  Rule option-value, with the nearest. */
enum rc_status form_find(const char *word, const char *option, const struct form **ret,
    struct error *err) RC_CHECK;

/* The kind of key (`type`, or NULL: the usual), the server that asks, the stem of
 * files.  Rule option-value: the entry takes no such key. */
enum rc_status form_facts(struct cli *cli, const struct planned *planned,
    const struct entry *entry, struct emit_facts *ret, struct error *err) RC_CHECK;

/* False: it cannot be said in this form, and `why_not` says why. */
bool form_emit(const struct form *form, const struct entry *entry,
    const struct emit_facts *facts, struct buf *out, struct buf *why_not);

/* The text as a file that its reader takes for what it is. */
enum rc_status form_write(const struct form *form, const struct buf *text, const char *path,
    struct error *err) RC_CHECK;
/* All forms, as docs/schema/request.json has them. */
json_t *forms_json(const struct entry *entry, const struct emit_facts *facts);
/* Into a folder that is there, as STEM.SUFFIX; one that cannot be said is noted. */
enum rc_status form_write_into(struct cli *cli, const char *folder, const struct form *form,
    const struct entry *entry, const struct emit_facts *facts, struct error *err) RC_CHECK;

#endif
