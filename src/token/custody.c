#include "token/custody.h"

#include <stdio.h>

#include "base/escape.h"

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

static const char *
fact_word(enum rc_fact fact)
{
	static const char *const word[] = { "unknown", "false", "true" };

	return word[fact];
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
	const char *name;
	size_t at;                       /* of an enum rc_fact in struct rc_facts */
	enum rc_fact want;               /* RC_UNKNOWN: told, not judged       */
	bool mandatory;                  /* unknown breaks the rule            */
	enum rule rule;
};

#define FIELD(field) offsetof(struct rc_facts, field)

/* In the order in which they are described. */
static const struct row rows[] = {
	{ "CKA_SENSITIVE", FIELD(sensitive), RC_TRUE, true, RULE_KEY_NOT_SENSITIVE },
	{ "CKA_EXTRACTABLE", FIELD(extractable), RC_FALSE, true, RULE_KEY_EXTRACTABLE },
	{ "CKA_ALWAYS_SENSITIVE", FIELD(always_sensitive), RC_TRUE, true, RULE_KEY_WAS_READABLE },
	{ "CKA_NEVER_EXTRACTABLE", FIELD(never_extractable), RC_TRUE, true,
	    RULE_KEY_WAS_EXTRACTABLE },
	{ "CKA_LOCAL", FIELD(local), RC_TRUE, true, RULE_KEY_IMPORTED },
	{ "CKA_PRIVATE", FIELD(is_private), RC_TRUE, true, RULE_KEY_PUBLIC_OBJECT },
	{ "CKA_SIGN", FIELD(sign), RC_TRUE, true, RULE_KEY_CANNOT_SIGN },
	{ "CKA_DECRYPT", FIELD(decrypt), RC_FALSE, false, RULE_KEY_CAN_DECRYPT },
	{ "CKA_UNWRAP", FIELD(unwrap), RC_FALSE, false, RULE_KEY_CAN_UNWRAP },
	{ "CKA_DERIVE", FIELD(derive), RC_FALSE, false, RULE_KEY_CAN_DERIVE },
	{ "CKA_SIGN_RECOVER", FIELD(sign_recover), RC_FALSE, false, RULE_KEY_CAN_DERIVE },
	{ "CKA_MODIFIABLE", FIELD(modifiable), RC_FALSE, false, RULE_KEY_MODIFIABLE },
	{ "CKA_COPYABLE", FIELD(copyable), RC_FALSE, false, RULE_KEY_COPYABLE },
	{ "CKA_WRAP_WITH_TRUSTED", FIELD(wrap_with_trusted), RC_UNKNOWN, false, RULE_NONE },
	{ "CKA_ALWAYS_AUTHENTICATE", FIELD(always_authenticate), RC_UNKNOWN, false, RULE_NONE },
};

/* What was tried: true is bad, unknown was not tried. */
static const struct row probes[] = {
	{ "reading a secret part", FIELD(secret_readable), RC_FALSE, false, RULE_KEY_READABLE },
	{ "C_WrapKey", FIELD(wrappable), RC_FALSE, false, RULE_KEY_WRAPPABLE },
	{ "C_CopyObject", FIELD(copyable_weaker), RC_FALSE, false, RULE_KEY_COPYABLE_WEAKER },
	{ "breaking an attribute", FIELD(not_enforced), RC_FALSE, false,
	    RULE_ATTRIBUTES_NOT_ENFORCED },
};

static enum rc_fact
fact_of(const struct rc_facts *facts, const struct row *row)
{
	enum rc_fact fact;

	memcpy(&fact, (const char *)facts + row->at, sizeof(fact));
	return fact;
}

static void
judge_attribute(const struct rc_facts *facts, const struct row *row, struct custody *c)
{
	enum rc_fact have = fact_of(facts, row);

	if (row->want == RC_UNKNOWN || have == row->want)
		return;
	if (have == RC_UNKNOWN && !row->mandatory)
		add(c, RULE_PROBE_NOT_PROVEN, "the module does not know %s", row->name);
	else
		add(c, row->rule, "%s is %s", row->name, fact_word(have));
}

