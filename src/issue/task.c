#include "issue/task.h"

#include <stdlib.h>

#include "check/issuer.h"
#include "crypto/digest.h"
#include "os/random.h"
#include "x509/tbs.h"

enum { DAY = 24 * 60 * 60 };

/* -- may this request have this certificate? ---------------------------------- */

enum rc_status
task_key_is_no_ca(const struct home *home, const struct pubkey *key, struct error *err)
{
	if (bytes_equal(pubkey_spki(key), pubkey_spki(home->key)))
		return error_fail(err, RULE_KEY_IS_CA, "the request holds the key of '%s' itself",
		    home->config.name);
	for (size_t i = 0; i < home->n_chain; i++)
		if (bytes_equal(pubkey_spki(key), home->chain[i].spki))
			return error_fail(err, RULE_KEY_IS_CA,
			    "the request holds the key of '%s', which stands above '%s'",
			    home->chain[i].subject_text, home->config.name);
	return RC_OK;
}

static enum rc_status
key_check(const struct task *t, struct error *err)
{
	unsigned admitted = t->entry->key_algorithms;
	struct buf want = BUF_INIT;
	enum rc_status status;

	TRY(task_key_is_no_ca(t->home, t->csr.key, err));
	if ((pubkey_algorithm(t->csr.key) & admitted) != 0)
		return RC_OK;
	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++)
		if ((admitted >> bit & 1) != 0)
			buf_printf(&want, "%s%s", want.n == 0 ? "" : ", ", key_algorithm_word(bit));
	status = error_fail(err, RULE_KEY_NOT_ADMITTED, "the entry %s does not admit this key",
	    t->entry->id);
	error_want(err, buf_text(&want), pubkey_text(t->csr.key));
	buf_clear(&want);
	return status;
}

static enum rc_status
difference_check(struct task *t, struct error *err)
{
	differences_find(&t->csr, t->entry, &t->differences);
	if (!t->options->strict_request || t->differences.list.n == 0)
		return RC_OK;
	for (size_t i = 0; i < t->differences.list.n; i++)
		if (error_fail(err, RULE_REQUEST_DIFFERS, "%s", t->differences.list.v[i]) != RC_OK)
			error_while(err, "comparing the request with the entry %s", t->entry->id);
	return error_status(err);
}

static struct live_question
question_of(const struct task *t)
{
	return (struct live_question){
		.entry = t->entry,
		.topology = t->options->plan != NULL ? t->options->plan->topology : NULL,
		.key = BYTES(t->key, sizeof(t->key)), .now = t->now,
	};
}

/* What is on record for the key and the entry. */
static enum rc_status
live_look(struct task *t, struct sentences *notes, struct error *err)
{
	struct live_question question = question_of(t);

	TRY(known_key(t->home->ledger, &question, notes, err));
	t->live = (struct live){ .kind = LIVE_NONE };
	if (t->options->renew)
		return RC_OK;
	TRY(live_find(t->home->ledger, &question, t->arena, &t->live, err));
	return live_refuse(&t->live, t->entry, err);
}

enum rc_status
task_look(struct task *t, struct error *err)
{
	struct live_question question = question_of(t);
	const struct ledger_row *row;

	TRY(live_look(t, &t->notes, err));
	row = t->live.row;
	if (t->live.kind == LIVE_CHANGED)
		sentence_add(&t->notes, "the entry was another one when it got %s",
		    live_text(&t->live, t->arena));
	if (t->live.kind != LIVE_SAME)
		return known_names(t->home->ledger, &question, t->options->plan, t->quiet,
		    &t->notes, err);
	TRY_WHILE(err, cert_read(row->signed_bytes, t->arena, &t->result.certificate, err),
	    "reading ledger entry %lld", (long long)row->id);
	t->result.der = row->signed_bytes;
	return RC_OK;
}

bool
task_is_done(const struct task *t)
{
	return t->result.der.n != 0;
}

/* Between task_look() and here another process may have been faster. */
enum rc_status
task_admit(void *task, struct error *err)
{
	struct task *t = task;
	struct sentences told = { .arena = t->arena };

	TRY(live_look(t, &told, err));
	if (t->live.kind == LIVE_SAME)
		return error_fail(err, RULE_ISSUE_AGAIN,
		    "the entry %s was issued a moment ago by another process: %s", t->entry->id,
		    live_text(&t->live, t->arena));
	return RC_OK;
}

/* Exactly so many days, both ends included, inside the issuer's. */
static enum rc_status
validity_find(struct task *t, struct error *err)
{
	const struct cert *ca = &t->home->certificate;
	const struct home_config *config = &t->home->config;
	unsigned days =
	    t->entry->validity_days != 0 ? t->entry->validity_days : config->default_days;

	t->not_before = t->now - config->backdate;
	t->not_after = t->not_before + (int64_t)days * DAY - 1;
	if (t->not_before < ca->not_before) {
		t->not_before = ca->not_before;
		sentence_add(&t->notes, "the validity begins with the CA's own");
	}
	if (t->not_after > ca->not_after) {
		t->not_after = ca->not_after;
		sentence_add(&t->notes,
		    "the validity ends with the CA's own, before the %u days are over", days);
	}
	if (t->not_after > t->now && t->not_before <= t->now)
		return RC_OK;
	return error_fail(err, RULE_ISSUE_EXPIRED,
	    "the CA's own certificate is not valid %s",
	    t->not_after <= t->now ? "any more" : "yet");
}

