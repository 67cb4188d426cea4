#include "text/node.h"

static bool
is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool
is_first(char c)
{
	return ((uint8_t)c & 0xc0) != 0x80;
}

/* On one line without escapes, that is, where its width is its length, or that and two
 * quotes. */
static bool
place_on_line(const struct node *node, size_t offset, struct place *ret)
{
	uint32_t characters = 0, before = 0;

	for (size_t i = 0; node->text[i] != '\0'; i++) {
		characters += is_first(node->text[i]);
		before += is_first(node->text[i]) && i < offset;
	}
	if (node->at.width != characters && node->at.width != characters + 2)
		return false;
	ret->column += before + (node->at.width - characters) / 2;
	return true;
}

/* One octet on, and with it line and column. */
static size_t
step(const struct source *source, size_t i, struct place *at)
{
	char c = (char)source->text.p[i];

	if (c == '\n') {
		at->line++;
		at->column = 1;
	} else {
		at->column += is_first(c);
	}
	return i + 1;
}

/*
 * Over several lines: YAML changes nothing of such a text but the blanks between its
 * words, so source and text are walked side by side without them.
 */
static bool
place_over_lines(const struct node *node, size_t offset, struct place *ret)
{
	const struct source *source = node->at.source;
	struct place at = node->at;
	size_t s = node->begin;

	/* a text that was written in no file */
	if (source == NULL)
		return false;
	for (size_t i = 0; i <= offset && node->text[i] != '\0'; i++) {
		if (is_space(node->text[i]))
			continue;
		while (s < source->text.n && is_space((char)source->text.p[s]))
			s = step(source, s, &at);
		if (s == source->text.n || (char)source->text.p[s] != node->text[i])
			return false;
		if (i < offset)
			s = step(source, s, &at);
	}
	*ret = at;
	return true;
}

struct place
node_place(const struct node *text, size_t offset, size_t width)
{
	struct place at = text->at;

	if (!place_on_line(text, offset, &at) && !place_over_lines(text, offset, &at))
		return text->at;
	at.width = (uint32_t)width;
	return at;
}
