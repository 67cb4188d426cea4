/*
 * error.h - what went wrong, where the user can mend it, by which rule.
 *
 *      SCOPED(error_free) struct error *err = error_new();
 *
 *      if (topology_read(source, schema, &topology, err) != RC_OK) {
 *              error_render(err, &text);     the CLI prints it
 *              return error_status(err);
 *      }
 *
 * An error object belongs to the caller and collects: a reader that can go on
 * after a mistake adds every mistake it finds, in the order of the text, so one
 * object may hold many.  Warnings and notes are kept beside the errors and do
 * not make a call fail.
 *
 * At the bottom, a function says
 *
 *      return error_at(err, RULE_TOPOLOGY_FQDN, node->at,
 *          "'%s' is not a fully qualified domain name", text);
 *
 * The rule (rules.def) gives the class, and the class is the status returned.
 * On the way up, TRY_WHILE(err, call, "compiling role %s", name) adds a line
 * `while compiling role edge`.
 *
 * Foreign text may be put into a message as it is: rendering escapes it.
 *
 * All text is copied: an error outlives the document that it speaks of.
 */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/buf.h"

#define RULE(ident, id, status, text, why) RULE_##ident,
enum rule {
	RULE_NONE,
#include "base/rules.def"
	RULE_COUNT
};
#undef RULE

const char *rule_id(enum rule rule);                /* "csr-signature"           */
const char *rule_text(enum rule rule);              /* one sentence              */
const char *rule_why(enum rule rule);               /* why it exists, how to mend */
enum rc_status rule_status(enum rule rule);
enum rule rule_find(const char *id);                /* RULE_NONE if there is none */

/*
 * A text that somebody wrote, and a place in it.  Lines and columns count from
 * 1, columns in characters; 0 means unknown.  The source outlives its places.
 */
struct source {
	const char *name;        /* what the user calls it: a path, "-"       */
	struct bytes text;       /* to show the line; may be empty            */
};

struct place {
	const struct source *source;
	uint32_t line, column;
	uint32_t width;          /* characters to underline; 0 is taken as 1  */
};

#define NOWHERE ((struct place){ .source = NULL })

enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };
const char *severity_word(enum severity severity);

/*
 * However many mistakes a hostile text holds, what is kept of them is bounded: of errors,
 * of warnings and of notes the first ERROR_KEPT each, the rest are counted.  Of a line
 * longer than ERROR_LINE_SHOWN characters that many are shown, from ERROR_LINE_BEFORE before
 * the column on.
 */
enum { ERROR_KEPT = 1000, ERROR_LINE_SHOWN = 400, ERROR_LINE_BEFORE = 60 };

struct error;

struct error *error_new(void);
void error_free(struct error *err);
DEFINE_SCOPED(error_free, struct error *)
/* Forget everything; the object is as new. */
void error_clear(struct error *err);

/* Adds an error; returns the status of the rule's class, so that a function can
 * `return error_fail(...)`. */
enum rc_status error_fail(struct error *err, enum rule rule, const char *fmt, ...)
    RC_PRINTF(3, 4);
enum rc_status error_at(struct error *err, enum rule rule, struct place at,
    const char *fmt, ...) RC_PRINTF(4, 5);
/* The same for an error of the operating system: ": No such file ..." is added. */
enum rc_status error_errno(struct error *err, enum rule rule, int errnum,
    const char *fmt, ...) RC_PRINTF(4, 5);

/* Warnings and notes: they do not count as errors. */
void error_warn(struct error *err, enum rule rule, struct place at,
    const char *fmt, ...) RC_PRINTF(4, 5);
void error_note(struct error *err, enum rule rule, struct place at,
    const char *fmt, ...) RC_PRINTF(4, 5);

/* All that `from` holds, behind what `err` does; `from` is as new. */
void error_move(struct error *err, struct error *from);

/* All of these speak of the diagnosis added last, and do nothing where it was not kept. */
void error_while(struct error *err, const char *fmt, ...) RC_PRINTF(2, 3);
void error_want(struct error *err, const char *want, const char *have);
void error_fix(struct error *err, const char *fmt, ...) RC_PRINTF(2, 3);
void error_also(struct error *err, struct place at, const char *fmt, ...)
    RC_PRINTF(3, 4);                                /* "first set here" */

/*
 * Into the order of the source: by line and column within a file, the files as they
 * came, what has no place as if it were a file.  What was added first stays what
 * error_status() and its like speak of.  A note comes last where some were not kept, and
 * says how many.  For whoever renders: error_while() and its like would not find the
 * diagnosis added last afterwards.
 */
void error_sort(struct error *err);

/* Forgets what is told twice, word for word at one place: a mistake of what several
 * roles extend.  Its frames are those of the first. */
void error_unique(struct error *err);

size_t error_count(const struct error *err);         /* errors only, kept or not  */
/* RC_OK without errors, else the status of the first. */
enum rc_status error_status(const struct error *err);
enum rule error_rule(const struct error *err);       /* of the first error        */
const char *error_message(const struct error *err);  /* of the first error, or "" */

/* Everything that was collected, one after the other, for whoever prints. */
struct diagnosis {
	enum severity severity;
	enum rule rule;
	char *file;                      /* NULL: no place                    */
	uint32_t line, column, width;
	char *source_line;               /* NULL: not at hand; "..." for what is cut */
	uint32_t source_column;          /* where the column is in source_line */
	char *message, *want, *have, *fix;
	char **frames;                   /* innermost first                   */
	size_t n_frames;
	struct diagnosis *also;          /* secondary places                  */
	struct diagnosis *next;
};
const struct diagnosis *error_first(const struct error *err);

/*
 * As text, escaped:
 *
 *      edge.yaml:14:9: error: 'd.nam' is no field of a SIP domain [unknown-variable]
 *          - dns: sip.${d.nam}
 *                       ^~~~~
 *          did you mean 'name'?
 *          while compiling role 'edge-external'
 */
void error_render(const struct error *err, struct buf *out);
/* The same for one of them. */
void diagnosis_render(const struct diagnosis *d, struct buf *out);

/*
 * The known word nearest to the one that was written, or NULL when none is
 * near: at most a third of its letters wrong, or only its beginning written, case
 * ignored.
 */
const char *nearest_word(const char *word, const char *const *known, size_t n);

#endif
