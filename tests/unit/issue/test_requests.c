/*
 * Whose request is it?
 */
#include "crypto/digest.h"
#include "issue/requests.h"
#include "os/file.h"
#include "tests/unit/issue/fixture.h"

static struct entry entries[] = {
	{ .id = "web/www.contoso.com", .subject.attr[DN_CN] = "www.contoso.com" },
	{ .id = "Web/API", .subject.attr[DN_CN] = "api.contoso.com" },
	{ .id = "oauth", .subject.attr[DN_CN] = "oauth" },
	{ .id = "a/b" }, { .id = "a--b" },
};
static const struct plan plan = { .entries = entries, .n_entries = ARRAY_LEN(entries) };

struct search {
	struct folder folder;
	struct arena *arena;
	struct error *err;
	struct requests requests;
};

static void
search_make(struct search *s, const char *const *names)
{
	folder_make(&s->folder);
	s->arena = arena_new();
	s->err = error_new();
	for (size_t i = 0; names[i] != NULL; i++)
		folder_write(folder_path(&s->folder, names[i]), "x");
}

static void
search_clear(struct search *s)
{
	arena_free(s->arena);
	error_free(s->err);
	folder_remove(&s->folder);
}
DEFINE_SCOPED_VALUE(search_clear, struct search)

static enum rc_status
search(struct search *s)
{
	return requests_find(s->folder.path, &plan, s->arena, &s->requests, s->err);
}

static size_t
warnings(const struct search *s, enum rule rule)
{
	size_t n = 0;

	for (const struct diagnosis *d = error_first(s->err); d != NULL; d = d->next)
		n += d->rule == rule && d->severity == SEVERITY_WARNING;
	return n;
}

TEST(requests_are_found_by_the_names_of_their_files)
{
	static const char *const names[] = { "WEB--www.contoso.com.CSR", "web--api.p10",
		"oauth.txt", "README", ".oauth.csr", "oauth", "www.csr", NULL };
	SCOPED(search_clear) struct search s;

	search_make(&s, names);
	REQUIRE_OK(search(&s), s.err);
	EXPECT_INT(s.requests.n, 3);
	EXPECT(s.requests.v[0].entry == &entries[0]);
	EXPECT(s.requests.v[1].entry == &entries[1]);
	EXPECT(s.requests.v[2].entry == &entries[2]);
	EXPECT_INT(s.requests.v[0].pin.n, 0);
	EXPECT_INT(warnings(&s, RULE_APPLY_NAME), 1);
	EXPECT(s.requests.manifest == NULL);
}

TEST(an_entry_with_two_requests_gets_none)
{
	static const char *const names[] = { "oauth.csr", "OAUTH.req", "web--api.csr", NULL };
	SCOPED(search_clear) struct search s;

	search_make(&s, names);
	REQUIRE_OK(search(&s), s.err);
	EXPECT_INT(s.requests.n, 1);
	EXPECT_INT(s.requests.twice, 1);
	EXPECT_INT(warnings(&s, RULE_APPLY_TWICE), 1);
}

TEST(a_name_that_fits_two_entries_fits_none)
{
	static const char *const names[] = { "a--b.csr", NULL };
	SCOPED(search_clear) struct search s;
	SCOPED(entry_index_free) struct entry_index *index = entry_index_new(&plan);

	search_make(&s, names);
	REQUIRE_OK(search(&s), s.err);
	EXPECT_INT(s.requests.n, 0);
	EXPECT_INT(warnings(&s, RULE_APPLY_NAME), 1);
	EXPECT(entry_index_find(index, "A/B") == &entries[3]);
	EXPECT(entry_index_find(index, "a--b") == &entries[4]);
	EXPECT(entry_index_find(index, "a") == NULL);
}

static void
refused(const char *manifest, enum rule rule)
{
	static const char *const none[] = { NULL };
	SCOPED(search_clear) struct search s;

	search_make(&s, none);
	folder_write(folder_path(&s.folder, "manifest.yaml"), manifest);
	EXPECT_RULE(search(&s), s.err, rule);
}

TEST(a_manifest_says_it_alone_and_pins_keys)
{
	static const char *const names[] = { "oauth.csr", "any", NULL };
	SCOPED(search_clear) struct search s;

	search_make(&s, names);
	folder_write(folder_path(&s.folder, "manifest.json"),
	    "{\"requests\": [{\"entry\": \"WEB/api\", \"file\": \"any\", \"spki_sha256\": "
	    "\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\"}]}");
	REQUIRE_OK(search(&s), s.err);
	EXPECT_INT(s.requests.n, 1);
	EXPECT(s.requests.v[0].entry == &entries[1]);
	EXPECT_INT(s.requests.v[0].pin.n, SHA256_OCTETS);
	EXPECT_INT(s.requests.v[0].pin.p[31], 0xff);
}

TEST(a_manifest_that_is_wrong_is_refused)
{
	refused("requests:\n  - { entry: nobody, file: x }\n", RULE_APPLY_MANIFEST);
	refused("requests:\n  - { entry: oauth, file: ../x }\n", RULE_APPLY_MANIFEST);
	refused("requests:\n  - { entry: oauth, file: a/../../x }\n", RULE_APPLY_MANIFEST);
	refused("requests:\n  - { entry: oauth, file: /etc/x }\n", RULE_APPLY_MANIFEST);
	refused("requests:\n  - { entry: oauth, file: x, spki_sha256: '12' }\n",
	    RULE_APPLY_MANIFEST);
	refused("requests:\n  - { entry: oauth }\n", RULE_MISSING_KEY);
	refused("requests: {}\n", RULE_YAML_TYPE);
	refused("request: []\n", RULE_UNKNOWN_KEY);
}
