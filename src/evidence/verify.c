#include <stdlib.h>

#include "base/hex.h"
#include "crypto/csr.h"
#include "evidence/checking.h"
#include "evidence/entry_text.h"
#include "issue/chain.h"
#include "plan/origin.h"

/* -- files --------------------------------------------------------------------------- */

const struct tar_file *
checking_ask(struct checking *c, const char *name)
{
	const struct tar_file *file = tar_find(&c->tar, name);

	if (file != NULL)
		c->asked_for[file - c->tar.files] = true;
	return file;
}

struct bytes
checking_need(struct checking *c, const char *name)
{
	const struct tar_file *file = checking_ask(c, name);

	if (file != NULL)
		return file->bytes;
	(void)error_fail(c->findings, RULE_BUNDLE_FILE, "%s is missing", name);
	return BYTES(NULL, 0);
}

static void
files_not_asked_for(struct checking *c)
{
	for (size_t i = 0; i < c->tar.n; i++)
		if (!c->asked_for[i])
			(void)error_fail(c->findings, RULE_BUNDLE_FILE,
			    "%s is in it, and nothing speaks of it", c->tar.files[i].name);
}

/* Written once more it is the same list. */
static void
check_sums(struct checking *c)
{
	struct bytes have = checking_need(c, BUNDLE_SUMS);

	for (size_t i = 0; i < c->tar.n; i++) {
		const struct tar_file *file = &c->tar.files[i];
		SCOPED(buf_clear) struct buf line = BUF_INIT;

		if (strcmp(file->name, BUNDLE_SUMS) == 0)
			continue;
		sha256_put_hex(file->bytes, &line);
		buf_printf(&line, "  %s\n", file->name);
		if (have.n < line.n || memcmp(have.p, line.p, line.n) != 0) {
			(void)error_fail(c->findings, RULE_BUNDLE_DIGEST,
			    "%s has not the digest that " BUNDLE_SUMS " lists at its place",
			    file->name);
			return;
		}
		have = BYTES(have.p + line.n, have.n - line.n);
	}
	if (have.n != 0)
		(void)error_fail(c->findings, RULE_BUNDLE_DIGEST,
		    BUNDLE_SUMS " lists more than there is");
}

/* -- the CA and its checkpoint ---------------------------------------------------------- */

static void
check_ca(struct checking *c, struct bundle *ret)
{
	SCOPED(error_free) struct error *why = error_new();
	struct bytes file = checking_need(c, BUNDLE_CA);
	uint8_t key[SHA256_OCTETS];
	struct audit_ca ca;

	if (file.p == NULL)
		return;
	if (cert_read_chain(file, c->arena, &ca.certs, &ca.n, why) == RC_OK && ca.n != 0 &&
	    chain_check(&ca.certs[0], ca.certs + 1, ca.n - 1, RULE_BUNDLE_CHAIN, why) == RC_OK) {
		sha256(ca.certs[0].spki, key);
		c->ca_key = arena_bytes(c->arena, BYTES(key, sizeof(key)));
		c->ca = ca;
		ret->ca = ca.certs[0].subject_text;
		return;
	}
	(void)error_fail(c->findings, RULE_BUNDLE_CHAIN, BUNDLE_CA ": %s", error_message(why));
}

/* One of the chain itself, or who signed the last of it. */
static bool
is_trusted(const struct checking *c, const struct cert *issuer)
{
	SCOPED(error_free) struct error *unheard = error_new();

	for (size_t i = 0; i < c->ca.n; i++)
		if (bytes_equal(c->ca.certs[i].der, issuer->der))
			return true;
	return cert_check_issuer(&c->ca.certs[c->ca.n - 1], issuer, RULE_BUNDLE_CHAIN,
	    unheard) == RC_OK;
}

static void
check_issuer(struct checking *c)
{
	const struct bundle_terms *terms = c->terms;

	if (terms->n_issuers == 0) {
		error_note(c->findings, RULE_BUNDLE_ISSUER, NOWHERE,
		    "nobody said which CA is trusted; --issuer FILE does");
		return;
	}
	for (size_t i = 0; c->ca.n != 0 && i < terms->n_issuers; i++)
		if (is_trusted(c, &terms->issuers[i]))
			return;
	(void)error_fail(c->findings, RULE_BUNDLE_ISSUER,
	    "neither its CA nor one above it is one that is trusted");
}

