#include "cli/command.h"
#include "cli/profiles.h"
#include "report/role.h"

enum rc_status
cmd_profile_compile(struct cli *cli, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(program_free) struct program *program = NULL;
	const struct product *product;
	json_t *list;

	if (cli->opt.emit != NULL && strcmp(cli->opt.emit, "json") != 0)
		return error_fail(err, RULE_OPTION_VALUE,
		    "'%s' is no form to emit: give --emit json", cli->opt.emit);
	TRY(profiles_catalog(cli, &catalog, err));
	TRY(profiles_product(catalog, cli_operand(cli, 0), &product, err));
	TRY(program_compile(catalog, product, NULL, &program, err));
	list = json_array();
	for (size_t i = 0; i < program->n_roles; i++)
		json_add(list, role_json(program->roles[i]));
	cli_put_json(cli, list);
	return RC_OK;
}
