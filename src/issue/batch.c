#include "issue/batch.h"

#include <stdlib.h>
#include <time.h>

#include "issue/approve.h"
#include "issue/batch_read.h"
#include "issue/batch_session.h"
#include "os/file.h"
#include "os/lanes.h"

enum {
	ROOM = 256,              /* requests under way                          */
	GROUP = 64,              /* enough for a flush ...                      */
	LINGER_MS = 8,           /* ... or that time since the one before       */
	GATHER = 16,             /* what comes is taken so many at once ...     */
	GATHER_MS = 2,           /* ... or what came meanwhile                  */
	LOOKS = 24,              /* between two groups, which others wait for   */
	TICK_MS = 100,
	TOKEN_FAILURES = 3,      /* in a row: it is no accident                 */
	AHEAD_LEAST = 16,        /* journalled and not signed yet               */
	WINDOW_MS = 250,         /* and as many as were signed in this time     */
};

enum lane { LANE_WORK, LANE_SIGN, LANE_LEDGER };

enum step { READ, LOOK, DRAFT, JOURNAL, SIGN, CHECK, SETTLE, REFUSE, DELIVER, DONE };

/* One request on its way. */
struct item {
	struct lane_link link;           /* first: an item is found by it       */
	enum step step;
	struct batch_request request;
	struct task task;
	struct buf csr;                  /* its file                            */
	struct ledger_refusal refusal;
	enum rc_status status;           /* of what was done last               */
	bool stopped;
	struct issuance *issued;
	struct reservation *reserved;    /* it waits for officers               */
	const char *file;
	struct error *err;
};

struct items {
	struct item *v[ROOM];
	size_t n;
};

struct run {
	const struct batch *batch;
	struct permit_issuer issuer;
	struct lanes *lanes;
	struct lane_link end;            /* the feeder's last word              */
	bool fed;
	pthread_t feeder, worker[BATCH_WORKERS_MAX];
	unsigned n_workers;
	struct sessions sessions;

	struct items to_look, to_journal, to_settle, to_refuse;
	size_t on_disk;                  /* journalled and not settled          */
	bool stopped;
	struct known_quiet quiet;
	struct batch_counts counts;
	int64_t wrote;                   /* a group, ms                         */
	int64_t window, ticked;          /* when they began, ms                 */
	size_t settled, settled_before;  /* in this window, in the one before   */

	atomic_bool dead;                /* the ledger: nothing may be signed   */
	atomic_uint failures;            /* of the token, in a row              */
	struct error *err;
};

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* -- items ----------------------------------------------------------------------------- */

static struct item *
item_of(struct lane_link *link)
{
	return (struct item *)(void *)link;
}

static struct item *
item_new(struct run *run, const struct batch_request *request)
{
	struct item *item = mem_zero(sizeof(*item));

	item->request = *request;
	item->err = error_new();
	task_init(&item->task, run->batch->home, &run->issuer, run->batch->options);
	item->task.entry = request->entry;
	item->task.quiet = &run->quiet;
	return item;
}

static void
item_free(struct item *item)
{
	issuance_free(item->issued);
	reservation_free(item->reserved);
	task_clear(&item->task);
	buf_clear(&item->csr);
	error_free(item->err);
	free(item);
}

/* -- the steps of the workers and the signers ------------------------------------------ */

static enum rc_status
step_read(struct run *run, struct item *item)
{
	(void)run;
	return batch_read(&item->request, &item->task, &item->csr, item->err);
}

static enum rc_status
step_draft(struct run *run, struct item *item)
{
	(void)run;
	return task_draft(&item->task, item->err);
}

static enum rc_status
step_sign(struct run *run, struct item *item, struct session *session)
{
	enum rc_status status;

	if (atomic_load(&run->dead))
		return error_fail(item->err, RULE_LEDGER_DEAD,
		    "nothing is signed any more: the ledger could not be written");
	status = session_sign(session, item->task.permit, item->err);
	if (status == RC_OK)
		atomic_store(&run->failures, 0);
	else
		(void)atomic_fetch_add(&run->failures, 1);
	return status;
}

static enum rc_status
step_check(struct run *run, struct item *item)
{
	(void)run;
	return task_check(&item->task, item->err);
}

static enum rc_status
step_deliver(struct run *run, struct item *item)
{
	const struct batch *batch = run->batch;
	const char *path;

	item->issued = task_take(&item->task);
	if (batch->out == NULL)
		return RC_OK;
	path = deliver_path(batch->out, item->request.entry, batch->form, item->issued->arena);
	TRY_WHILE(item->err, deliver_later(batch->home, item->issued->der, batch->form, path,
	    item->err), "delivering certificate %s: a second run delivers it again",
	    item->issued->serial);
	item->file = path;
	return RC_OK;
}

