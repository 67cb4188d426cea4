/*
 * gather.c - what a ceremony knows before anybody logs in.
 */
#include "issue/ceremony/work.h"

#include <stdlib.h>

#include "check/lint.h"
#include "os/file.h"

void
work_init(struct work *w, const struct ceremony_file *file, const char *folder,
    const struct ceremony_host *host)
{
	*w = (struct work){ .file = file, .host = host, .folder = folder, .arena = arena_new(),
		.csr = CSR_INIT, .text = BUF_INIT };
	w->settings = home_config_defaults();
}

void
work_clear(struct work *w)
{
	signer_close(w->subject);
	signer_close(w->signer);
	signer_close(w->sealer);
	if (w->has_making)
		making_clear(&w->making);
	home_close(w->issuer);
	claim_free(w->certificate);
	claim_free(w->csr_out);
	claim_free(w->transcript);
	claim_free(w->seal);
	csr_clear(&w->csr);
	pubkey_free(w->named);
	ceremony_tbs_clear(&w->tbs);
	plan_free(w->plan);
	buf_clear(&w->text);
	arena_free(w->arena);
}

const char *
work_path(const struct work *w, const char *path)
{
	return strcmp(w->folder, ".") == 0 ? path : path_join(w->arena, w->folder, path);
}

static enum rc_status
file_take(struct work *w, const char *path, struct bytes *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	TRY(file_read(work_path(w, path), FILE_MAX_CERT, &b, err));
	*ret = arena_bytes(w->arena, buf_bytes(&b));
	return RC_OK;
}

/* -- the key ---------------------------------------------------------------------------- */

static enum rc_status
public_read(struct work *w, struct error *err)
{
	struct bytes file;

	TRY(file_take(w, w->file->key.public_path, &file, err));
	return pubkey_read_file(file, w->arena, &w->named, err);
}

static enum rc_status
csr_load(struct work *w, struct error *err)
{
	struct bytes file;

	TRY(file_take(w, w->file->csr, &file, err));
	TRY_WHILE(err, csr_read(file, w->arena, &w->csr, err), "reading the request %s",
	    w->file->csr);
	w->csr_der = w->csr.der;
	return RC_OK;
}

static enum rc_status
existing_load(struct work *w, struct error *err)
{
	SCOPED(buf_clear) struct buf known = BUF_INIT;
	struct bytes file;

	TRY(file_take(w, w->file->existing, &file, err));
	TRY_WHILE(err, cert_read_file(file, w->arena, &w->existing, err), "reading %s",
	    w->file->existing);
	w->has_existing = true;
	TRY(pubkey_read(w->existing.spki, &w->named, err));
	dn_print(&w->existing.subject_dn, &known);
	if (strcmp(buf_text(&known), w->existing.subject_text) != 0)
		return error_fail(err, RULE_CEREMONY_DIFFERS,
		    "the subject '%s' has attributes that cannot be certified here",
		    w->existing.subject_text);
	if (w->csr.key != NULL && !bytes_equal(pubkey_spki(w->csr.key), w->existing.spki))
		return error_fail(err, RULE_CEREMONY_DIFFERS,
		    "the request holds another key than '%s'", w->existing.subject_text);
	return ceremony_compare(w->file, &w->existing, err);
}

/* Somebody has the private key: it signed the request, its own certificate, or we
 * certified it before. */
static enum rc_status
possession_check(const struct work *w, struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();

	if (!w->has_existing || w->csr.key != NULL)
		return RC_OK;
	if (cert_verify(&w->existing, &w->existing, why) == RC_OK)
		return RC_OK;
	if (cert_verify(&w->existing, &w->issuer->certificate, why) == RC_OK)
		return RC_OK;
	return error_fail(err, RULE_CEREMONY_POSSESSION,
	    "'%s' is neither self-signed nor issued by '%s'", w->existing.subject_text,
	    w->issuer->config.name);
}

/* A renewed certificate stands in for one of the same CA. */
static enum rc_status
renewal_check(const struct work *w, struct error *err)
{
	if (w->file->kind != CEREMONY_RENEW)
		return RC_OK;
	TRY_WHILE(err, cert_verify(&w->existing, &w->issuer->certificate, err),
	    "looking who issued the certificate that is renewed");
	return RC_OK;
}

static const struct pubkey *
key_known(const struct work *w)
{
	if (w->csr.key != NULL)
		return w->csr.key;
	if (w->subject != NULL)
		return w->subject->pubkey;
	return w->has_making && w->making.signer != NULL ? w->making.signer->pubkey : w->named;
}

