#include "cli/command.h"
#include "cli/forms.h"
#include "cli/request_token.h"
#include "os/file.h"
#include "plan/handoff.h"
#include "report/json.h"

/* In a folder, the script that has both ways stands for the one line. */
static const struct form script = {
	"powershell", "ps1", "PowerShell", EMIT_UTF8_MARKED, handoff_request,
};

struct folders {
	VEC(const char *) seen;
};

static enum rc_status
put_readme(struct cli *cli, const struct planned *planned, const char *name, const char *path,
    struct folders *folders, struct error *err)
{
	SCOPED(buf_clear) struct buf page = BUF_INIT, file = BUF_INIT;

	for (size_t i = 0; i < folders->seen.n; i++)
		if (strcmp(folders->seen.v[i], name) == 0)
			return RC_OK;
	*VEC_PUSH(cli->arena, &folders->seen) = name;
	handoff_readme(planned->plan, planned->topology, name, &page);
	emit_encode(buf_bytes(&page), EMIT_UTF8_MARKED, &file);
	path = path_join(cli->arena, path, "README.txt");
	TRY(file_replace(path, FILE_PUBLIC, buf_bytes(&file), err));
	cli_say(cli, "wrote %s", path);
	return RC_OK;
}

/* The forms go to the server that asks; those that use the same certificate are told. */
static enum rc_status
put_folder(struct cli *cli, const struct planned *planned, const struct entry *entry,
    const struct emit_facts *facts, struct folders *folders, struct error *err)
{
	struct sites sites;

	entry_sites(entry, planned->topology, cli->arena, &sites);
	for (size_t at = 0; at < sites_folders(&sites); at++) {
		const char *name = handoff_folder(cli->arena, entry, &sites, at);
		const char *path = path_join(cli->arena, cli->opt.out, name);

		TRY(dir_make(path, DIR_PUBLIC, err));
		TRY(put_readme(cli, planned, name, path, folders, err));
		for (size_t i = 0; at == 0 && i < FORMS; i++)
			TRY(form_write_into(cli, path,
			    i == FORM_POWERSHELL ? &script : &forms[i], entry, facts, err));
	}
	return RC_OK;
}

static void
put_all(struct cli *cli, const struct entry *entry, const struct emit_facts *facts)
{
	struct style style = cli_style(cli);

	for (size_t i = 0; i < FORMS; i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT, why_not = BUF_INIT;

		buf_puts(&cli->out, i != 0 ? "\n" : "");
		style_put(&style, INK_STRONG, forms[i].title, &cli->out);
		buf_putc(&cli->out, '\n');
		if (form_emit(&forms[i], entry, facts, &text, &why_not))
			buf_put_bytes(&cli->out, buf_bytes(&text));
		else
			style_put_prose(&style, buf_text(&why_not), &cli->out);
	}
}

static enum rc_status
put_one(struct cli *cli, const struct form *form, const struct entry *entry,
    const struct emit_facts *facts, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	TRY(form->emit(entry, facts, &text, err));
	if (cli->opt.out != NULL)
		return form_write(form, &text, cli->opt.out, err);
	if (!cli->opt.json)
		buf_put_bytes(&cli->out, buf_bytes(&text));
	return RC_OK;
}

static enum rc_status
put_entry(struct cli *cli, const struct planned *planned, const struct entry *entry,
    struct error *err)
{
	struct emit_facts facts = { .computer = NULL };
	struct folders folders = { .seen = { .v = NULL } };
	const struct form *form;

	TRY(form_find(cli->opt.form, "--form", &form, err));
	TRY(form_facts(cli, planned, entry, &facts, err));
	if (cli->opt.token != NULL)
		return request_on_token(cli, entry, facts.key, err);
	if (form != NULL)
		TRY(put_one(cli, form, entry, &facts, err));
	else if (cli->opt.out != NULL)
		TRY(put_folder(cli, planned, entry, &facts, &folders, err));
	if (cli->opt.json)
		cli_put_json(cli, forms_json(entry, &facts));
	else if (form == NULL && cli->opt.out == NULL)
		put_all(cli, entry, &facts);
	return RC_OK;
}

/* A folder for each server, and all that it asks for in it. */
static enum rc_status
put_all_folders(struct cli *cli, const struct planned *planned, struct error *err)
{
	struct folders folders = { .seen = { .v = NULL } };
	json_t *list = json_array();

	for (size_t i = 0; i < planned->plan->n_entries; i++) {
		const struct entry *entry = &planned->plan->entries[i];
		struct emit_facts facts = { .computer = NULL };
		enum rc_status st = form_facts(cli, planned, entry, &facts, err);

		if (st == RC_OK)
			st = put_folder(cli, planned, entry, &facts, &folders, err);
		if (st != RC_OK) {
			json_decref(list);
			return st;
		}
		json_add(list, forms_json(entry, &facts));
	}
	if (cli->opt.json)
		cli_put_json(cli, list);
	else
		json_decref(list);
	return RC_OK;
}

static enum rc_status
check_whole(const struct cli *cli, struct error *err)
{
	enum rc_status st;

	if (cli->opt.form != NULL || cli->opt.token != NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "--%s is of one certificate: name its ENTRY",
		    cli->opt.form != NULL ? "form" : "token");
	if (cli->opt.out != NULL)
		return RC_OK;
	st = error_fail(err, RULE_MISSING_ARGUMENT,
	    "name an ENTRY, or the folder for those of all servers (-o DIR)");
	error_fix(err, "`rolecert plan -t %s` lists the entries", cli->opt.topology);
	return st;
}

enum rc_status
cmd_request(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	const struct entry *entry;

	if (cli->n_operands == 0)
		TRY(check_whole(cli, err));
	TRY(planned_make(cli, cli->opt.topology, &planned, err));
	if (cli->n_operands == 0)
		return put_all_folders(cli, &planned, err);
	TRY(planned_entry(&planned, cli_operand(cli, 0), &entry, err));
	return put_entry(cli, &planned, entry, err);
}
