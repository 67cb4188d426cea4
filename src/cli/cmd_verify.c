#include "cli/command.h"
#include "cli/load.h"
#include "evidence/bundle.h"
#include "evidence/tar.h"
#include "os/file.h"
#include "report/bundle.h"

static enum rc_status
terms_load(struct cli *cli, struct audit_known *known, struct bundle_terms *ret,
    struct error *err)
{
	struct cert *issuers;
	struct bytes file;

	*ret = (struct bundle_terms){ .known = NULL };
	if (cli->opt.known != NULL) {
		known->name = cli->opt.known;
		TRY(load_file(cli, known->name, FILE_MAX_CERT, &known->file, err));
		ret->known = known;
	}
	if (cli->opt.issuer == NULL)
		return RC_OK;
	TRY(load_file(cli, cli->opt.issuer, FILE_MAX_CERT, &file, err));
	TRY_WHILE(err, cert_read_chain(file, cli->arena, &issuers, &ret->n_issuers, err),
	    "reading %s", cli->opt.issuer);
	ret->issuers = issuers;
	return RC_OK;
}

enum rc_status
cmd_verify(struct cli *cli, struct error *err)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct style style = cli_style(cli);
	const char *path = cli_operand(cli, 0);
	struct bundle_terms terms;
	struct audit_known known;
	struct bundle bundle;
	struct bytes file;

	TRY(terms_load(cli, &known, &terms, err));
	TRY(load_file(cli, path, TAR_MAX, &file, err));
	TRY_WHILE(err, bundle_verify(file, &terms, cli->arena, &bundle, findings, err),
	    "reading %s", path);
	if (cli->opt.json)
		cli_put_json(cli, bundle_json(&bundle, findings));
	else
		bundle_put_text(&bundle, findings, &style, &cli->out);
	return error_count(findings) == 0 ? RC_OK : RC_NO;
}
