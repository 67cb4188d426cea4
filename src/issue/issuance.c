#include "issue/issuance.h"

#include <stdlib.h>

#include "issue/ca_entry.h"
#include "issue/task.h"
#include "os/aside.h"

/* -- a batch of one -------------------------------------------------------------- */

/* A request that is refused by a rule stands in the ledger with the rule. */
static void
refusal_record(const struct task *t, struct error *err)
{
	struct ledger_refusal refusal;

	if (task_refusal(t, err, &refusal) &&
	    ledger_refuse(t->home->ledger, &refusal, err) != RC_OK)
		error_while(err, "recording the refusal");
}

void
issue_refused(struct home *home, const struct entry *entry,
    const struct issue_options *options, struct error *err)
{
	const struct task t = { .home = home, .entry = entry, .options = options,
		.csr = CSR_INIT };

	refusal_record(&t, err);
}

static enum rc_status
task_write(struct task *t, struct error *err)
{
	struct permit_entry entry = { .permit = t->permit, .admit = task_admit, .admit_arg = t,
		.err = err };

	TRY(permit_write(t->home->ledger, &entry, 1, err));
	return entry.status;
}

static enum rc_status
task_prepare(struct task *t, struct error *err)
{
	TRY(task_look(t, err));
	if (task_is_done(t))
		return RC_OK;
	TRY(task_draft(t, err));
	return task_write(t, err);
}

/* Whatever comes of the signature, it is recorded. */
static enum rc_status
task_sign(struct task *t, struct signer *signer, struct error *err)
{
	enum rc_status status = permit_sign(t->permit, signer, err);

	if (status == RC_OK)
		status = task_check(t, err);
	KEEP_FIRST(status, task_write(t, err));
	return status;
}

/* `read`: what came of reading the request. */
static enum rc_status
task_run(struct task *t, enum rc_status read, struct signer *signer, struct error *err)
{
	enum rc_status status = read == RC_OK ? task_prepare(t, err) : read;

	if (status != RC_OK) {
		refusal_record(t, err);
		return status;
	}
	return task_is_done(t) ? RC_OK : task_sign(t, signer, err);
}

struct issue_ahead {
	struct home *home;
	struct permit_issuer issuer;
	struct task task;
	struct aside *aside;
	enum rc_status read;
	struct error *err;
};

static void
ahead_read(void *arg)
{
	struct issue_ahead *a = arg;

	a->read = task_read(&a->task, a->err);
	ledger_ready(a->home->ledger);
}

static struct issue_ahead *
ahead_new(struct home *home, const struct entry *entry, struct bytes csr_file,
    const struct issue_options *options)
{
	struct issue_ahead *a = mem_zero(sizeof(*a));

	a->home = home;
	a->issuer = (struct permit_issuer){ .ledger = home->ledger, .key = home->key,
		.algorithm = home->algorithm, .certificate = &home->certificate };
	a->err = error_new();
	task_init(&a->task, home, &a->issuer, options);
	a->task.entry = entry;
	a->task.csr_file = csr_file;
	return a;
}

struct issue_ahead *
issue_begin(struct home *home, const struct entry *entry, struct bytes csr_file,
    const struct issue_options *options)
{
	struct issue_ahead *a = ahead_new(home, entry, csr_file, options);

	a->aside = aside_begin(ahead_read, a);
	return a;
}

/* Whoever had to be asked for a PIN may have taken his time. */
enum rc_status
issue_end(struct issue_ahead *a, struct signer *signer, struct issuance **ret,
    struct error *err)
{
	aside_wait(TAKE(a->aside));
	TRY(task_signer_check(a->home, signer, err));
	a->issuer.signer = signer;
	a->task.now = clock_now(a->home->clock);
	error_move(err, a->err);
	TRY_WHILE(err, task_run(&a->task, a->read, signer, err), "issuing %s",
	    a->task.entry->id);
	*ret = task_take(&a->task);
	return RC_OK;
}

void
issue_ahead_free(struct issue_ahead *a)
{
	if (a == NULL)
		return;
	aside_wait(a->aside);
	task_clear(&a->task);
	error_free(a->err);
	free(a);
}

enum rc_status
issue_certificate(struct home *home, struct signer *signer, const struct entry *entry,
    struct bytes csr_file, const struct issue_options *options, struct issuance **ret,
    struct error *err)
{
	SCOPED(issue_ahead_free) struct issue_ahead *a = ahead_new(home, entry, csr_file, options);

	a->read = task_read(&a->task, a->err);
	return issue_end(a, signer, ret, err);
}

static enum rc_status
path_check(const struct home *home, unsigned path_len, struct error *err)
{
	if (home->path_len < 0 || (int)path_len < home->path_len)
		return RC_OK;
	return error_fail(err, RULE_CA_PATH_LENGTH,
	    "'%s' has path length %d and may not certify a CA with path length %u",
	    home->config.name, home->path_len, path_len);
}

enum rc_status
issue_ca_certificate(struct home *home, struct signer *signer,
    const struct ca_request *request, struct bytes csr_file,
    const struct issue_options *options, struct issuance **ret, struct error *err)
{
	SCOPED(plan_free) struct plan *plan = NULL;
	struct ca_terms terms = {
		.subject = request->subject, .path_len = (int)request->path_len,
		.validity_days = request->validity_days,
	};

	TRY(path_check(home, request->path_len, err));
	if (dn_is_empty(&request->subject))
		return error_fail(err, RULE_CA_SUBJECT, "a CA needs a subject");
	if (home->config.custody == CUSTODY_MEMORY && !ca_subject_is_stamped(&request->subject))
		return error_fail(err, RULE_CA_SUBJECT,
		    "below a CA of custody memory, a CA's subject has OU=%s", CA_MEMORY_STAMP);
	TRY(plan_ca(request->role, &terms, &plan, err));
	return issue_certificate(home, signer, &plan->entries[0], csr_file, options, ret, err);
}

void
issuance_free(struct issuance *issued)
{
	if (issued == NULL)
		return;
	arena_free(issued->arena);
	free(issued);
}
