#include "tests/unit/issue/fixture.h"

#include <ftw.h>
#include <stdio.h>
#include <unistd.h>

#include "os/file.h"
#include "x509/tbs.h"

/* -- an engine that can misbehave ------------------------------------------------- */

struct fake fake;

struct rc_engine {
	char nothing;
};
static struct rc_engine the_engine;

static struct rc_key *
the_key(void)
{
	return (struct rc_key *)(void *)fake.key;
}

static enum rc_status
fake_open(const struct rc_engine_config *config, struct rc_engine **ret, struct error *err)
{
	(void)err;
	fake.opened++;
	fake.again += config->again ? 1 : 0;
	*ret = &the_engine;
	return RC_OK;
}

static enum rc_status
fake_find_key(struct rc_engine *engine, const struct bytes *spki, struct rc_key **ret,
    struct error *err)
{
	(void)engine;
	(void)spki;
	if (fake.missing)
		return error_fail(err, RULE_KEY_MISSING, "no such key");
	*ret = the_key();
	return RC_OK;
}

static enum rc_status
fake_spki(struct rc_key *key, struct buf *out, struct error *err)
{
	(void)key;
	return softkey_spki(fake.key, out, err);
}

static enum rc_status
fake_facts(struct rc_key *key, enum rc_depth depth, struct rc_facts *ret, struct error *err)
{
	(void)key;
	(void)err;
	*ret = fake.facts;
	ret->depth = fake.depth = depth;
	if (depth == RC_DEPTH_ATTRIBUTES) {
		ret->n_probes = 0;
		ret->secret_readable = ret->wrappable = ret->copyable_weaker = RC_UNKNOWN;
		ret->twin_changeable = ret->not_enforced = RC_UNKNOWN;
	}
	return RC_OK;
}

static enum rc_status
sign_with_other_key(enum rc_sigalg algorithm, struct bytes tbs, struct buf *out,
    struct error *err)
{
	SCOPED(softkey_free) struct softkey *other = NULL;

	TRY(softkey_generate(KEY_EC_P256, &other, err));
	return softkey_sign(other, algorithm, tbs, out, err);
}

static enum rc_status
fake_sign(struct rc_key *key, enum rc_sigalg algorithm, struct bytes tbs, struct buf *out,
    struct error *err)
{
	(void)key;
	fake.signed_++;
	if (fake.at_sign != NULL)
		fake.at_sign(fake.at_sign_arg, tbs);
	if (fake.losses != 0) {
		fake.losses--;
		return error_fail(err, fake.loss, "C_Sign: the session is gone");
	}
	switch (fake.mode) {
	case FAKE_FAILS:
		return error_fail(err, RULE_TOKEN_ERROR, "C_Sign: CKR_GENERAL_ERROR");
	case FAKE_OTHER_BYTES:
		return softkey_sign(fake.key, algorithm, bytes_of_text("other bytes"), out, err);
	case FAKE_OTHER_KEY:
		return sign_with_other_key(algorithm, tbs, out, err);
	case FAKE_GARBAGE:
		buf_puts(out, "garbage");
		return RC_OK;
	case FAKE_HONEST:
		break;
	}
	return softkey_sign(fake.key, algorithm, tbs, out, err);
}

static void
fake_put_key(struct rc_key *key)
{
	(void)key;
}

static void
fake_close(struct rc_engine *engine)
{
	(void)engine;
}

const struct rc_engine_ops fake_token = {
	.name = "fake", .open = fake_open, .find_key = fake_find_key, .spki = fake_spki,
	.facts = fake_facts, .sign = fake_sign, .put_key = fake_put_key, .close = fake_close,
};
const struct rc_engine_ops fake_memory = {
	.name = "memory", .open = fake_open, .find_key = fake_find_key, .spki = fake_spki,
	.facts = fake_facts, .sign = fake_sign, .put_key = fake_put_key, .close = fake_close,
};

__attribute__((destructor)) static void
fake_end(void)
{
	softkey_free(TAKE(fake.key));
}

void
fake_reset(unsigned algorithm)
{
	SCOPED(error_free) struct error *err = error_new();

	softkey_free(TAKE(fake.key));
	fake = (struct fake){ .facts = {
		.engine = "fake", .module = "-", .label = "issuing",
		.token = { .label = "contoso", .manufacturer = "Maker", .model = "M1",
		    .serial = "77", .firmware = "1.2", .initialized = true,
		    .login_required = true },
		.sensitive = RC_TRUE, .extractable = RC_FALSE, .always_sensitive = RC_TRUE,
		.never_extractable = RC_TRUE, .local = RC_TRUE, .is_private = RC_TRUE,
		.modifiable = RC_FALSE, .copyable = RC_FALSE, .wrap_with_trusted = RC_FALSE,
		.sign = RC_TRUE, .decrypt = RC_FALSE, .unwrap = RC_FALSE, .derive = RC_FALSE,
		.sign_recover = RC_FALSE, .always_authenticate = RC_FALSE,
		.keygen_known = RC_TRUE, .secret_readable = RC_FALSE,
		.wrappable = RC_FALSE, .copyable_weaker = RC_FALSE,
		.twin_changeable = RC_FALSE, .not_enforced = RC_FALSE,
		.probe = { { .kind = RC_PROBE_WRAP, .name = "CKM_AES_KEY_WRAP",
		    .done = RC_FALSE, .answer = "CKR_KEY_UNEXTRACTABLE" } },
		.n_probes = 1,
		.mechanism = { { 0x1041, "CKM_ECDSA" }, { 0x80000001, NULL } },
		.n_mechanisms = 2,
		.keys_with_this_id = 1, .public_key_matches = true,
	} };
	REQUIRE_OK(softkey_generate(algorithm, &fake.key, err), err);
}

