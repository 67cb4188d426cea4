#include "ledger/proof.h"

#include <inttypes.h>

#include "ledger/change.h"
#include "ledger/tree.h"

static const char title[] = "rolecert proof v1";

/* -- writing ----------------------------------------------------------------------- */

static void
put_path(struct bytes path, struct buf *out)
{
	buf_puts(out, "path");
	for (size_t at = 0; at < path.n; at += MERKLE_OCTETS) {
		buf_putc(out, ' ');
		buf_put_hex(out, BYTES(path.p + at, MERKLE_OCTETS));
	}
	buf_puts(out, path.n != 0 ? "\n" : " -\n");
}

static enum rc_status
put_inclusion(struct ledger *ledger, const struct proof_terms *terms, uint64_t seq,
    uint64_t size, struct buf *path, struct error *err)
{
	struct merkle_proof proof;

	if (terms->full == NULL)
		return ledger_prove_event(ledger, seq, size, path, err);
	merkle_inclusion(seq - 1, size, &proof);
	merkle_full_put(terms->full, &proof, path);
	return RC_OK;
}

static enum rc_status
put_event(struct ledger *ledger, const struct proof_terms *terms, int64_t seq,
    struct bytes body, uint64_t size, struct buf *out, struct error *err)
{
	SCOPED(buf_clear) struct buf path = BUF_INIT;

	TRY(put_inclusion(ledger, terms, (uint64_t)seq, size, &path, err));
	buf_printf(out, "event %lld ", (long long)seq);
	buf_put_hex(out, body);
	buf_putc(out, '\n');
	put_path(buf_bytes(&path), out);
	return RC_OK;
}

static enum rc_status
put_events(struct ledger *ledger, const struct proof_terms *terms, uint64_t size,
    struct buf *out, struct error *err)
{
	SCOPED(query_end) struct query q = query_fresh(&ledger->db,
	    terms->event != 0 ? SQL_EVENT : SQL_EVENTS_OF);
	bool found = false;

	query_int(&q, terms->event != 0 ? terms->event : terms->row);
	query_int(&q, (int64_t)size);
	TRY(query_row(&q, &found, err));
	if (!found)
		return error_fail(err, RULE_LEDGER_UNKNOWN,
		    "entry %lld has no event among the first %" PRIu64, (long long)terms->row,
		    size);
	while (found) {
		TRY(put_event(ledger, terms, column_int(&q, 0), column_blob(&q, 1), size, out,
		    err));
		TRY(query_row(&q, &found, err));
	}
	return RC_OK;
}

static void
put_root(const char *word, uint64_t size, const uint8_t root[MERKLE_OCTETS], struct buf *out)
{
	buf_printf(out, "%s %" PRIu64 " ", word, size);
	buf_put_hex(out, BYTES(root, MERKLE_OCTETS));
	buf_putc(out, '\n');
}

static enum rc_status
put_consistency(struct ledger *ledger, const struct proof_terms *terms, uint64_t size,
    struct buf *path, struct error *err)
{
	uint64_t old = terms->older->size;
	struct merkle_proof proof;

	if (terms->full == NULL || old > size)
		return ledger_prove_growth(ledger, old, size, path, err);
	merkle_consistency(old, size, &proof);
	merkle_full_put(terms->full, &proof, path);
	return RC_OK;
}

static enum rc_status
put_growth(struct ledger *ledger, const struct proof_terms *terms, uint64_t size,
    struct buf *out, struct error *err)
{
	const struct checkpoint *older = terms->older;
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(buf_clear) struct buf path = BUF_INIT;
	uint8_t root[MERKLE_OCTETS];
	struct merkle tree;

	TRY(put_consistency(ledger, terms, size, &path, err));
	TRY(ledger_tree(ledger, older->size, &tree, err));
	merkle_root(&tree, h, root);
	if (memcmp(root, older->root, sizeof(root)) != 0)
		return error_fail(err, RULE_LOG_KNOWN,
		    "the first %" PRIu64 " events have another root", older->size);
	put_root("grown-from", older->size, root, out);
	put_path(buf_bytes(&path), out);
	return RC_OK;
}

enum rc_status
proof_put(struct ledger *ledger, const struct proof_terms *terms, struct buf *out,
    struct error *err)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	uint8_t root[MERKLE_OCTETS];
	struct merkle tree;

	TRY(ledger_tree(ledger, terms->size, &tree, err));
	merkle_root(&tree, h, root);
	buf_printf(&text, "%s\nsize %" PRIu64 "\nroot ", title, tree.size);
	buf_put_hex(&text, BYTES(root, sizeof(root)));
	buf_putc(&text, '\n');
	TRY(put_events(ledger, terms, tree.size, &text, err));
	if (terms->older != NULL)
		TRY(put_growth(ledger, terms, tree.size, &text, err));
	buf_put_bytes(out, buf_bytes(&text));
	return RC_OK;
}
