#include "plan/plan.h"

#include <stdlib.h>

#include "plan/build.h"
#include "plan/origin.h"
#include "profile/forms.h"

void
plan_free(struct plan *plan)
{
	if (plan == NULL)
		return;
	arena_free(plan->arena);
	free(plan);
}

static int
id_order(const void *a, const void *b)
{
	return strcasecmp((*(const struct entry *const *)a)->id,
	    (*(const struct entry *const *)b)->id);
}

const struct entry *
plan_find(const struct plan *plan, const char *id)
{
	const struct entry key = { .id = id }, *wanted = &key;
	const struct entry **found;

	if (plan->by_id != NULL) {
		found = bsearch(&wanted, plan->by_id, plan->n_entries, sizeof(wanted), id_order);
		return found != NULL ? *found : NULL;
	}
	for (size_t i = 0; i < plan->n_entries; i++)
		if (strcasecmp(plan->entries[i].id, id) == 0)
			return &plan->entries[i];
	return NULL;
}

const char *
plan_nearest(const struct plan *plan, const char *id)
{
	const char **ids = mem_alloc((plan->n_entries + 1) * sizeof(*ids)), *near;

	for (size_t i = 0; i < plan->n_entries; i++)
		ids[i] = plan->entries[i].id;
	near = nearest_word(id, ids, plan->n_entries);
	free(ids);
	return near;
}

/* The first mistake decides; the others are shown too. */
static void
keep(struct builder *b, enum rc_status status)
{
	if (b->status == RC_OK)
		b->status = status;
}

/* -- which roles -------------------------------------------------------------------- */

static const struct role_switch *
find_switch(const struct topology *topology, const char *role)
{
	for (size_t i = 0; i < topology->n_switches; i++)
		if (strcmp(topology->switches[i].role, role) == 0)
			return &topology->switches[i];
	return NULL;
}

static bool
is_replaced(const struct builder *b, const char *name)
{
	for (size_t i = 0; i < b->program->n_roles; i++) {
		const struct role *role = b->program->roles[i];
		const struct role_switch *on = find_switch(b->topology, role->name);

		for (const char *const *other = role->replaces; other != NULL && *other != NULL;
		    other++)
			if (strcmp(*other, name) == 0 && on != NULL && on->include)
				return true;
	}
	return false;
}

static bool
is_planned(const struct builder *b, const struct role *role)
{
	const struct role_switch *own = find_switch(b->topology, role->name);

	if (own != NULL)
		return own->include;
	return !role->optional && !is_replaced(b, role->name);
}

static bool
applies_to(const struct role *role, const struct pool *pool)
{
	for (const char *const *kind = role->kinds; kind != NULL && *kind != NULL; kind++)
		if (strcmp(*kind, pool->kind->name) == 0)
			return true;
	return false;
}

/* -- choices ----------------------------------------------------------------------------- */

static const struct value *
choice_value(const struct builder *b, const struct role *role, const struct choice *choice)
{
	const char *owner = choice->from != NULL ? choice->from : role->name;
	const char *word = choice->values[choice->fallback];
	struct place at = NOWHERE;

	for (size_t i = 0; i < b->topology->n_choices; i++)
		if (strcmp(b->topology->choices[i].role, owner) == 0 &&
		    strcmp(b->topology->choices[i].choice, choice->name) == 0) {
			word = b->topology->choices[i].value;
			at = b->topology->choices[i].value_at;
		}
	return value_text(b->arena, choice->type, word, at);
}

static const struct value *const *
role_choice_values(const struct builder *b, const struct role *role)
{
	const struct value **values = arena_alloc(b->arena,
	    (role->n_choices + 1) * sizeof(const struct value *));

	for (size_t i = 0; i < role->n_choices; i++)
		values[i] = choice_value(b, role, &role->choices[i]);
	return values;
}

/* -- one entry ------------------------------------------------------------------------------ */

static const char *
entry_id(struct builder *b, const struct role *role, const struct pool *pool, const char *server)
{
	const char *parts[] = { role->name, pool != NULL ? pool->fqdn : NULL, server };

	buf_cut(&b->canonical, 0);
	for (size_t i = 0; i < ARRAY_LEN(parts) && parts[i] != NULL; i++) {
		if (i != 0)
			buf_putc(&b->canonical, '/');
		buf_puts(&b->canonical, parts[i]);
	}
	return arena_strdup(b->arena, buf_text(&b->canonical));
}

