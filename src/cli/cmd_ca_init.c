#include "cli/access.h"
#include "cli/ca_roles.h"
#include "cli/command.h"
#include "cli/load.h"
#include "crypto/envelope.h"
#include "issue/ca_init.h"
#include "os/file.h"
#include "report/json.h"

static enum rc_status
check_options(const struct options *o, struct error *err)
{
	int ways = (o->self_signed ? 1 : 0) + (o->csr != NULL ? 1 : 0) + (o->cert != NULL ? 1 : 0);

	if (ways != 1)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "give one of --self-signed (a root), --csr OUT (a request for the "
		    "parent CA) or --cert FILE (the parent's answer)");
	if (o->cert == NULL && o->key == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "--key URI is missing: the CA's key on its token, made with "
		    "`rolecert token keygen`");
	if (o->cert == NULL && o->subject == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "--subject is missing: the CA's name, such as 'CN=Contoso Root CA, O=Contoso'");
	return RC_OK;
}

static enum rc_status
level_of(const char *word, enum custody_level *ret, struct error *err)
{
	static const char *const known[] = { "hardware", "strict", "imported-ok", "lab", "memory" };
	const char *near;
	enum rc_status st;

	*ret = word != NULL ? custody_level_find(word) : CUSTODY_NONE;
	if (word == NULL || *ret != CUSTODY_NONE)
		return RC_OK;
	near = nearest_word(word, known, ARRAY_LEN(known));
	st = error_fail(err, RULE_OPTION_VALUE, "'%s' is no custody level", word);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "levels: hardware, strict, imported-ok, lab, memory");
	return st;
}

/* The level of a home that waits for its certificate decides who serves it. */
static enum custody_level
waiting_level(const char *dir)
{
	SCOPED(error_free) struct error *ignored = error_new();
	SCOPED(home_close) struct home *home = NULL;

	return home_open(dir, HOME_LOOK, NULL, &home, ignored) == RC_OK ? home->config.custody :
	    CUSTODY_NONE;
}

static enum rc_status
fill(struct cli *cli, struct ca_init *ret, struct error *err)
{
	const struct options *o = &cli->opt;

	*ret = (struct ca_init){ .dir = cli_operand(cli, 0), .key = o->key,
		.module = o->module, .module_args = o->module_args };
	TRY(level_of(o->custody, &ret->custody, err));
	if (o->subject != NULL)
		TRY_WHILE(err, dn_parse(o->subject, cli->arena, &ret->subject, err),
		    "reading --subject");
	if (o->config != NULL) {
		TRY(load_file(cli, o->config, HOME_CONFIG_MAX, &ret->config, err));
		ret->config_name = o->config;
	}
	ret->engine = access_engine(o->cert != NULL && o->custody == NULL ?
	    waiting_level(ret->dir) : ret->custody);
	return RC_OK;
}

/* pem, file: of a request; NULL: the CA is ready. */
static void
put_made(struct cli *cli, const char *pem, const char *file)
{
	json_t *o = json_object();

	json_put(o, "home", json_foreign(cli_operand(cli, 0)));
	json_put(o, "ready", json_boolean(pem == NULL));
	json_put(o, "file", json_foreign(file));
	json_put(o, "csr", json_foreign(pem));
	cli_put_json(cli, o);
}

static enum rc_status
put_request(struct cli *cli, const struct buf *csr, struct error *err)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	const char *path = strcmp(cli->opt.csr, "-") != 0 ? cli->opt.csr : NULL;

	pem_put("CERTIFICATE REQUEST", buf_bytes(csr), &pem);
	if (path != NULL) {
		TRY(file_replace(path, FILE_PUBLIC, buf_bytes(&pem), err));
		cli_say(cli, "wrote %s; when the parent CA has certified it: "
		    "rolecert ca init --cert FILE %s", path, cli_operand(cli, 0));
	}
	if (cli->opt.json)
		put_made(cli, buf_text(&pem), path);
	else if (path == NULL)
		buf_put(&cli->out, pem.p, pem.n);
	return RC_OK;
}

static enum rc_status
make(struct cli *cli, const struct ca_init *init, struct error *err)
{
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct bytes file, chain = { .p = NULL };

	if (cli->opt.self_signed)
		return ca_init_self_signed(init, err);
	if (cli->opt.csr != NULL) {
		TRY(ca_init_csr(init, &csr, err));
		return put_request(cli, &csr, err);
	}
	TRY(load_file(cli, cli->opt.cert, HOME_FILE_MAX, &file, err));
	return ca_init_install(init, file, chain, err);
}

enum rc_status
cmd_ca_init(struct cli *cli, struct error *err)
{
	SCOPED(cli_ca_roles_clear) struct cli_ca_roles roles = { .catalog = NULL };
	struct access access;
	struct ca_init init;

	TRY(check_options(&cli->opt, err));
	TRY(fill(cli, &init, err));
	if (cli->opt.cert == NULL)
		TRY(cli_ca_roles_load(cli, &roles, err));
	init.roles = roles.roles;
	access_init(cli, cli->opt.key, &access);
	init.engine_config = access.config;
	TRY(make(cli, &init, err));
	if (cli->opt.csr != NULL)
		return RC_OK;
	if (cli->opt.json)
		put_made(cli, NULL, NULL);
	cli_say(cli, "the CA is ready: rolecert ca show %s", init.dir);
	return RC_OK;
}
