#include "base/hex.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/load_ledger.h"
#include "crypto/csr.h"
#include "crypto/digest.h"
#include "issue/home.h"
#include "os/file.h"
#include "report/json.h"
#include "revoke/revoke.h"

typedef VEC(const struct ledger_row *) row_vec;

/* -- which certificates --------------------------------------------------------------- */

struct search {
	struct cli *cli;
	struct ledger *ledger;
	VEC(struct bytes) keys;          /* their digests; empty: any        */
	unsigned states;                 /* those that this can be done to   */
	row_vec rows;
};

static bool
is_wanted(const struct search *s, struct bytes key)
{
	for (size_t i = 0; i < s->keys.n; i++)
		if (bytes_equal(s->keys.v[i], key))
			return true;
	return s->keys.n == 0;
}

static enum rc_status
take_row(void *arg, const struct ledger_row *row, struct error *err)
{
	struct search *s = arg;
	struct ledger_row *copy;

	if (!is_wanted(s, row->key_digest))
		return RC_OK;
	copy = ARENA_NEW(s->cli->arena, struct ledger_row);
	*copy = (struct ledger_row){ .id = row->id, .kind = row->kind, .state = row->state,
		.serial = arena_bytes(s->cli->arena, row->serial),
		.key_digest = arena_bytes(s->cli->arena, row->key_digest),
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
search_key(struct search *s, struct bytes digest, struct error *err)
{
	*VEC_PUSH(s->cli->arena, &s->keys) = arena_bytes(s->cli->arena, digest);
	return search_all(s, NULL, err);
}

/* With --same-key a certificate, however it was named, stands for all with its key. */
static enum rc_status
search_same_keys(struct search *s, struct error *err)
{
	for (size_t i = 0; i < s->rows.n; i++)
		if (s->rows.v[i]->key_digest.n != 0)
			*VEC_PUSH(s->cli->arena, &s->keys) = s->rows.v[i]->key_digest;
	if (s->keys.n == 0)
		return RC_OK;
	s->rows.n = 0;
	return search_all(s, NULL, err);
}

/* -- by a file ------------------------------------------------------------------------- */

/* Its serial names it, and it must be that one: somebody may have made another with it. */
static enum rc_status
search_certificate(struct search *s, const struct cert *cert, const char *path,
    struct error *err)
{
	struct ledger_row *row;

	TRY(ledger_get_serial(s->ledger, cert->serial, s->cli->arena, &row, err));
	if (row->signed_bytes.n != 0 && !bytes_equal(row->signed_bytes, cert->der))
		return error_fail(err, RULE_LEDGER_UNKNOWN,
		    "%s is not the certificate that this CA signed with its serial number", path);
	*VEC_PUSH(s->cli->arena, &s->rows) = row;
	return RC_OK;
}

/* The key of a request, or a public key by itself. */
static bool
key_of_file(struct bytes file, struct arena *arena, uint8_t ret[SHA256_OCTETS])
{
	SCOPED(error_free) struct error *quiet = error_new();
	SCOPED(csr_clear) struct csr csr = CSR_INIT;
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	bool is_csr = csr_read(file, arena, &csr, quiet) == RC_OK;

	error_clear(quiet);
	if (!is_csr && pubkey_read_file(file, arena, &key, quiet) != RC_OK)
		return false;
	sha256(pubkey_spki(is_csr ? csr.key : key), ret);
	return true;
}

static enum rc_status
search_file(struct search *s, const char *path, struct error *err)
{
	SCOPED(error_free) struct error *quiet = error_new();
	struct arena *arena = s->cli->arena;
	uint8_t digest[SHA256_OCTETS];
	struct bytes file;
	struct cert cert;

	TRY(load_file(s->cli, path, FILE_MAX_CERT, &file, err));
	if (cert_read_file(file, arena, &cert, quiet) == RC_OK)
		return search_certificate(s, &cert, path, err);
	if (key_of_file(file, arena, digest))
		return search_key(s, BYTES(digest, sizeof(digest)), err);
	TRY_WHILE(err, cert_read_file(file, arena, &cert, err),
	    "reading %s: no request and no public key either", path);
	return RC_OK;
}

/* -- by a word ------------------------------------------------------------------------- */

static bool
key_of_word(const char *word, uint8_t ret[SHA256_OCTETS])
{
	return strncmp(word, "sha256:", 7) == 0 && hex_read(word + 7, ret, SHA256_OCTETS);
}

/* A file, a key's digest, an entry of which there is something, or a serial. */
static enum rc_status
search_word(struct search *s, const char *word, struct error *err)
{
	uint8_t digest[SHA256_OCTETS];
	struct ledger_row *row;

	if (file_exists(word))
		return search_file(s, word, err);
	if (key_of_word(word, digest))
		return search_key(s, BYTES(digest, sizeof(digest)), err);
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
	if (cli->opt.same_key)
		TRY(search_same_keys(&search, err));
	TRY(change_rows(cli, &search, &cause, err));
	cli_say(cli, "the world learns of it with the next list: rolecert crl");
	return RC_OK;
}