static void
judge_probe(const struct rc_facts *facts, const struct row *row, struct custody *c)
{
	enum rc_fact have = fact_of(facts, row);

	if (have == RC_UNKNOWN)
		add(c, RULE_PROBE_NOT_PROVEN, "%s was not tried, or gave no answer", row->name);
	else if (have == RC_TRUE)
		add(c, row->rule, "%s succeeded", row->name);
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

static bool
is_accepted(const struct rc_token_facts *token, const struct custody_terms *terms)
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
	if (!is_accepted(&facts->token, terms))
		add(c, RULE_TOKEN_NOT_ACCEPTED, "maker '%s', model '%s'", facts->token.manufacturer,
		    facts->token.model);
}

static void
judge_drift(const struct rc_token_facts *now, const struct rc_token_facts *pinned,
    struct custody *c)
{
	const struct { const char *name, *was, *is; } parts[] = {
		{ "serial", pinned->serial, now->serial },
		{ "manufacturer", pinned->manufacturer, now->manufacturer },
		{ "model", pinned->model, now->model },
		{ "firmware", pinned->firmware, now->firmware },
	};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (strcmp(parts[i].was, parts[i].is) != 0)
			add(c, RULE_TOKEN_DRIFT, "%s was '%s', is '%s'", parts[i].name,
			    parts[i].was, parts[i].is);
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
	for (size_t i = 0; i < ARRAY_LEN(probes); i++)
		judge_probe(facts, &probes[i], c);
	judge_model(facts, terms, c);
	if (terms->pinned != NULL)
		judge_drift(&facts->token, terms->pinned, c);
}

void
custody_judge_terms(const struct rc_facts *facts, const struct custody_terms *terms,
    struct custody *ret)
{
	*ret = (struct custody){ .level = terms->level,
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

static void
put_text(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "%s ", name);
	put_foreign_text(out, text);
	buf_putc(out, '\n');
}

static void
put_names(const struct rc_facts *f, struct buf *out)
{
	put_text(out, "engine", f->engine);
	put_text(out, "module", f->module);
	put_text(out, "token.label", f->token.label);
	put_text(out, "token.manufacturer", f->token.manufacturer);
	put_text(out, "token.model", f->token.model);
	put_text(out, "token.serial", f->token.serial);
	put_text(out, "token.firmware", f->token.firmware);
	put_text(out, "token.hardware", f->token.hardware);
	put_text(out, "key.label", f->label);
	buf_puts(out, "key.id ");
	buf_put_hex(out, BYTES(f->id, f->id_len));
	buf_putc(out, '\n');
}

static void
put_facts(const struct rc_facts *f, struct buf *out)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		buf_printf(out, "%s %s\n", rows[i].name, fact_word(fact_of(f, &rows[i])));
	if (f->keygen_known == RC_TRUE)
		buf_printf(out, "CKA_KEY_GEN_MECHANISM 0x%08lx\n", f->keygen_mechanism);
	else
		buf_printf(out, "CKA_KEY_GEN_MECHANISM %s\n",
		    f->keygen_known == RC_FALSE ? "unavailable" : "unknown");
	buf_printf(out, "keys-with-this-id %u\n", f->keys_with_this_id);
	buf_printf(out, "public-key-matches %s\n", f->public_key_matches ? "true" : "false");
	buf_printf(out, "secret-readable %s\n", fact_word(f->secret_readable));
	buf_printf(out, "wrappable %s\n", fact_word(f->wrappable));
	buf_printf(out, "copyable-weaker %s\n", fact_word(f->copyable_weaker));
	buf_printf(out, "not-enforced %s\n", fact_word(f->not_enforced));
}

void
custody_describe(const struct rc_facts *facts, const struct custody *custody, struct buf *out)
{
	buf_printf(out, "custody %s\n", custody_level_word(custody->level));
	put_names(facts, out);
	put_facts(facts, out);
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
custody_report(const struct custody *custody, struct error *err)
{
	for (size_t i = 0; i < custody->n; i++) {
		const struct custody_finding *f = &custody->finding[i];

		if (f->action == CUSTODY_WARN)
			error_warn(err, f->rule, NOWHERE, "%s", f->text);
		else if (f->action == CUSTODY_NOTE)
			error_note(err, f->rule, NOWHERE, "%s", f->text);
	}
}
