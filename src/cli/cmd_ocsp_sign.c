#include "cli/access.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/load_ledger.h"
#include "os/file.h"
#include "report/json.h"
#include "revoke/ocsp.h"

static const char *const status_words[] = {
	[OCSP_GOOD] = "good", [OCSP_REVOKED] = "revoked", [OCSP_UNKNOWN] = "unknown",
};

struct signing {
	struct cli *cli;
	struct home *home;
	struct responder *responder;
	const char *folder;
	json_t *list;
};

static enum rc_status
check_options(const struct cli *cli, struct error *err)
{
	const struct options *o = &cli->opt;

	if (o->out == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT, o->request != NULL
		    ? "-o FILE is missing: where the response goes"
		    : "-o DIR is missing: the folder that the responses go to");
	if (o->request != NULL && cli->n_operands != 0)
		return error_fail(err, RULE_USAGE, "a request says itself for which certificates");
	if (o->request != NULL && o->hash != NULL)
		return error_fail(err, RULE_USAGE, "a request says itself with which hash");
	if (o->request == NULL && file_exists(o->out) && !dir_exists(o->out))
		return error_fail(err, RULE_FOLDER, "'%s' is not a folder", o->out);
	if (o->request != NULL && !dir_exists(path_folder(cli->arena, o->out)))
		return error_fail(err, RULE_FOLDER, "there is no folder to write '%s' to", o->out);
	return RC_OK;
}

static enum rc_status
hash_of(const struct cli *cli, enum ocsp_hash *ret, struct error *err)
{
	*ret = OCSP_SHA1;
	if (cli->opt.hash == NULL || ocsp_hash_find(cli->opt.hash, ret))
		return RC_OK;
	return error_fail(err, RULE_OPTION_VALUE,
	    "'%s' is no hash of a CertID: sha1 (usual), sha256, sha384 or sha512", cli->opt.hash);
}

/* -- what is told ---------------------------------------------------------------------------- */

static void
add_answer(struct signing *s, const struct ocsp_answer *answer, const char *file)
{
	SCOPED(buf_clear) struct buf serial = BUF_INIT;
	bool revoked = answer->status == OCSP_REVOKED;
	json_t *o = json_object();

	buf_put_hex(&serial, answer->id.serial);
	if (!s->cli->opt.json && s->cli->opt.request != NULL)
		buf_printf(&s->cli->out, "%s  %s%s%s\n", buf_text(&serial),
		    status_words[answer->status], revoked ? ", " : "",
		    revoked ? crl_reason_word(answer->reason) : "");
	json_put(o, "serial", json_foreign(buf_text(&serial)));
	json_put(o, "status", json_foreign(status_words[answer->status]));
	json_put(o, "reason", json_foreign(revoked ? crl_reason_word(answer->reason) : NULL));
	json_put(o, "file", json_foreign(file));
	json_add(s->list, o);
}

static void
tell(struct signing *s, size_t n)
{
	SCOPED(buf_clear) struct buf until = BUF_INIT;
	int64_t from, to;
	json_t *o;

	responder_times(s->responder, &from, &to);
	clock_put(&until, to);
	cli_say(s->cli, "%zu response%s by '%s', until about %s", n, n == 1 ? "" : "s",
	    responder_certificate(s->responder)->subject_text, buf_text(&until));
	if (!s->cli->opt.json)
		return;
	o = json_object();
	json_put(o, "responses", json_integer((json_int_t)n));
	json_put(o, "responder",
	    json_foreign(responder_certificate(s->responder)->subject_text));
	json_put(o, "next_update", json_time(to));
	json_put(o, "answers", json_incref(s->list));
	cli_put_json(s->cli, o);
}

/* -- signing ----------------------------------------------------------------------------------- */

static enum rc_status
made(void *arg, const struct ocsp_made *made, struct error *err)
{
	SCOPED(buf_clear) struct buf name = BUF_INIT;
	struct signing *s = arg;
	const char *path;

	buf_put_hex(&name, made->answers[0].id.serial);
	buf_puts(&name, ".ocsp");
	path = path_join(s->cli->arena, s->folder, buf_text(&name));
	TRY(file_replace(path, FILE_PUBLIC, made->der, err));
	add_answer(s, &made->answers[0], path);
	return RC_OK;
}

static enum rc_status
serials_read(struct signing *s, struct ocsp_presign *terms, struct error *err)
{
	struct bytes *serials =
	    arena_alloc(s->cli->arena, (s->cli->n_operands + 1) * sizeof(*serials));

	for (size_t i = 0; i < s->cli->n_operands; i++) {
		struct ledger_row *row;

		TRY(load_row(s->cli, s->home->ledger, s->cli->operands[i], &row, err));
		if (!ledger_kind_has_serial(row->kind))
			return error_fail(err, RULE_NOT_A_SERIAL,
			    "entry %s of the ledger is no certificate", s->cli->operands[i]);
		serials[i] = row->serial;
	}
	terms->n = s->cli->n_operands;
	terms->serials = terms->n != 0 ? serials : NULL;
	return RC_OK;
}

static enum rc_status
sign_all(struct signing *s, const struct ocsp_presign *terms, struct error *err)
{
	size_t n = 0;

	TRY(ocsp_presign(s->home, s->responder, terms, &n, err));
	tell(s, n);
	return RC_OK;
}

static enum rc_status
answer_request(struct signing *s, struct bytes request, struct error *err)
{
	struct ocsp_made made;

	TRY(ocsp_respond(s->home, s->responder, request, NULL, s->cli->arena, &made, err));
	TRY(file_replace(s->cli->opt.out, FILE_PUBLIC, made.der, err));
	for (size_t i = 0; i < made.n; i++)
		add_answer(s, &made.answers[i], s->cli->opt.out);
	tell(s, 1);
	return RC_OK;
}

static enum rc_status
run(struct signing *s, struct access *access, struct error *err)
{
	struct ocsp_presign terms = { .made = made, .arg = s };
	struct ocsp_request asked;
	struct bytes request;

	TRY(hash_of(s->cli, &terms.hash, err));
	TRY(serials_read(s, &terms, err));
	if (s->cli->opt.request != NULL) {
		TRY(load_file(s->cli, s->cli->opt.request, OCSP_REQUEST_MAX, &request, err));
		/* before anybody is asked for a PIN */
		TRY(ocsp_request_read(request, &asked, err));
	} else {
		TRY(dir_make(s->folder, DIR_PUBLIC, err));
	}
	TRY(responder_open(s->home, access_home(access, s->home), &access->config,
	    &s->responder, err));
	if (s->cli->opt.request != NULL)
		return answer_request(s, request, err);
	return sign_all(s, &terms, err);
}

enum rc_status
cmd_ocsp_sign(struct cli *cli, struct error *err)
{
	SCOPED(access_clear) struct access access;
	SCOPED(home_close) struct home *home = NULL;
	struct signing s = { .cli = cli, .folder = cli->opt.out };
	enum rc_status status;

	access_init(cli, NULL, &access);
	TRY(check_options(cli, err));
	TRY(home_open(cli->opt.ca, HOME_SIGN, NULL, &home, err));
	s.home = home;
	s.list = json_array();
	status = run(&s, &access, err);
	responder_close(s.responder);
	json_decref(s.list);
	return status;
}
