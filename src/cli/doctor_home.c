/*
 * What a CA home is like.
 */
#include <sys/stat.h>

#include "cli/doctor.h"
#include "issue/parents.h"
#include "issue/seal.h"
#include "os/clock.h"
#include "os/file.h"

void
doctor_check_mode(struct section *s, const char *path, bool read)
{
	struct stat st;
	unsigned bits = read ? 066 : 022;

	if (stat(path, &st) != 0 || (st.st_mode & bits) == 0)
		return;
	(void)error_fail(s->found, RULE_DOCTOR_OPEN, "others may %s '%s' (mode %03o)",
	    (st.st_mode & bits & 022) != 0 ? "change" : "read", path,
	    (unsigned)(st.st_mode & 07777));
	error_fix(s->found, "chmod go-%s '%s'", read ? "rw" : "w", path);
}

static void
look_at_modes(struct doctor *d, struct section *s)
{
	static const char *const names[] = { HOME_CONFIG, "ledger.db", "owners", "profiles" };
	const char *dir = d->cli->opt.ca;

	doctor_check_mode(s, dir, false);
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		doctor_check_mode(s, path_join(d->cli->arena, dir, names[i]), false);
	if (d->home != NULL && d->home->config.custody == CUSTODY_MEMORY &&
	    strncmp(d->home->config.key, "memory:path=", 12) == 0)
		doctor_check_mode(s, path_join(d->cli->arena, dir, d->home->config.key + 12),
		    true);
}

static void
look_at_home(struct doctor *d)
{
	struct section *s = doctor_section(d, "home");

	s->is = d->cli->opt.ca;
	if (d->cli->opt.ca == NULL) {
		error_note(s->found, RULE_DOCTOR_NO_HOME, NOWHERE,
		    "no CA home is named, and none is looked at");
		error_fix(s->found, "rolecert --ca DIR doctor");
		return;
	}
	if (home_open(d->cli->opt.ca, HOME_LOOK, NULL, &d->home, s->found) != RC_OK)
		d->home = NULL;
	look_at_modes(d, s);
	if (d->home != NULL && !d->home->has_certificate) {
		error_note(s->found, RULE_CA_WAITING, NOWHERE, "the CA waits for its certificate");
		error_fix(s->found, "rolecert ca init --cert ANSWER '%s'", d->cli->opt.ca);
	}
}

static void
look_at_ledger(struct doctor *d)
{
	struct section *clock = doctor_section(d, "clock");
	struct section *s;
	struct ledger_counts counts;

	if (ledger_check_clock(d->home->ledger, clock->found) != RC_OK)
		error_fix(clock->found, "set the clock (timedatectl); nothing is signed meanwhile");
	s = doctor_section(d, "ledger");
	if (ledger_check(d->home->ledger, s->found) != RC_OK) {
		error_fix(s->found, "rolecert ledger verify '%s'", d->cli->opt.ca);
		return;
	}
	if (ledger_count(d->home->ledger, &counts, s->found) != RC_OK)
		return;
	s->is = arena_printf(d->cli->arena, "%llu entries, %llu events; quickly checked",
	    (unsigned long long)counts.rows, (unsigned long long)counts.events);
	if (counts.state[LEDGER_PENDING] == 0)
		return;
	error_warn(s->found, RULE_DOCTOR_PENDING, NOWHERE, "%llu entries are not settled",
	    (unsigned long long)counts.state[LEDGER_PENDING]);
	error_fix(s->found, "rolecert --ca '%s' ledger recover", d->cli->opt.ca);
}

static void
look_at_checkpoint(struct doctor *d)
{
	struct section *s = doctor_section(d, "checkpoint");
	bool due = false;

	if (d->home->config.checkpoint_key == NULL) {
		error_note(s->found, RULE_DOCTOR_CHECKPOINT, NOWHERE,
		    "ca.yaml names no key for checkpoints: the ledger is never sealed");
		error_fix(s->found, "`checkpoint:` in ca.yaml; see `man rolecert`, ledger "
		    "checkpoint");
		return;
	}
	if (d->home->has_certificate && seal_check_witness(d->home, s->found) != RC_OK)
		return;
	if (seal_is_due(d->home, &due, s->found) != RC_OK || !due)
		return;
	error_warn(s->found, RULE_DOCTOR_CHECKPOINT, NOWHERE,
	    "the ledger has not been sealed for longer than ca.yaml wants");
	error_fix(s->found, "rolecert --ca '%s' ledger checkpoint", d->cli->opt.ca);
}

/* The newest full list that was made. */
static enum rc_status
take_list(void *arg, const struct ledger_list *list, struct error *err)
{
	int64_t *next_update = arg;

	(void)err;
	if (list->state == LEDGER_DONE && strncmp(list->entry, "crl/", 4) == 0)
		*next_update = list->next_update;
	return RC_OK;
}

static const char *
time_text(struct arena *arena, int64_t when)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	clock_put(&text, when);
	return arena_strdup(arena, buf_text(&text));
}

static void
look_at_crl(struct doctor *d)
{
	struct section *s = doctor_section(d, "crl");
	int64_t next_update = 0;

	if (ledger_each_list(d->home->ledger, take_list, &next_update, s->found) != RC_OK)
		return;
	if (next_update == 0) {
		error_note(s->found, RULE_DOCTOR_CRL, NOWHERE, "no list was ever made");
	} else {
		s->is = arena_printf(d->cli->arena, "the last one holds until %s",
		    time_text(d->cli->arena, next_update));
		if (next_update > d->now + d->home->config.crl_overlap)
			return;
		if (next_update <= d->now)
			(void)error_fail(s->found, RULE_DOCTOR_CRL,
			    "the last list has ended: clients that look at it refuse everything");
		else
			error_warn(s->found, RULE_DOCTOR_CRL, NOWHERE, "the last list ends soon");
	}
	error_fix(s->found, "rolecert --ca '%s' crl", d->cli->opt.ca);
}

/* Certificates end with their CA: from then on, what is issued is shortened. */
static void
look_at_certificate(struct doctor *d)
{
	struct section *s = doctor_section(d, "certificate");
	int64_t end = d->home->certificate.not_after;

	s->is = arena_printf(d->cli->arena, "of the CA, until %s", time_text(d->cli->arena, end));
	if (parents_check(d->home, s->found) != RC_OK)
		return;
	if (end > d->now + (int64_t)d->home->config.default_days * 86400)
		return;
	if (end <= d->now)
		(void)error_fail(s->found, RULE_DOCTOR_CA_END, "the CA's certificate has expired");
	else
		error_warn(s->found, RULE_DOCTOR_CA_END, NOWHERE,
		    "the CA's certificate ends before those that it issues now would");
	error_fix(s->found, "a new certificate for the CA: `rolecert ca ceremony`");
}

void
doctor_home(struct doctor *d)
{
	look_at_home(d);
	if (d->home == NULL)
		return;
	look_at_ledger(d);
	look_at_checkpoint(d);
	if (!d->home->has_certificate)
		return;
	look_at_crl(d);
	look_at_certificate(d);
}
