/*
 * Bundles as they were once exported, of a lab: one with a checkpoint before and one after a
 * revocation, and one whose certificate two officers approved, with a checkpoint that was
 * cosigned and stamped.  Verified; and forged by somebody who mends SHA256SUMS behind himself.
 */
#include "evidence/bundle.h"

#include "evidence/tar.h"
#include "ledger/event.h"
#include "os/file.h"
#include "tests/unit.h"

#define CORPUS "tests/fuzz/corpus/bundle/"
static const char revoked[] = CORPUS "revoked", agreed[] = CORPUS "agreed";

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
given_open(struct given *g, const char *path)
{
	*g = (struct given){ .arena = arena_new(), .err = error_new() };
	REQUIRE_OK(file_read(path, TAR_MAX, &g->file, g->err), g->err);
	REQUIRE_OK(tar_read(buf_bytes(&g->file), g->arena, &g->tar, g->err), g->err);
}

static void
given_make(struct given *g)
{
	given_open(g, revoked);
}

/* The first whose name ends so. */
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

/* What breaks one rule may break others. */
static bool
is_found(const struct error *findings, enum rule rule)
{
	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		if (d->rule == rule && d->severity == SEVERITY_ERROR)
			return true;
	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		fprintf(stderr, "not %s but [%s] %s\n", rule_id(rule), rule_id(d->rule),
		    d->message);
	return false;
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
	EXPECT(is_found(findings, rule));
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
		buf_puts(out, hashes.n == 0 ? " -" : "");
		for (size_t at = 0; at < hashes.n; at += MERKLE_OCTETS) {
			buf_putc(out, ' ');
			buf_put_hex(out, BYTES(hashes.p + at, MERKLE_OCTETS));
		}
	}
	buf_putc(out, '\n');
}

/* The events of a proof, for hands that change them. */
static void
record_open(struct given *g, const char *shown, struct proof *ret)
{
	REQUIRE_OK(proof_read(file_of(g, shown)->bytes, g->arena, ret, g->err), g->err);
	for (size_t i = 0; i < ret->n_events; i++)
		ret->events[i].body = arena_bytes(g->arena, ret->events[i].body);
}

/* Over a tree that fits them, under a checkpoint that does not hold. */
static void
record_close(struct given *g, const char *shown, const struct proof *proof)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	tree_put(proof, &text);
	file_of(g, shown)->bytes = arena_bytes(g->arena, buf_bytes(&text));
	file_of(g, "checkpoint.cms")->bytes = bytes_of_text("none");
	sums_mend(g);
}

/* Another file, with its digest in the events and the tree over them. */
static void
record_replace(struct given *g, const char *shown, struct tar_file *file, struct bytes with)
{
	struct proof proof;

	record_open(g, shown, &proof);
	for (size_t i = 0; i < proof.n_events; i++)
		digest_swap(g, &proof.events[i].body, file->bytes, with);
	file->bytes = with;
	record_close(g, shown, &proof);
}