/* "choice#3" and "param#0" as their names, for people. */
static void
put_offered_names(const char *text, const struct role *role, struct buf *out)
{
	while (*text != '\0') {
		bool choice = strncmp(text, "choice#", 7) == 0;
		size_t skip = choice ? 7 : strncmp(text, "param#", 6) == 0 ? 6 : 0, slot;
		char *end;

		if (skip == 0) {
			buf_putc(out, *text++);
			continue;
		}
		slot = strtoul(text + skip, &end, 10);
		buf_put(out, choice ? "choice." : "param.", skip);
		if (choice && slot < role->n_choices)
			buf_puts(out, role->choices[slot].name);
		if (!choice && slot < role->n_parameters)
			buf_puts(out, role->parameters[slot].name);
		text = end;
	}
}

/* "when public_im.aol"; NULL: always. */
static const char *
condition_text(struct arena *arena, const struct role *role, const struct expr *when)
{
	SCOPED(buf_clear) struct buf canonical = BUF_INIT, text = BUF_INIT;

	if (when == NULL)
		return NULL;
	expr_print(when, &canonical);
	buf_puts(&text, "when ");
	put_offered_names(buf_text(&canonical), role, &text);
	return arena_strdup(arena, buf_text(&text));
}

static struct role_words
role_words(const struct builder *b, const struct role *role, const struct word_item *items,
    size_t n)
{
	struct role_words words = { .fixed = true };

	words.because = arena_alloc(b->arena, (n + 1) * sizeof(*words.because));
	words.v = arena_alloc(b->arena, (n + 1) * sizeof(*words.v));
	words.why = arena_alloc(b->arena, (n + 1) * sizeof(*words.why));
	for (size_t i = 0; i < n; i++) {
		words.because[i] = condition_text(b->arena, role, items[i].when);
		words.fixed = words.fixed && items[i].when == NULL;
		words.v[i] = items[i].word;
		words.why[i].rule = items[i].at;
	}
	return words;
}

static const char **
held_words(struct making *m, const struct word_item *items, size_t n,
    const struct role_words *all, size_t *ret_n, struct provenance **ret_why)
{
	struct arena *arena = m->builder->arena;
	struct provenance *why;
	const char **words;
	size_t held = 0;

	*ret_n = n;
	*ret_why = all->why;
	if (all->fixed)
		return all->v;
	words = arena_alloc(arena, n * sizeof(*words));
	*ret_why = why = arena_alloc(arena, n * sizeof(*why));
	for (size_t i = 0; i < n; i++) {
		if (!condition_holds(items[i].when, &m->bindings))
			continue;
		why[held] = (struct provenance){ all->because[i], items[i].at,
			expr_fact(items[i].when, &m->bindings) };
		words[held++] = items[i].word;
	}
	*ret_n = held;
	return words;
}

/* False: the fact that names the subject is absent, and the entry is not planned. */
static bool
entry_subject(struct making *m)
{
	const struct role *role = m->role;
	const char *cn;

	m->entry->subject = m->builder->topology->subject;
	if (!role->has_subject)
		return true;
	m->entry->subject_why.rule = role->subject_cn.at;
	cn = template_eval(&role->subject_cn, &m->bindings, &m->entry->subject_why.fact);
	m->entry->subject.attr[DN_CN] = cn;
	return cn != NULL;
}

static void
fill_entry(struct making *m)
{
	const struct role *role = m->role;
	struct entry *entry = m->entry;

	entry->role = role->name;
	entry->title = role->title;
	entry->role_file = role->file;
	entry->san_order = role->san_order;
	entry->key_usage_rsa = role->key_usage_rsa;
	entry->key_usage_ec = role->key_usage_ec;
	entry->key_algorithms = role->key_algorithms;
	entry->forbid_pss = m->builder->topology->product->forbid_pss;
	entry->forbid_ed25519 = m->builder->topology->product->forbid_ed25519;
	entry->exportable = role->exportable != NULL &&
	    condition_holds(role->exportable, &m->bindings);
	entry->shared = role->shared;
	entry->validity_days = m->terms != NULL && m->terms->validity_days != 0
	    ? m->terms->validity_days : role->validity_days;
	entry->renew_before_days = role->renew_before_days;
	memcpy(entry->profile_digest, role->digest, sizeof(entry->profile_digest));
	entry->eku = held_words(m, role->eku, role->n_eku, &m->parts->eku, &entry->n_eku,
	    &entry->eku_why);
	entry->assign = held_words(m, role->assign, role->n_assign, &m->parts->assign,
	    &entry->n_assign, &entry->assign_why);
}

