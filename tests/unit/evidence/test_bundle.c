/*
 * A bundle as it was once exported (a lab's, with a checkpoint before and one after a
 * revocation), verified; and forged by somebody who mends SHA256SUMS behind himself.
 */
#include "evidence/bundle.h"

#include "evidence/tar.h"
#include "os/file.h"
#include "tests/unit.h"

static const char path[] = "tests/fuzz/corpus/bundle/revoked";

struct given {
	struct arena *arena;
	struct error *err;
	struct buf file;
	struct tar tar;
};

static void
given_clear(struct given *g)
{
	buf_clear(&g->file);
	error_free(g->err);
	arena_free(g->arena);
}
DEFINE_SCOPED_VALUE(given_clear, struct given)

static void
given_make(struct given *g)
{
	*g = (struct given){ .arena = arena_new(), .err = error_new() };
	REQUIRE_OK(file_read(path, TAR_MAX, &g->file, g->err), g->err);
	REQUIRE_OK(tar_read(buf_bytes(&g->file), g->arena, &g->tar, g->err), g->err);
}

static struct tar_file *
file_of(struct given *g, const char *end)
{
	for (size_t i = 0; i < g->tar.n; i++) {
		size_t n = strlen(g->tar.files[i].name), m = strlen(end);

		if (n >= m && strcmp(g->tar.files[i].name + n - m, end) == 0)
			return &g->tar.files[i];
	}
	REQUIRE(false);     /* there is no such file in the bundle */
	return NULL;
}

static void
sums_mend(struct given *g)
{
	SCOPED(buf_clear) struct buf sums = BUF_INIT;

	for (size_t i = 0; i < g->tar.n; i++)
		if (strcmp(g->tar.files[i].name, "SHA256SUMS") != 0) {
			sha256_put_hex(g->tar.files[i].bytes, &sums);
			buf_printf(&sums, "  %s\n", g->tar.files[i].name);
		}
	file_of(g, "SHA256SUMS")->bytes = arena_bytes(g->arena, buf_bytes(&sums));
}

static bool
found_only(const struct error *findings, enum rule rule)
{
	bool found = false;

	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next) {
		found |= d->rule == rule && d->severity == SEVERITY_ERROR;
		if (d->severity == SEVERITY_ERROR && d->rule != rule && d->rule != RULE_BUNDLE_FILE)
			fprintf(stderr, "also [%s] %s\n", rule_id(d->rule), d->message);
	}
	return found;
}

static void
expect_found(struct given *g, const struct bundle_terms *terms, enum rule rule)
{
	SCOPED(error_free) struct error *findings = error_new();
	SCOPED(buf_clear) struct buf out = BUF_INIT;
	struct bundle bundle;

	tar_put(&g->tar, &out);
	EXPECT_OK(bundle_verify(buf_bytes(&out), terms, g->arena, &bundle, findings, g->err),
	    g->err);
	if (!found_only(findings, rule))
		fprintf(stderr, "not found by %s\n", rule_id(rule));
	EXPECT(found_only(findings, rule));
}

/* -- a CA that makes up its own record ------------------------------------------------- */

static void
digest_swap(struct given *g, struct bytes *body, struct bytes old, struct bytes new)
{
	uint8_t have[SHA256_OCTETS], want[SHA256_OCTETS];
	struct bytes changed = arena_bytes(g->arena, *body);
	uint8_t *at;

	sha256(old, have);
	sha256(new, want);
	at = memmem(changed.p, changed.n, have, sizeof(have));
	if (at == NULL)
		return;
	memcpy(at, want, sizeof(want));
	*body = changed;
}

