#include "topology/topology.h"

#include <ctype.h>
#include <stdlib.h>

#include "topology/forms.h"
#include "topology/reader.h"
#include "topology/value_read.h"
#include "x509/general_name.h"

/* The text and its tree live as long as the topology: places point into them. */
struct owner {
	struct topology topology;
	struct document *document;
};

void
topology_free(struct topology *topology)
{
	struct owner *owner = (struct owner *)topology;

	if (owner == NULL)
		return;
	arena_free(topology->arena);
	document_free(owner->document);
	free(owner);
}

void
reader_keep(struct topology_reader *r, enum rc_status status)
{
	if (r->status == RC_OK)
		r->status = status;
}

/* -- names ------------------------------------------------------------------------ */

static bool
is_ascii(const char *text)
{
	for (; *text != '\0'; text++)
		if ((uint8_t)*text >= 0x80)
			return false;
	return true;
}

enum rc_status
reader_fqdn(struct topology_reader *r, const struct node *node, const char *what,
    bool wildcard_ok, const struct value **ret)
{
	return fqdn_read(node, what, wildcard_ok, r->topology->product, r->arena, ret, r->err);
}

enum rc_status
reader_fqdn_list(struct topology_reader *r, const struct node *node, const char *what,
    const struct value **ret)
{
	return value_read(&type_fqdn_list, node, what, r->topology->product, r->arena, ret, r->err);
}

/* -- SIP domains -------------------------------------------------------------------- */

static enum rc_status
read_xmpp_children(struct topology_reader *r, const struct node *node, const char *domain,
    const struct value **ret)
{
	const struct value *names;
	enum rc_status first = RC_OK;

	TRY(reader_fqdn_list(r, node, "an XMPP domain", &names));
	for (size_t i = 0; i < names->u.list.n; i++)
		if (!fqdn_is_below(names->u.list.v[i]->u.text, domain))
			KEEP_FIRST(first, error_at(r->err, RULE_TOPOLOGY_XMPP,
			    names->u.list.v[i]->at, "'%s' is no child of the SIP domain %s",
			    names->u.list.v[i]->u.text, domain));
	*ret = names;
	return first;
}

/* xmpp: true is the domain itself, a list is those children instead. */
static enum rc_status
read_xmpp(struct topology_reader *r, const struct node *node, const struct value *name,
    struct value *domain)
{
	const struct value *names = value_list(r->arena, &type_fqdn_list, NULL, 0, NOWHERE);
	const struct product *product = r->topology->product;
	bool on = node != NULL && node->kind == NODE_LIST;

	if (on)
		TRY(read_xmpp_children(r, node, name->u.text, &names));
	else if (node != NULL)
		TRY(node_bool(node, "xmpp", &on, r->err));
	if (on && product->forbid_xmpp != NULL)
		return error_at(r->err, RULE_TOPOLOGY_XMPP, node->at,
		    "%s has no XMPP federation: %s",
		    product->title, product->forbid_xmpp);
	if (on && names->u.list.n == 0) {
		const struct value **one = arena_alloc(r->arena, sizeof(const struct value *));

		one[0] = value_text(r->arena, &type_fqdn, name->u.text, node->at);
		names = value_list(r->arena, &type_fqdn_list, one, 1, node->at);
	}
	value_set(domain, "xmpp", value_bool(r->arena, on, node != NULL ? node->at : NOWHERE));
	value_set(domain, "xmpp_names", names);
	return RC_OK;
}

static enum rc_status
read_sip_domain(struct topology_reader *r, const struct node *node, const struct type *type,
    struct value **ret)
{
	struct value *domain = value_record(r->arena, type, node->at);
	const struct node *name_node = node;
	const struct value *name = NULL;
	enum rc_status first = RC_OK;

	if (node->kind == NODE_MAP) {
		first = form_check(&sip_domain_form, node, r->err);
		name_node = node_get(node, "name");
	}
	if (name_node != NULL)
		KEEP_FIRST(first, reader_fqdn(r, name_node, "a SIP domain", false, &name));
	if (name == NULL)
		return first;
	value_set(domain, "name", name);
	KEEP_FIRST(first, read_xmpp(r, node_get(node, "xmpp"), name, domain));
	*ret = domain;
	return first;
}

