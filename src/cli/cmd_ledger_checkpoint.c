#include "cli/access.h"
#include "cli/command.h"
#include "issue/seal.h"
#include "os/file.h"
#include "report/json.h"

static json_t *
seal_json(const struct seal *seal, const char *path)
{
	const struct checkpoint *c = &seal->checkpoint;
	json_t *o = json_object();

	json_put(o, "made", json_boolean(seal->made));
	json_put(o, "size", json_integer((json_int_t)c->size));
	json_put(o, "root", json_hex(BYTES(c->root, sizeof(c->root))));
	json_put(o, "time", json_time(c->time));
	json_put(o, "ledger_id", json_integer(seal->ledger_id));
	json_put(o, "file", json_foreign(path));
	return o;
}

enum rc_status
cmd_ledger_checkpoint(struct cli *cli, struct error *err)
{
	SCOPED(access_clear) struct access access;
	SCOPED(home_close) struct home *home = NULL;
	struct seal seal;

	access_init(cli, NULL, &access);
	TRY(home_open(cli->opt.ca, HOME_SIGN, NULL, &home, err));
	TRY(seal_ledger(home, access_home(&access, home), &access.config, cli->arena, &seal, err));
	if (cli->opt.out != NULL)
		TRY(file_replace(cli->opt.out, FILE_PUBLIC, seal.cms, err));
	if (cli->opt.json)
		cli_put_json(cli, seal_json(&seal, cli->opt.out));
	else
		checkpoint_put(&seal.checkpoint, &cli->out);
	if (!seal.made)
		cli_say(cli, "nothing happened since this checkpoint was made");
	return RC_OK;
}
