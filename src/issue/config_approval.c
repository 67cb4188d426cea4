/*
 * config_approval.c - `approval` of ca.yaml: which roles need how many of which officers.
 *
 *      approval: automatic
 *      approval: { need: 2, of: [{ name: Ann, cert: ann.pem, uid: 1001 }, ...], expires: 14d }
 *      approval:
 *        default: { need: 2, of: [...] }
 *        roles:
 *          web-server: automatic
 *          edge-external: { need: 1, of: [Ann] }     an officer named above
 */
#include "issue/config_parts.h"

enum { EXPIRES_USUAL = 14 * CONFIG_DAY, EXPIRES_MOST = 365 * CONFIG_DAY, UID_MOST = INT32_MAX };

struct approvals_reading {
	VEC(struct approval_officer) officers;
	VEC(const char *) certs;
	VEC(struct approval_rule) rules;
	struct approval_rule *rule;      /* at hand                          */
	struct approval_officer *officer;
	const char *cert;
};

/* -- officers --------------------------------------------------------------------------- */

static enum rc_status
officer_name_read(struct reading *r, const struct node *node)
{
	TRY(text_read(r, node, "name", &r->approvals->officer->name));
	if (!approval_name_is_good(r->approvals->officer->name))
		return error_at(r->err, RULE_CA_CONFIG, node->at,
		    "an officer's name has at most %d octets and no comma or backslash",
		    APPROVAL_NAME_MAX);
	return RC_OK;
}

static enum rc_status
officer_cert_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "cert", &r->approvals->cert);
}

static enum rc_status
officer_uid_read(struct reading *r, const struct node *node)
{
	return node_number(node, "uid", 0, UID_MOST, &r->approvals->officer->uid, r->err);
}

