#include "report/html.h"

#include "tests/unit.h"

#define EXPECT_HTML(call, want)                                               \
	do {                                                                  \
		SCOPED(buf_clear) struct buf b = BUF_INIT;                    \
		call;                                                         \
		EXPECT_TEXT(buf_text(&b), (want));                            \
	} while (0)

TEST(foreign_text_becomes_no_markup)
{
	EXPECT_HTML(html_put("a.contoso.com", &b), "a.contoso.com");
	EXPECT_HTML(html_put("<b a=\"x\" c='y'>&amp;", &b),
	    "&lt;b a=&quot;x&quot; c=&#39;y&#39;&gt;&amp;amp;");
	EXPECT_HTML(html_put("\xe2\x80\xae" "gnp.exe\n", &b), "\\xe2\\x80\\xaegnp.exe\\x0a");
	EXPECT_HTML(html_put(NULL, &b), "");
	EXPECT_HTML(html_put_escaped("CN=\\<a\\>", &b), "CN=\\&lt;a\\&gt;");
	EXPECT_HTML(html_put_in("td", "num", "<", &b), "<td class=\"num\">&lt;</td>");
	EXPECT_HTML(html_put_in("td", NULL, "1", &b), "<td>1</td>");
}

TEST(a_path_may_break_and_a_long_text_is_cut)
{
	EXPECT_HTML(html_put_path("a/<b>/c", &b), "a/<wbr/>&lt;b&gt;/<wbr/>c");
	EXPECT_HTML(html_put_path("", &b), "");
	EXPECT_HTML(html_put_cut("12345678", 8, &b), "12345678");
	EXPECT_HTML(html_put_cut("123456789", 8, &b), "12345...");
	EXPECT_HTML(html_put_cut("&&&&&&&&&", 4, &b), "&amp;...");
}
