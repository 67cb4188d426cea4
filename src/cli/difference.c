#include "cli/difference.h"

#include "cli/load_ledger.h"
#include "os/clock.h"
#include "report/blast.h"
#include "report/diff.h"

static enum rc_status
find(struct cli *cli, const struct plan *was, const struct plan *now, struct blast *ret,
    struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;

	if (cli->opt.ca == NULL)
		return RC_OK;
	TRY(load_ledger(cli, true, &ledger, err));
	return blast_find(ledger, was, now, clock_now(&clock_system), cli->arena, ret, err);
}

static void
put_json(struct cli *cli, const struct changes *changes, const struct blast *blast)
{
	json_t *o = changes_json(changes);

	if (cli->opt.ca != NULL)
		json_put(o, "certificates", blast_json(blast));
	cli_put_json(cli, o);
}

enum rc_status
difference_put(struct cli *cli, const struct plan *was, const struct plan *now,
    struct error *err)
{
	SCOPED(blast_clear) struct blast blast = { .v = NULL };
	struct changes changes = { .v = NULL };
	struct style style = cli_style(cli);

	TRY(find(cli, was, now, &blast, err));
	plan_diff(was, now, cli->arena, &changes);
	if (cli->opt.json) {
		put_json(cli, &changes, &blast);
	} else {
		changes_put_text(&changes, "certificate", &style, &cli->out);
		if (cli->opt.ca != NULL)
			blast_put_text(&blast, &style, &cli->out);
	}
	return changes.n != 0 ? RC_NO : RC_OK;
}