static enum rc_status
check_entry(struct making *m)
{
	struct error *err = m->builder->err;

	TRY_WHILE(err, dn_check(&m->entry->subject, m->role->subject_cn.at, err),
	    "planning the entry '%s'", m->entry->id);
	TRY_WHILE(err, entry_validity(m), "planning the entry '%s'", m->entry->id);
	TRY(entry_names(m));
	TRY(entry_role_exts(m));
	if (dn_is_empty(&m->entry->subject) && m->entry->n_san == 0)
		return error_at(err, RULE_PLAN_EMPTY_SUBJECT, m->role->at,
		    "the entry '%s' has neither a subject nor an alternative name", m->entry->id);
	return RC_OK;
}

static void
finish_entry(struct making *m)
{
	struct builder *b = m->builder;
	enum rc_status status;

	fill_entry(m);
	status = check_entry(m);
	keep(b, status);
	if (status != RC_OK)
		return;
	entry_seal(m);
	entry_notes(m);
	*VEC_PUSH(b->arena, &b->entries) = *m->entry;
}

static void
plan_entry(struct builder *b, size_t role, const struct pool *pool, const struct value *server)
{
	struct entry entry = { .pool = pool != NULL ? pool->fqdn : NULL };
	struct making m = { .builder = b, .role = b->program->roles[role],
		.parts = &b->parts[role], .pool = pool, .entry = &entry };

	arena_reset(b->scratch);
	m.bindings = (struct bindings){ .topology = b->topology->facts, .pools = b->topology,
		.server = server, .pool = pool != NULL ? pool->record : NULL,
		.choices = m.parts->choices, .arena = b->arena, .scratch = b->scratch };
	if (!entry_parameters(&m))
		return;
	if (server != NULL)
		entry.server = value_field(server, "fqdn")->u.text;
	entry.id = entry_id(b, m.role, pool, entry.server);
	if (!condition_holds(m.role->when, &m.bindings))
		return;
	if (!entry_subject(&m)) {
		builder_note(b, false, rule_id(RULE_PLAN_NO_SUBJECT), entry.id,
		    pool != NULL ? pool->at : NOWHERE,
		    "not planned: the topology does not hold the name that its subject would be");
		return;
	}
	finish_entry(&m);
}

/* -- the whole --------------------------------------------------------------------------------- */

static bool
is_for(const struct builder *b, size_t role, const struct pool *pool)
{
	return b->parts[role].planned && applies_to(b->program->roles[role], pool);
}

static void
plan_pool(struct builder *b, const struct pool *pool)
{
	for (size_t i = 0; i < b->program->n_roles; i++) {
		if (!is_for(b, i, pool))
			continue;
		if (b->program->roles[i]->per == PER_POOL)
			plan_entry(b, i, pool, NULL);
		else
			for (size_t s = 0; s < pool->n_servers; s++)
				plan_entry(b, i, pool, pool->servers[s]);
	}
}

/* As many as there can be: so many that to move them would cost. */
static size_t
count_entries(const struct builder *b)
{
	size_t n = b->program->n_roles;

	for (size_t p = 0; p < b->topology->n_pools; p++)
		for (size_t i = 0; i < b->program->n_roles; i++)
			if (is_for(b, i, &b->topology->pools[p]))
				n += b->program->roles[i]->per == PER_POOL ? 1
				    : b->topology->pools[p].n_servers;
	return n;
}

static bool
is_role(const struct builder *b, const char *name)
{
	return program_role(b->program, name) != NULL;
}

/* A name for an entry that is not planned would be silently lost. */
static void
check_extras(struct builder *b)
{
	for (size_t i = 0; i < b->topology->n_extras; i++) {
		const struct extra_name *extra = &b->topology->extras[i];

		if (b->extra_used[i])
			continue;
		if (is_role(b, extra->target)) {
			builder_note(b, true, rule_id(RULE_PLAN_UNKNOWN_TARGET), NULL,
			    extra->target_at,
			    arena_printf(b->arena,
			    "the extra name %s is used by no entry: none of role %s is planned",
			    extra->name->u.text, extra->target));
			continue;
		}
		keep(b, error_at(b->err, RULE_PLAN_UNKNOWN_TARGET, extra->target_at,
		    "there is no entry and no role '%s'", extra->target));
	}
}

static struct plan *
plan_of(struct builder *b)
{
	struct plan *plan = mem_zero(sizeof(*plan));
	struct sha256 *digest = sha256_new();

	plan->topology = b->topology->name;
	plan->product = b->topology->product->name;
	plan->entries = b->entries.v;
	plan->n_entries = b->entries.n;
	plan->notes = b->notes.v;
	plan->n_notes = b->notes.n;
	plan->arena = b->arena;
	for (size_t i = 0; i < plan->n_entries; i++) {
		sha256_put(digest, BYTES(plan->entries[i].id, strlen(plan->entries[i].id) + 1));
		sha256_put(digest, BYTES(plan->entries[i].digest, sizeof(plan->entries[i].digest)));
	}
	sha256_end(digest, plan->digest);
	return plan;
}

