#include "cli/command.h"
#include "cli/load.h"
#include "cli/load_ledger.h"
#include "issue/home.h"
#include "os/file.h"
#include "report/json.h"
#include "revoke/revoke.h"

typedef VEC(const struct ledger_row *) row_vec;

/* -- which certificates --------------------------------------------------------------- */

struct search {
	struct cli *cli;
	struct ledger *ledger;
	struct bytes key;                /* its digest; empty: any           */
	unsigned states;                 /* those that this can be done to   */
	row_vec rows;
};

static enum rc_status
take_row(void *arg, const struct ledger_row *row, struct error *err)
{
	struct search *s = arg;
	struct ledger_row *copy;

	if (s->key.n != 0 && !bytes_equal(s->key, row->key_digest))
		return RC_OK;
	copy = ARENA_NEW(s->cli->arena, struct ledger_row);
	*copy = (struct ledger_row){ .id = row->id, .kind = row->kind, .state = row->state,
		.serial = arena_bytes(s->cli->arena, row->serial),
		.entry = row->entry != NULL ? arena_strdup(s->cli->arena, row->entry) : NULL };
	*VEC_PUSH(s->cli->arena, &s->rows) = copy;
	(void)err;
	return RC_OK;
}

static enum rc_status
search_all(struct search *s, const char *entry, struct error *err)
{
	const struct ledger_filter filter = { .entry = entry, .states = s->states,
		.kinds = 1U << LEDGER_CERTIFICATE };

	return ledger_each(s->ledger, &filter, take_row, s, err);
}

static enum rc_status
search_serial(struct search *s, struct bytes serial, struct error *err)
{
	struct ledger_row *row;

	TRY(ledger_get_serial(s->ledger, serial, s->cli->arena, &row, err));
	*VEC_PUSH(s->cli->arena, &s->rows) = row;
	return RC_OK;
}

/* A certificate stands for itself, or with --same-key for its key. */
static enum rc_status
search_certificate(struct search *s, const char *path, struct error *err)
{
	uint8_t digest[SHA256_OCTETS];
	struct cert cert;

	TRY(load_cert(s->cli, path, &cert, err));
	if (!s->cli->opt.same_key)
		return search_serial(s, cert.serial, err);
	sha256(cert.spki, digest);
	s->key = arena_bytes(s->cli->arena, BYTES(digest, sizeof(digest)));
	return search_all(s, NULL, err);
}

/* A file, an entry of which there is something, or a serial. */
static enum rc_status
search_word(struct search *s, const char *word, struct error *err)
{
	struct ledger_row *row;

	if (file_exists(word))
		return search_certificate(s, word, err);
	TRY(search_all(s, word, err));
	if (s->rows.n != 0)
		return RC_OK;
	TRY_WHILE(err, load_row(s->cli, s->ledger, word, &row, err),
	    "looking for '%s': no file, and no entry that a certificate was issued for", word);
	*VEC_PUSH(s->cli->arena, &s->rows) = row;
	return RC_OK;
}

/* -- what is done --------------------------------------------------------------------- */

static json_t *
row_json(const struct ledger_row *row, const char *reason, const struct cause *cause)
{
	json_t *o = json_object();

	json_put(o, "serial", json_hex(row->serial));
	json_put(o, "entry", json_foreign(row->entry));
	json_put(o, "reason", json_foreign(reason));
	json_put(o, "invalidity_date",
	    cause->invalid != 0 ? json_time(cause->invalid) : json_null());
	return o;
}

static enum rc_status
change_all(struct cli *cli, const struct search *s, const struct cause *cause, json_t *list,
    struct error *err)
{
	const char *word = cli->opt.release ? "released" : crl_reason_word(cause->reason);

	for (size_t i = 0; i < s->rows.n; i++) {
		SCOPED(buf_clear) struct buf serial = BUF_INIT;
		const struct ledger_row *row = s->rows.v[i];

		if (cli->opt.release)
			TRY(revoke_release(s->ledger, row, err));
		else
			TRY(revoke_row(s->ledger, row, cause, err));
		buf_put_hex(&serial, row->serial);
		json_add(list, row_json(row, word, cause));
		if (!cli->opt.json)
			buf_printf(&cli->out, "%s  %s  %s\n", buf_text(&serial), word,
			    row->entry != NULL ? row->entry : "");
	}
	return RC_OK;
}

static enum rc_status
change_rows(struct cli *cli, struct search *s, const struct cause *cause, struct error *err)
{
	json_t *list = json_array();
	enum rc_status status;

	status = s->rows.n != 0 ? change_all(cli, s, cause, list, err) :
	    error_fail(err, RULE_LEDGER_UNKNOWN, "no certificate of '%s' can be %s",
	    cli_operand(cli, 0), cli->opt.release ? "released" : "revoked");
	if (status == RC_OK && cli->opt.json)
		cli_put_json(cli, json_incref(list));
	json_decref(list);
	return status;
}

static enum rc_status
cause_take(const struct cli *cli, const struct home *home, struct cause *ret, struct error *err)
{
	struct cause cause = { .reason = CRL_UNSPECIFIED };

	if (cli->opt.reason != NULL)
		TRY(revoke_reason_read(cli->opt.reason, &cause.reason, err));
	if (cli->opt.invalidity_date != NULL && cli->opt.release)
		return error_fail(err, RULE_USAGE,
		    "--invalidity-date is of what is revoked, not of what is released");
	if (cli->opt.invalidity_date != NULL)
		TRY(revoke_invalidity_read(cli->opt.invalidity_date, clock_now(home->clock),
		    &cause.invalid, err));
	*ret = cause;
	return RC_OK;
}

enum rc_status
cmd_revoke(struct cli *cli, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	struct search search = { .cli = cli };
	struct cause cause;

	TRY(home_open(cli->opt.ca, HOME_WRITE, NULL, &home, err));
	TRY(cause_take(cli, home, &cause, err));
	search.ledger = home->ledger;
	search.states = cli->opt.release ? 1U << LEDGER_HELD :
	    1U << LEDGER_DONE | (cause.reason != CRL_CERTIFICATE_HOLD ? 1U << LEDGER_HELD |
	    1U << LEDGER_LOST | 1U << LEDGER_SPOILED : 0);
	TRY(search_word(&search, cli_operand(cli, 0), err));
	TRY(change_rows(cli, &search, &cause, err));
	cli_say(cli, "the world learns of it with the next list: rolecert crl");
	return RC_OK;
}
