#include "profile/need.h"

static bool
is_plain_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '-' || c == '_';
}

/* Such a word is written only as it is, or with an escape in double quotes; one with a
 * space might be folded over two lines. */
static bool
is_plain(const char *word)
{
	while (is_plain_octet(*word))
		word++;
	return *word == '\0';
}

static bool
says(struct bytes text, const char *word)
{
	return memmem(text.p, text.n, word, strlen(word)) != NULL;
}

static bool
may_say(struct bytes text, const char *word)
{
	return !is_plain(word) || says(text, word);
}

static void
add_kind(struct need *need, const char *kind)
{
	for (size_t i = 0; i < need->n_kinds; i++)
		if (need->kinds[i] == kind)
			return;
	need->kinds[need->n_kinds++] = kind;
}

void
need_init(const struct topology *topology, struct arena *arena, struct need *ret)
{
	const struct product *product = topology->product;

	*ret = (struct need){ .product = product->name,
		.kinds = arena_alloc(arena, (product->n_kinds + 1) * sizeof(*ret->kinds)),
		.by_name = topology->n_switches + topology->n_choices +
		    topology->n_parameters != 0 };
	for (size_t i = 0; i < topology->n_pools; i++)
		add_kind(ret, topology->pools[i].kind->name);
}

/* Where the text says the product's name, or may say it in another way. */
static bool
is_of_product(const struct need *need, struct bytes text)
{
	return text.n == 0 || memchr(text.p, '\\', text.n) != NULL ||
	    may_say(text, need->product);
}

static struct bytes
next_line(struct bytes *text)
{
	const uint8_t *end = memchr(text->p, '\n', text->n);
	size_t n = end != NULL ? (size_t)(end - text->p) : text->n;
	struct bytes line = BYTES(text->p, n);

	*text = BYTES(text->p + n + (end != NULL), text->n - n - (end != NULL));
	return line;
}

/* The name of the role, where the text begins with a plain `role: NAME`; else empty. */
static struct bytes
role_of(struct bytes text)
{
	static const char key[] = "role: ";
	struct bytes line = BYTES(text.p, 0);
	size_t n = sizeof(key) - 1;

	while (text.n != 0 && (line.n == 0 || line.p[0] == '#'))
		line = next_line(&text);
	if (line.n <= n || memcmp(line.p, key, n) != 0)
		return BYTES(NULL, 0);
	for (size_t i = n; i < line.n; i++)
		if (!is_plain_octet((char)line.p[i]))
			return BYTES(NULL, 0);
	return BYTES(line.p + n, line.n - n);
}

bool
need_is_met(const struct need *need, struct bytes text)
{
	if (!is_of_product(need, text))
		return false;
	if (need->by_name || role_of(text).n == 0 || memchr(text.p, '\\', text.n) != NULL ||
	    !says(text, "applies_to") || says(text, "append"))
		return true;
	for (size_t i = 0; i < need->n_kinds; i++)
		if (may_say(text, need->kinds[i]))
			return true;
	return false;
}

bool
need_is_rival(const struct need *need, struct bytes text, const char *role)
{
	return is_of_product(need, text) && bytes_equal(role_of(text), bytes_of_text(role));
}
