#include "issue/config_parts.h"

#include <stdlib.h>

#include "base/hex.h"

enum { DAY = CONFIG_DAY };

enum rc_status
keys_read(struct reading *r, const struct node *map, const struct key *keys, size_t n,
    const char *what)
{
	const char *words[24];
	size_t before = error_count(r->err);

	TRY(node_want(map, NODE_MAP, what, r->err));
	for (size_t i = 0; i < n; i++)
		words[i] = keys[i].word;
	if (node_check_keys(map, words, n, what, r->err) != RC_OK)
		error_while(r->err, "reading %s", what);
	for (size_t i = 0; i < n; i++) {
		const struct node *node = node_get(map, keys[i].word);

		if (node != NULL && keys[i].read(r, node) != RC_OK)
			continue;
		if (node == NULL && keys[i].required &&
		    node_require(map, keys[i].word, what, &node, r->err) != RC_OK)
			continue;
	}
	return error_count(r->err) == before ? RC_OK : error_status(r->err);
}

enum rc_status
text_read(struct reading *r, const struct node *node, const char *what, const char **ret)
{
	const char *text;

	TRY(node_text(node, what, &text, r->err));
	if (text[0] == '\0')
		return error_at(r->err, RULE_CA_CONFIG, node->at, "%s is empty", what);
	for (const char *s = text; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			return error_at(r->err, RULE_CA_CONFIG, node->at,
			    "%s holds a control character", what);
	*ret = arena_strdup(r->arena, text);
	return RC_OK;
}

static enum rc_status
name_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "ca", &r->config->name);
}

/* A PIN in here would go into the policy and with it into the ledger.  The error
 * has no place: it would show the line, and the PIN. */
static enum rc_status
key_uri_read(struct reading *r, const struct node *node, const char **ret)
{
	if (node->kind == NODE_TEXT && strcasestr(node->text, "pin-value") != NULL)
		return error_fail(r->err, RULE_CA_CONFIG,
		    "line %u of %s: a PIN may not stand in the key's URI; name a file with "
		    "pin-source", node->at.line, node->at.source->name);
	TRY(text_read(r, node, "key", ret));
	if (strncmp(*ret, "pkcs11:", 7) != 0 && strncmp(*ret, "memory:", 7) != 0)
		return error_at(r->err, RULE_CA_CONFIG, node->at,
		    "key: want a pkcs11: URI (RFC 7512), as pkcs11:token=contoso;object=issuing");
	return RC_OK;
}

static enum rc_status
uri_read(struct reading *r, const struct node *node)
{
	return key_uri_read(r, node, &r->config->key);
}

static enum rc_status
module_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "module", &r->config->module);
}

static enum rc_status
module_args_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "module_args", &r->config->module_args);
}

static enum rc_status
certificate_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "certificate", &r->config->certificate);
}

static enum rc_status
texts_read(struct reading *r, const struct node *node, const char *what,
    struct uri_list *ret)
{
	struct uri_list list = { .n = 0 };

	TRY(node_want(node, NODE_LIST, what, r->err));
	list.v = arena_alloc(r->arena, (node->count + 1) * sizeof(*list.v));
	for (size_t i = 0; i < node->count; i++, list.n++)
		TRY(text_read(r, node->items[i], what, &list.v[i]));
	*ret = list;
	return RC_OK;
}

static enum rc_status
uris_read(struct reading *r, const struct node *node, const char *what, struct uri_list *ret)
{
	TRY(texts_read(r, node, what, ret));
	for (size_t i = 0; i < ret->n; i++) {
		struct general_name name = { .type = NAME_URI, .value = ret->v[i] };

		TRY_WHILE(r->err, general_name_check(&name, false, node->items[i]->at, r->err),
		    "reading %s", what);
	}
	return RC_OK;
}

static enum rc_status
chain_read(struct reading *r, const struct node *node)
{
	struct uri_list paths;

	TRY(texts_read(r, node, "chain", &paths));
	r->config->chain = paths.v;
	r->config->n_chain = paths.n;
	return RC_OK;
}

enum rc_status
seconds_read(struct reading *r, const struct node *node, const char *what, int64_t most,
    int64_t *ret)
{
	int64_t seconds;

	TRY(node_duration(node, what, &seconds, r->err));
	if (seconds > most)
		return error_at(r->err, RULE_CA_CONFIG, node->at,
		    "%s is more than %lld days", what, (long long)(most / DAY));
	*ret = seconds;
	return RC_OK;
}

static enum rc_status
custody_read(struct reading *r, const struct node *node)
{
	const char *words[CUSTODY_MEMORY];
	size_t index;

	for (unsigned level = CUSTODY_HARDWARE; level <= CUSTODY_MEMORY; level++)
		words[level - 1] = custody_level_word((enum custody_level)level);
	TRY(node_word(node, "custody", words, ARRAY_LEN(words), &index, r->err));
	r->config->custody = (enum custody_level)(index + 1);
	return RC_OK;
}

