#include "cli/access.h"
#include "cli/command.h"
#include "cli/decide.h"
#include "cli/issuing.h"
#include "cli/load.h"
#include "cli/person.h"
#include "cli/planned.h"
#include "issue/reserve.h"
#include "os/file.h"
#include "report/approval.h"
#include "report/json.h"

static enum rc_status
check_options(const struct cli *cli, struct error *err)
{
	const struct options *o = &cli->opt;

	if (o->topology == NULL && !o->resume)
		return error_fail(err, RULE_MISSING_ARGUMENT, "the topology (-t FILE) is missing");
	if (o->csr == NULL && !o->resume)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "--csr FILE is missing: the certificate request of the server");
	/* Before anything is signed, as below. */
	if (o->out != NULL && !dir_exists(path_folder(cli->arena, o->out)))
		return error_fail(err, RULE_FOLDER, "there is no folder to write '%s' to", o->out);
	if (o->out != NULL && dir_exists(o->out))
		return error_fail(err, RULE_FOLDER, "'%s' is a folder, not a file", o->out);
	return RC_OK;
}

static json_t *
issuance_json(const struct cli *cli, enum custody_level level, const char *entry,
    const struct issuance *issued)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	json_t *o = json_object();

	cert_put_pem(issued->der, &pem);
	json_put(o, "entry", json_foreign(entry));
	json_put(o, "serial", json_foreign(issued->serial));
	json_put(o, "already", json_boolean(issued->already));
	json_put(o, "ledger_id", json_integer(issued->ledger_id));
	json_put(o, "subject", json_foreign(issued->certificate.subject_text));
	json_put(o, "not_before", json_time(issued->certificate.not_before));
	json_put(o, "not_after", json_time(issued->certificate.not_after));
	json_put(o, "custody_level", json_foreign(custody_level_word(level)));
	json_put(o, "differences", json_words(issued->differences, issued->n_differences));
	json_put(o, "notes", json_words(issued->notes, issued->n_notes));
	json_put(o, "file", json_foreign(cli->opt.out));
	json_put(o, "certificate", json_foreign(buf_text(&pem)));
	return o;
}

static enum rc_status
deliver(struct cli *cli, const struct home *home, const char *entry,
    const struct issuance *issued, enum delivery_form form, struct error *err)
{
	for (size_t i = 0; i < issued->n_differences; i++)
		error_note(err, RULE_REQUEST_DIFFERS, NOWHERE, "%s", issued->differences[i]);
	for (size_t i = 0; i < issued->n_notes; i++)
		cli_say(cli, "note: %s", issued->notes[i]);
	if (!issued->already && home->config.custody == CUSTODY_LAB)
		error_note(err, RULE_CUSTODY_LAB, NOWHERE,
		    "signed at the custody level lab, and recorded so");
	cli_say(cli, issued->already ? "already issued: %s for %s" : "issued %s for %s",
	    issued->serial, entry);
	if (cli->opt.out != NULL)
		TRY_WHILE(err, deliver_file(home, issued->der, form, cli->opt.out, err),
		    "delivering certificate %s: `rolecert ledger show %s` prints it again",
		    issued->serial, issued->serial);
	if (cli->opt.json)
		cli_put_json(cli, issuance_json(cli, home->config.custody, entry, issued));
	else if (cli->opt.out == NULL)
		return deliver_put(home, issued->der, form, &cli->out, err);
	return RC_OK;
}

/* Up to more than a request may have, so that its size is told; what has even more is
 * refused unread, and recorded all the same. */
static enum rc_status
load_request(struct cli *cli, struct home *home, const struct entry *entry,
    const struct issue_options *options, struct bytes *ret, struct error *err)
{
	enum rc_status st = load_file(cli, cli->opt.csr, FILE_MAX_CERT, ret, err);

	if (st != RC_OK && error_rule(err) == RULE_FILE_TOO_LARGE)
		issue_refused(home, entry, options, err);
	return st;
}

