#include "crypto/csr.h"
#include "issue/chain.h"
#include "issue/making.h"
#include "os/file.h"

/* What the parent sent. */
struct answer {
	struct cert cert;
	struct cert *chain;
	size_t n_chain;
	struct pubkey *key;
};

static void
answer_clear(struct answer *answer)
{
	pubkey_free(answer->key);
}
DEFINE_SCOPED_VALUE(answer_clear, struct answer)

static enum rc_status
answer_read(struct bytes file, struct bytes chain, struct arena *arena,
    struct answer *ret, struct error *err)
{
	struct cert *certs;
	size_t n;

	TRY_WHILE(err, cert_read_chain(file, arena, &certs, &n, err),
	    "reading the CA's certificate");
	ret->cert = certs[0];
	ret->chain = certs + 1;
	ret->n_chain = n - 1;
	if (chain.n != 0)
		TRY_WHILE(err, cert_read_chain(chain, arena, &ret->chain, &ret->n_chain, err),
		    "reading the chain");
	return pubkey_read(ret->cert.spki, &ret->key, err);
}

/* Is it a CA's certificate, in time, signed by what stands above it? */
static enum rc_status
answer_check(const struct answer *answer, int64_t now, struct error *err)
{
	const struct cert *cert = &answer->cert;
	const struct cert_ext *usage = cert_find_ext(cert, EXT_KEY_USAGE);

	if (!cert_is_ca(cert))
		return error_fail(err, RULE_CA_INSTALL, "'%s' is not a CA's: no CA:TRUE",
		    cert->subject_text);
	if (usage == NULL || (usage->value.u.key_usage & KU_KEY_CERT_SIGN) == 0)
		return error_fail(err, RULE_CA_INSTALL,
		    "the key usage of '%s' does not hold keyCertSign", cert->subject_text);
	if (now < cert->not_before || now > cert->not_after)
		return error_fail(err, RULE_CA_INSTALL, "'%s' is not valid now",
		    cert->subject_text);
	TRY_WHILE(err, pubkey_check(answer->key, err), "judging the CA's key");
	return chain_check(cert, answer->chain, answer->n_chain, RULE_CA_INSTALL, err);
}

static enum rc_status
stamp_check(const struct cert *cert, enum custody_level level, struct error *err)
{
	if ((level == CUSTODY_MEMORY) == ca_subject_is_stamped(&cert->subject_dn))
		return RC_OK;
	return error_fail(err, RULE_CA_SUBJECT,
	    "custody is %s, and the subject '%s' %s OU=%s: both or neither",
	    custody_level_word(level), cert->subject_text,
	    level == CUSTODY_MEMORY ? "lacks" : "has", CA_MEMORY_STAMP);
}

static void
chain_pem(const struct answer *answer, struct buf *out)
{
	for (size_t i = 0; i < answer->n_chain; i++)
		cert_put_pem(answer->chain[i].der, out);
}

static enum rc_status
install_note(struct ledger *ledger, const struct cert *cert, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_puts(&text, "certificate installed sha256:");
	sha256_put_hex(cert->der, &text);
	buf_printf(&text, " issuer %s", cert->issuer_text);
	return ledger_note(ledger, "ca-certificate", buf_text(&text), err);
}

/* -- into a home that waits ------------------------------------------------------- */

enum rc_status
ca_init_subject(const struct home *home, struct arena *arena, struct dn *ret,
    struct error *err)
{
	SCOPED(csr_clear) struct csr csr = CSR_INIT;

	if (home->request.n == 0)
		return error_fail(err, RULE_CA_SUBJECT, "'%s' holds no request", home->dir);
	TRY(csr_read(home->request, arena, &csr, err));
	return dn_parse(csr.subject, arena, ret, err);
}

static enum rc_status
subject_compare(const struct home *home, const struct cert *cert, struct error *err)
{
	struct dn asked = { .attr = { NULL } };
	struct buf want = BUF_INIT, have = BUF_INIT;
	enum rc_status status = RC_OK;

	TRY(ca_init_subject(home, home->arena, &asked, err));
	dn_print(&asked, &want);
	dn_print(&cert->subject_dn, &have);
	if (strcmp(buf_text(&want), buf_text(&have)) != 0) {
		status = error_fail(err, RULE_CA_SUBJECT,
		    "the certificate bears another subject than was asked for");
		error_want(err, buf_text(&want), buf_text(&have));
	}
	buf_clear(&want);
	buf_clear(&have);
	return status;
}

