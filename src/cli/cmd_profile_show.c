#include "cli/command.h"
#include "cli/profiles.h"
#include "report/role.h"

static enum rc_status
find_role(const struct program *program, const char *name, const struct role **ret,
    struct error *err)
{
	const char *known[128], *near;
	enum rc_status st;
	size_t n = 0;

	*ret = program_role(program, name);
	if (*ret != NULL)
		return RC_OK;
	for (size_t i = 0; i < program->n_roles && n < ARRAY_LEN(known); i++)
		known[n++] = program->roles[i]->name;
	near = nearest_word(name, known, n);
	st = error_fail(err, RULE_NO_SUCH_ROLE, "product '%s' has no role '%s'",
	    program->product->name, name);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "`rolecert profile list %s` lists them", program->product->name);
	return st;
}

enum rc_status
cmd_profile_show(struct cli *cli, struct error *err)
{
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(program_free) struct program *program = NULL;
	const struct product *product;
	const struct role *role;

	TRY(profiles_catalog(cli, &catalog, err));
	TRY(profiles_product(catalog, cli_operand(cli, 0), &product, err));
	TRY(program_compile(catalog, product, NULL, &program, err));
	TRY(find_role(program, cli_operand(cli, 1), &role, err));
	if (cli->opt.json)
		cli_put_json(cli, role_json(role));
	else
		role_print(role, &cli->out);
	return RC_OK;
}
