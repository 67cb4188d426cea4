/*
 * Compiled roles: of a product, as they stand; for a topology, as entries in the forms
 * that servers ask in.
 */
#include "cli/command.h"
#include "cli/forms.h"
#include "cli/profiles.h"
#include "os/file.h"
#include "report/role.h"

static enum rc_status
put_roles(struct cli *cli, const struct form *form, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(program_free) struct program *program = NULL;
	const struct product *product;
	json_t *list;

	if (cli->n_operands == 0)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "name a PRODUCT, or a topology (-t FILE)");
	if (form != NULL && form != &forms[FORM_JSON])
		return error_fail(err, RULE_OPTION_VALUE,
		    "--emit %s is of a certificate: give a topology (-t FILE) and an entry",
		    form->word);
	TRY(profiles_catalog(cli, &catalog, err));
	TRY(profiles_product(catalog, cli_operand(cli, 0), &product, err));
	TRY(program_compile(catalog, product, NULL, &program, err));
	list = json_array();
	for (size_t i = 0; i < program->n_roles; i++)
		json_add(list, role_json(program->roles[i]));
	cli_put_json(cli, list);
	return RC_OK;
}

static enum rc_status
put_text(struct cli *cli, const struct form *form, const struct entry *entry,
    const struct emit_facts *facts, struct error *err)
{
	SCOPED(buf_clear) struct buf why_not = BUF_INIT;

	if (cli->n_operands != 0)
		return form->emit(entry, facts, &cli->out, err);
	if (cli->out.n != 0 && form != &forms[FORM_JSON])
		buf_putc(&cli->out, '\n');
	if (!form_emit(form, entry, facts, &cli->out, &why_not))
		cli_say(cli, "note: %s", buf_text(&why_not));
	return RC_OK;
}

static enum rc_status
put_entry(struct cli *cli, const struct form *form, const struct planned *planned,
    const struct entry *entry, json_t *list, struct error *err)
{
	struct emit_facts facts = { .computer = NULL };

	TRY(form_facts(cli, planned, entry, &facts, err));
	if (cli->opt.json)
		json_add(list, forms_json(entry, &facts));
	if (cli->opt.out != NULL)
		return form_write_into(cli, cli->opt.out, form, entry, &facts, err);
	return cli->opt.json ? RC_OK : put_text(cli, form, entry, &facts, err);
}

/* One entry, or all of them. */
static enum rc_status
put_each(struct cli *cli, const struct form *form, json_t *list, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	const struct entry *entry;

	TRY(planned_make(cli, cli->opt.topology, &planned, err));
	if (cli->opt.out != NULL)
		TRY(dir_make(cli->opt.out, DIR_PUBLIC, err));
	if (cli->n_operands != 0) {
		TRY(planned_entry(&planned, cli_operand(cli, 0), &entry, err));
		return put_entry(cli, form, &planned, entry, list, err);
	}
	for (size_t i = 0; i < planned.plan->n_entries; i++)
		TRY(put_entry(cli, form, &planned, &planned.plan->entries[i], list, err));
	return RC_OK;
}

static enum rc_status
put_entries(struct cli *cli, const struct form *form, struct error *err)
{
	json_t *list = json_array();
	enum rc_status st = put_each(cli, form, list, err);

	if (st == RC_OK && cli->opt.json)
		cli_put_json(cli, json_incref(cli->n_operands != 0 ? json_array_get(list, 0) :
		    list));
	json_decref(list);
	return st;
}

enum rc_status
cmd_profile_compile(struct cli *cli, struct error *err)
{
	const struct form *form;

	TRY(form_find(cli->opt.emit, "--emit", &form, err));
	if (cli->opt.topology == NULL)
		return put_roles(cli, form, err);
	return put_entries(cli, form != NULL ? form : &forms[FORM_JSON], err);
}