/* Where an item goes from each step, and by whom it is made.  What is further on goes first:
 * neither the token nor the ledger is to wait for those that come. */
static const struct step_row {
	enum lane lane;
	unsigned rank;
	enum rc_status (*work)(struct run *run, struct item *item);
	enum step next, failed;
} steps[] = {
	[READ] = { LANE_WORK, 2, step_read, LOOK, REFUSE },
	[LOOK] = { LANE_LEDGER, 0, NULL, DRAFT, REFUSE },
	[DRAFT] = { LANE_WORK, 1, step_draft, JOURNAL, REFUSE },
	[JOURNAL] = { LANE_LEDGER, 0, NULL, SIGN, REFUSE },
	[SIGN] = { LANE_SIGN, 0, NULL, CHECK, SETTLE },
	[CHECK] = { LANE_WORK, 0, step_check, SETTLE, SETTLE },
	[SETTLE] = { LANE_LEDGER, 0, NULL, DELIVER, DONE },
	[REFUSE] = { LANE_LEDGER, 0, NULL, DONE, DONE },
	[DELIVER] = { LANE_WORK, 1, step_deliver, DONE, DONE },
	[DONE] = { LANE_LEDGER, 0, NULL, DONE, DONE },
};

static void
item_put(struct run *run, struct item *item)
{
	const struct step_row *row = &steps[item->step];

	lanes_put(run->lanes, row->lane, row->rank, &item->link);
}

static void
item_pass(struct run *run, struct item *item, enum rc_status status)
{
	const struct step_row *row = &steps[item->step];

	if (item->status == RC_OK)
		item->status = status;
	item->step = status == RC_OK ? row->next : row->failed;
	item_put(run, item);
}

static void *
worker(void *arg)
{
	struct run *run = arg;
	struct lane_link *link;

	while ((link = lanes_take(run->lanes, LANE_WORK)) != NULL) {
		struct item *item = item_of(link);

		item_pass(run, item, steps[item->step].work(run, item));
	}
	return NULL;
}

static void
signing(struct session *session, void *arg)
{
	struct run *run = arg;
	struct lane_link *link;

	while ((link = lanes_take(run->lanes, LANE_SIGN)) != NULL) {
		struct item *item = item_of(link);

		item_pass(run, item, step_sign(run, item, session));
	}
}

static void *
feeder(void *arg)
{
	struct run *run = arg;
	const struct batch *batch = run->batch;
	struct batch_request request;

	while (lanes_enter(run->lanes)) {
		request = (struct batch_request){ .entry = NULL };
		if (!batch->next(batch->arg, &request)) {
			lanes_leave(run->lanes);
			break;
		}
		item_put(run, item_new(run, &request));
	}
	lanes_put(run->lanes, LANE_LEDGER, 0, &run->end);
	return NULL;
}

/* -- done with --------------------------------------------------------------------------- */

static enum batch_outcome
outcome_of(const struct item *item)
{
	if (item->stopped)
		return BATCH_STOPPED;
	if (item->status != RC_OK)
		return BATCH_FAILED;
	if (item->reserved != NULL)
		return BATCH_WAITING;
	return item->issued->already ? BATCH_ALREADY : BATCH_ISSUED;
}

static void
item_done(struct run *run, struct item *item)
{
	const struct batch *batch = run->batch;
	const struct batch_result result = { .request = &item->request,
		.outcome = outcome_of(item), .issued = item->issued,
		.reserved = item->reserved, .file = item->file, .err = item->err };

	run->counts.taken++;
	run->counts.outcome[result.outcome]++;
	batch->done(batch->arg, &result);
	item_free(item);
	lanes_leave(run->lanes);
}

/* -- the ledger, by the caller's thread ---------------------------------------------------- */

static void
stop(struct run *run)
{
	run->stopped = true;
	run->counts.stopping = true;
	lanes_shut(run->lanes);
}

/* Nothing of it is in the ledger. */
static void
item_drop(struct run *run, struct item *item)
{
	item->stopped = true;
	item_done(run, item);
}

static void
refusal_take(struct run *run, struct item *item)
{
	if (!run->stopped && item->request.entry != NULL &&
	    task_refusal(&item->task, item->err, &item->refusal))
		run->to_refuse.v[run->to_refuse.n++] = item;
	else
		item_done(run, item);
}

/* Where the entry has its certificate, that is delivered; what waits for officers is
 * written at once, with a flush of its own. */
static void
look(struct run *run, struct item *item)
{
	enum rc_status status;

	if (run->stopped) {
		item_drop(run, item);
		return;
	}
	status = task_look(&item->task, item->err);
	if (status == RC_OK && task_is_done(&item->task))
		item->step = SETTLE;
	else if (status == RC_OK && task_needs_approval(&item->task))
		status = task_reserve(&item->task, run->batch->uid, &item->reserved, item->err);
	if (item->reserved != NULL)
		item_done(run, item);
	else
		item_pass(run, item, status);
}

