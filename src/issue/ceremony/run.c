#include "issue/ceremony/run.h"

#include <stdlib.h>

#include "issue/ceremony/transcript.h"
#include "issue/ceremony/work.h"
#include "issue/issuance.h"
#include "os/file.h"
#include "os/random.h"

enum rc_status
ceremony_preview(const struct ceremony_file *file, const char *folder,
    const struct ceremony_host *host,
    enum rc_status (*show)(void *arg, const struct ceremony_preview *preview,
    struct error *err), void *arg, struct error *err)
{
	SCOPED(work_clear) struct work w;
	struct ceremony_preview preview;

	work_init(&w, file, folder, host);
	TRY(work_gather(&w, HOME_LOOK, err));
	work_preview(&w, &preview);
	return show(arg, &preview, err);
}

/* -- the transcript's beginning ------------------------------------------------------------- */

void
work_step(struct work *w, const char *fmt, ...)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT, stamped = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&line, fmt, ap);
	va_end(ap);
	clock_put(&stamped, clock_now(w->host->clock));
	buf_printf(&stamped, " %s", buf_text(&line));
	transcript_put(&w->text, "step", buf_text(&stamped));
	if (w->host->say != NULL)
		w->host->say(w->host->arg, buf_text(&line));
}

static void
text_optional(struct work *w, const char *word, const char *value)
{
	if (value != NULL)
		transcript_put(&w->text, word, value);
}

static void
text_begin(struct work *w)
{
	const struct ceremony_file *file = w->file;
	const struct ceremony_host *host = w->host;

	buf_puts(&w->text, "rolecert-transcript 1\n");
	transcript_put(&w->text, "ceremony", file->name);
	transcript_put(&w->text, "kind", ceremony_kind_word(file->kind));
	text_optional(w, "policy", file->policy);
	text_optional(w, "note", file->note);
	for (size_t i = 0; i < file->n_people; i++)
		transcript_put(&w->text, "participant", arena_printf(w->arena, "%s, %s",
		    file->people[i].name, file->people[i].role));
	transcript_put_hex(&w->text, "file-sha256", BYTES(file->sha256, sizeof(file->sha256)));
	transcript_put_lines(&w->text, "file-line", file->text);
	transcript_put(&w->text, "program", arena_printf(w->arena, "rolecert %s", host->version));
	if (host->program_sha256.n != 0)
		transcript_put_hex(&w->text, "program-sha256", host->program_sha256);
	text_optional(w, "host", host->host);
	text_optional(w, "user", host->user);
	transcript_put_time(&w->text, "begun", clock_now(host->clock));
}

/* -- before anything is signed ---------------------------------------------------------------- */

static enum rc_status
outputs_take(struct work *w, struct error *err)
{
	const struct ceremony_file *file = w->file;

	TRY(claim_make(work_path(w, file->out_certificate), FILE_PUBLIC, &w->certificate, err));
	if (file->out_csr != NULL)
		TRY(claim_make(work_path(w, file->out_csr), FILE_PUBLIC, &w->csr_out, err));
	TRY(claim_make(work_path(w, file->transcript), FILE_PUBLIC, &w->transcript, err));
	TRY(claim_make(work_path(w, file->signature), FILE_PUBLIC, &w->seal, err));
	work_step(w, "the outputs are ours: %s, %s, %s", file->out_certificate, file->transcript,
	    file->signature);
	return RC_OK;
}

static struct rc_engine_config
key_config(const struct work *w, const struct ceremony_key *key)
{
	struct rc_engine_config config = w->host->config;

	config.uri = key->uri;
	if (key->module != NULL)
		config.module = key->module;
	if (key->module_args != NULL)
		config.module_args = key->module_args;
	return config;
}

static enum rc_status
key_generate(struct work *w, const struct rc_engine_config *config, struct error *err)
{
	const struct ceremony_key *key = &w->file->key;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;

	if (w->host->generate == NULL)
		return error_fail(err, RULE_CEREMONY_FILE, "no key can be made here");
	TRY_WHILE(err, w->host->generate(w->host->arg, config, key->type, &spki, err),
	    "making the key %s", key->uri);
	TRY(pubkey_read(buf_bytes(&spki), &w->named, err));
	work_step(w, "made the key %s (%s) on its token", key->uri, key->type);
	return RC_OK;
}

