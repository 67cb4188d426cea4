/*
 * Which texts are read for a topology: what it may need, and what that draws in.
 */
#include "profile/need.h"
#include "profile/program.h"
#include "tests/unit.h"

static const char product_text[] =
    "product: acme\n"
    "kinds:\n"
    "  fe: { servers: required }\n"
    "  rp: { servers: optional }\n";

#define HEAD "topology: t\nproduct: acme\nsip_domains: [example.com]\n"
#define ONE_FE "pools: [ { fqdn: a.example.com, kind: fe, servers: [b.example.com] } ]\n"

static struct profile_file
file(const char *stem, unsigned place, const char *text)
{
	return (struct profile_file){ stem, "p", stem, place, bytes_of_text(text) };
}

/* How many of `files` are read for the topology; of its product the first is. */
static void
expect_read(const struct profile_file *files, size_t n, const char *text, size_t want)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(topology_free) struct topology *topology = NULL;
	const struct product *const *products;
	const struct role_listing *list;
	size_t n_products;

	REQUIRE_OK(catalog_open(files, n, &catalog, err), err);
	products = catalog_products(catalog, &n_products);
	REQUIRE_OK(topology_read(bytes_of_text(text), "t.yaml", products, n_products, &topology,
	    err), err);
	REQUIRE_OK(catalog_load(catalog, topology, err), err);
	EXPECT_INT(catalog_roles(catalog, products[0], &list), want);
}

TEST(only_needed_texts_are_read)
{
	const struct profile_file files[] = {
		file("product", 0, product_text),
		file("fe", 0, "role: fe\nproducts: [acme]\napplies_to: fe\n"),
		file("rp", 0, "role: rp\nproducts: [acme]\napplies_to: rp\n"),
		file("broken", 0, "role: broken\nproducts: [q]\n- \n"),
	};

	expect_read(files, ARRAY_LEN(files), HEAD ONE_FE, 1);
	/* One that is named may be any. */
	expect_read(files, ARRAY_LEN(files), HEAD "roles: { rp: omit }\n" ONE_FE, 2);
}

TEST(texts_that_may_say_it_otherwise_are_read)
{
	static const char *const texts[] = {
		"role: x\nproducts: [acme]\n",
		"role: x\nproducts: [\"\\x61cme\"]\napplies_to: rp\n",
		"role: x\nproducts: [acme]\nappend: { applies_to: [rp] }\n",
		"role: x\nproducts: [acme]\n\"applies\\x5fto\": rp\n",
		"products: [acme]\nrole: x\napplies_to: rp\n",
		"# x\n\nrole: x\nproducts: [acme]\napplies_to: [rp, fe]\n",
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const struct profile_file files[] = {
			file("product", 0, product_text), file("x", 0, texts[i]),
		};

		expect_read(files, ARRAY_LEN(files), HEAD ONE_FE, 1);
	}
}

/* What stands against a role that is read, by its name: in its place, or before it. */
TEST(rivals_are_read)
{
	const struct profile_file twice[] = {
		file("product", 0, product_text),
		file("a", 0, "role: r\nproducts: [acme]\napplies_to: fe\n"),
		file("b", 0, "# another\nrole: r\nproducts: [acme]\napplies_to: rp\n"),
	};
	const struct profile_file hidden[] = {
		file("product", 1, product_text),
		file("a", 1, "role: r\nproducts: [acme]\napplies_to: fe\n"),
		file("a", 0, "role: r\nproducts: [acme]\napplies_to: rp\ntitle: Earlier\n"),
	};
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(topology_free) struct topology *topology = NULL;
	const struct product *const *products;
	const struct role_listing *list;
	size_t n;

	REQUIRE_OK(catalog_open(twice, ARRAY_LEN(twice), &catalog, err), err);
	products = catalog_products(catalog, &n);
	REQUIRE_OK(topology_read(bytes_of_text(HEAD ONE_FE), "t.yaml", products, n, &topology, err),
	    err);
	EXPECT_RULE(catalog_load(catalog, topology, err), err, RULE_ROLE_TWICE);
	catalog_free(TAKE(catalog));
	topology_free(TAKE(topology));
	error_clear(err);
	REQUIRE_OK(catalog_open(hidden, ARRAY_LEN(hidden), &catalog, err), err);
	products = catalog_products(catalog, &n);
	REQUIRE_OK(topology_read(bytes_of_text(HEAD ONE_FE), "t.yaml", products, n, &topology, err),
	    err);
	REQUIRE_OK(catalog_load(catalog, topology, err), err);
	REQUIRE(catalog_roles(catalog, products[0], &list) == 1);
	EXPECT_TEXT(list[0].title, "Earlier");
}
