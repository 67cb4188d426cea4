#include "issue/home.h"

#include <stdlib.h>

#include "crypto/csr.h"
#include "crypto/first_use.h"
#include "issue/chain.h"
#include "issue/officers.h"
#include "issue/parents.h"
#include "issue/seal.h"
#include "os/aside.h"
#include "os/file.h"
#include "x509/crl.h"

/* What a key does with a digest; Ed25519 has one of its own. */
static const struct {
	const char *digest;
	enum rc_sigalg rsa, pss, ec;
} algorithms[] = {
	{ "sha256", RC_RSA_SHA256, RC_RSA_PSS_SHA256, RC_ECDSA_SHA256 },
	{ "sha384", RC_RSA_SHA384, RC_RSA_PSS_SHA384, RC_ECDSA_SHA384 },
	{ "sha512", RC_RSA_SHA512, RC_RSA_PSS_SHA512, RC_ECDSA_SHA512 },
};

enum rc_status
home_algorithm(const struct pubkey *key, const char *digest, bool pss, enum rc_sigalg *ret,
    struct error *err)
{
	enum rc_sigalg algorithm = RC_SIG_NONE;

	if (digest == NULL && !pss)
		algorithm = pubkey_sigalg(key);
	if (digest == NULL)
		digest = pss ? "sha256" : "";
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
		if (strcmp(algorithms[i].digest, digest) == 0)
			algorithm = pss ? algorithms[i].pss :
			    pubkey_is_ec(key) ? algorithms[i].ec : algorithms[i].rsa;
	if (algorithm == RC_SIG_NONE || !pubkey_does(key, algorithm))
		return error_fail(err, RULE_CA_ALGORITHM, "%s does not sign with %s%s",
		    pubkey_text(key), digest[0] == '\0' ? "any digest that is known here" : digest,
		    pss ? " and RSASSA-PSS" : "");
	*ret = algorithm;
	return RC_OK;
}

/* The file's name and bytes, so that errors show its lines. */
static enum rc_status
file_take(struct home *home, const char *path, struct bytes *ret, struct error *err)
{
	struct buf b = BUF_INIT;
	enum rc_status status = file_read(path_join(home->arena, home->dir, path), HOME_FILE_MAX,
	    &b, err);

	if (status == RC_OK)
		*ret = arena_bytes(home->arena, buf_bytes(&b));
	buf_clear(&b);
	return status;
}

static enum rc_status
config_load(struct home *home, struct error *err)
{
	const char *path = path_join(home->arena, home->dir, HOME_CONFIG);
	struct bytes text;

	if (!file_exists(path))
		return error_fail(err, RULE_CA_HOME, "'%s' is no CA home: there is no %s in it",
		    home->dir, HOME_CONFIG);
	TRY(file_take(home, HOME_CONFIG, &text, err));
	home->config_text = text;
	return home_config_read(text, path, false, home->arena, &home->config, err);
}

static enum rc_status
request_load(struct home *home, struct error *err)
{
	SCOPED(csr_clear) struct csr csr = CSR_INIT;
	struct bytes file;

	if (!file_exists(path_join(home->arena, home->dir, HOME_REQUEST)))
		return RC_OK;
	TRY(file_take(home, HOME_REQUEST, &file, err));
	TRY_WHILE(err, csr_read(file, home->arena, &csr, err), "reading the CA's own request");
	home->request = csr.der;
	if (home->key == NULL)
		home->key = TAKE(csr.key);
	return RC_OK;
}

static enum rc_status
certificate_fault(const struct home *home, const char *what, struct error *err)
{
	return error_fail(err, RULE_CA_CERTIFICATE, "%s: %s", home->config.certificate, what);
}

static enum rc_status
certificate_judge(struct home *home, struct error *err)
{
	const struct cert *cert = &home->certificate;
	const struct cert_ext *basic = cert_find_ext(cert, EXT_BASIC_CONSTRAINTS);
	const struct cert_ext *usage = cert_find_ext(cert, EXT_KEY_USAGE);
	const struct cert_ext *ski = cert_find_ext(cert, EXT_SUBJECT_KEY_IDENTIFIER);

	if (basic == NULL || !basic->value.u.basic.ca)
		return certificate_fault(home, "basicConstraints does not say CA:TRUE", err);
	if (usage == NULL || (usage->value.u.key_usage & KU_KEY_CERT_SIGN) == 0)
		return certificate_fault(home, "keyUsage does not hold keyCertSign", err);
	home->path_len = basic->value.u.basic.path_len;
	home->key_id = ski != NULL ? ski->value.u.key_id : pubkey_key_id(home->key);
	return RC_OK;
}