static void
text_custody(struct work *w, const char *whose, const struct signer *signer)
{
	transcript_put_lines(&w->text, arena_printf(w->arena, "custody.%s", whose),
	    buf_bytes(&signer->description));
}

/* Which tokens are hardware is said by the CA that it is for. */
static enum rc_status
key_login(struct work *w, const struct ceremony_key *key, const struct pubkey *expected,
    struct signer **ret, struct error *err)
{
	const struct home_config *ca = w->issuer != NULL ? &w->issuer->config : &w->settings;
	struct signer_login login = {
		.ops = w->host->engine(key->custody), .config = key_config(w, key),
		.level = key->custody, .expected = expected, .depth = RC_DEPTH_SESSION,
		.accept = ca->accept, .n_accept = ca->n_accept,
	};

	return signer_login(&login, ret, err);
}

/* The home of the new CA is planned before its key is asked for, so that a folder that
 * is taken already is told early. */
static enum rc_status
making_begin(struct work *w, struct error *err)
{
	const struct ceremony_file *file = w->file;
	SCOPED(buf_clear) struct buf config = BUF_INIT;

	w->init = (struct ca_init){
		.dir = work_path(w, file->home), .key = file->key.uri,
		.module = file->key.module != NULL ? file->key.module : w->host->config.module,
		.module_args = file->key.module_args != NULL ? file->key.module_args
		    : w->host->config.module_args,
		.subject = file->subject, .custody = file->key.custody, .clock = w->host->clock,
		.engine = w->host->engine(file->key.custody), .engine_config = w->host->config,
	};
	if (file->config != NULL) {
		TRY(file_read(work_path(w, file->config), HOME_CONFIG_MAX, &config, err));
		w->init.config = arena_bytes(w->arena, buf_bytes(&config));
		w->init.config_name = file->config;
	}
	w->making = (struct making){ .init = &w->init };
	w->has_making = true;
	TRY(making_plan(&w->init, &w->init.subject, file->kind == CEREMONY_ISSUING, &w->making,
	    err));
	if (file->digest != NULL)
		w->making.config.digest = file->digest;
	return RC_OK;
}

static enum rc_status
subject_login(struct work *w, struct error *err)
{
	const struct ceremony_key *key = &w->file->key;

	if (key->uri == NULL)
		return RC_OK;
	if (w->has_making) {
		TRY_WHILE(err, making_login(&w->making, w->named, err), "opening the new CA's key");
		text_custody(w, "subject", w->making.signer);
	} else {
		TRY_WHILE(err, key_login(w, key, w->named, &w->subject, err),
		    "opening the key that is to be certified");
		text_custody(w, "subject", w->subject);
	}
	work_step(w, "logged in to %s: custody accepted at the level %s", key->uri,
	    custody_level_word(key->custody));
	return RC_OK;
}

/* Under one login, which is held meanwhile: a PIN that comes from the environment serves
 * one, and a key that was made must not wait for another. */
static enum rc_status
subject_make(struct work *w, struct error *err)
{
	const struct ceremony_key *key = &w->file->key;
	const struct rc_engine_ops *ops = w->host->engine(key->custody);
	struct rc_engine_config config = key_config(w, key);
	struct rc_engine *held = NULL;
	enum rc_status status;

	if (key->uri == NULL || !key->generate)
		return subject_login(w, err);
	TRY_WHILE(err, ops->open(&config, &held, err), "opening the token of %s", key->uri);
	status = key_generate(w, &config, err);
	if (status == RC_OK)
		status = subject_login(w, err);
	ops->close(held);
	return status;
}

static enum rc_status
issuer_login(struct work *w, struct error *err)
{
	struct home *home = w->issuer;

	if (home == NULL)
		return RC_OK;
	TRY_WHILE(err, signer_open(home, w->host->engine(home->config.custody),
	    &w->host->config, &w->signer, err), "opening the key of '%s'", home->config.name);
	text_custody(w, "issuer", w->signer);
	work_step(w, "logged in to the key of %s: custody accepted at the level %s",
	    home->config.name, custody_level_word(home->config.custody));
	return RC_OK;
}

