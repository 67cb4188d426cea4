#include "cli/command.h"
#include "cli/lab.h"
#include "cli/load.h"
#include "cli/profiles.h"
#include "cli/shell.h"
#include "os/file.h"
#include "report/json.h"
#include "report/table.h"

static json_t *
result_json(const struct lab *lab, const struct lab_result *result)
{
	json_t *o = json_object();
	struct arena *arena = lab->cli->arena;

	json_put(o, "entry", json_foreign(result->entry));
	json_put(o, "key", json_foreign(result->key));
	json_put(o, "serial", json_foreign(result->serial));
	json_put(o, "satisfied", json_boolean(result->satisfied));
	json_put(o, "certificate",
	    json_foreign(lab_path(lab, arena_printf(arena, "certs/%s.pem", result->name))));
	return o;
}

static json_t *
lab_json(const struct lab *lab)
{
	json_t *o = json_object(), *entries = json_array();

	for (size_t i = 0; i < lab->n_results; i++)
		json_add(entries, result_json(lab, &lab->results[i]));
	json_put(o, "dir", json_foreign(lab->dir));
	json_put(o, "env", json_foreign(lab_path(lab, "env.sh")));
	json_put(o, "topology", json_foreign(lab_path(lab, "topology.yaml")));
	json_put(o, "ca", json_foreign(lab_path(lab, "ca")));
	json_put(o, "entries", entries);
	return o;
}

static void
put_next(const struct lab *lab, struct buf *out)
{
	SCOPED(buf_clear) struct buf env = BUF_INIT, topology = BUF_INIT, module = BUF_INIT;
	SCOPED(buf_clear) struct buf cert = BUF_INIT;
	struct arena *arena = lab->cli->arena;

	shell_quote(lab_path(lab, "env.sh"), &env);
	shell_quote(lab_path(lab, "topology.yaml"), &topology);
	shell_quote(lab->module, &module);
	buf_printf(out, "\nNext:\n  . %s\n  rolecert plan -t %s\n  rolecert ca show\n"
	    "  rolecert ledger list\n  rolecert ledger verify\n"
	    "  rolecert token list --login --module %s\n",
	    buf_text(&env), buf_text(&topology), buf_text(&module));
	if (lab->n_results == 0)
		return;
	shell_quote(lab_path(lab, arena_printf(arena, "certs/%s.pem", lab->results[0].name)),
	    &cert);
	buf_printf(out, "  rolecert check -t %s %s\n", buf_text(&topology), buf_text(&cert));
}

static void
put_text(const struct lab *lab, struct buf *out)
{
	SCOPED(table_free) struct table *table = table_new("KEY", "CHECK", "ENTRY", NULL);
	struct style style = cli_style(lab->cli);

	for (size_t i = 0; i < lab->n_results; i++)
		table_add(table, lab->results[i].key,
		    lab->results[i].satisfied ? "satisfied" : "NO", lab->results[i].entry);
	table_put(table, &style, out);
	buf_printf(out, "\n%zu certificate%s issued and checked, by a CA whose key is on the "
	    "token.\n", lab->n_results, lab->n_results == 1 ? "" : "s");
	put_next(lab, out);
}

static enum rc_status
run(struct lab *lab, const struct planned *planned, struct bytes topology, struct error *err)
{
	TRY(cli_ca_roles_load(lab->cli, &lab->roles, err));
	TRY(lab_begin(lab, err));
	TRY(file_create(lab_path(lab, "topology.yaml"), FILE_PUBLIC, topology, err));
	cli_say(lab->cli, "making the root and the issuing CA on a software token");
	TRY(lab_cas(lab, err));
	cli_say(lab->cli, "issuing %zu certificate%s", planned->plan->n_entries,
	    planned->plan->n_entries == 1 ? "" : "s");
	TRY(lab_serve(lab, planned->plan, err));
	return lab_end(lab, err);
}

enum rc_status
cmd_lab(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	SCOPED(lab_clear) struct lab lab = { .cli = cli };
	const char *path = cli->opt.topology;
	struct bytes topology;

	/* The lab is a CA of its own, whatever the environment names. */
	cli->opt.ca = NULL;
	if (path == NULL)
		TRY(profiles_sample(cli, &path, err));
	TRY(load_file(cli, path, FILE_MAX_TOPOLOGY, &topology, err));
	TRY(planned_of(cli, topology, path, &planned, err));
	TRY(run(&lab, &planned, topology, err));
	if (cli->opt.json)
		cli_put_json(cli, lab_json(&lab));
	else
		put_text(&lab, &cli->out);
	return RC_OK;
}
