/*
 * The whole line on the engine that keeps keys in memory.
 */
#include "os/file.h"
#include "tests/unit/issue/fixture.h"

static void
key_write(const char *path, struct error *err)
{
	SCOPED(softkey_free) struct softkey *key = NULL;
	SCOPED(buf_wipe) struct buf pem = BUF_INIT;

	REQUIRE_OK(softkey_generate(KEY_EC_P256, &key, err), err);
	REQUIRE_OK(softkey_put_pem(key, &pem, err), err);
	REQUIRE_OK(file_replace(path, FILE_PRIVATE, buf_bytes(&pem), err), err);
}

TEST(a_memory_ca_issues_and_says_what_it_is)
{
	SCOPED(folder_remove) struct folder folder;
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(signer_close) struct signer *signer = NULL;
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct issue_options options = { .requester = "test" };
	struct ca_init init;

	folder_make(&folder);
	init = fixture_init(folder_path(&folder, "ca"), CUSTODY_MEMORY);
	init.engine = &rc_engine_memory;
	init.key = arena_printf(arena, "memory:path=%s", folder_path(&folder, "ca.key"));
	key_write(folder_path(&folder, "ca.key"), err);
	REQUIRE_OK(ca_init_self_signed(&init, err), err);
	REQUIRE_OK(home_open(init.dir, HOME_SIGN, &fixture_clock, &home, err), err);
	REQUIRE_OK(signer_open(home, &rc_engine_memory, &init.engine_config, &signer, err), err);
	fixture_plain_csr(&csr);
	REQUIRE_OK(issue_certificate(home, signer, fixture_entry(), buf_bytes(&csr), &options,
	    &issued, err), err);
	EXPECT_HAS(issued->certificate.issuer_text, CA_MEMORY_STAMP);
	EXPECT_OK(cert_verify(&issued->certificate, &home->certificate, err), err);
}

TEST(a_ca_below_a_memory_ca_is_stamped_too)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	struct ca_request request = { .role = fixture_roles().issuing,
		.subject = { .attr = { [DN_CN] = "Below" } } };
	struct issue_options options = { .requester = NULL };

	fake_reset(KEY_EC_P256);
	fake.facts.engine = "memory";
	fixture_make(&f, CUSTODY_MEMORY);
	fixture_plain_csr(&csr);
	EXPECT_RULE(issue_ca_certificate(f.home, f.signer, &request, buf_bytes(&csr), &options,
	    &issued, f.err), f.err, RULE_CA_SUBJECT);
	request.subject.attr[DN_OU] = CA_MEMORY_STAMP;
	EXPECT_OK(issue_ca_certificate(f.home, f.signer, &request, buf_bytes(&csr), &options,
	    &issued, f.err), f.err);
}
