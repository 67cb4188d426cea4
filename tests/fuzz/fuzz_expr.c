/*
 * An expression that anybody wrote, as text, condition and list of `each`: refused
 * where it stands, or evaluated for a deployment, which cannot fail.
 */
#include "tests/fuzz/deployment.h"

static struct catalog *catalog;
static struct topology *topology;
static struct arena *kept;
static struct scope scope;
static const struct value *choice_values[1], *parameter_values[2];
static bool choice_used[1], parameter_used[2];

static const char *const words[] = { "first", "last" };
static const struct type choice_type = { .kind = TYPE_TEXT, .words = words, .n_words = 2 };
static const struct choice choices[] = {
	{ .name = "layout", .values = words, .n_values = 2, .type = &choice_type },
};

static const struct parameter parameters[] = {
	{ .name = "keep", .type = &type_duration },
	{ .name = "site", .type = &type_uri },
};

/* Once for all inputs; it lives as long as the process. */
static void
prepare(void)
{
	static const char *const kinds[] = { "edge", NULL };
	const struct profile_file files[] = { FUZZ_FILE("p", "product", fuzz_product_text) };
	SCOPED(error_free) struct error *err = error_new();
	const struct product *product;

	if (catalog != NULL)
		return;
	fuzz_prepared(catalog_read(files, ARRAY_LEN(files), &catalog, err), err);
	product = fuzz_product(catalog);
	fuzz_prepared(topology_read(BYTES(fuzz_topology_text, sizeof(fuzz_topology_text) - 1),
	    "t.yaml", &product, 1, &topology, err), err);
	kept = arena_new();
	choice_values[0] = value_text(kept, &choice_type, "first", NOWHERE);
	scope = (struct scope){ .product = product, .topology = topology_type(),
		.pool = product_common_type(product, kinds, kept), .server = server_record_type(),
		.choices = choices, .n_choices = 1, .choice_used = choice_used,
		.parameters = parameters, .n_parameters = ARRAY_LEN(parameters),
		.parameter_used = parameter_used };
	parameter_values[0] = value_duration(kept, 86400, NOWHERE);
	parameter_values[1] = value_text(kept, &type_uri, "https://a.contoso.com/", NOWHERE);
}

static struct bindings
bindings_of(struct arena *arena)
{
	return (struct bindings){ .topology = topology->facts, .pool = topology->pools[0].record,
		.server = topology->pools[0].servers[0], .pools = topology,
		.choices = choice_values, .parameters = parameter_values, .arena = arena };
}

static void
try_text(const struct node *node, struct arena *arena)
{
	SCOPED(error_free) struct error *err = error_new();
	struct bindings bindings = bindings_of(arena);
	struct template template;
	struct place fact = NOWHERE;
	struct buf shown = BUF_INIT;
	enum rc_status status = template_compile(node, &scope, arena, &template, err);

	fuzz_verdict(status, err);
	if (status != RC_OK)
		return;
	if (template_eval(&template, &bindings, &fact) == NULL)
		fuzz_demand(template.optional, "a text is absent that cannot be");
	template_print(&template, &shown);
	buf_clear(&shown);
}

static void
try_condition(const struct node *node, struct arena *arena)
{
	SCOPED(error_free) struct error *err = error_new();
	struct bindings bindings = bindings_of(arena);
	const struct expr *expr = NULL;
	enum rc_status status = condition_compile(node, &scope, arena, &expr, err);

	fuzz_verdict(status, err);
	if (status != RC_OK)
		return;
	(void)condition_holds(expr, &bindings);
	(void)expr_fact(expr, &bindings);
}

static void
try_each(const struct node *node, struct arena *arena)
{
	SCOPED(error_free) struct error *err = error_new();
	struct bindings bindings = bindings_of(arena);
	struct scope within = scope;
	struct each each = { .list = NULL };
	const struct value *list;
	enum rc_status status = each_open(node, &within, arena, &each, err);

	fuzz_verdict(status, err);
	if (status != RC_OK)
		return;
	list = each_list(&each, &bindings);
	fuzz_demand(list->type->kind == TYPE_LIST, "`each` runs over no list");
	for (size_t i = 0; i < list->u.list.n; i++)
		each_bind(&each, &bindings, list, i);
	/* Nothing stands within: what is bound is not used. */
	status = each_close(&within, &each, RC_OK, err);
	fuzz_verdict(status, err);
	fuzz_demand(status != RC_OK && within.n_variables == 0, "an unused variable is taken");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct arena *arena = arena_new();
	struct node node = { .kind = NODE_TEXT, .text = arena_strndup(arena,
	    (const char *)data, n) };

	prepare();
	try_text(&node, arena);
	try_condition(&node, arena);
	try_each(&node, arena);
	arena_free(arena);
	return 0;
}
