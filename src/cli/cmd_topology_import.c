#include "cli/command.h"
#include "cli/load.h"
#include "os/file.h"
#include "topology/import.h"

enum rc_status
cmd_topology_import(struct cli *cli, struct error *err)
{
	const char *path = cli_operand(cli, 0);
	struct import_options options = { .product = cli->opt.product };
	struct buf *out = &cli->out;
	struct bytes file;

	TRY(load_file(cli, path, FILE_MAX_TOPOLOGY, &file, err));
	TRY(topology_import(file, path, &options, out, err));
	if (cli->opt.out == NULL)
		return RC_OK;
	TRY(file_replace(cli->opt.out, FILE_PUBLIC, buf_bytes(out), err));
	buf_cut(out, 0);
	cli_say(cli, "wrote %s; next: rolecert topology check %s", cli->opt.out, cli->opt.out);
	return RC_OK;
}
