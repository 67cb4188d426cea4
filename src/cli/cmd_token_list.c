#include "cli/access.h"
#include "cli/command.h"
#include "engines/p11admin.h"
#include "report/custody.h"

static json_t *
object_json(const struct p11_object *object)
{
	json_t *o = json_object();

	json_put(o, "kind", json_foreign(object->kind));
	json_put(o, "label", json_foreign(object->label));
	json_put(o, "id", json_hex(object->id));
	json_put(o, "type", json_foreign(object->type));
	json_put(o, "bits", json_integer(object->bits));
	return o;
}

static json_t *
mechanism_json(const struct p11_mechanism *mechanism)
{
	json_t *o = json_object();

	json_put(o, "name", json_foreign(mechanism->name));
	json_put(o, "min", json_integer((json_int_t)mechanism->min));
	json_put(o, "max", json_integer((json_int_t)mechanism->max));
	json_put(o, "sign", json_boolean(mechanism->sign));
	json_put(o, "wrap", json_boolean(mechanism->wrap));
	json_put(o, "generate", json_boolean(mechanism->generate));
	json_put(o, "hardware", json_boolean(mechanism->hardware));
	return o;
}

static json_t *
listed_json(const struct p11_token *token)
{
	json_t *o = token_json(&token->token), *objects = json_array(), *mechanisms = json_array();

	for (size_t i = 0; i < token->objects.n; i++)
		json_add(objects, object_json(&token->objects.v[i]));
	for (size_t i = 0; i < token->mechanisms.n; i++)
		json_add(mechanisms, mechanism_json(&token->mechanisms.v[i]));
	json_put(o, "uri", json_foreign(token->uri));
	json_put(o, "module", json_foreign(token->module));
	json_put(o, "slot", json_foreign(token->slot));
	json_put(o, "logged_in", json_boolean(token->logged_in));
	json_put(o, "objects", objects);
	json_put(o, "mechanisms", mechanisms);
	return o;
}

static void
put_objects(const struct p11_token *token, const struct style *style, struct buf *out)
{
	for (size_t i = 0; i < token->objects.n; i++) {
		const struct p11_object *object = &token->objects.v[i];
		SCOPED(buf_clear) struct buf line = BUF_INIT;

		buf_printf(&line, "'%s'", object->label);
		if (*object->type != '\0')
			buf_printf(&line, " %s", object->type);
		if (object->bits != 0)
			buf_printf(&line, " %u bits", object->bits);
		buf_puts(&line, ", id ");
		buf_put_hex(&line, object->id);
		buf_printf(out, "%*s%-13s", STYLE_INDENT, "", object->kind);
		style_put(style, INK_PLAIN, buf_text(&line), out);
		buf_putc(out, '\n');
	}
}

/* Of what a token can do, what matters to a CA: to sign and to make keys; and what
 * could carry a key away. */
enum use { MAKES, WRAPS, ALL };

static bool
is_of_use(const struct p11_mechanism *m, enum use use)
{
	return use == ALL || (use == MAKES ? m->sign || m->generate : m->wrap);
}

static void
put_mechanisms(const struct p11_token *token, enum use use, const struct style *style,
    struct buf *out)
{
	static const char *const labels[] = { "can do", "can wrap", "all" };
	SCOPED(buf_clear) struct buf names = BUF_INIT;

	for (size_t i = 0; i < token->mechanisms.n; i++)
		if (is_of_use(&token->mechanisms.v[i], use))
			buf_printf(&names, "%s%s", names.n != 0 ? ", " : "",
			    token->mechanisms.v[i].name);
	style_put_labelled(style, labels[use], buf_text(&names), out);
}

static const char *
pin_state(const struct rc_token_facts *t)
{
	return !t->initialized ? "the token is not initialized" :
	    t->pin_locked ? "PIN LOCKED" : t->pin_final_try ? "PIN: one try left" :
	    t->pin_count_low ? "PIN: a wrong one was sent since the last login" :
	    !t->user_pin_initialized ? "no user PIN is set" : "";
}

static void
put_token(const struct p11_token *token, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf maker = BUF_INIT;
	SCOPED(buf_clear) struct buf flags = BUF_INIT;
	const struct rc_token_facts *t = &token->token;

	style_put(style, INK_STRONG, *t->label != '\0' ? t->label : "(no label)", out);
	buf_putc(out, '\n');
	buf_printf(&maker, "%s %s, serial %s, firmware %s", t->manufacturer, t->model,
	    *t->serial != '\0' ? t->serial : "(none)", t->firmware);
	style_put_labelled(style, "maker", buf_text(&maker), out);
	token_put_flags(t, &flags);
	style_put_labelled(style, "slot", token->slot, out);
	style_put_labelled(style, "URI", token->uri, out);
	style_put_labelled(style, "module", token->module, out);
	style_put_labelled(style, "flags", buf_text(&flags), out);
	style_put_labelled(style, "state", pin_state(t), out);
	put_objects(token, style, out);
	put_mechanisms(token, MAKES, style, out);
	put_mechanisms(token, WRAPS, style, out);
	if (style->verbose)
		put_mechanisms(token, ALL, style, out);
}

static void
put_listing(struct cli *cli, const struct p11_listing *listing)
{
	struct style style = cli_style(cli);
	json_t *list = cli->opt.json ? json_array() : NULL;

	for (size_t i = 0; i < listing->tokens.n; i++) {
		if (list != NULL)
			json_add(list, listed_json(&listing->tokens.v[i]));
		else
			put_token(&listing->tokens.v[i], &style, &cli->out);
	}
	if (list != NULL)
		cli_put_json(cli, list);
	else if (listing->tokens.n == 0)
		cli_say(cli, "no token found: name its module with --module PATH, or in the URI "
		    "(pkcs11:?module-path=PATH)");
}

enum rc_status
cmd_token_list(struct cli *cli, struct error *err)
{
	const char *uri = cli_operand(cli, 0);
	struct p11_listing listing = { .tokens = { .v = NULL } };
	struct access access;

	access_init(cli, uri != NULL ? uri : "pkcs11:", &access);
	TRY(p11admin_list(&access.config, cli->opt.login, cli->arena, &listing, err));
	put_listing(cli, &listing);
	return RC_OK;
}
