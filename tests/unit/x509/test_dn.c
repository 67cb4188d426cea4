#include "x509/dn.h"

#include "tests/unit.h"

static struct dn
parsed(const char *text, struct arena *arena)
{
	SCOPED(error_free) struct error *err = error_new();
	struct dn dn = { .attr = { NULL } };

	EXPECT_OK(dn_parse(text, arena, &dn, err), err);
	return dn;
}

static void
expect_printed(const struct dn *dn, const char *want)
{
	SCOPED(buf_clear) struct buf out = BUF_INIT;

	dn_print(dn, &out);
	EXPECT_TEXT(buf_text(&out), want);
}

TEST(a_name_is_encoded_country_first_and_printed_last)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct dn dn = { .attr = { [DN_CN] = "a", [DN_C] = "US", [DN_O] = "b" } };

	dn_encode(&dn, &der);
	buf_put_hex(&text, buf_bytes(&der));
	EXPECT_TEXT(buf_text(&text), "3025" "310b3009060355040613025553"
	    "310a3008060355040a0c0162" "310a300806035504030c0161");
	expect_printed(&dn, "CN=a, O=b, C=US");
	EXPECT(!dn_is_empty(&dn));
	dn = (struct dn){ .attr = { NULL } };
	EXPECT(dn_is_empty(&dn));
	expect_printed(&dn, "");
}

TEST(what_is_printed_can_be_read)
{
	static const char *const values[] = { "Contoso, Ltd.", "a+b", "  blanks  ", "#1",
		"back\\slash", 		"q\"<>;", "M\xc3\xbcnchen", "A/V", "x/CN=y", "\x1b[31m" };
	SCOPED(arena_free) struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		SCOPED(buf_clear) struct buf out = BUF_INIT;
		struct dn dn = { .attr = { [DN_O] = values[i], [DN_CN] = values[i] } };

		dn_print(&dn, &out);
		EXPECT_TEXT(parsed(buf_text(&out), arena).attr[DN_O], values[i]);
		EXPECT_TEXT(parsed(buf_text(&out), arena).attr[DN_CN], values[i]);
	}
}

TEST(printed_names_are_safe_to_show)
{
	struct dn dn = { .attr = { [DN_CN] = "\x1b[31m\xc3\xbc, x " } };

	expect_printed(&dn, "CN=\\1B[31m\\C3\\BC\\, x\\ ");
}

TEST(names_are_read_as_people_write_them)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct dn dn = parsed("  cn = Edge CA ,S=Washington, O=A/V Ltd., c=US  ", arena);

	EXPECT_TEXT(dn.attr[DN_CN], "Edge CA");
	EXPECT_TEXT(dn.attr[DN_ST], "Washington");
	EXPECT_TEXT(dn.attr[DN_O], "A/V Ltd.");
	EXPECT_TEXT(dn.attr[DN_C], "US");
	dn = parsed("/C=US/O=b/CN=a", arena);
	expect_printed(&dn, "CN=a, O=b, C=US");
	dn = parsed("CN=M\\C3\\BCnchen", arena);
	EXPECT_TEXT(dn.attr[DN_CN], "M\xc3\xbcnchen");
}

TEST(names_that_are_not_written_well_are_refused)
{
	static const char *const bad[] = { "", "a", "CN", "CN=a,", "CN=a,,O=b", "CN=a, CN=b",
		"CN=a+OU=b", "CN=a;O=b", "CN=a\\", "CN=a\\q", "CN=a\\0", "CN=a\\00", "E=a@b",
		"=a", "/", 		"ST=a, S=b" };
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	struct dn dn;

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		EXPECT_RULE(dn_parse(bad[i], arena, &dn, err), err, RULE_DN_SYNTAX);
}

TEST(a_near_attribute_is_offered)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	struct dn dn;

	EXPECT(dn_parse("DC=a", arena, &dn, err) == RC_INPUT);
	EXPECT_HAS(error_message(err), "'DC' is no attribute");
	EXPECT_TEXT(error_first(err)->want, "CN, OU, O, L, ST or C");
}

TEST(attributes_have_bounds)
{
	static const char sixty_four[] =
	    "0123456789012345678901234567890123456789012345678901234567890123";
	static const char sixty_five[] =
	    "01234567890123456789012345678901234567890123456789012345678901234";
	/* 63 letters and one of two octets: 64 characters in 65 octets */
	static const char umlaut[] =
	    "012345678901234567890123456789012345678901234567890123456789012\xc3\xbc";
	SCOPED(error_free) struct error *err = error_new();
	struct dn dn = { .attr = { [DN_CN] = sixty_four, [DN_O] = umlaut, [DN_L] = sixty_five } };

	EXPECT_OK(dn_check(&dn, NOWHERE, err), err);
	dn.attr[DN_CN] = sixty_five;
	EXPECT_RULE(dn_check(&dn, NOWHERE, err), err, RULE_DN_TOO_LONG);
	EXPECT(dn_check(&dn, NOWHERE, err) == RC_POLICY);
	EXPECT_TEXT(error_first(err)->want, "at most 64 characters");
	EXPECT_TEXT(error_first(err)->have, "65");
}

TEST(every_fault_of_a_name_is_told)
{
	SCOPED(error_free) struct error *err = error_new();
	struct dn dn = { .attr = { [DN_C] = "USA", [DN_O] = "", [DN_CN] = "a\nb" } };

	EXPECT_RULE(dn_check(&dn, NOWHERE, err), err, RULE_DN_COUNTRY);
	EXPECT(dn_check(&dn, NOWHERE, err) == RC_INPUT);
	EXPECT_INT(error_count(err), 3);
	error_clear(err);
	dn = (struct dn){ .attr = { [DN_C] = "us" } };
	EXPECT_OK(dn_check(&dn, NOWHERE, err), err);
	dn = (struct dn){ .attr = { [DN_C] = "U1" } };
	EXPECT_RULE(dn_check(&dn, NOWHERE, err), err, RULE_DN_COUNTRY);
	dn = (struct dn){ .attr = { [DN_O] = "" } };
	EXPECT_RULE(dn_check(&dn, NOWHERE, err), err, RULE_DN_EMPTY_ATTRIBUTE);
}

TEST(only_utf8_is_text)
{
	static const char *const bad[] = { "\xff", "\xc3", "\xc0\x80", "\xe0\x80\x80",
		"\xed\xa0\x80",
		"\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\x80", "a\x7f", "\xc2\x85", "\t" };
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct dn dn = { .attr = { [DN_O] = bad[i] } };

		EXPECT_RULE(dn_check(&dn, NOWHERE, err), err, RULE_DN_SYNTAX);
	}
	EXPECT_OK(dn_check(&(struct dn){ .attr = { [DN_O] = "\xf0\x9f\x94\x92 \xe2\x82\xac" } },
	    NOWHERE, err), err);
}

TEST(attributes_have_words)
{
	EXPECT_TEXT(dn_attr_word(DN_ST), "ST");
	EXPECT_TEXT(dn_attr_word(DN_ATTRS), "unknown");
	EXPECT_INT(dn_attr_find("cn"), DN_CN);
	EXPECT_INT(dn_attr_find("S"), DN_ST);
	EXPECT_INT(dn_attr_find("DC"), DN_ATTRS);
}