/* The request of a role that needs approval: nothing is signed, and no PIN asked for. */
static enum rc_status
reserve(struct cli *cli, struct home *home, const struct entry *entry, struct bytes csr,
    const struct issue_options *options, struct error *err)
{
	SCOPED(reservation_free) struct reservation *reserved = NULL;
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	TRY(issue_reserve(home, entry, csr, options, person_here(cli->arena).uid, &reserved, err));
	for (size_t i = 0; i < reserved->n_differences; i++)
		error_note(err, RULE_REQUEST_DIFFERS, NOWHERE, "%s", reserved->differences[i]);
	for (size_t i = 0; i < reserved->n_notes; i++)
		cli_say(cli, "note: %s", reserved->notes[i]);
	reservation_put_text(reserved, entry->id, &text);
	error_note(err, RULE_APPROVAL_WAITS, NOWHERE, "%s", buf_text(&text));
	if (cli->opt.json)
		cli_put_json(cli, reservation_json(reserved, entry->id));
	return RC_WAITS;
}

static enum rc_status
issue(struct cli *cli, struct home *home, const struct planned *planned,
    const struct entry *entry, enum delivery_form form, struct error *err)
{
	SCOPED(access_clear) struct access access;
	SCOPED(signer_close) struct signer *signer = NULL;
	SCOPED(issue_ahead_free) struct issue_ahead *ahead = NULL;
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct issue_options options = { .strict_request = cli->opt.strict_request,
		.renew = cli->opt.renew, .requester = person_here(cli->arena).name,
		.plan = planned->plan };
	struct bytes csr;

	access_init(cli, NULL, &access);
	TRY(load_request(cli, home, entry, &options, &csr, err));
	if (issue_needs_approval(home, entry->role))
		return reserve(cli, home, entry, csr, &options, err);
	cli_stage(cli, "home opened");
	ahead = issue_begin(home, entry, csr, &options);
	TRY(signer_open(home, access_home(&access, home), &access.config, &signer, err));
	if (cli->opt.verbose)
		custody_report(signer_custody(signer), CUSTODY_TELL_UNPROVEN, err);
	cli_stage(cli, "token logged in to, custody judged");
	TRY(issue_end(ahead, signer, &issued, err));
	cli_stage(cli, "signed, verified, recorded");
	if (issued->already || !issuing_seal_is_due(home)) {
		home_record_done(home);
		return deliver(cli, home, entry->id, issued, form, err);
	}
	TRY(deliver(cli, home, entry->id, issued, form, err));
	issuing_seal(cli, home, &access, err);
	return RC_OK;
}

static enum rc_status
resume(struct cli *cli, enum delivery_form form, struct error *err)
{
	SCOPED(access_clear) struct access access;
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(signer_close) struct signer *signer = NULL;
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct ledger_row *row;
	int64_t id;

	access_init(cli, NULL, &access);
	TRY(request_number(cli_operand(cli, 0), &id, err));
	TRY(home_open(cli->opt.ca, HOME_SIGN, NULL, &home, err));
	TRY(issue_resume_check(home, id, err));
	TRY(signer_open(home, access_home(&access, home), &access.config, &signer, err));
	TRY(issue_resume(home, signer, id, &issued, err));
	TRY(ledger_get(home->ledger, issued->ledger_id, cli->arena, &row, err));
	TRY(deliver(cli, home, row->entry, issued, form, err));
	issuing_seal(cli, home, &access, err);
	return RC_OK;
}

enum rc_status
cmd_issue(struct cli *cli, struct error *err)
{
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(home_opening_free) struct home_opening *opening = NULL;
	const struct entry *entry;
	enum delivery_form form;

	TRY(check_options(cli, err));
	TRY(issuing_form(&cli->opt, &form, err));
	if (cli->opt.resume)
		return resume(cli, form, err);
	opening = home_open_begin(cli->opt.ca, HOME_SIGN, NULL);
	TRY(planned_make(cli, cli->opt.topology, &planned, err));
	TRY(planned_entry(&planned, cli_operand(cli, 0), &entry, err));
	TRY(home_open_end(opening, &home, err));
	return issue(cli, home, &planned, entry, form, err);
}