/* The events as the leaves of a tree of their own, what lies between being nothing. */
static void
tree_put(const struct proof *proof, struct buf *out)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	SCOPED(merkle_full_free) struct merkle_full *full = merkle_full_new();
	struct merkle tree = { .size = 0 };
	uint64_t size = proof->events[proof->n_events - 1].seq;
	uint8_t leaf[MERKLE_OCTETS], root[MERKLE_OCTETS];
	struct merkle_proof ranges;

	for (uint64_t seq = 1; seq <= size; seq++) {
		struct bytes body = BYTES(NULL, 0);

		for (size_t i = 0; i < proof->n_events; i++)
			if (proof->events[i].seq == seq)
				body = proof->events[i].body;
		merkle_leaf(h, body, leaf);
		merkle_add(&tree, h, leaf);
		merkle_full_add(full, leaf);
	}
	merkle_full_end(full, h);
	merkle_root(&tree, h, root);
	buf_printf(out, "rolecert proof v1\nsize %llu\nroot ", (unsigned long long)size);
	buf_put_hex(out, BYTES(root, sizeof(root)));
	for (size_t i = 0; i < proof->n_events; i++) {
		SCOPED(buf_clear) struct buf hashes = BUF_INIT;

		buf_printf(out, "\nevent %llu ", (unsigned long long)proof->events[i].seq);
		buf_put_hex(out, proof->events[i].body);
		buf_puts(out, "\npath");
		merkle_inclusion(proof->events[i].seq - 1, size, &ranges);
		merkle_full_put(full, &ranges, &hashes);
		for (size_t at = 0; at < hashes.n; at += MERKLE_OCTETS) {
			buf_putc(out, ' ');
			buf_put_hex(out, BYTES(hashes.p + at, MERKLE_OCTETS));
		}
	}
	buf_putc(out, '\n');
}

/* One octet of a file changed, with its digest in the events and the tree over them. */
static void
record_forge(struct given *g, const char *end, size_t at)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct tar_file *file = file_of(g, end), *shown = file_of(g, "proof.txt");
	struct bytes changed = arena_bytes(g->arena, file->bytes);
	struct proof proof;

	((uint8_t *)(uintptr_t)changed.p)[at] ^= 1;
	REQUIRE_OK(proof_read(shown->bytes, g->arena, &proof, g->err), g->err);
	for (size_t i = 0; i < proof.n_events; i++)
		digest_swap(g, &proof.events[i].body, file->bytes, changed);
	tree_put(&proof, &text);
	shown->bytes = arena_bytes(g->arena, buf_bytes(&text));
	file->bytes = changed;
	file_of(g, "checkpoint.cms")->bytes = bytes_of_text("none");
	sums_mend(g);
}

static const struct bundle_terms no_terms = { .known = NULL };

TEST(a_bundle_holds_years_later)
{
	SCOPED(given_clear) struct given g;
	SCOPED(error_free) struct error *findings = error_new();
	struct bundle_terms terms = { .n_issuers = 1 };
	struct bundle bundle;
	struct cert *chain;
	size_t n = 0;

	given_make(&g);
	REQUIRE_OK(cert_read_chain(file_of(&g, "ca.pem")->bytes, g.arena, &chain, &n, g.err),
	    g.err);
	REQUIRE(n == 2);
	for (size_t i = 0; i < n; i++) {
		terms.issuers = &chain[i];
		EXPECT_OK(bundle_verify(buf_bytes(&g.file), &terms, g.arena, &bundle, findings,
		    g.err), g.err);
		EXPECT_INT(error_count(findings), 0);
	}
	EXPECT_INT(bundle.n_entries, 1);
	EXPECT_INT(bundle.entries[0].state, LEDGER_REVOKED);
	EXPECT(bundle.entries[0].subject != NULL);
	EXPECT(error_first(findings) == NULL);
}

TEST(each_file_of_a_bundle_has_the_rule_that_finds_it_changed)
{
	static const struct {
		const char *end;
		enum rule rule;
	} files[] = {
		{ "ca.pem", RULE_BUNDLE_CHAIN }, { "checkpoint.cms", RULE_BUNDLE_CHECKPOINT },
		{ "checkpoint.txt", RULE_BUNDLE_CHECKPOINT }, { "proof.txt", RULE_BUNDLE_PROOF },
		{ "tbs.der", RULE_BUNDLE_RECORD }, { "certificate.der", RULE_BUNDLE_RECORD },
		{ "request.der", RULE_BUNDLE_RECORD }, { "entry.txt", RULE_BUNDLE_RECORD },
		{ "profile.txt", RULE_BUNDLE_RECORD }, { "origin.txt", RULE_BUNDLE_RECORD },
		{ "custody.txt", RULE_BUNDLE_RECORD },
	};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		SCOPED(given_clear) struct given g;
		struct tar_file *file;
		struct bytes changed;

		given_make(&g);
		file = file_of(&g, files[i].end);
		changed = arena_bytes(g.arena, file->bytes);
		((uint8_t *)(uintptr_t)changed.p)[changed.n / 2] ^= 1;
		file->bytes = changed;
		sums_mend(&g);
		expect_found(&g, &no_terms, files[i].rule);
	}
}

