/*
 * A role that anybody wrote: compiled in bounded time, or refused with the place
 * of every mistake.  What compiles can be shown.
 */
#include "profile/program.h"
#include "tests/fuzz/fuzz.h"

static const char product_text[] =
    "product: p\n"
    "title: P\n"
    "kinds:\n"
    "  edge:\n"
    "    title: Edge\n"
    "    servers: optional\n"
    "    fields:\n"
    "      auto_logon: { type: boolean, default: false }\n"
    "      aliases: { type: fqdn-list }\n"
    "      external:\n"
    "        type: record\n"
    "        fields: { access: { type: fqdn }, webcon: { type: fqdn } }\n";

static const char base_text[] =
    "base: server\n"
    "basic_constraints: { ca: false }\n"
    "extended_key_usage: [serverAuth]\n"
    "validity_days: 730\n"
    "key: { algorithms: [rsa-2048, ec-p256] }\n"
    "key_usage: { rsa: [digitalSignature, keyEncipherment], ec: [digitalSignature] }\n";

static void
compile(const struct catalog *catalog)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(program_free) struct program *program = NULL;
	struct buf shown = BUF_INIT;
	size_t n;
	const struct product *const *products = catalog_products(catalog, &n);
	enum rc_status status;

	if (n == 0)
		return;
	status = program_compile(catalog, products[0], NULL, &program, err);
	fuzz_verdict(status, err);
	fuzz_demand((status == RC_OK) == (program != NULL), "a program beside an error");
	for (size_t i = 0; program != NULL && i < program->n_roles; i++)
		role_print(program->roles[i], &shown);
	buf_clear(&shown);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	const struct profile_file files[] = {
		{ "base/server.yaml", "base", "server", 0,
		    BYTES(base_text, sizeof(base_text) - 1) },
		{ "p/product.yaml", "p", "product", 0,
		    BYTES(product_text, sizeof(product_text) - 1) },
		{ "p/edge.yaml", "p", "edge", 0, BYTES(data, n) },
	};
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	enum rc_status status = catalog_read(files, ARRAY_LEN(files), &catalog, err);

	fuzz_verdict(status, err);
	if (status == RC_OK)
		compile(catalog);
	return 0;
}
