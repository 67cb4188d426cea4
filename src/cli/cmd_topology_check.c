#include "base/escape.h"
#include "cli/command.h"
#include "cli/planned.h"
#include "report/json.h"

static size_t
count_servers(const struct topology *topology)
{
	size_t n = 0;

	for (size_t i = 0; i < topology->n_pools; i++)
		n += topology->pools[i].n_servers;
	return n;
}

static json_t *
summary_json(const struct planned *planned)
{
	const struct topology *topology = planned->topology;
	json_t *o = json_object();

	json_put(o, "topology", json_foreign(topology->name));
	json_put(o, "product", json_foreign(topology->product->name));
	json_put(o, "pools", json_integer((json_int_t)topology->n_pools));
	json_put(o, "servers", json_integer((json_int_t)count_servers(topology)));
	json_put(o, "entries", json_integer((json_int_t)planned->plan->n_entries));
	return o;
}

static void
put_count(size_t n, const char *what, struct buf *out)
{
	buf_printf(out, ", %zu %s%s", n, what, n == 1 ? "" : "s");
}

enum rc_status
cmd_topology_check(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	const char *path = cli_operand(cli, 0);

	TRY(planned_make(cli, path, &planned, err));
	if (cli->opt.json) {
		cli_put_json(cli, summary_json(&planned));
		return RC_OK;
	}
	put_foreign_text(&cli->out, path);
	buf_printf(&cli->out, ": good: product %s", planned.topology->product->name);
	put_count(planned.topology->n_pools, "pool", &cli->out);
	put_count(count_servers(planned.topology), "server", &cli->out);
	put_count(planned.plan->n_entries, "certificate", &cli->out);
	buf_puts(&cli->out, " to plan\n");
	return RC_OK;
}
