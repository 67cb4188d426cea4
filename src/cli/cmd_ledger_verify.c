#include "cli/command.h"
#include "cli/load.h"
#include "issue/audit.h"
#include "os/file.h"
#include "report/audit.h"

static enum rc_status
home_of(struct cli *cli, const char **ret, struct error *err)
{
	*ret = cli->n_operands == 1 ? cli_operand(cli, 0) : cli->opt.ca;
	if (*ret == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT, "which ledger? `ledger verify DIR`, or --ca DIR");
	return RC_OK;
}

enum rc_status
cmd_ledger_verify(struct cli *cli, struct error *err)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct audit_known known = { .name = cli->opt.known };
	struct audit_terms terms = { .known = &known, .signatures = cli->opt.signatures };
	struct style style = cli_style(cli);
	struct ledger_verdict verdict;

	TRY(home_of(cli, &terms.dir, err));
	if (known.name != NULL) {
		TRY(load_file(cli, known.name, FILE_MAX_CERT, &known.file, err));
		terms.n_known = 1;
	}
	TRY(audit_home(&terms, &verdict, findings, err));
	if (cli->opt.json)
		cli_put_json(cli, audit_json(&verdict, findings));
	else
		audit_put_text(&verdict, findings, &style, &cli->out);
	return verdict.findings == 0 ? RC_OK : RC_NO;
}
