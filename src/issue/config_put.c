#include "issue/home.h"

/* In double quotes, as YAML reads it back (YAML 1.2, 5.7). */
static void
put_quoted(struct buf *out, const char *text)
{
	buf_putc(out, '"');
	for (const char *s = text; *s != '\0'; s++) {
		if (*s == '"' || *s == '\\')
			buf_putc(out, '\\');
		buf_putc(out, *s);
	}
	buf_putc(out, '"');
}

static void
put_text(struct buf *out, const char *key, const char *text)
{
	if (text == NULL)
		return;
	buf_printf(out, "%s: ", key);
	put_quoted(out, text);
	buf_putc(out, '\n');
}

static void
put_list(struct buf *out, const char *key, const char *const *v, size_t n)
{
	buf_printf(out, "%s: [", key);
	for (size_t i = 0; i < n; i++) {
		buf_puts(out, i == 0 ? "" : ", ");
		put_quoted(out, v[i]);
	}
	buf_putc(out, ']');
}

/* The largest unit that leaves no rest. */
static void
put_duration(struct buf *out, int64_t seconds)
{
	static const struct {
		int64_t seconds;
		char unit;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i = 0;

	while (i < ARRAY_LEN(units) - 1 && (seconds == 0 || seconds % units[i].seconds != 0))
		i++;
	buf_printf(out, "%lld%c", (long long)(seconds / units[i].seconds), units[i].unit);
}

static void
put_accept(struct buf *out, const struct home_config *c)
{
	buf_puts(out, c->n_accept != 0 ? "accept:\n" : "");
	for (size_t i = 0; i < c->n_accept; i++) {
		buf_puts(out, "  - { manufacturer: ");
		put_quoted(out, c->accept[i].manufacturer);
		if (c->accept[i].model != NULL) {
			buf_puts(out, ", model: ");
			put_quoted(out, c->accept[i].model);
		}
		buf_puts(out, " }\n");
	}
}

static void
put_key(struct buf *out, const struct home_config *c)
{
	buf_puts(out, "# The CA's private key: an RFC 7512 URI.  No PIN may stand in it;\n"
	    "# pin-source may name a file that holds one.\n");
	put_text(out, "key", c->key);
	put_text(out, "module", c->module);
	put_text(out, "module_args", c->module_args);
	buf_puts(out, "\n# Its certificate, and those above it up to the root.  Paths start\n"
	    "# in this folder.\n");
	put_text(out, "certificate", c->certificate);
	put_list(out, "chain", c->chain, c->n_chain);
	buf_printf(out, "\n\n# How well the key must be kept: hardware (of the makers and models\n"
	    "# in `accept`), strict, imported-ok, lab (or memory, for tests), and when the\n"
	    "# token is put to the test: session, or pin-record (by `token repin` alone).\n"
	    "# Pinned in the ledger, with key, module and approval: `ca policy accept`.\n"
	    "custody: %s\n", custody_level_word(c->custody));
	put_accept(out, c);
	buf_printf(out, "probe: %s\n", c->probe_pinned ? "pin-record" : "session");
	buf_printf(out, "\n# Is a session that is lost rebuilt? never, or once, which keeps the\n"
	    "# PIN in locked memory.\nrelogin: %s\n", c->relogin ? "once" : "never");
	if (c->keep_pin)
		buf_puts(out, "always_authenticate: keep\n");
	if (strcmp(c->engine, "auto") != 0)
		buf_printf(out, "engine: %s\n", c->engine);
	if (c->timeout != 0) {
		buf_puts(out, "timeout: ");
		put_duration(out, c->timeout);
		buf_putc(out, '\n');
	}
}

static void
put_member(struct buf *out, const char *word, const char *value)
{
	if (value == NULL)
		return;
	buf_printf(out, ", %s: ", word);
	put_quoted(out, value);
}

static void
put_issuing(struct buf *out, const struct home_config *c)
{
	buf_puts(out, "\n# What is signed, and for how long it holds.\n");
	if (c->digest != NULL)
		buf_printf(out, "digest: %s\n", c->digest);
	if (c->pss)
		buf_puts(out, "padding: pss\n");
	buf_printf(out, "validity: { default_days: %u, backdate: ", c->default_days);
	put_duration(out, c->backdate);
	buf_puts(out, " }\n\n# Where clients find the CRL, this CA's certificate, an OCSP\n"
	    "# responder.\n");
	put_list(out, "cdp", c->cdp.v, c->cdp.n);
	buf_puts(out, "\naia: { ");
	put_list(out, "ca_issuers", c->ca_issuers.v, c->ca_issuers.n);
	buf_puts(out, ", ");
	put_list(out, "ocsp", c->ocsp.v, c->ocsp.n);
	buf_printf(out, " }\ncrl: { days: %u, overlap: ", c->crl_days);
	put_duration(out, c->crl_overlap);
	put_member(out, "publish", c->crl_publish);
	if (c->crl_partitions != 0)
		buf_printf(out, ", partitions: %u", c->crl_partitions);
	if (c->crl_only != CRL_SCOPE_ALL)
		buf_printf(out, ", only: %s", crl_scope_word(c->crl_only));
	buf_puts(out, " }\n");
	if (c->ocsp_key == NULL && c->ocsp_days == home_config_defaults().ocsp_days)
		return;
	buf_printf(out, "ocsp: { days: %u", c->ocsp_days);
	put_member(out, "key", c->ocsp_key);
	put_member(out, "module", c->ocsp_module);
	put_member(out, "certificate", c->ocsp_certificate);
	buf_puts(out, " }\n");
}

static void
put_officer(struct buf *out, const struct home_config *c, size_t i)
{
	const struct approval_officer *officer = &c->approvals.officers[i];

	buf_puts(out, "{ name: ");
	put_quoted(out, officer->name);
	put_member(out, "cert", c->officer_certs[i]);
	if (officer->uid != APPROVAL_NO_UID)
		buf_printf(out, ", uid: %lld", (long long)officer->uid);
	buf_puts(out, " }");
}

/* Each officer whole where he stands first, and by name from then on: *next is the first
 * who did not stand anywhere. */
static void
put_rule(struct buf *out, const struct home_config *c, const struct approval_rule *rule,
    size_t *next)
{
	if (rule->need == 0) {
		buf_puts(out, "automatic\n");
		return;
	}
	buf_printf(out, "{ need: %u, expires: ", rule->need);
	put_duration(out, rule->expires);
	buf_puts(out, ", of: [");
	for (size_t i = 0; i < rule->n_of; i++) {
		buf_puts(out, i != 0 ? ", " : "");
		if (rule->of[i] < *next)
			put_quoted(out, c->approvals.officers[rule->of[i]].name);
		else
			put_officer(out, c, (*next)++);
	}
	buf_puts(out, "] }\n");
}

static void
put_approval(struct buf *out, const struct home_config *c)
{
	const struct approval_policy *p = &c->approvals;
	size_t next = 0;

	buf_puts(out, "\n# Who approves a certificate before it is signed, also by role.\n"
	    "approval: ");
	if (p->n_rules == 0)
		buf_puts(out, "automatic\n");
	if (p->n_rules > 1)
		buf_puts(out, "\n  default: ");
	if (p->n_rules != 0)
		put_rule(out, c, &p->rules[0], &next);
	buf_puts(out, p->n_rules > 1 ? "  roles:\n" : "");
	for (size_t i = 1; i < p->n_rules; i++) {
		buf_printf(out, "    %s: ", p->rules[i].role);
		put_rule(out, c, &p->rules[i], &next);
	}
}

static void
put_keys(struct buf *out, const char *key, const struct uri_list *list)
{
	if (list->n == 0)
		return;
	buf_puts(out, ", ");
	put_list(out, key, list->v, list->n);
}

void
home_config_put(const struct home_config *config, struct buf *out)
{
	buf_puts(out, "# One certificate authority.  `rolecert ca show` reads it back.\n");
	put_text(out, "ca", config->name);
	buf_putc(out, '\n');
	put_key(out, config);
	put_issuing(out, config);
	put_approval(out, config);
	buf_printf(out, "checkpoint: { every: %lld, max_age: ",
	    (long long)config->checkpoint_every);
	put_duration(out, config->checkpoint_max_age);
	put_member(out, "key", config->checkpoint_key);
	put_member(out, "module", config->checkpoint_module);
	put_member(out, "certificate", config->checkpoint_certificate);
	put_member(out, "witness", config->witness);
	put_keys(out, "cosigners", &config->cosigners);
	put_keys(out, "tsa", &config->tsa);
	buf_puts(out, " }\n");
}