static enum rc_status
certificate_load(struct home *home, struct error *err)
{
	struct bytes file;

	if (!file_exists(path_join(home->arena, home->dir, home->config.certificate)))
		return RC_OK;
	TRY(file_take(home, home->config.certificate, &file, err));
	TRY_WHILE(err, cert_read_file(file, home->arena, &home->certificate, err),
	    "reading the CA's certificate %s", home->config.certificate);
	TRY(pubkey_read(home->certificate.spki, &home->key, err));
	TRY(certificate_judge(home, err));
	home->has_certificate = true;
	return RC_OK;
}

static enum rc_status
chain_load(struct home *home, struct error *err)
{
	VEC(struct cert) chain = { .n = 0 };

	for (size_t i = 0; i < home->config.n_chain; i++) {
		struct bytes file;
		struct cert *certs;
		size_t n;

		TRY(file_take(home, home->config.chain[i], &file, err));
		TRY_WHILE(err, cert_read_chain(file, home->arena, &certs, &n, err),
		    "reading %s of the chain", home->config.chain[i]);
		for (size_t k = 0; k < n; k++)
			*VEC_PUSH(home->arena, &chain) = certs[k];
	}
	home->chain = chain.v;
	home->n_chain = chain.n;
	return chain_check(&home->certificate, home->chain, home->n_chain,
	    RULE_CA_CERTIFICATE, err);
}

/* The record is what stands behind the policy. */
static void
home_policy_split(struct home *home, char *text)
{
	char *record = strstr(text, "\n" RECORD_HEAD "\n");

	home->policy = text;
	home->record = "";
	if (record == NULL)
		return;
	home->record = record + 1;
	/* The policy keeps its last newline. */
	home->policy = arena_strndup(home->arena, text, (size_t)(record + 1 - text));
}

static enum rc_status
policy_check(struct home *home, enum home_use use, struct error *err)
{
	SCOPED(buf_clear) struct buf now = BUF_INIT;
	struct ledger_pinned pinned;

	TRY(ledger_pinned(home->ledger, home->arena, &pinned, err));
	home_policy_split(home, arena_strndup(home->arena, (const char *)pinned.policy.p,
	    pinned.policy.n));
	TRY(approval_policy_read(home->policy, home->arena, &home->approvals, err));
	approval_policy_digest(bytes_of_text(home->policy), home->policy_digest);
	TRY(officers_read(home->dir, &home->config, home->arena, &home->officers, err));
	home_policy_text(&home->config, home->key, &now);
	home->policy_now = arena_strdup(home->arena, buf_text(&now));
	if (use == HOME_POLICY || use == HOME_REVIEW)
		return RC_OK;
	return home_policy_compare(home->policy, home->policy_now, err);
}

/* What processes that are gone left behind. */
static enum rc_status
others_settle(struct home *home, struct error *err)
{
	size_t lost;

	TRY(ledger_recover(home->ledger, &lost, err));
	if (lost > 0)
		error_note(err, RULE_SIGN_FAILED, NOWHERE,
		    "%zu signature%s that another process left unsettled: now LOST", lost,
		    lost == 1 ? "" : "s");
	return RC_OK;
}

static enum rc_status
ready_check(struct home *home, struct error *err)
{
	if (!home->has_certificate)
		return error_fail(err, RULE_CA_WAITING, "'%s' waits for its certificate (%s)",
		    home->dir, home->config.certificate);
	TRY(others_settle(home, err));
	TRY(parents_check(home, err));
	/* Before anybody is asked for a PIN, and before any time is compared. */
	TRY(ledger_check_clock(home->ledger, err));
	TRY(seal_check_witness(home, err));
	return ledger_put_config(home->ledger, home->config_text, err);
}

/* -- parts of the list ------------------------------------------------------------- */

const char *
home_part_text(struct arena *arena, const char *text, unsigned part)
{
	const char *at = strstr(text, HOME_PART);

	if (at == NULL)
		return text;
	return arena_printf(arena, "%.*s%u%s", (int)(at - text), text, part,
	    at + strlen(HOME_PART));
}

static void
parts_make(struct home *home)
{
	const struct home_config *c = &home->config;

	home->part_cdp =
	    arena_alloc(home->arena, (c->crl_partitions + 1) * sizeof(*home->part_cdp));
	for (unsigned part = 0; part < c->crl_partitions; part++) {
		struct uri_list *list = &home->part_cdp[part];

		list->v = arena_alloc(home->arena, (c->cdp.n + 1) * sizeof(*list->v));
		for (list->n = 0; list->n < c->cdp.n; list->n++)
			list->v[list->n] =
			    home_part_text(home->arena, c->cdp.v[list->n], part + 1);
	}
}

