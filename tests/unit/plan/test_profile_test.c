/*
 * Tests of role definitions: what passes, what fails, and what is no test.
 */
#include "plan/profile_test.h"
#include "tests/unit.h"
#include "tests/unit/plan/shipped.h"

#define HEAD                                                                  \
	"products: [sfb-2015]\n"                                              \
	"topology:\n"                                                         \
	"  sip_domains: [contoso.com]\n"                                      \
	"  pools:\n"                                                          \
	"    - fqdn: edge.contoso.net\n"                                      \
	"      kind: edge\n"                                                  \
	"      external: { access: sip.contoso.com, webcon: webcon.contoso.com }\n" \
	"tests:\n"                                                            \
	"  - name: t\n"

/* The findings of all tests of the text, RC_OK when there are none. */
static enum rc_status
run_text(const char *text, const char *topology, struct coverage *coverage, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(profile_tests_free) struct profile_tests *tests = NULL;

	TRY(shipped_catalog(&catalog, err));
	TRY(profile_tests_read(bytes_of_text(text), "x.test.yaml", &tests, err));
	for (size_t i = 0; i < tests->n; i++)
		TRY(profile_test_run(tests, &tests->v[i], bytes_of_text(topology), catalog, coverage,
		    err));
	return RC_OK;
}

static void
expect_pass(const char *claims)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_printf(&text, "%s%s", HEAD, claims);
	EXPECT_OK(run_text(buf_text(&text), "", NULL, err), err);
}

static void
expect_fail(const char *claims, const char *message)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT, shown = BUF_INIT;
	enum rc_status status;

	buf_printf(&text, "%s%s", HEAD, claims);
	status = run_text(buf_text(&text), "", NULL, err);
	error_render(err, &shown);
	EXPECT_HAS(buf_text(&shown), message);
	EXPECT_RULE(status, err, RULE_PROFILE_TEST);
}

static void
expect_bad(const char *text, enum rule rule)
{
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_RULE(run_text(text, "", NULL, err), err, rule);
}

#define ENTRY "    expect:\n      - entry: edge-external/edge.contoso.net\n"

TEST(a_test_that_tells_the_truth_passes)
{
	expect_pass(ENTRY "        subject: sip.contoso.com\n"
	    "        dn: CN=sip.contoso.com\n"
	    "        san: [sip.contoso.com, webcon.contoso.com]\n"
	    "        eku: [serverAuth]\n        exportable: false\n        validity_days: 730\n"
	    "        assign: [AccessEdgeExternal, DataEdgeExternal, AudioVideoAuthentication]\n"
	    "    absent: [edge-av/edge.contoso.net]\n    notes: [shared-key-needs-token]\n"
	    "    no_notes: [shared-key-exportable]\n");
	expect_pass("    topology: { public_im: { aol: true } }\n" ENTRY
	    "        eku: [serverAuth, clientAuth]\n");
	expect_pass("    topology: { sip_domains: [contoso] }\n    refuse: name-not-fqdn\n");
	expect_pass("    topology: { pools: [ { fqdn: edge.contoso.net, kind: edge } ] }\n"
	    "    absent: [edge-external/edge.contoso.net]\n    notes: [plan-no-subject]\n");
	expect_pass("    topology: { subject: { ST: WA, C: US } }\n    notes: [subject-abbreviated]\n");
}

TEST(each_claim_can_fail)
{
	expect_fail(ENTRY "        subject: edge.contoso.net\n", "want edge.contoso.net");
	expect_fail(ENTRY "        dn: CN=sip.contoso.com, C=US\n", "have CN=sip.contoso.com [");
	expect_fail(ENTRY "        san: [webcon.contoso.com, sip.contoso.com]\n",
	    "x.test.yaml:12:14: error: san of 'edge-external/edge.contoso.net' is another");
	expect_fail(ENTRY "        san: [sip.contoso.com]\n", "have sip.contoso.com, webcon.contoso.com");
	expect_fail(ENTRY "        san: []\n", "want (none)");
	expect_fail(ENTRY "        eku: [serverAuth, clientAuth]\n", "have serverAuth [");
	expect_fail(ENTRY "        assign: []\n", "have AccessEdgeExternal");
	expect_fail(ENTRY "        extensions: [keyUsage]\n", "have basicConstraints, keyUsage, ");
	expect_fail(ENTRY "        exportable: true\n", "have false");
	expect_fail(ENTRY "        validity_days: 365\n", "have 730");
	expect_fail("    expect:\n      - entry: edge-extrnal/edge.contoso.net\n",
	    "did you mean 'edge-external/edge.contoso.net'?");
	expect_fail("    absent: [oauth]\n", "the entry 'oauth' is planned");
	expect_fail("    notes: [wildcard-leaves-host]\n", "there is no note 'wildcard-leaves-host'");
	expect_fail("    no_notes: [shared-key-needs-token]\n",
	    "there is a note 'shared-key-needs-token'");
}