static enum rc_status
manufacturer_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "manufacturer",
	    &r->config->accept[r->config->n_accept].manufacturer);
}

static enum rc_status
model_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "model", &r->config->accept[r->config->n_accept].model);
}

/* The kinds of token that somebody has decided to trust. */
static enum rc_status
accept_read(struct reading *r, const struct node *node)
{
	static const struct key keys[] = {
		{ "manufacturer", manufacturer_read, true },
		{ "model", model_read, false },
	};

	TRY(node_want(node, NODE_LIST, "accept", r->err));
	r->config->n_accept = 0;
	r->config->accept = arena_alloc(r->arena, (node->count + 1) * sizeof(*r->config->accept));
	for (size_t i = 0; i < node->count; i++) {
		TRY(keys_read(r, node->items[i], keys, ARRAY_LEN(keys), "an accepted token"));
		r->config->n_accept++;
	}
	return RC_OK;
}

static enum rc_status
probe_read(struct reading *r, const struct node *node)
{
	static const char *const words[] = { "session", "pin-record" };
	size_t index;

	TRY(node_word(node, "probe", words, ARRAY_LEN(words), &index, r->err));
	r->config->probe_pinned = index == 1;
	return RC_OK;
}

static enum rc_status
relogin_read(struct reading *r, const struct node *node)
{
	static const char *const words[] = { "never", "once" };
	size_t index;

	TRY(node_word(node, "relogin", words, ARRAY_LEN(words), &index, r->err));
	r->config->relogin = index == 1;
	return RC_OK;
}

static enum rc_status
authenticate_read(struct reading *r, const struct node *node)
{
	static const char *const words[] = { "ask", "keep" };
	size_t index;

	TRY(node_word(node, "always_authenticate", words, ARRAY_LEN(words), &index, r->err));
	r->config->keep_pin = index == 1;
	return RC_OK;
}

static enum rc_status
engine_read(struct reading *r, const struct node *node)
{
	static const char *const words[] = { "auto", "libp11", "cryptoki" };
	size_t index;

	TRY(node_word(node, "engine", words, ARRAY_LEN(words), &index, r->err));
	r->config->engine = words[index];
	return RC_OK;
}

static enum rc_status
timeout_read(struct reading *r, const struct node *node)
{
	int64_t seconds = 0;

	TRY(seconds_read(r, node, "timeout", DAY, &seconds));
	if (seconds == 0)
		return error_at(r->err, RULE_CA_CONFIG, node->at,
		    "timeout: a call into the token's module takes at least a second");
	r->config->timeout = (unsigned)seconds;
	return RC_OK;
}

static enum rc_status
digest_read(struct reading *r, const struct node *node)
{
	static const char *const words[] = { "sha256", "sha384", "sha512" };
	size_t index;

	TRY(node_word(node, "digest", words, ARRAY_LEN(words), &index, r->err));
	r->config->digest = words[index];
	return RC_OK;
}

static enum rc_status
padding_read(struct reading *r, const struct node *node)
{
	static const char *const words[] = { "pkcs1", "pss" };
	size_t index;

	TRY(node_word(node, "padding", words, ARRAY_LEN(words), &index, r->err));
	r->config->pss = index == 1;
	return RC_OK;
}

static enum rc_status
days_read(struct reading *r, const struct node *node, const char *what, unsigned *ret)
{
	int64_t days;

	TRY(node_number(node, what, 1, HOME_DAYS_MAX, &days, r->err));
	*ret = (unsigned)days;
	return RC_OK;
}

static enum rc_status
default_days_read(struct reading *r, const struct node *node)
{
	return days_read(r, node, "default_days", &r->config->default_days);
}

static enum rc_status
backdate_read(struct reading *r, const struct node *node)
{
	return seconds_read(r, node, "backdate", 7 * DAY, &r->config->backdate);
}

static enum rc_status
validity_read(struct reading *r, const struct node *node)
{
	static const struct key keys[] = {
		{ "default_days", default_days_read, false },
		{ "backdate", backdate_read, false },
	};

	return keys_read(r, node, keys, ARRAY_LEN(keys), "validity");
}

/* As uris_read(), with a number where the part's will stand. */
static enum rc_status
cdp_read(struct reading *r, const struct node *node)
{
	struct uri_list *cdp = &r->config->cdp;

	TRY(texts_read(r, node, "cdp", cdp));
	for (size_t i = 0; i < cdp->n; i++) {
		struct general_name name = { .type = NAME_URI,
			.value = home_part_text(r->arena, cdp->v[i], 1) };

		TRY_WHILE(r->err, general_name_check(&name, false, node->items[i]->at, r->err),
		    "reading cdp");
	}
	return RC_OK;
}

