#include "cli/access.h"
#include "cli/command.h"
#include "cli/request_token.h"
#include "crypto/envelope.h"
#include "engines/p11admin.h"
#include "issue/request_sign.h"
#include "os/file.h"
#include "report/plan.h"

/* A key that was made, and what asks for its certificate. */
struct requested {
	const struct entry *entry;
	const char *type;
	struct rc_facts facts;
	struct buf spki, csr, pem;
};

static void
requested_clear(struct requested *r)
{
	buf_clear(&r->spki);
	buf_clear(&r->csr);
	buf_clear(&r->pem);
}
DEFINE_SCOPED_VALUE(requested_clear, struct requested)

/* The key, then its signature, under the login that the caller holds. */
static enum rc_status
make(struct cli *cli, const struct access *access, enum custody_level level,
    struct requested *r, struct error *err)
{
	struct p11_keygen what = { .algorithm = r->type,
		.otherwise = emit_stem(cli->arena, r->entry) };
	struct request_terms terms = { .engine = access_engine(level), .config = &access->config,
		.custody = level, .entry = r->entry };

	TRY(p11admin_keygen(&access->config, &what, &r->spki, &r->facts, err));
	terms.spki = buf_bytes(&r->spki);
	TRY_WHILE(err, request_sign(&terms, &r->csr, err),
	    "signing the request; the new key '%s' stays on the token", r->facts.label);
	pem_put("CERTIFICATE REQUEST", buf_bytes(&r->csr), &r->pem);
	return RC_OK;
}

/* One login for both: a PIN that comes from the environment serves one. */
static enum rc_status
make_logged_in(struct cli *cli, enum custody_level level, struct requested *r,
    struct error *err)
{
	SCOPED(access_clear) struct access access;
	struct rc_engine *held = NULL;
	enum rc_status status;

	access_init(cli, cli->opt.token, &access);
	TRY(rc_engine_cryptoki.open(&access.config, &held, err));
	status = make(cli, &access, level, r, err);
	rc_engine_cryptoki.close(held);
	return status;
}

static json_t *
requested_json(const struct requested *r)
{
	json_t *o = json_object();

	json_put(o, "entry", entry_json(r->entry));
	json_put(o, "key", json_foreign(r->type));
	json_put(o, "label", json_foreign(r->facts.label));
	json_put(o, "id", json_hex(BYTES(r->facts.id, r->facts.id_len)));
	json_put(o, "token", json_foreign(r->facts.token.label));
	json_put(o, "serial", json_foreign(r->facts.token.serial));
	json_put(o, "csr", json_foreign(buf_text(&r->pem)));
	return o;
}

static enum rc_status
put_result(struct cli *cli, const struct requested *r, struct error *err)
{
	cli_say(cli, "made %s key '%s' on token '%s'", r->type, r->facts.label,
	    r->facts.token.label);
	if (cli->opt.out != NULL)
		TRY(file_replace(cli->opt.out, FILE_PUBLIC, buf_bytes(&r->pem), err));
	if (cli->opt.json)
		cli_put_json(cli, requested_json(r));
	else if (cli->opt.out == NULL)
		buf_put_bytes(&cli->out, buf_bytes(&r->pem));
	return RC_OK;
}

static enum rc_status
level_of(const char *word, enum custody_level *ret, struct error *err)
{
	enum rc_status st;

	*ret = word != NULL ? custody_level_find(word) : CUSTODY_STRICT;
	if (*ret == CUSTODY_STRICT || *ret == CUSTODY_IMPORTED_OK || *ret == CUSTODY_LAB)
		return RC_OK;
	st = error_fail(err, RULE_OPTION_VALUE, "'%s' is no custody level for a server's key",
	    word);
	error_fix(err, "levels: strict, imported-ok, lab");
	return st;
}

enum rc_status
request_on_token(struct cli *cli, const struct entry *entry, enum key_algorithm key,
    struct error *err)
{
	SCOPED(requested_clear) struct requested r = { .entry = entry, .type = emit_key_word(key) };
	enum custody_level level;
	enum rc_status st;

	if (cli->opt.form != NULL) {
		st = error_fail(err, RULE_OPTION_VALUE,
		    "--form is for servers that make their own key, and --token makes it here");
		error_fix(err, "leave one of them out");
		return st;
	}
	TRY(level_of(cli->opt.custody, &level, err));
	if (entry->exportable)
		error_warn(err, RULE_SHARED_KEY_EXPORTABLE, NOWHERE,
		    "the key of '%s' is to be copied to each server, and no key leaves a token",
		    entry->id);
	TRY(make_logged_in(cli, level, &r, err));
	return put_result(cli, &r, err);
}
