#include "cli/access.h"
#include "cli/command.h"
#include "cli/load.h"
#include "issue/attest.h"
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

static json_t *
attested_json(const struct attested *a, const char *word)
{
	json_t *o = json_object();

	json_put(o, "recorded", json_string(word));
	json_put(o, "size", json_integer((json_int_t)a->checkpoint.size));
	json_put(o, "signer", json_foreign(a->signer));
	json_put(o, "stamped", a->stamped != 0 ? json_time(a->stamped) : json_null());
	return o;
}

static enum rc_status
record(struct cli *cli, enum attest_kind kind, const char *path, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	struct attested a;
	struct bytes file;

	TRY(load_file(cli, path, FILE_MAX_CERT, &file, err));
	TRY(home_open(cli->opt.ca, HOME_WRITE, NULL, &home, err));
	TRY_WHILE(err, attest_add(home, kind, file, cli->arena, &a, err), "reading %s", path);
	if (cli->opt.json) {
		cli_put_json(cli, attested_json(&a, attest_word(kind)));
		return RC_OK;
	}
	buf_printf(&cli->out, "the checkpoint over %llu events is %s '%s'\n",
	    (unsigned long long)a.checkpoint.size,
	    kind == ATTEST_COSIGN ? "cosigned by" : "stamped by", a.signer);
	return RC_OK;
}

static json_t *
request_json(const char *path, const struct buf *der)
{
	json_t *o = json_object();

	json_put(o, "file", json_foreign(path));
	json_put(o, "request", json_hex(buf_bytes(der)));
	return o;
}

static enum rc_status
request(struct cli *cli, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	TRY(home_open(cli->opt.ca, HOME_LOOK, NULL, &home, err));
	TRY(attest_request(home, &der, err));
	TRY(file_replace(cli->opt.timestamp_request, FILE_PUBLIC, buf_bytes(&der), err));
	if (cli->opt.json)
		cli_put_json(cli, request_json(cli->opt.timestamp_request, &der));
	return RC_OK;
}

static enum rc_status
make(struct cli *cli, struct error *err)
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

enum rc_status
cmd_ledger_checkpoint(struct cli *cli, struct error *err)
{
	const struct options *o = &cli->opt;

	if ((o->cosignature != NULL) + (o->timestamp != NULL) + (o->timestamp_request != NULL) +
	    (o->out != NULL) > 1)
		return error_fail(err, RULE_EXTRA_ARGUMENT, "one of -o, --cosignature, "
		    "--timestamp-request and --timestamp at a time");
	if (o->cosignature != NULL)
		return record(cli, ATTEST_COSIGN, o->cosignature, err);
	if (o->timestamp != NULL)
		return record(cli, ATTEST_TIMESTAMP, o->timestamp, err);
	return o->timestamp_request != NULL ? request(cli, err) : make(cli, err);
}
