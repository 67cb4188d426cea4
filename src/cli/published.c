#include "cli/published.h"

#include "crypto/envelope.h"
#include "issue/home.h"
#include "os/file.h"
#include "report/json.h"
#include "x509/crl.h"

struct looking {
	struct cli *cli;
	struct home *home;
	json_t *list;
	struct error *err;
};

static enum rc_status
list_read(const struct looking *l, const char *path, struct arena *arena, struct crl *ret,
    struct error *err)
{
	static const char *const labels[] = { "X509 CRL" };
	static const struct envelope_kind kind = { .what = "revocation list", .labels = labels,
		.n_labels = 1, .max = LEDGER_MAX_BYTES, .malformed = RULE_CRL_MALFORMED,
		.too_large = RULE_CRL_MALFORMED, .trailing = RULE_CRL_MALFORMED };
	struct buf file = BUF_INIT;
	struct envelope envelope;
	enum rc_status status = file_read(path, LEDGER_MAX_BYTES, &file, err);
	struct bytes bytes = arena_bytes(arena, buf_bytes(&file));

	buf_clear(&file);
	TRY(status);
	TRY(envelope_open(bytes, &kind, arena, &envelope, err));
	TRY(crl_read(envelope.der, ret, err));
	if (!bytes_equal(ret->issuer, l->home->certificate.subject))
		return error_fail(err, RULE_CRL_DUE, "it is a list of another CA");
	return pubkey_verify(l->home->key, ret->algorithm, ret->tbs, ret->signature, err);
}

/* NULL: it will do. */
static const char *
fault_of(const struct looking *l, const struct crl *crl)
{
	int64_t now = clock_now(l->home->clock);

	if (now > crl->next_update)
		return "has ended";
	return now > crl->next_update - l->home->config.crl_overlap ? "ends soon" : NULL;
}

static void
tell(struct looking *l, const char *path, const struct crl *crl, const char *fault)
{
	SCOPED(buf_clear) struct buf until = BUF_INIT;
	json_t *o = json_object();

	if (crl != NULL)
		clock_put(&until, crl->next_update);
	json_put(o, "file", json_foreign(path));
	json_put(o, "next_update", crl != NULL ? json_time(crl->next_update) : json_null());
	json_put(o, "good", json_boolean(fault == NULL));
	json_add(l->list, o);
	if (fault != NULL)
		(void)error_fail(l->err, RULE_CRL_DUE, "%s: the list %s%s%s", path, fault,
		    crl != NULL ? ": " : "", buf_text(&until));
	else
		cli_say(l->cli, "%s holds until %s", path, buf_text(&until));
}

static void
look(struct looking *l, const char *path)
{
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct crl crl;

	if (list_read(l, path, arena, &crl, why) == RC_OK)
		tell(l, path, &crl, fault_of(l, &crl));
	else
		tell(l, path, NULL, arena_printf(arena, "cannot be used: %s", error_message(why)));
}

static enum rc_status
look_all(struct looking *l)
{
	struct arena *arena = l->cli->arena;
	const struct home_config *c = &l->home->config;
	const char *path = l->cli->opt.out;

	if (path == NULL && c->crl_publish == NULL)
		return error_fail(l->err, RULE_MISSING_ARGUMENT,
		    "there is no crl.publish in ca.yaml: name the list with -o FILE");
	if (path == NULL)
		path = path_join(arena, l->home->dir, c->crl_publish);
	if (strstr(path, HOME_PART) == NULL)
		look(l, path);
	for (unsigned part = 1; strstr(path, HOME_PART) != NULL && part <= c->crl_partitions;
	    part++)
		look(l, home_part_text(arena, path, part));
	return error_status(l->err);
}

enum rc_status
published_check(struct cli *cli, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	struct looking l = { .cli = cli, .err = err };
	enum rc_status status;

	TRY(home_open(cli->opt.ca, HOME_LOOK, NULL, &home, err));
	if (!home->has_certificate)
		return error_fail(err, RULE_CA_WAITING, "'%s' has no certificate yet",
		    home->config.name);
	l.home = home;
	l.list = json_array();
	status = look_all(&l);
	if (cli->opt.json && json_array_size(l.list) != 0)
		cli_put_json(cli, json_incref(l.list));
	json_decref(l.list);
	return status;
}
