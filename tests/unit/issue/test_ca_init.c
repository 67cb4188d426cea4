#include "issue/permit.h"
#include "os/file.h"
#include "tests/unit/issue/fixture.h"

static void
expect_root(const struct home *home, const char *subject)
{
	const struct cert_ext *usage = cert_find_ext(&home->certificate, EXT_KEY_USAGE);

	EXPECT_TEXT(home->certificate.subject_text, subject);
	EXPECT(cert_is_ca(&home->certificate));
	EXPECT(cert_is_self_issued(&home->certificate));
	EXPECT(usage != NULL && usage->critical && usage->value.u.key_usage ==
	    (KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN | KU_CRL_SIGN));
	EXPECT(cert_find_ext(&home->certificate, EXT_SUBJECT_KEY_IDENTIFIER) != NULL);
	EXPECT(cert_find_ext(&home->certificate, EXT_CRL_DISTRIBUTION_POINTS) == NULL);
	EXPECT(cert_find_ext(&home->certificate, EXT_AUTHORITY_INFO_ACCESS) == NULL);
	EXPECT_INT(home->certificate.not_before, fixture_now - 300);
	EXPECT_INT(home->certificate.not_after, fixture_now - 300 + 7305LL * 86400 - 1);
}

TEST(a_root_signs_itself_through_the_journal)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(error_free) struct error *err = error_new();

	fake_reset(KEY_EC_P384);
	fixture_make(&f, CUSTODY_STRICT);
	expect_root(f.home, "CN=Test Root, O=Contoso");
	EXPECT_INT(f.home->algorithm, RC_ECDSA_SHA384);
	EXPECT_OK(cert_verify(&f.home->certificate, &f.home->certificate, err), err);
	EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_DONE), 1);
	EXPECT_INT(ledger_rows(f.home->ledger, LEDGER_PENDING), 0);
}

TEST(custody_memory_is_stamped)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct ledger_pinned pinned;

	fake_reset(KEY_EC_P256);
	fake.facts.engine = "memory";
	fixture_make(&f, CUSTODY_MEMORY);
	expect_root(f.home, "CN=Test Root, OU=memory custody - test only, O=Contoso");
	REQUIRE_OK(ledger_pinned(f.home->ledger, arena, &pinned, f.err), f.err);
	EXPECT_TEXT(pinned.custody, "memory");
}

TEST(memory_and_tokens_do_not_mix)
{
	SCOPED(folder_remove) struct folder folder;
	SCOPED(error_free) struct error *err = error_new();
	struct ca_init init;

	fake_reset(KEY_EC_P256);
	folder_make(&folder);
	init = fixture_init(folder_path(&folder, "ca"), CUSTODY_MEMORY);
	init.engine = &fake_token;
	EXPECT_RULE(ca_init_self_signed(&init, err), err, RULE_CUSTODY_ENGINE);
	init = fixture_init(folder_path(&folder, "ca"), CUSTODY_LAB);
	init.engine = &fake_memory;
	EXPECT_RULE(ca_init_self_signed(&init, err), err, RULE_CUSTODY_ENGINE);
	EXPECT_INT(fake.opened, 0);
	EXPECT(!dir_exists(init.dir));
}

TEST(law_2_no_home_for_a_key_below_the_level)
{
	SCOPED(folder_remove) struct folder folder;
	SCOPED(error_free) struct error *err = error_new();
	struct ca_init init;

	fake_reset(KEY_EC_P256);
	folder_make(&folder);
	init = fixture_init(folder_path(&folder, "ca"), CUSTODY_STRICT);
	fake.facts.extractable = RC_TRUE;
	EXPECT_RULE(ca_init_self_signed(&init, err), err, RULE_KEY_EXTRACTABLE);
	EXPECT_INT(fake.signed_, 0);
	EXPECT(!dir_exists(init.dir));
	fake.facts.extractable = RC_FALSE;
	fake.facts.local = RC_FALSE;
	EXPECT_RULE(ca_init_self_signed(&init, err), err, RULE_KEY_IMPORTED);
	init.custody = CUSTODY_IMPORTED_OK;
	EXPECT_OK(ca_init_self_signed(&init, err), err);
}

TEST(a_home_is_never_made_over_another)
{
	SCOPED(folder_remove) struct folder folder;
	SCOPED(error_free) struct error *err = error_new();
	struct ca_init init;

	fake_reset(KEY_EC_P256);
	folder_make(&folder);
	init = fixture_init(folder_path(&folder, "ca"), CUSTODY_STRICT);
	REQUIRE_OK(ca_init_self_signed(&init, err), err);
	error_clear(err);
	EXPECT_RULE(ca_init_self_signed(&init, err), err, RULE_CA_EXISTS);
	EXPECT_INT(fake.signed_, 1);
}

