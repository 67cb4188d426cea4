/*
 * sign.c - what a ceremony signs: the request, the certificate, the transcript.
 */
#include "issue/ceremony/transcript.h"
#include "issue/ceremony/work.h"

#include <stdlib.h>

#include "crypto/envelope.h"
#include "os/file.h"
#include "x509/tbs.h"

/* DER, in the arena. */
static enum rc_status
draft_sign(struct work *w, const struct permit_issuer *issuer,
    const struct permit_draft *draft, const char *what, struct bytes *ret, struct error *err)
{
	SCOPED(permit_free) struct permit *permit = NULL;
	struct permit_result result = { .der = { .n = 0 } };

	TRY_WHILE(err, permit_make(issuer, draft, &permit, err), "preparing %s", what);
	TRY_WHILE(err, permit_spend(permit, w->arena, &result, err), "signing %s", what);
	*ret = result.der;
	work_step(w, "signed %s and read it back: ledger entry %lld", what,
	    (long long)permit_ledger_id(permit));
	return RC_OK;
}

void
work_issuer(const struct work *w, struct permit_issuer *ret)
{
	bool root = w->issuer == NULL;

	*ret = (struct permit_issuer){
		.ledger = root ? w->making.ledger : w->issuer->ledger,
		.signer = root ? w->making.signer : w->signer,
		.key = root ? w->making.signer->pubkey : w->issuer->key,
		.algorithm = w->facts.algorithm, .certificate = w->facts.issuer,
	};
}

/* -- the request ----------------------------------------------------------------------------- */

/* By the new key itself: in its home's ledger, or, where it gets none, in that of the CA
 * that certifies it. */
static enum rc_status
requester_of(const struct work *w, struct permit_issuer *ret, struct error *err)
{
	*ret = (struct permit_issuer){
		.ledger = w->has_making ? w->making.ledger : w->issuer->ledger,
		.signer = w->has_making ? w->making.signer : w->subject,
		.key = w->facts.key,
	};
	return home_algorithm(w->facts.key, NULL, false, &ret->algorithm, err);
}

/* What the key is for; the issuer's parts are the issuer's to say. */
static void
request_extensions(const struct work *w, struct buf *out)
{
	struct entry_ca_facts facts = {
		.spki = pubkey_spki(w->facts.key), .subject_key_id = pubkey_key_id(w->facts.key),
		.key_is_ec = pubkey_is_ec(w->facts.key),
	};
	struct entry entry = w->entry;

	entry.exts = arena_alloc(w->arena, (w->entry.n_exts + 1) * sizeof(*entry.exts));
	entry.n_exts = 0;
	for (size_t i = 0; i < w->entry.n_exts; i++)
		if (w->entry.exts[i].from != EXT_FROM_CA)
			entry.exts[entry.n_exts++] = w->entry.exts[i];
	entry_extensions(&entry, &facts, out);
}

static enum rc_status
request_sign(struct work *w, struct error *err)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT, exts = BUF_INIT, info = BUF_INIT;
	struct permit_draft draft = { .kind = LEDGER_CSR, .key = w->facts.key,
		.requester = w->file->name };
	struct permit_issuer requester;

	if (w->file->key.uri == NULL || w->issuer == NULL)
		return RC_OK;
	TRY(requester_of(w, &requester, err));
	dn_encode(&w->entry.subject, &subject);
	request_extensions(w, &exts);
	csr_info_encode(buf_bytes(&subject), pubkey_spki(draft.key), buf_bytes(&exts), &info);
	draft.subject = buf_bytes(&subject);
	draft.tbs = buf_bytes(&info);
	return draft_sign(w, &requester, &draft, "the request of the new key", &w->csr_der, err);
}

/* -- the certificate -------------------------------------------------------------------------- */

static enum rc_status
certificate_sign(struct work *w, struct error *err)
{
	struct permit_draft draft = {
		.kind = w->facts.issuer == NULL ? LEDGER_SELF_SIGNED : LEDGER_CERTIFICATE,
		.tbs = buf_bytes(&w->tbs.octets), .serial = w->facts.serial, .key = w->facts.key,
		.not_before = w->file->not_before, .not_after = w->file->not_after,
		.entry = &w->entry, .csr = w->csr_der, .requester = w->file->name,
		.arena = w->arena,
	};
	struct permit_issuer issuer;

	work_issuer(w, &issuer);
	TRY(draft_sign(w, &issuer, &draft, "the certificate", &w->der, err));
	return cert_read(w->der, w->arena, &w->made, err);
}

/* From the issuer up; n is 0 where the certificate signs itself. */
static const struct cert **
above_of(const struct work *w, size_t *ret_n)
{
	const struct cert **above;
	size_t n = 0;

	if (w->facts.issuer == NULL) {
		*ret_n = 0;
		return NULL;
	}
	above = arena_alloc(w->arena, (w->issuer->n_chain + 1) * sizeof(const struct cert *));
	above[n++] = &w->issuer->certificate;
	for (size_t i = 0; i < w->issuer->n_chain; i++)
		above[n++] = &w->issuer->chain[i];
	*ret_n = n;
	return above;
}

static enum rc_status
chain_judge(struct work *w, struct error *err)
{
	size_t n;
	const struct cert **above = above_of(w, &n);

	TRY_WHILE(err, cert_verify(&w->made, n > 0 ? above[0] : &w->made, err),
	    "checking what was made");
	TRY_WHILE(err, cert_verify_strict(&w->made, above, n, w->made.not_before, err),
	    "checking what was made");
	work_step(w, "OpenSSL's strict verification accepts the chain of %zu certificate%s", n + 1,
	    n == 0 ? "" : "s");
	return RC_OK;
}

