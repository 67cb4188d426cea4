#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

#include "cli/command.h"
#include "cli/issuing.h"
#include "cli/person.h"
#include "cli/planned.h"
#include "cli/progress.h"
#include "cli/request_stream.h"
#include "issue/parents.h"
#include "os/file.h"
#include "report/approval.h"
#include "report/batch.h"
#include "report/table.h"

/* Of the first SIGINT or SIGTERM; the second one ends the process, which the ledger
 * takes as well as any other end. */
static atomic_bool interrupted;

struct applying {
	struct cli *cli;
	struct planned planned;
	struct entry_index *index;
	struct requests requests;        /* of a folder ...                    */
	size_t next;
	struct request_stream *stream;   /* ... or of a stream; else NULL      */
	struct issue_options options;
	struct progress bar;
	struct batch_summary summary;
	atomic_bool stop;
};

static void
applying_clear(struct applying *a)
{
	request_stream_free(a->stream);
	entry_index_free(a->index);
	planned_clear(&a->planned);
}
DEFINE_SCOPED_VALUE(applying_clear, struct applying)

/* -- options --------------------------------------------------------------------------- */

static enum rc_status
jobs_of(const struct options *o, unsigned *ret, struct error *err)
{
	char *end = NULL;
	long jobs = o->jobs != NULL ? strtol(o->jobs, &end, 10) : BATCH_SESSIONS_MAX;

	if (o->jobs != NULL && (*end != '\0' || jobs < 1 || jobs > BATCH_SESSIONS_MAX))
		return error_fail(err, RULE_OPTION_VALUE, "--jobs takes a number from 1 to %d",
		    BATCH_SESSIONS_MAX);
	*ret = (unsigned)jobs;
	return RC_OK;
}

static enum rc_status
form_of(const struct options *o, enum delivery_form *ret, struct error *err)
{
	*ret = o->form != NULL ? delivery_form_find(o->form) : DELIVER_PEM;
	if (*ret != DELIVER_NONE)
		return RC_OK;
	return error_fail(err, RULE_OPTION_VALUE, "'%s' is no form of a certificate", o->form);
}

static enum rc_status
check_options(const struct options *o, struct error *err)
{
	if (o->csrs == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "--csrs DIR is missing: the folder with the certificate requests, or -");
	if (strcmp(o->csrs, "-") == 0 && o->dry_run)
		return error_fail(err, RULE_OPTION_VALUE,
		    "--dry-run looks at a folder of requests, not at a stream");
	if (strcmp(o->csrs, "-") != 0 && !dir_exists(o->csrs))
		return error_fail(err, RULE_FOLDER, "there is no folder '%s'", o->csrs);
	if (o->out != NULL && file_exists(o->out) && !dir_exists(o->out))
		return error_fail(err, RULE_FOLDER, "'%s' is not a folder", o->out);
	return RC_OK;
}

/* -- what the batch asks and tells ------------------------------------------------------ */

static bool
must_stop(void *arg)
{
	struct applying *a = arg;

	return atomic_load(&interrupted) || atomic_load(&a->stop);
}

static bool
next(void *arg, struct batch_request *ret)
{
	struct applying *a = arg;
	const struct request_file *file;

	if (a->stream != NULL)
		return request_stream_next(a->stream, ret);
	if (a->next >= a->requests.n)
		return false;
	file = &a->requests.v[a->next++];
	*ret = (struct batch_request){ .entry = file->entry, .path = file->path,
		.pin = file->pin };
	return true;
}

static void
tell_differences(struct applying *a, const struct entry *entry, const char **differences,
    size_t n)
{
	for (size_t i = 0; i < n; i++) {
		progress_hide(&a->bar);
		cli_say(a->cli, "note: %s: %s [%s]", entry->id, differences[i],
		    rule_id(RULE_REQUEST_DIFFERS));
	}
}

static void
tell_waiting(struct applying *a, const struct entry *entry, const struct reservation *waits)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	tell_differences(a, entry, waits->differences, waits->n_differences);
	progress_hide(&a->bar);
	reservation_put_text(waits, entry->id, &text);
	cli_say(a->cli, "note: %s [%s]", buf_text(&text), rule_id(RULE_APPROVAL_WAITS));
}

