#include "issue/issuance.h"

#include <stdlib.h>

#include "check/issuer.h"
#include "crypto/csr.h"
#include "issue/ca_entry.h"
#include "issue/differences.h"
#include "issue/permit.h"
#include "os/random.h"
#include "x509/tbs.h"

enum { DAY = 24 * 60 * 60 };

/* One issuance under way. */
struct work {
	struct home *home;
	const struct entry *entry;
	const struct issue_options *options;
	struct permit_issuer issuer;
	struct bytes csr_file;
	struct csr csr;
	int64_t now, not_before, not_after;
	uint8_t serial[SERIAL_OCTETS];
	struct sentences differences, notes;
	struct arena *arena;
};

/* -- may this request have this certificate? ---------------------------------- */

static enum rc_status
key_check(const struct work *w, struct error *err)
{
	unsigned admitted = w->entry->key_algorithms;
	struct buf want = BUF_INIT;
	enum rc_status status;

	if (bytes_equal(pubkey_spki(w->csr.key), pubkey_spki(w->home->key)))
		return error_fail(err, RULE_KEY_IS_CA, "the request holds the key of '%s' itself",
		    w->home->config.name);
	if ((pubkey_algorithm(w->csr.key) & admitted) != 0)
		return RC_OK;
	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++)
		if ((admitted >> bit & 1) != 0)
			buf_printf(&want, "%s%s", want.n == 0 ? "" : ", ", key_algorithm_word(bit));
	status = error_fail(err, RULE_KEY_NOT_ADMITTED, "the entry %s does not admit this key",
	    w->entry->id);
	error_want(err, buf_text(&want), pubkey_text(w->csr.key));
	buf_clear(&want);
	return status;
}

static enum rc_status
difference_check(struct work *w, struct error *err)
{
	differences_find(&w->csr, w->entry, &w->differences);
	if (!w->options->strict_request || w->differences.list.n == 0)
		return RC_OK;
	for (size_t i = 0; i < w->differences.list.n; i++)
		if (error_fail(err, RULE_REQUEST_DIFFERS, "%s", w->differences.list.v[i]) != RC_OK)
			error_while(err, "comparing the request with the entry %s", w->entry->id);
	return error_status(err);
}

static bool
same_topology(const char *recorded, const struct plan *plan)
{
	return recorded == NULL || plan == NULL || strcmp(recorded, plan->topology) == 0;
}

static enum rc_status
again_row(void *arg, const struct ledger_row *row, struct error *err)
{
	const struct work *w = arg;
	struct buf until = BUF_INIT, serial = BUF_INIT;
	enum rc_status status;

	if (row->not_after <= w->now || !same_topology(row->topology, w->options->plan))
		return RC_OK;
	clock_put(&until, row->not_after);
	buf_put_hex(&serial, row->serial);
	status = error_fail(err, RULE_ISSUE_AGAIN, row->state == LEDGER_PENDING
	    ? "the entry %s is being issued at this moment, until %s, serial %s"
	    : "the entry %s has a certificate that is valid until %s, serial %s",
	    w->entry->id, buf_text(&until), buf_text(&serial));
	error_fix(err, "add --renew to issue another one");
	buf_clear(&until);
	buf_clear(&serial);
	return status;
}

/* What is PENDING here belongs to a process that lives: others' were settled when the
 * home was opened. */
static enum rc_status
again_check(struct work *w, struct error *err)
{
	struct ledger_filter filter = {
		.states = 1U << LEDGER_DONE | 1U << LEDGER_PENDING,
		.kinds = 1U << LEDGER_CERTIFICATE,
		.entry = w->entry->id, .newest_first = true,
	};

	if (w->options->renew)
		return RC_OK;
	return ledger_each(w->home->ledger, &filter, again_row, w, err);
}

