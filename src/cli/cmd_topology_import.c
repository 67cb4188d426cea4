#include "cli/command.h"
#include "cli/load.h"
#include "os/file.h"
#include "report/diagnoses.h"
#include "topology/import.h"

static json_t *
imported_json(const char *path, const struct buf *text, const struct error *err)
{
	json_t *o = json_object();

	json_put(o, "file", json_foreign(path));
	json_put(o, "topology", json_foreign(buf_text(text)));
	json_put(o, "diagnoses", diagnoses_json(err));
	return o;
}

enum rc_status
cmd_topology_import(struct cli *cli, struct error *err)
{
	const char *path = cli_operand(cli, 0);
	struct import_options options = { .product = cli->opt.product };
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct bytes file;

	TRY(load_file(cli, path, FILE_MAX_TOPOLOGY, &file, err));
	TRY(topology_import(file, path, &options, &text, err));
	if (cli->opt.out != NULL) {
		TRY(file_replace(cli->opt.out, FILE_PUBLIC, buf_bytes(&text), err));
		cli_say(cli, "wrote %s; next: rolecert topology check %s", cli->opt.out,
		    cli->opt.out);
	}
	if (cli->opt.json)
		cli_put_json(cli, imported_json(cli->opt.out, &text, err));
	else if (cli->opt.out == NULL)
		buf_put_bytes(&cli->out, buf_bytes(&text));
	return RC_OK;
}