static enum rc_status
key_check(const struct work *w, struct error *err)
{
	const struct pubkey *key = w->facts.key;
	unsigned want = w->file->key.algorithm;

	if (key == NULL)
		return RC_OK;
	TRY_WHILE(err, pubkey_check(key, err), "judging the key that is to be certified");
	if (w->file->key.uri != NULL && pubkey_algorithm(key) != want) {
		enum rc_status status = error_fail(err, RULE_CEREMONY_DIFFERS,
		    "the key is of another type than the ceremony file says");

		error_want(err, w->file->key.type, pubkey_text(key));
		return status;
	}
	if (w->facts.issuer != NULL && bytes_equal(pubkey_spki(key), pubkey_spki(w->issuer->key)))
		return error_fail(err, RULE_KEY_IS_CA, "the key is that of '%s' itself",
		    w->issuer->config.name);
	return RC_OK;
}

/* -- who signs, and how --------------------------------------------------------------------- */

static enum rc_status
settings_load(struct work *w, struct error *err)
{
	struct bytes file;

	if (w->file->config == NULL)
		return RC_OK;
	TRY(file_take(w, w->file->config, &file, err));
	return home_config_read(file, w->file->config, true, w->arena, &w->settings, err);
}

/* Of a key that is not known yet its type is. */
static enum rc_sigalg
algorithm_of_type(unsigned type, const char *digest, bool pss)
{
	static const struct {
		const char *digest;
		unsigned curve;
		enum rc_sigalg rsa, pss, ec;
	} table[] = {
		{ "sha256", KEY_EC_P256, RC_RSA_SHA256, RC_RSA_PSS_SHA256, RC_ECDSA_SHA256 },
		{ "sha384", KEY_EC_P384, RC_RSA_SHA384, RC_RSA_PSS_SHA384, RC_ECDSA_SHA384 },
		{ "sha512", KEY_EC_P521, RC_RSA_SHA512, RC_RSA_PSS_SHA512, RC_ECDSA_SHA512 },
	};
	bool ec = (type & (KEY_EC_P256 | KEY_EC_P384 | KEY_EC_P521)) != 0;
	size_t chosen = 0;

	for (size_t i = 0; i < ARRAY_LEN(table); i++)
		if (digest != NULL ? strcmp(digest, table[i].digest) == 0 : table[i].curve == type)
			chosen = i;
	return ec ? table[chosen].ec : pss ? table[chosen].pss : table[chosen].rsa;
}

static enum rc_status
algorithm_find(struct work *w, struct error *err)
{
	const char *digest = w->file->digest != NULL ? w->file->digest : w->settings.digest;

	if (w->issuer != NULL) {
		w->facts.algorithm = w->issuer->algorithm;
		return RC_OK;
	}
	if (w->facts.key != NULL)
		return home_algorithm(w->facts.key, digest, w->settings.pss,
		    &w->facts.algorithm, err);
	w->facts.algorithm =
	    algorithm_of_type(w->file->key.algorithm, digest, w->settings.pss);
	return RC_OK;
}

/* The lint says the same of the bytes, once they are all known. */
static enum rc_status
validity_check(const struct work *w, struct error *err)
{
	const struct cert *issuer = w->facts.issuer;

	if (issuer == NULL || (w->file->not_before >= issuer->not_before &&
	    w->file->not_after <= issuer->not_after))
		return RC_OK;
	return error_fail(err, RULE_LINT_VALIDITY,
	    "the validity that the file says is not within that of '%s'", issuer->subject_text);
}

static enum rc_status
admission_check(const struct work *w, struct error *err)
{
	const struct pubkey *key = w->facts.key;
	unsigned algorithm = key != NULL ? pubkey_algorithm(key) : w->file->key.algorithm;

	if ((algorithm & w->entry.key_algorithms) != 0)
		return RC_OK;
	return error_fail(err, RULE_KEY_NOT_ADMITTED, "the role %s does not admit %s",
	    w->entry.role, key != NULL ? pubkey_text(key) : w->file->key.type);
}

/* Keys in memory are told by the subject, at every CA of theirs. */
static enum rc_status
stamp_check(const struct work *w, struct error *err)
{
	bool memory = w->issuer != NULL ? w->issuer->config.custody == CUSTODY_MEMORY
	                                : w->file->key.custody == CUSTODY_MEMORY;
	bool is_ca = w->entry.exts[0].value.u.basic.ca;

	if (!is_ca || memory == ca_subject_is_stamped(&w->entry.subject))
		return RC_OK;
	return error_fail(err, RULE_CA_SUBJECT,
	    "custody %s memory, and the subject of a CA %s OU=%s", memory ? "is" : "is not",
	    memory ? "lacks" : "has", CA_MEMORY_STAMP);
}