TEST(refusals_are_told_apart)
{
	expect_fail("    refuse: name-not-fqdn\n", "nothing was refused");
	expect_fail("    topology: { sip_domains: [contoso] }\n    refuse: yaml-tag\n",
	    "refused at x.test.yaml:10:31: ");
	expect_fail("    topology: { sip_domains: [contoso] }\n    absent: [oauth]\n",
	    "have name-not-fqdn");
	expect_fail("    products: [sfb-2031]\n    absent: [oauth]\n", "refused at x.test.yaml:10:16");
}

TEST(a_topology_in_a_file_of_its_own)
{
	static const char *const text =
	    "products: [ocs-2007r2]\ntopology: { sip_domains: [x.example.com] }\ntests:\n"
	    "  - name: t\n    topology: t.yaml\n    expect:\n"
	    "      - { entry: standard-edition/se.contoso.com/se.contoso.com, san: [se.contoso.com] }\n";
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_OK(run_text(text, "sip_domains: [contoso.com]\npools:\n"
	    "  - { fqdn: se.contoso.com, kind: standard-edition }\n", NULL, err), err);
	EXPECT_RULE(run_text(text, "[]\n", NULL, err), err, RULE_PROFILE_TEST);
	EXPECT_RULE(run_text(text, "pools: []\n", NULL, err), err, RULE_PROFILE_TEST);
}

TEST(what_is_no_test)
{
	expect_bad(HEAD, RULE_PROFILE_TEST_EMPTY);
	expect_bad(HEAD "    expect: []\n    absent: []\n    notes: []\n", RULE_PROFILE_TEST_EMPTY);
	expect_bad(HEAD "    refuse: yaml-tag\n    notes: [yaml-tag]\n", RULE_PROFILE_TEST_EMPTY);
	expect_bad(HEAD "    refuse: no-such-rule-at-all\n", RULE_UNKNOWN_WORD);
	expect_bad(HEAD "    notes: [no-such-rule-at-all]\n", RULE_UNKNOWN_WORD);
	expect_bad(HEAD "    expected: []\n", RULE_UNKNOWN_KEY);
	expect_bad(HEAD "    topology: []\n    refuse: yaml-tag\n", RULE_YAML_TYPE);
	expect_bad(HEAD ENTRY "        san: sip.contoso.com\n", RULE_YAML_TYPE);
	expect_bad(HEAD ENTRY "        subject: [sip.contoso.com]\n", RULE_YAML_TYPE);
	expect_bad(HEAD "    expect: [ { san: [] } ]\n", RULE_MISSING_KEY);
	expect_bad("tests: [ { absent: [oauth] } ]\n", RULE_MISSING_KEY);
	expect_bad("topology: {}\n", RULE_MISSING_KEY);
	expect_bad("tests: {}\n", RULE_YAML_TYPE);
	expect_bad("- tests\n", RULE_YAML_TYPE);
}

TEST(coverage_knows_what_was_not_reached)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(coverage_free) struct coverage *coverage = coverage_new();
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(profile_tests_free) struct profile_tests *tests = NULL;
	static const char *const text = "products: [generic]\ntests:\n  - name: t\n    topology:\n"
	    "      sip_domains: [example.com]\n      extra_names: { web-server: [z.example.com] }\n"
	    "      pools: [ { fqdn: w.example.com, kind: web-server } ]\n    absent: [x]\n";
	const struct coverage_item *items;
	size_t n, roles = 0, names = 0;

	REQUIRE_OK(shipped_catalog(&catalog, err), err);
	REQUIRE_OK(profile_tests_read(bytes_of_text(text), "x.test.yaml", &tests, err), err);
	EXPECT_OK(profile_test_run(tests, &tests->v[0], BYTES(NULL, 0), catalog, coverage, err), err);
	REQUIRE_OK(coverage_complete(coverage, catalog, &items, &n, err), err);
	for (size_t i = 0; i < n; i++) {
		roles += items[i].reached && strcmp(items[i].what, "role") == 0;
		names += items[i].reached && strcmp(items[i].what, "name") == 0;
	}
	EXPECT_INT(roles, 1);
	EXPECT_INT(names, 1);
	EXPECT(n > 4);
}