static void
check_checkpoint(struct checking *c)
{
	SCOPED(error_free) struct error *why = error_new();
	struct bytes cms = checking_need(c, BUNDLE_CMS), text = checking_need(c, BUNDLE_TEXT);
	struct checkpoint inside, beside;

	if (cms.p == NULL || text.p == NULL || c->ca.n == 0)
		return;
	if (audit_checkpoint_read(&c->ca, cms, false, &inside, why) != RC_OK ||
	    checkpoint_read(text, &beside, why) != RC_OK) {
		(void)error_fail(c->findings, RULE_BUNDLE_CHECKPOINT, "%s [%s]",
		    error_message(why), rule_id(error_rule(why)));
		return;
	}
	if (!checkpoint_equal(&inside, &beside)) {
		(void)error_fail(c->findings, RULE_BUNDLE_CHECKPOINT,
		    BUNDLE_TEXT " is not what " BUNDLE_CMS " signs");
		return;
	}
	c->checkpoint = inside;
	c->has_checkpoint = true;
}

/* -- an entry's events ------------------------------------------------------------------ */

void
packed_find(const struct packed *p, enum rule rule, const char *name, const char *what)
{
	(void)error_fail(p->c->findings, rule, "%s%s: %s", p->folder, name, what);
}

bool
checking_is_sealed(const struct checking *c, const struct proof *proof)
{
	return !c->has_checkpoint || (proof->size == c->checkpoint.size &&
	    memcmp(proof->root, c->checkpoint.root, sizeof(proof->root)) == 0);
}

/* Without one that begins or goes on otherwise than the states allow. */
static bool
follow_state(struct packed *p, const struct event *e, bool *begun)
{
	bool moves = false;

	if (bundle_event_is(e, "intent") || bundle_event_is(e, "reserve")) {
		p->entry->state = e->kind->word[0] == 'r' ? LEDGER_RESERVED : LEDGER_PENDING;
		return !*begun && (*begun = true);
	}
	for (size_t i = 0; *begun && i < LEDGER_MOVES; i++) {
		const struct ledger_move *move = &ledger_moves[i];

		if (strcmp(move->event, e->kind->word) != 0)
			continue;
		moves = true;
		if (move->from == p->entry->state) {
			p->entry->state = move->to;
			return true;
		}
	}
	return *begun && !moves;
}

static bool
kind_find(struct bytes word, enum ledger_kind *ret)
{
	for (unsigned i = 0; i < LEDGER_KINDS; i++)
		if (bytes_equal(word, bytes_of_text(ledger_kind_word(i)))) {
			*ret = (enum ledger_kind)i;
			return ledger_kind_has_serial(*ret);
		}
	return false;
}

static const char *
text_of(const struct packed *p, struct bytes field)
{
	return arena_strndup(p->c->arena, (const char *)field.p, field.n);
}

static bool
take_meant(struct packed *p, const struct event *e)
{
	SCOPED(buf_clear) struct buf serial = BUF_INIT;
	struct bundle_entry *entry = p->entry;

	if (!kind_find(bundle_field(e, "what"), &p->kind))
		return false;
	buf_put_hex(&serial, bundle_field(e, "serial"));
	entry->serial = arena_strdup(p->c->arena, buf_text(&serial));
	entry->entry = text_of(p, bundle_field(e, "entry"));
	entry->requester = text_of(p, bundle_field(e, "requester"));
	return true;
}

/* NULL: they are good. */
static const char *
events_fault(struct packed *p)
{
	bool begun = false;

	p->events = arena_alloc(p->c->arena, (p->proof.n_events + 1) * sizeof(*p->events));
	for (size_t i = 0; i < p->proof.n_events; i++) {
		struct event *e = &p->events[i];

		if (!event_read(p->proof.events[i].body, e) ||
		    (uint64_t)e->seq != p->proof.events[i].seq ||
		    (i > 0 && e->seq <= p->events[i - 1].seq))
			return "an event is in no form that is known, or out of order";
		if (event_number(bundle_field(e, "id")) != p->entry->id)
			return "an event speaks of another entry";
		if (!follow_state(p, e, &begun))
			return "an event tells of a change that cannot be";
		p->entry->time = e->time;
	}
	if (!begun || !take_meant(p, &p->events[0]))
		return "it does not tell of a certificate that was meant to be signed";
	return NULL;
}

