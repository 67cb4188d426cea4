#include "issue/audit.h"

#include "issue/attest.h"
#include "issue/audit_known.h"
#include "issue/audit_signed.h"
#include "issue/chain.h"
#include "issue/home.h"
#include "os/file.h"
#include "x509/cms.h"

/* -- the certificates of a home ---------------------------------------------------- */

static enum rc_status
file_take(const char *path, struct arena *arena, struct bytes *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	TRY(file_read(path, HOME_FILE_MAX, &b, err));
	*ret = arena_bytes(arena, buf_bytes(&b));
	return RC_OK;
}

typedef VEC(struct cert) cert_vec;

static enum rc_status
certs_add(const char *dir, const char *name, struct arena *arena, cert_vec *ret,
    struct error *err)
{
	struct cert *certs;
	struct bytes file;
	size_t n;

	TRY(file_take(path_join(arena, dir, name), arena, &file, err));
	TRY_WHILE(err, cert_read_chain(file, arena, &certs, &n, err), "reading %s", name);
	for (size_t i = 0; i < n; i++)
		*VEC_PUSH(arena, ret) = certs[i];
	return RC_OK;
}

enum rc_status
audit_config_read(const char *dir, struct arena *arena, struct home_config *ret,
    struct error *err)
{
	const char *path = path_join(arena, dir, HOME_CONFIG);
	struct bytes text;

	if (!file_exists(path))
		return error_fail(err, RULE_CA_HOME, "'%s' is no CA home: there is no %s in it",
		    dir, HOME_CONFIG);
	TRY(file_take(path, arena, &text, err));
	return home_config_read(text, path, false, arena, ret, err);
}

enum rc_status
audit_ca_read(const char *dir, struct arena *arena, struct audit_ca *ret, struct error *err)
{
	struct home_config config;
	cert_vec certs = { .n = 0 };

	TRY(audit_config_read(dir, arena, &config, err));
	TRY(certs_add(dir, config.certificate, arena, &certs, err));
	for (size_t i = 0; i < config.n_chain; i++)
		TRY(certs_add(dir, config.chain[i], arena, &certs, err));
	if (certs.n == 0)
		return error_fail(err, RULE_CA_CERTIFICATE, "%s: no certificate", dir);
	TRY(chain_check(&certs.v[0], certs.v + 1, certs.n - 1, RULE_CA_CERTIFICATE, err));
	*ret = (struct audit_ca){ .certs = certs.v, .n = certs.n };
	return RC_OK;
}

/* -- checkpoints ------------------------------------------------------------------- */

enum rc_status
audit_signer_check(const struct audit_ca *ca, const struct cert *signer, struct error *err)
{
	for (size_t i = 0; i < ca->n; i++) {
		SCOPED(error_free) struct error *unheard = error_new();

		if (cert_check_issuer(signer, &ca->certs[i], RULE_CHECKPOINT_SIGNER,
		    unheard) == RC_OK)
			return RC_OK;
	}
	return error_fail(err, RULE_CHECKPOINT_SIGNER,
	    "the checkpoint is signed by '%s', whom neither this CA nor one above it certified",
	    signer->subject_text);
}

static enum rc_status
is_of_this_ca(const struct audit_ca *ca, const struct checkpoint *checkpoint,
    struct error *err)
{
	uint8_t key[SHA256_OCTETS];

	sha256(ca->certs[0].spki, key);
	if (memcmp(key, checkpoint->ca_key, sizeof(key)) != 0)
		return error_fail(err, RULE_CHECKPOINT_SIGNER,
		    "the checkpoint seals the ledger of a CA with another key");
	return RC_OK;
}

static bool
is_bare(struct bytes file)
{
	static const char begin[] = "rolecert ";

	return file.n >= sizeof(begin) && memcmp(file.p, begin, sizeof(begin) - 1) == 0;
}

/* The text of the file, and that it was signed by somebody who may. */
static enum rc_status
text_of(const struct audit_ca *ca, struct bytes file, bool bare, struct arena *arena,
    struct bytes *ret, struct error *err)
{
	struct cms cms;

	if (bare && is_bare(file)) {
		*ret = file;
		return RC_OK;
	}
	TRY(cms_verify(file, NULL, arena, &cms, err));
	TRY(audit_signer_check(ca, &cms.signer, err));
	*ret = cms.content;
	return RC_OK;
}

