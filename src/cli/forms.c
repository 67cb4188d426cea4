#include "cli/forms.h"

#include "os/file.h"
#include "plan/handoff.h"
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

const struct form forms[FORMS] = {
	{ "inf", "inf", "certreq (Windows)", EMIT_UTF16, emit_inf },
	{ "powershell", "ps1", "PowerShell", EMIT_UTF8_MARKED, emit_powershell },
	{ "openssl", "cnf", "openssl req", EMIT_UTF8, emit_openssl },
	{ "json", "json", "the entry as JSON", EMIT_UTF8, emit_json },
};

enum rc_status
form_find(const char *word, const char *option, const struct form **ret, struct error *err)
{
	const char *words[ARRAY_LEN(forms)], *near;
	enum rc_status st;

	*ret = NULL;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		words[i] = forms[i].word;
		if (word != NULL && strcmp(word, forms[i].word) == 0)
			*ret = &forms[i];
	}
	if (word == NULL || *ret != NULL)
		return RC_OK;
	st = error_fail(err, RULE_OPTION_VALUE, "'%s' is no form of a request", word);
	near = nearest_word(word, words, ARRAY_LEN(words));
	if (near != NULL)
		error_fix(err, "did you mean '%s'?", near);
	else
		error_fix(err, "give %s inf, powershell, openssl or json", option);
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

enum rc_status
form_facts(struct cli *cli, const struct planned *planned, const struct entry *entry,
    struct emit_facts *ret, struct error *err)
{
	struct sites sites;

	TRY(key_of(&cli->opt, entry, &ret->key, err));
	entry_sites(entry, planned->topology, cli->arena, &sites);
	ret->computer = sites.n != 0 ? sites.v[0] : NULL;
	ret->stem = emit_stem(cli->arena, entry);
	return RC_OK;
}

bool
form_emit(const struct form *form, const struct entry *entry, const struct emit_facts *facts,
    struct buf *out, struct buf *why_not)
{
	SCOPED(error_free) struct error *err = error_new();

	if (form->emit(entry, facts, out, err) == RC_OK)
		return true;
	buf_puts(why_not, error_message(err));
	return false;
}

enum rc_status
form_write(const struct form *form, const struct buf *text, const char *path, struct error *err)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT;

	emit_encode(buf_bytes(text), form->encoding, &file);
	return file_replace(path, FILE_PUBLIC, buf_bytes(&file), err);
}

enum rc_status
form_write_into(struct cli *cli, const char *folder, const struct form *form,
    const struct entry *entry, const struct emit_facts *facts, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT, why_not = BUF_INIT;
	const char *name = arena_printf(cli->arena, "%s.%s", facts->stem, form->suffix);

	if (!form_emit(form, entry, facts, &text, &why_not)) {
		cli_say(cli, "note: %s", buf_text(&why_not));
		return RC_OK;
	}
	name = path_join(cli->arena, folder, name);
	TRY(form_write(form, &text, name, err));
	cli_say(cli, "wrote %s", name);
	return RC_OK;
}

json_t *
forms_json(const struct entry *entry, const struct emit_facts *facts)
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