static bool
check_proof(struct packed *p)
{
	SCOPED(error_free) struct error *why = error_new();
	struct bytes text = checking_need(p->c,
	    arena_printf(p->c->arena, "%sproof.txt", p->folder));
	const char *fault = NULL;

	if (text.p == NULL)
		return false;
	if (proof_read(text, p->c->arena, &p->proof, why) != RC_OK)
		fault = error_message(why);
	else if (!checking_is_sealed(p->c, &p->proof))
		fault = "it is over another tree than the checkpoint";
	else
		fault = events_fault(p);
	if (fault != NULL)
		packed_find(p, RULE_BUNDLE_PROOF, "proof.txt", fault);
	return fault == NULL;
}

/* -- an entry's files -------------------------------------------------------------------- */

static void
keep_file(struct packed *p, const char *name, struct bytes bytes)
{
	const struct {
		const char *name;
		struct bytes *bytes;
	} kept[] = {
		{ "tbs.der", &p->tbs }, { "certificate.der", &p->certificate },
		{ "request.der", &p->request }, { "entry.txt", &p->planned },
		{ "origin.txt", &p->origin },
	};

	for (size_t i = 0; i < ARRAY_LEN(kept); i++)
		if (strcmp(kept[i].name, name) == 0)
			*kept[i].bytes = bytes;
}

/* Older ledgers kept no compiled roles. */
static bool
may_be_missing(const char *name)
{
	return strcmp(name, "profile.txt") == 0;
}

static void
check_digest(struct packed *p, const char *name, struct bytes digest)
{
	const char *path = arena_printf(p->c->arena, "%s%s", p->folder, name);
	const struct tar_file *file = checking_ask(p->c, path);
	uint8_t have[SHA256_OCTETS];

	if (file == NULL) {
		if (!may_be_missing(name))
			(void)checking_need(p->c, path);
		return;
	}
	sha256(file->bytes, have);
	if (bytes_equal(BYTES(have, sizeof(have)), digest))
		keep_file(p, name, file->bytes);
	else
		packed_find(p, RULE_BUNDLE_RECORD, name, "its digest is not the one of the record");
}

/* What has no name of its own need not be there: not each digest is of something kept. */
static void
check_document(struct packed *p, struct bytes digest)
{
	SCOPED(buf_clear) struct buf name = BUF_INIT;

	buf_puts(&name, "documents/");
	buf_put_hex(&name, digest);
	if (tar_find(&p->c->tar, arena_printf(p->c->arena, "%s%s", p->folder,
	    buf_text(&name))) != NULL)
		check_digest(p, buf_text(&name), digest);
}

/* The newest event that names a file is the one that counts. */
static void
check_files(struct packed *p)
{
	struct arena *arena = p->c->arena;
	VEC(const char *) seen = { .v = NULL };

	for (size_t i = p->proof.n_events; i > 0; i--) {
		const struct event *e = &p->events[i - 1];

		for (size_t k = 0; k < e->n; k++) {
			const char *name = bundle_file_of(e, k, arena);
			bool again = name == NULL;

			if (!bundle_is_digest(e, k))
				continue;
			for (size_t s = 0; !again && s < seen.n; s++)
				again = strcmp(seen.v[s], name) == 0;
			if (again) {
				check_document(p, e->field[k]);
				continue;
			}
			*VEC_PUSH(arena, &seen) = name;
			check_digest(p, name, e->field[k]);
		}
	}
}

