#include "ledger/verify.h"

#include <stdlib.h>

#include "ledger/change.h"
#include "ledger/verify_approvals.h"
#include "ledger/verify_known.h"
#include "ledger/verify_lists.h"
#include "ledger/verify_rows.h"

/* A root that events must have once so many of them were told. */
struct seal {
	struct checkpoint checkpoint;
	int64_t id;                      /* of the row; 0: the auditor's     */
};

struct kept {
	uint64_t size;
	struct bytes peaks;
};

struct verification {
	struct ledger *ledger;
	const struct ledger_verify_options *options;
	struct replay replay;
	VEC(struct seal) seals;          /* by size                          */
	size_t next;                     /* the first that was not met yet   */
	uint64_t sealed, checkpoints;
	VEC(struct kept) trees;          /* by size                          */
	size_t next_tree;
	struct list_check lists;
	struct approval_check approvals;
};

/* -- checkpoints ---------------------------------------------------------------------- */

/* Of the text that a checkpoint's row keeps as its entry. */
static enum rc_status
take_checkpoint(void *arg, const struct ledger_row *row, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	struct verification *v = arg;
	struct seal seal = { .id = row->id };

	(void)err;
	v->checkpoints++;
	if (checkpoint_read(row->entry_canonical, &seal.checkpoint, why) != RC_OK ||
	    (v->options->sealed != NULL && v->options->sealed(v->options->arg,
	    row->entry_canonical, row->signed_bytes, why) != RC_OK))
		replay_find(&v->replay, RULE_LOG_CHECKPOINT, "checkpoint %lld: %s",
		    (long long)row->id, error_message(why));
	else
		*VEC_PUSH(v->replay.arena, &v->seals) = seal;
	return RC_OK;
}

static int
compare_seals(const void *a, const void *b)
{
	const struct seal *x = a, *y = b;

	return x->checkpoint.size < y->checkpoint.size ? -1 :
	    x->checkpoint.size > y->checkpoint.size;
}

static enum rc_status
collect_seals(struct verification *v, struct error *err)
{
	const struct ledger_filter done = { .kinds = 1 << LEDGER_CHECKPOINT,
		.states = 1 << LEDGER_DONE };

	TRY(ledger_each(v->ledger, &done, take_checkpoint, v, err));
	for (size_t i = 0; i < v->options->n_known; i++)
		VEC_PUSH(v->replay.arena, &v->seals)->checkpoint = v->options->known[i];
	if (v->seals.n != 0)
		qsort(v->seals.v, v->seals.n, sizeof(v->seals.v[0]), compare_seals);
	return RC_OK;
}

static void
seal_failed(struct verification *v, const struct seal *seal, const char *why)
{
	unsigned long long size = seal->checkpoint.size;

	if (seal->id != 0)
		replay_find(&v->replay, RULE_LOG_CHECKPOINT, "checkpoint %lld over %llu events: %s",
		    (long long)seal->id, size, why);
	else
		replay_find(&v->replay, RULE_LOG_KNOWN, "the checkpoint over %llu events that is "
		    "known: %s", size, why);
}

static void
meet_seals(struct verification *v)
{
	struct merkle *tree = &v->replay.tree;
	uint8_t root[MERKLE_OCTETS];

	for (; v->next < v->seals.n; v->next++) {
		const struct seal *seal = &v->seals.v[v->next];

		if (seal->checkpoint.size != tree->size)
			return;
		merkle_root(tree, v->replay.h, root);
		if (memcmp(root, seal->checkpoint.root, sizeof(root)) != 0)
			seal_failed(v, seal, "these events have another root");
		else if (seal->id != 0)
			v->sealed = tree->size;
	}
}

/* Checkpoints over more events than there are. */
static void
unmet_seals(struct verification *v)
{
	for (; v->next < v->seals.n; v->next++)
		seal_failed(v, &v->seals.v[v->next], "the ledger has fewer");
}

/* -- kept peaks ------------------------------------------------------------------------- */

static enum rc_status
collect_trees(struct verification *v, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	if (v->ledger->version < 2)
		return RC_OK;
	q = query(&v->ledger->db, SQL_VERIFY_TREES);
	for (;;) {
		struct kept *kept;

		TRY(query_row(&q, &found, err));
		if (!found)
			return RC_OK;
		kept = VEC_PUSH(v->replay.arena, &v->trees);
		kept->size = (uint64_t)column_int(&q, 0);
		kept->peaks = arena_bytes(v->replay.arena, column_blob(&q, 1));
	}
}

