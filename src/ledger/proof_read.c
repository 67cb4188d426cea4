#include <stdlib.h>

#include "base/hex.h"
#include "ledger/proof.h"

/* Words and lines are cut off in place. */
struct reading {
	char *rest;                      /* lines that were not read yet     */
	struct arena *arena;
	struct proof *proof;
	VEC(struct proof_event) events;
	struct error *err;
};

static enum rc_status
bad_format(struct error *err, const char *what)
{
	return error_fail(err, RULE_PROOF_FORMAT, "this is no proof: %s", what);
}

/* The next line behind its first word; NULL: it begins otherwise. */
static char *
line_next(struct reading *r, const char *word)
{
	size_t n = strlen(word);
	char *line = r->rest;

	if (line == NULL || strncmp(line, word, n) != 0 || line[n] != ' ')
		return NULL;
	(void)strsep(&r->rest, "\n");
	return line + n + 1;
}

static bool
read_hash(const char *text, uint8_t ret[MERKLE_OCTETS])
{
	return text != NULL && hex_read(text, ret, MERKLE_OCTETS);
}

static bool
read_body(const char *text, struct arena *arena, struct bytes *ret)
{
	size_t n = strlen(text) / 2;
	uint8_t *octets = arena_alloc(arena, n + 1);

	*ret = BYTES(octets, n);
	return hex_read(text, octets, n);
}

static bool
read_number(const char *text, uint64_t *ret)
{
	char *end;

	if (text == NULL || text[0] < '1' || text[0] > '9')
		return false;
	*ret = strtoull(text, &end, 10);
	return *end == '\0' && *ret <= INT64_MAX;
}

/* The hashes of a path, one behind the other. */
static enum rc_status
read_path(struct reading *r, struct bytes *ret)
{
	char *line = line_next(r, "path");
	uint8_t *path = arena_alloc(r->arena, MERKLE_PEAKS * MERKLE_OCTETS);
	size_t n = 0;

	if (line == NULL)
		return bad_format(r->err, "a path is missing");
	if (strcmp(line, "-") == 0)
		line = NULL;
	for (; line != NULL; n++)
		if (n == MERKLE_PEAKS || !read_hash(strsep(&line, " "), path + n * MERKLE_OCTETS))
			return bad_format(r->err, "a path holds something else than hashes");
	*ret = BYTES(path, n * MERKLE_OCTETS);
	return RC_OK;
}

static enum rc_status
read_event(struct reading *r, char *line)
{
	SCOPED(sha256_free) struct sha256 *h = NULL;
	struct proof_event event = { .seq = 0 };
	uint8_t leaf[MERKLE_OCTETS];
	struct bytes path;
	char *number = strsep(&line, " ");

	if (line == NULL || !read_number(number, &event.seq) ||
	    !read_body(line, r->arena, &event.body) || r->events.n == PROOF_EVENTS)
		return bad_format(r->err, "an event is none, or there are too many");
	TRY(read_path(r, &path));
	h = sha256_new();
	merkle_leaf(h, event.body, leaf);
	if (!merkle_verify_inclusion(event.seq - 1, r->proof->size, leaf, path, r->proof->root))
		return error_fail(r->err, RULE_PROOF_WRONG,
		    "event %llu is not proven: its path leads to another root",
		    (unsigned long long)event.seq);
	*VEC_PUSH(r->arena, &r->events) = event;
	return RC_OK;
}

static enum rc_status
read_growth(struct reading *r, char *line)
{
	struct proof *proof = r->proof;
	struct bytes path;
	char *number = strsep(&line, " ");

	if (!read_number(number, &proof->old_size) || !read_hash(line, proof->old_root))
		return bad_format(r->err, "the older tree is none");
	TRY(read_path(r, &path));
	if (!merkle_verify_consistency(proof->old_size, proof->old_root, proof->size, proof->root,
	    path))
		return error_fail(r->err, RULE_PROOF_WRONG,
		    "the tree of %llu events is not proven to have grown from that of %llu",
		    (unsigned long long)proof->size, (unsigned long long)proof->old_size);
	proof->has_older = true;
	return RC_OK;
}

static enum rc_status
read_head(struct reading *r)
{
	char *size, *root;

	if (strncmp(r->rest, "rolecert proof v1\n", 18) != 0)
		return bad_format(r->err, "it begins otherwise");
	(void)strsep(&r->rest, "\n");
	size = line_next(r, "size");
	root = line_next(r, "root");
	if (!read_number(size, &r->proof->size) || !read_hash(root, r->proof->root))
		return bad_format(r->err, "size or root is missing");
	return RC_OK;
}

static enum rc_status
read_all(struct reading *r)
{
	char *line;

	TRY(read_head(r));
	while ((line = line_next(r, "event")) != NULL)
		TRY(read_event(r, line));
	line = line_next(r, "grown-from");
	if (line != NULL)
		TRY(read_growth(r, line));
	if (r->rest == NULL || r->rest[0] != '\0')
		return bad_format(r->err, "something stands behind it, or it was cut off");
	return RC_OK;
}

enum rc_status
proof_read(struct bytes text, struct arena *arena, struct proof *ret, struct error *err)
{
	struct proof proof = { .size = 0 };
	struct reading r = { .arena = arena, .proof = &proof, .err = err };

	if (text.n > PROOF_MAX || memchr(text.p != NULL ? text.p : (const uint8_t *)"", 0, text.n))
		return bad_format(err, "it is too long, or no text");
	r.rest = arena_strndup(arena, (const char *)text.p, text.n);
	TRY(read_all(&r));
	proof.events = r.events.v;
	proof.n_events = r.events.n;
	*ret = proof;
	return RC_OK;
}
