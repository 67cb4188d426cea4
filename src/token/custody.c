#include "token/custody.h"

#include <stdio.h>

#include "base/escape.h"
#include "token/describe.h"

/* -- words ---------------------------------------------------------------------- */

static const char *const level_words[] = {
	[CUSTODY_NONE] = "none", [CUSTODY_HARDWARE] = "hardware", [CUSTODY_STRICT] = "strict",
	[CUSTODY_IMPORTED_OK] = "imported-ok", [CUSTODY_LAB] = "lab",
	[CUSTODY_MEMORY] = "memory",
};

const char *
custody_level_word(enum custody_level level)
{
	return level_words[level];
}

enum custody_level
custody_level_find(const char *word)
{
	for (size_t i = CUSTODY_HARDWARE; i < ARRAY_LEN(level_words); i++)
		if (strcmp(level_words[i], word) == 0)
			return (enum custody_level)i;
	return CUSTODY_NONE;
}

const char *
custody_action_word(enum custody_action action)
{
	static const char *const word[] = { "note", "warn", "refuse" };

	return word[action];
}

/* -- what each rule does at each level -------------------------------------------- */

#define R CUSTODY_REFUSE
#define W CUSTODY_WARN
#define N CUSTODY_NOTE

struct effect {
	enum rule rule;
	enum custody_action at[4];       /* hardware, strict, imported-ok, lab */
};

static const struct effect effects[] = {
	{ RULE_KEY_READABLE,            { R, R, R, R } },
	{ RULE_KEY_NOT_SENSITIVE,       { R, R, R, R } },
	{ RULE_KEY_EXTRACTABLE,         { R, R, R, R } },
	{ RULE_KEY_WRAPPABLE,           { R, R, R, R } },
	{ RULE_KEY_PUBLIC_OBJECT,       { R, R, R, R } },
	{ RULE_KEY_MISMATCH,            { R, R, R, R } },
	{ RULE_KEY_AMBIGUOUS,           { R, R, R, R } },
	{ RULE_KEY_CANNOT_SIGN,         { R, R, R, R } },
	{ RULE_CUSTODY_ENGINE,          { R, R, R, R } },
	{ RULE_ATTRIBUTES_NOT_ENFORCED, { R, R, R, W } },
	{ RULE_KEY_COPYABLE_WEAKER,     { R, R, W, W } },
	{ RULE_KEY_WAS_EXTRACTABLE,     { R, R, W, W } },
	{ RULE_KEY_WAS_READABLE,        { R, R, W, W } },
	{ RULE_KEY_IMPORTED,            { R, R, W, W } },
	{ RULE_KEY_CAN_DECRYPT,         { W, W, W, N } },
	{ RULE_KEY_CAN_UNWRAP,          { W, W, W, N } },
	{ RULE_KEY_CAN_DERIVE,          { W, W, W, N } },
	{ RULE_KEY_MODIFIABLE,          { W, W, W, N } },
	{ RULE_KEY_COPYABLE,            { W, W, W, N } },
	{ RULE_PROBE_NOT_PROVEN,        { W, W, N, N } },
	{ RULE_TOKEN_NOT_ACCEPTED,      { R, W, W, N } },
	{ RULE_TOKEN_DRIFT,             { R, W, W, N } },
};

#undef R
#undef W
#undef N

/* A rule that the table does not have, or a level that is none, refuses. */
static enum custody_action
action_of(enum rule rule, enum custody_level level)
{
	if (level < CUSTODY_HARDWARE || level > CUSTODY_LAB)
		return CUSTODY_REFUSE;
	for (size_t i = 0; i < ARRAY_LEN(effects); i++)
		if (effects[i].rule == rule)
			return effects[i].at[level - CUSTODY_HARDWARE];
	return CUSTODY_REFUSE;
}

static void add(struct custody *c, enum rule rule, const char *fmt, ...) RC_PRINTF(3, 4);

static void
add(struct custody *c, enum rule rule, const char *fmt, ...)
{
	struct custody_finding *f = &c->finding[c->n];
	va_list ap;

	/* Each test below adds at most one finding, and there are fewer of them
	 * than room; if that ever fails, the key is not accepted. */
	if (c->n == CUSTODY_FINDINGS) {
		c->accepted = false;
		return;
	}
	c->n++;
	f->rule = rule;
	f->action = action_of(rule, c->level);
	va_start(ap, fmt);
	(void)vsnprintf(f->text, sizeof(f->text), fmt, ap);
	va_end(ap);
	if (f->action == CUSTODY_REFUSE)
		c->accepted = false;
}

