/*
 * The requester supplies a key and nothing else: from a role's text to the bytes that
 * the token is asked to sign, two requests with one key come to the same bytes,
 * whatever names and extensions they ask for.
 */
#include <glob.h>

#include "plan/plan.h"
#include "profile/program.h"
#include "tests/unit/issue/fixture.h"

static const char product_text[] =
    "product: intranet\n"
    "kinds:\n"
    "  portal: { servers: required, fields: { alias: { type: fqdn } } }\n";

/* Everything that a role can say of names and extensions by a fact. */
static const char role_text[] =
    "role: portal\n"
    "products: [intranet]\n"
    "applies_to: portal\n"
    "per: server\n"
    "subject: { CN: \"${server.fqdn}\" }\n"
    "san:\n"
    "  names:\n"
    "    - dns: ${server.fqdn}\n"
    "    - dns: ${pool.alias}\n"
    "    - each: d in ${sip_domains}\n"
    "      names: [ { dns: \"www.${d.name}\" }, { uri: \"https://${d.name}/\" } ]\n"
    "extended_key_usage: [serverAuth, { use: clientAuth, when: \"${public_im.aol}\" }]\n"
    "certificate_policies: [ { oid: 1.3.6.1.4.1.32473.1, cps: \"https://${pool.fqdn}/cps\" } ]\n"
    "key: { algorithms: [rsa-2048, ec-p256] }\n"
    "key_usage: { rsa: [digitalSignature, keyEncipherment], ec: [digitalSignature] }\n";

#define TOPOLOGY(alias)                                                              \
	"topology: t\n"                                                              \
	"product: intranet\n"                                                        \
	"sip_domains: [contoso.com, fabrikam.com]\n"                                 \
	"pools:\n"                                                                   \
	"  - { fqdn: portal.contoso.com, kind: portal, servers: [p1.contoso.com], "  \
	"alias: " alias " }\n"

struct deployment {
	struct catalog *catalog;
	struct program *program;
	struct topology *topology;
	struct plan *plan;
};

static void
deployment_clear(struct deployment *d)
{
	plan_free(d->plan);
	topology_free(d->topology);
	program_free(d->program);
	catalog_free(d->catalog);
}
DEFINE_SCOPED_VALUE(deployment_clear, struct deployment)

static void
deployment_make(struct deployment *d, const char *text)
{
	const struct profile_file files[] = {
		{ "p/product.yaml", "p", "product", 0, bytes_of_text(product_text) },
		{ "p/portal.yaml", "p", "portal", 0, bytes_of_text(role_text) },
	};
	SCOPED(error_free) struct error *err = error_new();
	const struct product *const *products;
	size_t n;

	REQUIRE_OK(catalog_read(files, ARRAY_LEN(files), &d->catalog, err), err);
	products = catalog_products(d->catalog, &n);
	REQUIRE_OK(topology_read(bytes_of_text(text), "t.yaml", products, n,
	    &d->topology, err), err);
	REQUIRE_OK(program_compile(d->catalog, products[0], d->topology, &d->program, err), err);
	REQUIRE_OK(plan_make(d->program, d->topology, &d->plan, err), err);
}

/* -- requests -------------------------------------------------------------------------- */

static struct general_name hostile_names[] = {
	{ NAME_DNS, "evil.example.net" }, { NAME_DNS, "*.contoso.com" },
	{ NAME_DNS, "p1.contoso.com" }, { NAME_IP, "192.0.2.66" },
	{ NAME_EMAIL, "root@contoso.com" }, { NAME_URI, "https://${server.fqdn}/" },
	{ NAME_UPN, "administrator@contoso.com" }, { NAME_RID, "1.3.6.1.4.1.32473.66" },
};

/* CA:TRUE, every purpose, another policy, the SID of an administrator. */
static void
hostile_extensions(struct buf *out)
{
	static const char *purposes[] = { "2.5.29.37.0", "1.3.6.1.4.1.311.20.2.1" };
	static struct policy policy = { "1.3.6.1.4.1.32473.66", NULL, NULL };
	const struct ext_value all[] = {
		{ .id = EXT_BASIC_CONSTRAINTS, .critical = true,
		    .u.basic = { .ca = true, .path_len = -1 } },
		{ .id = EXT_KEY_USAGE, .critical = true, .u.key_usage = KU_KEY_CERT_SIGN },
		{ .id = EXT_EXTENDED_KEY_USAGE, .u.oids = { purposes, ARRAY_LEN(purposes) } },
		{ .id = EXT_CERTIFICATE_POLICIES, .u.policies = { &policy, 1 } },
		{ .id = EXT_MS_SID, .u.text = "S-1-5-21-1-2-3-500" },
		{ .id = EXT_MS_TEMPLATE_NAME, .u.text = "SubCA" },
	};

	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		ext_put(&all[i], out);
}

/* The bytes that the token was asked to sign. */
static void
keep_tbs(void *arg, struct bytes tbs)
{
	struct buf *kept = arg;

	buf_clear(kept);
	buf_put(kept, tbs.p, tbs.n);
}