static enum rc_status
check_new_domain(struct topology_reader *r, const struct value *domain,
    const struct value *const *seen, size_t n)
{
	const struct value *name = value_field(domain, "name");

	for (size_t i = 0; i < n; i++) {
		const struct value *other = value_field(seen[i], "name");

		if (fqdn_equal(name->u.text, other->u.text)) {
			enum rc_status status =
			    error_at(r->err, RULE_TOPOLOGY_DOMAIN_TWICE, name->at,
			    "the SIP domain '%s' stands twice", name->u.text);

			error_also(r->err, other->at, "first here");
			return status;
		}
	}
	return RC_OK;
}

static enum rc_status
read_sip_domains(struct topology_reader *r, const struct node *root, struct value *facts)
{
	const struct type *type = record_field(topology_type()->record, "sip_domains")->type;
	VEC(const struct value *) domains = { .v = NULL };
	const struct node *list;

	TRY(node_require(root, "sip_domains", "a topology", &list, r->err));
	TRY(node_want(list, NODE_LIST, "sip_domains", r->err));
	if (list->count == 0)
		return error_at(r->err, RULE_MISSING_KEY, list->at,
		    "a topology has at least one SIP domain");
	for (size_t i = 0; i < list->count; i++) {
		struct value *domain = NULL;
		enum rc_status status = read_sip_domain(r, list->items[i], type->member, &domain);

		if (status == RC_OK)
			status = check_new_domain(r, domain, domains.v, domains.n);
		if (status == RC_OK)
			*VEC_PUSH(r->arena, &domains) = domain;
		r->domains_missing |= status != RC_OK;
		reader_keep(r, status);
	}
	value_set(facts, "sip_domains", value_list(r->arena, type, domains.v, domains.n, list->at));
	return RC_OK;
}

/* -- switches of the deployment ------------------------------------------------------- */

/* A map of booleans, each with its default: clients, public_im. */
static enum rc_status
read_flags(struct topology_reader *r, const struct node *map, const char *what,
    const bool *fallback, struct value *facts)
{
	const struct type *type = record_field(topology_type()->record, what)->type;
	struct value *record = value_record(r->arena, type, map != NULL ? map->at : NOWHERE);
	const char *names[4];

	for (size_t i = 0; i < type->record->n_fields; i++) {
		names[i] = type->record->fields[i].name;
		value_set(record, names[i], value_bool(r->arena, fallback[i], NOWHERE));
	}
	value_set(facts, what, record);
	if (map == NULL)
		return RC_OK;
	TRY(node_want(map, NODE_MAP, what, r->err));
	reader_keep(r, node_check_keys(map, names, type->record->n_fields, what, r->err));
	for (size_t i = 0; i < map->count; i++) {
		bool on = false;

		/* Of a key that is none, no more is told. */
		if (record_field(type->record, map->pairs[i].key->text) == NULL)
			continue;
		reader_keep(r, node_bool(map->pairs[i].value, map->pairs[i].key->text, &on,
		    r->err));
		value_set(record, map->pairs[i].key->text,
		    value_bool(r->arena, on, map->pairs[i].value->at));
	}
	return RC_OK;
}

/* -- simple URLs ----------------------------------------------------------------------- */

/* A host, or https://host[/path]: names come from the host alone. */
static enum rc_status
read_simple_url(struct topology_reader *r, const struct node *node, const struct value **ret)
{
	static const char scheme[] = "https://";
	const char *text, *host;
	size_t n;

	TRY(node_text(node, "a simple URL", &text, r->err));
	if (strstr(text, "://") == NULL)
		return reader_fqdn(r, node, "a simple URL", false, ret);
	if (strncasecmp(text, scheme, sizeof(scheme) - 1) != 0)
		return error_at(r->err, RULE_SIMPLE_URL, node->at, "'%s' is not an https URL",
		    text);
	host = text + sizeof(scheme) - 1;
	n = strcspn(host, "/:?#@");
	if (host[n] != '\0' && host[n] != '/')
		return error_at(r->err, RULE_SIMPLE_URL, node->at,
		    "'%s' holds more than a host and a path: no port, user or query may stand in "
		    "it", text);
	text = arena_strndup(r->arena, host, n);
	if (!is_ascii(text))
		return error_at(r->err, RULE_NAME_NOT_ASCII, node->at,
		    "the host of a whole URL is written in ASCII");
	TRY(fqdn_check(text, false, node->at, r->err));
	*ret = value_text(r->arena, &type_fqdn, text, node->at);
	return RC_OK;
}

