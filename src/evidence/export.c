#include "evidence/bundle.h"

#include <rolecert/version.h>

#include "base/hex.h"
#include "evidence/entry_text.h"
#include "evidence/parts.h"
#include "evidence/tar.h"
#include "ledger/attest.h"
#include "ledger/tree.h"
#include "plan/origin.h"

struct export {
	struct ledger *ledger;
	const struct bundle_order *order;
	struct arena *arena;
	struct ledger_row *seal;         /* the checkpoint                   */
	struct checkpoint checkpoint;
	struct merkle_full *full;
	VEC(struct tar_file) files;
	VEC(struct tar_file) policies;   /* behind the entries               */
	VEC(struct tar_file) texts;      /* last in the archive              */
	struct bytes ca_key;             /* SHA-256 of its SPKI              */
};

static void
export_clear(struct export *x)
{
	merkle_full_free(x->full);
	arena_free(x->arena);
}
DEFINE_SCOPED_VALUE(export_clear, struct export)

static void
add_file(struct export *x, const char *name, struct bytes bytes)
{
	*VEC_PUSH(x->arena, &x->files) = (struct tar_file){ name, bytes };
}

static void
add_copy(struct export *x, const char *name, const struct buf *buf)
{
	add_file(x, name, arena_bytes(x->arena, buf_bytes(buf)));
}

/* -- what the record keeps ------------------------------------------------------------ */

/* One entry under way; its events newest first. */
struct packing {
	struct export *x;
	struct ledger_row *row;
	const char *folder;              /* "entries/12/"                    */
	struct event *events;
	size_t n_events;
};

static bool
has_file(const struct export *x, const char *name)
{
	for (size_t i = x->files.n; i > 0; i--)
		if (strcmp(x->files.v[i - 1].name, name) == 0)
			return true;
	return false;
}

static const char *
name_in(const struct packing *p, const char *name)
{
	return arena_printf(p->x->arena, "%s%s", p->folder, name);
}

static const char *
hex_of(struct arena *arena, struct bytes digest)
{
	SCOPED(buf_clear) struct buf hex = BUF_INIT;

	buf_put_hex(&hex, digest);
	return arena_strdup(arena, buf_text(&hex));
}

/* What is a column of the row, not a document. */
static struct bytes
column_of(const struct packing *p, const char *file)
{
	const struct ledger_row *row = p->row;
	const struct {
		const char *file;
		struct bytes bytes;
	} columns[] = {
		{ "tbs.der", row->tbs }, { "request.der", row->csr },
		{ "certificate.der", row->signed_bytes }, { "spoiled.bin", row->signed_bytes },
	};

	for (size_t i = 0; file != NULL && i < ARRAY_LEN(columns); i++)
		if (strcmp(columns[i].file, file) == 0)
			return columns[i].bytes;
	return BYTES(NULL, 0);
}

static enum rc_status
add_text(struct export *x, const char *hex, struct error *err)
{
	const char *name = arena_printf(x->arena, "texts/%s", hex);
	uint8_t digest[SHA256_OCTETS];
	struct bytes text;

	for (size_t i = 0; i < x->texts.n; i++)
		if (strcmp(x->texts.v[i].name, name) == 0)
			return RC_OK;
	if (!hex_read(hex, digest, sizeof(digest)))
		return error_fail(err, RULE_LEDGER_DAMAGED, "an origin names a text by no digest");
	TRY(ledger_document(x->ledger, BYTES(digest, sizeof(digest)), x->arena, &text, err));
	if (text.p == NULL)
		return error_fail(err, RULE_LEDGER_DAMAGED, "the text %s is not kept any more",
		    hex);
	*VEC_PUSH(x->arena, &x->texts) = (struct tar_file){ name, text };
	return RC_OK;
}

static enum rc_status
add_texts(struct export *x, struct bytes origin, struct error *err)
{
	struct bytes hex, name;

	while (origin_next_text(&origin, &hex, &name))
		TRY(add_text(x, arena_strndup(x->arena, (const char *)hex.p, hex.n), err));
	return RC_OK;
}