/* One octet of a file changed. */
static void
record_forge(struct given *g, const char *end, size_t at)
{
	struct tar_file *file = file_of(g, end);
	struct bytes changed = arena_bytes(g->arena, file->bytes);

	((uint8_t *)(uintptr_t)changed.p)[at] ^= 1;
	record_replace(g, "proof.txt", file, changed);
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

/* -- officers, and other parties ------------------------------------------------------- */

/* A field of an event of that kind, the nth of its kind. */
static uint8_t *
field_of(const struct proof *proof, const char *kind, size_t nth, const char *field, size_t *ret_n)
{
	for (size_t i = 0; i < proof->n_events; i++) {
		struct event e;

		REQUIRE(event_read(proof->events[i].body, &e));
		if (strcmp(e.kind->word, kind) != 0 || nth-- != 0)
			continue;
		for (size_t k = 0; k < e.n; k++)
			if (strcmp(e.kind->fields[k].name, field) == 0) {
				*ret_n = e.field[k].n;
				return (uint8_t *)(uintptr_t)e.field[k].p;
			}
	}
	REQUIRE(false);     /* there is no such field */
	return NULL;
}

static void
field_put(const struct proof *proof, const char *kind, size_t nth, const char *field,
    struct bytes with)
{
	size_t n = 0;
	uint8_t *at = field_of(proof, kind, nth, field, &n);

	REQUIRE(n == with.n);
	memcpy(at, with.p, n);
}

static struct bytes
field_get(const struct proof *proof, const char *kind, size_t nth, const char *field)
{
	size_t n = 0;
	const uint8_t *at = field_of(proof, kind, nth, field, &n);

	return BYTES(at, n);
}

static void
event_drop(struct proof *proof, const char *kind, size_t nth)
{
	for (size_t i = 0; i < proof->n_events; i++) {
		struct event e;

		REQUIRE(event_read(proof->events[i].body, &e));
		if (strcmp(e.kind->word, kind) != 0 || nth-- != 0)
			continue;
		memmove(&proof->events[i], &proof->events[i + 1],
		    (--proof->n_events - i) * sizeof(proof->events[0]));
		return;
	}
	REQUIRE(false);     /* there is no such event */
}

#define SHOWN "entries/28/proof.txt"

TEST(a_bundle_tells_who_approved_and_who_cosigned)
{
	SCOPED(given_clear) struct given g;
	SCOPED(error_free) struct error *findings = error_new();
	struct bundle bundle;

	given_open(&g, agreed);
	EXPECT_OK(bundle_verify(buf_bytes(&g.file), &no_terms, g.arena, &bundle, findings, g.err),
	    g.err);
	EXPECT_INT(error_count(findings), 0);
	REQUIRE(bundle.n_entries == 1 && bundle.entries[0].n_approvals == 2);
	EXPECT_TEXT(bundle.entries[0].approvals[0].officer, "Anna");
	EXPECT_TEXT(bundle.entries[0].approvals[1].officer, "Bert");
	REQUIRE(bundle.n_attested == 2);
	EXPECT_TEXT(bundle.attested[0].signer, "CN=notary");
	EXPECT_TEXT(bundle.attested[1].signer, "CN=Stamps");
	EXPECT(bundle.attested[1].stamped > bundle.checkpoint.time - 60);
}

TEST(an_officers_signature_is_over_what_the_record_asks_for)
{
	SCOPED(given_clear) struct given signature, another, beside;
	struct tar_file *cms;
	struct proof proof;
	uint64_t expires;

	given_open(&signature, agreed);
	cms = file_of(&signature, "approvals/88.cms");
	record_forge(&signature, cms->name, cms->bytes.n - 1);
	expect_found(&signature, &no_terms, RULE_BUNDLE_APPROVAL);

	/* the record says that they agreed until a second later */
	given_open(&another, agreed);
	record_open(&another, SHOWN, &proof);
	memcpy(&expires, field_get(&proof, "request", 0, "expires").p, sizeof(expires));
	expires ^= (uint64_t)1 << 56;
	field_put(&proof, "request", 0, "expires", BYTES((uint8_t *)&expires, sizeof(expires)));
	record_close(&another, SHOWN, &proof);
	expect_found(&another, &no_terms, RULE_BUNDLE_APPROVAL_TEXT);

	/* other bytes than those that were to be signed */
	given_open(&beside, agreed);
	record_open(&beside, SHOWN, &proof);
	field_put(&proof, "request", 0, "subject", field_get(&proof, "reserve", 0, "csr"));
	record_close(&beside, SHOWN, &proof);
	expect_found(&beside, &no_terms, RULE_BUNDLE_APPROVAL_TEXT);
}

TEST(an_approval_counts_once_by_an_officer_who_did_not_ask)
{
	SCOPED(given_clear) struct given stranger, own, again, late;
	static const uint8_t long_ago[8] = { 0, 0, 0, 0, 0, 0, 0, 1 };
	struct proof proof;

	given_open(&stranger, agreed);
	record_open(&stranger, SHOWN, &proof);
	field_put(&proof, "approve", 1, "key", field_get(&proof, "reserve", 0, "csr"));
	record_close(&stranger, SHOWN, &proof);
	expect_found(&stranger, &no_terms, RULE_BUNDLE_APPROVAL_OFFICER);

	given_open(&own, agreed);
	record_open(&own, SHOWN, &proof);
	field_put(&proof, "request", 0, "requester", bytes_of_text("bert"));
	record_close(&own, SHOWN, &proof);
	expect_found(&own, &no_terms, RULE_BUNDLE_APPROVAL_OWN);

	given_open(&again, agreed);
	record_open(&again, SHOWN, &proof);
	field_put(&proof, "approve", 1, "key", field_get(&proof, "approve", 0, "key"));
	record_close(&again, SHOWN, &proof);
	expect_found(&again, &no_terms, RULE_BUNDLE_APPROVAL_AGAIN);

	given_open(&late, agreed);
	record_open(&late, SHOWN, &proof);
	field_put(&proof, "request", 0, "expires", BYTES(long_ago, sizeof(long_ago)));
	record_close(&late, SHOWN, &proof);
	expect_found(&late, &no_terms, RULE_BUNDLE_APPROVAL_LATE);
}

TEST(as_many_officers_as_the_policy_wants_have_approved)
{
	static const char *const kinds[] = { "approve", "request", "request-spent" };
	static const enum rule rules[] = { RULE_BUNDLE_APPROVAL_FEW, RULE_BUNDLE_PROOF,
		RULE_BUNDLE_APPROVAL_FEW };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		SCOPED(given_clear) struct given g;
		struct proof proof;

		given_open(&g, agreed);
		record_open(&g, SHOWN, &proof);
		event_drop(&proof, kinds[i], 0);
		record_close(&g, SHOWN, &proof);
		expect_found(&g, &no_terms, rules[i]);
	}
}