/* Exactly so many days, both ends included, inside the issuer's. */
static enum rc_status
validity_find(struct work *w, struct error *err)
{
	const struct cert *ca = &w->home->certificate;
	const struct home_config *config = &w->home->config;
	unsigned days =
	    w->entry->validity_days != 0 ? w->entry->validity_days : config->default_days;

	w->not_before = w->now - config->backdate;
	w->not_after = w->not_before + (int64_t)days * DAY - 1;
	if (w->not_before < ca->not_before) {
		w->not_before = ca->not_before;
		sentence_add(&w->notes, "the validity begins with the CA's own");
	}
	if (w->not_after > ca->not_after) {
		w->not_after = ca->not_after;
		sentence_add(&w->notes,
		    "the validity ends with the CA's own, before the %u days are over", days);
	}
	if (w->not_after > w->now && w->not_before <= w->now)
		return RC_OK;
	return error_fail(err, RULE_ISSUE_EXPIRED,
	    "the CA's own certificate is not valid %s",
	    w->not_after <= w->now ? "any more" : "yet");
}

static enum rc_status
request_accept(struct work *w, struct error *err)
{
	TRY(issuer_allows(w->entry, &w->home->certificate, w->home->chain, w->home->n_chain,
	    err));
	TRY_WHILE(err, csr_read(w->csr_file, w->arena, &w->csr, err), "reading the request");
	TRY(key_check(w, err));
	TRY(difference_check(w, err));
	TRY(again_check(w, err));
	return validity_find(w, err);
}

/* -- the certificate ------------------------------------------------------------ */

static enum rc_status
serial_make(struct work *w, struct error *err)
{
	if (w->options->serial == NULL)
		return random_serial(w->serial, err);
	w->options->serial(w->options->serial_arg, w->serial);
	return RC_OK;
}

static void
tbs_make(const struct work *w, struct buf *subject, struct buf *out)
{
	struct buf exts = BUF_INIT;
	struct entry_ca_facts facts = {
		.spki = pubkey_spki(w->csr.key), .subject_key_id = pubkey_key_id(w->csr.key),
		.key_is_ec = pubkey_is_ec(w->csr.key),
	};
	struct tbs_parts parts = {
		.algorithm = w->issuer.algorithm, .issuer = w->home->certificate.subject,
		.spki = facts.spki, .serial = BYTES(w->serial, sizeof(w->serial)),
		.not_before = w->not_before, .not_after = w->not_after,
	};

	home_ca_facts(w->home, &facts);
	entry_extensions(w->entry, &facts, &exts);
	dn_encode(&w->entry->subject, subject);
	parts.subject = buf_bytes(subject);
	parts.extensions = buf_bytes(&exts);
	tbs_encode(&parts, out);
	buf_clear(&exts);
}

static enum rc_status
permit_get(struct work *w, struct permit **ret, struct error *err)
{
	SCOPED(buf_clear) struct buf tbs = BUF_INIT;
	SCOPED(buf_clear) struct buf subject = BUF_INIT;
	struct permit_draft draft = {
		.kind = LEDGER_CERTIFICATE, .serial = BYTES(w->serial, sizeof(w->serial)),
		.key = w->csr.key, .not_before = w->not_before, .not_after = w->not_after,
		.entry = w->entry, .csr = w->csr.der, .requester = w->options->requester,
		.plan = w->options->plan,
	};

	tbs_make(w, &subject, &tbs);
	draft.tbs = buf_bytes(&tbs);
	draft.subject = buf_bytes(&subject);
	return permit_make(&w->issuer, &draft, ret, err);
}

static enum rc_status
work_prepare(struct work *w, struct permit **ret, struct error *err)
{
	TRY(request_accept(w, err));
	TRY(serial_make(w, err));
	return permit_get(w, ret, err);
}

/* A request that is refused by a rule stands in the ledger with the rule. */
static void
refusal_record(const struct work *w, struct error *err)
{
	enum rc_status class = rule_status(error_rule(err));
	struct ledger_refusal refusal = {
		.rule = rule_id(error_rule(err)), .entry = w->entry->id,
		.requester = w->options->requester,
		.csr = w->csr.der.n != 0 ? w->csr.der : w->csr_file,
		.message = error_message(err),
	};

	if (class != RC_INPUT && class != RC_POLICY && class != RC_BUG)
		return;
	if (ledger_refuse(w->home->ledger, &refusal, err) != RC_OK)
		error_while(err, "recording the refusal");
}

void
issue_refused(struct home *home, const struct entry *entry,
    const struct issue_options *options, struct error *err)
{
	const struct work w = { .home = home, .entry = entry, .options = options,
		.csr = CSR_INIT };

	refusal_record(&w, err);
}