/* The newest event that names a file is the one that counts: custody is judged again when
 * what waited for approval begins. */
static enum rc_status
add_digest(struct packing *p, const char *file, struct bytes digest, struct error *err)
{
	const char *hex = hex_of(p->x->arena, digest);
	const char *name = file != NULL && !has_file(p->x, name_in(p, file))
	    ? name_in(p, file) : name_in(p, arena_printf(p->x->arena, "documents/%s", hex));
	struct bytes bytes = column_of(p, file);

	if (bytes.n == 0)
		TRY(ledger_document(p->x->ledger, digest, p->x->arena, &bytes, err));
	if (bytes.p == NULL || has_file(p->x, name))
		return RC_OK;
	add_file(p->x, name, bytes);
	if (file != NULL && strcmp(file, "origin.txt") == 0)
		TRY(add_texts(p->x, bytes, err));
	return RC_OK;
}

static enum rc_status
add_event_files(struct packing *p, const struct event *e, struct error *err)
{
	for (size_t i = 0; i < e->n; i++)
		if (bundle_is_digest(e, i))
			TRY(add_digest(p, bundle_file_of(e, i, p->x->arena), e->field[i], err));
	return RC_OK;
}

/* -- who agreed, and by which policy ---------------------------------------------------- */

/* One event on its own, under the same root. */
static enum rc_status
add_policy_proof(struct export *x, const char *name, int64_t seq, struct error *err)
{
	struct proof_terms terms = { .event = seq, .size = x->checkpoint.size,
		.older = x->order->older, .full = x->full };
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	TRY(proof_put(x->ledger, &terms, &text, err));
	*VEC_PUSH(x->arena, &x->policies) = (struct tar_file){ name,
		arena_bytes(x->arena, buf_bytes(&text)) };
	return RC_OK;
}

static enum rc_status
add_policy(struct export *x, int64_t seq, struct error *err)
{
	struct ledger_policy policy;
	const char *folder, *proof;

	TRY(ledger_policy_before(x->ledger, seq, x->arena, &policy, err));
	folder = arena_printf(x->arena, BUNDLE_POLICIES "%lld/", (long long)policy.seq);
	proof = arena_printf(x->arena, "%sproof.txt", folder);
	for (size_t i = 0; i < x->policies.n; i++)
		if (strcmp(x->policies.v[i].name, proof) == 0)
			return RC_OK;
	TRY(add_policy_proof(x, proof, policy.seq, err));
	*VEC_PUSH(x->arena, &x->policies) = (struct tar_file){
		arena_printf(x->arena, "%s" BUNDLE_POLICY_TEXT, folder), policy.text };
	return RC_OK;
}

/* What an officer signed is not kept: it follows from the events. */
static void
add_approval_text(struct packing *p, const struct event *asked, const struct event *e)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct approval_subject subject;

	bundle_subject(&p->events[0], asked, p->x->ca_key, p->x->arena, &subject);
	approval_text_put(&subject, bundle_reason(e, p->x->arena), &text);
	add_copy(p->x, name_in(p, bundle_text_of(e, p->x->arena)), &text);
}

static enum rc_status
add_approvals(struct packing *p, struct error *err)
{
	const struct event *asked = NULL;

	for (size_t i = 0; i < p->n_events; i++) {
		const struct event *e = &p->events[i];

		if (bundle_goes_by_policy(e))
			TRY(add_policy(p->x, e->seq, err));
		if (bundle_event_is(e, "request"))
			asked = e;
		else if (asked != NULL && bundle_is_decision(e))
			add_approval_text(p, asked, e);
	}
	return RC_OK;
}

/* -- the lint ------------------------------------------------------------------------- */

static void
lint_put(const struct packing *p, struct buf *out)
{
	SCOPED(error_free) struct error *found = error_new(), *why = error_new();
	struct entry entry = { .id = NULL };
	struct cert cert;

	buf_printf(out, "rolecert lint v1\nprogram %s\n", rc_version());
	if (cert_read_tbs(p->row->tbs, p->x->arena, &cert, found) == RC_OK) {
		if (entry_text_is_planned(p->row->entry_canonical))
			entry_text_compare(p->row->entry_canonical, &cert, "tbs.der", p->x->arena,
			    &entry, why);
		bundle_lint(&cert, &p->x->order->ca->certs[0], &entry, found);
	}
	buf_printf(out, "errors %zu\n", error_count(found));
	error_render(found, out);
}

