#include "ledger/proof.h"

#include "ledger/tree.h"
#include "tests/unit/ledger/fixture.h"

static struct checkpoint
checkpoint_at(struct fixture *f, uint64_t size)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	struct checkpoint c = { .size = size };
	struct merkle tree;

	REQUIRE_OK(ledger_tree(f->ledger, size, &tree, f->err), f->err);
	merkle_root(&tree, h, c.root);
	return c;
}

TEST(a_proof_shows_the_events_of_a_row_and_the_growth)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct checkpoint older, wrong, now;
	struct proof_terms terms = { .older = &older };
	struct proof proof;

	for (int i = 0; i < 7; i++)
		terms.row = fixture_done(f);
	older = checkpoint_at(f, 5);
	now = checkpoint_at(f, 15);
	REQUIRE_OK(proof_put(f->ledger, &terms, &text, f->err), f->err);
	REQUIRE_OK(proof_read(buf_bytes(&text), f->arena, &proof, f->err), f->err);
	EXPECT_INT(proof.size, 15);
	EXPECT(memcmp(proof.root, now.root, sizeof(now.root)) == 0);
	EXPECT_INT(proof.n_events, 2);
	EXPECT_INT(proof.events[0].seq, 14);
	EXPECT(proof.has_older && proof.old_size == 5);
	wrong = older;
	wrong.root[0] ^= 1;
	terms.older = &wrong;
	EXPECT_RULE(proof_put(f->ledger, &terms, &text, f->err), f->err, RULE_LOG_KNOWN);
	terms = (struct proof_terms){ .row = 7, .size = 5 };
	EXPECT_RULE(proof_put(f->ledger, &terms, &text, f->err), f->err, RULE_LEDGER_UNKNOWN);
}

/* No octet may change, none may go, none may come. */
TEST(a_damaged_proof_proves_nothing)
{
	SCOPED(fixture_free) struct fixture *f = fixture_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct checkpoint older;
	struct proof_terms terms = { .older = &older };
	struct proof proof;

	for (int i = 0; i < 4; i++)
		terms.row = fixture_done(f);
	older = checkpoint_at(f, 5);
	REQUIRE_OK(proof_put(f->ledger, &terms, &text, f->err), f->err);
	for (size_t i = 0; i < text.n; i++) {
		text.p[i] ^= 1;
		EXPECT(proof_read(buf_bytes(&text), f->arena, &proof, f->err) != RC_OK);
		error_clear(f->err);
		text.p[i] ^= 1;
	}
	/* whole lines are statements of their own, but the head and a path are not */
	for (size_t n = 0; n < text.n; n++) {
		if (proof_read(BYTES(text.p, n), f->arena, &proof, f->err) == RC_OK)
			EXPECT(text.p[n - 1] == '\n' && proof.size == 9);
		error_clear(f->err);
	}
	buf_puts(&text, "more\n");
	EXPECT_RULE(proof_read(buf_bytes(&text), f->arena, &proof, f->err), f->err,
	    RULE_PROOF_FORMAT);
}
