#include "ledger/tree.h"

#include "tests/unit/ledger/fixture.h"

static void
root_of(struct fixture *f, uint64_t size, uint8_t ret[MERKLE_OCTETS], uint64_t *ret_size)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	struct merkle tree;

	REQUIRE_OK(ledger_tree(f->ledger, size, &tree, f->err), f->err);
	merkle_root(&tree, h, ret);
	if (ret_size != NULL)
		*ret_size = tree.size;
}

static enum rc_status
take_leaf(void *arg, const struct ledger_event *event, struct error *err)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();

	(void)err;
	merkle_leaf(h, event->body, ((uint8_t(*)[MERKLE_OCTETS])arg)[event->seq]);
	return RC_OK;
}

TEST(a_tree_is_the_same_from_kept_peaks_and_from_nothing)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	uint8_t before[MERKLE_OCTETS], after[MERKLE_OCTETS];
	struct merkle tree;
	uint64_t size;

	for (int i = 0; i < 5; i++)
		(void)fixture_done(f);
	root_of(f, 7, before, NULL);
	REQUIRE_OK(ledger_tree(f->ledger, 4, &tree, f->err), f->err);
	EXPECT_OK(ledger_keep_tree(f->ledger, &tree, f->err), f->err);
	EXPECT_OK(ledger_keep_tree(f->ledger, &tree, f->err), f->err);
	root_of(f, 7, after, NULL);
	EXPECT(memcmp(before, after, sizeof(before)) == 0);
	root_of(f, 0, after, &size);
	EXPECT_INT(size, 11);
	EXPECT_RULE(ledger_tree(f->ledger, 12, &tree, f->err), f->err, RULE_LEDGER_DAMAGED);
}

TEST(every_event_and_every_growth_is_proven)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	uint8_t leaf[32][MERKLE_OCTETS] = { { 0 } }, root[MERKLE_OCTETS], old[MERKLE_OCTETS];
	uint64_t size;

	for (int i = 0; i < 6; i++)
		(void)fixture_done(f);
	root_of(f, 0, root, &size);
	EXPECT_OK(ledger_each_event(f->ledger, 0, take_leaf, leaf, f->err), f->err);
	for (uint64_t seq = 1; seq <= size; seq++) {
		SCOPED(buf_clear) struct buf path = BUF_INIT, growth = BUF_INIT;

		EXPECT_OK(ledger_prove_event(f->ledger, seq, size, &path, f->err), f->err);
		EXPECT(merkle_verify_inclusion(seq - 1, size, leaf[seq], buf_bytes(&path), root));
		EXPECT_OK(ledger_prove_growth(f->ledger, seq, size, &growth, f->err), f->err);
		root_of(f, seq, old, NULL);
		EXPECT(merkle_verify_consistency(seq, old, size, root, buf_bytes(&growth)));
	}
	EXPECT_RULE(ledger_prove_event(f->ledger, 0, size, NULL, f->err), f->err,
	    RULE_LEDGER_UNKNOWN);
	EXPECT_RULE(ledger_prove_event(f->ledger, size + 1, size, NULL, f->err), f->err,
	    RULE_LEDGER_UNKNOWN);
	EXPECT_RULE(ledger_prove_growth(f->ledger, size + 1, size, NULL, f->err), f->err,
	    RULE_LEDGER_UNKNOWN);
}
