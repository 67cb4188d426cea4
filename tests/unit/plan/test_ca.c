/*
 * A CA's own certificate, planned from a role per ca: the shipped ones, and a team's.
 */
#include "plan/ca.h"
#include "tests/unit.h"
#include "tests/unit/plan/shipped.h"

struct made {
	struct catalog *catalog;
	struct program *program;
	struct plan *plan;
};

static void
made_clear(struct made *m)
{
	plan_free(TAKE(m->plan));
	program_free(TAKE(m->program));
	catalog_free(TAKE(m->catalog));
}
DEFINE_SCOPED_VALUE(made_clear, struct made)

static void
shipped_program(struct made *m, struct error *err)
{
	const struct product *const *products;
	size_t n;

	REQUIRE_OK(shipped_catalog(&m->catalog, err), err);
	products = catalog_products(m->catalog, &n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(products[i]->name, "generic") == 0)
			REQUIRE_OK(program_compile(m->catalog, products[i], NULL, &m->program,
			    err), err);
	REQUIRE(m->program != NULL);
}

static const struct ca_terms root_terms = {
	.subject = { .attr = { [DN_CN] = "Root", [DN_O] = "Contoso" } }, .path_len = CA_PATH_OF_ROLE,
};

TEST(a_root_is_planned_from_its_role_and_what_it_is_given)
{
	SCOPED(made_clear) struct made m = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf canonical = BUF_INIT;
	const struct entry *entry;

	shipped_program(&m, err);
	REQUIRE_OK(plan_ca(program_role(m.program, "root-ca"), &root_terms, &m.plan, err), err);
	REQUIRE(m.plan->n_entries == 1);
	entry = &m.plan->entries[0];
	EXPECT_TEXT(entry->id, "root-ca/CN=Root, O=Contoso");
	EXPECT(entry->pool == NULL && entry->server == NULL);
	EXPECT_INT(entry->n_exts, 3);
	EXPECT_INT(entry->key_usage_ec, KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN | KU_CRL_SIGN);
	EXPECT_INT(entry->exts[0].value.u.basic.ca, true);
	EXPECT_INT(entry->exts[0].value.u.basic.path_len, -1);
	entry_put_canonical(entry, &canonical);
	EXPECT(strstr(buf_text(&canonical), "validity-days 7305\n") != NULL);
}

/* As before there were role texts for it: octet for octet. */
TEST(what_a_root_holds_is_golden)
{
	SCOPED(made_clear) struct made m = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf exts = BUF_INIT, hex = BUF_INIT;
	const uint8_t id[] = { 0xab, 0xcd };
	struct entry_ca_facts facts = { .key_is_ec = true, .subject_key_id = BYTES(id, 2),
		.issuer_key_id = BYTES(id, 2) };

	shipped_program(&m, err);
	REQUIRE_OK(plan_ca(program_role(m.program, "root-ca"), &root_terms, &m.plan, err), err);
	entry_extensions(&m.plan->entries[0], &facts, &exts);
	buf_put_hex(&hex, buf_bytes(&exts));
	EXPECT_TEXT(buf_text(&hex), "300f0603551d130101ff040530030101ff"
	    "300e0603551d0f0101ff040403020186" "300b0603551d0e04040402abcd");
}

TEST(what_an_issuing_ca_holds_is_golden)
{
	SCOPED(made_clear) struct made m = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf exts = BUF_INIT, hex = BUF_INIT;
	const uint8_t id[] = { 0xab, 0xcd };
	const char *cdp[] = { "http://a/b" };
	struct ca_terms terms = root_terms;
	struct entry_ca_facts facts = { .key_is_ec = false, .subject_key_id = BYTES(id, 2),
		.issuer_key_id = BYTES(id, 2), .cdp = cdp, .n_cdp = 1 };

	terms.path_len = 0;
	terms.validity_days = 10;
	shipped_program(&m, err);
	REQUIRE_OK(plan_ca(program_role(m.program, "issuing-ca"), &terms, &m.plan, err), err);
	EXPECT_INT(m.plan->entries[0].validity_days, 10);
	entry_extensions(&m.plan->entries[0], &facts, &exts);
	buf_put_hex(&hex, buf_bytes(&exts));
	EXPECT_TEXT(buf_text(&hex), "30120603551d130101ff040830060101ff020100"
	    "300e0603551d0f0101ff040403020186" "300b0603551d0e04040402abcd"
	    "300d0603551d230406" "30048002abcd"
	    "301b0603551d1f04143012" "3010a00ea00c860a687474703a2f2f612f62");
}

TEST(other_roles_and_empty_subjects_are_refused)
{
	SCOPED(made_clear) struct made m = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();
	struct ca_terms nobody = { .path_len = 0 };

	shipped_program(&m, err);
	EXPECT_RULE(plan_ca(program_role(m.program, "web-server"), &root_terms, &m.plan, err),
	    err, RULE_PLAN_CA_ROLE);
	EXPECT_RULE(plan_ca(program_role(m.program, "root-ca"), &nobody, &m.plan, err), err,
	    RULE_PLAN_EMPTY_SUBJECT);
}

#define OWN "role: sub-ca\nproducts: [p]\nper: ca\nkey: { algorithms: [ec-p256] }\n" \
	"key_usage: { ec: [keyCertSign, cRLSign] }\nbasic_constraints: { ca: true, path_length: 2 }\n"

static enum rc_status
own_plan(const char *role, const struct ca_terms *terms, struct made *m, struct error *err)
{
	struct profile_file files[] = {
		{ "p/product.yaml", "p", "product", 0,
		  bytes_of_text("product: p\nkinds: { box: { servers: single } }\n") },
		{ "p/r.yaml", "p", "r", 0, bytes_of_text(role) },
	};
	const struct product *const *products;
	size_t n;

	TRY(catalog_read(files, ARRAY_LEN(files), &m->catalog, err));
	products = catalog_products(m->catalog, &n);
	TRY(program_compile(m->catalog, products[0], NULL, &m->program, err));
	return plan_ca(m->program->roles[0], terms, &m->plan, err);
}

TEST(a_team_has_a_ca_role_of_its_own)
{
	SCOPED(made_clear) struct made m = { .plan = NULL };
	SCOPED(error_free) struct error *err = error_new();

	REQUIRE_OK(own_plan(OWN "choices:\n  policy: { values: [none, any], default: any }\n"
	    "certificate_policies:\n"
	    "  - { oid: 2.5.29.32.0, when: \"${choice.policy == 'any'}\" }\n"
	    "name_constraints: { permitted: [ { dns: contoso.com } ] }\n",
	    &root_terms, &m, err), err);
	EXPECT_INT(m.plan->entries[0].exts[0].value.u.basic.path_len, 2);
	EXPECT_INT(m.plan->entries[0].n_exts, 8);
}

TEST(no_fact_of_a_topology_reaches_a_ca_role)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(made_clear) struct made m = { .plan = NULL }, wild = { .plan = NULL };

	EXPECT_RULE(own_plan(OWN "san: { names: [ { dns: \"${first(sip_domains).name}\" } ] }\n",
	    &root_terms, &m, err), err, RULE_UNKNOWN_VARIABLE);
	EXPECT_RULE(own_plan(OWN "san: { names: [ { dns: \"*.contoso.com\" } ] }\n",
	    &root_terms, &wild, err), err, RULE_WILDCARD_PARENT);
}