/* -- an entry ------------------------------------------------------------------------- */

static enum rc_status
is_sealed(const struct packing *p, struct error *err)
{
	uint64_t size = p->x->checkpoint.size, rest = 0;

	TRY(ledger_count_events(p->x->ledger, p->row->id, size, &rest, err));
	if (rest == 0)
		return RC_OK;
	return error_fail(err, RULE_BUNDLE_UNSEALED,
	    "entry %lld has events behind the last checkpoint, which seals %llu",
	    (long long)p->row->id, (unsigned long long)size);
}

static enum rc_status
events_take(struct packing *p, const struct proof *proof, struct error *err)
{
	p->events = arena_alloc(p->x->arena, (proof->n_events + 1) * sizeof(*p->events));
	p->n_events = proof->n_events;
	for (size_t i = 0; i < proof->n_events; i++)
		if (!event_read(proof->events[i].body, &p->events[i]))
			return error_fail(err, RULE_LEDGER_DAMAGED,
			    "event %llu is in no form that is known",
			    (unsigned long long)proof->events[i].seq);
	return RC_OK;
}

static enum rc_status
add_proof(struct packing *p, struct error *err)
{
	struct export *x = p->x;
	struct proof proof;
	struct proof_terms terms = { .row = p->row->id, .size = x->checkpoint.size,
		.older = x->order->older, .full = x->full };
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	TRY(proof_put(x->ledger, &terms, &text, err));
	add_copy(x, name_in(p, "proof.txt"), &text);
	TRY(proof_read(buf_bytes(&text), x->arena, &proof, err));
	return events_take(p, &proof, err);
}

static enum rc_status
add_entry(struct export *x, int64_t id, struct error *err)
{
	struct packing p = { .x = x };
	SCOPED(buf_clear) struct buf lint = BUF_INIT;

	TRY(ledger_get(x->ledger, id, x->arena, &p.row, err));
	p.folder = arena_printf(x->arena, BUNDLE_ENTRIES_IN "%lld/", (long long)id);
	TRY(is_sealed(&p, err));
	TRY(add_proof(&p, err));
	for (size_t i = p.n_events; i > 0; i--)
		TRY(add_event_files(&p, &p.events[i - 1], err));
	TRY(add_approvals(&p, err));
	lint_put(&p, &lint);
	add_copy(x, name_in(&p, "lint.txt"), &lint);
	return RC_OK;
}

/* -- what others said of the checkpoint -------------------------------------------------- */

struct attesting {
	struct export *x;
	const char *policy;              /* the last that the checkpoint seals */
};

/* By a party whom that policy names: another could not be known from the bundle. */
static enum rc_status
add_attestation(struct attesting *a, enum attest_kind kind, const struct event *e,
    struct error *err)
{
	struct bytes key = bundle_field(e, "key"), digest = bundle_field(e, "statement"), bytes;
	struct export *x = a->x;

	if (key.n != SHA256_OCTETS || digest.n != SHA256_OCTETS ||
	    !attest_is_named(kind, a->policy, key.p))
		return RC_OK;
	TRY(ledger_document(x->ledger, digest, x->arena, &bytes, err));
	if (bytes.p != NULL)
		add_file(x, arena_printf(x->arena, "%s%s%s", bundle_folder_of(kind),
		    hex_of(x->arena, digest), bundle_suffix_of(kind)), bytes);
	return RC_OK;
}

/* They were made after it, and so stand behind what it seals. */
static enum rc_status
take_attestation(void *arg, const struct ledger_event *event, struct error *err)
{
	struct attesting *a = arg;
	struct event e;

	for (unsigned kind = 0; kind < ATTEST_KINDS; kind++)
		if (event->intent == a->x->seal->id &&
		    strcmp(event->kind, attest_word(kind)) == 0 && event_read(event->body, &e))
			return add_attestation(a, kind, &e, err);
	return RC_OK;
}

