#include "report/policy.h"

#include "base/arena.h"

/* Both texts, read: each word of the one, then those that the other has alone. */
struct sides {
	struct record pinned, now;
};

static void
sides_read(const struct home *home, struct arena *arena, struct sides *ret)
{
	record_read(home->policy, arena, &ret->pinned);
	record_read(home->policy_now, arena, &ret->now);
}

static json_t *
word_json(const char *word, const char *pinned, const char *now)
{
	json_t *o = json_object();

	json_put(o, "word", json_foreign(word));
	json_put(o, "pinned", json_foreign(pinned));
	json_put(o, "now", json_foreign(now));
	return o;
}

json_t *
policy_json(const struct home *home)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	json_t *o = json_object(), *words = json_array();
	struct sides sides;

	sides_read(home, arena, &sides);
	for (size_t i = 0; i < sides.pinned.lines.n; i++) {
		const struct record_line *line = &sides.pinned.lines.v[i];

		json_add(words, word_json(line->word, line->value,
		    record_find(&sides.now, line->word)));
	}
	for (size_t i = 0; i < sides.now.lines.n; i++) {
		const struct record_line *line = &sides.now.lines.v[i];

		if (record_find(&sides.pinned, line->word) == NULL)
			json_add(words, word_json(line->word, NULL, line->value));
	}
	json_put(o, "accepted", json_boolean(strcmp(home->policy, home->policy_now) == 0));
	json_put(o, "policy", words);
	json_put(o, "record", json_lines(bytes_of_text(home->record)));
	return o;
}

static void
put_word(const char *word, const char *pinned, const char *now, const struct style *style,
    struct buf *out)
{
	bool same = pinned != NULL && now != NULL && strcmp(pinned, now) == 0;

	buf_printf(out, "%*s%-12s ", STYLE_INDENT, "", word);
	style_put(style, INK_PLAIN, pinned != NULL ? pinned : "(not pinned)", out);
	if (!same) {
		buf_printf(out, "\n%*s", STYLE_INDENT + 13, "");
		style_put(style, INK_BAD, "ca.yaml says: ", out);
		style_put(style, INK_STRONG, now != NULL ? now : "nothing", out);
	}
	buf_putc(out, '\n');
}

/* The record is long: whoever wants to see it says -v. */
static void
put_record(const struct home *home, const struct style *style, struct buf *out)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct record record;

	record_read(home->record, arena, &record);
	if (record.lines.n == 0)
		return;
	style_put(style, INK_STRONG, "pin record", out);
	buf_printf(out, ", %zu lines%s\n", record.lines.n,
	    style->verbose ? "" : " (-v shows them)");
	for (size_t i = 0; style->verbose && i < record.lines.n; i++) {
		/* Escaped when it was written. */
		buf_printf(out, "%*s%s %s\n", STYLE_INDENT, "", record.lines.v[i].word,
		    record.lines.v[i].value);
	}
}

void
policy_put_text(const struct home *home, const struct style *style, struct buf *out)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct sides sides;

	sides_read(home, arena, &sides);
	style_put(style, INK_STRONG, home->config.name, out);
	buf_puts(out, ": pinned policy\n");
	for (size_t i = 0; i < sides.pinned.lines.n; i++) {
		const struct record_line *line = &sides.pinned.lines.v[i];

		put_word(line->word, line->value, record_find(&sides.now, line->word), style,
		    out);
	}
	for (size_t i = 0; i < sides.now.lines.n; i++) {
		const struct record_line *line = &sides.now.lines.v[i];

		if (record_find(&sides.pinned, line->word) == NULL)
			put_word(line->word, NULL, line->value, style, out);
	}
	put_record(home, style, out);
}