/* -- the home --------------------------------------------------------------------------------- */

static enum rc_status
home_store(struct work *w, struct error *err)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT, chain = BUF_INIT, note = BUF_INIT;
	struct making *m = &w->making;
	size_t n;
	const struct cert **above = above_of(w, &n);

	for (size_t i = 0; i < n; i++)
		cert_put_pem(above[i]->der, &chain);
	if (n > 0) {
		TRY(making_write(m, HOME_REQUEST, w->csr_der, err));
		TRY(making_write(m, HOME_CHAIN, buf_bytes(&chain), err));
	}
	buf_printf(&note, "certificate installed by the ceremony %s sha256:", w->file->name);
	sha256_put_hex(w->der, &note);
	TRY(ledger_note(m->ledger, "ca-certificate", buf_text(&note), err));
	cert_put_pem(w->der, &pem);
	TRY(making_write(m, HOME_CERTIFICATE, buf_bytes(&pem), err));
	TRY(making_finish(m, err));
	work_step(w, "made the CA home %s", w->file->home);
	return RC_OK;
}

enum rc_status
work_sign(struct work *w, struct error *err)
{
	if (w->has_making) {
		TRY(making_found(&w->making, err));
		work_step(w, "made the ledger of the new CA in %s", w->file->home);
	}
	TRY(request_sign(w, err));
	TRY(certificate_sign(w, err));
	TRY(chain_judge(w, err));
	return w->has_making ? home_store(w, err) : RC_OK;
}

/* -- the transcript --------------------------------------------------------------------------- */

/* Beside the transcript by its name, elsewhere by its whole path. */
static const char *
output_name(const struct work *w, const char *path)
{
	const char *base = strrchr(path, '/');
	const char *there = path_folder(w->arena, w->file->transcript);

	if (path[0] == '/' || strcmp(path_folder(w->arena, path), there) != 0)
		return path[0] == '/' ? path : work_path(w, path);
	return base != NULL ? base + 1 : path;
}

static enum rc_status
output_write(struct work *w, struct claim *claim, const char *what, const char *path,
    const struct buf *bytes, struct error *err)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	TRY(claim_write(claim, buf_bytes(bytes), err));
	buf_printf(&line, "%s ", what);
	sha256_put_hex(buf_bytes(bytes), &line);
	buf_printf(&line, " %s", output_name(w, path));
	transcript_put(&w->text, "output", buf_text(&line));
	return RC_OK;
}

static enum rc_status
outputs_write(struct work *w, struct error *err)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT, csr = BUF_INIT;
	size_t n;
	const struct cert **above = above_of(w, &n);

	transcript_put_certificate(&w->text, &w->made);
	for (size_t i = 0; i < n; i++)
		transcript_put_hex(&w->text, "above", above[i]->der);
	cert_put_pem(w->der, &pem);
	TRY(output_write(w, w->certificate, "certificate", w->file->out_certificate, &pem, err));
	if (w->csr_out == NULL)
		return RC_OK;
	pem_put("CERTIFICATE REQUEST", w->csr_der, &csr);
	return output_write(w, w->csr_out, "csr", w->file->out_csr, &csr, err);
}

/* Who signs the transcript, as whom. */
static enum rc_status
sealer_of(const struct work *w, struct permit_issuer *ret, struct cms_terms *terms,
    struct error *err)
{
	work_issuer(w, ret);
	terms->signer = w->facts.issuer != NULL ? w->facts.issuer : &w->made;
	if (w->sealer != NULL) {
		ret->signer = w->sealer;
		ret->key = w->sealer->pubkey;
		TRY(home_algorithm(ret->key, NULL, false, &ret->algorithm, err));
		terms->signer = &w->sealer_cert;
	}
	terms->algorithm = ret->algorithm;
	return RC_OK;
}

static enum rc_status
text_sign(struct work *w, struct bytes *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf attributes = BUF_INIT;
	struct cms_terms terms = { .content = arena_bytes(w->arena, buf_bytes(&w->text)),
		.detached = true, .signing_time = clock_now(w->host->clock) };
	struct entry entry = { .role = "transcript", .canonical = terms.content,
		.id = arena_printf(w->arena, "ceremony/%s", w->file->name) };
	struct permit_draft draft = { .kind = LEDGER_TRANSCRIPT, .statement = &terms,
		.entry = &entry, .requester = w->file->name };
	struct permit_issuer sealer;

	TRY(sealer_of(w, &sealer, &terms, err));
	sha256(terms.content, entry.digest);
	sha256(bytes_of_text(entry.role), entry.profile_digest);
	cms_attributes_encode(&terms, &attributes);
	draft.tbs = buf_bytes(&attributes);
	draft.key = sealer.key;
	return draft_sign(w, &sealer, &draft, "the transcript", ret, err);
}

enum rc_status
work_seal(struct work *w, struct error *err)
{
	struct bytes message = { .n = 0 };
	size_t end;

	TRY(outputs_write(w, err));
	transcript_put_time(&w->text, "ended", clock_now(w->host->clock));
	end = w->text.n;
	TRY(text_sign(w, &message, err));
	buf_cut(&w->text, end);          /* what was signed ends there */
	TRY(claim_write(w->transcript, buf_bytes(&w->text), err));
	return claim_write(w->seal, message, err);
}