static enum rc_status
add_attestations(struct export *x, struct error *err)
{
	struct ledger_policy policy;
	struct attesting a = { .x = x };

	TRY(ledger_policy_before(x->ledger, (int64_t)x->checkpoint.size + 1, x->arena, &policy,
	    err));
	a.policy = arena_strndup(x->arena, (const char *)policy.text.p, policy.text.n);
	TRY(add_policy(x, (int64_t)x->checkpoint.size + 1, err));
	return ledger_each_event(x->ledger, (int64_t)x->checkpoint.size, take_attestation, &a,
	    err);
}

/* -- the bundle ----------------------------------------------------------------------- */

static void
add_head(struct export *x)
{
	SCOPED(buf_clear) struct buf readme = BUF_INIT, chain = BUF_INIT;

	bundle_put_readme(&readme);
	add_copy(x, BUNDLE_README, &readme);
	add_file(x, BUNDLE_SUMS, BYTES(NULL, 0));        /* when all else is there */
	for (size_t i = 0; i < x->order->ca->n; i++)
		cert_put_pem(x->order->ca->certs[i].der, &chain);
	add_copy(x, BUNDLE_CA, &chain);
	add_file(x, BUNDLE_CMS, x->seal->signed_bytes);
	add_file(x, BUNDLE_TEXT, x->seal->entry_canonical);
}

static void
add_behind(struct export *x)
{
	for (size_t i = 0; i < x->policies.n; i++)
		add_file(x, x->policies.v[i].name, x->policies.v[i].bytes);
	for (size_t i = 0; i < x->texts.n; i++)
		add_file(x, x->texts.v[i].name, x->texts.v[i].bytes);
}

static void
add_sums(struct export *x)
{
	SCOPED(buf_clear) struct buf sums = BUF_INIT;

	for (size_t i = 0; i < x->files.n; i++)
		if (strcmp(x->files.v[i].name, BUNDLE_SUMS) != 0) {
			sha256_put_hex(x->files.v[i].bytes, &sums);
			buf_printf(&sums, "  %s\n", x->files.v[i].name);
		}
	for (size_t i = 0; i < x->files.n; i++)
		if (strcmp(x->files.v[i].name, BUNDLE_SUMS) == 0)
			x->files.v[i].bytes = arena_bytes(x->arena, buf_bytes(&sums));
}

static enum rc_status
seal_find(struct export *x, struct error *err)
{
	TRY(ledger_find_newest(x->ledger, LEDGER_CHECKPOINT, x->arena, &x->seal, err));
	if (x->seal == NULL)
		return error_fail(err, RULE_BUNDLE_UNSEALED, "the ledger has no checkpoint");
	TRY(checkpoint_read(x->seal->entry_canonical, &x->checkpoint, err));
	return ledger_full_tree(x->ledger, x->checkpoint.size, &x->full, err);
}

enum rc_status
bundle_put(struct ledger *ledger, const struct bundle_order *order, struct buf *out,
    struct error *err)
{
	SCOPED(export_clear) struct export x = { .ledger = ledger, .order = order,
		.arena = arena_new() };
	uint8_t ca_key[SHA256_OCTETS];
	struct tar tar;

	sha256(order->ca->certs[0].spki, ca_key);
	x.ca_key = BYTES(ca_key, sizeof(ca_key));
	TRY(seal_find(&x, err));
	add_head(&x);
	TRY(add_attestations(&x, err));
	for (size_t i = 0; i < order->n_ids; i++)
		TRY(add_entry(&x, order->ids[i], err));
	add_behind(&x);
	add_sums(&x);
	tar = (struct tar){ .files = x.files.v, .n = x.files.n, .time = x.checkpoint.time };
	tar_put(&tar, out);
	if (out->n > TAR_MAX)
		return error_fail(err, RULE_BUNDLE_RANGE,
		    "the bundle would be larger than %d MiB: export fewer entries", TAR_MAX >> 20);
	return RC_OK;
}
