/*
 * The whole line on a real PKCS#11 module: SoftHSM with a token of its own.
 */
#include "engines/p11admin.h"

#include "base/secret.h"
#include "os/file.h"
#include "tests/unit/issue/fixture.h"

#define MODULE "/usr/lib/softhsm/libsofthsm2.so"

static enum rc_status
pin_get(void *arg, enum rc_pin_use use, const struct rc_token_facts *token,
    const char *pin_source, struct secret **ret, struct error *err)
{
	(void)arg;
	(void)use;
	(void)token;
	(void)pin_source;
	(void)err;
	*ret = secret_copy(bytes_of_text("123456"));
	return RC_OK;
}

/* A token "contoso" under the folder. */
static void
token_make(const struct folder *folder, struct error *err)
{
	struct rc_engine_config config = { .uri = "pkcs11:", .module = MODULE, .pin = pin_get };
	SCOPED(secret_free) struct secret *so = secret_copy(bytes_of_text("87654321"));
	SCOPED(secret_free) struct secret *user = secret_copy(bytes_of_text("123456"));
	SCOPED(buf_clear) struct buf conf = BUF_INIT;
	const char *path = folder_path(folder, "softhsm2.conf");

	REQUIRE(file_exists(MODULE));
	REQUIRE_OK(dir_make(folder_path(folder, "tokens"), DIR_PRIVATE, err), err);
	buf_printf(&conf, "directories.tokendir = %s\nobjectstore.backend = file\n",
	    folder_path(folder, "tokens"));
	folder_write(path, buf_text(&conf));
	REQUIRE(setenv("SOFTHSM2_CONF", path, 1) == 0);
	REQUIRE_OK(p11admin_init_token(&config, "contoso", so, user, err), err);
}

static void
key_make(const char *label, const char *algorithm, struct error *err)
{
	struct rc_engine_config config = {
		.uri = "pkcs11:token=contoso", .module = MODULE, .pin = pin_get };
	struct p11_keygen what = { .algorithm = algorithm, .label = label };
	SCOPED(buf_clear) struct buf spki = BUF_INIT;

	REQUIRE_OK(p11admin_keygen(&config, &what, &spki, NULL, err), err);
}

static struct ca_init
token_init(const char *dir, const char *key)
{
	return (struct ca_init){
		.dir = dir, .key = key, .module = MODULE, .custody = CUSTODY_STRICT,
		.subject = { .attr = { [DN_CN] = key, [DN_O] = "Contoso" } },
		.roles = fixture_roles(),
		.engine = &rc_engine_libp11, .engine_config = { .pin = pin_get },
	};
}

static void
issue_one(struct home *home, const struct rc_engine_config *config, struct error *err)
{
	SCOPED(signer_close) struct signer *signer = NULL;
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct issue_options options = { .requester = "test" };

	REQUIRE_OK(signer_open(home, &rc_engine_libp11, config, &signer, err), err);
	EXPECT(signer_custody(signer)->accepted);
	EXPECT_INT(signer_facts(signer)->never_extractable, RC_TRUE);
	fixture_plain_csr(&csr);
	REQUIRE_OK(issue_certificate(home, signer, fixture_entry(), buf_bytes(&csr), &options,
	    &issued, err), err);
	EXPECT_OK(cert_verify(&issued->certificate, &home->certificate, err), err);
}

static void
root_on_token(const struct folder *folder, const char *algorithm, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(arena_free) struct arena *arena = arena_new();
	const char *dir = arena_strdup(arena, folder_path(folder, algorithm));
	const char *key = arena_printf(arena, "pkcs11:token=contoso;object=%s", algorithm);
	struct ca_init init = token_init(dir, key);

	init.subject.attr[DN_CN] = algorithm;
	key_make(algorithm, algorithm, err);
	REQUIRE_OK(ca_init_self_signed(&init, err), err);
	REQUIRE_OK(home_open(dir, HOME_SIGN, NULL, &home, err), err);
	issue_one(home, &init.engine_config, err);
	EXPECT_INT(ledger_rows(home->ledger, LEDGER_DONE), 2);
}

TEST(a_token_signs_a_root_and_a_server_certificate)
{
	static const char *const algorithms[] = { "ec-p256", "ec-p384", "rsa-2048" };
	SCOPED(folder_remove) struct folder folder;
	SCOPED(error_free) struct error *err = error_new();

	folder_make(&folder);
	token_make(&folder, err);
	for (size_t i = 0; i < ARRAY_LEN(algorithms); i++)
		root_on_token(&folder, algorithms[i], err);
}