/* -- attributes --------------------------------------------------------------------- */

struct row {
	size_t at;                       /* of an enum rc_fact in struct rc_facts */
	const char *name;
	enum rc_fact want;
	bool mandatory;                  /* unknown breaks the rule            */
	enum rule rule;
};

#define FIELD(field) offsetof(struct rc_facts, field)

static const struct row rows[] = {
	{ FIELD(sensitive), "CKA_SENSITIVE", RC_TRUE, true, RULE_KEY_NOT_SENSITIVE },
	{ FIELD(extractable), "CKA_EXTRACTABLE", RC_FALSE, true, RULE_KEY_EXTRACTABLE },
	{ FIELD(always_sensitive), "CKA_ALWAYS_SENSITIVE", RC_TRUE, true,
	    RULE_KEY_WAS_READABLE },
	{ FIELD(never_extractable), "CKA_NEVER_EXTRACTABLE", RC_TRUE, true,
	    RULE_KEY_WAS_EXTRACTABLE },
	{ FIELD(local), "CKA_LOCAL", RC_TRUE, true, RULE_KEY_IMPORTED },
	{ FIELD(is_private), "CKA_PRIVATE", RC_TRUE, true, RULE_KEY_PUBLIC_OBJECT },
	{ FIELD(sign), "CKA_SIGN", RC_TRUE, true, RULE_KEY_CANNOT_SIGN },
	{ FIELD(decrypt), "CKA_DECRYPT", RC_FALSE, false, RULE_KEY_CAN_DECRYPT },
	{ FIELD(unwrap), "CKA_UNWRAP", RC_FALSE, false, RULE_KEY_CAN_UNWRAP },
	{ FIELD(derive), "CKA_DERIVE", RC_FALSE, false, RULE_KEY_CAN_DERIVE },
	{ FIELD(sign_recover), "CKA_SIGN_RECOVER", RC_FALSE, false, RULE_KEY_CAN_DERIVE },
	{ FIELD(modifiable), "CKA_MODIFIABLE", RC_FALSE, false, RULE_KEY_MODIFIABLE },
	{ FIELD(copyable), "CKA_COPYABLE", RC_FALSE, false, RULE_KEY_COPYABLE },
};

static void
judge_attribute(const struct rc_facts *facts, const struct row *row, struct custody *c)
{
	enum rc_fact have = describe_get(facts, row->at);

	if (have == row->want)
		return;
	if (have == RC_UNKNOWN && !row->mandatory)
		add(c, RULE_PROBE_NOT_PROVEN, "the module does not know %s", row->name);
	else
		add(c, row->rule, "%s is %s", row->name, describe_fact(have));
}

/*
 * A module that knows the attribute and says "unavailable" says, by section 4.4.1,
 * that the key was not generated in it, whatever CKA_LOCAL claims (drivers with
 * claims written into them betray themselves here).  One that does not know the
 * attribute says nothing.
 */
static void
judge_origin(const struct rc_facts *facts, struct custody *c)
{
	if (facts->keygen_known == RC_UNKNOWN)
		add(c, RULE_PROBE_NOT_PROVEN, "the module does not know CKA_KEY_GEN_MECHANISM");
	else if (facts->keygen_known == RC_FALSE && facts->local == RC_TRUE)
		add(c, RULE_KEY_IMPORTED,
		    "CKA_KEY_GEN_MECHANISM is unavailable although CKA_LOCAL is true");
}

/* -- probes ------------------------------------------------------------------------- */

/* By kind of probe. */
static const struct tried {
	const char *call;
	enum rule rule;                  /* it was done                        */
	enum rc_depth depth;             /* from which on it is made           */
} tried[] = {
	[RC_PROBE_READ] = { "reading a secret part", RULE_KEY_READABLE, RC_DEPTH_ATTRIBUTES },
	[RC_PROBE_WRAP] = { "C_WrapKey", RULE_KEY_WRAPPABLE, RC_DEPTH_ATTRIBUTES },
	[RC_PROBE_COPY] = { "C_CopyObject", RULE_KEY_COPYABLE_WEAKER, RC_DEPTH_ATTRIBUTES },
	/* Done on a twin, it is told as an attribute that is not enforced. */
	[RC_PROBE_SET] = { "C_SetAttributeValue on a twin", RULE_NONE, RC_DEPTH_FULL },
};

