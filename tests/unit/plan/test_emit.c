#include "plan/emit.h"
#include "tests/unit.h"

static struct general_name names[] = {
	{ NAME_DNS, "a.contoso.com" }, { NAME_URI, "https://a.contoso.com/?a=1&b=%20" },
};
static const char *eku[] = { "1.3.6.1.5.5.7.3.1" };
static const char *types[] = { "Default" };
static const struct emit_facts facts = { KEY_RSA_2048, "a.contoso.com", "web" };

/* The extensions as the plan makes them: only what the forms look at. */
static void
fill(struct entry *e, struct entry_ext *exts, size_t n_san)
{
	*e = (struct entry){ .id = "web/a.contoso.com", .san = names, .n_san = n_san, .eku = eku,
		.n_eku = 1, .assign = types, .n_assign = 1, .exts = exts, .n_exts = 1,
		.key_usage_rsa = KU_DIGITAL_SIGNATURE | KU_DECIPHER_ONLY,
		.key_algorithms = KEY_RSA_2048 | KEY_EC_P256 | KEY_ED25519 };
	e->subject.attr[DN_CN] = "a.contoso.com";
	exts[0] = (struct entry_ext){ .id = EXT_SUBJECT_ALT_NAME, .from = EXT_FROM_ENTRY,
		.value = { .id = EXT_SUBJECT_ALT_NAME, .u.names = { names, n_san } } };
}

TEST(a_name_that_certreq_has_no_words_for_goes_as_der)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT, other = BUF_INIT;
	struct entry_ext exts[1];
	struct entry e;

	fill(&e, exts, 1);
	EXPECT_OK(emit_inf(&e, &facts, &text, err), err);
	EXPECT_HAS(buf_text(&text), "_continue_ = \"dns=a.contoso.com&\"\r\n");
	EXPECT_HAS(buf_text(&text), "KeyUsage = 0x8080\r\n");
	fill(&e, exts, 2);
	EXPECT_OK(emit_inf(&e, &facts, &other, err), err);
	EXPECT_HAS(buf_text(&other), "2.5.29.17 = MDGCDWEuY29udG9zby5jb22GIGh0dHBzOi8vYS5jb250b3NvLmNvbS8/YT0xJmI9\r\n"
	    "_continue_ = JTIw\r\n");
	EXPECT(strstr(buf_text(&other), "dns=") == NULL);
}

TEST(octets_of_a_role_are_asked_for)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf conf = BUF_INIT;
	struct entry_ext exts[1];
	struct entry e;

	fill(&e, exts, 1);
	exts[0] = (struct entry_ext){ .id = EXT_OTHER, .critical = true, .from = EXT_FROM_ENTRY,
		.value = { .id = EXT_OTHER,
		.u.other = { "1.2.3.4", { (const uint8_t *)"\x05\x00", 2 } } } };
	EXPECT_OK(emit_openssl(&e, &facts, &conf, err), err);
	EXPECT_HAS(buf_text(&conf), "1.2.3.4 = critical, DER:0500\n");
}

TEST(an_empty_subject_makes_the_names_critical)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf inf = BUF_INIT, conf = BUF_INIT;
	struct entry_ext exts[1];
	struct entry e;

	fill(&e, exts, 1);
	e.subject.attr[DN_CN] = NULL;
	exts[0].critical = true;
	EXPECT_OK(emit_inf(&e, &facts, &inf, err), err);
	EXPECT_HAS(buf_text(&inf), "Subject = \"\"\r\n");
	EXPECT_HAS(buf_text(&inf), "Critical = 2.5.29.17\r\n");
	EXPECT_OK(emit_openssl(&e, &facts, &conf, err), err);
	EXPECT_HAS(buf_text(&conf), "subjectAltName = critical, @names\n");
	EXPECT_HAS(buf_text(&conf), " -subj / ");
}

TEST(a_key_that_a_program_cannot_make_is_refused)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	const struct emit_facts odd = { KEY_ED25519, "a.contoso.com", "web" };
	struct entry_ext exts[1];
	struct entry e;

	fill(&e, exts, 1);
	EXPECT_RULE(emit_inf(&e, &odd, &text, err), err, RULE_REQUEST_FORM);
	EXPECT_RULE(emit_powershell(&e, &odd, &text, err), err, RULE_REQUEST_FORM);
	EXPECT_INT(text.n, 0);
	EXPECT_OK(emit_openssl(&e, &odd, &text, err), err);
	EXPECT_HAS(buf_text(&text), "-newkey ed25519 ");
	EXPECT_INT(emit_key_usual(&e), KEY_RSA_2048);
	e.key_algorithms = KEY_EC_P384 | KEY_ED25519;
	EXPECT_INT(emit_key_usual(&e), KEY_EC_P384);
}

TEST(each_quote_that_powershell_reads_is_doubled)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct entry_ext exts[1];
	struct entry e;

	fill(&e, exts, 2);
	e.subject.attr[DN_O] = "a'b\xe2\x80\x98" "c\xe2\x80\x9b" "d\xe2\x80\x9c" "e$(f)`";
	EXPECT_OK(emit_powershell(&e, &facts, &text, err), err);
	EXPECT_HAS(buf_text(&text), "-Organization 'a''b\xe2\x80\x98\xe2\x80\x98" "c\xe2\x80\x9b\xe2\x80\x9b"
	    "d\xe2\x80\x9c" "e$(f)`' ");
	EXPECT_HAS(buf_text(&text), "-DomainName 'a.contoso.com' ");
	EXPECT_HAS(buf_text(&text), "# The cmdlet asks for DNS names only");
}

TEST(windows_gets_its_mark_where_there_is_more_than_ascii)
{
	SCOPED(buf_clear) struct buf out = BUF_INIT;

	emit_encode(bytes_of_text("abc"), EMIT_UTF16, &out);
	EXPECT_TEXT(buf_text(&out), "abc");
	buf_cut(&out, 0);
	emit_encode(bytes_of_text("a\xc3\xbc\xf0\x9f\x94\x91"), EMIT_UTF16, &out);
	EXPECT(bytes_equal(buf_bytes(&out), BYTES("\xff\xfe" "a\0" "\xfc\0" "\x3d\xd8\x11\xdd", 10)));
	buf_cut(&out, 0);
	emit_encode(bytes_of_text("\xc3\xbc"), EMIT_UTF8_MARKED, &out);
	EXPECT_TEXT(buf_text(&out), "\xef\xbb\xbf\xc3\xbc");
	buf_cut(&out, 0);
	emit_encode(bytes_of_text("a\nb\r\n"), EMIT_UTF8_MARKED, &out);
	EXPECT_TEXT(buf_text(&out), "a\r\nb\r\n");
}