static enum rc_status
sealer_login(struct work *w, struct error *err)
{
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	SCOPED(buf_clear) struct buf file = BUF_INIT;

	if (w->file->signer.uri == NULL)
		return RC_OK;
	TRY(file_read(work_path(w, w->file->signer_certificate), FILE_MAX_CERT, &file, err));
	TRY_WHILE(err, cert_read_file(buf_bytes(&file), w->arena, &w->sealer_cert, err),
	    "reading %s", w->file->signer_certificate);
	TRY(pubkey_read(w->sealer_cert.spki, &key, err));
	TRY_WHILE(err, key_login(w, &w->file->signer, key, &w->sealer, err),
	    "opening the key that signs the transcript");
	text_custody(w, "transcript", w->sealer);
	work_step(w, "logged in to %s, which signs the transcript", w->file->signer.uri);
	return RC_OK;
}

/* Told before the certificate is signed, not after. */
static enum rc_status
sealer_check(const struct work *w, struct error *err)
{
	const struct pubkey *key = w->sealer != NULL ? w->sealer->pubkey : NULL;

	if (key != NULL ? pubkey_algorithm(key) != KEY_ED25519 :
	    w->facts.algorithm != RC_ED25519)
		return RC_OK;
	return error_fail(err, RULE_LINT_CMS,
	    "the transcript would be signed with Ed25519, which OpenSSL 3.0 does not verify in "
	    "CMS; name another 'signer'");
}

static enum rc_status
prepare(struct work *w, struct error *err)
{
	TRY(outputs_take(w, err));
	TRY(work_gather(w, HOME_SIGN, err));
	if (w->file->home != NULL)
		TRY(making_begin(w, err));
	TRY(subject_make(w, err));
	TRY(issuer_login(w, err));
	TRY(sealer_login(w, err));
	TRY(sealer_check(w, err));
	if (w->file->serial.n == 0) {
		TRY(random_serial(w->serial, err));
		w->facts.serial = BYTES(w->serial, sizeof(w->serial));
	}
	return work_plan(w, err);
}

static enum rc_status
confirm(struct work *w, struct error *err)
{
	struct ceremony_preview preview;
	const char *how = "";

	if (!w->tbs.known)
		return error_fail(err, RULE_BUG, "what would be signed is not known");
	work_preview(w, &preview);
	TRY(w->host->confirm(w->host->arg, &preview, &how, err));
	work_step(w, "confirmed: %s", how);
	return RC_OK;
}

/* -- the whole ----------------------------------------------------------------------- */

/* A refusal of what was asked of a CA stands in its ledger. */
static void
refusal_record(const struct work *w, struct error *err)
{
	enum rc_status class = error_status(err);
	struct issue_options options = { .requester = w->file->name };
	struct entry entry = { .id = arena_printf(w->arena, "ceremony/%s", w->file->name) };

	if (w->issuer != NULL && w->der.n == 0 &&
	    (class == RC_POLICY || class == RC_INPUT))
		issue_refused(w->issuer, w->entry.id != NULL ? &w->entry : &entry, &options, err);
}

static enum rc_status
run(struct work *w, struct error *err)
{
	enum rc_status status;

	text_begin(w);
	status = prepare(w, err);
	if (status == RC_OK)
		status = confirm(w, err);
	if (status == RC_OK)
		status = work_sign(w, err);
	if (status != RC_OK) {
		refusal_record(w, err);
		return status;
	}
	return work_seal(w, err);
}

static void
result_take(const struct work *w, struct arena *arena, struct ceremony_result *ret,
    struct error *err)
{
	const struct ceremony_file *file = w->file;

	*ret = (struct ceremony_result){
		.home = w->has_making ? arena_strdup(arena, w->init.dir) : NULL,
		.certificate_path = arena_strdup(arena, work_path(w, file->out_certificate)),
		.transcript_path = arena_strdup(arena, work_path(w, file->transcript)),
		.signature_path = arena_strdup(arena, work_path(w, file->signature)),
		.transcript = arena_bytes(arena, buf_bytes(&w->text)),
	};
	(void)!cert_read(arena_bytes(arena, w->der), arena, &ret->certificate, err);
}

enum rc_status
ceremony_run(const struct ceremony_file *file, const char *folder,
    const struct ceremony_host *host, struct arena *arena, struct ceremony_result *ret,
    struct error *err)
{
	SCOPED(work_clear) struct work w;

	work_init(&w, file, folder, host);
	TRY_WHILE(err, run(&w, err), "holding the ceremony %s", file->name);
	result_take(&w, arena, ret, err);
	return RC_OK;
}
