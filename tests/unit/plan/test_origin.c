/* What is kept of where an entry came from. */
#include "plan/origin.h"

#include "base/hex.h"
#include "tests/unit.h"
#include "tests/unit/plan/shipped.h"

static const char topology[] =
    "topology: t\nproduct: lync-2013\nsip_domains: [contoso.com]\npools:\n"
    "  - { fqdn: edge.contoso.com, kind: edge, external: { access: sip.contoso.com, "
    "webcon: conf.contoso.com } }\n";

static bool
has_digest(const struct origin *origin, struct bytes hex)
{
	uint8_t want[SHA256_OCTETS], have[SHA256_OCTETS];
	char text[2 * SHA256_OCTETS + 1] = { 0 };

	memcpy(text, hex.p, sizeof(text) - 1);
	REQUIRE(hex.n == sizeof(text) - 1 && hex_read(text, want, sizeof(want)));
	for (size_t i = 0; i < origin->n_texts; i++) {
		sha256(origin->texts[i].bytes, have);
		EXPECT(memcmp(have, origin->texts[i].sha256, sizeof(have)) == 0);
		if (memcmp(have, want, sizeof(have)) == 0)
			return true;
	}
	return false;
}

TEST(an_origin_names_each_text_and_the_line_of_each_value)
{
	SCOPED(planned_clear) struct planned p = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct entry *entry;
	struct origin origin;
	struct bytes rest, hex, name;
	size_t texts = 0;

	REQUIRE_OK(shipped_plan(topology, &p, err), err);
	entry = plan_find(p.plan, "edge-external/edge.contoso.com");
	REQUIRE(entry != NULL && origin_make(p.plan, entry, arena, &origin));
	for (rest = origin.text; origin_next_text(&rest, &hex, &name); texts++)
		EXPECT(has_digest(&origin, hex));
	EXPECT_INT(texts + 1, origin.n_texts);           /* and the compiled role */
	EXPECT(texts >= 4);      /* topology, product, the role, what it extends   */
	EXPECT(memmem(origin.text.p, origin.text.n, "value san conf.contoso.com\n", 27) != NULL);
	EXPECT(memmem(origin.text.p, origin.text.n, "\n  fact 1:5:", 12) != NULL);
}

TEST(an_entry_of_another_plan_has_no_origin)
{
	SCOPED(planned_clear) struct planned p = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct origin origin;
	struct entry entry;

	REQUIRE_OK(shipped_plan(topology, &p, err), err);
	entry = p.plan->entries[0];
	entry.profile_digest[0] ^= 1;
	EXPECT(!origin_make(p.plan, &entry, arena, &origin));
	EXPECT(!origin_make(NULL, &entry, arena, &origin));
}
