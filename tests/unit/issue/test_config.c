#include "issue/home.h"
#include "tests/unit.h"

static const char whole[] =
    "ca: Contoso Issuing CA\n"
    "key: \"pkcs11:token=contoso;object=issuing\"\n"
    "module: /usr/lib/softhsm/libsofthsm2.so\n"
    "module_args: configdir=x\n"
    "certificate: ca.pem\n"
    "chain: [root.pem]\n"
    "custody: hardware\n"
    "accept: [{ manufacturer: \"Big \\\"Iron\", model: K7 }, { manufacturer: Other }]\n"
    "probe: pin-record\n"
    "relogin: never\n"
    "digest: sha384\n"
    "validity: { default_days: 365, backdate: 10m }\n"
    "cdp: [\"http://pki.contoso.com/issuing.crl\"]\n"
    "aia: { ca_issuers: [\"http://pki.contoso.com/issuing.cer\"], ocsp: [] }\n"
    "crl: { days: 8, overlap: 2d, publish: /srv/pki/issuing.crl }\n"
    "approval: automatic\n"
    "checkpoint: { every: 50, max_age: 12h }\n";

static const char least[] =
    "ca: A\nkey: \"pkcs11:token=a\"\ncertificate: ca.pem\ncustody: lab\n";

static enum rc_status
read_text(const char *text, struct arena *arena, struct home_config *ret, struct error *err)
{
	return home_config_read(bytes_of_text(text), "ca.yaml", false, arena, ret, err);
}

/* The least ca.yaml and a line; how the reader likes it. */
static enum rc_status
read_with(const char *line, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct home_config config;

	return read_text(arena_printf(arena, "%s%s\n", least, line), arena, &config, err);
}

static void
expect_whole(const struct home_config *c)
{
	EXPECT_TEXT(c->name, "Contoso Issuing CA");
	EXPECT_TEXT(c->key, "pkcs11:token=contoso;object=issuing");
	EXPECT_TEXT(c->module, "/usr/lib/softhsm/libsofthsm2.so");
	EXPECT_TEXT(c->module_args, "configdir=x");
	EXPECT_TEXT(c->certificate, "ca.pem");
	EXPECT_INT(c->n_chain, 1);
	EXPECT_TEXT(c->chain[0], "root.pem");
	EXPECT_INT(c->custody, CUSTODY_HARDWARE);
	EXPECT_INT(c->n_accept, 2);
	EXPECT_TEXT(c->accept[0].manufacturer, "Big \"Iron");
	EXPECT_TEXT(c->accept[0].model, "K7");
	EXPECT_TEXT(c->accept[1].manufacturer, "Other");
	EXPECT(c->accept[1].model == NULL);
	EXPECT(c->probe_pinned);
	EXPECT_TEXT(c->digest, "sha384");
	EXPECT_INT(c->default_days, 365);
	EXPECT_INT(c->backdate, 600);
	EXPECT_INT(c->cdp.n, 1);
	EXPECT_INT(c->ca_issuers.n, 1);
	EXPECT_INT(c->ocsp.n, 0);
	EXPECT_INT(c->crl_days, 8);
	EXPECT_INT(c->crl_overlap, 172800);
	EXPECT_TEXT(c->crl_publish, "/srv/pki/issuing.crl");
	EXPECT_INT(c->checkpoint_every, 50);
	EXPECT_INT(c->checkpoint_max_age, 43200);
}

TEST(every_key_of_ca_yaml_is_read)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct home_config config;

	REQUIRE_OK(read_text(whole, arena, &config, err), err);
	expect_whole(&config);
}

TEST(what_is_left_out_has_its_default)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct home_config config;

	REQUIRE_OK(read_text(least, arena, &config, err), err);
	EXPECT(config.digest == NULL);
	EXPECT_INT(config.default_days, 730);
	EXPECT_INT(config.backdate, 300);
	EXPECT_INT(config.crl_days, 7);
	EXPECT_INT(config.checkpoint_every, 100);
}

TEST(what_is_written_reads_back_the_same)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct home_config config, again;
	struct buf text = BUF_INIT;

	REQUIRE_OK(read_text(whole, arena, &config, err), err);
	config.name = "A \"quoted\" \\ name";
	home_config_put(&config, &text);
	REQUIRE_OK(read_text(buf_text(&text), arena, &again, err), err);
	EXPECT_TEXT(again.name, "A \"quoted\" \\ name");
	again.name = "Contoso Issuing CA";
	expect_whole(&again);
	buf_clear(&text);
}

TEST(a_partial_ca_yaml_needs_nothing)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct home_config config;

	REQUIRE_OK(home_config_read(bytes_of_text("digest: sha512\n"), "part.yaml", true, arena,
	    &config, err), err);
	EXPECT_TEXT(config.digest, "sha512");
	EXPECT_INT(config.custody, CUSTODY_NONE);
	EXPECT_RULE(home_config_read(bytes_of_text("digest: sha512\n"), "part.yaml", false, arena,
	    &config, err), err, RULE_MISSING_KEY);
}

