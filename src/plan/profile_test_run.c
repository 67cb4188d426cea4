/*
 * A test is run: its topology put together, planned, and compared.
 */
#include <stdlib.h>

#include "plan/ca.h"
#include "plan/profile_test.h"
#include "profile/program.h"

struct texts {
	const char **v;
	size_t n, cap;
};

/* One test while it runs. */
struct running {
	const struct profile_tests *tests;
	const struct profile_test *test;
	const struct catalog *catalog;
	struct document *document;       /* of the topology's file, or NULL    */
	struct topology *topology;
	struct program *program;
	struct plan *plan;
	struct error *made;              /* what planning had to say           */
	struct arena *arena;
	struct error *err;
};

static void
running_clear(struct running *r)
{
	plan_free(r->plan);
	program_free(r->program);
	topology_free(r->topology);
	document_free(r->document);
	error_free(r->made);
	arena_free(r->arena);
}
DEFINE_SCOPED_VALUE(running_clear, struct running)

static void
fail(struct running *r, struct place at, const char *message, const char *want, const char *have)
{
	const struct profile_test *test = r->test;

	(void)error_at(r->err, RULE_PROFILE_TEST, at, "%s", message);
	if (want != NULL)
		error_want(r->err, want, have);
	error_while(r->err, "testing '%s'%s%s", test->name, test->product != NULL ? " for " : "",
	    test->product != NULL ? test->product->text : "");
}

/* -- the topology ---------------------------------------------------------------------- */

static void
add_pair(struct node *map, struct node_pair pair)
{
	if (node_get(map, pair.key->text) == NULL)
		map->pairs[map->count++] = pair;
}

static void
add_named(struct running *r, struct node *map, const char *name, const struct node *value)
{
	struct node *key = ARENA_NEW(r->arena, struct node);
	struct node *copy = ARENA_NEW(r->arena, struct node);

	*copy = *value;
	key->kind = NODE_TEXT;
	key->at = value->at;
	key->text = name;
	add_pair(map, (struct node_pair){ key, copy });
}

/* What stands first counts: the test's product, the test's keys, those of all. */
static const struct node *
compose(struct running *r, const struct node *own, const struct node *common)
{
	struct node *map = ARENA_NEW(r->arena, struct node);
	size_t n_own = own != NULL ? own->count : 0, n_common = common != NULL ? common->count : 0;

	map->kind = NODE_MAP;
	map->at = own != NULL ? own->at : r->test->at;
	map->pairs = arena_alloc(r->arena, (n_own + n_common + 2) * sizeof(*map->pairs));
	if (r->test->product != NULL)
		add_named(r, map, "product", r->test->product);
	for (size_t i = 0; i < n_own; i++)
		add_pair(map, own->pairs[i]);
	for (size_t i = 0; i < n_common; i++)
		add_pair(map, common->pairs[i]);
	add_named(r, map, "topology", node_get(r->test->map, "name"));
	return map;
}

static enum rc_status
plan_test(struct running *r, struct bytes text)
{
	const struct node *own = node_get(r->test->map, "topology"), *common = r->tests->topology;
	const struct document *document = r->tests->document;
	const struct product *const *products;
	size_t n;

	if (r->test->topology_file != NULL) {
		TRY(document_read(text, r->test->topology_file, TEXT_TOPOLOGY_MAX, &r->document,
		    r->made));
		document = r->document;
		own = document_root(document);
		common = NULL;
		TRY(node_want(own, NODE_MAP, "a topology", r->made));
	}
	products = catalog_products(r->catalog, &n);
	TRY(topology_read_node(compose(r, own, common), document_source(document), products, n,
	    &r->topology, r->made));
	TRY(program_compile(r->catalog, r->topology->product, r->topology, &r->program, r->made));
	TRY(program_check_topology(r->program, r->catalog, r->topology, r->made));
	return plan_make(r->program, r->topology, &r->plan, r->made);
}

/* -- a CA of its own --------------------------------------------------------------------- */

/* The product's, or where none is named the first that has the role. */
static enum rc_status
compile_ca(struct running *r, const struct node *name)
{
	const struct product *const *products;
	size_t n;

	products = catalog_products(r->catalog, &n);
	for (size_t i = 0; i < n; i++) {
		const char *wanted = r->test->product != NULL ? r->test->product->text : NULL;

		if (wanted != NULL && strcmp(products[i]->name, wanted) != 0)
			continue;
		program_free(TAKE(r->program));
		TRY(program_compile(r->catalog, products[i], NULL, &r->program, r->made));
		if (program_role(r->program, name->text) != NULL)
			return RC_OK;
	}
	return error_at(r->made, RULE_UNKNOWN_ROLE, name->at, "there is no role '%s'",
	    name->text);
}

