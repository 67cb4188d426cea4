#include "issue/home.h"

#include "ledger/request.h"

#define PARTITIONS "crl-partitions"

static void
put_accepted(const struct home_config *config, struct buf *out)
{
	for (size_t i = 0; i < config->n_accept; i++)
		buf_printf(out, "%s'%s' %s%s%s", i != 0 ? ", " : "",
		    config->accept[i].manufacturer, config->accept[i].model != NULL ? "'" : "",
		    config->accept[i].model != NULL ? config->accept[i].model : "any",
		    config->accept[i].model != NULL ? "'" : "");
	if (config->n_accept == 0)
		buf_puts(out, "none");
}

static void
put_line(struct buf *out, const char *word, const char *value)
{
	buf_printf(out, "%s %s\n", word, value != NULL ? value : "none");
}

/* Without any, the line is not there (ledger/attest.h). */
static void
put_keys(struct buf *out, const char *word, const struct uri_list *keys)
{
	for (size_t i = 0; i < keys->n; i++)
		buf_printf(out, "%s %s", i == 0 ? word : ",", keys->v[i]);
	if (keys->n != 0)
		buf_putc(out, '\n');
}

/* Every other word is always there, but for what only some CAs have. */
void
home_policy_text(const struct home_config *config, const struct pubkey *key,
    struct buf *out)
{
	put_line(out, "custody", custody_level_word(config->custody));
	put_line(out, "probe", config->probe_pinned ? "pin-record" : "session");
	buf_puts(out, "accept ");
	put_accepted(config, out);
	buf_putc(out, '\n');
	put_line(out, "key", config->key);
	put_line(out, "module", config->module);
	put_line(out, "module_args", config->module_args);
	buf_puts(out, "public-key sha256:");
	sha256_put_hex(pubkey_spki(key), out);
	buf_putc(out, '\n');
	approval_policy_put(&config->approvals, out);
	put_line(out, "ledger-key", config->checkpoint_key);
	/* what was pinned before there was one has no such line */
	if (config->ocsp_key != NULL)
		put_line(out, "ocsp-key", config->ocsp_key);
	if (config->crl_partitions != 0)
		buf_printf(out, PARTITIONS " %u\n", config->crl_partitions);
	if (config->crl_only != CRL_SCOPE_ALL)
		buf_printf(out, "crl-only %s\n", crl_scope_word(config->crl_only));
	put_line(out, "witness", config->witness);
	put_keys(out, "cosigners", &config->cosigners);
	put_keys(out, "tsa", &config->tsa);
}

/* -- differences -------------------------------------------------------------------- */

/* A policy is lines of `word value`, as a record is. */
void
home_policy_each(const char *pinned, const char *now,
    void (*fn)(void *arg, const char *word, const char *was, const char *is), void *arg)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct record a, b;

	record_read(pinned, arena, &a);
	record_read(now, arena, &b);
	for (size_t i = 0; i < a.lines.n; i++) {
		const struct record_line *line = &a.lines.v[i];
		const char *is = record_find(&b, line->word);

		if (is == NULL || strcmp(line->value, is) != 0)
			fn(arg, line->word, line->value, is);
	}
	for (size_t i = 0; i < b.lines.n; i++)
		if (record_find(&a, b.lines.v[i].word) == NULL)
			fn(arg, b.lines.v[i].word, NULL, b.lines.v[i].value);
}

struct comparison {
	struct error *err;
	enum rc_status status;
};

static void
put_side(struct buf *out, const char *word, const char *value)
{
	if (value != NULL)
		buf_printf(out, "%s %s", word, value);
	else
		buf_printf(out, "no %s", word);
}

static void
refuse(void *arg, const char *word, const char *was, const char *is)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT;
	SCOPED(buf_clear) struct buf have = BUF_INIT;
	struct comparison *c = arg;

	put_side(&want, word, was);
	put_side(&have, word, is);
	c->status = error_fail(c->err, RULE_POLICY_CHANGED,
	    "%s is not the policy that was accepted for this CA", HOME_CONFIG);
	error_want(c->err, buf_text(&want), buf_text(&have));
}

