/* The tree of RFC 9162, held to the RFC's own recursive definition. */
#include "crypto/merkle.h"
#include "tests/unit.h"

enum { LEAVES = 70 };

static uint8_t leaves[LEAVES][MERKLE_OCTETS];

static void
leaves_make(struct sha256 *h)
{
	for (unsigned i = 0; i < LEAVES; i++) {
		uint8_t data = (uint8_t)i;

		merkle_leaf(h, BYTES(&data, 1), leaves[i]);
	}
}

/* MTH of 2.1.1, word for word. */
static void
defined_root(struct sha256 *h, unsigned begin, unsigned n, uint8_t *ret)
{
	uint8_t both[1 + 2 * MERKLE_OCTETS] = { 0x01 };
	unsigned k = 1;

	if (n == 1) {
		memcpy(ret, leaves[begin], MERKLE_OCTETS);
		return;
	}
	while (2 * k < n)
		k *= 2;
	defined_root(h, begin, k, both + 1);
	defined_root(h, begin + k, n - k, both + 1 + MERKLE_OCTETS);
	sha256_put(h, BYTES(both, sizeof(both)));
	sha256_next(h, ret);
}

TEST(merkle_root_is_that_of_the_definition)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	struct merkle tree = { .size = 0 }, again;
	uint8_t have[MERKLE_OCTETS], want[MERKLE_OCTETS];

	leaves_make(h);
	for (unsigned n = 1; n <= LEAVES; n++) {
		SCOPED(buf_clear) struct buf peaks = BUF_INIT;

		merkle_add(&tree, h, leaves[n - 1]);
		defined_root(h, 0, n, want);
		merkle_root(&tree, h, have);
		EXPECT(memcmp(have, want, sizeof(want)) == 0);
		merkle_put_peaks(&tree, &peaks);
		REQUIRE(merkle_read_peaks(n, buf_bytes(&peaks), &again));
		merkle_root(&again, h, have);
		EXPECT(memcmp(have, want, sizeof(want)) == 0);
		EXPECT(!merkle_read_peaks(n, BYTES(peaks.p, peaks.n - 1), &again));
	}
}