TEST(a_key_that_is_not_known_is_refused_with_the_nearest)
{
	SCOPED(error_free) struct error *err = error_new();
	struct buf text = BUF_INIT;

	EXPECT_INT(read_with("custodie: lab", err), RC_INPUT);
	error_render(err, &text);
	EXPECT_HAS(buf_text(&text), "ca.yaml:5:1: error: ");
	EXPECT_HAS(buf_text(&text), "custody");
	EXPECT_INT(error_rule(err), RULE_UNKNOWN_KEY);
	buf_clear(&text);
}

TEST(every_fault_of_ca_yaml_is_told)
{
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_INT(read_with("digest: md5\nvalidity: { default_days: 0 }\nprobe: never", err),
	    RC_INPUT);
	EXPECT_INT(error_count(err), 3);
}

TEST(types_and_ranges_are_held)
{
	static const struct {
		const char *line;
		enum rule rule;
	} cases[] = {
		{ "digest: md5", RULE_UNKNOWN_WORD },
		{ "padding: oaep", RULE_UNKNOWN_WORD },
		{ "relogin: twice", RULE_UNKNOWN_WORD },
		{ "engine: openssl", RULE_UNKNOWN_WORD },
		{ "timeout: 0s", RULE_CA_CONFIG }, { "timeout: 2d", RULE_CA_CONFIG },
		{ "always_authenticate: never", RULE_UNKNOWN_WORD },
		{ "validity: 730", RULE_YAML_TYPE },
		{ "validity: { default_days: many }", RULE_YAML_TYPE },
		{ "validity: { backdate: 8d }", RULE_CA_CONFIG },
		{ "validity: { default_day: 1 }", RULE_UNKNOWN_KEY },
		{ "cdp: http://a.example/x.crl", RULE_YAML_TYPE },
		{ "cdp: [\"not a uri\"]", RULE_NAME_URI },
		{ "module: \"\"", RULE_CA_CONFIG },
		{ "module: \"a\\nb\"", RULE_CA_CONFIG },
		{ "approval: sometimes", RULE_UNKNOWN_WORD },
		{ "probe: never", RULE_UNKNOWN_WORD },
		{ "accept: Maker", RULE_YAML_TYPE },
		{ "accept: [{ model: K7 }]", RULE_MISSING_KEY },
		{ "accept: [{ manufacturer: a, serial: b }]", RULE_UNKNOWN_KEY },
		{ "accept: [{ manufacturer: \"\" }]", RULE_CA_CONFIG },
	};
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		EXPECT_RULE(read_with(cases[i].line, err), err, cases[i].rule);
	EXPECT_OK(read_with("validity: { backdate: 7d }", err), err);
}

TEST(approvals_that_make_no_sense_are_refused)
{
	static const struct {
		const char *line;
		enum rule rule;
	} cases[] = {
		{ "approval: { need: 2, of: [{ name: Ann, cert: a.pem }] }", RULE_CA_CONFIG },
		{ "approval: { need: 0, of: [{ name: Ann, cert: a.pem }] }", RULE_YAML_TYPE },
		{ "approval: { need: 1 }", RULE_MISSING_KEY },
		{ "approval: { of: [{ name: Ann, cert: a.pem }] }", RULE_MISSING_KEY },
		{ "approval: { need: 1, of: [Ann] }", RULE_CA_CONFIG },
		{ "approval: { need: 1, of: [{ name: Ann }] }", RULE_MISSING_KEY },
		{ "approval: { need: 1, of: [{ name: \"A, B\", cert: a.pem }] }", RULE_CA_CONFIG },
		{ "approval: { need: 1, of: [{ name: none, cert: a.pem }] }", RULE_CA_CONFIG },
		{ "approval: { need: 1, of: [{ name: A, cert: a.pem, uid: -2 }] }", RULE_YAML_TYPE },
		{ "approval: { need: 1, of: [{ name: A, cert: a.pem }, A] }", RULE_CA_CONFIG },
		{ "approval: { need: 1, of: [{ name: A, cert: a.pem }, { name: A, cert: b.pem }] }",
		    RULE_CA_CONFIG },
		{ "approval: { need: 1, of: [{ name: A, cert: a.pem }], expires: 0s }",
		    RULE_CA_CONFIG },
		{ "approval: { need: 1, of: [{ name: A, cert: a.pem }], expires: 400d }",
		    RULE_CA_CONFIG },
		{ "approval: { roles: { oauth: automatic } }", RULE_MISSING_KEY },
		{ "approval: { default: automatic, roles: { 'o auth': automatic } }",
		    RULE_CA_CONFIG },
		{ "approval: { default: automatic, roles: { oauth: never } }", RULE_UNKNOWN_WORD },
		{ "approval: [automatic]", RULE_YAML_TYPE },
	};
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		EXPECT_RULE(read_with(cases[i].line, err), err, cases[i].rule);
	EXPECT_OK(read_with("probe: session\nrelogin: never\napproval: automatic", err), err);
}