/* Takes the arena over. */
static struct issuance *
issuance_make(struct work *w, const struct permit *permit, const struct permit_result *result)
{
	struct issuance *issued = mem_zero(sizeof(*issued));
	struct buf serial = BUF_INIT;

	issued->arena = TAKE(w->arena);
	issued->der = result->der;
	issued->certificate = result->certificate;
	buf_put_hex(&serial, BYTES(w->serial, sizeof(w->serial)));
	issued->serial = arena_strdup(issued->arena, buf_text(&serial));
	buf_clear(&serial);
	issued->ledger_id = permit_ledger_id(permit);
	issued->differences = w->differences.list.v;
	issued->n_differences = w->differences.list.n;
	issued->notes = w->notes.list.v;
	issued->n_notes = w->notes.list.n;
	return issued;
}

static enum rc_status
work_run(struct work *w, struct issuance **ret, struct error *err)
{
	SCOPED(permit_free) struct permit *permit = NULL;
	struct permit_result result;
	enum rc_status status = work_prepare(w, &permit, err);

	if (status != RC_OK) {
		refusal_record(w, err);
		return status;
	}
	TRY(permit_spend(permit, w->arena, &result, err));
	*ret = issuance_make(w, permit, &result);
	return RC_OK;
}

/* The signer must be a login to this home's key, judged at this home's level. */
static enum rc_status
signer_fits(const struct home *home, const struct signer *signer, struct error *err)
{
	if (!home->has_certificate)
		return error_fail(err, RULE_CA_WAITING, "'%s' has no certificate yet",
		    home->config.name);
	TRY(signer_check(signer, err));
	if (signer->level != home->config.custody ||
	    !bytes_equal(pubkey_spki(signer->pubkey), pubkey_spki(home->key)))
		return error_fail(err, RULE_BUG, "the signer belongs to another CA home");
	return RC_OK;
}

enum rc_status
issue_certificate(struct home *home, struct signer *signer, const struct entry *entry,
    struct bytes csr_file, const struct issue_options *options, struct issuance **ret,
    struct error *err)
{
	struct work w = {
		.home = home, .entry = entry, .options = options, .csr_file = csr_file,
		.issuer = {
			.ledger = home->ledger, .signer = signer, .key = home->key,
			.algorithm = home->algorithm, .certificate = &home->certificate,
		},
		.csr = CSR_INIT, .now = clock_now(home->clock),
	};
	enum rc_status status;

	TRY(signer_fits(home, signer, err));
	w.arena = arena_new();
	w.differences.arena = w.arena;
	w.notes.arena = w.arena;
	status = work_run(&w, ret, err);
	if (status != RC_OK)
		error_while(err, "issuing %s", entry->id);
	csr_clear(&w.csr);
	arena_free(w.arena);
	return status;
}

static enum rc_status
path_check(const struct home *home, unsigned path_len, struct error *err)
{
	if (home->path_len < 0 || (int)path_len < home->path_len)
		return RC_OK;
	return error_fail(err, RULE_CA_PATH_LENGTH,
	    "'%s' has path length %d and may not certify a CA with path length %u",
	    home->config.name, home->path_len, path_len);
}

enum rc_status
issue_ca_certificate(struct home *home, struct signer *signer,
    const struct ca_request *request, struct bytes csr_file,
    const struct issue_options *options, struct issuance **ret, struct error *err)
{
	SCOPED(plan_free) struct plan *plan = NULL;
	struct ca_terms terms = {
		.subject = request->subject, .path_len = (int)request->path_len,
		.validity_days = request->validity_days,
	};

	TRY(path_check(home, request->path_len, err));
	if (dn_is_empty(&request->subject))
		return error_fail(err, RULE_CA_SUBJECT, "a CA needs a subject");
	if (home->config.custody == CUSTODY_MEMORY && !ca_subject_is_stamped(&request->subject))
		return error_fail(err, RULE_CA_SUBJECT,
		    "below a CA of custody memory, a CA's subject has OU=%s", CA_MEMORY_STAMP);
	TRY(plan_ca(request->role, &terms, &plan, err));
	return issue_certificate(home, signer, &plan->entries[0], csr_file, options, ret, err);
}

void
issuance_free(struct issuance *issued)
{
	if (issued == NULL)
		return;
	arena_free(issued->arena);
	free(issued);
}