/* The values that certificate-transparency implementations publish for their tests. */
TEST(merkle_roots_of_the_published_leaves)
{
	static const struct {
		const char *data;
		size_t n;
	} data[] = {
		{ "", 0 }, { "\x00", 1 }, { "\x10", 1 }, { "\x20\x21", 2 }, { "\x30\x31", 2 },
		{ "\x40\x41\x42\x43", 4 }, { "\x50\x51\x52\x53\x54\x55\x56\x57", 8 },
		{ "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16 },
	};
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(buf_clear) struct buf hex = BUF_INIT;
	struct merkle tree = { .size = 0 };
	uint8_t hash[MERKLE_OCTETS];

	merkle_root(&tree, h, hash);
	buf_put_hex(&hex, BYTES(hash, sizeof(hash)));
	EXPECT_TEXT(buf_text(&hex),
	    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	for (size_t i = 0; i < ARRAY_LEN(data); i++) {
		merkle_leaf(h, BYTES(data[i].data, data[i].n), hash);
		merkle_add(&tree, h, hash);
	}
	merkle_root(&tree, h, hash);
	buf_clear(&hex);
	buf_put_hex(&hex, BYTES(hash, sizeof(hash)));
	EXPECT_TEXT(buf_text(&hex),
	    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

static void
prove(struct merkle_proof *proof, struct sha256 *h, unsigned n, struct buf *path)
{
	buf_clear(path);
	for (unsigned i = 0; i < n; i++)
		merkle_proof_add(proof, h, i, leaves[i]);
	merkle_proof_put(proof, h, path);
}

/* Every octet of a path counts, and none may be added or missing. */
static bool
survives_damage(struct buf *path, bool (*holds)(struct bytes path, void *arg), void *arg)
{
	bool survives = false;

	for (size_t i = 0; i < path->n; i += 7) {
		path->p[i] ^= 1;
		survives |= holds(buf_bytes(path), arg);
		path->p[i] ^= 1;
	}
	if (path->n != 0)
		survives |= holds(BYTES(path->p, path->n - MERKLE_OCTETS), arg) ||
		    holds(BYTES(path->p, path->n - 1), arg);
	buf_put(path, leaves[0], MERKLE_OCTETS);
	return survives || holds(buf_bytes(path), arg);
}

struct claim {
	unsigned index, size;           /* or old, size */
	uint8_t old_root[MERKLE_OCTETS], root[MERKLE_OCTETS];
};

static bool
is_included(struct bytes path, void *arg)
{
	const struct claim *c = arg;

	return merkle_verify_inclusion(c->index, c->size, leaves[c->index], path, c->root);
}

static bool
is_consistent(struct bytes path, void *arg)
{
	const struct claim *c = arg;

	return merkle_verify_consistency(c->index, c->old_root, c->size, c->root, path);
}

TEST(merkle_inclusion_is_proven_for_every_leaf_and_no_other)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(buf_clear) struct buf path = BUF_INIT;
	struct merkle_proof proof;
	struct claim c;

	leaves_make(h);
	for (c.size = 1; c.size <= LEAVES; c.size += 1 + c.size / 9) {
		defined_root(h, 0, c.size, c.root);
		for (c.index = 0; c.index < c.size; c.index++) {
			unsigned other = (c.index + 1) % c.size;

			merkle_inclusion(c.index, c.size, &proof);
			prove(&proof, h, c.size, &path);
			EXPECT(is_included(buf_bytes(&path), &c));
			EXPECT(other == c.index || !merkle_verify_inclusion(c.index, c.size,
			    leaves[other], buf_bytes(&path), c.root));
			EXPECT(!survives_damage(&path, is_included, &c));
		}
	}
	EXPECT(!merkle_verify_inclusion(1, 1, leaves[0], BYTES(NULL, 0), leaves[0]));
	EXPECT(!merkle_verify_inclusion(0, 0, leaves[0], BYTES(NULL, 0), leaves[0]));
}

TEST(merkle_consistency_is_proven_for_every_older_tree)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(buf_clear) struct buf path = BUF_INIT;
	struct merkle_proof proof;
	struct claim c;

	leaves_make(h);
	for (c.size = 1; c.size <= LEAVES; c.size += 1 + c.size / 9) {
		defined_root(h, 0, c.size, c.root);
		for (c.index = 1; c.index <= c.size; c.index++) {
			defined_root(h, 0, c.index, c.old_root);
			merkle_consistency(c.index, c.size, &proof);
			prove(&proof, h, c.size, &path);
			EXPECT(is_consistent(buf_bytes(&path), &c));
			c.old_root[5] ^= 1;
			EXPECT(!is_consistent(buf_bytes(&path), &c));
			c.old_root[5] ^= 1;
			EXPECT(!survives_damage(&path, is_consistent, &c));
		}
	}
	EXPECT(!merkle_verify_consistency(2, leaves[0], 1, leaves[0], BYTES(NULL, 0)));
}

TEST(merkle_nothing_is_the_beginning_of_everything)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	uint8_t none[MERKLE_OCTETS];

	leaves_make(h);
	sha256_next(h, none);
	EXPECT(merkle_verify_consistency(0, none, 3, leaves[0], BYTES(NULL, 0)));
	EXPECT(!merkle_verify_consistency(0, leaves[0], 3, leaves[0], BYTES(NULL, 0)));
	EXPECT(!merkle_verify_consistency(0, none, 3, leaves[0], BYTES(none, sizeof(none))));
}

TEST(merkle_a_full_tree_gives_the_same_proofs)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(buf_clear) struct buf path = BUF_INIT;
	struct merkle_proof proof;

	leaves_make(h);
	for (unsigned size = 1; size <= LEAVES; size += 1 + size / 9) {
		SCOPED(merkle_full_free) struct merkle_full *full = merkle_full_new();

		for (unsigned i = 0; i < size; i++)
			merkle_full_add(full, leaves[i]);
		merkle_full_end(full, h);
		for (unsigned i = 1; i <= size; i++) {
			SCOPED(buf_clear) struct buf have = BUF_INIT;

			merkle_inclusion(i - 1, size, &proof);
			merkle_full_put(full, &proof, &have);
			prove(&proof, h, size, &path);
			EXPECT(bytes_equal(buf_bytes(&have), buf_bytes(&path)));
			buf_clear(&have);
			merkle_consistency(i, size, &proof);
			merkle_full_put(full, &proof, &have);
			prove(&proof, h, size, &path);
			EXPECT(bytes_equal(buf_bytes(&have), buf_bytes(&path)));
		}
	}
}
