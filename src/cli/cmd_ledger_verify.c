#include "cli/command.h"
#include "cli/load.h"
#include "issue/audit.h"
#include "os/file.h"
#include "report/audit.h"

/* The home that was named: an operand or --ca; NULL: none. */
static const char *
home_named(const struct cli *cli)
{
	return cli->n_operands == 1 ? cli_operand(cli, 0) : cli->opt.ca;
}

static enum rc_status
known_load(struct cli *cli, struct audit_known *ret, struct error *err)
{
	ret->name = cli->opt.known;
	return load_file(cli, ret->name, LEDGER_MAX_BYTES, &ret->file, err);
}

static enum rc_status
verify_home(struct cli *cli, struct error *err)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct audit_known known;
	struct audit_terms terms = { .dir = home_named(cli), .known = &known,
		.n_known = cli->opt.known != NULL, .signatures = cli->opt.signatures };
	struct style style = cli_style(cli);
	struct ledger_verdict verdict;

	if (terms.dir == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "which ledger? `ledger verify DIR`, or --ca DIR");
	if (file_exists(terms.dir) && !dir_exists(terms.dir)) {
		terms.ledger = terms.dir;
		terms.dir = cli->opt.ca;
	}
	if (terms.dir == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "'%s' is a file: --ca DIR says whose certificates it is held to", terms.ledger);
	if (terms.n_known != 0)
		TRY(known_load(cli, &known, err));
	TRY(audit_home(&terms, &verdict, findings, err));
	cli_stage(cli, "record told again and compared");
	if (cli->opt.json)
		cli_put_json(cli, audit_json(&verdict, findings));
	else
		audit_put_text(&verdict, findings, &style, &cli->out);
	return verdict.findings == 0 ? RC_OK : RC_NO;
}

/* A signed checkpoint needs the CA's certificates, a bare one is believed as it is. */
static enum rc_status
known_checkpoint(struct cli *cli, struct checkpoint *ret, struct error *err)
{
	struct audit_known known;
	struct audit_ca ca;

	if (cli->opt.known == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "a proof needs a checkpoint that is trusted: --known FILE");
	TRY(known_load(cli, &known, err));
	if (home_named(cli) == NULL)
		return checkpoint_read(known.file, ret, err);
	TRY(audit_ca_read(home_named(cli), cli->arena, &ca, err));
	return audit_checkpoint_read(&ca, known.file, true, ret, err);
}

static enum rc_status
verify_proof(struct cli *cli, struct error *err)
{
	struct style style = cli_style(cli);
	struct checkpoint known;
	struct proof proof;
	struct bytes file;

	TRY(known_checkpoint(cli, &known, err));
	TRY(load_file(cli, cli->opt.proof, PROOF_MAX, &file, err));
	TRY_WHILE(err, proof_read(file, cli->arena, &proof, err), "reading %s", cli->opt.proof);
	if (proof.size != known.size || memcmp(proof.root, known.root, sizeof(known.root)) != 0)
		return error_fail(err, RULE_LOG_KNOWN,
		    "the proof is over %llu events, the checkpoint over %llu, or another root",
		    (unsigned long long)proof.size, (unsigned long long)known.size);
	if (cli->opt.json)
		cli_put_json(cli, proof_json(&proof));
	else
		proof_put_text(&proof, &style, &cli->out);
	return RC_OK;
}

enum rc_status
cmd_ledger_verify(struct cli *cli, struct error *err)
{
	return cli->opt.proof != NULL ? verify_proof(cli, err) : verify_home(cli, err);
}
