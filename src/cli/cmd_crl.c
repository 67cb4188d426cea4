#include "cli/access.h"
#include "cli/command.h"
#include "crypto/envelope.h"
#include "issue/signer.h"
#include "os/file.h"
#include "report/json.h"
#include "revoke/crl.h"

/* Where the list goes: -o, else `crl.publish` of ca.yaml (not a delta), else stdout. */
static const char *
target(const struct cli *cli, const struct home *home)
{
	if (cli->opt.out != NULL)
		return cli->opt.out;
	if (cli->opt.delta || home->config.crl_publish == NULL)
		return NULL;
	return path_join(cli->arena, home->dir, home->config.crl_publish);
}

static bool
is_pem_path(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && strcmp(path + n - 4, ".pem") == 0;
}

static enum rc_status
deliver(struct cli *cli, const struct crl_made *made, const char *path, struct error *err)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;

	if (path == NULL || is_pem_path(path))
		pem_put("X509 CRL", made->der, &pem);
	if (path != NULL)
		return file_replace(path, FILE_PUBLIC, pem.n != 0 ? buf_bytes(&pem) : made->der,
		    err);
	if (!cli->opt.json)
		buf_put_bytes(&cli->out, buf_bytes(&pem));
	return RC_OK;
}

static json_t *
made_json(const struct crl_made *made, const char *path)
{
	json_t *o = json_object();

	json_put(o, "number", json_integer((json_int_t)made->number));
	json_put(o, "base", made->base != 0 ? json_integer((json_int_t)made->base) : json_null());
	json_put(o, "entries", json_integer((json_int_t)made->entries));
	json_put(o, "this_update", json_time(made->this_update));
	json_put(o, "next_update", json_time(made->next_update));
	json_put(o, "ledger_id", json_integer(made->ledger_id));
	json_put(o, "file", json_foreign(path));
	return o;
}

static void
say(struct cli *cli, const struct crl_made *made, const char *path)
{
	SCOPED(buf_clear) struct buf until = BUF_INIT;

	clock_put(&until, made->next_update);
	cli_say(cli, "%s %llu with %zu entr%s, until %s%s%s", made->base != 0 ? "delta" : "list",
	    (unsigned long long)made->number, made->entries, made->entries == 1 ? "y" : "ies",
	    buf_text(&until), path != NULL ? ": " : "", path != NULL ? path : "");
}

enum rc_status
cmd_crl(struct cli *cli, struct error *err)
{
	SCOPED(access_clear) struct access access;
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(signer_close) struct signer *signer = NULL;
	const struct crl_options options = { .delta = cli->opt.delta };
	struct crl_made made;
	const char *path;

	access_init(cli, NULL, &access);
	TRY(home_open(cli->opt.ca, HOME_SIGN, NULL, &home, err));
	path = target(cli, home);
	TRY(signer_open(home, access_home(&access, home), &access.config, &signer, err));
	TRY(crl_make(home, signer, &options, cli->arena, &made, err));
	TRY_WHILE(err, deliver(cli, &made, path, err),
	    "delivering list %llu: it is recorded as entry %lld of the ledger",
	    (unsigned long long)made.number, (long long)made.ledger_id);
	say(cli, &made, path);
	if (cli->opt.json)
		cli_put_json(cli, made_json(&made, path));
	return RC_OK;
}
