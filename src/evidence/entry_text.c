#include "evidence/entry_text.h"

#include <stdlib.h>

#include "base/hex.h"
#include "crypto/pubkey.h"

enum { DAY = 24 * 60 * 60, DAYS_MAX = 1000000 };
static const char title[] = "rolecert entry v1\n";

struct comparing {
	const struct cert *cert;
	const char *name;
	struct arena *arena;
	struct error *findings;
	size_t next;                     /* the first extension of the certificate that no
	                                  * line spoke of                    */
	struct entry *entry;
};

static void
differs(const struct comparing *c, const char *what)
{
	(void)error_fail(c->findings, RULE_BUNDLE_ENTRY, "%s: the certificate's %s",
	    c->name, what);
}

static bool
hex_octets(const char *hex, struct arena *arena, struct bytes *ret)
{
	size_t n = strlen(hex) / 2;
	uint8_t *octets = arena_alloc(arena, n + 1);

	*ret = BYTES(octets, n);
	return hex_read(hex, octets, n);
}

static void
on_subject(struct comparing *c, char *rest)
{
	struct bytes der;

	if (!hex_octets(rest, c->arena, &der) || !bytes_equal(der, c->cert->subject))
		differs(c, "subject is another one");
}

/* What a role fixes is compared; what comes from key or CA need not be there. */
static void
on_extension(struct comparing *c, char *rest)
{
	const char *oid = strsep(&rest, " "), *critical = strsep(&rest, " ");
	const struct cert_ext *ext = c->next < c->cert->n_exts ? &c->cert->exts[c->next] : NULL;
	bool given = rest != NULL && strncmp(rest, "from ", 5) == 0;
	struct entry_ext *planned;
	struct bytes der;

	if (ext == NULL || rest == NULL || strcmp(ext->oid, oid) != 0) {
		if (!given)
			differs(c, arena_printf(c->arena, "extension %s is missing, or stands "
			    "elsewhere", oid));
		return;
	}
	c->next++;
	if (ext->critical != (strcmp(critical, "critical") == 0))
		differs(c, arena_printf(c->arena, "extension %s is critical where it must not be, "
		    "or the reverse", oid));
	if (given)
		return;
	if (!hex_octets(rest, c->arena, &der) || !bytes_equal(der, ext->der)) {
		differs(c, arena_printf(c->arena, "extension %s says something else", oid));
		return;
	}
	planned = &c->entry->exts[c->entry->n_exts++];
	planned->value = ext->value;
	if (!ext->known)
		planned->value = (struct ext_value){ .id = EXT_OTHER, .critical = ext->critical,
			.u.other = { .oid = ext->oid, .der = ext->der } };
}

static void
on_key(struct comparing *c, char *rest)
{
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	SCOPED(error_free) struct error *why = error_new();
	unsigned admitted = 0;
	char *word;

	while ((word = strsep(&rest, " ")) != NULL)
		admitted |= key_algorithm_find(word);
	if (pubkey_read(c->cert->spki, &key, why) != RC_OK ||
	    (pubkey_algorithm(key) & admitted) == 0)
		differs(c, "key is of a kind that the entry does not admit");
}

static void
on_days(struct comparing *c, char *rest)
{
	unsigned long days = strtoul(rest, NULL, 10);

	if (days != 0 && days <= DAYS_MAX &&
	    c->cert->not_after - c->cert->not_before > (int64_t)days * DAY)
		differs(c, "validity is longer than planned");
}

/* The names stand in the extension, too, and the rest is for servers. */
static const struct {
	const char *word;
	void (*compare)(struct comparing *c, char *rest);
} lines[] = {
	{ "subject ", on_subject }, { "extension ", on_extension }, { "key ", on_key },
	{ "validity-days ", on_days },
};

static void
compare_line(struct comparing *c, char *line)
{
	for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
		size_t n = strlen(lines[i].word);

		if (strncmp(line, lines[i].word, n) == 0)
			lines[i].compare(c, line + n);
	}
}

bool
entry_text_is_planned(struct bytes text)
{
	return text.n >= sizeof(title) && memcmp(text.p, title, sizeof(title) - 1) == 0;
}

void
entry_text_compare(struct bytes text, const struct cert *cert, const char *name,
    struct arena *arena, struct entry *ret, struct error *findings)
{
	struct comparing c = { .cert = cert, .name = name, .arena = arena,
		.findings = findings, .entry = ret };
	char *rest = arena_strndup(arena, (const char *)text.p, text.n), *line;

	*ret = (struct entry){ .id = name,
		.exts = arena_alloc(arena, (cert->n_exts + 1) * sizeof(*ret->exts)) };
	while ((line = strsep(&rest, "\n")) != NULL)
		compare_line(&c, line);
	if (c.next < cert->n_exts)
		differs(&c, arena_printf(arena, "extension %s was not planned",
		    cert->exts[c.next].oid));
}
