#include "crypto/merkle.h"

#include <stdlib.h>

/* -- hashes ------------------------------------------------------------------------ */

static const uint8_t leaf_mark[] = { 0x00 }, node_mark[] = { 0x01 };

void
merkle_leaf(struct sha256 *h, struct bytes leaf, uint8_t ret[MERKLE_OCTETS])
{
	sha256_put(h, BYTES(leaf_mark, 1));
	sha256_put(h, leaf);
	sha256_next(h, ret);
}

static void
hash_node(struct sha256 *h, const uint8_t *left, const uint8_t *right, uint8_t *ret)
{
	uint8_t both[1 + 2 * MERKLE_OCTETS];

	both[0] = node_mark[0];
	memcpy(both + 1, left, MERKLE_OCTETS);
	memcpy(both + 1 + MERKLE_OCTETS, right, MERKLE_OCTETS);
	sha256_put(h, BYTES(both, sizeof(both)));
	sha256_next(h, ret);
}

/* -- the tree ---------------------------------------------------------------------- */

static unsigned
count_bits(uint64_t n)
{
	return (unsigned)__builtin_popcountll(n);
}

/* A new leaf is a perfect tree of one; two of one size become one of the next. */
void
merkle_add(struct merkle *tree, struct sha256 *h, const uint8_t leaf[MERKLE_OCTETS])
{
	unsigned top = count_bits(tree->size);

	memcpy(tree->peak[top], leaf, MERKLE_OCTETS);
	for (uint64_t carry = tree->size; (carry & 1) != 0; carry >>= 1, top--)
		hash_node(h, tree->peak[top - 1], tree->peak[top], tree->peak[top - 1]);
	tree->size++;
}

void
merkle_root(const struct merkle *tree, struct sha256 *h, uint8_t ret[MERKLE_OCTETS])
{
	unsigned n = count_bits(tree->size);

	if (n == 0) {
		sha256_next(h, ret);
		return;
	}
	memcpy(ret, tree->peak[n - 1], MERKLE_OCTETS);
	for (unsigned i = n - 1; i-- > 0;)
		hash_node(h, tree->peak[i], ret, ret);
}

void
merkle_put_peaks(const struct merkle *tree, struct buf *out)
{
	buf_put(out, tree->peak, (size_t)count_bits(tree->size) * MERKLE_OCTETS);
}

bool
merkle_read_peaks(uint64_t size, struct bytes peaks, struct merkle *ret)
{
	if (peaks.n != (size_t)count_bits(size) * MERKLE_OCTETS)
		return false;
	*ret = (struct merkle){ .size = size };
	if (peaks.n != 0)
		memcpy(ret->peak, peaks.p, peaks.n);
	return true;
}

/* -- which ranges prove ------------------------------------------------------------- */

/* The largest power of two below n; n > 1. */
static uint64_t
split_of(uint64_t n)
{
	return (uint64_t)1 << (63 - __builtin_clzll(n - 1));
}

static void
add_range(struct merkle_proof *proof, uint64_t begin, uint64_t end)
{
	proof->range[proof->n++] = (struct merkle_range){ .begin = begin, .end = end };
}

/* Going down from the root the siblings come out top first; the RFC lists them from
 * the leaf upwards. */
static void
reverse(struct merkle_proof *proof)
{
	for (size_t i = 0, j = proof->n; i + 1 < j; i++) {
		struct merkle_range swap = proof->range[i];

		proof->range[i] = proof->range[--j];
		proof->range[j] = swap;
	}
}

void
merkle_inclusion(uint64_t index, uint64_t size, struct merkle_proof *ret)
{
	uint64_t begin = 0, end = size;

	ret->n = 0;
	while (end - begin > 1) {
		uint64_t middle = begin + split_of(end - begin);

		if (index < middle) {
			add_range(ret, middle, end);
			end = middle;
		} else {
			add_range(ret, begin, middle);
			begin = middle;
		}
	}
	reverse(ret);
}

/* SUBPROOF of 2.1.4.1: the old tree's last perfect part is itself known to whoever
 * verifies when it begins at 0. */
void
merkle_consistency(uint64_t old, uint64_t size, struct merkle_proof *ret)
{
	uint64_t begin = 0, end = size;

	ret->n = 0;
	while (old != end) {
		uint64_t middle = begin + split_of(end - begin);

		if (old <= middle) {
			add_range(ret, middle, end);
			end = middle;
		} else {
			add_range(ret, begin, middle);
			begin = middle;
		}
	}
	if (begin != 0)
		add_range(ret, begin, end);
	reverse(ret);
}

void
merkle_proof_add(struct merkle_proof *proof, struct sha256 *h, uint64_t index,
    const uint8_t leaf[MERKLE_OCTETS])
{
	for (size_t i = 0; i < proof->n; i++)
		if (index >= proof->range[i].begin && index < proof->range[i].end)
			merkle_add(&proof->range[i].tree, h, leaf);
}

void
merkle_proof_put(const struct merkle_proof *proof, struct sha256 *h, struct buf *out)
{
	uint8_t root[MERKLE_OCTETS];

	for (size_t i = 0; i < proof->n; i++) {
		merkle_root(&proof->range[i].tree, h, root);
		buf_put(out, root, sizeof(root));
	}
}

/* -- verifying ----------------------------------------------------------------------- */