TEST(what_ca_yaml_may_not_say_is_refused_before_anything_is_made)
{
	SCOPED(folder_remove) struct folder folder;
	SCOPED(error_free) struct error *err = error_new();
	struct ca_init init;

	fake_reset(KEY_EC_P256);
	folder_make(&folder);
	init = fixture_init(folder_path(&folder, "ca"), CUSTODY_HARDWARE);
	EXPECT_RULE(ca_init_self_signed(&init, err), err, RULE_TOKEN_NOT_ACCEPTED);
	init = fixture_init(folder_path(&folder, "ca"), CUSTODY_STRICT);
	init.subject = (struct dn){ .attr = { NULL } };
	EXPECT_RULE(ca_init_self_signed(&init, err), err, RULE_CA_SUBJECT);
	init = fixture_init(folder_path(&folder, "ca"), CUSTODY_STRICT);
	init.config = bytes_of_text("approval: { need: 2 }\n");
	init.config_name = "terms.yaml";
	EXPECT_RULE(ca_init_self_signed(&init, err), err, RULE_MISSING_KEY);
	init.config = bytes_of_text("digest: sha512\n");
	EXPECT_OK(ca_init_self_signed(&init, err), err);
	EXPECT_INT(fake.signed_, 1);
}

TEST(a_token_that_fails_leaves_a_record_and_no_home)
{
	SCOPED(folder_remove) struct folder folder;
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	struct ledger_options options = { .clock = &fixture_clock, .read_only = true };
	struct ca_init init;
	struct home *home = NULL;

	fake_reset(KEY_EC_P256);
	folder_make(&folder);
	init = fixture_init(folder_path(&folder, "ca"), CUSTODY_STRICT);
	fake.mode = FAKE_FAILS;
	EXPECT_RULE(ca_init_self_signed(&init, err), err, RULE_TOKEN_ERROR);
	EXPECT_RULE(home_open(init.dir, HOME_SIGN, &fixture_clock, &home, err), err, RULE_CA_HOME);
	REQUIRE_OK(ledger_open(init.dir, &options, &ledger, err), err);
	EXPECT_INT(ledger_rows(ledger, LEDGER_LOST), 1);
}

/* -- an issuing CA below a root ---------------------------------------------------- */

struct pair {
	struct fixture root;
	struct softkey *root_key;
	struct rc_facts root_facts;
	struct ca_init child;
	struct buf csr;
};

static void
pair_make(struct pair *p)
{
	fake_reset(KEY_EC_P384);
	fixture_make(&p->root, CUSTODY_STRICT);
	p->root_key = TAKE(fake.key);
	fake_reset(KEY_EC_P256);
	p->child = fixture_init("", CUSTODY_STRICT);
	p->child.dir = arena_strdup(p->root.home->arena,
	    folder_path(&p->root.folder, "issuing"));
	p->child.subject.attr[DN_CN] = "Test Issuing";
	REQUIRE_OK(ca_init_csr(&p->child, &p->csr, p->root.err), p->root.err);
}

static void
pair_clear(struct pair *p)
{
	softkey_free(p->root_key);
	buf_clear(&p->csr);
	fixture_clear(&p->root);
}
DEFINE_SCOPED_VALUE(pair_clear, struct pair)

/* The token's key for the time of one call. */
static void
keys_swap(struct pair *p)
{
	struct softkey *key = fake.key;

	fake.key = p->root_key;
	p->root_key = key;
}

static struct issuance *
pair_certify(struct pair *p, const struct dn *subject)
{
	struct ca_request request = { .role = fixture_roles().issuing, .subject = *subject,
		.path_len = 0 };
	struct issue_options options = { .requester = "test" };
	struct issuance *issued = NULL;

	keys_swap(p);
	EXPECT_OK(issue_ca_certificate(p->root.home, p->root.signer, &request,
	    buf_bytes(&p->csr), &options, &issued, p->root.err), p->root.err);
	keys_swap(p);
	REQUIRE(issued != NULL);
	return issued;
}

