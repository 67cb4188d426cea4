#include "issue/restore.h"

#include <errno.h>
#include <inttypes.h>
#include <unistd.h>

#include "issue/audit.h"
#include "issue/home.h"
#include "ledger/restore.h"
#include "ledger/tree.h"
#include "os/file.h"
#include "token/record.h"

/* One restoration under way. */
struct work {
	const struct restore_terms *terms;
	struct arena *arena;
	struct audit_ca ca;
	const char *witness;             /* path; NULL: none                 */
	struct restore *restore;
	struct ledger *backup;           /* the copy, to be written          */
	struct merkle tree;              /* over its events                  */
	uint8_t root[MERKLE_OCTETS];
	struct checkpoint sealed;        /* by the witness; size 0: nothing  */
	bool is_older;
	const char *stamp;
	struct restored done;
};

static void
work_clear(struct work *w)
{
	ledger_close(w->backup);
	restore_free(w->restore);
}
DEFINE_SCOPED_VALUE(work_clear, struct work)

/* -- the backup --------------------------------------------------------------------- */

static enum rc_status
file_refuse(const struct work *w, const struct error *why, struct error *err)
{
	return error_fail(err, RULE_RESTORE_FILE, "'%s' is not a whole ledger: %s [%s]",
	    w->terms->file, error_message(why), rule_id(error_rule(why)));
}

/* As an auditor would, without a look at what is pinned or owned. */
static enum rc_status
backup_audit(const struct work *w, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(error_free) struct error *findings = error_new();
	const struct audit_terms audit = { .dir = w->terms->dir,
		.ledger = restore_folder(w->restore) };
	struct ledger_verdict verdict;

	if (audit_home(&audit, &verdict, findings, why) != RC_OK)
		/* A disk that fails says nothing about the file. */
		return error_rule(why) != RULE_LEDGER_WRITE ? file_refuse(w, why, err)
		    : error_fail(err, RULE_LEDGER_WRITE, "%s", error_message(why));
	return verdict.findings != 0 ? file_refuse(w, findings, err) : RC_OK;
}

static enum rc_status
is_of_this_ca(const struct work *w, struct error *err)
{
	SCOPED(buf_clear) struct buf key = BUF_INIT;
	struct ledger_pinned pinned;
	struct record record;
	const char *have;

	TRY(ledger_pinned(w->backup, w->arena, &pinned, err));
	record_read(arena_strndup(w->arena, (const char *)pinned.policy.p, pinned.policy.n),
	    w->arena, &record);
	have = record_find(&record, "public-key");
	buf_puts(&key, "sha256:");
	sha256_put_hex(w->ca.certs[0].spki, &key);
	if (have != NULL && strcmp(have, buf_text(&key)) == 0)
		return RC_OK;
	return error_fail(err, RULE_RESTORE_CA, "'%s' is the ledger of '%s', and not of the key "
	    "of this CA", w->terms->file, pinned.ca);
}

static void
root_of(const struct merkle *tree, uint8_t ret[MERKLE_OCTETS])
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();

	merkle_root(tree, h, ret);
}

/* Before it is opened to write, which may bring it up to date, and so add to it. */
static enum rc_status
backup_measure(struct work *w, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	const struct ledger_options looks = { .read_only = true };
	struct ledger_counts counts;

	TRY(ledger_open(restore_folder(w->restore), &looks, &ledger, err));
	TRY(ledger_count(ledger, &counts, err));
	TRY(ledger_tree(ledger, 0, &w->tree, err));
	root_of(&w->tree, w->root);
	w->done.events = counts.events;
	w->done.rows = counts.rows;
	return RC_OK;
}

static enum rc_status
backup_open(struct work *w, struct error *err)
{
	const struct ledger_options options = { .clock = w->terms->clock };

	TRY(backup_audit(w, err));
	TRY(backup_measure(w, err));
	TRY(ledger_open(restore_folder(w->restore), &options, &w->backup, err));
	return is_of_this_ca(w, err);
}