static bool
path_next(struct bytes *path, uint8_t ret[MERKLE_OCTETS])
{
	if (path->n < MERKLE_OCTETS)
		return false;
	memcpy(ret, path->p, MERKLE_OCTETS);
	*path = BYTES(path->p + MERKLE_OCTETS, path->n - MERKLE_OCTETS);
	return true;
}

static bool
same(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, MERKLE_OCTETS) == 0;
}

/* fn and sn are the RFC's: the place of the node, and of the last one of its level. */
bool
merkle_verify_inclusion(uint64_t index, uint64_t size, const uint8_t leaf[MERKLE_OCTETS],
    struct bytes path, const uint8_t root[MERKLE_OCTETS])
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	uint8_t r[MERKLE_OCTETS], p[MERKLE_OCTETS];
	uint64_t fn = index, sn = size - 1;

	if (index >= size)
		return false;
	memcpy(r, leaf, sizeof(r));
	while (path_next(&path, p)) {
		if (sn == 0)
			return false;
		if ((fn & 1) != 0 || fn == sn) {
			hash_node(h, p, r, r);
			for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
				sn >>= 1;
		} else {
			hash_node(h, r, p, r);
		}
		fn >>= 1;
		sn >>= 1;
	}
	return path.n == 0 && sn == 0 && same(r, root);
}

/* One step of 2.1.4.2: *fr follows the old tree, *sr the new one. */
static void
consistency_step(struct sha256 *h, uint64_t *fn, uint64_t *sn, uint8_t *fr, uint8_t *sr,
    const uint8_t *c)
{
	if ((*fn & 1) != 0 || *fn == *sn) {
		hash_node(h, c, fr, fr);
		hash_node(h, c, sr, sr);
		for (; (*fn & 1) == 0 && *fn != 0; *fn >>= 1)
			*sn >>= 1;
	} else {
		hash_node(h, sr, c, sr);
	}
	*fn >>= 1;
	*sn >>= 1;
}

static bool
climb(uint64_t old, const uint8_t *old_root, uint64_t size, const uint8_t *root,
    struct bytes path)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	uint8_t fr[MERKLE_OCTETS], sr[MERKLE_OCTETS], c[MERKLE_OCTETS];
	uint64_t fn = old - 1, sn = size - 1;

	/* An old tree that is perfect is its own first hash, and not in the path. */
	if (count_bits(old) == 1)
		memcpy(fr, old_root, sizeof(fr));
	else if (!path_next(&path, fr))
		return false;
	memcpy(sr, fr, sizeof(sr));
	for (; (fn & 1) != 0; fn >>= 1)
		sn >>= 1;
	while (path_next(&path, c)) {
		if (sn == 0)
			return false;
		consistency_step(h, &fn, &sn, fr, sr, c);
	}
	return path.n == 0 && sn == 0 && same(fr, old_root) && same(sr, root);
}

bool
merkle_verify_consistency(uint64_t old, const uint8_t old_root[MERKLE_OCTETS],
    uint64_t size, const uint8_t root[MERKLE_OCTETS], struct bytes path)
{
	if (old > size)
		return false;
	if (old == size)
		return path.n == 0 && same(old_root, root);
	if (old == 0) {
		SCOPED(sha256_free) struct sha256 *h = sha256_new();
		uint8_t none[MERKLE_OCTETS];

		sha256_next(h, none);
		return path.n == 0 && same(old_root, none);
	}
	return climb(old, old_root, size, root, path);
}

/* -- many proofs -------------------------------------------------------------------- */

/* level[k] holds the roots of leaves i * 2^k ... (i + 1) * 2^k - 1; at the right end of
 * those that there are. */
struct merkle_full {
	struct buf level[MERKLE_PEAKS];
};

struct merkle_full *
merkle_full_new(void)
{
	return mem_zero(sizeof(struct merkle_full));
}

void
merkle_full_free(struct merkle_full *full)
{
	for (size_t k = 0; full != NULL && k < MERKLE_PEAKS; k++)
		buf_clear(&full->level[k]);
	free(full);
}

void
merkle_full_add(struct merkle_full *full, const uint8_t leaf[MERKLE_OCTETS])
{
	buf_put(&full->level[0], leaf, MERKLE_OCTETS);
}

/* The last of an odd number stands for itself. */
static void
level_make(const struct buf *below, struct sha256 *h, struct buf *ret)
{
	uint8_t node[MERKLE_OCTETS];
	size_t at = 0;

	for (; below->n - at >= 2 * MERKLE_OCTETS; at += 2 * MERKLE_OCTETS) {
		hash_node(h, below->p + at, below->p + at + MERKLE_OCTETS, node);
		buf_put(ret, node, sizeof(node));
	}
	buf_put(ret, below->p + at, below->n - at);
}

void
merkle_full_end(struct merkle_full *full, struct sha256 *h)
{
	for (size_t k = 0; full->level[k].n > MERKLE_OCTETS; k++)
		level_make(&full->level[k], h, &full->level[k + 1]);
}

void
merkle_full_put(const struct merkle_full *full, const struct merkle_proof *proof,
    struct buf *out)
{
	for (size_t i = 0; i < proof->n; i++) {
		const struct merkle_range *range = &proof->range[i];
		size_t k = 0;

		while (((uint64_t)1 << k) < range->end - range->begin)
			k++;
		buf_put(out, full->level[k].p + (size_t)(range->begin >> k) * MERKLE_OCTETS,
		    MERKLE_OCTETS);
	}
}
