#include "cli/command.h"
#include "cli/planned.h"
#include "cli/request_token.h"
#include "os/file.h"
#include "plan/emit.h"
#include "report/plan.h"

static enum rc_status
emit_json(const struct entry *entry, const struct emit_facts *facts, struct buf *out,
    struct error *err)
{
	json_t *json = entry_json(entry);

	(void)facts;
	(void)err;
	json_print_canonical(json, out);
	json_decref(json);
	return RC_OK;
}

static const struct form {
	const char *word, *suffix, *title;
	enum emit_encoding encoding;
	enum rc_status (*emit)(const struct entry *entry, const struct emit_facts *facts,
	    struct buf *out, struct error *err);
} forms[] = {
	{ "inf", "inf", "certreq (Windows)", EMIT_UTF16, emit_inf },
	{ "powershell", "ps1", "PowerShell", EMIT_UTF8_MARKED, emit_powershell },
	{ "openssl", "cnf", "openssl req", EMIT_UTF8, emit_openssl },
	{ "json", "json", "the entry as JSON", EMIT_UTF8, emit_json },
};

static enum rc_status
form_of(const struct options *o, const struct form **ret, struct error *err)
{
	const char *words[ARRAY_LEN(forms)], *near;
	enum rc_status st;

	*ret = NULL;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		words[i] = forms[i].word;
		if (o->form != NULL && strcmp(o->form, forms[i].word) == 0)
			*ret = &forms[i];
	}
	if (o->form == NULL || *ret != NULL)
		return RC_OK;
	st = error_fail(err, RULE_OPTION_VALUE, "'%s' is no form of a request", o->form);
	near = nearest_word(o->form, words, ARRAY_LEN(words));
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "give --form inf, powershell, openssl or json");
	return st;
}

static enum rc_status
key_of(const struct options *o, const struct entry *entry, enum key_algorithm *ret,
    struct error *err)
{
	SCOPED(buf_clear) struct buf known = BUF_INIT;
	enum rc_status st;
	unsigned key;

	*ret = emit_key_usual(entry);
	if (o->type == NULL)
		return RC_OK;
	key = key_algorithm_find(o->type);
	if ((key & entry->key_algorithms) != 0) {
		*ret = (enum key_algorithm)key;
		return RC_OK;
	}
	put_key_algorithms(entry->key_algorithms, &known);
	if (key == 0)
		st = error_fail(err, RULE_OPTION_VALUE, "'%s' is no kind of key", o->type);
	else
		st = error_fail(err, RULE_OPTION_VALUE, "the entry '%s' takes no %s key",
		    entry->id, o->type);
	error_fix(err, "give --type with one of %s", buf_text(&known));
	return st;
}

/* The server that asks: of a certificate for a whole pool, the pool's first. */
static const char *
computer_of(const struct planned *planned, const struct entry *entry)
{
	const struct pool *pool;

	if (entry->server != NULL || entry->pool == NULL)
		return entry->server;
	pool = topology_pool(planned->topology, entry->pool);
	return pool != NULL && pool->n_servers != 0
	    ? value_field(pool->servers[0], "fqdn")->u.text : entry->pool;
}

static enum rc_status
put_file(const struct form *form, const struct buf *text, const char *path, struct error *err)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT;

	emit_encode(buf_bytes(text), form->encoding, &file);
	return file_replace(path, FILE_PUBLIC, buf_bytes(&file), err);
}

/* What cannot be said in one form is said in the others. */
static bool
emit(const struct form *form, const struct entry *entry, const struct emit_facts *facts,
    struct buf *out, struct buf *why_not)
{
	SCOPED(error_free) struct error *err = error_new();

	if (form->emit(entry, facts, out, err) == RC_OK)
		return true;
	buf_puts(why_not, error_message(err));
	return false;
}

static enum rc_status
put_folder(struct cli *cli, const struct entry *entry, const struct emit_facts *facts,
    struct error *err)
{
	TRY(dir_make(cli->opt.out, DIR_PUBLIC, err));
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT, why_not = BUF_INIT;
		const char *name = arena_printf(cli->arena, "%s.%s", facts->stem,
		    forms[i].suffix);

		if (!emit(&forms[i], entry, facts, &text, &why_not)) {
			cli_say(cli, "note: %s", buf_text(&why_not));
			continue;
		}
		name = path_join(cli->arena, cli->opt.out, name);
		TRY(put_file(&forms[i], &text, name, err));
		cli_say(cli, "wrote %s", name);
	}
	return RC_OK;
}

static void
put_all(struct cli *cli, const struct entry *entry, const struct emit_facts *facts)
{
	struct style style = cli_style(cli);

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT, why_not = BUF_INIT;

		buf_puts(&cli->out, i != 0 ? "\n" : "");
		style_put(&style, INK_STRONG, forms[i].title, &cli->out);
		buf_putc(&cli->out, '\n');
		if (emit(&forms[i], entry, facts, &text, &why_not))
			buf_put_bytes(&cli->out, buf_bytes(&text));
		else
			style_put_prose(&style, buf_text(&why_not), &cli->out);
	}
}

static json_t *
request_json(const struct entry *entry, const struct emit_facts *facts)
{
	json_t *o = json_object(), *texts = json_object();

	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT, why_not = BUF_INIT;
		bool can = emit(&forms[i], entry, facts, &text, &why_not);

		if (forms[i].emit != emit_json)  /* that one is "entry" */
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
		return put_file(form, &text, cli->opt.out, err);
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

	TRY(form_of(&cli->opt, &form, err));
	TRY(planned_make(cli, cli->opt.topology, &planned, err));
	TRY(planned_entry(&planned, cli_operand(cli, 0), &entry, err));
	TRY(key_of(&cli->opt, entry, &facts.key, err));
	if (cli->opt.token != NULL)
		return request_on_token(cli, entry, facts.key, err);
	facts.computer = computer_of(&planned, entry);
	facts.stem = emit_stem(cli->arena, entry);
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