enum rc_status
audit_checkpoint_read(const struct audit_ca *ca, struct bytes file, bool bare,
    struct checkpoint *ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct checkpoint checkpoint;
	struct bytes text;

	TRY(text_of(ca, file, bare, arena, &text, err));
	TRY(checkpoint_read(text, &checkpoint, err));
	TRY(is_of_this_ca(ca, &checkpoint, err));
	*ret = checkpoint;
	return RC_OK;
}

/* -- the audit ---------------------------------------------------------------------- */

struct audit {
	const struct audit_terms *terms;
	struct arena *arena;
	struct audit_ca ca;
	struct pubkey *key;              /* the CA's, made once              */
	struct known known;
};

static void
audit_clear(struct audit *a)
{
	pubkey_free(a->key);
	arena_free(a->arena);
}
DEFINE_SCOPED_VALUE(audit_clear, struct audit)

/* What is recorded as the signed checkpoint holds the text that is recorded. */
static enum rc_status
sealed(void *arg, struct bytes text, struct bytes cms, struct error *err)
{
	const struct audit *a = arg;
	struct checkpoint inside, beside;

	TRY(audit_checkpoint_read(&a->ca, cms, false, &inside, err));
	TRY(checkpoint_read(text, &beside, err));
	if (memcmp(inside.root, beside.root, sizeof(inside.root)) != 0 ||
	    inside.size != beside.size || inside.time != beside.time)
		return error_fail(err, RULE_LOG_CHECKPOINT, "another text was signed");
	return RC_OK;
}

static enum rc_status
signature(void *arg, enum ledger_kind kind, struct bytes tbs, struct bytes signed_bytes,
    struct error *err)
{
	const struct audit *a = arg;

	(void)tbs;
	return audit_signed(&a->ca.certs[0], a->key, kind, signed_bytes, err);
}

static enum rc_status
known_read(struct audit *a, struct error *err)
{
	const struct audit_terms *terms = a->terms;

	for (size_t i = 0; i < terms->n_known; i++)
		TRY_WHILE(err, known_add(&a->ca, &terms->known[i], a->arena, &a->known, err),
		    "reading %s", terms->known[i].name);
	return RC_OK;
}

static bool
cosigned(void *arg, struct bytes text, struct bytes cms)
{
	(void)arg;
	return known_is_cosignature(text, cms);
}

static enum rc_status
attested(void *arg, enum attest_kind kind, struct bytes text, struct bytes statement,
    const uint8_t key[SHA256_OCTETS], struct error *err)
{
	(void)arg;
	return attest_check(kind, text, statement, key, err);
}

/* A home, a folder with a ledger, or the file of one, as a backup is. */
static enum rc_status
open_to_look(const struct audit *a, struct ledger **ret, struct error *err)
{
	const char *from = a->terms->ledger != NULL ? a->terms->ledger : a->terms->dir;
	struct ledger_options looks = { .read_only = true };
	const char *slash = strrchr(from, '/');

	if (!file_exists(from) || dir_exists(from))
		return ledger_open(from, &looks, ret, err);
	looks.file = slash != NULL ? slash + 1 : from;
	return ledger_open(path_folder(a->arena, from), &looks, ret, err);
}

static enum rc_status
verify(struct audit *a, struct ledger_verdict *ret, struct error *findings, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	const struct ledger_verify_options options = {
		.known = a->known.checkpoints.v, .n_known = a->known.checkpoints.n,
		.known_lists = a->known.lists.v, .n_known_lists = a->known.lists.n,
		.known_cosignatures = a->known.cosignatures.v,
		.n_known_cosignatures = a->known.cosignatures.n,
		.cosigned = cosigned, .sealed = sealed, .attested = attested,
		.signature = a->terms->signatures ? signature : NULL, .arg = a,
	};

	TRY(open_to_look(a, &ledger, err));
	return ledger_verify(ledger, &options, ret, findings, err);
}

enum rc_status
audit_home(const struct audit_terms *terms, struct ledger_verdict *ret, struct error *findings,
    struct error *err)
{
	SCOPED(audit_clear) struct audit a = { .terms = terms, .arena = arena_new() };

	TRY(audit_ca_read(terms->dir, a.arena, &a.ca, err));
	TRY(pubkey_read(a.ca.certs[0].spki, &a.key, err));
	TRY(known_read(&a, err));
	return verify(&a, ret, findings, err);
}