static void
same_serial(void *arg, uint8_t ret[20])
{
	(void)arg;
	memset(ret, 0x42, 20);
}

/* The home and its clock are new each time, so that nothing but the request differs. */
static void
issue_to(const struct entry *entry, const struct fixture_request *asks,
    const struct softkey *key, struct softkey **ca, struct buf *ret_tbs, struct buf *ret_csr)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct issue_options options = { .renew = true, .serial = same_serial };

	if (*ca == NULL)
		fake_reset(KEY_EC_P256);
	*ca = fake.key;
	fixture_make(&f, CUSTODY_STRICT);
	fixture_csr(key, asks, ret_csr);
	fake.at_sign = keep_tbs;
	fake.at_sign_arg = ret_tbs;
	REQUIRE_OK(issue_certificate(f.home, f.signer, entry, buf_bytes(ret_csr), &options,
	    &issued, f.err), f.err);
	fake.at_sign = NULL;
	EXPECT(memmem(issued->der.p, issued->der.n, ret_tbs->p, ret_tbs->n) != NULL);
}

static bool
holds(const struct buf *b, const char *word)
{
	return memmem(b->p, b->n, word, strlen(word)) != NULL;
}

TEST(law_3_the_signed_bytes_do_not_depend_on_what_a_request_asks)
{
	SCOPED(deployment_clear) struct deployment d = { .catalog = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(softkey_free) struct softkey *key = NULL;
	SCOPED(buf_clear) struct buf plain = BUF_INIT, hostile = BUF_INIT, exts = BUF_INIT;
	SCOPED(buf_clear) struct buf plain_csr = BUF_INIT, hostile_csr = BUF_INIT;
	const struct entry *entry;
	struct softkey *ca = NULL;
	struct fixture_request asks = { .n_san = 0 };

	deployment_make(&d, TOPOLOGY("intranet.contoso.com"));
	entry = plan_find(d.plan, "portal/portal.contoso.com/p1.contoso.com");
	REQUIRE(entry != NULL);
	REQUIRE_OK(softkey_generate(KEY_EC_P256, &key, err), err);
	issue_to(entry, &asks, key, &ca, &plain, &plain_csr);
	hostile_extensions(&exts);
	asks = (struct fixture_request){ .extensions = buf_bytes(&exts),
		.subject = { .attr = { [DN_CN] = "${pool.fqdn}", [DN_O] = "Evil",
		    [DN_OU] = "CN=evil.example.net", [DN_C] = "XX" } },
		.san = hostile_names, .n_san = ARRAY_LEN(hostile_names) };
	issue_to(entry, &asks, key, &ca, &hostile, &hostile_csr);

	/* The two requests do differ, and what is signed does not. */
	EXPECT(holds(&hostile_csr, "evil.example.net") && !holds(&plain_csr, "evil"));
	EXPECT(bytes_equal(buf_bytes(&plain), buf_bytes(&hostile)));
	EXPECT(holds(&plain, "intranet.contoso.com") && holds(&plain, "https://fabrikam.com/"));
	EXPECT(!holds(&plain, "evil") && !holds(&plain, "${pool"));
}

/* What makes a plan does not know that there are requests. */
TEST(law_3_no_code_that_plans_can_read_a_request)
{
	static const char *const patterns[] = { "src/topology/*", "src/profile/*", "src/plan/*" };
	glob_t found = { .gl_pathc = 0 };

	for (size_t i = 0; i < ARRAY_LEN(patterns); i++)
		(void)glob(patterns[i], i == 0 ? 0 : GLOB_APPEND, NULL, &found);
	REQUIRE(found.gl_pathc > 40);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT;

		folder_read(found.gl_pathv[i], &text);
		EXPECT(!holds(&text, "csr.h\"") && !holds(&text, "csr_"));
	}
	globfree(&found);
}

/* That the first test here can fail: a name of the topology does change the bytes. */
TEST(law_3_the_signed_bytes_depend_on_the_topology)
{
	SCOPED(deployment_clear) struct deployment d = { .catalog = NULL };
	SCOPED(deployment_clear) struct deployment other = { .catalog = NULL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(softkey_free) struct softkey *key = NULL;
	SCOPED(buf_clear) struct buf one = BUF_INIT, two = BUF_INIT;
	SCOPED(buf_clear) struct buf one_csr = BUF_INIT, two_csr = BUF_INIT;
	struct fixture_request asks = { .n_san = 0 };
	struct softkey *ca = NULL;

	deployment_make(&d, TOPOLOGY("intranet.contoso.com"));
	deployment_make(&other, TOPOLOGY("intranets.contoso.com"));
	REQUIRE(d.plan->n_entries == 1 && other.plan->n_entries == 1);
	REQUIRE_OK(softkey_generate(KEY_EC_P256, &key, err), err);
	issue_to(&d.plan->entries[0], &asks, key, &ca, &one, &one_csr);
	issue_to(&other.plan->entries[0], &asks, key, &ca, &two, &two_csr);
	EXPECT(!bytes_equal(buf_bytes(&one), buf_bytes(&two)));
}