TEST(texts_sums_and_files_too_many_are_found)
{
	SCOPED(given_clear) struct given g, h, more;
	struct tar_file *file, all[100];

	given_make(&g);
	file = &g.tar.files[g.tar.n - 1];
	REQUIRE(strncmp(file->name, "texts/", 6) == 0);
	file->bytes = bytes_of_text("another text\n");
	sums_mend(&g);
	expect_found(&g, &no_terms, RULE_BUNDLE_TEXT);

	given_make(&h);
	file_of(&h, "lint.txt")->bytes = bytes_of_text("errors 0\n");
	expect_found(&h, &no_terms, RULE_BUNDLE_DIGEST);

	given_make(&more);
	REQUIRE(more.tar.n < ARRAY_LEN(all));
	memcpy(all, more.tar.files, more.tar.n * sizeof(all[0]));
	all[more.tar.n++] = (struct tar_file){ "entries/x", bytes_of_text("more") };
	more.tar.files = all;
	sums_mend(&more);
	expect_found(&more, &no_terms, RULE_BUNDLE_FILE);
}

TEST(another_ca_and_another_checkpoint_are_not_believed)
{
	SCOPED(given_clear) struct given g;
	struct audit_known known = { .name = "kept" };
	const struct bundle_terms terms = { .known = &known };
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct bundle_terms foreign = { .n_issuers = 1 };
	struct checkpoint checkpoint;
	struct cert cert;

	given_make(&g);
	known.file = file_of(&g, "checkpoint.txt")->bytes;
	REQUIRE_OK(checkpoint_read(known.file, &checkpoint, g.err), g.err);
	checkpoint.root[0] ^= 1;
	checkpoint_put(&checkpoint, &text);
	known.file = buf_bytes(&text);
	expect_found(&g, &terms, RULE_BUNDLE_KNOWN);

	REQUIRE_OK(cert_read(file_of(&g, "certificate.der")->bytes, g.arena, &cert, g.err), g.err);
	foreign.issuers = &cert;
	expect_found(&g, &foreign, RULE_BUNDLE_ISSUER);
}

TEST(what_is_no_bundle_is_refused)
{
	SCOPED(given_clear) struct given g;
	SCOPED(error_free) struct error *findings = error_new();
	SCOPED(buf_clear) struct buf out = BUF_INIT;
	struct bundle bundle;

	given_make(&g);
	file_of(&g, "README")->bytes = bytes_of_text("another\n");
	tar_put(&g.tar, &out);
	EXPECT_RULE(bundle_verify(buf_bytes(&out), &no_terms, g.arena, &bundle, findings, g.err),
	    g.err, RULE_BUNDLE_FORMAT);
}

TEST(a_record_that_agrees_with_itself_is_held_to_what_was_signed)
{
	static const uint8_t subject_key_id[] = { 0x55, 0x1d, 0x0e };
	SCOPED(given_clear) struct given signature, request, ski, entry;
	struct bytes tbs;

	given_make(&signature);
	record_forge(&signature, "certificate.der",
	    file_of(&signature, "certificate.der")->bytes.n - 1);
	expect_found(&signature, &no_terms, RULE_BUNDLE_CERTIFICATE);

	given_make(&request);
	record_forge(&request, "request.der", file_of(&request, "request.der")->bytes.n - 1);
	expect_found(&request, &no_terms, RULE_BUNDLE_REQUEST);

	given_make(&ski);
	tbs = file_of(&ski, "tbs.der")->bytes;
	record_forge(&ski, "tbs.der", (size_t)((const uint8_t *)memmem(tbs.p, tbs.n,
	    subject_key_id, sizeof(subject_key_id)) - tbs.p) + 10);
	expect_found(&ski, &no_terms, RULE_BUNDLE_LINT);

	/* a digit of the subject */
	given_make(&entry);
	record_forge(&entry, "entry.txt", strlen("rolecert entry v1\nsubject 30"));
	expect_found(&entry, &no_terms, RULE_BUNDLE_ENTRY);
}
