#include "issue/ca_init.h"

#include "issue/making.h"
#include "issue/permit.h"
#include "os/random.h"
#include "x509/tbs.h"

enum { DAY = 24 * 60 * 60 };

/* At the level memory the subject says so, whatever was asked for. */
static struct dn
subject_stamp(const struct ca_init *init, enum custody_level level)
{
	struct dn subject = init->subject;

	if (level == CUSTODY_MEMORY)
		subject.attr[DN_OU] = CA_MEMORY_STAMP;
	return subject;
}

static enum rc_status
making_start(const struct ca_init *init, struct making *m, struct error *err)
{
	TRY(making_plan(init, &init->subject, false, m, err));
	m->subject = subject_stamp(init, m->config.custody);
	TRY(making_login(m, NULL, err));
	return making_found(m, err);
}

static struct permit_issuer
issuer_of(const struct making *m)
{
	return (struct permit_issuer){
		.ledger = m->ledger, .signer = m->signer, .key = m->signer->pubkey,
		.algorithm = m->algorithm,
	};
}

/* DER, in the arena of what is made. */
static enum rc_status
draft_sign(const struct making *m, struct permit_draft *draft, struct bytes *ret,
    struct error *err)
{
	SCOPED(permit_free) struct permit *permit = NULL;
	struct permit_issuer issuer = issuer_of(m);
	struct permit_result result;

	TRY(permit_make(&issuer, draft, &permit, err));
	TRY(permit_spend(permit, m->arena, &result, err));
	*ret = result.der;
	return RC_OK;
}

static void
root_encode(const struct making *m, const struct entry *entry, struct permit_draft *draft,
    struct buf *subject, struct buf *tbs)
{
	struct buf exts = BUF_INIT;
	struct entry_ca_facts facts = {
		.spki = pubkey_spki(draft->key), .key_is_ec = pubkey_is_ec(draft->key),
		.subject_key_id = pubkey_key_id(draft->key),
		.issuer_key_id = pubkey_key_id(draft->key),
	};
	struct tbs_parts parts = {
		.algorithm = m->algorithm, .spki = facts.spki, .serial = draft->serial,
		.not_before = draft->not_before, .not_after = draft->not_after,
	};

	entry_extensions(entry, &facts, &exts);
	dn_encode(&entry->subject, subject);
	parts.issuer = buf_bytes(subject);
	parts.subject = buf_bytes(subject);
	parts.extensions = buf_bytes(&exts);
	tbs_encode(&parts, tbs);
	draft->subject = buf_bytes(subject);
	draft->tbs = buf_bytes(tbs);
	buf_clear(&exts);
}

static enum rc_status
root_plan(const struct making *m, struct plan **ret, struct error *err)
{
	const struct ca_init *init = m->init;
	struct ca_terms terms = {
		.subject = m->subject, .validity_days = init->validity_days,
		.path_len = init->has_path_len ? (int)init->path_len : CA_PATH_OF_ROLE,
	};

	return plan_ca(init->roles.root, &terms, ret, err);
}

static enum rc_status
root_sign(const struct making *m, struct bytes *ret, struct error *err)
{
	SCOPED(plan_free) struct plan *plan = NULL;
	SCOPED(buf_clear) struct buf subject = BUF_INIT;
	SCOPED(buf_clear) struct buf tbs = BUF_INIT;
	uint8_t serial[SERIAL_OCTETS];
	const struct entry *entry;
	struct permit_draft draft = {
		.kind = LEDGER_SELF_SIGNED, .serial = BYTES(serial, sizeof(serial)),
		.key = m->signer->pubkey, .arena = m->arena,
		.not_before = clock_now(m->clock) - m->config.backdate,
	};

	TRY(root_plan(m, &plan, err));
	entry = draft.entry = &plan->entries[0];
	TRY(random_serial(serial, err));
	draft.not_after = draft.not_before + (int64_t)entry->validity_days * DAY - 1;
	root_encode(m, entry, &draft, &subject, &tbs);
	return draft_sign(m, &draft, ret, err);
}

enum rc_status
ca_init_self_signed(const struct ca_init *init, struct error *err)
{
	SCOPED(making_clear) struct making m = { .init = init };
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	struct bytes der;

	TRY(making_start(init, &m, err));
	TRY_WHILE(err, root_sign(&m, &der, err), "signing the root certificate");
	cert_put_pem(der, &pem);
	TRY(making_write(&m, HOME_CERTIFICATE, buf_bytes(&pem), err));
	return making_finish(&m, err);
}

/* What the parent may take over or not; RFC 2986 4.1, RFC 2985 5.4.2.  How many CAs may
 * stand below is the parent's to say. */
static enum rc_status
request_extensions(const struct making *m, struct buf *out, struct error *err)
{
	SCOPED(plan_free) struct plan *plan = NULL;
	const struct pubkey *key = m->signer->pubkey;
	struct ca_terms terms = { .subject = m->subject, .path_len = CA_PATH_NONE };
	struct entry_ca_facts facts = {
		.spki = pubkey_spki(key), .key_is_ec = pubkey_is_ec(key),
		.subject_key_id = pubkey_key_id(key),
	};

	TRY(plan_ca(m->init->roles.issuing, &terms, &plan, err));
	entry_extensions(&plan->entries[0], &facts, out);
	return RC_OK;
}

static enum rc_status
request_sign(const struct making *m, struct bytes *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT;
	SCOPED(buf_clear) struct buf exts = BUF_INIT;
	SCOPED(buf_clear) struct buf info = BUF_INIT;
	struct permit_draft draft = { .kind = LEDGER_CSR, .key = m->signer->pubkey };

	dn_encode(&m->subject, &subject);
	TRY(request_extensions(m, &exts, err));
	csr_info_encode(buf_bytes(&subject), pubkey_spki(draft.key), buf_bytes(&exts), &info);
	draft.subject = buf_bytes(&subject);
	draft.tbs = buf_bytes(&info);
	return draft_sign(m, &draft, ret, err);
}

enum rc_status
ca_init_csr(const struct ca_init *init, struct buf *csr, struct error *err)
{
	SCOPED(making_clear) struct making m = { .init = init };
	struct bytes der;

	TRY(making_start(init, &m, err));
	TRY_WHILE(err, request_sign(&m, &der, err), "signing the CA's request");
	TRY(making_write(&m, HOME_REQUEST, der, err));
	TRY(making_finish(&m, err));
	buf_put_bytes(csr, der);
	return RC_OK;
}