enum rc_status
home_policy_compare(const char *pinned, const char *now, struct error *err)
{
	struct comparison c = { .err = err, .status = RC_OK };

	home_policy_each(pinned, now, refuse, &c);
	return c.status;
}

/* -- accept ---------------------------------------------------------------------------- */

static void
put_difference(void *arg, const char *word, const char *was, const char *is)
{
	struct buf *out = arg;

	buf_printf(out, "%s%s was '%s', is '%s'", out->n != 0 ? "\n" : "", word,
	    was != NULL ? was : "", is != NULL ? is : "");
}

/* All that a new pin is made of.  The note first: a change without its reasons is worse
 * than reasons without a change. */
static enum rc_status
pin_parts(struct home *home, struct bytes text, const char *topic, const char *differences,
    int64_t request, struct error *err)
{
	if (request != 0)
		TRY(ledger_spend(home->ledger, request, NULL, err));
	TRY(ledger_note(home->ledger, topic, differences, err));
	return ledger_pin_policy(home->ledger, text, err);
}

/* Where a part fails the batch is left open, and undone with the handle. */
static enum rc_status
pin(struct home *home, const char *policy, const char *record, const char *topic,
    const char *differences, int64_t request, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_puts(&text, policy);
	buf_puts(&text, record);
	TRY(ledger_batch_begin(home->ledger, err));
	TRY(pin_parts(home, buf_bytes(&text), topic, differences, request, err));
	TRY(ledger_batch_end(home->ledger, err));
	home->policy = arena_strdup(home->arena, policy);
	home->record = arena_strdup(home->arena, record);
	approval_policy_digest(bytes_of_text(home->policy), home->policy_digest);
	return approval_policy_read(home->policy, home->arena, &home->approvals, err);
}

static bool
is_memory(const char *policy)
{
	static const char line[] = "custody memory\n";

	return strncmp(policy, line, sizeof(line) - 1) == 0;
}

/* What was issued before looks for its part by the number that there was. */
static void
note_partitions(void *arg, const char *word, const char *was, const char *is)
{
	struct buf *parts = arg;

	(void)is;
	if (strcmp(word, PARTITIONS) == 0 && was != NULL)
		buf_puts(parts, was);
}

enum rc_status
home_policy_check(const struct home *home, struct error *err)
{
	SCOPED(buf_clear) struct buf differences = BUF_INIT;
	SCOPED(buf_clear) struct buf parts = BUF_INIT;

	home_policy_each(home->policy, home->policy_now, put_difference, &differences);
	if (differences.n == 0)
		return error_fail(err, RULE_POLICY_SAME,
		    "%s says what is accepted already", HOME_CONFIG);
	if (is_memory(home->policy) != is_memory(home->policy_now))
		return error_fail(err, RULE_POLICY_MEMORY,
		    "custody memory is for ever, and no other level becomes it");
	home_policy_each(home->policy, home->policy_now, note_partitions, &parts);
	if (parts.n != 0)
		return error_fail(err, RULE_CRL_PARTITIONS,
		    "certificates of this CA stand in %s parts of its list", buf_text(&parts));
	return RC_OK;
}

enum rc_status
home_policy_accept(struct home *home, int64_t request, struct error *err)
{
	SCOPED(buf_clear) struct buf differences = BUF_INIT;

	TRY(home_policy_check(home, err));
	if (request == 0 && approval_is_needed(&home->approvals))
		return error_fail(err, RULE_APPROVAL_NEEDED,
		    "the policy has officers, and a change of it is for them to approve");
	home_policy_each(home->policy, home->policy_now, put_difference, &differences);
	return pin(home, home->policy_now, home->record, "policy-accept",
	    buf_text(&differences), request, err);
}

enum rc_status
home_record_pin(struct home *home, const char *record, const char *differences,
    struct error *err)
{
	return pin(home, home->policy, record, "token-repin", differences, 0, err);
}
