#include "cli/access.h"
#include "cli/command.h"
#include "crypto/envelope.h"
#include "engines/p11admin.h"
#include "report/json.h"

static void
put_result(struct cli *cli, const struct rc_facts *facts, struct bytes spki)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	json_t *o;

	pem_put("PUBLIC KEY", spki, &pem);
	if (!cli->opt.json) {
		buf_put(&cli->out, pem.p, pem.n);
		return;
	}
	o = json_object();
	json_put(o, "label", json_foreign(facts->label));
	json_put(o, "id", json_hex(BYTES(facts->id, facts->id_len)));
	json_put(o, "token", json_foreign(facts->token.label));
	json_put(o, "serial", json_foreign(facts->token.serial));
	json_put(o, "public_key", json_foreign(buf_text(&pem)));
	cli_put_json(cli, o);
}

enum rc_status
cmd_token_keygen(struct cli *cli, struct error *err)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct p11_keygen what = { .algorithm = cli->opt.type, .label = cli->opt.label };
	struct rc_facts facts = { .engine = NULL };
	struct access access;

	if (what.algorithm == NULL)
		what.algorithm = "ec-p256";
	access_init(cli, cli_operand(cli, 0), &access);
	TRY(p11admin_keygen(&access.config, &what, &spki, &facts, err));
	cli_say(cli, "made %s key '%s' on token '%s'; its public half:", what.algorithm,
	    facts.label, facts.token.label);
	put_result(cli, &facts, buf_bytes(&spki));
	return RC_OK;
}