TEST(approvals_by_role_read_back_as_they_are_written)
{
	static const char text[] =
	    "approval:\n"
	    "  roles:\n"
	    "    edge-external: { need: 1, of: [Bob, { name: Eve, cert: eve.pem }], expires: 1h }\n"
	    "    web-server: automatic\n"
	    "  default: { need: 2, of: [{ name: Ann \u00e9, cert: ann.pem, uid: 0 },"
	    " { name: Bob, cert: bob.pem }] }\n";
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct buf first = BUF_INIT, second = BUF_INIT;
	struct home_config config, again;

	REQUIRE_OK(read_text(arena_printf(arena, "%s%s", least, text), arena, &config, err), err);
	EXPECT_INT(config.approvals.n_officers, 3);
	EXPECT_INT(config.approvals.officers[0].uid, 0);
	EXPECT_INT(config.approvals.officers[1].uid, APPROVAL_NO_UID);
	EXPECT_TEXT(config.officer_certs[2], "eve.pem");
	EXPECT_INT(approval_rule_of(&config.approvals, "oauth")->need, 2);
	EXPECT_INT(approval_rule_of(&config.approvals, "oauth")->expires, 14 * 86400);
	EXPECT_INT(approval_rule_of(&config.approvals, "edge-external")->expires, 3600);
	EXPECT_INT(approval_rule_of(&config.approvals, "web-server")->need, 0);
	home_config_put(&config, &first);
	REQUIRE_OK(read_text(buf_text(&first), arena, &again, err), err);
	home_config_put(&again, &second);
	EXPECT_TEXT(buf_text(&second), buf_text(&first));
	buf_clear(&first);
	buf_clear(&second);
}

TEST(a_pin_may_not_stand_in_ca_yaml)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct home_config config;
	struct buf text = BUF_INIT;

	EXPECT_INT(read_text("ca: A\nkey: \"pkcs11:token=a?pin-value=123456\"\ncertificate: c\n"
	    "custody: lab\n", arena, &config, err), RC_INPUT);
	EXPECT_INT(error_rule(err), RULE_CA_CONFIG);
	error_render(err, &text);
	EXPECT_HAS(buf_text(&text), "line 2 of ca.yaml");
	EXPECT(strstr(buf_text(&text), "123456") == NULL);
	buf_clear(&text);
	error_clear(err);
	EXPECT_RULE(read_text("ca: A\nkey: file.pem\ncertificate: c\ncustody: lab\n", arena,
	    &config, err), err, RULE_CA_CONFIG);
}

TEST(a_changed_policy_names_the_line)
{
	static const char pinned[] = "custody strict\nkey pkcs11:token=a\nwitness none\n";
	SCOPED(error_free) struct error *err = error_new();

	EXPECT_OK(home_policy_compare(pinned, pinned, err), err);
	EXPECT_INT(home_policy_compare(pinned,
	    "custody lab\nkey pkcs11:token=a\nwitness none\n", err), RC_POLICY);
	EXPECT_INT(error_count(err), 1);
	EXPECT_INT(error_rule(err), RULE_POLICY_CHANGED);
	EXPECT_TEXT(error_first(err)->want, "custody strict");
	EXPECT_TEXT(error_first(err)->have, "custody lab");
	error_clear(err);
	EXPECT_RULE(home_policy_compare(pinned, "custody strict\n", err), err,
	    RULE_POLICY_CHANGED);
	EXPECT_RULE(home_policy_compare("", pinned, err), err, RULE_POLICY_CHANGED);
}

TEST(what_says_how_the_token_is_reached_is_read_and_written)
{
	static const char text[] = "relogin: once\nalways_authenticate: keep\nengine: cryptoki\ntimeout: 2m\n"
	    "padding: pss\nca: A\nkey: \"pkcs11:token=a\"\ncertificate: c\ncustody: strict\n";
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf written = BUF_INIT;
	struct home_config config = home_config_defaults();

	EXPECT(!config.relogin && !config.keep_pin && !config.pss);
	EXPECT_TEXT(config.engine, "auto");
	REQUIRE_OK(read_text(text, arena, &config, err), err);
	home_config_put(&config, &written);
	config = home_config_defaults();
	REQUIRE_OK(read_text(buf_text(&written), arena, &config, err), err);
	EXPECT(config.relogin && config.keep_pin && config.pss);
	EXPECT_TEXT(config.engine, "cryptoki");
	EXPECT_INT(config.timeout, 120);
}