/* -- what is newer --------------------------------------------------------------------- */

/* Are these the first events of a ledger that has at least so many? */
static enum rc_status
begins_with(struct ledger *ledger, uint64_t size, const uint8_t root[MERKLE_OCTETS],
    bool *ret, struct error *err)
{
	uint8_t have[MERKLE_OCTETS];
	struct merkle tree;

	TRY(ledger_tree(ledger, size, &tree, err));
	root_of(&tree, have);
	*ret = memcmp(have, root, sizeof(have)) == 0;
	return RC_OK;
}

static enum rc_status
witness_look(struct work *w, struct error *err)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT;
	bool same = false;

	if (w->witness == NULL || !file_exists(w->witness))
		return RC_OK;
	TRY(file_read(w->witness, HOME_FILE_MAX, &file, err));
	TRY_WHILE(err, audit_checkpoint_read(&w->ca, buf_bytes(&file), false, &w->sealed, err),
	    "reading the witness %s", w->witness);
	w->done.witness_events = w->sealed.size;
	if (w->sealed.size > w->done.events) {
		w->is_older = true;
		return RC_OK;
	}
	TRY(begins_with(w->backup, w->sealed.size, w->sealed.root, &same, err));
	return same ? RC_OK : error_fail(err, RULE_WITNESS_DIFFERS,
	    "'%s' seals other events than the first %" PRIu64 " of '%s'", w->witness,
	    w->sealed.size, w->terms->file);
}

/* Does one of the two begin with all of the other? */
static enum rc_status
same_history(struct work *w, struct ledger *there, uint64_t size, bool *ret, struct error *err)
{
	uint8_t root[MERKLE_OCTETS];
	struct merkle tree;

	if (size >= w->done.events)
		return begins_with(there, w->done.events, w->root, ret, err);
	TRY(ledger_tree(there, 0, &tree, err));
	root_of(&tree, root);
	return begins_with(w->backup, size, root, ret, err);
}

static enum rc_status
there_compare(struct work *w, struct ledger *there, bool *ret_same, struct error *err)
{
	struct ledger_counts counts;

	TRY(ledger_check(there, err));
	TRY(ledger_count(there, &counts, err));
	TRY(same_history(w, there, counts.events, ret_same, err));
	w->done.had = true;
	w->done.had_events = counts.events;
	return RC_OK;
}

/* One that cannot be read is what a backup is for: it is kept, and not looked at. */
static enum rc_status
there_look(struct work *w, struct error *err)
{
	SCOPED(ledger_close) struct ledger *there = NULL;
	SCOPED(error_free) struct error *why = error_new();
	const struct ledger_options looks = { .read_only = true };
	bool same = true;

	if (ledger_open(w->terms->dir, &looks, &there, why) != RC_OK ||
	    there_compare(w, there, &same, why) != RC_OK)
		return RC_OK;
	if (!same)
		return error_fail(err, RULE_RESTORE_DIFFERS,
		    "'%s' and the ledger in '%s' tell of different events", w->terms->file,
		    w->terms->dir);
	if (w->done.had_events > w->done.events)
		w->is_older = true;
	return RC_OK;
}

static enum rc_status
older_check(const struct work *w, struct error *err)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT, have = BUF_INIT;
	bool witness = w->done.witness_events > w->done.had_events;
	enum rc_status status;

	if (!w->is_older || w->terms->older)
		return RC_OK;
	status = error_fail(err, RULE_RESTORE_OLDER, "'%s' is older than the %s", w->terms->file,
	    witness ? "witness" : "ledger that is there");
	buf_printf(&want, "%" PRIu64 " events",
	    witness ? w->done.witness_events : w->done.had_events);
	buf_printf(&have, "%" PRIu64, w->done.events);
	error_want(err, buf_text(&want), buf_text(&have));
	error_fix(err, "find a newer backup; if there is none, --older accepts this one and "
	    "records it");
	return status;
}

/* -- in its place ---------------------------------------------------------------------- */