static void
check_texts(struct packed *p)
{
	struct bytes rest = p->origin, hex, called;

	while (origin_next_text(&rest, &hex, &called)) {
		const char *name = arena_printf(p->c->arena, "texts/%.*s", (int)hex.n,
		    (const char *)hex.p);
		const struct tar_file *file = checking_ask(p->c, name);
		SCOPED(buf_clear) struct buf have = BUF_INIT;

		if (file == NULL) {
			(void)checking_need(p->c, name);
			continue;
		}
		sha256_put_hex(file->bytes, &have);
		if (!bytes_equal(buf_bytes(&have), hex))
			(void)error_fail(p->c->findings, RULE_BUNDLE_TEXT,
			    "%s is another text than was planned from", name);
	}
}

/* -- the certificate ---------------------------------------------------------------------- */

/* NULL: it is good. */
static const char *
certificate_fault(struct packed *p, const struct cert *cert, struct error *why)
{
	const struct audit_ca *ca = &p->c->ca;

	if (p->tbs.p != NULL && !bytes_equal(cert->tbs, p->tbs))
		return "it does not hold what was to be signed";
	if (p->kind == LEDGER_SELF_SIGNED)
		return cert_check_issuer(cert, cert, RULE_BUNDLE_CERTIFICATE, why) == RC_OK
		    ? NULL : error_message(why);
	if (ca->n != 0 && cert_check_issuer(cert, &ca->certs[0], RULE_BUNDLE_CERTIFICATE,
	    why) != RC_OK)
		return error_message(why);
	return NULL;
}

static void
check_lint(struct packed *p, const struct cert *cert, const struct entry *entry)
{
	SCOPED(error_free) struct error *found = error_new();

	if (p->c->ca.n == 0)
		return;
	bundle_lint(cert, &p->c->ca.certs[0], entry, found);
	for (const struct diagnosis *d = error_first(found); d != NULL; d = d->next)
		if (d->severity == SEVERITY_ERROR)
			(void)error_fail(p->c->findings, RULE_BUNDLE_LINT, "%stbs.der: %s [%s]",
			    p->folder, d->message, rule_id(d->rule));
}

/* The key of the request is the certificate's, and it signed the request.  A key that
 * would not be certified today was, once. */
static void
check_request(struct packed *p, const struct cert *cert)
{
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(csr_clear) struct csr csr = CSR_INIT;

	if (p->request.p == NULL)
		return;
	if (csr_read(p->request, p->c->arena, &csr, why) != RC_OK)
		packed_find(p, RULE_BUNDLE_REQUEST, "request.der", error_message(why));
	else if (!bytes_equal(pubkey_spki(csr.key), cert->spki))
		packed_find(p, RULE_BUNDLE_REQUEST, "request.der",
		    "it holds another key than the certificate");
}

static void
check_signed(struct packed *p, const struct cert *cert)
{
	SCOPED(error_free) struct error *why = error_new();
	const char *fault = certificate_fault(p, cert, why);

	if (fault != NULL)
		packed_find(p, RULE_BUNDLE_CERTIFICATE, "certificate.der", fault);
	p->entry->subject = cert->subject_text;
	p->entry->not_before = cert->not_before;
	p->entry->not_after = cert->not_after;
}

/* What was to be signed is looked at also where nothing was signed in the end. */
static void
check_certificate(struct packed *p)
{
	SCOPED(error_free) struct error *why = error_new();
	struct entry entry = { .id = NULL };
	struct cert cert;

	if (p->tbs.p != NULL) {
		if (cert_read_tbs(p->tbs, p->c->arena, &cert, why) != RC_OK) {
			packed_find(p, RULE_BUNDLE_LINT, "tbs.der", error_message(why));
			return;
		}
		if (entry_text_is_planned(p->planned))
			entry_text_compare(p->planned, &cert,
			    arena_printf(p->c->arena, "%sentry.txt", p->folder), p->c->arena,
			    &entry, p->c->findings);
		check_lint(p, &cert, &entry);
		check_request(p, &cert);
	}
	if (p->certificate.p == NULL)
		return;
	if (cert_read(p->certificate, p->c->arena, &cert, why) == RC_OK)
		check_signed(p, &cert);
	else
		packed_find(p, RULE_BUNDLE_CERTIFICATE, "certificate.der", error_message(why));
}

/* -- all entries -------------------------------------------------------------------------- */

