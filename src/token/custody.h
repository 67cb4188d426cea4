/*
 * custody.h - how well a key is kept: facts of an engine in, a verdict out.
 *
 *      TRY(ops->facts(key, &facts, err));
 *      custody_judge(&facts, level, &custody);
 *      custody_describe(&facts, &custody, &text);     into the ledger
 *      TRY(custody_refuse(&custody, err));            or no signature
 *
 * One table of rules by levels (custody.c) says what each rule does at each
 * level: refuse, warn, note.  Nothing here asks the token anything.
 *
 * What an attribute's absence means: SENSITIVE, EXTRACTABLE, their histories,
 * LOCAL, PRIVATE and SIGN are mandatory for a private key in PKCS#11 v2.40
 * (sections 4.9 and 4.4), so a module that does not know one has not said that
 * the key is safe, and the rule applies.  Of the others (COPYABLE, MODIFIABLE,
 * DERIVE, ...) an unknown one is `probe-not-proven`.
 *
 * All of it is what the module says.  No attribute proves non-exportability:
 * that is what the probes and the accepted list of level `hardware` are for.
 */
#ifndef TOKEN_CUSTODY_H
#define TOKEN_CUSTODY_H

#include <rolecert/engine.h>

#include "base/error.h"
#include "token/record.h"

enum custody_level {
	CUSTODY_NONE,            /* no such word                                */
	CUSTODY_HARDWARE,        /* strict, and an accepted manufacturer and model */
	CUSTODY_STRICT,          /* made in the token, never could leave it     */
	CUSTODY_IMPORTED_OK,     /* cannot leave now                            */
	CUSTODY_LAB,             /* the least that is called custody            */
	CUSTODY_MEMORY,          /* none: keys in memory, tests and benchmarks  */
};

const char *custody_level_word(enum custody_level level);    /* "imported-ok" */
enum custody_level custody_level_find(const char *word);     /* or CUSTODY_NONE */

enum custody_action { CUSTODY_NOTE, CUSTODY_WARN, CUSTODY_REFUSE };
const char *custody_action_word(enum custody_action action); /* "refuse" */

struct custody_finding {
	enum rule rule;
	enum custody_action action;
	char text[256];                  /* "CKA_EXTRACTABLE is true"; foreign; may be cut */
};

enum { CUSTODY_FINDINGS = 96 };

struct custody {
	enum custody_level level;
	bool accepted;                   /* no finding refuses                 */
	bool pinned;                     /* the probes are the pin record's    */
	size_t n;
	struct custody_finding finding[CUSTODY_FINDINGS];
};

/* A kind of token that somebody decided to trust; model NULL: any. */
struct custody_model {
	const char *manufacturer, *model;
};

/* What a judgement may know beside the facts. */
struct custody_terms {
	enum custody_level level;
	const struct custody_model *accepted;     /* the list; empty: nothing  */
	size_t n_accepted;                        /*   is accepted at hardware */
	const struct record *was, *now;           /* the pin record, and one of these facts;
	                                           * both or neither            */
	bool pinned;                              /* the facts' probes are the record's */
};

/* Does the list have this token? */
bool custody_accepts(const struct rc_token_facts *token, const struct custody_terms *terms);

/* Never fails: what cannot be shown is a finding. */
void custody_judge_terms(const struct rc_facts *facts, const struct custody_terms *terms,
    struct custody *ret);
/* The same with nothing but a level. */
void custody_judge(const struct rc_facts *facts, enum custody_level level,
    struct custody *ret);

/*
 * Canonical text, one line a fact, always the same lines in the same order,
 * foreign text escaped:
 *
 *      custody strict
 *      engine libp11
 *      token.label contoso
 *      CKA_SENSITIVE true
 *      ...                              the lines of describe.h
 *      finding warn probe-not-proven C_WrapKey was not tried
 *      verdict accepted
 */
void custody_describe(const struct rc_facts *facts, const struct custody *custody,
    struct buf *out);

/* RC_OK, or an error for every finding that refuses. */
enum rc_status custody_refuse(const struct custody *custody, struct error *err) RC_CHECK;

/*
 * The findings that warn and note, as warnings and notes.  What could not be proven
 * is the same at each login: it is told when a key is chosen, and later to whoever
 * asks for it.  (The ledger has it with each signature.)
 */
enum custody_telling { CUSTODY_TELL_ALL, CUSTODY_TELL_PROVEN, CUSTODY_TELL_UNPROVEN };
void custody_report(const struct custody *custody, enum custody_telling what,
    struct error *err);

/* The level in a description; CUSTODY_NONE where it is none. */
enum custody_level custody_level_of(struct bytes description);

#endif
