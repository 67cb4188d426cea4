#include "tests/unit.h"
#include "topology/import.h"
#include "topology/xml.h"

static const char sample[] =
    "<Topology>\n  <InternalDomains DefaultDomain=\"example.com\" />\n  <Clusters>"
    "<Cluster Fqdn=\"e.example.com\"><ClusterId SiteId=\"1\" Number=\"1\" />"
    "<Machine Fqdn=\"e.example.com\" /></Cluster></Clusters>\n  <Services><Service "
    "ServiceVersion=\"7\"><ServiceId RoleName=\"EdgeServer\" /><InstalledOn><ClusterId "
    "SiteId=\"1\" Number=\"1\" /></InstalledOn></Service></Services>\n</Topology>\n";

static void
put_utf16(struct buf *out, const char *mark, const char *text, bool big)
{
	buf_put(out, mark, strlen(mark));
	for (; *text != '\0'; text++) {
		buf_putc(out, big ? '\0' : *text);
		buf_putc(out, big ? *text : '\0');
	}
}

static void
put_crlf(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			buf_putc(out, '\r');
		buf_putc(out, *text);
	}
}

static void
expect_same(struct bytes file, const char *want)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf yaml = BUF_INIT;

	REQUIRE_OK(topology_import(file, "x.xml", NULL, &yaml, err), err);
	EXPECT_TEXT(buf_text(&yaml), want);
}

/* In whatever form Windows wrote it, whatever its declaration claims. */
TEST(xml_is_read_in_every_encoding_that_occurs)
{
	static const char says_16[] = "<?xml version=\"1.0\" encoding=\"utf-16\"?>\n";
	static const char says_8[] = "<?xml version='1.0' encoding='utf-8'?>\n";
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf want = BUF_INIT, crlf = BUF_INIT, text = BUF_INIT;
	struct buf files[9] = { BUF_INIT };

	REQUIRE_OK(topology_import(bytes_of_text(sample), "x.xml", NULL, &want, err), err);
	EXPECT_HAS(buf_text(&want), "kind: edge");
	put_utf16(&files[0], "\xff\xfe", sample, false);
	put_utf16(&files[1], "\xfe\xff", sample, true);
	put_utf16(&files[2], "", sample, false);
	put_utf16(&files[3], "", sample, true);
	put_crlf(&crlf, sample);
	buf_put_bytes(&files[4], buf_bytes(&crlf));
	buf_printf(&files[5], "\xef\xbb\xbf%s", sample);
	buf_printf(&files[6], "%s%s", says_16, sample);
	buf_printf(&files[7], "\xef\xbb\xbf%s%s", says_8, sample);
	buf_printf(&text, "%s%s", says_8, sample);
	put_utf16(&files[8], "\xff\xfe", buf_text(&text), false);
	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		expect_same(buf_bytes(&files[i]), buf_text(&want));
		buf_clear(&files[i]);
	}
}

static enum rc_status
read_bytes(const void *p, size_t n, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct xml_document doc;

	return xml_read(arena, BYTES(p, n), "x.xml", &doc, err);
}

TEST(xml_in_no_known_encoding_is_refused)
{
	static const struct { const char *bytes; size_t n; } bad[] = {
		{ "<a b='\xe4'/>", 10 },                        /* Latin-1         */
		{ "<a b='\xc0\xaf'/>", 11 },                    /* overlong        */
		{ "<a b='\xed\xa0\x80'/>", 12 },                /* a surrogate     */
		{ "<a b='\xf4\x90\x80\x80'/>", 13 },            /* beyond Unicode  */
		{ "<a b='\xe2\x82", 8 },                        /* cut short       */
		{ "<a/>\0<b/>", 9 },
		{ "\xff\xfe<\0a\0\x00\xd8/\0>\0", 12 },         /* half a pair     */
		{ "\xff\xfe<\0a\0/\0>\0\n", 11 },               /* half a character */
		{ "\xff\xfe<\0a\0\x00\xd8", 8 },
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		SCOPED(error_free) struct error *err = error_new();

		EXPECT_RULE(read_bytes(bad[i].bytes, bad[i].n, err), err, RULE_XML_ENCODING);
	}
}

