#include "cli/planned.h"

#include "cli/load.h"
#include "cli/profiles.h"
#include "os/file.h"

/* Of the catalog what the topology may need, or the whole. */
static enum rc_status
plan(struct cli *cli, struct bytes text, const char *name, bool whole, struct planned *ret,
    struct error *err)
{
	bool opened = ret->catalog == NULL && !whole;
	const struct product *const *products;
	size_t n;

	if (ret->catalog == NULL)
		TRY((opened ? profiles_catalog_open : profiles_catalog)(cli, &ret->catalog, err));
	cli_stage(cli, "role definitions read");
	products = catalog_products(ret->catalog, &n);
	TRY(topology_read(text, name, products, n, &ret->topology, err));
	cli_stage(cli, "topology read");
	if (opened)
		TRY(catalog_load(ret->catalog, ret->topology, err));
	TRY(program_compile(ret->catalog, ret->topology->product, ret->topology, &ret->program,
	    err));
	TRY(program_check_topology(ret->program, ret->catalog, ret->topology, err));
	cli_stage(cli, "roles compiled");
	TRY(plan_make(ret->program, ret->topology, &ret->plan, err));
	cli_stage(cli, "planned");
	return RC_OK;
}

static enum rc_status
plan_or_clear(struct cli *cli, struct bytes text, const char *name, struct catalog *catalog,
    struct planned *ret, struct error *err)
{
	/* Who was told something already could not be told it anew. */
	bool whole = catalog != NULL || error_first(err) != NULL;
	struct planned planned = { .catalog = catalog };
	enum rc_status st = plan(cli, text, name, whole, &planned, err);

	if (st != RC_OK && !whole) {
		planned_clear(&planned);
		error_clear(err);
		st = plan(cli, text, name, true, &planned, err);
	}
	if (st != RC_OK) {
		planned_clear(&planned);
		return st;
	}
	*ret = planned;
	return RC_OK;
}

enum rc_status
planned_of(struct cli *cli, struct bytes text, const char *name, struct planned *ret,
    struct error *err)
{
	return plan_or_clear(cli, text, name, NULL, ret, err);
}

enum rc_status
planned_with(struct cli *cli, const char *topology, struct catalog *take, struct planned *ret,
    struct error *err)
{
	struct bytes text;
	enum rc_status st = load_file(cli, topology, FILE_MAX_TOPOLOGY, &text, err);

	if (st == RC_OK)
		return plan_or_clear(cli, text, topology, take, ret, err);
	catalog_free(take);
	return st;
}

enum rc_status
planned_make(struct cli *cli, const char *topology, struct planned *ret, struct error *err)
{
	struct bytes text;

	TRY(load_file(cli, topology, FILE_MAX_TOPOLOGY, &text, err));
	return planned_of(cli, text, topology, ret, err);
}

void
planned_clear(struct planned *planned)
{
	plan_free(planned->plan);
	program_free(planned->program);
	topology_free(planned->topology);
	catalog_free(planned->catalog);
	*planned = (struct planned){ .plan = NULL };
}

enum rc_status
planned_entry(const struct planned *planned, const char *id, const struct entry **ret,
    struct error *err)
{
	const struct entry *entry = plan_find(planned->plan, id);
	const char *near;
	enum rc_status st;

	if (entry != NULL) {
		*ret = entry;
		return RC_OK;
	}
	near = plan_nearest(planned->plan, id);
	st = error_fail(err, RULE_NO_SUCH_ENTRY, "the plan has no entry '%s'", id);
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "`rolecert plan -t FILE` lists them");
	return st;
}
