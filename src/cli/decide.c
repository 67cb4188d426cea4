#include "cli/decide.h"

#include <stdlib.h>

#include "cli/access.h"
#include "cli/load.h"
#include "report/approval.h"
#include "report/json.h"
#include "x509/cms.h"

enum { DIGITS_MAX = 15 };

enum rc_status
request_number(const char *word, int64_t *ret, struct error *err)
{
	size_t n = strlen(word);

	if (n == 0 || n > DIGITS_MAX || strspn(word, "0123456789") != n)
		return error_fail(err, RULE_APPROVAL_UNKNOWN, "'%s' is no number of a request",
		    word);
	*ret = strtoll(word, NULL, 10);
	return RC_OK;
}

static json_t *
text_json(int64_t id, const char *reason, const struct buf *text)
{
	json_t *o = json_object();

	json_put(o, "request", json_integer(id));
	json_put(o, "decision", json_string(reason == NULL ? "approve" : "deny"));
	json_put(o, "text", json_foreign(buf_text(text)));
	return o;
}

/* Exactly the bytes to sign, for any tool. */
static enum rc_status
put_text(struct cli *cli, struct home *home, int64_t id, const char *reason, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct approval_case c;

	TRY(approval_open(home, id, cli->arena, &c, err));
	TRY(approval_is_open(home, &c, reason != NULL, err));
	approval_text(&c, reason, &text);
	if (cli->opt.json)
		cli_put_json(cli, text_json(id, reason, &text));
	else
		buf_put_bytes(&cli->out, buf_bytes(&text));
	return RC_OK;
}

/* What would be refused anyway is refused before a PIN is asked for. */
static enum rc_status
sign(struct cli *cli, struct home *home, int64_t id, const char *reason, struct bytes *ret,
    struct error *err)
{
	SCOPED(access_clear) struct access access;
	struct approver approver = { .engine = access_engine(CUSTODY_LAB),
		.officer = cli->opt.officer, .reason = reason };
	struct approval_case c;

	access_init(cli, cli->opt.key, &access);
	approver.config = &access.config;
	TRY(approval_open(home, id, cli->arena, &c, err));
	TRY(approval_is_open(home, &c, reason != NULL, err));
	return approval_sign(home, &c, &approver, cli->arena, ret, err);
}

static enum rc_status
signature_get(struct cli *cli, struct home *home, int64_t id, const char *reason,
    struct bytes *ret, struct error *err)
{
	enum rc_status st;

	if (cli->opt.signature != NULL && cli->opt.key == NULL)
		return load_file(cli, cli->opt.signature, CMS_MAX, ret, err);
	if (cli->opt.key != NULL && cli->opt.signature == NULL)
		return sign(cli, home, id, reason, ret, err);
	st = error_fail(err, RULE_MISSING_ARGUMENT,
	    "the officer's signature is missing: either --key URI or --signature FILE");
	error_fix(err, "`--text` writes what is to be signed; openssl cms -sign -binary signs it");
	return st;
}

static void
say_taken(struct cli *cli, int64_t id, const struct approval_taken *taken, const char *reason)
{
	if (reason != NULL)
		cli_say(cli, "%s has denied request %lld", taken->officer, (long long)id);
	else if (taken->state == REQUEST_APPROVED)
		cli_say(cli, "%s has approved request %lld; that is enough: "
		    "rolecert issue --resume %lld (or ca policy accept)", taken->officer,
		    (long long)id, (long long)id);
	else
		cli_say(cli, "%s has approved request %lld; %u more %s needed", taken->officer,
		    (long long)id, taken->lacks, taken->lacks == 1 ? "is" : "are");
}

enum rc_status
decide(struct cli *cli, const char *reason, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	struct approval_taken taken;
	struct bytes signature;
	int64_t id;

	TRY(request_number(cli_operand(cli, 0), &id, err));
	TRY(home_open(cli->opt.ca, cli->opt.text ? HOME_REVIEW : HOME_POLICY, NULL, &home, err));
	if (cli->opt.text)
		return put_text(cli, home, id, reason, err);
	TRY(signature_get(cli, home, id, reason, &signature, err));
	TRY(approval_take(home, id, signature, reason, cli->arena, &taken, err));
	say_taken(cli, id, &taken, reason);
	if (cli->opt.json)
		cli_put_json(cli, approval_taken_json(id, &taken, reason));
	return RC_OK;
}