/* "20240229T235959Z" */
static const char *
stamp_of(const struct work *w)
{
	SCOPED(buf_clear) struct buf time = BUF_INIT;
	char *stamp, *to;

	clock_put(&time, clock_now(w->terms->clock != NULL ? w->terms->clock : &clock_system));
	stamp = to = arena_strdup(w->arena, buf_text(&time));
	for (const char *from = stamp; *from != '\0'; from++)
		if (*from != '-' && *from != ':')
			*to++ = *from;
	*to = '\0';
	return stamp;
}

static void
put_sum(struct buf *out, const char *word, uint64_t size, const uint8_t root[MERKLE_OCTETS])
{
	buf_printf(out, "%s%s-events %" PRIu64, out->n != 0 ? "\n" : "", word, size);
	if (root == NULL)
		return;
	buf_printf(out, "\n%s-root ", word);
	buf_put_hex(out, BYTES(root, MERKLE_OCTETS));
}

static enum rc_status
note_put(struct work *w, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	put_sum(&text, "backup", w->done.events, w->root);
	if (w->done.had)
		put_sum(&text, "replaced", w->done.had_events, NULL);
	if (w->done.kept != NULL)
		buf_printf(&text, "\nkept %s", w->done.kept);
	if (w->sealed.size != 0)
		put_sum(&text, "witness", w->sealed.size, w->sealed.root);
	if (w->is_older)
		buf_puts(&text, "\nolder accepted");
	return ledger_note(w->backup, "restore", buf_text(&text), err);
}

/* The old ledger begins with what the new one has, so either may stand beside it. */
static enum rc_status
witness_replace(struct work *w, struct error *err)
{
	struct ledger_row *last = NULL;

	if (w->sealed.size <= w->done.events)
		return RC_OK;
	w->done.witness_kept = arena_printf(w->arena, "%s.%s", w->witness, w->stamp);
	TRY(file_copy(w->witness, w->done.witness_kept, FILE_PUBLIC, err));
	TRY(ledger_find_newest(w->backup, LEDGER_CHECKPOINT, w->arena, &last, err));
	if (last != NULL)
		return file_replace(w->witness, FILE_PUBLIC, last->signed_bytes, err);
	if (unlink(w->witness) != 0)
		return error_errno(err, RULE_FILE_WRITE, errno, "removing '%s'", w->witness);
	return dir_flush(path_folder(w->arena, w->witness), err);
}

static enum rc_status
swap(struct work *w, struct error *err)
{
	const char *kept = arena_printf(w->arena, "%s.%s", LEDGER_FILE, w->stamp);

	if (file_exists(path_join(w->arena, w->terms->dir, LEDGER_FILE)))
		w->done.kept = kept;
	TRY(note_put(w, err));
	TRY_WHILE(err, witness_replace(w, err), "putting an older checkpoint to the witness");
	ledger_close(TAKE(w->backup));
	return restore_end(w->restore, kept, err);
}

static enum rc_status
run(struct work *w, struct error *err)
{
	struct home_config config;

	w->stamp = stamp_of(w);
	TRY(audit_config_read(w->terms->dir, w->arena, &config, err));
	TRY(audit_ca_read(w->terms->dir, w->arena, &w->ca, err));
	if (config.witness != NULL)
		w->witness = path_join(w->arena, w->terms->dir, config.witness);
	TRY(restore_begin(w->terms->dir, w->terms->file, &w->restore, err));
	TRY(backup_open(w, err));
	TRY(witness_look(w, err));
	TRY(there_look(w, err));
	TRY(older_check(w, err));
	return swap(w, err);
}

enum rc_status
home_restore(const struct restore_terms *terms, struct arena *arena, struct restored *ret,
    struct error *err)
{
	SCOPED(work_clear) struct work w = { .terms = terms, .arena = arena };

	TRY_WHILE(err, run(&w, err), "restoring the ledger of '%s'", terms->dir);
	*ret = w.done;
	return RC_OK;
}