/* "CKM_AES_KEY_WRAP (CKR_OK, 40 octets), ..." of one kind with one outcome. */
static void
put_probes(const struct rc_facts *facts, enum rc_probe_kind kind, enum rc_fact done,
    struct buf *out)
{
	for (size_t i = 0; i < facts->n_probes; i++) {
		const struct rc_probe *probe = &facts->probe[i];

		if (probe->kind == kind && probe->done == done)
			buf_printf(out, "%s%s (%s)", out->n != 0 ? ", " : "", probe->name,
			    probe->answer);
	}
}

static void
judge_probe(const struct rc_facts *facts, const struct describe_sum *sum, struct custody *c)
{
	SCOPED(buf_clear) struct buf which = BUF_INIT;
	const struct tried *t = &tried[sum->kind];
	enum rc_fact have = describe_get(facts, sum->at);

	if (facts->depth < t->depth && !c->pinned)
		return;
	put_probes(facts, sum->kind, have, &which);
	if (have == RC_UNKNOWN && which.n == 0)
		add(c, RULE_PROBE_NOT_PROVEN, "%s was not tried", t->call);
	else if (have == RC_UNKNOWN)
		add(c, RULE_PROBE_NOT_PROVEN, "%s gave no answer: %s", t->call, buf_text(&which));
	else if (have == RC_TRUE && t->rule != RULE_NONE)
		add(c, t->rule, "%s succeeded%s%s", t->call, which.n != 0 ? ": " : "",
		    buf_text(&which));
}

static void
judge_enforcement(const struct rc_facts *facts, struct custody *c)
{
	SCOPED(buf_clear) struct buf which = BUF_INIT;

	if (facts->not_enforced != RC_TRUE)
		return;
	for (size_t i = 0; i < facts->n_probes; i++) {
		const struct rc_probe *probe = &facts->probe[i];

		if (probe->done == RC_TRUE)
			buf_printf(&which, "%s%s %s", which.n != 0 ? ", " : ": ",
			    describe_kind(probe->kind), probe->name);
	}
	add(c, RULE_ATTRIBUTES_NOT_ENFORCED, "the token did what the key's attributes rule out%s",
	    buf_text(&which));
}

/* -- identity ------------------------------------------------------------------------- */

static void
judge_identity(const struct rc_facts *facts, struct custody *c)
{
	if (!facts->public_key_matches)
		add(c, RULE_KEY_MISMATCH, "the token has another public key for this private key");
	if (facts->keys_with_this_id > 1)
		add(c, RULE_KEY_AMBIGUOUS, "%u private keys on the token share this CKA_ID",
		    facts->keys_with_this_id);
}

/* -- the token ------------------------------------------------------------------------- */

bool
custody_accepts(const struct rc_token_facts *token, const struct custody_terms *terms)
{
	for (size_t i = 0; i < terms->n_accepted; i++) {
		const struct custody_model *m = &terms->accepted[i];

		if (strcmp(m->manufacturer, token->manufacturer) == 0 &&
		    (m->model == NULL || strcmp(m->model, token->model) == 0))
			return true;
	}
	return false;
}

/* Without a list nothing is asked, but at level hardware nothing is accepted. */
static void
judge_model(const struct rc_facts *facts, const struct custody_terms *terms, struct custody *c)
{
	if (terms->n_accepted == 0 && terms->level != CUSTODY_HARDWARE)
		return;
	if (!custody_accepts(&facts->token, terms))
		add(c, RULE_TOKEN_NOT_ACCEPTED, "maker '%s', model '%s'", facts->token.manufacturer,
		    facts->token.model);
}

static void
add_drift(void *arg, const char *difference)
{
	struct custody *c = arg;

	add(c, RULE_TOKEN_DRIFT, "%s", difference);
}

/* -- judgement -------------------------------------------------------------------------- */

static bool
is_memory(const struct rc_facts *facts)
{
	return strcmp(facts->engine, "memory") == 0;
}