TEST(an_issuing_ca_waits_is_certified_and_ready)
{
	SCOPED(pair_clear) struct pair p = { .csr = BUF_INIT };
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct error *err;
	struct dn subject = { .attr = { NULL } };

	pair_make(&p);
	err = p.root.err;
	EXPECT_RULE(home_open(p.child.dir, HOME_SIGN, &fixture_clock, &home, err), err,
	    RULE_CA_WAITING);
	REQUIRE_OK(home_open(p.child.dir, HOME_LOOK, &fixture_clock, &home, err), err);
	EXPECT_INT(ledger_rows(home->ledger, LEDGER_DONE), 1);
	REQUIRE_OK(ca_init_subject(home, arena, &subject, err), err);
	EXPECT_TEXT(subject.attr[DN_CN], "Test Issuing");
	home_close(TAKE(home));

	issued = pair_certify(&p, &subject);
	EXPECT_OK(ca_init_install(&p.child, issued->der, p.root.home->certificate.der, err), err);
	REQUIRE_OK(home_open(p.child.dir, HOME_SIGN, &fixture_clock, &home, err), err);
	EXPECT_INT(home->n_chain, 1);
	EXPECT_INT(home->path_len, 0);
	EXPECT(!cert_is_self_issued(&home->certificate));
	EXPECT_INT(ledger_events(home->ledger, "note"), 1);
	EXPECT_RULE(ca_init_install(&p.child, issued->der, BYTES(NULL, 0), err), err,
	    RULE_CA_EXISTS);
}

TEST(a_certificate_for_something_else_is_not_installed)
{
	SCOPED(pair_clear) struct pair p = { .csr = BUF_INIT };
	SCOPED(issuance_free) struct issuance *other = NULL, *issued = NULL;
	struct error *err;
	struct dn subject = { .attr = { [DN_CN] = "Another CA" } };

	pair_make(&p);
	err = p.root.err;
	EXPECT_RULE(ca_init_install(&p.child, p.root.home->certificate.der, BYTES(NULL, 0), err),
	    err, RULE_CA_INSTALL);
	other = pair_certify(&p, &subject);
	EXPECT_RULE(ca_init_install(&p.child, other->der, BYTES(NULL, 0), err), err,
	    RULE_CA_SUBJECT);
	/* one key for two CAs is none */
	REQUIRE_OK(ledger_mark(p.root.home->ledger, other->ledger_id, LEDGER_REVOKED, "superseded",
	    err), err);
	subject = p.child.subject;
	issued = pair_certify(&p, &subject);
	EXPECT_RULE(ca_init_install(&p.child, issued->der, other->der, err), err, RULE_CA_INSTALL);
	fixture_now += 20LL * 365 * 86400;
	EXPECT_RULE(ca_init_install(&p.child, issued->der, BYTES(NULL, 0), err), err,
	    RULE_CA_INSTALL);
	fixture_now -= 20LL * 365 * 86400;
	fake.facts.sensitive = RC_FALSE;
	EXPECT_RULE(ca_init_install(&p.child, issued->der, BYTES(NULL, 0), err), err,
	    RULE_KEY_NOT_SENSITIVE);
	fake.facts.sensitive = RC_TRUE;
	EXPECT_OK(ca_init_install(&p.child, issued->der, BYTES(NULL, 0), err), err);
}

TEST(a_key_that_was_certified_before_gets_a_home)
{
	SCOPED(pair_clear) struct pair p = { .csr = BUF_INIT };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	SCOPED(home_close) struct home *home = NULL;
	struct ca_init init;
	struct error *err;

	pair_make(&p);
	err = p.root.err;
	issued = pair_certify(&p, &p.child.subject);
	init = fixture_init(folder_path(&p.root.folder, "second"), CUSTODY_STRICT);
	EXPECT_OK(ca_init_install(&init, issued->der, p.root.home->certificate.der, err), err);
	REQUIRE_OK(home_open(init.dir, HOME_SIGN, &fixture_clock, &home, err), err);
	EXPECT_TEXT(home->config.name, "Test Issuing");
	EXPECT_INT(home->n_chain, 1);
}

TEST(a_path_length_is_kept)
{
	SCOPED(pair_clear) struct pair p = { .csr = BUF_INIT };
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct ca_request request = { .role = fixture_roles().issuing, .path_len = 1 };
	struct issue_options options = { .renew = true };
	struct error *err;

	pair_make(&p);
	err = p.root.err;
	request.subject = p.child.subject;
	p.root.home->path_len = 1;
	keys_swap(&p);
	EXPECT_RULE(issue_ca_certificate(p.root.home, p.root.signer, &request,
	    buf_bytes(&p.csr), &options, &issued, err), err, RULE_CA_PATH_LENGTH);
	request.path_len = 0;
	EXPECT_OK(issue_ca_certificate(p.root.home, p.root.signer, &request,
	    buf_bytes(&p.csr), &options, &issued, err), err);
	request.subject = (struct dn){ .attr = { NULL } };
	EXPECT_RULE(issue_ca_certificate(p.root.home, p.root.signer, &request,
	    buf_bytes(&p.csr), &options, &issued, err), err, RULE_CA_SUBJECT);
	keys_swap(&p);
}