static enum rc_status
crl_partitions_read(struct reading *r, const struct node *node)
{
	int64_t parts;

	TRY(node_number(node, "partitions", 2, HOME_PARTS_MAX, &parts, r->err));
	r->config->crl_partitions = (unsigned)parts;
	return RC_OK;
}

static enum rc_status
crl_only_read(struct reading *r, const struct node *node)
{
	const char *const words[] = { crl_scope_word(CRL_SCOPE_USERS),
		crl_scope_word(CRL_SCOPE_CAS) };
	size_t index;

	TRY(node_word(node, "only", words, ARRAY_LEN(words), &index, r->err));
	r->config->crl_only = index == 0 ? CRL_SCOPE_USERS : CRL_SCOPE_CAS;
	return RC_OK;
}

static enum rc_status
ca_issuers_read(struct reading *r, const struct node *node)
{
	return uris_read(r, node, "ca_issuers", &r->config->ca_issuers);
}

static enum rc_status
ocsp_read(struct reading *r, const struct node *node)
{
	return uris_read(r, node, "ocsp", &r->config->ocsp);
}

static enum rc_status
aia_read(struct reading *r, const struct node *node)
{
	static const struct key keys[] = {
		{ "ca_issuers", ca_issuers_read, false },
		{ "ocsp", ocsp_read, false },
	};

	return keys_read(r, node, keys, ARRAY_LEN(keys), "aia");
}

static enum rc_status
crl_days_read(struct reading *r, const struct node *node)
{
	return days_read(r, node, "days", &r->config->crl_days);
}

static enum rc_status
crl_overlap_read(struct reading *r, const struct node *node)
{
	return seconds_read(r, node, "overlap", 365 * DAY, &r->config->crl_overlap);
}

static enum rc_status
crl_publish_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "publish", &r->config->crl_publish);
}

static enum rc_status
lists_read(struct reading *r, const struct node *node)
{
	static const struct key keys[] = {
		{ "days", crl_days_read, false },
		{ "overlap", crl_overlap_read, false },
		{ "publish", crl_publish_read, false },
		{ "partitions", crl_partitions_read, false },
		{ "only", crl_only_read, false },
	};

	return keys_read(r, node, keys, ARRAY_LEN(keys), "crl");
}

static enum rc_status
ocsp_key_read(struct reading *r, const struct node *node)
{
	return key_uri_read(r, node, &r->config->ocsp_key);
}

static enum rc_status
ocsp_module_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "module", &r->config->ocsp_module);
}

static enum rc_status
ocsp_certificate_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "certificate", &r->config->ocsp_certificate);
}

static enum rc_status
ocsp_days_read(struct reading *r, const struct node *node)
{
	return days_read(r, node, "days", &r->config->ocsp_days);
}

/* A key and its certificate belong together. */
static enum rc_status
responder_read(struct reading *r, const struct node *node)
{
	static const struct key keys[] = {
		{ "key", ocsp_key_read, false },
		{ "module", ocsp_module_read, false },
		{ "certificate", ocsp_certificate_read, false },
		{ "days", ocsp_days_read, false },
	};

	TRY(keys_read(r, node, keys, ARRAY_LEN(keys), "ocsp"));
	if ((r->config->ocsp_key == NULL) != (r->config->ocsp_certificate == NULL))
		return error_at(r->err, RULE_CA_CONFIG, node->at,
		    "ocsp: `key` and `certificate` stand together, or neither does");
	return RC_OK;
}

static enum rc_status
every_read(struct reading *r, const struct node *node)
{
	return node_number(node, "every", 1, 1000000, &r->config->checkpoint_every, r->err);
}

static enum rc_status
max_age_read(struct reading *r, const struct node *node)
{
	return seconds_read(r, node, "max_age", 365 * DAY, &r->config->checkpoint_max_age);
}

static enum rc_status
witness_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "witness", &r->config->witness);
}

static enum rc_status
checkpoint_key_read(struct reading *r, const struct node *node)
{
	return key_uri_read(r, node, &r->config->checkpoint_key);
}

static enum rc_status
checkpoint_module_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "module", &r->config->checkpoint_module);
}

static enum rc_status
checkpoint_certificate_read(struct reading *r, const struct node *node)
{
	return text_read(r, node, "certificate", &r->config->checkpoint_certificate);
}

static bool
is_key_digest(const char *word)
{
	uint8_t digest[SHA256_OCTETS];

	return strncmp(word, "sha256:", 7) == 0 && hex_read(word + 7, digest, sizeof(digest));
}