static const struct value *
find_domain(const struct value *facts, const char *name)
{
	const struct value *domains = value_field(facts, "sip_domains");

	for (size_t i = 0; domains != NULL && i < domains->u.list.n; i++)
		if (fqdn_equal(value_field(domains->u.list.v[i], "name")->u.text, name))
			return domains->u.list.v[i];
	return NULL;
}

static enum rc_status
check_meet_keys(struct topology_reader *r, const struct node *map, const struct value *facts)
{
	const struct value *domains = value_field(facts, "sip_domains");
	enum rc_status first = RC_OK;

	for (size_t i = 0; domains != NULL && i < map->count; i++) {
		const struct node *key = map->pairs[i].key;
		const char **names, *near;

		if (find_domain(facts, key->text) != NULL)
			continue;
		first = error_at(r->err, RULE_SIMPLE_URL, key->at,
		    "'%s' is no SIP domain of this topology",
		    key->text);
		names = arena_alloc(r->arena, (domains->u.list.n + 1) * sizeof(*names));
		for (size_t d = 0; d < domains->u.list.n; d++)
			names[d] = value_field(domains->u.list.v[d], "name")->u.text;
		near = nearest_word(key->text, names, domains->u.list.n);
		if (near != NULL)
			error_fix(r->err, "did you mean '%s'?", near);
	}
	return first;
}

/* The Meet hosts in the order of the SIP domains, each once. */
static enum rc_status
read_meet(struct topology_reader *r, const struct node *map, const struct value *facts,
    struct value *urls)
{
	const struct value *domains = value_field(facts, "sip_domains");
	VEC(const struct value *) hosts = { .v = NULL };
	enum rc_status first = RC_OK;

	if (map != NULL) {
		TRY(node_want(map, NODE_MAP, "meet", r->err));
		/* One that could not be read is missing among them, and was told. */
		if (!r->domains_missing)
			first = check_meet_keys(r, map, facts);
	}
	for (size_t d = 0; map != NULL && domains != NULL && d < domains->u.list.n; d++)
		for (size_t i = 0; i < map->count; i++) {
			const char *domain = value_field(domains->u.list.v[d], "name")->u.text;
			const struct value *host = NULL;

			if (!fqdn_equal(map->pairs[i].key->text, domain))
				continue;
			KEEP_FIRST(first, read_simple_url(r, map->pairs[i].value, &host));
			if (host != NULL)
				*VEC_PUSH(r->arena, &hosts) = host;
		}
	value_set(urls, "meet", value_list(r->arena, &type_fqdn_list, hosts.v, hosts.n,
	    map != NULL ? map->at : NOWHERE));
	return first;
}

static enum rc_status
read_simple_urls(struct topology_reader *r, const struct node *map, struct value *facts)
{
	static const char *const hosts[] = { "dialin", "admin" };
	const struct type *type = record_field(topology_type()->record, "simple_urls")->type;
	struct value *urls = value_record(r->arena, type, map != NULL ? map->at : NOWHERE);

	value_set(facts, "simple_urls", urls);
	if (map != NULL)
		reader_keep(r, form_check(&simple_urls_form, map, r->err));
	reader_keep(r, read_meet(r, node_get(map, "meet"), facts, urls));
	for (size_t i = 0; i < ARRAY_LEN(hosts); i++) {
		const struct node *node = node_get(map, hosts[i]);
		const struct value *host = NULL;

		if (node != NULL)
			reader_keep(r, read_simple_url(r, node, &host));
		if (host != NULL)
			value_set(urls, hosts[i], host);
	}
	return RC_OK;
}

/* -- organisation data ------------------------------------------------------------------- */

/* "WA", "Rdm": the documents ask for full words. */
static bool
looks_abbreviated(const char *text)
{
	size_t n = strlen(text);

	if (n > 0 && text[n - 1] == '.')
		return true;
	if (n > 3)
		return false;
	for (; *text != '\0'; text++)
		if (islower((unsigned char)*text))
			return false;
	return true;
}

static enum rc_status
read_subject_attr(struct topology_reader *r, const struct node_pair *pair)
{
	enum dn_attr attr = dn_attr_find(pair->key->text);
	struct dn one = { .attr = { NULL } };

	TRY(node_text(pair->value, pair->key->text, &one.attr[attr], r->err));
	TRY(dn_check(&one, pair->value->at, r->err));
	if ((attr == DN_ST || attr == DN_L) && looks_abbreviated(one.attr[attr]))
		error_warn(r->err, RULE_SUBJECT_ABBREVIATED, pair->value->at,
		    "%s '%s' looks abbreviated", dn_attr_word(attr), one.attr[attr]);
	r->topology->subject.attr[attr] = one.attr[attr];
	return RC_OK;
}