/* -- folders ---------------------------------------------------------------------- */

void
folder_make(struct folder *folder)
{
	snprintf(folder->path, sizeof(folder->path), "/tmp/rolecert-issue-XXXXXX");
	REQUIRE(mkdtemp(folder->path) != NULL);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

void
folder_remove(struct folder *folder)
{
	if (folder->path[0] != '\0')
		(void)nftw(folder->path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	folder->path[0] = '\0';
}

const char *
folder_path(const struct folder *folder, const char *name)
{
	static char paths[8][160];
	static unsigned next;
	char *path = paths[next++ % ARRAY_LEN(paths)];

	snprintf(path, sizeof(paths[0]), "%s/%s", folder->path, name);
	return path;
}

void
folder_write(const char *path, const char *text)
{
	SCOPED(error_free) struct error *err = error_new();

	REQUIRE_OK(file_replace(path, FILE_PUBLIC, bytes_of_text(text), err), err);
}

void
folder_read(const char *path, struct buf *out)
{
	SCOPED(error_free) struct error *err = error_new();

	REQUIRE_OK(file_read(path, 1 << 20, out, err), err);
}

/* -- the roles of CAs, as they ship ------------------------------------------------- */

static struct catalog *role_catalog;
static struct program *role_program;

static void
role_file(const char *folder, const char *stem, struct arena *arena, struct profile_file *ret)
{
	const char *path = arena_printf(arena, "profiles/%s/%s.yaml", folder, stem);
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	folder_read(path, &text);
	*ret = (struct profile_file){ .name = path, .folder = folder, .stem = stem,
		.text = arena_bytes(arena, buf_bytes(&text)) };
}

static void
roles_compile(struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct product *const *products;
	struct profile_file files[4];
	size_t n;

	role_file("generic", "product", arena, &files[0]);
	role_file("base", "certificate-authority", arena, &files[1]);
	role_file("generic", CA_ROLE_ROOT, arena, &files[2]);
	role_file("generic", CA_ROLE_ISSUING, arena, &files[3]);
	REQUIRE_OK(catalog_read(files, ARRAY_LEN(files), &role_catalog, err), err);
	products = catalog_products(role_catalog, &n);
	REQUIRE_OK(program_compile(role_catalog, products[0], NULL, &role_program, err), err);
}

struct ca_roles
fixture_roles(void)
{
	SCOPED(error_free) struct error *err = error_new();
	struct ca_roles roles = { .root = NULL };

	if (role_catalog == NULL)
		roles_compile(err);
	REQUIRE_OK(ca_roles_find(role_program, &roles, err), err);
	return roles;
}

__attribute__((destructor)) static void
roles_end(void)
{
	program_free(TAKE(role_program));
	catalog_free(TAKE(role_catalog));
}

/* -- a CA --------------------------------------------------------------------------- */

int64_t fixture_now = 1767225600;

static int64_t
now_get(const void *arg)
{
	(void)arg;
	return fixture_now;
}

const struct clock fixture_clock = { .now = now_get };

struct ca_init
fixture_init(const char *dir, enum custody_level level)
{
	return (struct ca_init){
		.dir = dir, .key = "pkcs11:token=contoso;object=issuing",
		.subject = { .attr = { [DN_CN] = "Test Root", [DN_O] = "Contoso" } },
		.custody = level, .clock = &fixture_clock, .roles = fixture_roles(),
		.engine = level == CUSTODY_MEMORY ? &fake_memory : &fake_token,
	};
}

void
fixture_make(struct fixture *f, enum custody_level level)
{
	struct ca_init init;
	struct rc_engine_config config = { .uri = NULL };

	fixture_now = 1767225600;
	folder_make(&f->folder);
	f->err = error_new();
	init = fixture_init(folder_path(&f->folder, "ca"), level);
	REQUIRE_OK(ca_init_self_signed(&init, f->err), f->err);
	REQUIRE_OK(home_open(init.dir, HOME_SIGN, &fixture_clock, &f->home, f->err), f->err);
	REQUIRE_OK(signer_open(f->home, init.engine, &config, &f->signer, f->err), f->err);
	fake.signed_ = 0;
	error_clear(f->err);
}

void
fixture_clear(struct fixture *f)
{
	signer_close(TAKE(f->signer));
	home_close(TAKE(f->home));
	error_free(TAKE(f->err));
	folder_remove(&f->folder);
}

const struct entry *
fixture_entry(void)
{
	static struct general_name san[] = {
		{ NAME_DNS, "sip.contoso.com" }, { NAME_DNS, "webcon.contoso.com" },
		{ NAME_DNS, "sip.fabrikam.com" },
	};
	static struct provenance why[ARRAY_LEN(san)];
	static const char *eku[] = { "1.3.6.1.5.5.7.3.1" };
	static struct entry_ext exts[] = {
		{ .id = EXT_BASIC_CONSTRAINTS, .critical = true, .from = EXT_FROM_ENTRY,
		  .value.u.basic = { .ca = false, .path_len = -1 } },
		{ .id = EXT_KEY_USAGE, .critical = true, .from = EXT_FROM_KEY },
		{ .id = EXT_EXTENDED_KEY_USAGE, .from = EXT_FROM_ENTRY,
		  .value.u.oids = { eku, 1 } },
		{ .id = EXT_SUBJECT_ALT_NAME, .from = EXT_FROM_ENTRY,
		  .value.u.names = { san, ARRAY_LEN(san) } },
		{ .id = EXT_SUBJECT_KEY_IDENTIFIER, .from = EXT_FROM_KEY },
		{ .id = EXT_AUTHORITY_KEY_IDENTIFIER, .from = EXT_FROM_CA },
		{ .id = EXT_CRL_DISTRIBUTION_POINTS, .from = EXT_FROM_CA },
		{ .id = EXT_AUTHORITY_INFO_ACCESS, .from = EXT_FROM_CA },
	};
	static struct entry entry = {
		.id = "edge-external/lsedge.contoso.net", .role = "edge-external",
		.title = "Edge, external", .pool = "lsedge.contoso.net",
		.subject = { .attr = { [DN_CN] = "sip.contoso.com", [DN_O] = "Contoso" } },
		.san = san, .why = why, .n_san = ARRAY_LEN(san), .eku = eku, .n_eku = 1,
		.key_usage_rsa = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT,
		.key_usage_ec = KU_DIGITAL_SIGNATURE,
		.exts = exts, .n_exts = ARRAY_LEN(exts),
		.key_algorithms = KEY_RSA_2048 | KEY_EC_P256,
		.validity_days = 730,
	};

	for (size_t i = 0; i < ARRAY_LEN(exts); i++) {
		exts[i].value.id = exts[i].id;
		exts[i].value.critical = exts[i].critical;
	}
	entry.canonical = bytes_of_text("edge-external");
	sha256(entry.canonical, entry.digest);
	return &entry;
}

void
fixture_csr(const struct softkey *key, const struct fixture_request *asks, struct buf *out)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf subject = BUF_INIT, exts = BUF_INIT;
	SCOPED(buf_clear) struct buf spki = BUF_INIT, info = BUF_INIT, signature = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *pubkey = NULL;
	struct ext_value san = { .id = EXT_SUBJECT_ALT_NAME,
		.u.names = { asks->san, asks->n_san } };
	enum rc_sigalg algorithm;

	REQUIRE_OK(softkey_spki(key, &spki, err), err);
	REQUIRE_OK(pubkey_read(buf_bytes(&spki), &pubkey, err), err);
	algorithm = pubkey_sigalg(pubkey);
	dn_encode(&asks->subject, &subject);
	if (asks->n_san > 0)
		ext_put(&san, &exts);
	if (asks->extensions.n > 0)
		buf_put(&exts, asks->extensions.p, asks->extensions.n);
	csr_info_encode(buf_bytes(&subject), buf_bytes(&spki), buf_bytes(&exts), &info);
	REQUIRE_OK(softkey_sign(key, algorithm, buf_bytes(&info), &signature, err), err);
	signed_wrap(buf_bytes(&info), algorithm, buf_bytes(&signature), out);
}

void
fixture_plain_csr(struct buf *out)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(softkey_free) struct softkey *key = NULL;
	struct fixture_request asks = { .n_san = 0 };

	REQUIRE_OK(softkey_generate(KEY_EC_P256, &key, err), err);
	fixture_csr(key, &asks, out);
}

/* -- what the ledger holds ------------------------------------------------------------ */

size_t
ledger_rows(struct ledger *ledger, enum ledger_state state)
{
	SCOPED(error_free) struct error *err = error_new();
	struct ledger_counts counts;

	REQUIRE_OK(ledger_count(ledger, &counts, err), err);
	return (size_t)counts.state[state];
}

struct kind_count {
	const char *kind;
	size_t n;
};

static enum rc_status
event_count(void *arg, const struct ledger_event *event, struct error *err)
{
	struct kind_count *count = arg;

	(void)err;
	count->n += strcmp(event->kind, count->kind) == 0;
	return RC_OK;
}

size_t
ledger_events(struct ledger *ledger, const char *kind)
{
	SCOPED(error_free) struct error *err = error_new();
	struct kind_count count = { .kind = kind };

	REQUIRE_OK(ledger_each_event(ledger, 0, event_count, &count, err), err);
	return count.n;
}