static enum rc_status
key_digests_read(struct reading *r, const struct node *node, const char *what,
    struct uri_list *ret)
{
	TRY(texts_read(r, node, what, ret));
	for (size_t i = 0; i < ret->n; i++)
		if (!is_key_digest(ret->v[i]))
			return error_at(r->err, RULE_CA_CONFIG, node->items[i]->at,
			    "'%s' is no public key's SHA-256: sha256: and 64 digits, 0-9 and a-f",
			    ret->v[i]);
	return RC_OK;
}

static enum rc_status
cosigners_read(struct reading *r, const struct node *node)
{
	return key_digests_read(r, node, "cosigners", &r->config->cosigners);
}

static enum rc_status
tsa_read(struct reading *r, const struct node *node)
{
	return key_digests_read(r, node, "tsa", &r->config->tsa);
}

static enum rc_status
checkpoint_read(struct reading *r, const struct node *node)
{
	static const struct key keys[] = {
		{ "every", every_read, false },
		{ "max_age", max_age_read, false },
		{ "key", checkpoint_key_read, false },
		{ "module", checkpoint_module_read, false },
		{ "certificate", checkpoint_certificate_read, false },
		{ "witness", witness_read, false },
		{ "cosigners", cosigners_read, false },
		{ "tsa", tsa_read, false },
	};

	return keys_read(r, node, keys, ARRAY_LEN(keys), "checkpoint");
}

/* In the order of the product document, section 7.  `required`: not in the part of
 * a ca.yaml that `ca init --config` takes over. */
static const struct key home_keys[] = {
	{ "ca", name_read, true },
	{ "key", uri_read, true },
	{ "module", module_read, false },
	{ "module_args", module_args_read, false },
	{ "certificate", certificate_read, true },
	{ "chain", chain_read, false },
	{ "custody", custody_read, true },
	{ "accept", accept_read, false },
	{ "probe", probe_read, false },
	{ "relogin", relogin_read, false },
	{ "always_authenticate", authenticate_read, false },
	{ "engine", engine_read, false },
	{ "timeout", timeout_read, false },
	{ "digest", digest_read, false },
	{ "padding", padding_read, false },
	{ "validity", validity_read, false },
	{ "cdp", cdp_read, false },
	{ "aia", aia_read, false },
	{ "crl", lists_read, false },
	{ "ocsp", responder_read, false },
	{ "approval", approval_read, false },
	{ "checkpoint", checkpoint_read, false },
};

static bool
names_part(const char *text)
{
	return strstr(text, HOME_PART) != NULL;
}

/* Where a part is looked for, and where it is put, differs from part to part. */
static enum rc_status
parts_check(const struct home_config *c, const char *name, struct error *err)
{
	bool parts = c->crl_partitions != 0;

	for (size_t i = 0; i < c->cdp.n; i++)
		if (names_part(c->cdp.v[i]) != parts)
			return error_fail(err, RULE_CA_CONFIG, parts
			    ? "%s: cdp '%s' needs " HOME_PART ", the number of a part"
			    : "%s: cdp '%s' has " HOME_PART ", and there are no crl.partitions",
			    name, c->cdp.v[i]);
	if (parts && c->cdp.n == 0)
		return error_fail(err, RULE_CA_CONFIG,
		    "%s: crl.partitions need a cdp, by which a part says what it is", name);
	if (c->crl_publish != NULL && names_part(c->crl_publish) && !parts)
		return error_fail(err, RULE_CA_CONFIG,
		    "%s: crl.publish has " HOME_PART ", and there are no crl.partitions", name);
	return RC_OK;
}

struct home_config
home_config_defaults(void)
{
	return (struct home_config){
		.custody = CUSTODY_NONE, .engine = "auto",
		.default_days = 730, .backdate = 300,
		.crl_days = 7, .crl_overlap = DAY, .ocsp_days = 7,
		.checkpoint_every = 100, .checkpoint_max_age = DAY,
	};
}

enum rc_status
home_config_read(struct bytes text, const char *name, bool partial, struct arena *arena,
    struct home_config *ret, struct error *err)
{
	SCOPED(document_free) struct document *document = NULL;
	struct home_config config = home_config_defaults();
	struct reading r = { .arena = arena, .config = &config, .err = err };
	struct key keys[ARRAY_LEN(home_keys)];

	memcpy(keys, home_keys, sizeof(keys));
	for (size_t i = 0; partial && i < ARRAY_LEN(keys); i++)
		keys[i].required = false;
	TRY(document_read(text, name, HOME_CONFIG_MAX, &document, err));
	TRY(keys_read(&r, document_root(document), keys, ARRAY_LEN(keys), "a CA's ca.yaml"));
	TRY(parts_check(&config, name, err));
	*ret = config;
	return RC_OK;
}
