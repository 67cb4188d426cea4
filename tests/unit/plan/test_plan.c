/*
 * Plans of more than a few entries: what is made once for all entries of a role must be
 * what each of them would have made.
 */
#include <stdlib.h>

#include "crypto/digest.h"
#include "tests/unit.h"
#include "tests/unit/plan/shipped.h"

static const char head[] =
    "topology: t\nproduct: lync-2013\nsip_domains: [contoso.com, { name: fabrikam.com, xmpp: true }]\n"
    "public_im: { aol: true }\nsimple_urls: { meet: { contoso.com: meet.contoso.com } }\n"
    "subject: { O: Contoso }\nchoices: { edge-external: { shared_key: exportable } }\npools:\n";
static const char plain_head[] =
    "topology: t\nproduct: lync-2013\nsip_domains: [contoso.com]\npools:\n";

/* Two pools of each of three kinds. */
static void
put_pools(struct buf *out)
{
	for (unsigned i = 0; i < 2; i++) {
		buf_printf(out, "  - { fqdn: fe%u.contoso.com, kind: front-end, servers: [a%u.contoso.com, "
		    "b%u.contoso.com], web: { external: web%u.contoso.com } }\n", i, i, i, i);
		buf_printf(out, "  - { fqdn: edge%u.contoso.com, kind: edge, external: "
		    "{ access: sip%u.contoso.com, webcon: conf%u.contoso.com } }\n", i, i, i);
		buf_printf(out, "  - { fqdn: med%u.contoso.com, kind: mediation, servers: "
		    "[m%u.contoso.com] }\n", i, i);
	}
}

/* Each entry's own lines have the digest that it was planned with. */
static void
expect_digests(const char *topology)
{
	SCOPED(planned_clear) struct planned p = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();

	REQUIRE_OK(shipped_plan(topology, &p, err), err);
	EXPECT(p.plan->n_entries > 10);
	for (size_t i = 0; i < p.plan->n_entries; i++) {
		SCOPED(buf_clear) struct buf lines = BUF_INIT;
		uint8_t digest[SHA256_OCTETS];

		entry_put_canonical(&p.plan->entries[i], &lines);
		sha256(buf_bytes(&lines), digest);
		EXPECT(memcmp(digest, p.plan->entries[i].digest, sizeof(digest)) == 0);
	}
}

TEST(an_entry_has_the_digest_of_its_lines)
{
	SCOPED(buf_clear) struct buf rich = BUF_INIT, plain = BUF_INIT;

	buf_puts(&plain, plain_head);
	put_pools(&plain);
	expect_digests(buf_text(&plain));
	buf_puts(&rich, head);
	put_pools(&rich);
	expect_digests(buf_text(&rich));
}

TEST(what_stands_for_the_lines_is_put_in_their_place)
{
	SCOPED(buf_clear) struct buf lines = BUF_INIT;
	const struct entry entry = { .id = "a", .canonical = bytes_of_text("other lines\n") };

	entry_put_canonical(&entry, &lines);
	EXPECT_TEXT(buf_text(&lines), "other lines\n");
}

/* The values of the entry's names, one a line. */
static char *
names_of(const struct plan *plan, const char *id)
{
	const struct entry *entry = plan_find(plan, id);
	struct buf b = BUF_INIT;

	REQUIRE(entry != NULL);
	for (size_t i = 0; i < entry->n_san; i++)
		buf_printf(&b, "%s\n", entry->san[i].value);
	return buf_take_text(&b);
}

TEST(extra_names_keep_the_order_of_the_topology)
{
	SCOPED(planned_clear) struct planned p = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	char *names;

	buf_puts(&text, "topology: t\nproduct: lync-2013\nsip_domains: [contoso.com]\n"
	    "extra_names:\n  mediation: [a.contoso.com]\n"
	    "  Mediation/med1.contoso.com/M1.contoso.com: [b.contoso.com]\n"
	    "  mediation/med0.contoso.com/m0.contoso.com: [c.contoso.com]\n"
	    "  mediation/MED1.contoso.com/m1.contoso.com: [d.contoso.com, A.contoso.com]\npools:\n");
	put_pools(&text);
	REQUIRE_OK(shipped_plan(buf_text(&text), &p, err), err);
	names = names_of(p.plan, "mediation/med1.contoso.com/m1.contoso.com");
	EXPECT_HAS(names, "\na.contoso.com\nb.contoso.com\nd.contoso.com\n");
	EXPECT(strstr(names, "c.contoso.com") == NULL);
	EXPECT(strstr(names, "A.contoso.com") == NULL);
	free(names);
}

TEST(pools_that_are_named_come_once_and_in_the_order_of_groups)
{
	SCOPED(planned_clear) struct planned p = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	char *some, *all;

	buf_puts(&text, plain_head);
	put_pools(&text);
	buf_puts(&text, "  - { fqdn: dir.contoso.com, kind: director, servers: [d.contoso.com], "
	    "web: { external: webdir.contoso.com } }\n"
	    "  - { fqdn: proxy1.contoso.com, kind: reverse-proxy, "
	    "publishes: [dir.contoso.com, FE1.contoso.com, fe0.contoso.com, fe1.contoso.com] }\n"
	    "  - { fqdn: proxy2.contoso.com, kind: reverse-proxy }\n");
	REQUIRE_OK(shipped_plan(buf_text(&text), &p, err), err);
	some = names_of(p.plan, "reverse-proxy/proxy1.contoso.com");
	all = names_of(p.plan, "reverse-proxy/proxy2.contoso.com");
	EXPECT_HAS(some, "web0.contoso.com\nweb1.contoso.com\nwebdir.contoso.com\n");
	EXPECT_TEXT(all, some);
	free(some);
	free(all);
}
