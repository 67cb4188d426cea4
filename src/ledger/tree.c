#include "ledger/tree.h"

#include "ledger/change.h"

/* -- each leaf ---------------------------------------------------------------------- */

struct walk {
	struct sha256 *h;
	void (*leaf)(struct walk *w, uint64_t index, const uint8_t hash[MERKLE_OCTETS]);
	struct merkle *tree;
	struct merkle_proof *proof;
	struct merkle_full *full;
};

static enum rc_status
damaged(struct ledger *ledger, uint64_t seq, struct error *err)
{
	return error_fail(err, RULE_LEDGER_DAMAGED, "%s: there is no event %llu",
	    ledger->db.path, (unsigned long long)seq);
}

/* Events begin + 1 ... end, without a gap. */
static enum rc_status
walk_leaves(struct ledger *ledger, uint64_t begin, uint64_t end, struct walk *w,
    struct error *err)
{
	SCOPED(query_end) struct query q = query_fresh(&ledger->db, SQL_EACH_LEAF);
	uint8_t hash[MERKLE_OCTETS];
	bool found = false;

	query_int(&q, (int64_t)begin);
	query_int(&q, (int64_t)end);
	for (uint64_t i = begin; i < end; i++) {
		TRY(query_row(&q, &found, err));
		if (!found || column_int(&q, 0) != (int64_t)i + 1)
			return damaged(ledger, i + 1, err);
		merkle_leaf(w->h, column_blob(&q, 1), hash);
		w->leaf(w, i, hash);
	}
	return RC_OK;
}

/* -- the tree ----------------------------------------------------------------------- */

/* The largest tree kept that is not beyond `size`; an empty one if there is none. */
static enum rc_status
kept_tree(struct ledger *ledger, uint64_t size, struct merkle *ret, struct error *err)
{
	SCOPED(query_end) struct query q = { .statement = NULL };
	bool found = false;

	*ret = (struct merkle){ .size = 0 };
	if (ledger->version < 2)
		return RC_OK;
	q = query(&ledger->db, SQL_TREE_BELOW);
	query_int(&q, (int64_t)size);
	TRY(query_row(&q, &found, err));
	if (found && !merkle_read_peaks((uint64_t)column_int(&q, 0), column_blob(&q, 1), ret))
		return error_fail(err, RULE_LEDGER_DAMAGED, "%s: the peaks of %lld events are none",
		    ledger->db.path, (long long)column_int(&q, 0));
	return RC_OK;
}

static void
add_to_tree(struct walk *w, uint64_t index, const uint8_t hash[MERKLE_OCTETS])
{
	(void)index;
	merkle_add(w->tree, w->h, hash);
}

enum rc_status
ledger_tree(struct ledger *ledger, uint64_t size, struct merkle *ret, struct error *err)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	struct merkle tree;
	struct walk w = { .h = h, .leaf = add_to_tree, .tree = &tree };
	int64_t time;

	TRY(ledger_enter(ledger, err));
	if (size == 0)
		TRY(ledger_last_event(ledger, &size, &time, err));
	TRY(kept_tree(ledger, size, &tree, err));
	TRY(walk_leaves(ledger, tree.size, size, &w, err));
	*ret = tree;
	return RC_OK;
}

static enum rc_status
put_tree(struct change *c, const struct merkle *tree, struct error *err)
{
	SCOPED(buf_clear) struct buf peaks = BUF_INIT;
	SCOPED(query_end) struct query q = { .statement = NULL };
	struct merkle kept;

	TRY(kept_tree(c->ledger, tree->size, &kept, err));
	if (kept.size == tree->size)
		return RC_OK;
	q = query(c->db, SQL_PUT_TREE);
	merkle_put_peaks(tree, &peaks);
	query_int(&q, (int64_t)tree->size);
	query_blob(&q, buf_bytes(&peaks));
	return query_run(&q, err);
}

enum rc_status
ledger_keep_tree(struct ledger *ledger, const struct merkle *tree, struct error *err)
{
	struct change c;

	TRY(change_begin(ledger, SETTLES, &c, err));
	return change_end(&c, put_tree(&c, tree, err), err);
}

/* -- proofs -------------------------------------------------------------------------- */

static void
add_to_proof(struct walk *w, uint64_t index, const uint8_t hash[MERKLE_OCTETS])
{
	merkle_proof_add(w->proof, w->h, index, hash);
}

static enum rc_status
prove(struct ledger *ledger, uint64_t size, struct merkle_proof *proof, struct buf *path,
    struct error *err)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	struct walk w = { .h = h, .leaf = add_to_proof, .proof = proof };

	TRY(ledger_enter(ledger, err));
	TRY(walk_leaves(ledger, 0, size, &w, err));
	merkle_proof_put(proof, h, path);
	return RC_OK;
}

enum rc_status
ledger_prove_event(struct ledger *ledger, uint64_t seq, uint64_t size, struct buf *path,
    struct error *err)
{
	struct merkle_proof proof;

	if (seq == 0 || seq > size)
		return error_fail(err, RULE_LEDGER_UNKNOWN,
		    "event %llu is not among the first %llu", (unsigned long long)seq,
		    (unsigned long long)size);
	merkle_inclusion(seq - 1, size, &proof);
	return prove(ledger, size, &proof, path, err);
}

enum rc_status
ledger_prove_growth(struct ledger *ledger, uint64_t old, uint64_t size, struct buf *path,
    struct error *err)
{
	struct merkle_proof proof;

	if (old == 0 || old > size)
		return error_fail(err, RULE_LEDGER_UNKNOWN,
		    "%llu events are not the beginning of %llu", (unsigned long long)old,
		    (unsigned long long)size);
	merkle_consistency(old, size, &proof);
	return prove(ledger, size, &proof, path, err);
}

static void
add_to_full(struct walk *w, uint64_t index, const uint8_t hash[MERKLE_OCTETS])
{
	(void)index;
	merkle_full_add(w->full, hash);
}

enum rc_status
ledger_full_tree(struct ledger *ledger, uint64_t size, struct merkle_full **ret,
    struct error *err)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(merkle_full_free) struct merkle_full *full = merkle_full_new();
	struct walk w = { .h = h, .leaf = add_to_full, .full = full };

	TRY(ledger_enter(ledger, err));
	TRY(walk_leaves(ledger, 0, size, &w, err));
	merkle_full_end(full, h);
	*ret = TAKE(full);
	return RC_OK;
}
