#include "plan/handoff.h"
#include "tests/unit.h"

static void
expect_quoted(const char *text, const char *want)
{
	SCOPED(buf_clear) struct buf out = BUF_INIT;

	powershell_quote(text, &out);
	EXPECT_TEXT(buf_text(&out), want);
}

TEST(powershell_takes_a_quoted_text_as_it_is)
{
	expect_quoted("", "''");
	expect_quoted("a'b", "'a''b'");
	expect_quoted("\xe2\x80\x98\xe2\x80\x99\xe2\x80\x9a\xe2\x80\x9b",
	    "'\xe2\x80\x98\xe2\x80\x98\xe2\x80\x99\xe2\x80\x99\xe2\x80\x9a\xe2\x80\x9a"
	    "\xe2\x80\x9b\xe2\x80\x9b'");
	expect_quoted("\xe2\x80\x97\xe2\x80\x9c\xe2\x80", "'\xe2\x80\x97\xe2\x80\x9c\xe2\x80'");
	expect_quoted("$x `n \"", "'$x `n \"'");
}

TEST(a_device_of_windows_is_no_folder)
{
	SCOPED(arena_free) struct arena *arena = arena_new();

	EXPECT_TEXT(windows_name(arena, "aux.contoso.com"), "_aux.contoso.com");
	EXPECT_TEXT(windows_name(arena, "COM1"), "_COM1");
	EXPECT_TEXT(windows_name(arena, "auxiliary.contoso.com"), "auxiliary.contoso.com");
	EXPECT_TEXT(windows_name(arena, "com.contoso.com"), "com.contoso.com");
}

TEST(the_second_server_gets_the_key_and_not_a_request)
{
	static const char *types[] = { "Internal" };
	const char *servers[] = { "a.contoso.com", "b.contoso.com" };
	const struct sites sites = { servers, 2 };
	const struct assign_facts facts = { .stem = "edge", .thumbprint = "00", .friendly_name = "edge" };
	struct entry entry = { .id = "edge", .assign = types, .n_assign = 1, .shared = true };
	SCOPED(buf_clear) struct buf first = BUF_INIT, token = BUF_INIT, pfx = BUF_INIT;

	handoff_assign(&entry, &sites, 0, &facts, &first);
	EXPECT_HAS(buf_text(&first), "Import-CsCertificate -Path $certificate -PrivateKeyExportable $false");
	handoff_assign(&entry, &sites, 1, &facts, &token);
	EXPECT_HAS(buf_text(&token), "-repairstore");
	entry.exportable = true;
	handoff_assign(&entry, &sites, 1, &facts, &pfx);
	EXPECT_HAS(buf_text(&pfx), "Import-CsCertificate -Path $pfx -Password $password");
	EXPECT(strstr(buf_text(&pfx), "$Way") == NULL);
}

TEST(no_program_of_windows_makes_it)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf out = BUF_INIT;
	const struct emit_facts facts = { KEY_ED25519, "a.contoso.com", "web" };
	const struct entry entry = { .id = "web" };

	EXPECT_RULE(handoff_request(&entry, &facts, &out, err), err, RULE_REQUEST_FORM);
	EXPECT_INT(out.n, 0);
}