TEST(the_policy_in_force_decides)
{
	static const char needs[] = "approval need 1 expires 9 of Anna\nofficers Anna sha256:"
	    "0000000000000000000000000000000000000000000000000000000000000000 uid none\n";
	SCOPED(given_clear) struct given changed, asked, nobody;
	struct tar_file *policy;
	struct bytes text;

	given_open(&changed, agreed);
	policy = file_of(&changed, "policy.txt");
	text = arena_bytes(changed.arena, policy->bytes);
	((uint8_t *)(uintptr_t)text.p)[0] ^= 1;
	policy->bytes = text;
	sums_mend(&changed);
	expect_found(&changed, &no_terms, RULE_BUNDLE_POLICY);

	/* pinned, but another than the request names */
	given_open(&asked, agreed);
	policy = file_of(&asked, "policy.txt");
	record_replace(&asked, "policies/77/proof.txt", policy, bytes_of_text(needs));
	expect_found(&asked, &no_terms, RULE_BUNDLE_POLICY);

	/* signed at once, by a policy that wanted somebody asked */
	given_open(&nobody, revoked);
	record_replace(&nobody, "policies/1/proof.txt", file_of(&nobody, "policies/1/policy.txt"),
	    bytes_of_text(needs));
	expect_found(&nobody, &no_terms, RULE_BUNDLE_APPROVAL_FEW);
}

TEST(a_policy_that_is_not_there_decides_nothing)
{
	SCOPED(given_clear) struct given g;

	given_open(&g, agreed);
	file_of(&g, "policy.txt")->name = "policies/77/other.txt";
	sums_mend(&g);
	expect_found(&g, &no_terms, RULE_BUNDLE_POLICY);
}

static struct tar_file *
file_in(struct given *g, const char *folder)
{
	for (size_t i = 0; i < g->tar.n; i++)
		if (strncmp(g->tar.files[i].name, folder, strlen(folder)) == 0)
			return &g->tar.files[i];
	REQUIRE(false);     /* there is no such folder in the bundle */
	return NULL;
}

TEST(cosignatures_and_stamps_are_of_this_checkpoint_by_parties_that_are_named)
{
	static const struct {
		const char *folder, *line;
		enum rule rule;
	} parties[] = {
		{ "cosignatures/", "\ncosigners sha256:", RULE_BUNDLE_COSIGNATURE },
		{ "timestamps/", "\ntsa sha256:", RULE_BUNDLE_TIMESTAMP },
	};

	for (size_t i = 0; i < ARRAY_LEN(parties); i++) {
		SCOPED(given_clear) struct given altered, other, nobody;
		struct tar_file *file;
		struct bytes text;
		char *line;

		given_open(&altered, revoked);
		file = file_in(&altered, parties[i].folder);
		text = arena_bytes(altered.arena, file->bytes);
		((uint8_t *)(uintptr_t)text.p)[text.n - 1] ^= 1;
		file->bytes = text;
		sums_mend(&altered);
		expect_found(&altered, &no_terms, parties[i].rule);

		/* good, over another text */
		given_open(&other, agreed);
		given_open(&nobody, revoked);
		file_in(&other, parties[i].folder)->bytes =
		    file_of(&other, "approvals/88.cms")->bytes;
		sums_mend(&other);
		expect_found(&other, &no_terms, parties[i].rule);

		/* good, by a key that the policy does not name */
		file = file_of(&nobody, "policies/77/policy.txt");
		text = arena_bytes(nobody.arena, file->bytes);
		line = memmem(text.p, text.n, parties[i].line, strlen(parties[i].line));
		REQUIRE(line != NULL);
		line[strlen(parties[i].line)] ^= 1;
		record_replace(&nobody, "policies/77/proof.txt", file, text);
		expect_found(&nobody, &no_terms, parties[i].rule);
	}
}
