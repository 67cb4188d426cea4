/*
 * merkle.h - the hash tree of RFC 9162 over a list that only grows.
 *
 *      leaf(d)      = SHA-256(0x00 || d)                       2.1.1
 *      node(l, r)   = SHA-256(0x01 || l || r)
 *      root of none = SHA-256()
 *
 * A tree of n leaves is a row of perfect trees, one for each bit of n, largest
 * first.  Their roots, the peaks, are all that is needed to add more leaves and to
 * tell the root, so a tree of any size costs 64 hashes of memory:
 *
 *      n = 7 = 4 + 2 + 1               root = node(p0, node(p1, p2))
 *
 *           p0
 *         /    \
 *        o      o      p1
 *       / \    / \    /  \
 *      0   1  2   3  4    5   6 = p2
 *
 * Proofs.  An inclusion proof says that a leaf is in a tree of some size and root
 * (2.1.3), a consistency proof that a tree begins with an older one (2.1.4).  Both
 * are a list of roots of ranges of leaves.  Which ranges, merkle_inclusion() and
 * merkle_consistency() say; the prover then sends each leaf, in order, through
 * merkle_proof_add(), so one pass over the list makes any number of proofs in
 * constant memory.
 */
#ifndef CRYPTO_MERKLE_H
#define CRYPTO_MERKLE_H

#include "crypto/digest.h"

enum { MERKLE_OCTETS = SHA256_OCTETS, MERKLE_PEAKS = 64 };

struct merkle {
	uint64_t size;                                  /* leaves             */
	uint8_t peak[MERKLE_PEAKS][MERKLE_OCTETS];      /* one per bit of size */
};

/* h is a hash with nothing put into it, and is so again afterwards. */
void merkle_leaf(struct sha256 *h, struct bytes leaf, uint8_t ret[MERKLE_OCTETS]);
/* Adds a leaf by its hash. */
void merkle_add(struct merkle *tree, struct sha256 *h, const uint8_t leaf[MERKLE_OCTETS]);
void merkle_root(const struct merkle *tree, struct sha256 *h, uint8_t ret[MERKLE_OCTETS]);

/* The peaks, one behind the other, appended; and back.  False: not the right
 * number of octets for that size. */
void merkle_put_peaks(const struct merkle *tree, struct buf *out);
bool merkle_read_peaks(uint64_t size, struct bytes peaks, struct merkle *ret);

/* -- proofs ------------------------------------------------------------------------ */

/* Roots of ranges, in the order in which the RFC lists them. */
struct merkle_proof {
	size_t n;
	struct merkle_range {
		uint64_t begin, end;    /* leaves begin ... end - 1          */
		struct merkle tree;     /* of those that were added          */
	} range[MERKLE_PEAKS];
};

/* The ranges that prove leaf `index` (from 0) in a tree of `size`; index < size. */
void merkle_inclusion(uint64_t index, uint64_t size, struct merkle_proof *ret);
/* That a tree of `size` begins with one of `old`; 0 < old <= size. */
void merkle_consistency(uint64_t old, uint64_t size, struct merkle_proof *ret);
/* Leaf number `index` of the list.  Every leaf is given once, in order. */
void merkle_proof_add(struct merkle_proof *proof, struct sha256 *h, uint64_t index,
    const uint8_t leaf[MERKLE_OCTETS]);
/* The hashes, appended one behind the other. */
void merkle_proof_put(const struct merkle_proof *proof, struct sha256 *h, struct buf *out);

/* RFC 9162, 2.1.3.2: `path` is a proof as merkle_proof_put() writes it. */
bool merkle_verify_inclusion(uint64_t index, uint64_t size,
    const uint8_t leaf[MERKLE_OCTETS], struct bytes path, const uint8_t root[MERKLE_OCTETS]);
/* 2.1.4.2.  A tree of no leaves is the beginning of every tree; its proof is empty. */
bool merkle_verify_consistency(uint64_t old, const uint8_t old_root[MERKLE_OCTETS],
    uint64_t size, const uint8_t root[MERKLE_OCTETS], struct bytes path);

/* -- many proofs -------------------------------------------------------------------- */

/* A tree with all its hashes, about 64 octets a leaf: proofs are looked up in it. */
struct merkle_full;

struct merkle_full *merkle_full_new(void);
void merkle_full_free(struct merkle_full *full);
DEFINE_SCOPED(merkle_full_free, struct merkle_full *)
/* Each leaf by its hash, in order; then, once, the end. */
void merkle_full_add(struct merkle_full *full, const uint8_t leaf[MERKLE_OCTETS]);
void merkle_full_end(struct merkle_full *full, struct sha256 *h);
/* What merkle_proof_put() writes when every leaf of a tree of this size was added; the
 * proof is fresh from merkle_inclusion() or merkle_consistency(). */
void merkle_full_put(const struct merkle_full *full, const struct merkle_proof *proof,
    struct buf *out);

#endif