/* -- what stands in the home --------------------------------------------------------- */

/* In FILE of the home, the first `from` becomes `to`. */
static void
home_edit(const struct home *home, const char *name, const char *from, const char *to)
{
	struct buf old = BUF_INIT, new = BUF_INIT;
	const char *path = path_join(home->arena, home->dir, name), *at;

	folder_read(path, &old);
	at = strstr(buf_text(&old), from);
	REQUIRE(at != NULL);
	buf_put(&new, old.p, (size_t)(at - buf_text(&old)));
	buf_puts(&new, to);
	buf_puts(&new, at + strlen(from));
	folder_write(path, buf_text(&new));
	buf_clear(&old);
	buf_clear(&new);
}

TEST(an_edited_policy_is_refused)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	struct home *home = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	home_edit(f.home, "ca.yaml", "default_days: 730", "default_days: 90");
	EXPECT_OK(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err);
	home_close(TAKE(home));
	home_edit(f.home, "ca.yaml", "custody: strict", "custody: lab");
	EXPECT_RULE(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err,
	    RULE_POLICY_CHANGED);
	home_edit(f.home, "ca.yaml", "custody: lab", "custody: memory");
	EXPECT_RULE(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err,
	    RULE_POLICY_CHANGED);
	home_edit(f.home, "ca.yaml", "custody: memory", "custody: strict");
	home_edit(f.home, "ca.yaml", "object=issuing", "object=other");
	EXPECT_RULE(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err,
	    RULE_POLICY_CHANGED);
}

TEST(another_cas_certificate_in_the_home_is_refused)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL }, g = { .home = NULL };
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	struct home *home = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	fake_reset(KEY_EC_P256);
	fixture_make(&g, CUSTODY_STRICT);
	cert_put_pem(g.home->certificate.der, &pem);
	folder_write(path_join(f.home->arena, f.home->dir, "ca.pem"), buf_text(&pem));
	EXPECT_RULE(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err,
	    RULE_POLICY_CHANGED);
	folder_write(path_join(f.home->arena, f.home->dir, "ca.pem"), "no certificate");
	EXPECT_RULE(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err,
	    RULE_CERT_MALFORMED);
}

TEST(a_folder_that_is_no_home_says_so)
{
	SCOPED(folder_remove) struct folder folder;
	SCOPED(error_free) struct error *err = error_new();
	struct home *home = NULL;

	folder_make(&folder);
	EXPECT_RULE(home_open(folder.path, HOME_SIGN, NULL, &home, err), err, RULE_CA_HOME);
	EXPECT(home == NULL);
}

TEST(a_chain_that_is_not_the_cas_is_refused)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	struct home *home = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	cert_put_pem(f.home->certificate.der, &pem);
	cert_put_pem(f.home->certificate.der, &pem);
	folder_write(path_join(f.home->arena, f.home->dir, "root.pem"), buf_text(&pem));
	home_edit(f.home, "ca.yaml", "chain: []", "chain: [root.pem]");
	EXPECT_OK(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err);
	home_close(TAKE(home));
	fake_reset(KEY_EC_P256);
	{
		SCOPED(fixture_clear) struct fixture g = { .home = NULL };

		fixture_make(&g, CUSTODY_STRICT);
		buf_cut(&pem, 0);
		cert_put_pem(g.home->certificate.der, &pem);
	}
	folder_write(path_join(f.home->arena, f.home->dir, "root.pem"), buf_text(&pem));
	EXPECT_RULE(home_open(f.home->dir, HOME_SIGN, &fixture_clock, &home, f.err), f.err,
	    RULE_CA_CERTIFICATE);
}

TEST(a_digest_that_the_key_does_not_do_is_refused)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(softkey_free) struct softkey *key = NULL;
	SCOPED(pubkey_free) struct pubkey *pubkey = NULL;
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	enum rc_sigalg algorithm = RC_SIG_NONE;

	REQUIRE_OK(softkey_generate(KEY_ED25519, &key, err), err);
	REQUIRE_OK(softkey_spki(key, &spki, err), err);
	REQUIRE_OK(pubkey_read(buf_bytes(&spki), &pubkey, err), err);
	EXPECT_RULE(home_algorithm(pubkey, "sha256", false, &algorithm, err), err,
	    RULE_CA_ALGORITHM);
	EXPECT_RULE(home_algorithm(pubkey, NULL, true, &algorithm, err), err, RULE_CA_ALGORITHM);
	EXPECT_INT(algorithm, RC_SIG_NONE);
	EXPECT_OK(home_algorithm(pubkey, NULL, false, &algorithm, err), err);
	EXPECT_INT(algorithm, RC_ED25519);
}