static bool
is_tree_of_now(const struct verification *v, const struct kept *kept)
{
	SCOPED(buf_clear) struct buf peaks = BUF_INIT;

	merkle_put_peaks(&v->replay.tree, &peaks);
	return bytes_equal(buf_bytes(&peaks), kept->peaks);
}

static void
meet_trees(struct verification *v)
{
	const struct kept *kept;

	if (v->next_tree == v->trees.n ||
	    v->trees.v[v->next_tree].size != v->replay.tree.size)
		return;
	kept = &v->trees.v[v->next_tree++];
	if (!is_tree_of_now(v, kept))
		replay_find(&v->replay, RULE_LOG_TREE, "the peaks over %llu events are others",
		    (unsigned long long)kept->size);
}

static void
unmet_trees(struct verification *v)
{
	if (v->next_tree < v->trees.n)
		replay_find(&v->replay, RULE_LOG_TREE, "there are peaks over %llu events",
		    (unsigned long long)v->trees.v[v->trees.n - 1].size);
}

/* -- all of it --------------------------------------------------------------------------- */

static enum rc_status
tell_event(void *arg, const struct ledger_event *event, struct error *err)
{
	struct verification *v = arg;

	replay_event(&v->replay, event);
	meet_seals(v);
	meet_trees(v);
	TRY(verify_approval(&v->approvals, event, err));
	return verify_list(&v->lists, event, err);
}

static void
note_unsealed(const struct verification *v, struct error *findings)
{
	uint64_t rest = v->replay.tree.size - v->sealed;

	if (rest != 0)
		error_note(findings, RULE_LOG_UNSEALED, NOWHERE,
		    "%llu of %llu events stand behind the last checkpoint",
		    (unsigned long long)rest, (unsigned long long)v->replay.tree.size);
}

static enum rc_status
verify_parts(struct verification *v, struct error *err)
{
	TRY(collect_seals(v, err));
	TRY(collect_trees(v, err));
	TRY(ledger_each_event(v->ledger, 0, tell_event, v, err));
	unmet_seals(v);
	unmet_trees(v);
	replay_serials(&v->replay);
	TRY(verify_known_lists(v->ledger, v->options, &v->replay, err));
	TRY(verify_known_cosignatures(v->ledger, v->options, &v->replay, err));
	TRY(verify_approval_rows(&v->approvals, err));
	TRY(verify_attestations(v->ledger, v->options, &v->replay, err));
	return verify_rows(v->ledger, v->options, &v->replay, err);
}

/* Others may be writing: what comes after the first look is not looked at. */
static enum rc_status
verify_moment(struct verification *v, struct error *err)
{
	SCOPED(error_free) struct error *unheard = error_new();
	struct db *db = &v->ledger->db;
	enum rc_status status;

	TRY(db_run(db, SQL_LOOK, err));
	status = verify_parts(v, err);
	if (status == RC_OK)
		return db_run(db, SQL_ROLLBACK, err);
	/* There is an error already. */
	if (db_run(db, SQL_ROLLBACK, unheard) != RC_OK)
		db->dead = true;
	return status;
}

enum rc_status
ledger_verify(struct ledger *ledger, const struct ledger_verify_options *options,
    struct ledger_verdict *ret, struct error *findings, struct error *err)
{
	struct verification v = { .ledger = ledger, .options = options };
	enum rc_status status;

	replay_init(&v.replay, findings);
	v.approvals = (struct approval_check){ .ledger = ledger, .replay = &v.replay };
	v.lists = (struct list_check){ .ledger = ledger, .replay = &v.replay };
	status = verify_moment(&v, err);
	if (status == RC_OK) {
		*ret = (struct ledger_verdict){ .events = v.replay.tree.size,
			.rows = v.replay.records.n, .checkpoints = v.checkpoints,
			.sealed = v.sealed, .findings = v.replay.n_findings };
		merkle_root(&v.replay.tree, v.replay.h, ret->root);
		note_unsealed(&v, findings);
	}
	replay_clear(&v.replay);
	return status;
}