TEST(xml_beyond_ascii_is_read)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	/* U+00E4, U+20AC and U+1F600 in UTF-16LE */
	static const char file[] =
	    "\xff\xfe<\0a\0 \0b\0=\0'\0\xe4\0\xac\x20\x3d\xd8\x00\xde'\0/\0>\0";
	struct xml_document doc;

	REQUIRE_OK(xml_read(arena, BYTES(file, sizeof(file) - 1), "x.xml", &doc, err), err);
	EXPECT_TEXT(xml_get(doc.root, "b"), "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80");
}

static void
repeat(struct buf *out, const char *text, size_t n)
{
	while (n-- > 0)
		buf_puts(out, text);
}

/* Just inside a limit, and just past it. */
TEST(xml_depth_is_limited)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf file = BUF_INIT;

	repeat(&file, "<a>", XML_MAX_DEPTH);
	repeat(&file, "</a>", XML_MAX_DEPTH);
	EXPECT_OK(read_bytes(file.p, file.n, err), err);
	buf_cut(&file, 0);
	repeat(&file, "<a>", XML_MAX_DEPTH + 1);
	EXPECT_RULE(read_bytes(file.p, file.n, err), err, RULE_XML_LIMIT);
}

static void
put_tag(struct buf *out, size_t attributes, size_t value)
{
	buf_puts(out, "<a");
	for (size_t i = 0; i < attributes; i++) {
		buf_printf(out, " a%zu='", i);
		repeat(out, "x", value);
		buf_puts(out, "'");
	}
	buf_puts(out, "/>");
}

TEST(xml_attributes_are_limited)
{
	SCOPED(error_free) struct error *err = error_new();
	static const struct { size_t attributes, value; bool good; } table[] = {
		{ 256, 1, true }, { 257, 1, false }, { 5000, 1, false },
		{ 1, 60000, true }, { 1, 70000, false }, { 1, 11000000, false },
	};

	for (size_t i = 0; i < ARRAY_LEN(table); i++) {
		SCOPED(buf_clear) struct buf file = BUF_INIT;

		put_tag(&file, table[i].attributes, table[i].value);
		if (table[i].good)
			EXPECT_OK(read_bytes(file.p, file.n, err), err);
		else
			EXPECT_RULE(read_bytes(file.p, file.n, err), err, RULE_XML_LIMIT);
	}
}

TEST(xml_size_is_limited)
{
	SCOPED(error_free) struct error *err = error_new();
	static const char nothing[1];

	/* refused by its length alone: no byte of it is looked at */
	EXPECT_RULE(read_bytes(nothing, (size_t)XML_MAX_BYTES + 1, err), err, RULE_XML_TOO_LARGE);
	EXPECT_RULE(read_bytes(nothing, 0, err), err, RULE_XML_MALFORMED);
}

TEST(xml_that_is_malformed_is_refused_in_its_place)
{
	SCOPED(error_free) struct error *err = error_new();
	static const char *const bad[] = { "text", "<a>", "<a></b>", "<a b='1' b='2'/>",
		"<a b=1/>", "<p:a/>", "<a b='<'/>", "<a/><b/>", "<a/>text", "<a>&x;</a>",
		"<a b='&x;'/>", "\xef\xbb\xbf" };

	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		EXPECT_RULE(read_bytes(bad[i], strlen(bad[i]), err), err, RULE_XML_MALFORMED);
	EXPECT(read_bytes("<a>\n  <b>\n</a>", 14, err) == RC_INPUT);
	EXPECT_INT(error_first(err)->line, 3);
}

TEST(xml_values_and_places_are_what_was_written)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	static const char text[] = "<?x y?><!-- <c q='0'/> -->\n<a xmlns:n='u'>\n <n:b\n"
	    "  n:q='no' r = \"x='q='\"\n  \xc3\xa4='\xc3\xa4' q='1 &amp;#38; "
	    "&lt;&#38;&#10;2'/></a>";
	struct xml_document doc;
	const struct xml_node *b;
	struct place at;

	REQUIRE_OK(xml_read(arena, bytes_of_text(text), "x.xml", &doc, err), err);
	b = xml_child(doc.root, "b");
	EXPECT(b != NULL);
	if (b == NULL)
		return;
	EXPECT_TEXT(xml_get(b, "q"), "1 &#38; <&\n2");
	EXPECT(xml_get(b, "none") == NULL);
	at = xml_place(&doc, b, "q");
	EXPECT_INT(at.line, 5);
	EXPECT_INT(at.column, 12);
	EXPECT_INT(at.width, 27);
	at = xml_place(&doc, b, NULL);
	EXPECT_INT(at.line, 3);
	EXPECT_INT(at.column, 2);
}