static void
check_known_of(struct packed *p, const struct checkpoint *known)
{
	const struct proof *proof = &p->proof;

	if (proof->size == known->size && memcmp(proof->root, known->root, MERKLE_OCTETS) == 0)
		return;
	if (proof->has_older && proof->old_size == known->size &&
	    memcmp(proof->old_root, known->root, MERKLE_OCTETS) == 0)
		return;
	packed_find(p, RULE_BUNDLE_KNOWN, "proof.txt",
	    "it is not proven to have grown from the checkpoint that is known");
}

static void
check_entry(struct checking *c, int64_t id, const struct checkpoint *known)
{
	struct bundle_entry *entry = VEC_PUSH(c->arena, &c->entries);
	struct packed p = { .c = c, .entry = entry,
		.folder = arena_printf(c->arena, BUNDLE_ENTRIES_IN "%lld/", (long long)id) };

	*entry = (struct bundle_entry){ .id = id, .entry = "", .serial = "", .requester = "" };
	(void)checking_need(c, arena_printf(c->arena, "%slint.txt", p.folder));
	if (!check_proof(&p))
		return;
	if (known != NULL)
		check_known_of(&p, known);
	check_files(&p);
	check_texts(&p);
	packed_approvals(&p);
	check_certificate(&p);
}

int64_t
checking_number_of(const char *name, const char *folder)
{
	size_t n = strlen(folder);
	long long number;
	char *end;

	if (strncmp(name, folder, n) != 0 || name[n] < '1' || name[n] > '9')
		return 0;
	number = strtoll(name + n, &end, 10);
	return *end == '/' && number < INT64_MAX ? number : 0;
}

static void
check_entries(struct checking *c, const struct checkpoint *known)
{
	int64_t last = 0;

	for (size_t i = 0; i < c->tar.n; i++) {
		int64_t id = checking_number_of(c->tar.files[i].name, BUNDLE_ENTRIES_IN);

		if (id <= last || c->entries.n == BUNDLE_ENTRIES)
			continue;
		last = id;
		check_entry(c, id, known);
	}
	if (c->entries.n == 0)
		(void)error_fail(c->findings, RULE_BUNDLE_FILE, "no entry is in it");
}

static bool
begins_as_bundle(const struct tar *tar)
{
	static const char title[] = BUNDLE_TITLE;
	const struct tar_file *first = &tar->files[0];

	return tar->n != 0 && strcmp(first->name, BUNDLE_README) == 0 &&
	    first->bytes.n >= sizeof(title) &&
	    memcmp(first->bytes.p, title, sizeof(title) - 1) == 0;
}

static enum rc_status
known_read(const struct checking *c, struct checkpoint *ret, struct error *err)
{
	TRY_WHILE(err, audit_checkpoint_read(&c->ca, c->terms->known->file, true, ret, err),
	    "reading %s", c->terms->known->name);
	return RC_OK;
}

enum rc_status
bundle_verify(struct bytes file, const struct bundle_terms *terms, struct arena *arena,
    struct bundle *ret, struct error *findings, struct error *err)
{
	struct checking c = { .terms = terms, .arena = arena, .findings = findings };
	struct bundle bundle = { .ca = "" };
	struct checkpoint known;

	TRY(tar_read(file, arena, &c.tar, err));
	if (!begins_as_bundle(&c.tar))
		return error_fail(err, RULE_BUNDLE_FORMAT,
		    "this is no evidence bundle: it does not begin with its " BUNDLE_README);
	c.asked_for = arena_alloc(arena, c.tar.n * sizeof(bool));
	(void)checking_ask(&c, BUNDLE_README);
	check_sums(&c);
	check_ca(&c, &bundle);
	check_issuer(&c);
	check_checkpoint(&c);
	checking_policies(&c);
	checking_attestations(&c);
	if (terms->known != NULL && c.ca.n != 0)
		TRY(known_read(&c, &known, err));
	check_entries(&c, terms->known != NULL && c.ca.n != 0 ? &known : NULL);
	files_not_asked_for(&c);
	bundle.checkpoint = c.checkpoint;
	bundle.attested = c.attested.v;
	bundle.n_attested = c.attested.n;
	bundle.entries = c.entries.v;
	bundle.n_entries = c.entries.n;
	*ret = bundle;
	return RC_OK;
}
