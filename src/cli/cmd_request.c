#include "cli/command.h"
#include "cli/forms.h"
#include "cli/request_token.h"
#include "os/file.h"
#include "report/plan.h"

static enum rc_status
put_folder(struct cli *cli, const struct entry *entry, const struct emit_facts *facts,
    struct error *err)
{
	TRY(dir_make(cli->opt.out, DIR_PUBLIC, err));
	for (size_t i = 0; i < FORMS; i++)
		TRY(form_write_into(cli, cli->opt.out, &forms[i], entry, facts, err));
	return RC_OK;
}

static void
put_all(struct cli *cli, const struct entry *entry, const struct emit_facts *facts)
{
	struct style style = cli_style(cli);

	for (size_t i = 0; i < FORMS; i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT, why_not = BUF_INIT;

		buf_puts(&cli->out, i != 0 ? "\n" : "");
		style_put(&style, INK_STRONG, forms[i].title, &cli->out);
		buf_putc(&cli->out, '\n');
		if (form_emit(&forms[i], entry, facts, &text, &why_not))
			buf_put_bytes(&cli->out, buf_bytes(&text));
		else
			style_put_prose(&style, buf_text(&why_not), &cli->out);
	}
}

static json_t *
request_json(const struct entry *entry, const struct emit_facts *facts)
{
	json_t *o = json_object(), *texts = json_object();

	for (size_t i = 0; i < FORMS; i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT, why_not = BUF_INIT;
		bool can = form_emit(&forms[i], entry, facts, &text, &why_not);

		if (i != FORM_JSON)  /* that one is "entry" */
			json_put(texts, forms[i].word, json_foreign(can ? buf_text(&text) : NULL));
	}
	json_put(o, "entry", entry_json(entry));
	json_put(o, "key", json_foreign(emit_key_word(facts->key)));
	json_put(o, "computer", json_foreign(facts->computer));
	json_put(o, "forms", texts);
	return o;
}

static enum rc_status
put_one(struct cli *cli, const struct form *form, const struct entry *entry,
    const struct emit_facts *facts, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	TRY(form->emit(entry, facts, &text, err));
	if (cli->opt.out != NULL)
		return form_write(form, &text, cli->opt.out, err);
	buf_put_bytes(&cli->out, buf_bytes(&text));
	return RC_OK;
}

enum rc_status
cmd_request(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	struct emit_facts facts = { .computer = NULL };
	const struct entry *entry;
	const struct form *form;

	TRY(form_find(cli->opt.form, "--form", &form, err));
	TRY(planned_make(cli, cli->opt.topology, &planned, err));
	TRY(planned_entry(&planned, cli_operand(cli, 0), &entry, err));
	TRY(form_facts(cli, &planned, entry, &facts, err));
	if (cli->opt.token != NULL)
		return request_on_token(cli, entry, facts.key, err);
	if (form != NULL && (cli->opt.out != NULL || !cli->opt.json))
		return put_one(cli, form, entry, &facts, err);
	if (cli->opt.out != NULL)
		TRY(put_folder(cli, entry, &facts, err));
	if (cli->opt.json)
		cli_put_json(cli, request_json(entry, &facts));
	else if (cli->opt.out == NULL)
		put_all(cli, entry, &facts);
	return RC_OK;
}