static enum rc_status
home_write(const struct home *home, const char *name, struct bytes bytes, struct error *err)
{
	return file_replace(path_join(home->arena, home->dir, name), FILE_PUBLIC, bytes, err);
}

/* `chain: []` as `ca init` wrote it becomes the chain; comments of people stay. */
static enum rc_status
config_set_chain(const struct home *home, struct error *err)
{
	static const char empty[] = "\nchain: []\n", filled[] = "\nchain: [\"" HOME_CHAIN "\"]\n";
	SCOPED(buf_clear) struct buf old = BUF_INIT;
	SCOPED(buf_clear) struct buf new = BUF_INIT;
	const char *at;

	TRY(file_read(path_join(home->arena, home->dir, HOME_CONFIG), HOME_CONFIG_MAX, &old, err));
	at = strstr(buf_text(&old), empty);
	if (at == NULL)
		return error_fail(err, RULE_CA_INSTALL,
		    "%s has no line `chain: []` that could name the chain", HOME_CONFIG);
	buf_put(&new, old.p, (size_t)(at - buf_text(&old)));
	buf_puts(&new, filled);
	buf_puts(&new, at + strlen(empty));
	return home_write(home, HOME_CONFIG, buf_bytes(&new), err);
}

/* The certificate comes last: it is what makes the home ready. */
static enum rc_status
answer_store(const struct home *home, const struct answer *answer, struct error *err)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	SCOPED(buf_clear) struct buf chain = BUF_INIT;

	if (answer->n_chain > 0 && home->config.n_chain == 0) {
		chain_pem(answer, &chain);
		TRY(home_write(home, HOME_CHAIN, buf_bytes(&chain), err));
		TRY(config_set_chain(home, err));
	}
	TRY(install_note(home->ledger, &answer->cert, err));
	cert_put_pem(answer->cert.der, &pem);
	return home_write(home, home->config.certificate, buf_bytes(&pem), err);
}

static enum rc_status
install_waiting(const struct ca_init *init, const struct answer *answer, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(signer_close) struct signer *signer = NULL;

	TRY(home_open(init->dir, HOME_WRITE, init->clock, &home, err));
	if (home->has_certificate)
		return error_fail(err, RULE_CA_EXISTS, "'%s' has its certificate already",
		    init->dir);
	if (!bytes_equal(pubkey_spki(answer->key), pubkey_spki(home->key)))
		return error_fail(err, RULE_CA_INSTALL,
		    "'%s' is for another key than this CA's", answer->cert.subject_text);
	TRY(subject_compare(home, &answer->cert, err));
	TRY(answer_check(answer, clock_now(home->clock), err));
	TRY(stamp_check(&answer->cert, home->config.custody, err));
	TRY(signer_open(home, init->engine, &init->engine_config, &signer, err));
	return answer_store(home, answer, err);
}

/* -- into a new home ---------------------------------------------------------------- */

static enum rc_status
install_new(const struct ca_init *init, const struct answer *answer, struct error *err)
{
	SCOPED(making_clear) struct making m = { .init = init };
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	SCOPED(buf_clear) struct buf chain = BUF_INIT;

	TRY(making_plan(init, &answer->cert.subject_dn, answer->n_chain > 0, &m, err));
	TRY(answer_check(answer, clock_now(m.clock), err));
	TRY(stamp_check(&answer->cert, m.config.custody, err));
	TRY(making_login(&m, answer->key, err));
	TRY(making_found(&m, err));
	TRY(install_note(m.ledger, &answer->cert, err));
	chain_pem(answer, &chain);
	if (answer->n_chain > 0)
		TRY(making_write(&m, HOME_CHAIN, buf_bytes(&chain), err));
	cert_put_pem(answer->cert.der, &pem);
	TRY(making_write(&m, HOME_CERTIFICATE, buf_bytes(&pem), err));
	return making_finish(&m, err);
}

enum rc_status
ca_init_install(const struct ca_init *init, struct bytes file, struct bytes chain,
    struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(answer_clear) struct answer answer = { .key = NULL };
	bool waits = file_exists(path_join(arena, init->dir, HOME_CONFIG));

	TRY(answer_read(file, chain, arena, &answer, err));
	if (waits)
		return install_waiting(init, &answer, err);
	return install_new(init, &answer, err);
}