static void
judge_token_key(const struct rc_facts *facts, const struct custody_terms *terms,
    struct custody *c)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		judge_attribute(facts, &rows[i], c);
	judge_origin(facts, c);
	for (size_t i = 0; i < describe_n_sums; i++)
		judge_probe(facts, &describe_sums[i], c);
	judge_enforcement(facts, c);
	judge_model(facts, terms, c);
	if (terms->was != NULL && terms->was->lines.n != 0)
		record_compare(terms->was, terms->now, add_drift, c);
}

void
custody_judge_terms(const struct rc_facts *facts, const struct custody_terms *terms,
    struct custody *ret)
{
	*ret = (struct custody){ .level = terms->level, .pinned = terms->pinned,
		.accepted = terms->level != CUSTODY_NONE };
	judge_identity(facts, ret);
	if (is_memory(facts) != (terms->level == CUSTODY_MEMORY))
		add(ret, RULE_CUSTODY_ENGINE, "the key is kept by '%s', the level is %s",
		    facts->engine, custody_level_word(terms->level));
	else if (!is_memory(facts))
		judge_token_key(facts, terms, ret);
}

void
custody_judge(const struct rc_facts *facts, enum custody_level level, struct custody *ret)
{
	const struct custody_terms terms = { .level = level };

	custody_judge_terms(facts, &terms, ret);
}

/* -- in words ----------------------------------------------------------------------------- */

static const char *
depth_word(const struct rc_facts *facts, const struct custody *custody)
{
	static const char *const words[] = { "none", "session", "full" };

	return custody->pinned ? "pinned" : words[facts->depth];
}

void
custody_describe(const struct rc_facts *facts, const struct custody *custody, struct buf *out)
{
	buf_printf(out, "custody %s\nengine %s\nmodule ", custody_level_word(custody->level),
	    facts->engine);
	put_foreign_text(out, facts->module);
	buf_putc(out, '\n');
	describe_names(facts, out);
	describe_attributes(facts, out);
	buf_printf(out, "probes %s\n", depth_word(facts, custody));
	describe_probes(facts, out);
	for (size_t i = 0; i < custody->n; i++) {
		const struct custody_finding *f = &custody->finding[i];

		buf_printf(out, "finding %s %s ", custody_action_word(f->action), rule_id(f->rule));
		put_foreign_text(out, f->text);
		buf_putc(out, '\n');
	}
	buf_printf(out, "verdict %s\n", custody->accepted ? "accepted" : "refused");
}

enum rc_status
custody_refuse(const struct custody *custody, struct error *err)
{
	enum rc_status status = RC_OK;

	for (size_t i = 0; i < custody->n; i++) {
		const struct custody_finding *f = &custody->finding[i];

		if (f->action != CUSTODY_REFUSE)
			continue;
		status = error_fail(err, f->rule, "the key is not kept as custody %s demands: %s",
		    custody_level_word(custody->level), f->text);
	}
	if (status == RC_OK && !custody->accepted)
		return error_fail(err, RULE_CUSTODY_ENGINE, "no level of custody was given");
	return status;
}

void
custody_report(const struct custody *custody, enum custody_telling what, struct error *err)
{
	for (size_t i = 0; i < custody->n; i++) {
		const struct custody_finding *f = &custody->finding[i];
		bool unproven = f->rule == RULE_PROBE_NOT_PROVEN;

		if ((what == CUSTODY_TELL_PROVEN && unproven) ||
		    (what == CUSTODY_TELL_UNPROVEN && !unproven))
			continue;
		if (f->action == CUSTODY_WARN)
			error_warn(err, f->rule, NOWHERE, "%s", f->text);
		else if (f->action == CUSTODY_NOTE)
			error_note(err, f->rule, NOWHERE, "%s", f->text);
	}
}

/* "custody strict" is the first line of every description. */
enum custody_level
custody_level_of(struct bytes description)
{
	static const char head[] = "custody ";
	char word[16] = "";
	size_t n = sizeof(head) - 1, k = 0;

	if (description.n < n || memcmp(description.p, head, n) != 0)
		return CUSTODY_NONE;
	while (n + k < description.n && description.p[n + k] != '\n' && k + 1 < sizeof(word)) {
		word[k] = (char)description.p[n + k];
		k++;
	}
	return custody_level_find(word);
}