/* Everything that was said of one, with its entry where more than one is spoken of. */
static void
tell(struct applying *a, const struct batch_result *result)
{
	const struct entry *entry = result->request->entry;

	for (const struct diagnosis *d = error_first(result->err); d != NULL; d = d->next) {
		if (d->severity == SEVERITY_NOTE)
			continue;
		progress_hide(&a->bar);
		cli_say(a->cli, "%s: %s: %s [%s]", severity_word(d->severity),
		    entry != NULL ? entry->id : "a request", d->message, rule_id(d->rule));
		if (d->fix != NULL)
			cli_say(a->cli, "    %s", d->fix);
	}
	if (result->issued != NULL)
		tell_differences(a, entry, result->issued->differences,
		    result->issued->n_differences);
	if (result->reserved != NULL)
		tell_waiting(a, entry, result->reserved);
}

static void
done(void *arg, const struct batch_result *result)
{
	struct applying *a = arg;

	if (result->outcome != BATCH_STOPPED)
		tell(a, result);
	if (a->cli->opt.json || a->stream != NULL) {
		batch_put_line(result, request_stream_line(result->request),
		    a->summary.foreseen, &a->cli->out);
		cli_drain(&a->cli->out, a->cli);
	}
	if (a->stream != NULL)
		request_stream_put(result->request);
}

static void
tick(void *arg, const struct batch_counts *counts)
{
	struct applying *a = arg;

	if (counts->stopping)
		atomic_store(&a->stop, true);
	if (a->stream != NULL)
		cli_flush(a->cli);
	progress_show(&a->bar, counts->taken, counts->outcome[BATCH_FAILED]);
}

/* -- the run ------------------------------------------------------------------------------- */

static void
on_signal(int number)
{
	(void)number;
	atomic_store(&interrupted, true);
}

static void
catch_signals(void)
{
	struct sigaction action = { .sa_handler = on_signal,
		.sa_flags = (int)SA_RESETHAND | SA_RESTART };

	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
}

static enum rc_status
run(struct applying *a, struct access *access, struct home *home, struct error *err)
{
	struct cli *cli = a->cli;
	SCOPED(signer_close) struct signer *signer = NULL;
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	struct batch batch = {
		.home = home, .ops = access_home(access, home), .config = &access->config,
		.options = &a->options, .uid = person_here(cli->arena).uid, .out = cli->opt.out,
		.workers = cores > 0 ? (unsigned)cores : 1,
		.next = next, .done = done, .tick = tick, .stop = must_stop, .arg = a,
	};
	enum rc_status status;

	TRY(jobs_of(&cli->opt, &batch.sessions, err));
	TRY(form_of(&cli->opt, &batch.form, err));
	if (cli->opt.out != NULL)
		TRY(dir_make(cli->opt.out, DIR_PUBLIC, err));
	TRY(signer_open(home, batch.ops, batch.config, &signer, err));
	if (batch.workers > batch.sessions)
		batch.workers = batch.sessions;
	batch.signer = signer;
	catch_signals();
	progress_init(cli, a->requests.n, &a->bar);
	status = batch_run(&batch, &a->summary.counts, err);
	progress_hide(&a->bar);
	if (a->summary.counts.outcome[BATCH_ISSUED] != 0)
		issuing_seal(cli, home, access, err);
	return status;
}

static void
foresee_one(struct applying *a, struct home *home, const struct request_file *file,
    struct table *table)
{
	SCOPED(error_free) struct error *why = error_new();
	struct batch_request request = { .entry = file->entry, .path = file->path,
		.pin = file->pin };
	struct batch_result result = { .request = &request, .outcome = BATCH_FAILED, .err = why };

	if (batch_foresee(home, &a->options, &request, &result.outcome, why) != RC_OK)
		result.outcome = BATCH_FAILED;
	a->summary.counts.taken++;
	a->summary.counts.outcome[result.outcome]++;
	table_add(table, batch_outcome_word(result.outcome, true), file->entry->id, file->path);
	done(a, &result);
}

