/*
 * Of the shipped roles, those that a topology may need plan it as all of them do.
 */
#include "tests/unit.h"
#include "tests/unit/plan/shipped.h"

#define HEAD(product_) "topology: t\nproduct: " product_ "\nsip_domains: [contoso.com]\n"

static const char *const topologies[] = {
	HEAD("lync-2013") "pools: []\n",
	HEAD("lync-2013") "pools:\n"
	"  - { fqdn: f.contoso.com, kind: front-end, servers: [s1.contoso.com, s2.contoso.com],\n"
	"      web: { external: w.contoso.com } }\n",
	HEAD("lync-2013") "roles: { front-end-combined: include }\npools:\n"
	"  - { fqdn: f.contoso.com, kind: front-end, servers: [s1.contoso.com] }\n",
	HEAD("sfb-2019") "pools:\n"
	"  - { fqdn: e.contoso.com, kind: edge, servers: [s1.contoso.com],\n"
	"      external: { access: a.contoso.com, webcon: b.contoso.com, av: c.contoso.com } }\n"
	"choices: { edge-external: { san_layout: access-first } }\n",
	HEAD("ocs-2007r2") "pools:\n"
	"  - { fqdn: f.contoso.com, kind: standard-edition, servers: [f.contoso.com] }\n",
	HEAD("generic") "pools:\n"
	"  - { fqdn: w.contoso.com, kind: web-server, servers: [w.contoso.com] }\n",
};

/* In two steps, from what the texts show. */
static enum rc_status
plan_needed(const char *topology, const struct profile_file *files, size_t n_files,
    struct planned *p, struct error *err)
{
	const struct product *const *products;
	size_t n;

	TRY(catalog_open(files, n_files, &p->catalog, err));
	products = catalog_products(p->catalog, &n);
	TRY(topology_read(bytes_of_text(topology), "t.yaml", products, n, &p->topology, err));
	TRY(catalog_load(p->catalog, p->topology, err));
	TRY(program_compile(p->catalog, p->topology->product, p->topology, &p->program, err));
	TRY(program_check_topology(p->program, p->catalog, p->topology, err));
	return plan_make(p->program, p->topology, &p->plan, err);
}

TEST(needed_roles_plan_as_all_do)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct profile_file *files = NULL;
	size_t n = 0;

	REQUIRE_OK(shipped_files(arena, &files, &n, err), err);
	for (size_t i = 0; i < ARRAY_LEN(topologies); i++) {
		SCOPED(planned_clear) struct planned all = { .plan = NULL }, some = { .plan = NULL };

		REQUIRE_OK(shipped_plan(topologies[i], &all, err), err);
		REQUIRE_OK(plan_needed(topologies[i], files, n, &some, err), err);
		EXPECT_INT(some.plan->n_entries, all.plan->n_entries);
		EXPECT(memcmp(some.plan->digest, all.plan->digest, sizeof(all.plan->digest)) == 0);
	}
}