static enum rc_status
read_subject(struct topology_reader *r, const struct node *map)
{
	if (map == NULL)
		return RC_OK;
	TRY(node_want(map, NODE_MAP, "subject", r->err));
	reader_keep(r, form_check(&subject_attrs_form, map, r->err));
	r->topology->subject_at = map->at;
	for (size_t i = 0; i < map->count; i++)
		if (form_has(&subject_attrs_form, map->pairs[i].key->text))
			reader_keep(r, read_subject_attr(r, &map->pairs[i]));
	return RC_OK;
}

/* -- what speaks of roles -------------------------------------------------------------------- */

static enum rc_status
read_switches(struct topology_reader *r, const struct node *map)
{
	VEC(struct role_switch) switches = { .v = NULL };

	if (map == NULL)
		return RC_OK;
	TRY(node_want(map, NODE_MAP, "roles", r->err));
	for (size_t i = 0; i < map->count; i++) {
		size_t word = 0;

		reader_keep(r, node_word(map->pairs[i].value, "a role", role_switch_form.words,
		    role_switch_form.n_words, &word, r->err));
		*VEC_PUSH(r->arena, &switches) = (struct role_switch){
			.role = map->pairs[i].key->text, .include = word == 0,
			    .at = map->pairs[i].key->at };
	}
	r->topology->switches = switches.v;
	r->topology->n_switches = switches.n;
	return RC_OK;
}

static enum rc_status
read_choices(struct topology_reader *r, const struct node *map)
{
	VEC(struct choice_setting) all = { .v = NULL };

	if (map == NULL)
		return RC_OK;
	TRY(node_want(map, NODE_MAP, "choices", r->err));
	for (size_t i = 0; i < map->count; i++) {
		const struct node *role = map->pairs[i].key, *choices = map->pairs[i].value;

		reader_keep(r, node_want(choices, NODE_MAP, "the choices of a role", r->err));
		for (size_t c = 0; choices->kind == NODE_MAP && c < choices->count; c++) {
			const struct node_pair *pair = &choices->pairs[c];
			struct choice_setting setting = { .role = role->text, .role_at = role->at,
				.choice = pair->key->text, .choice_at = pair->key->at,
				.value_at = pair->value->at };

			reader_keep(r, node_text(pair->value, "a choice", &setting.value, r->err));
			*VEC_PUSH(r->arena, &all) = setting;
		}
	}
	r->topology->choices = all.v;
	r->topology->n_choices = all.n;
	return RC_OK;
}

static enum rc_status
read_parameters(struct topology_reader *r, const struct node *map)
{
	VEC(struct parameter_setting) all = { .v = NULL };

	if (map == NULL)
		return RC_OK;
	TRY(node_want(map, NODE_MAP, "parameters", r->err));
	for (size_t i = 0; i < map->count; i++) {
		const struct node *role = map->pairs[i].key, *parameters = map->pairs[i].value;

		reader_keep(r, node_want(parameters, NODE_MAP, "the parameters of a role", r->err));
		for (size_t k = 0; parameters->kind == NODE_MAP && k < parameters->count; k++) {
			const struct node_pair *pair = &parameters->pairs[k];

			*VEC_PUSH(r->arena, &all) = (struct parameter_setting){ role->text,
				pair->key->text, pair->value, role->at, pair->key->at };
		}
	}
	r->topology->parameters = all.v;
	r->topology->n_parameters = all.n;
	return RC_OK;
}

static enum rc_status
read_extra_names(struct topology_reader *r, const struct node *map)
{
	VEC(struct extra_name) extras = { .v = NULL };

	if (map == NULL)
		return RC_OK;
	TRY(node_want(map, NODE_MAP, "extra_names", r->err));
	for (size_t i = 0; i < map->count; i++) {
		const struct node *list = map->pairs[i].value;

		reader_keep(r, node_want(list, NODE_LIST, "the extra names", r->err));
		for (size_t n = 0; list->kind == NODE_LIST && n < list->count; n++) {
			struct extra_name extra = { .target = map->pairs[i].key->text,
				.target_at = map->pairs[i].key->at };

			reader_keep(r, reader_fqdn(r, list->items[n], "an extra name", true,
			    &extra.name));
			*VEC_PUSH(r->arena, &extras) = extra;
		}
	}
	r->topology->extras = extras.v;
	r->topology->n_extras = extras.n;
	return RC_OK;
}

