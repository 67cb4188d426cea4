#include "cli/command.h"
#include "cli/load_ledger.h"
#include "issue/audit.h"
#include "ledger/proof.h"
#include "os/file.h"
#include "report/json.h"

static enum rc_status
older_load(struct cli *cli, struct checkpoint *ret, struct error *err)
{
	struct audit_ca ca;

	TRY(audit_ca_read(cli->opt.ca, cli->arena, &ca, err));
	return load_checkpoint(cli, &ca, cli->opt.known, ret, err);
}

/* Up to where the last checkpoint seals it; up to now where there is none. */
static enum rc_status
sealed_size(struct cli *cli, struct ledger *ledger, uint64_t *ret, struct error *err)
{
	struct checkpoint checkpoint = { .size = 0 };
	struct ledger_row *row = NULL;

	TRY(ledger_find_newest(ledger, LEDGER_CHECKPOINT, cli->arena, &row, err));
	if (row != NULL)
		TRY(checkpoint_read(row->entry_canonical, &checkpoint, err));
	else
		error_note(err, RULE_LOG_UNSEALED, NOWHERE, "there is no checkpoint yet");
	*ret = checkpoint.size;
	return RC_OK;
}

static json_t *
proof_json(const struct cli *cli, const struct proof_terms *terms, const struct buf *text)
{
	json_t *o = json_object();

	json_put(o, "ledger_id", json_integer(terms->row));
	json_put(o, "sealed", terms->size != 0
	    ? json_integer((json_int_t)terms->size) : json_null());
	json_put(o, "known", terms->older != NULL
	    ? json_integer((json_int_t)terms->older->size) : json_null());
	json_put(o, "file", json_foreign(cli->opt.out));
	json_put(o, "proof", json_foreign(buf_text(text)));
	return o;
}

enum rc_status
cmd_ledger_prove(struct cli *cli, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct proof_terms terms = { .older = NULL };
	struct checkpoint older;
	struct ledger_row *row;

	TRY(load_ledger(cli, true, &ledger, err));
	TRY(load_row(cli, ledger, cli_operand(cli, 0), &row, err));
	terms.row = row->id;
	TRY(sealed_size(cli, ledger, &terms.size, err));
	if (cli->opt.known != NULL) {
		TRY(older_load(cli, &older, err));
		terms.older = &older;
	}
	TRY(proof_put(ledger, &terms, &text, err));
	if (cli->opt.out != NULL)
		TRY(file_replace(cli->opt.out, FILE_PUBLIC, buf_bytes(&text), err));
	if (cli->opt.json)
		cli_put_json(cli, proof_json(cli, &terms, &text));
	else if (cli->opt.out == NULL)
		buf_put_bytes(&cli->out, buf_bytes(&text));
	return RC_OK;
}