static enum rc_status
plan_test_ca(struct running *r)
{
	const struct node *ca = node_get(r->test->map, "ca");
	const struct node *length = node_get(ca, "path_length"), *days = node_get(ca, "days");
	struct ca_terms terms = { .path_len = (int)shape_number(length, CA_PATH_OF_ROLE),
		.validity_days = (unsigned)shape_number(days, 0) };

	TRY(compile_ca(r, node_get(ca, "role")));
	TRY_WHILE(r->made, dn_parse(node_get(ca, "subject")->text, r->arena, &terms.subject,
	    r->made), "reading the subject of a test");
	return plan_ca(program_role(r->program, node_get(ca, "role")->text), &terms, &r->plan,
	    r->made);
}

/* -- what an entry is, as texts ----------------------------------------------------------- */

static void
have_subject(const struct entry *entry, struct arena *arena, struct texts *out)
{
	const char *cn = entry->subject.attr[DN_CN];

	*VEC_PUSH(arena, out) = cn != NULL ? cn : "(none)";
}

static void
have_dn(const struct entry *entry, struct arena *arena, struct texts *out)
{
	SCOPED(buf_clear) struct buf dn = BUF_INIT;

	dn_print(&entry->subject, &dn);
	*VEC_PUSH(arena, out) = arena_strdup(arena, buf_text(&dn));
}

static void
have_san(const struct entry *entry, struct arena *arena, struct texts *out)
{
	for (size_t i = 0; i < entry->n_san; i++) {
		const struct general_name *name = &entry->san[i];

		*VEC_PUSH(arena, out) = name->type == NAME_DNS ? name->value
		    : arena_printf(arena, "%s:%s", name_type_word(name->type), name->value);
	}
}

static void
have_eku(const struct entry *entry, struct arena *arena, struct texts *out)
{
	for (size_t i = 0; i < entry->n_eku; i++) {
		const char *word = eku_word(entry->eku[i]);

		*VEC_PUSH(arena, out) = word != NULL ? word : entry->eku[i];
	}
}

static void
have_assign(const struct entry *entry, struct arena *arena, struct texts *out)
{
	for (size_t i = 0; i < entry->n_assign; i++)
		*VEC_PUSH(arena, out) = entry->assign[i];
}

static void
have_extensions(const struct entry *entry, struct arena *arena, struct texts *out)
{
	for (size_t i = 0; i < entry->n_exts; i++)
		*VEC_PUSH(arena, out) = entry_ext_name(&entry->exts[i]);
}

static void
have_usages(unsigned usage, struct arena *arena, struct texts *out)
{
	for (unsigned bit = 0; bit < KU_BITS; bit++)
		if ((usage & 1U << bit) != 0)
			*VEC_PUSH(arena, out) = key_usage_word(bit);
}

static void
have_usage_rsa(const struct entry *entry, struct arena *arena, struct texts *out)
{
	have_usages(entry->key_usage_rsa, arena, out);
}

static void
have_usage_ec(const struct entry *entry, struct arena *arena, struct texts *out)
{
	have_usages(entry->key_usage_ec, arena, out);
}

static void
have_basic(const struct entry *entry, struct arena *arena, struct texts *out)
{
	const struct ext_value *basic = &entry->exts[0].value;   /* each entry begins so */
	const char *text = basic->u.basic.ca ? "CA:TRUE" : "CA:FALSE";

	if (basic->u.basic.path_len >= 0)
		text = arena_printf(arena, "%s, pathlen:%d", text, basic->u.basic.path_len);
	*VEC_PUSH(arena, out) = text;
}

static void
have_exportable(const struct entry *entry, struct arena *arena, struct texts *out)
{
	*VEC_PUSH(arena, out) = entry->exportable ? "true" : "false";
}

static void
have_days(const struct entry *entry, struct arena *arena, struct texts *out)
{
	*VEC_PUSH(arena, out) = arena_printf(arena, "%u", entry->validity_days);
}

static const struct claim {
	const char *key;
	void (*have)(const struct entry *entry, struct arena *arena, struct texts *out);
} claims[] = {
	{ "subject", have_subject },
	{ "dn", have_dn },
	{ "san", have_san },
	{ "eku", have_eku },
	{ "assign", have_assign },
	{ "extensions", have_extensions },
	{ "basic_constraints", have_basic },
	{ "key_usage_rsa", have_usage_rsa },
	{ "key_usage_ec", have_usage_ec },
	{ "exportable", have_exportable },
	{ "validity_days", have_days },
};

/* -- the comparison ------------------------------------------------------------------------- */

static void
wanted(const struct node *node, struct arena *arena, struct texts *out)
{
	if (node->kind == NODE_TEXT)
		*VEC_PUSH(arena, out) = node->text;
	for (size_t i = 0; node->kind == NODE_LIST && i < node->count; i++)
		*VEC_PUSH(arena, out) = node->items[i]->text;
}

static bool
same_texts(const struct texts *a, const struct texts *b)
{
	for (size_t i = 0; i < a->n && i < b->n; i++)
		if (strcmp(a->v[i], b->v[i]) != 0)
			return false;
	return a->n == b->n;
}