/* -- the whole -------------------------------------------------------------------- */

static enum rc_status
find_product(struct topology_reader *r, const struct node *node,
    const struct product *const *products, size_t n)
{
	const char **names = arena_alloc(r->arena, (n + 1) * sizeof(*names));
	size_t found;

	for (size_t i = 0; i < n; i++)
		names[i] = products[i]->name;
	TRY(node_word(node, "the product", names, n, &found, r->err));
	r->topology->product = products[found];
	return RC_OK;
}

static enum rc_status
read_head(struct topology_reader *r, const struct node *root,
    const struct product *const *products, size_t n_products)
{
	const struct node *node = NULL;

	TRY(node_want(root, NODE_MAP, "a topology", r->err));
	reader_keep(r, form_check_keys(&topology_form, root, r->err));
	r->topology->name = "";
	reader_keep(r, node_require(root, "topology", "a topology", &node, r->err));
	if (node != NULL)
		reader_keep(r, node_text(node, "the topology's name", &r->topology->name, r->err));
	TRY(node_require(root, "product", "a topology", &node, r->err));
	return find_product(r, node, products, n_products);
}

static void
read_body(struct topology_reader *r, const struct node *root)
{
	static const bool clients[] = { true, false }, public_im[] = { false };
	struct value *facts = value_record(r->arena, topology_type(), root->at);

	r->topology->facts = facts;
	value_set(facts, "name", value_text(r->arena, &type_text, r->topology->name,
	    node_get(root, "topology") != NULL ? node_get(root, "topology")->at : root->at));
	reader_keep(r, read_sip_domains(r, root, facts));
	reader_keep(r, read_flags(r, node_get(root, "clients"), "clients", clients, facts));
	reader_keep(r, read_flags(r, node_get(root, "public_im"), "public_im", public_im, facts));
	reader_keep(r, read_subject(r, node_get(root, "subject")));
	reader_keep(r, read_simple_urls(r, node_get(root, "simple_urls"), facts));
	if (node_get(root, "pools") != NULL)
		reader_pools(r, node_get(root, "pools"));
	reader_keep(r, read_switches(r, node_get(root, "roles")));
	reader_keep(r, read_choices(r, node_get(root, "choices")));
	reader_keep(r, read_parameters(r, node_get(root, "parameters")));
	reader_keep(r, read_extra_names(r, node_get(root, "extra_names")));
}

/* Takes the document, which may be NULL: the caller keeps it. */
static enum rc_status
read_tree(const struct node *root, const struct source *source, struct document *take,
    const struct product *const *products, size_t n_products, struct topology **ret,
    struct error *err)
{
	struct owner *owner = mem_zero(sizeof(*owner));
	SCOPED(topology_free) struct topology *topology = &owner->topology;
	struct topology_reader r = { .topology = topology, .err = err };

	owner->document = take;
	r.arena = topology->arena = arena_new();
	topology->source = source;
	TRY(read_head(&r, root, products, n_products));
	read_body(&r, root);
	if (r.status != RC_OK)
		return r.status;
	*ret = TAKE(topology);
	return RC_OK;
}

enum rc_status
topology_read_node(const struct node *root, const struct source *source,
    const struct product *const *products, size_t n_products, struct topology **ret,
    struct error *err)
{
	return read_tree(root, source, NULL, products, n_products, ret, err);
}

enum rc_status
topology_read(struct bytes text, const char *name, const struct product *const *products,
    size_t n_products, struct topology **ret, struct error *err)
{
	struct document *document = NULL;

	TRY(document_read(text, name, TEXT_TOPOLOGY_MAX, &document, err));
	return read_tree(document_root(document), document_source(document), document, products,
	    n_products, ret, err);
}

/* A dot may stand at the end of a name that is looked for; pools have none. */
const struct pool *
topology_pool(const struct topology *topology, const char *fqdn)
{
	size_t low = 0, high = topology->n_pools, n = strlen(fqdn);

	n -= n > 0 && fqdn[n - 1] == '.';
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct pool *pool = topology->by_name[middle];
		int order = strncasecmp(pool->fqdn, fqdn, n);

		if (order == 0 && pool->fqdn[n] == '\0')
			return pool;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}