/* -- the certificate ------------------------------------------------------------ */

static enum rc_status
serial_make(struct task *t, struct error *err)
{
	if (t->options->serial == NULL)
		return random_serial(t->serial, err);
	t->options->serial(t->options->serial_arg, t->serial);
	return RC_OK;
}

static void
tbs_make(const struct task *t, struct buf *subject, struct buf *out)
{
	struct buf exts = BUF_INIT;
	struct entry_ca_facts facts = {
		.spki = pubkey_spki(t->csr.key), .subject_key_id = pubkey_key_id(t->csr.key),
		.key_is_ec = pubkey_is_ec(t->csr.key),
	};
	struct tbs_parts parts = {
		.algorithm = t->issuer->algorithm, .issuer = t->home->certificate.subject,
		.spki = facts.spki, .serial = BYTES(t->serial, sizeof(t->serial)),
		.not_before = t->not_before, .not_after = t->not_after,
	};

	home_ca_facts(t->home, parts.serial, &facts);
	entry_extensions(t->entry, &facts, &exts);
	dn_encode(&t->entry->subject, subject);
	parts.subject = buf_bytes(subject);
	parts.extensions = buf_bytes(&exts);
	tbs_encode(&parts, out);
	buf_clear(&exts);
}

static enum rc_status
permit_get(struct task *t, struct error *err)
{
	SCOPED(buf_clear) struct buf tbs = BUF_INIT;
	struct buf subject = BUF_INIT;
	struct permit_draft draft = {
		.kind = LEDGER_CERTIFICATE, .serial = BYTES(t->serial, sizeof(t->serial)),
		.key = t->csr.key, .not_before = t->not_before, .not_after = t->not_after,
		.entry = t->entry, .csr = t->csr.der, .requester = t->options->requester,
		.plan = t->options->plan, .arena = t->arena,
	};
	enum rc_status status;

	tbs_make(t, &subject, &tbs);
	draft.tbs = buf_bytes(&tbs);
	draft.subject = buf_bytes(&subject);
	status = permit_judge(t->issuer, &draft, &t->permit, err);
	buf_clear(&subject);
	return status;
}

/* -- the stages ------------------------------------------------------------------ */

enum rc_status
task_signer_check(const struct home *home, const struct signer *signer, struct error *err)
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

void
task_init(struct task *t, const struct home *home, const struct permit_issuer *issuer,
    const struct issue_options *options)
{
	*t = (struct task){ .home = home, .issuer = issuer, .options = options,
		.csr = CSR_INIT, .now = clock_now(home->clock), .arena = arena_new() };
	t->differences.arena = t->arena;
	t->notes.arena = t->arena;
}

enum rc_status
task_read(struct task *t, struct error *err)
{
	TRY(issuer_allows(t->entry, &t->home->certificate, t->home->chain, t->home->n_chain,
	    err));
	TRY_WHILE(err, csr_read(t->csr_file, t->arena, &t->csr, err), "reading the request");
	sha256(pubkey_spki(t->csr.key), t->key);
	TRY(key_check(t, err));
	return difference_check(t, err);
}

enum rc_status
task_draft(struct task *t, struct error *err)
{
	TRY(validity_find(t, err));
	TRY(serial_make(t, err));
	return permit_get(t, err);
}

enum rc_status
task_check(struct task *t, struct error *err)
{
	return permit_check(t->permit, t->arena, &t->result, err);
}

bool
task_refusal(const struct task *t, const struct error *err, struct ledger_refusal *ret)
{
	enum rc_status class = rule_status(error_rule(err));

	*ret = (struct ledger_refusal){
		.rule = rule_id(error_rule(err)), .entry = t->entry->id,
		.requester = t->options->requester,
		.csr = t->csr.der.n != 0 ? t->csr.der : t->csr_file,
		.message = error_message(err),
	};
	return class == RC_INPUT || class == RC_POLICY || class == RC_BUG;
}

struct issuance *
task_take(struct task *t)
{
	struct issuance *issued = mem_zero(sizeof(*issued));
	struct buf serial = BUF_INIT;

	issued->arena = TAKE(t->arena);
	issued->already = t->permit == NULL;
	issued->der = t->result.der;
	issued->certificate = t->result.certificate;
	buf_put_hex(&serial, ledger_serial(t->result.certificate.serial));
	issued->serial = arena_strdup(issued->arena, buf_text(&serial));
	buf_clear(&serial);
	issued->ledger_id = t->permit != NULL ? permit_ledger_id(t->permit) : t->live.row->id;
	issued->differences = t->differences.list.v;
	issued->n_differences = t->differences.list.n;
	issued->notes = t->notes.list.v;
	issued->n_notes = t->notes.list.n;
	return issued;
}

void
task_clear(struct task *t)
{
	permit_free(t->permit);
	csr_clear(&t->csr);
	arena_free(t->arena);
}