static enum rc_status
foresee(struct applying *a, struct home *home, struct error *err)
{
	SCOPED(table_free) struct table *table = table_new("OUTCOME", "ENTRY", "REQUEST", NULL);
	struct style style = cli_style(a->cli);

	if (!home->has_certificate)
		return error_fail(err, RULE_CA_WAITING, "'%s' has no certificate yet",
		    home->config.name);
	TRY(parents_check(home, err));
	for (size_t i = 0; i < a->requests.n; i++)
		foresee_one(a, home, &a->requests.v[i], table);
	if (!a->cli->opt.json)
		table_put(table, &style, &a->cli->out);
	return RC_OK;
}

/* -- the command ----------------------------------------------------------------------------- */

static enum rc_status
requests_get(struct applying *a, struct error *err)
{
	struct cli *cli = a->cli;

	a->index = entry_index_new(a->planned.plan);
	if (strcmp(cli->opt.csrs, "-") == 0) {
		a->stream = request_stream_new(STDIN_FILENO, a->index, must_stop, a);
		return RC_OK;
	}
	TRY(requests_find(cli->opt.csrs, a->planned.plan, cli->arena, &a->requests, err));
	a->summary.requests = a->requests.n + a->requests.twice;
	a->summary.twice = a->requests.twice;
	return RC_OK;
}

static void
summarise(struct applying *a)
{
	struct cli *cli = a->cli;
	struct style style = cli_style(cli);
	size_t taken = a->summary.counts.taken;
	int64_t ms = progress_ms(&a->bar);

	a->summary.entries = a->planned.plan->n_entries;
	if (a->stream != NULL)
		a->summary.requests = taken;
	if (cli->opt.json || a->stream != NULL)
		batch_put_summary_line(&a->summary, &cli->out);
	else
		batch_put_summary(&a->summary, &style, &cli->out);
	if (!a->summary.foreseen && taken != 0)
		cli_say(cli, "%zu requests in %lld.%03lld s", taken, (long long)(ms / 1000),
		    (long long)(ms % 1000));
}

/* What failed says more than what waits. */
static enum rc_status
verdict(const struct applying *a, struct error *err)
{
	const size_t *outcome = a->summary.counts.outcome;
	size_t without = outcome[BATCH_FAILED] + outcome[BATCH_STOPPED] + a->summary.twice;
	enum rc_status st;

	if (without == 0 && outcome[BATCH_WAITING] == 0)
		return RC_OK;
	if (without == 0) {
		error_note(err, RULE_APPROVAL_WAITS, NOWHERE,
		    "officers %s first: %zu of %zu requests",
		    a->summary.foreseen ? "would approve" : "approve", outcome[BATCH_WAITING],
		    a->summary.requests);
		return RC_WAITS;
	}
	st = error_fail(err, RULE_APPLY_INCOMPLETE, "%zu of %zu requests %s no certificate",
	    without, a->summary.requests, a->summary.foreseen ? "would get" : "got");
	if (outcome[BATCH_STOPPED] != 0)
		error_fix(err, "it was stopped: the same command goes on where it did");
	return st;
}

enum rc_status
cmd_apply(struct cli *cli, struct error *err)
{
	SCOPED(applying_clear) struct applying a = { .cli = cli,
		.options = { .strict_request = cli->opt.strict_request, .renew = cli->opt.renew,
		    .requester = person_here(cli->arena).name },
		.summary = { .foreseen = cli->opt.dry_run } };
	SCOPED(access_clear) struct access access;
	SCOPED(home_close) struct home *home = NULL;
	enum rc_status status;

	access_init(cli, NULL, &access);
	TRY(check_options(&cli->opt, err));
	TRY(planned_make(cli, cli->opt.topology, &a.planned, err));
	a.options.plan = a.planned.plan;
	TRY(requests_get(&a, err));
	TRY(home_open(cli->opt.ca, cli->opt.dry_run ? HOME_LOOK : HOME_SIGN, NULL, &home, err));
	progress_init(cli, a.requests.n, &a.bar);
	status = cli->opt.dry_run ? foresee(&a, home, err) : run(&a, &access, home, err);
	summarise(&a);
	KEEP_FIRST(status, verdict(&a, err));
	return status;
}