static void
make_parts(struct builder *b)
{
	size_t n = b->program->n_roles;

	b->parts = arena_alloc(b->arena, (n + 1) * sizeof(*b->parts));
	for (size_t i = 0; i < n; i++) {
		const struct role *role = b->program->roles[i];

		b->parts[i] = (struct role_parts){ .planned = is_planned(b, role),
			.choices = role_choice_values(b, role),
			.eku = role_words(b, role, role->eku, role->n_eku),
			.assign = role_words(b, role, role->assign, role->n_assign) };
	}
}

static void
plan_all(struct builder *b)
{
	make_parts(b);
	b->extra_used = arena_alloc(b->arena, b->topology->n_extras + 1);
	builder_sort_extras(b);
	b->entries.cap = count_entries(b);
	b->entries.v = arena_alloc(b->arena, b->entries.cap * sizeof(*b->entries.v));
	for (size_t i = 0; i < b->topology->n_pools; i++)
		plan_pool(b, &b->topology->pools[i]);
	for (size_t i = 0; i < b->program->n_roles; i++)
		if (b->program->roles[i]->per == PER_TOPOLOGY && b->parts[i].planned)
			plan_entry(b, i, NULL, NULL);
	check_extras(b);
}

/* -- of a CA itself ----------------------------------------------------------------------- */

static const char *
ca_entry_id(struct arena *arena, const struct role *role, const struct dn *subject)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	dn_print(subject, &text);
	return arena_printf(arena, "%s/%s", role->name, buf_text(&text));
}

static void
plan_ca_entry(struct builder *b, const struct ca_terms *terms)
{
	const struct role *role = b->program->roles[0];
	struct entry entry = { .id = NULL };
	struct making m = { .builder = b, .role = role, .terms = terms, .entry = &entry };

	make_parts(b);
	builder_sort_extras(b);
	m.parts = &b->parts[0];
	m.bindings = (struct bindings){ .pools = b->topology, .arena = b->arena,
		.choices = m.parts->choices, .scratch = b->scratch };
	for (unsigned i = 0; i < DN_ATTRS; i++)
		if (terms->subject.attr[i] != NULL)
			entry.subject.attr[i] = arena_strdup(b->arena, terms->subject.attr[i]);
	entry.id = ca_entry_id(b->arena, role, &entry.subject);
	if (entry_parameters(&m))
		finish_entry(&m);
}

/* -- the door ----------------------------------------------------------------------------- */

/* terms: of the one role of the program; NULL: all for the topology. */
static enum rc_status
run(const struct program *program, const struct topology *topology, const struct ca_terms *terms,
    struct plan **ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(arena_free) struct arena *scratch = arena_new();
	SCOPED(sha256_free) struct sha256 *sha256 = sha256_new();
	struct builder b = { .program = program, .topology = topology, .arena = arena, .err = err,
		.scratch = scratch, .sha256 = sha256 };

	if (terms != NULL)
		plan_ca_entry(&b, terms);
	else
		plan_all(&b);
	buf_clear(&b.canonical);
	if (b.status != RC_OK)
		return b.status;
	*ret = plan_of(&b);
	arena = NULL;
	return RC_OK;
}

enum rc_status
plan_make(const struct program *program, const struct topology *topology, struct plan **ret,
    struct error *err)
{
	struct plan *plan;

	TRY(run(program, topology, NULL, &plan, err));
	plan->program = program;
	plan->deployment = topology;
	plan_find_texts(plan);
	plan->by_id = arena_alloc(plan->arena, (plan->n_entries + 1) * sizeof(*plan->by_id));
	for (size_t i = 0; i < plan->n_entries; i++)
		plan->by_id[i] = &plan->entries[i];
	qsort(plan->by_id, plan->n_entries, sizeof(*plan->by_id), id_order);
	*ret = plan;
	return RC_OK;
}

enum rc_status
plan_ca(const struct role *role, const struct ca_terms *terms, struct plan **ret,
    struct error *err)
{
	const struct program program = { .product = role->product, .roles = &role, .n_roles = 1 };
	const struct topology none = { .name = "", .product = role->product };

	if (role->per != PER_CA)
		return error_at(err, RULE_PLAN_CA_ROLE, role->at,
		    "'%s' is a role per %s, and this is a CA's own certificate", role->name,
		    per_words[role->per]);
	if (dn_is_empty(&terms->subject))
		return error_fail(err, RULE_PLAN_EMPTY_SUBJECT, "a CA needs a subject");
	return run(&program, &none, terms, ret, err);
}