static void
item_sort(struct run *run, struct item *item)
{
	switch (item->step) {
	case LOOK:
		run->to_look.v[run->to_look.n++] = item;
		break;
	case JOURNAL:
		run->to_journal.v[run->to_journal.n++] = item;
		break;
	case SETTLE:
		run->to_settle.v[run->to_settle.n++] = item;
		break;
	case REFUSE:
		refusal_take(run, item);
		break;
	default:
		item_done(run, item);
		break;
	}
}

static void
sort_all(struct run *run, struct lane_link *link)
{
	while (link != NULL) {
		struct lane_link *next = link->next;

		if (link == &run->end)
			run->fed = true;
		else
			item_sort(run, item_of(link));
		link = next;
	}
}

static void
items_drop(struct items *items, size_t n)
{
	items->n -= n;
	memmove(items->v, items->v + n, items->n * sizeof(*items->v));
}

static void
look_at_some(struct run *run)
{
	size_t n = run->to_look.n < LOOKS ? run->to_look.n : LOOKS;

	if (n == 0)
		return;
	ledger_look_begin(run->batch->home->ledger);
	for (size_t i = 0; i < n; i++)
		look(run, run->to_look.v[i]);
	ledger_look_end(run->batch->home->ledger);
	items_drop(&run->to_look, n);
}

/* How much may stand in the ledger unsigned: what the token is known to do in a moment. */
static size_t
ahead(const struct run *run)
{
	size_t rate = run->settled > run->settled_before ? run->settled : run->settled_before;

	return AHEAD_LEAST + 2 * atomic_load(&run->sessions.n) + rate;
}

/* How many of those that wait for their intent may have it now. */
static size_t
journal_room(const struct run *run)
{
	size_t most = ahead(run), room = most > run->on_disk ? most - run->on_disk : 0;

	return room < run->to_journal.n ? room : run->to_journal.n;
}

/* The first n move into a group; the others stay in their order. */
static void
items_take(struct items *items, size_t n, struct permit_entry *entries, struct item **of,
    size_t *total)
{
	for (size_t i = 0; i < n; i++) {
		struct item *item = items->v[i];

		of[*total] = item;
		entries[*total] = (struct permit_entry){ .permit = item->task.permit,
			.err = item->err };
		if (item->step == JOURNAL) {
			entries[*total].admit = task_admit;
			entries[*total].admit_arg = &item->task;
		}
		if (item->step == REFUSE) {
			entries[*total].permit = NULL;
			entries[*total].refusal = &item->refusal;
		}
		++*total;
	}
	items_drop(items, n);
}

/* What the disk holds of these is not known, or nothing. */
static enum rc_status
not_written(struct run *run, struct item *item)
{
	return error_fail(item->err, error_rule(run->err), "the ledger could not be written: %s",
	    error_message(run->err));
}

static void
group_settled(struct run *run, struct item *item, enum rc_status status)
{
	if (item->step == JOURNAL && status == RC_OK)
		run->on_disk++;
	if (item->step == SETTLE) {
		run->on_disk--;
		run->settled++;
		if (status == RC_OK)
			status = item->status;   /* what is recorded is that it failed */
	}
	item_pass(run, item, status);
}

static void
group_write(struct run *run)
{
	struct permit_entry entries[3 * ROOM];
	struct item *of[3 * ROOM];
	size_t room = journal_room(run), n = 0;
	bool written;

	items_take(&run->to_settle, run->to_settle.n, entries, of, &n);
	items_take(&run->to_refuse, run->to_refuse.n, entries, of, &n);
	if (!run->stopped)
		items_take(&run->to_journal, room, entries, of, &n);
	if (n == 0)
		return;
	written = !atomic_load(&run->dead) &&
	    permit_write(run->batch->home->ledger, entries, n, run->err) == RC_OK;
	if (!written) {
		atomic_store(&run->dead, true);
		stop(run);
	}
	run->wrote = now_ms();
	for (size_t i = 0; i < n; i++)
		group_settled(run, of[i], written ? entries[i].status : not_written(run, of[i]));
}

/* -- the whole --------------------------------------------------------------------------------- */

static void
token_watch(struct run *run)
{
	if (run->stopped || atomic_load(&run->failures) < TOKEN_FAILURES)
		return;
	(void)error_fail(run->err, RULE_BATCH_TOKEN,
	    "the token failed %d times in a row: no more is asked of it", TOKEN_FAILURES);
	stop(run);
}

/* What is here to be written, now or later. */
static size_t
held(const struct run *run)
{
	return run->to_journal.n + run->to_settle.n + run->to_refuse.n;
}