static const char *
joined(const struct texts *texts, struct arena *arena)
{
	const char *all = texts->n != 0 ? texts->v[0] : "(none)";

	for (size_t i = 1; i < texts->n; i++)
		all = arena_printf(arena, "%s, %s", all, texts->v[i]);
	return all;
}

static void
compare(struct running *r, const struct entry *entry, const struct claim *claim,
    const struct node *node)
{
	struct texts want = { .v = NULL }, have = { .v = NULL };

	wanted(node, r->arena, &want);
	claim->have(entry, r->arena, &have);
	if (!same_texts(&want, &have))
		fail(r, node->at, arena_printf(r->arena, "%s of '%s' is another", claim->key,
		    entry->id), joined(&want, r->arena), joined(&have, r->arena));
}

static void
check_entry(struct running *r, const struct node *map)
{
	const struct node *id = node_get(map, "entry");
	const struct entry *entry = plan_find(r->plan, id->text);

	if (entry == NULL) {
		const char *near = plan_nearest(r->plan, id->text);

		fail(r, id->at, arena_printf(r->arena, "the entry '%s' is not planned", id->text),
		    NULL, NULL);
		if (near != NULL)
			error_fix(r->err, "did you mean '%s'?", near);
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(claims); i++)
		if (node_get(map, claims[i].key) != NULL)
			compare(r, entry, &claims[i], node_get(map, claims[i].key));
}

/* Was there a note or warning by this rule, of the plan or of the topology? */
static bool
is_noted(const struct running *r, const char *rule)
{
	for (size_t i = 0; i < r->plan->n_notes; i++)
		if (strcmp(r->plan->notes[i].rule, rule) == 0)
			return true;
	for (const struct diagnosis *d = error_first(r->made); d != NULL; d = d->next)
		if (strcmp(rule_id(d->rule), rule) == 0)
			return true;
	return false;
}

static void
check_notes(struct running *r, const struct node *list, bool want)
{
	for (size_t i = 0; list != NULL && i < list->count; i++)
		if (is_noted(r, list->items[i]->text) != want)
			fail(r, list->items[i]->at, arena_printf(r->arena, "there is %s note '%s'",
			    want ? "no" : "a", list->items[i]->text), NULL, NULL);
}

static void
check_plan(struct running *r)
{
	const struct node *expect = node_get(r->test->map, "expect");
	const struct node *absent = node_get(r->test->map, "absent");

	for (size_t i = 0; expect != NULL && i < expect->count; i++)
		check_entry(r, expect->items[i]);
	for (size_t i = 0; absent != NULL && i < absent->count; i++)
		if (plan_find(r->plan, absent->items[i]->text) != NULL)
			fail(r, absent->items[i]->at, arena_printf(r->arena,
			    "the entry '%s' is planned", absent->items[i]->text), NULL, NULL);
	check_notes(r, node_get(r->test->map, "notes"), true);
	check_notes(r, node_get(r->test->map, "no_notes"), false);
}

/* -- refusals ---------------------------------------------------------------------------------- */

static void
fail_refused(struct running *r, const struct diagnosis *d, const char *want)
{
	const char *at = d->file != NULL ? arena_printf(r->arena, " at %s:%u:%u", d->file, d->line,
	    d->column) : "";

	fail(r, r->test->at, arena_printf(r->arena, "refused%s: %s", at, d->message), want,
	    rule_id(d->rule));
}

static void
check_refusal(struct running *r, const struct node *refuse)
{
	const struct diagnosis *first = NULL;

	for (const struct diagnosis *d = error_first(r->made); d != NULL; d = d->next) {
		if (d->severity != SEVERITY_ERROR)
			continue;
		if (refuse != NULL && strcmp(rule_id(d->rule), refuse->text) == 0)
			return;
		if (first == NULL)
			first = d;
	}
	if (first != NULL)
		fail_refused(r, first, refuse != NULL ? refuse->text : "a plan");
	else
		fail(r, refuse->at, "nothing was refused", refuse->text, "a plan");
}

enum rc_status
profile_test_run(const struct profile_tests *tests, const struct profile_test *test,
    struct bytes topology, const struct catalog *catalog, struct coverage *coverage,
    struct error *err)
{
	SCOPED(running_clear) struct running r = { .tests = tests, .test = test,
		.catalog = catalog, .err = err };
	const struct node *refuse = node_get(test->map, "refuse");
	size_t before = error_count(err);
	enum rc_status status;

	r.made = error_new();
	r.arena = arena_new();
	status = node_get(test->map, "ca") != NULL ? plan_test_ca(&r) : plan_test(&r, topology);
	if (status != RC_OK || refuse != NULL)
		check_refusal(&r, refuse);
	else
		check_plan(&r);
	if (status == RC_OK && coverage != NULL)
		coverage_plan(coverage, r.program, r.topology, r.plan);
	return error_count(err) == before ? RC_OK : RC_NO;
}