static enum rc_status
expect_check(const struct work *w, struct error *err)
{
	SCOPED(buf_clear) struct buf want = BUF_INIT, have = BUF_INIT;
	struct bytes digest = BYTES(w->tbs_sha256, sizeof(w->tbs_sha256));
	enum rc_status status;

	if (w->file->tbs_sha256.n == 0 || !w->tbs.known ||
	    bytes_equal(w->file->tbs_sha256, digest))
		return RC_OK;
	buf_put_hex(&want, w->file->tbs_sha256);
	buf_put_hex(&have, digest);
	status = error_fail(err, RULE_CEREMONY_DIFFERS,
	    "what would be signed is not what was reviewed: its SHA-256");
	error_want(err, buf_text(&want), buf_text(&have));
	return status;
}

static enum rc_status
tbs_lint(const struct work *w, struct error *err)
{
	struct lint_context context = {
		.algorithm = w->facts.algorithm, .issuer = w->facts.issuer,
		.key = w->facts.key, .serial = w->facts.serial, .entry = &w->entry,
	};

	if (!w->tbs.known)
		return RC_OK;
	TRY_WHILE(err, lint_certificate(buf_bytes(&w->tbs.octets), &context, err),
	    "linting what would be signed");
	return RC_OK;
}

enum rc_status
work_plan(struct work *w, struct error *err)
{
	struct ceremony_facts *facts = &w->facts;
	bool own = ceremony_signs_itself(w->file, &w->existing,
	    w->issuer != NULL ? w->issuer->key : NULL);

	facts->issuer = own ? NULL : &w->issuer->certificate;
	facts->existing = w->has_existing ? &w->existing : NULL;
	facts->key = key_known(w);
	facts->roles = w->host->roles;
	if (w->issuer != NULL)
		home_ca_facts(w->issuer, facts->serial, &facts->ca);
	TRY(key_check(w, err));
	TRY(algorithm_find(w, err));
	plan_free(TAKE(w->plan));
	TRY_WHILE(err, ceremony_entry_make(w->file, facts, w->arena, &w->plan, &w->entry, err),
	    "planning the certificate");
	TRY(validity_check(w, err));
	TRY(admission_check(w, err));
	TRY(stamp_check(w, err));
	ceremony_tbs_clear(&w->tbs);
	ceremony_tbs_make(w->file, &w->entry, facts, &w->tbs);
	sha256(buf_bytes(&w->tbs.octets), w->tbs_sha256);
	TRY(tbs_lint(w, err));
	return expect_check(w, err);
}

enum rc_status
work_gather(struct work *w, enum home_use use, struct error *err)
{
	const struct ceremony_file *file = w->file;

	if (file->not_after <= clock_now(w->host->clock))
		return error_fail(err, RULE_CEREMONY_DIFFERS,
		    "the validity that the file says is over");
	TRY(settings_load(w, err));
	if (file->issuer != NULL)
		TRY(home_open(work_path(w, file->issuer), use, w->host->clock, &w->issuer, err));
	if (w->issuer != NULL && !w->issuer->has_certificate)
		return error_fail(err, RULE_CA_WAITING, "'%s' has no certificate yet",
		    w->issuer->config.name);
	if (file->key.public_path != NULL)
		TRY_WHILE(err, public_read(w, err), "reading the public key %s",
		    file->key.public_path);
	if (file->csr != NULL)
		TRY(csr_load(w, err));
	if (file->existing != NULL)
		TRY(existing_load(w, err));
	TRY(possession_check(w, err));
	TRY(renewal_check(w, err));
	w->facts.serial = file->serial;
	return work_plan(w, err);
}

void
work_preview(const struct work *w, struct ceremony_preview *ret)
{
	SCOPED(buf_clear) struct buf own = BUF_INIT;

	dn_print(&w->entry.subject, &own);
	*ret = (struct ceremony_preview){
		.file = w->file, .entry = &w->entry, .key = w->facts.key,
		.ca = &w->facts.ca, .algorithm = w->facts.algorithm,
		.serial = w->facts.serial, .tbs = &w->tbs,
		.issuer_text = w->facts.issuer != NULL ? w->facts.issuer->subject_text
		    : arena_strdup(w->arena, buf_text(&own)),
	};
	if (w->tbs.known)
		ret->tbs_sha256 = BYTES(w->tbs_sha256, sizeof(w->tbs_sha256));
}
