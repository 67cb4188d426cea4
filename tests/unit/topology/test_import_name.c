#include "tests/unit.h"
#include "topology/import_name.h"
#include "topology/import_yaml.h"
#include "x509/general_name.h"

static const char label_63[] =
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";

/* What the import lets through, a topology takes: both judge by the same rule. */
TEST(import_name_agrees_with_the_topology)
{
	static const struct { const char *name, *problem; } table[] = {
		{ "a.b", NULL }, { "EE01.Contoso.com", NULL }, { "1.2.3.a", NULL },
		{ "xn--bcher-kva.example", NULL }, { "a-b.c-d", NULL },
		{ "", "empty" }, { "short", "short" }, { "$SkypeFQDN", "placeholder" },
		{ "$a.example.com", "placeholder" }, { "a_b.example.com", "no letter" },
		{ "a b.example.com", "no letter" }, { "*.example.com", "no letter" },
		{ "b\xc3\xbc.example.com", "no letter" }, { "a..b", "empty label" },
		{ ".a.b", "empty label" }, { "a.b.", "empty label" }, { "-a.b", "hyphen" },
		{ "a-.b", "hyphen" }, { "10.20.30.40", "address" }, { "a.7", "number" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		SCOPED(error_free) struct error *err = error_new();
		const char *problem = import_name_problem(table[i].name);

		EXPECT_INT(problem == NULL, table[i].problem == NULL);
		EXPECT_INT(fqdn_check(table[i].name, false, NOWHERE, err) == RC_OK,
		    table[i].problem == NULL);
		if (problem != NULL && table[i].problem != NULL)
			EXPECT_HAS(problem, table[i].problem);
	}
}

TEST(import_name_is_bounded)
{
	SCOPED(buf_clear) struct buf name = BUF_INIT;

	buf_printf(&name, "%s.%s.%s.", label_63, label_63, label_63);
	buf_put(&name, label_63, 61);
	EXPECT_INT(name.n, 253);
	EXPECT(import_name_problem(buf_text(&name)) == NULL);
	buf_putc(&name, 'a');
	EXPECT_TEXT(import_name_problem(buf_text(&name)), "has more than 253 characters");
	buf_cut(&name, 0);
	buf_printf(&name, "x.%sa", label_63);
	EXPECT_TEXT(import_name_problem(buf_text(&name)), "has a label of more than 63 characters");
}

TEST(import_url_is_a_host_or_a_whole_url)
{
	static const struct { const char *url, *want, *problem; } table[] = {
		{ "https://meet.contoso.com", "meet.contoso.com", NULL },
		{ "HTTPS://Meet.contoso.com/", "Meet.contoso.com", NULL },
		{ "https://lync.contoso.com:443/meet", "https://lync.contoso.com/meet", NULL },
		{ "https://a.b/x y", "a.b", NULL },
		{ "https://a.b/x\"\n- y", "a.b", NULL },
		{ "https://a.b?q", "a.b", NULL },
		{ "http://meet.contoso.com", NULL, "is no https URL" },
		{ "meet.contoso.com", NULL, "is no https URL" },
		{ "", NULL, "is no https URL" },
		{ "https://a.b:8443/", NULL, "names a port" },
		{ "https://a.b:x", NULL, "is no https URL" },
		{ "https://user@a.b", NULL, "is no https URL" },
		{ "https://a.b\\@c.d", NULL, "is no https URL" },
		{ "https://meet/", NULL, "has a host that a topology may not hold" },
		{ "https://", NULL, "has a host that a topology may not hold" },
		{ "https://[::1]/", NULL, "is no https URL" },
	};
	SCOPED(arena_free) struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		const char *problem = NULL, *url = import_url(arena, table[i].url, &problem);

		EXPECT_TEXT(url != NULL ? url : "-", table[i].want != NULL ? table[i].want : "-");
		EXPECT_TEXT(problem != NULL ? problem : "-",
		    table[i].problem != NULL ? table[i].problem : "-");
	}
}

TEST(import_names_find_the_first_owner)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct import_names names = { .list = { .n = 0 } };
	static const char *const owners[] = { "first", "second", "third" };

	EXPECT(import_names_find(&names, "a") == NULL);
	import_names_put(arena, &names, "b", owners[0]);
	import_names_put(arena, &names, "A", owners[1]);
	import_names_put(arena, &names, "B", owners[2]);
	import_names_sort(&names);
	EXPECT(import_names_find(&names, "B") == owners[0]);
	EXPECT(import_names_find(&names, "a") == owners[1]);
	EXPECT(import_names_find(&names, "c") == NULL);
}

TEST(yaml_scalars_cannot_be_anything_else)
{
	static const struct { const char *text, *want; } table[] = {
		{ "ee01.contoso.com", "ee01.contoso.com" }, { "a-b.c", "a-b.c" },
		{ "1.e3", "\"1.e3\"" }, { "No", "\"No\"" }, { "null", "\"null\"" }, { "", "\"\"" },
		{ "-", "\"-\"" }, { "a: b", "\"a: b\"" }, { "a #b", "\"a #b\"" },
		{ "a\nb", "\"a\\x0ab\"" }, { "\"\\", "\"\\\"\\\\\"" }, { "{a}", "\"{a}\"" },
		{ "a\x7f", "\"a\\x7f\"" }, { "\xc2\x85", "\"\\u0085\"" },
		{ "\xe2\x80\xa8x", "\"\\u2028x\"" }, { "\xef\xbb\xbf", "\"\\ufeff\"" },
		{ "Z\xc3\xbcrich", "\"Z\xc3\xbcrich\"" },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		SCOPED(buf_clear) struct buf out = BUF_INIT;

		yaml_put_scalar(&out, table[i].text);
		EXPECT_TEXT(buf_text(&out), table[i].want);
	}
}

TEST(yaml_comments_stay_comments)
{
	SCOPED(buf_clear) struct buf out = BUF_INIT;

	yaml_put_comment(&out, 2, "one\nevil: true \xe2\x80\xa8 two");
	EXPECT_TEXT(buf_text(&out), "  # one\\x0aevil: true \\xe2\\x80\\xa8 two\n");
	buf_cut(&out, 0);
	for (int i = 0; i < 40; i++)
		buf_puts(&out, "word ");
	{
		SCOPED(buf_clear) struct buf comment = BUF_INIT;

		yaml_put_comment(&comment, 0, buf_text(&out));
		EXPECT_HAS(buf_text(&comment), "\n# word");
	}
}
