/* A certificate held to the text of its entry. */
#include "evidence/entry_text.h"

#include "evidence/tar.h"
#include "os/file.h"
#include "tests/unit.h"

static const char path[] = "tests/fuzz/corpus/bundle/revoked";

struct given {
	struct arena *arena;
	struct buf file;
	struct cert cert;
	const char *text;
};

static void
given_clear(struct given *g)
{
	buf_clear(&g->file);
	arena_free(g->arena);
}
DEFINE_SCOPED_VALUE(given_clear, struct given)

static void
given_make(struct given *g)
{
	SCOPED(error_free) struct error *err = error_new();
	struct tar tar;

	*g = (struct given){ .arena = arena_new() };
	REQUIRE_OK(file_read(path, TAR_MAX, &g->file, err), err);
	REQUIRE_OK(tar_read(buf_bytes(&g->file), g->arena, &tar, err), err);
	for (size_t i = 0; i < tar.n; i++) {
		const struct tar_file *f = &tar.files[i];

		if (strstr(f->name, "/certificate.der") != NULL)
			REQUIRE_OK(cert_read(f->bytes, g->arena, &g->cert, err), err);
		if (strstr(f->name, "/entry.txt") != NULL)
			g->text = arena_strndup(g->arena, (const char *)f->bytes.p, f->bytes.n);
	}
	REQUIRE(g->text != NULL);
}

/* How many differences there are once the first `old` of the text is `new`. */
static size_t
differences(const char *old, const char *new)
{
	SCOPED(given_clear) struct given g;
	SCOPED(error_free) struct error *findings = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct entry entry;
	const char *at;

	given_make(&g);
	at = strstr(g.text, old);
	REQUIRE(at != NULL);
	buf_put(&text, g.text, (size_t)(at - g.text));
	buf_puts(&text, new);
	buf_puts(&text, at + strlen(old));
	REQUIRE(entry_text_is_planned(buf_bytes(&text)));
	entry_text_compare(buf_bytes(&text), &g.cert, "entry.txt", g.arena, &entry, findings);
	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		EXPECT(d->rule == RULE_BUNDLE_ENTRY);
	return error_count(findings);
}

TEST(the_entry_of_a_certificate_fits)
{
	EXPECT_INT(differences("shared ", "shared "), 0);
	/* what servers are told, and names that stand in the extension, are not compared */
	EXPECT_INT(differences("exportable ", "not-exportable "), 0);
}

TEST(another_entry_is_told_by_what_differs)
{
	EXPECT(differences("subject 30", "subject 31") == 1);
	EXPECT(differences("extension 2.5.29.19 critical", "extension 2.5.29.19 -") == 1);
	EXPECT(differences("extension 2.5.29.17 - 30", "extension 2.5.29.17 - 31") == 1);
	EXPECT(differences("extension 2.5.29.17", "extension 2.5.29.18") >= 1);
	EXPECT(differences("extension 2.5.29.37", "ignored") >= 1);
	EXPECT(differences("\nkey ", "\nkey ec-p521\nkey-before ") == 1);
	EXPECT(differences("validity-days ", "validity-days 1\nbefore ") == 1);
}
