#include "check/judge.h"
#include "cli/lab.h"
#include "crypto/envelope.h"
#include "crypto/softkey.h"
#include "issue/deliver.h"
#include "issue/signer.h"
#include "os/clock.h"
#include "os/file.h"
#include "x509/tbs.h"

/* What a server's key is made as, the quickest first. */
static const struct {
	unsigned algorithm;
	enum rc_sigalg signature;
} kinds[] = {
	{ KEY_EC_P256, RC_ECDSA_SHA256 },
	{ KEY_EC_P384, RC_ECDSA_SHA384 },
	{ KEY_RSA_2048, RC_RSA_SHA256 },
	{ KEY_RSA_3072, RC_RSA_SHA256 },
	{ KEY_RSA_4096, RC_RSA_SHA256 },
};

/* The entry's id as a file's name.  Built from the plan, never split again. */
static const char *
name_of(struct arena *arena, const char *id)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	for (; *id != '\0'; id++) {
		if (*id == '/')
			buf_puts(&b, "--");
		else
			buf_putc(&b, *id);
	}
	return arena_strdup(arena, buf_text(&b));
}

static const char *
file_of(const struct lab *lab, const char *folder, const char *name, const char *suffix)
{
	return lab_path(lab, arena_printf(lab->cli->arena, "%s/%s%s", folder, name, suffix));
}

static const char *
algorithm_word(unsigned algorithm)
{
	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++)
		if (algorithm == 1U << bit)
			return key_algorithm_word(bit);
	return "?";
}

static enum rc_status
kind_of(const struct entry *entry, size_t *ret, struct error *err)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if ((kinds[i].algorithm & entry->key_algorithms) != 0) {
			*ret = i;
			return RC_OK;
		}
	}
	return error_fail(err, RULE_LAB_KEY, "'%s' admits no kind of key that the lab can make",
	    entry->id);
}

/* A request as a server makes it: its subject and names are compared, not used. */
static enum rc_status
make_csr(const struct entry *entry, const struct softkey *key, enum rc_sigalg signature,
    struct buf *ret_pem, struct error *err)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT, spki = BUF_INIT, exts = BUF_INIT;
	SCOPED(buf_clear) struct buf info = BUF_INIT, signed_by_key = BUF_INIT, csr = BUF_INIT;
	struct ext_value san = { .id = EXT_SUBJECT_ALT_NAME,
		.u.names = { .v = entry->san, .n = entry->n_san } };

	dn_encode(&entry->subject, &subject);
	TRY(softkey_spki(key, &spki, err));
	if (entry->n_san != 0)
		ext_put(&san, &exts);
	csr_info_encode(buf_bytes(&subject), buf_bytes(&spki), buf_bytes(&exts), &info);
	TRY(softkey_sign(key, signature, buf_bytes(&info), &signed_by_key, err));
	signed_wrap(buf_bytes(&info), signature, buf_bytes(&signed_by_key), &csr);
	pem_put("CERTIFICATE REQUEST", buf_bytes(&csr), ret_pem);
	return RC_OK;
}

/* Key and request of one server, into their files. */
static enum rc_status
make_request(const struct lab *lab, const struct entry *entry, struct lab_result *result,
    struct buf *ret_csr, struct error *err)
{
	SCOPED(softkey_free) struct softkey *key = NULL;
	SCOPED(buf_wipe) struct buf pem = BUF_INIT;
	size_t kind = 0;

	TRY(kind_of(entry, &kind, err));
	result->key = algorithm_word(kinds[kind].algorithm);
	TRY(softkey_generate(kinds[kind].algorithm, &key, err));
	TRY(softkey_put_pem(key, &pem, err));
	TRY(file_create(file_of(lab, "keys", result->name, ".pem"), FILE_PRIVATE,
	    buf_bytes(&pem), err));
	TRY(make_csr(entry, key, kinds[kind].signature, ret_csr, err));
	return file_create(file_of(lab, "csrs", result->name, ".csr"), FILE_PUBLIC,
	    buf_bytes(ret_csr), err);
}

struct serving {
	struct home *home;
	struct signer *signer;
	const struct plan *plan;
	struct judge_context context;
};

static enum rc_status
serve_one(const struct lab *lab, const struct serving *serving, const struct entry *entry,
    struct lab_result *result, struct error *err)
{
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(error_free) struct error *findings = error_new();
	struct issue_options options = { .requester = "lab", .plan = serving->plan };

	result->entry = entry->id;
	result->name = name_of(lab->cli->arena, entry->id);
	TRY(make_request(lab, entry, result, &csr, err));
	TRY(issue_certificate(serving->home, serving->signer, entry, buf_bytes(&csr), &options,
	    &issued, err));
	result->serial = arena_strdup(lab->cli->arena, issued->serial);
	TRY(deliver_file(serving->home, issued->der, DELIVER_PEM,
	    file_of(lab, "certs", result->name, ".pem"), err));
	result->satisfied = judge_entry(entry, &issued->certificate, &serving->context, findings);
	if (result->satisfied)
		return RC_OK;
	return error_fail(err, RULE_BUG, "the certificate for '%s' does not satisfy it: %s",
	    entry->id, error_message(findings));
}

static void
issuers_of(const struct lab *lab, const struct home *home, struct judge_context *ret)
{
	struct cert *issuers = arena_alloc(lab->cli->arena, (home->n_chain + 1) * sizeof(*issuers));

	issuers[0] = home->certificate;
	for (size_t i = 0; i < home->n_chain; i++)
		issuers[i + 1] = home->chain[i];
	*ret = (struct judge_context){ .now = clock_now(&clock_system), .issuers = issuers,
		.n_issuers = home->n_chain + 1 };
}

enum rc_status
lab_serve(struct lab *lab, const struct plan *plan, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(signer_close) struct signer *signer = NULL;
	struct serving serving = { .plan = plan };
	struct access access;

	TRY(home_open(lab_path(lab, "ca"), HOME_SIGN, NULL, &home, err));
	lab_access(lab, NULL, &access);
	TRY(signer_open(home, access_engine(CUSTODY_STRICT), &access.config, &signer, err));
	serving.home = home;
	serving.signer = signer;
	issuers_of(lab, home, &serving.context);
	lab->results = arena_alloc(lab->cli->arena, (plan->n_entries + 1) * sizeof(*lab->results));
	for (size_t i = 0; i < plan->n_entries; i++) {
		TRY_WHILE(err, serve_one(lab, &serving, &plan->entries[i], &lab->results[i], err),
		    "serving '%s'", plan->entries[i].id);
		lab->n_results++;
	}
	return lab_publish(lab, home, signer, err);
}