/* -- opening ----------------------------------------------------------------------- */

/* All that is to be read, and nothing that tells of others or asks the time. */
static enum rc_status
home_read(struct home *home, enum home_use use, struct error *err)
{
	struct ledger_options options = { .clock = home->clock,
		.read_only = use == HOME_LOOK || use == HOME_REVIEW };

	TRY(config_load(home, err));
	parts_make(home);
	TRY(ledger_open(home->dir, &options, &home->ledger, err));
	TRY(certificate_load(home, err));
	TRY(request_load(home, err));
	if (home->key == NULL)
		return error_fail(err, RULE_CA_CERTIFICATE,
		    "there is neither the certificate '%s' nor a request of this CA",
		    home->config.certificate);
	TRY(policy_check(home, use, err));
	TRY(home_algorithm(home->key, home->config.digest, home->config.pss,
	    &home->algorithm, err));
	return home->has_certificate ? chain_load(home, err) : RC_OK;
}

static enum rc_status
home_enter(struct home *home, enum home_use use, struct error *err)
{
	if (use == HOME_LOOK)
		return RC_OK;
	return use == HOME_SIGN ? ready_check(home, err) : others_settle(home, err);
}

static struct home *
home_new(const char *dir, const struct clock *clock)
{
	struct home *home = mem_zero(sizeof(*home));

	home->arena = arena_new();
	home->dir = arena_strdup(home->arena, dir);
	home->clock = clock == NULL ? &clock_system : clock;
	return home;
}

enum rc_status
home_open(const char *dir, enum home_use use, const struct clock *clock, struct home **ret,
    struct error *err)
{
	SCOPED(home_close) struct home *home = home_new(dir, clock);

	TRY_WHILE(err, home_read(home, use, err), "opening the CA home %s", dir);
	TRY_WHILE(err, home_enter(home, use, err), "opening the CA home %s", dir);
	*ret = TAKE(home);
	return RC_OK;
}

struct home_opening {
	struct home *home;
	enum home_use use;
	struct aside *aside;
	enum rc_status status;
	struct error *err;
};

/* Whoever signs uses libcrypto's larger parts soon, and the first use takes long. */
static void
home_read_aside(void *arg)
{
	struct home_opening *o = arg;

	if (o->use == HOME_SIGN)
		crypto_first_use();
	o->status = home_read(o->home, o->use, o->err);
	if (o->status != RC_OK)
		error_while(o->err, "opening the CA home %s", o->home->dir);
}

struct home_opening *
home_open_begin(const char *dir, enum home_use use, const struct clock *clock)
{
	struct home_opening *o = mem_zero(sizeof(*o));

	o->home = home_new(dir, clock);
	o->use = use;
	o->err = error_new();
	o->aside = aside_begin(home_read_aside, o);
	return o;
}

enum rc_status
home_open_end(struct home_opening *o, struct home **ret, struct error *err)
{
	aside_wait(TAKE(o->aside));
	error_move(err, o->err);
	TRY(o->status);
	TRY_WHILE(err, home_enter(o->home, o->use, err), "opening the CA home %s", o->home->dir);
	*ret = TAKE(o->home);
	return RC_OK;
}

void
home_opening_free(struct home_opening *o)
{
	if (o == NULL)
		return;
	aside_wait(o->aside);
	home_close(o->home);
	error_free(o->err);
	free(o);
}

static void
record_close(void *arg)
{
	struct home *home = arg;

	ledger_close(TAKE(home->ledger));
}

void
home_record_done(struct home *home)
{
	home->closing = aside_begin(record_close, home);
}

void
home_close(struct home *home)
{
	if (home == NULL)
		return;
	aside_wait(home->closing);
	ledger_close(home->ledger);
	pubkey_free(home->key);
	arena_free(home->arena);
	free(home);
}

struct uri_list
home_part_cdp(const struct home *home, unsigned part)
{
	return part != 0 ? home->part_cdp[part - 1] : home->config.cdp;
}

void
home_ca_facts(const struct home *home, struct bytes serial, struct entry_ca_facts *ret)
{
	const struct home_config *c = &home->config;
	struct uri_list cdp = home_part_cdp(home,
	    c->crl_partitions != 0 ? crl_part_of(serial, c->crl_partitions) : 0);

	ret->issuer_key_id = home->key_id;
	ret->cdp = cdp.v;
	ret->n_cdp = cdp.n;
	ret->ocsp = c->ocsp.v;
	ret->n_ocsp = c->ocsp.n;
	ret->ca_issuers = c->ca_issuers.v;
	ret->n_ca_issuers = c->ca_issuers.n;
}