static bool
officer_find(const struct approvals_reading *a, const char *name, size_t *ret)
{
	for (size_t i = 0; i < a->officers.n; i++)
		if (strcmp(a->officers.v[i].name, name) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

static enum rc_status
officer_add(struct reading *r, const struct node *node, size_t *ret)
{
	static const struct key keys[] = {
		{ "name", officer_name_read, true }, { "cert", officer_cert_read, true },
		{ "uid", officer_uid_read, false },
	};
	struct approvals_reading *a = r->approvals;
	struct approval_officer officer = { .uid = APPROVAL_NO_UID };
	size_t same;

	a->officer = &officer;
	TRY(keys_read(r, node, keys, ARRAY_LEN(keys), "an officer"));
	if (officer_find(a, officer.name, &same))
		return error_at(r->err, RULE_CA_CONFIG, node->at,
		    "there is an officer '%s' already: the name alone will do here", officer.name);
	if (a->officers.n == APPROVAL_OFFICERS_MAX)
		return error_at(r->err, RULE_CA_CONFIG, node->at, "more than %d officers",
		    APPROVAL_OFFICERS_MAX);
	*ret = a->officers.n;
	*VEC_PUSH(r->arena, &a->officers) = officer;
	*VEC_PUSH(r->arena, &a->certs) = a->cert;
	return RC_OK;
}

static enum rc_status
officer_read(struct reading *r, const struct node *node, size_t *ret)
{
	if (node->kind != NODE_TEXT)
		return officer_add(r, node, ret);
	if (officer_find(r->approvals, node->text, ret))
		return RC_OK;
	return error_at(r->err, RULE_CA_CONFIG, node->at,
	    "no officer '%s' stands above: want { name, cert, uid }", node->text);
}

static bool
is_of(const struct approval_rule *rule, size_t officer)
{
	for (size_t i = 0; i < rule->n_of; i++)
		if (rule->of[i] == officer)
			return true;
	return false;
}

static enum rc_status
of_read(struct reading *r, const struct node *node)
{
	struct approval_rule *rule = r->approvals->rule;
	size_t officer = 0;

	TRY(node_want(node, NODE_LIST, "of", r->err));
	for (size_t i = 0; i < node->count; i++) {
		TRY(officer_read(r, node->items[i], &officer));
		if (is_of(rule, officer))
			return error_at(r->err, RULE_CA_CONFIG, node->items[i]->at,
			    "an officer stands here twice");
		rule->of[rule->n_of++] = officer;
	}
	return RC_OK;
}

/* -- rules -------------------------------------------------------------------------------- */

static enum rc_status
need_read(struct reading *r, const struct node *node)
{
	int64_t need = 0;

	TRY(node_number(node, "need", 1, APPROVAL_OFFICERS_MAX, &need, r->err));
	r->approvals->rule->need = (unsigned)need;
	return RC_OK;
}

static enum rc_status
expires_read(struct reading *r, const struct node *node)
{
	int64_t *expires = &r->approvals->rule->expires;

	TRY(seconds_read(r, node, "expires", EXPIRES_MOST, expires));
	return *expires > 0 ? RC_OK : error_at(r->err, RULE_CA_CONFIG, node->at,
	    "expires: a request is open for a second at least");
}

static enum rc_status
officers_rule_read(struct reading *r, const struct node *node)
{
	static const struct key keys[] = {
		{ "need", need_read, true }, { "of", of_read, true },
		{ "expires", expires_read, false },
	};
	struct approval_rule *rule = r->approvals->rule;

	rule->expires = EXPIRES_USUAL;
	TRY(keys_read(r, node, keys, ARRAY_LEN(keys), "an approval"));
	if (rule->need > rule->n_of)
		return error_at(r->err, RULE_CA_CONFIG, node->at,
		    "%u officers are needed, and there are %zu", rule->need, rule->n_of);
	return RC_OK;
}

static enum rc_status
rule_read(struct reading *r, const struct node *node, const char *role)
{
	static const char *const words[] = { "automatic" };
	struct approvals_reading *a = r->approvals;
	struct approval_rule rule = { .role = role };
	size_t index;

	a->rule = &rule;
	if (node->kind == NODE_MAP)
		TRY(officers_rule_read(r, node));
	else
		TRY(node_word(node, "approval", words, ARRAY_LEN(words), &index, r->err));
	*VEC_PUSH(r->arena, &a->rules) = rule;
	return RC_OK;
}

/* -- by role -------------------------------------------------------------------------------- */

static enum rc_status
default_read(struct reading *r, const struct node *node)
{
	return rule_read(r, node, NULL);
}

static enum rc_status
role_name_read(struct reading *r, const struct node *node, const char **ret)
{
	TRY(text_read(r, node, "a role's name", ret));
	if (strspn(*ret, "abcdefghijklmnopqrstuvwxyz0123456789-") != strlen(*ret))
		return error_at(r->err, RULE_CA_CONFIG, node->at, "'%s' is no role's name", *ret);
	return RC_OK;
}

static enum rc_status
roles_read(struct reading *r, const struct node *node)
{
	const char *role;

	TRY(node_want(node, NODE_MAP, "roles", r->err));
	if (node->count >= APPROVAL_RULES_MAX)
		return error_at(r->err, RULE_CA_CONFIG, node->at, "more than %d roles",
		    APPROVAL_RULES_MAX - 1);
	for (size_t i = 0; i < node->count; i++) {
		TRY(role_name_read(r, node->pairs[i].key, &role));
		TRY(rule_read(r, node->pairs[i].value, role));
	}
	return RC_OK;
}

/* The rule of all others comes first, wherever it stands. */
static enum rc_status
by_role_read(struct reading *r, const struct node *node)
{
	static const struct key keys[] = {
		{ "default", default_read, true }, { "roles", roles_read, true },
	};

	return keys_read(r, node, keys, ARRAY_LEN(keys), "approvals by role");
}

enum rc_status
approval_read(struct reading *r, const struct node *node)
{
	struct approvals_reading a = { .rule = NULL };
	bool by_role = node_get(node, "default") != NULL || node_get(node, "roles") != NULL;

	r->approvals = &a;
	TRY(by_role ? by_role_read(r, node) : rule_read(r, node, NULL));
	r->config->approvals = (struct approval_policy){
		.officers = a.officers.v, .n_officers = a.officers.n,
		.rules = a.rules.v, .n_rules = a.rules.n,
	};
	r->config->officer_certs = a.certs.v;
	return RC_OK;
}
