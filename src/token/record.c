#include "token/record.h"

#include <stdio.h>

#include "crypto/digest.h"

static bool
is_word(const struct record_line *line, const char *word)
{
	return strcmp(line->word, word) == 0;
}

/* -- write and read ------------------------------------------------------------------ */

void
record_put(const struct rc_facts *facts, struct bytes spki, struct buf *out)
{
	buf_puts(out, RECORD_HEAD "\npublic-key sha256:");
	sha256_put_hex(spki, out);
	buf_putc(out, '\n');
	describe_names(facts, out);
	describe_attributes(facts, out);
	describe_mechanisms(facts, out);
	describe_probes(facts, out);
}

void
record_read(const char *text, struct arena *arena, struct record *ret)
{
	struct record record = { .lines.n = 0 };

	while (*text != '\0') {
		size_t n = strcspn(text, "\n"), word = strcspn(text, " \n");
		struct record_line *line = VEC_PUSH(arena, &record.lines);

		line->word = arena_strndup(arena, text, word);
		line->value = word < n ? arena_strndup(arena, text + word + 1, n - word - 1) : "";
		text += n + (text[n] == '\n');
	}
	*ret = record;
}

const char *
record_find(const struct record *record, const char *word)
{
	for (size_t i = 0; i < record->lines.n; i++)
		if (is_word(&record->lines.v[i], word))
			return record->lines.v[i].value;
	return NULL;
}

/* -- compare ------------------------------------------------------------------------- */

struct comparison {
	const struct record *was, *now;
	void (*fn)(void *arg, const char *difference);
	void *arg;
};

/* What was tried, and mechanisms, of which there are many. */
static bool
is_compared_alone(const struct record_line *line)
{
	if (is_word(line, "probe") || is_word(line, "not-enforced") || is_word(line, "mechanism"))
		return false;
	for (size_t i = 0; i < describe_n_sums; i++)
		if (is_word(line, describe_sums[i].name))
			return false;
	return true;
}

static void
tell(const struct comparison *c, const char *word, const char *was, const char *is)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_printf(&text, "%s was '%s', is '%s'", word, was != NULL ? was : "",
	    is != NULL ? is : "");
	c->fn(c->arg, buf_text(&text));
}

static void
compare_words(const struct comparison *c)
{
	for (size_t i = 0; i < c->was->lines.n; i++) {
		const struct record_line *line = &c->was->lines.v[i];
		const char *now = record_find(c->now, line->word);

		if (is_compared_alone(line) && (now == NULL || strcmp(now, line->value) != 0))
			tell(c, line->word, line->value, now);
	}
	for (size_t i = 0; i < c->now->lines.n; i++) {
		const struct record_line *line = &c->now->lines.v[i];

		if (is_compared_alone(line) && record_find(c->was, line->word) == NULL)
			tell(c, line->word, NULL, line->value);
	}
}

static bool
is_mechanism(const struct record *record, size_t i, const char *value)
{
	return is_word(&record->lines.v[i], "mechanism") &&
	    strcmp(record->lines.v[i].value, value) == 0;
}

/* `near`: where it stands in a record that is the same. */
static bool
has_mechanism(const struct record *record, const char *value, size_t near)
{
	if (near < record->lines.n && is_mechanism(record, near, value))
		return true;
	for (size_t i = 0; i < record->lines.n; i++)
		if (is_mechanism(record, i, value))
			return true;
	return false;
}

/* "0x00001041 CKM_ECDSA": its name, or its number where it has none. */
static void
put_mechanism(const char *value, struct buf *out)
{
	const char *name = strchr(value, ' ');

	if (name != NULL && strcmp(name, " -") != 0)
		buf_puts(out, name + 1);
	else
		buf_put(out, value, strcspn(value, " "));
}

static void
compare_mechanisms(const struct comparison *c, const struct record *with,
    const struct record *without, const char *what)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	for (size_t i = 0; i < with->lines.n; i++) {
		const struct record_line *line = &with->lines.v[i];

		if (!is_word(line, "mechanism") || has_mechanism(without, line->value, i))
			continue;
		buf_puts(&text, text.n == 0 ? what : ", ");
		put_mechanism(line->value, &text);
	}
	if (text.n != 0)
		c->fn(c->arg, buf_text(&text));
}

void
record_compare(const struct record *was, const struct record *now,
    void (*fn)(void *arg, const char *difference), void *arg)
{
	const struct comparison c = { .was = was, .now = now, .fn = fn, .arg = arg };

	compare_words(&c);
	compare_mechanisms(&c, was, now, "mechanisms that are no longer listed: ");
	compare_mechanisms(&c, now, was, "mechanisms that were not listed: ");
}

/* -- apply --------------------------------------------------------------------------- */

static enum rc_fact
fact_find(const char *word)
{
	for (enum rc_fact fact = RC_FALSE; fact <= RC_TRUE; fact++)
		if (word != NULL && strcmp(describe_fact(fact), word) == 0)
			return fact;
	return RC_UNKNOWN;
}

/* The words of "wrap CKM_AES_KEY_WRAP refused CKR_KEY_UNEXTRACTABLE". */
struct probe_words {
	char kind[8], name[48], done[12], answer[56];
};

static bool
split(const char *value, struct probe_words *ret)
{
	*ret = (struct probe_words){ .answer = "" };
	return sscanf(value, "%7s %47s %11s %55[^\n]", ret->kind, ret->name, ret->done,
	    ret->answer) >= 3;
}

static enum rc_fact
done_find(const char *word)
{
	for (enum rc_fact fact = RC_FALSE; fact <= RC_TRUE; fact++)
		if (strcmp(describe_done(fact), word) == 0)
			return fact;
	return RC_UNKNOWN;
}

static void
apply_probe(const struct record_line *line, struct arena *arena, struct rc_facts *facts)
{
	struct rc_probe *probe = &facts->probe[facts->n_probes];
	struct probe_words words;

	if (facts->n_probes == RC_PROBES_MAX || !split(line->value, &words))
		return;
	*probe = (struct rc_probe){ .done = done_find(words.done),
		.name = arena_strdup(arena, words.name) };
	for (size_t i = 0; i < describe_n_sums; i++)
		if (strcmp(describe_kind(describe_sums[i].kind), words.kind) == 0)
			probe->kind = describe_sums[i].kind;
	(void)snprintf(probe->answer, sizeof(probe->answer), "%s", words.answer);
	facts->n_probes++;
}

void
record_apply(const struct record *record, struct arena *arena, struct rc_facts *facts)
{
	if (facts->n_probes != 0)
		return;
	for (size_t i = 0; i < record->lines.n; i++)
		if (is_word(&record->lines.v[i], "probe"))
			apply_probe(&record->lines.v[i], arena, facts);
	for (size_t i = 0; i < describe_n_sums; i++)
		describe_set(facts, describe_sums[i].at,
		    fact_find(record_find(record, describe_sums[i].name)));
	facts->not_enforced = fact_find(record_find(record, "not-enforced"));
}