static size_t
to_write(const struct run *run)
{
	return journal_room(run) + run->to_settle.n + run->to_refuse.n;
}

/* Until the group is due that begins with what is here. */
static unsigned
patience(const struct run *run)
{
	int64_t since = now_ms() - run->wrote;

	if (to_write(run) == 0)
		return TICK_MS;
	return since < LINGER_MS ? (unsigned)(LINGER_MS - since) : 0;
}

/* Would a token that makes us wait have nothing to do? */
static bool
token_waits(const struct run *run)
{
	unsigned sessions = atomic_load(&run->sessions.n);

	return sessions > 1 && run->to_journal.n != 0 &&
	    lanes_waiting(run->lanes, LANE_SIGN) < sessions;
}

/* Enough for a flush; or nothing more comes before it is written: all that are under way
 * are here, or no more may be journalled and what is on disk waits here for its end. */
static bool
is_due(const struct run *run)
{
	size_t n = to_write(run);

	if (n == 0)
		return false;
	return n >= GROUP || patience(run) == 0 || lanes_inside(run->lanes) == held(run) ||
	    (run->to_settle.n == run->on_disk && journal_room(run) < run->to_journal.n) ||
	    token_waits(run);
}

static void
tick(struct run *run)
{
	const struct batch *batch = run->batch;
	int64_t now = now_ms();

	if (now - run->window >= WINDOW_MS) {
		run->settled_before = run->settled;
		run->settled = 0;
		run->window = now;
	}
	if (now - run->ticked < TICK_MS)
		return;
	run->ticked = now;
	if (batch->tick != NULL)
		batch->tick(batch->arg, &run->counts);
	if (batch->stop != NULL && !run->stopped && batch->stop(batch->arg))
		stop(run);
}

/* What has come; it waits for nothing where there is something to do. */
static void
gather(struct run *run)
{
	if (run->to_look.n != 0)
		sort_all(run, lanes_take_all(run->lanes, LANE_LEDGER, 0, 0, 0, 0));
	else
		sort_all(run, lanes_take_all(run->lanes, LANE_LEDGER, GATHER, held(run),
		    GATHER_MS, patience(run)));
}

static void
ledger_run(struct run *run)
{
	while (!run->fed || lanes_inside(run->lanes) != 0) {
		gather(run);
		look_at_some(run);
		token_watch(run);
		tick(run);
		while (run->stopped && run->to_journal.n != 0)
			item_drop(run, run->to_journal.v[--run->to_journal.n]);
		if (is_due(run))
			group_write(run);
		if (!run->stopped)
			sessions_grow(&run->sessions, lanes_waiting(run->lanes, LANE_SIGN));
		run->counts.sessions = atomic_load(&run->sessions.n);
	}
}

static void
run_start(struct run *run)
{
	const struct batch *batch = run->batch;

	run->n_workers = batch->workers != 0 ? batch->workers : 1;
	if (run->n_workers > BATCH_WORKERS_MAX)
		run->n_workers = BATCH_WORKERS_MAX;
	for (unsigned i = 0; i < run->n_workers; i++)
		batch_thread_start(&run->worker[i], worker, run);
	run->sessions.batch = batch;
	run->sessions.custody = run->issuer.custody;
	run->sessions.work = signing;
	run->sessions.arg = run;
	sessions_begin(&run->sessions);
	batch_thread_start(&run->feeder, feeder, run);
}

static void
run_end(struct run *run)
{
	(void)pthread_join(run->feeder, NULL);
	lanes_close(run->lanes);
	for (unsigned i = 0; i < run->n_workers; i++)
		(void)pthread_join(run->worker[i], NULL);
	sessions_end(&run->sessions, run->err);
	run->counts.sessions = atomic_load(&run->sessions.n);
}

enum rc_status
batch_run(const struct batch *batch, struct batch_counts *ret, struct error *err)
{
	const struct home *home = batch->home;
	SCOPED(lanes_free) struct lanes *lanes = lanes_new(ROOM);
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct run *run = arena_alloc(arena, sizeof(*run));
	enum rc_status status;

	*ret = (struct batch_counts){ .taken = 0 };
	TRY(task_signer_check(home, batch->signer, err));
	TRY(approval_expire(batch->home, err));
	*run = (struct run){ .batch = batch, .lanes = lanes, .err = err,
		.window = now_ms(), .wrote = now_ms(), .issuer = {
			.ledger = home->ledger, .key = home->key, .algorithm = home->algorithm,
			.custody = arena_strdup(arena, buf_text(&batch->signer->description)),
			.certificate = &home->certificate,
		} };
	run_start(run);
	ledger_run(run);
	run_end(run);
	*ret = run->counts;
	status = error_status(err);
	if (batch->out != NULL)
		KEEP_FIRST(status, dir_flush_all(batch->out, err));
	return status;
}
