/*
 * Ceremonies: the file, the preview, the run, the transcript.
 */
#include "crypto/envelope.h"
#include "issue/ceremony/run.h"
#include "issue/ceremony/transcript.h"
#include "os/file.h"
#include "tests/unit/issue/fixture.h"

#define HEAD "ceremony: test\nparticipants: [ { name: Ann, role: witness } ]\n"
#define VALID "validity: { not_before: 2026-01-01T00:00:00Z, days: 365 }\n"
#define SERIAL "serial: \"0102030405060708090a0b0c0d0e0f1011121314\"\n"
#define OUT "outputs: { certificate: out.pem }\ntranscript: { file: out.txt, signer: issuer }\n"
#define KEY "key: { uri: \"pkcs11:token=t;object=o\", type: ec-p256, public: key.pub }\n"
#define ROOT HEAD "kind: root\n" KEY "subject: CN=Root, O=Contoso\n" SERIAL VALID \
	"home: { dir: home }\n" OUT

/* -- a host that says yes -------------------------------------------------------------- */

struct room {
	struct folder folder;
	struct arena *arena;
	struct error *err;
	struct ceremony_host host;
	struct ca_roles roles;
	bool refuses;
	size_t confirmed;
	uint8_t shown[32];               /* the digest that was confirmed */
};

static const struct rc_engine_ops *
room_engine(enum custody_level level)
{
	return level == CUSTODY_MEMORY ? &fake_memory : &fake_token;
}

static enum rc_status
room_confirm(void *arg, const struct ceremony_preview *preview, const char **ret_how,
    struct error *err)
{
	struct room *room = arg;

	room->confirmed++;
	EXPECT_INT(preview->tbs_sha256.n, 32);
	memcpy(room->shown, preview->tbs_sha256.p, 32);
	if (room->refuses)
		return error_fail(err, RULE_CEREMONY_NOT_CONFIRMED, "no");
	*ret_how = "by a nod";
	return RC_OK;
}

static void
key_pem_write(const struct room *room)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT, pem = BUF_INIT;

	REQUIRE_OK(softkey_spki(fake.key, &spki, room->err), room->err);
	pem_put("PUBLIC KEY", buf_bytes(&spki), &pem);
	folder_write(folder_path(&room->folder, "key.pub"), buf_text(&pem));
}

static void
room_make(struct room *room)
{
	*room = (struct room){ .arena = arena_new(), .err = error_new() };
	folder_make(&room->folder);
	fixture_now = 1767225600;
	fake_reset(KEY_EC_P256);
	room->roles = fixture_roles();
	room->host = (struct ceremony_host){ .roles = &room->roles, .clock = &fixture_clock, .host = "h", .user = "u",
		.version = "0", .engine = room_engine, .confirm = room_confirm, .arg = room };
	key_pem_write(room);
}

static void
room_clear(struct room *room)
{
	folder_remove(&room->folder);
	arena_free(room->arena);
	error_free(room->err);
}
DEFINE_SCOPED_VALUE(room_clear, struct room)

static enum rc_status
file_of(struct room *room, const char *text, struct ceremony_file *ret)
{
	return ceremony_file_read(bytes_of_text(text), "c.yaml", room->arena, ret, room->err);
}

static enum rc_status
hold(struct room *room, const char *text)
{
	struct ceremony_file file;
	struct ceremony_result result;

	REQUIRE_OK(file_of(room, text, &file), room->err);
	return ceremony_run(&file, room->folder.path, &room->host, room->arena, &result,
	    room->err);
}

static enum rc_status
look_again(struct room *room, struct transcript_report *ret)
{
	struct transcript_question question = { .path = folder_path(&room->folder, "out.txt") };

	return transcript_verify(&question, room->arena, ret, room->err);
}

/* -- the file -------------------------------------------------------------------------- */

TEST(a_ceremony_file_is_read)
{
	SCOPED(room_clear) struct room room;
	struct ceremony_file file;

	room_make(&room);
	REQUIRE_OK(file_of(&room, ROOT "constraints: { path_length: 1, name_constraints: "
	    "{ permitted: [ { dns: contoso.com } ], excluded: [ { email: a@b.example } ] } }\n",
	    &file), room.err);
	EXPECT_TEXT(file.name, "test");
	EXPECT_INT(file.kind, CEREMONY_ROOT);
	EXPECT_INT(file.not_before, 1767225600);
	EXPECT_INT(file.not_after, 1767225600 + 365 * 86400 - 1);
	EXPECT_INT(file.serial.p[19], 0x14);
	EXPECT_INT(file.key.algorithm, KEY_EC_P256);
	EXPECT_INT(file.key.custody, CUSTODY_STRICT);
	EXPECT_INT(file.path_len, 1);
	EXPECT_TEXT(file.permitted.v[0].value, "contoso.com");
	EXPECT_TEXT(file.excluded.v[0].value, "a@b.example");
	EXPECT_TEXT(file.signature, "out.txt.p7s");
	EXPECT(file.signer.uri == NULL);
}

TEST(faults_of_a_ceremony_file_have_their_rules)
{
	static const struct {
		const char *text;
		enum rule rule;
	} cases[] = {
		{ ROOT "colour: red\n", RULE_UNKNOWN_KEY },
		{ HEAD "kind: rot\n", RULE_UNKNOWN_WORD },
		{ HEAD "kind: root\n", RULE_MISSING_KEY },
		{ ROOT "issuer: home\n", RULE_CEREMONY_KIND },
		{ ROOT "existing: a.pem\n", RULE_CEREMONY_KIND },
		{ HEAD "kind: root\n" VALID OUT, RULE_CEREMONY_KIND },
		{ HEAD "kind: issuing\nissuer: h\nsubject: CN=a\n" VALID OUT, RULE_CEREMONY_KIND },
		{ HEAD "kind: issuing\nissuer: h\nsubject: CN=a\n" KEY VALID OUT,
		    RULE_CEREMONY_KIND },
		{ HEAD "kind: officer\nissuer: h\nsubject: CN=a\ncsr: a\nhome: { dir: h }\n" VALID
		    OUT, RULE_CEREMONY_KIND },
		{ HEAD "kind: cross\nissuer: h\nexisting: a\n" VALID
		    "outputs: { certificate: a, csr: b }\ntranscript: { file: t, signer: issuer }\n",
		    RULE_CEREMONY_KIND },
		{ HEAD "kind: root\n" KEY "subject: CN=a\nhome: { dir: h }\n" OUT
		    "validity: { not_before: yesterday, days: 1 }\n", RULE_CEREMONY_FILE },
		{ HEAD "kind: root\n" KEY "subject: CN=a\nhome: { dir: h }\n" OUT
		    "validity: { not_before: 2026-01-01T00:00:00Z }\n", RULE_CEREMONY_FILE },
		{ HEAD "kind: root\n" KEY "subject: CN=a\nhome: { dir: h }\n" OUT "validity: "
		    "{ not_before: 2026-01-02T00:00:00Z, not_after: 2026-01-01T00:00:00Z }\n",
		    RULE_CEREMONY_FILE },
		{ HEAD "kind: root\n" KEY "subject: nonsense\nhome: { dir: h }\n" VALID OUT,
		    RULE_CEREMONY_FILE },
		{ HEAD "kind: root\n" KEY "subject: CN=a\nhome: { dir: h }\nserial: \"00\"\n" VALID
		    OUT, RULE_CEREMONY_FILE },
		{ HEAD "kind: root\nkey: { uri: \"pkcs11:token=t?pin-value=1\", type: ec-p256 }\n"
		    "subject: CN=a\nhome: { dir: h }\n" VALID OUT, RULE_CEREMONY_FILE },
		{ HEAD "kind: root\nkey: { uri: \"file:key\", type: ec-p256 }\n"
		    "subject: CN=a\nhome: { dir: h }\n" VALID OUT, RULE_CEREMONY_FILE },
		{ HEAD "kind: root\nkey: { uri: \"pkcs11:token=t\", type: ec-p111 }\n"
		    "subject: CN=a\nhome: { dir: h }\n" VALID OUT, RULE_UNKNOWN_WORD },
		{ ROOT "constraints: { path_length: many }\n", RULE_YAML_TYPE },
		{ "ceremony: a\nparticipants: []\nkind: root\n" KEY "subject: CN=a\nhome: { dir: h }\n"
		    VALID OUT, RULE_CEREMONY_FILE },
	};
	SCOPED(room_clear) struct room room;
	struct ceremony_file file;

	room_make(&room);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++)
		EXPECT_RULE(file_of(&room, cases[i].text, &file), room.err, cases[i].rule);
}

TEST(all_faults_of_a_ceremony_file_are_told_at_once)
{
	SCOPED(room_clear) struct room room;
	struct ceremony_file file;

	room_make(&room);
	EXPECT_INT(file_of(&room, "ceremony: []\nkind: root\ncolour: red\nserial: 7\n" OUT, &file),
	    RC_INPUT);
	EXPECT(error_count(room.err) >= 4);
}

TEST(a_pin_in_a_ceremony_file_is_not_shown)
{
	SCOPED(room_clear) struct room room;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct ceremony_file file;

	room_make(&room);
	EXPECT_INT(file_of(&room, HEAD "kind: root\n"
	    "key: { uri: \"pkcs11:token=t?pin-value=314159\", type: ec-p256 }\n", &file), RC_INPUT);
	EXPECT_INT(file_of(&room, HEAD "kind: root\n"
	    "keyy: { uri: \"pkcs11:token=t?PIN-VALUE=314159\", type: ec-p256 }\n", &file), RC_INPUT);
	error_render(room.err, &text);
	EXPECT_HAS(buf_text(&text), "line 4 of c.yaml");
	EXPECT(strstr(buf_text(&text), "314159") == NULL);
}

static void root_make(const struct room *room, const char *name, const char *cn);

/* -- preview and run ------------------------------------------------------------------------ */

struct seen {
	bool known;
	uint8_t digest[32];
	size_t octets, unknown;
};

static enum rc_status
look(void *arg, const struct ceremony_preview *preview, struct error *err)
{
	struct seen *seen = arg;

	(void)err;
	seen->known = preview->tbs->known;
	seen->octets = preview->tbs->octets.n;
	for (size_t i = 0; i < preview->tbs->unknown.n; i++)
		seen->unknown += preview->tbs->unknown.p[i];
	if (preview->tbs_sha256.n == 32)
		memcpy(seen->digest, preview->tbs_sha256.p, 32);
	return RC_OK;
}

static void
preview(struct room *room, const char *text, struct seen *ret)
{
	struct ceremony_file file;

	*ret = (struct seen){ .known = false };
	REQUIRE_OK(file_of(room, text, &file), room->err);
	REQUIRE_OK(ceremony_preview(&file, room->folder.path, &room->host, look, ret, room->err),
	    room->err);
}

TEST(what_is_previewed_is_what_is_signed)
{
	SCOPED(room_clear) struct room room;
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	uint8_t digest[32];
	struct cert cert;
	struct seen seen;

	room_make(&room);
	preview(&room, ROOT, &seen);
	EXPECT(seen.known);
	EXPECT_INT(fake.opened, 0);
	EXPECT(!file_exists(folder_path(&room.folder, "out.pem")));
	REQUIRE_OK(hold(&room, ROOT), room.err);
	folder_read(folder_path(&room.folder, "out.pem"), &pem);
	REQUIRE_OK(cert_read_file(buf_bytes(&pem), room.arena, &cert, room.err), room.err);
	sha256(cert.tbs, digest);
	EXPECT_INT(memcmp(digest, seen.digest, 32), 0);
	EXPECT_INT(memcmp(digest, room.shown, 32), 0);
	EXPECT_INT(room.confirmed, 1);
	EXPECT_INT(fake.signed_, 2);             /* certificate and transcript */
}

/* A P-256 point has 64 octets, its digest in the key identifier 20, a serial 20. */
TEST(what_is_not_known_yet_is_shown_as_such)
{
	SCOPED(room_clear) struct room room;
	struct seen known, seen;

	room_make(&room);
	preview(&room, ROOT, &known);
	preview(&room, HEAD "kind: root\nkey: { uri: \"pkcs11:token=t\", type: ec-p256, "
	    "generate: true }\nsubject: CN=Root, O=Contoso\nhome: { dir: home }\n" VALID OUT, &seen);
	EXPECT(!seen.known);
	EXPECT_INT(seen.octets, known.octets);
	EXPECT_INT(seen.unknown, 64 + 20 + 20);
}

TEST(nothing_is_signed_that_was_not_confirmed)
{
	SCOPED(room_clear) struct room room;

	room_make(&room);
	room.refuses = true;
	EXPECT_RULE(hold(&room, ROOT), room.err, RULE_CEREMONY_NOT_CONFIRMED);
	EXPECT_INT(fake.signed_, 0);
	EXPECT(!file_exists(folder_path(&room.folder, "out.pem")));
	EXPECT(!file_exists(folder_path(&room.folder, "out.txt")));
	EXPECT(!file_exists(folder_path(&room.folder, "home")));
}

TEST(an_output_that_exists_stops_everything_before_a_login)
{
	SCOPED(room_clear) struct room room;

	room_make(&room);
	folder_write(folder_path(&room.folder, "out.txt.p7s"), "mine");
	EXPECT_RULE(hold(&room, ROOT), room.err, RULE_FILE_EXISTS);
	EXPECT_INT(fake.opened, 0);
	EXPECT(!file_exists(folder_path(&room.folder, "out.pem")));
	EXPECT(file_exists(folder_path(&room.folder, "out.txt.p7s")));
}

TEST(a_ceremony_stops_where_the_file_and_the_world_differ)
{
	SCOPED(room_clear) struct room room;

	room_make(&room);
	EXPECT_RULE(hold(&room, ROOT "expect: { tbs_sha256: "
	    "\"0000000000000000000000000000000000000000000000000000000000000000\" }\n"), room.err,
	    RULE_CEREMONY_DIFFERS);
	fixture_now += 366 * 86400;
	EXPECT_RULE(hold(&room, ROOT), room.err, RULE_CEREMONY_DIFFERS);
	fixture_now -= 366 * 86400;
	EXPECT_RULE(hold(&room, HEAD "kind: root\n"
	    "key: { uri: \"pkcs11:token=t\", type: ec-p384 }\nsubject: CN=Root, O=Contoso\n"
	    "home: { dir: home }\n" VALID OUT), room.err, RULE_CEREMONY_DIFFERS);
	fake_reset(KEY_EC_P256);                 /* not the key of key.pub any more */
	EXPECT_RULE(hold(&room, ROOT), room.err, RULE_KEY_MISMATCH);
	EXPECT_INT(fake.signed_, 0);
}

/* Told by a dry run too, which does not know the key yet. */
TEST(a_validity_beyond_the_issuers_is_told_early)
{
	SCOPED(room_clear) struct room room;
	struct ceremony_file file;
	struct seen seen;

	room_make(&room);
	root_make(&room, "ca", "Parent");
	REQUIRE_OK(file_of(&room, HEAD "kind: officer\nissuer: ca\nsubject: CN=a\n"
	    "key: { uri: \"pkcs11:token=t\", type: ec-p256, generate: true }\n"
	    "validity: { not_before: 2026-01-01T00:00:00Z, days: 30000 }\n" OUT, &file), room.err);
	EXPECT_RULE(ceremony_preview(&file, room.folder.path, &room.host, look, &seen, room.err),
	    room.err, RULE_LINT_VALIDITY);
}

TEST(law_2_a_ceremony_refuses_a_key_that_could_leave)
{
	SCOPED(room_clear) struct room room;

	room_make(&room);
	fake.facts.extractable = RC_TRUE;
	EXPECT_RULE(hold(&room, ROOT), room.err, RULE_KEY_EXTRACTABLE);
	EXPECT_INT(fake.signed_, 0);
	EXPECT_INT(room.confirmed, 0);
}

/* Also one that gets no home, and so no login like a CA's. */
TEST(law_2_a_ceremony_tries_the_key_of_who_serves_a_ca)
{
	SCOPED(room_clear) struct room room;

	room_make(&room);
	root_make(&room, "ca", "Parent");
	fake.facts.wrappable = RC_TRUE;
	EXPECT_RULE(hold(&room, HEAD "kind: officer\nissuer: ca\nsubject: CN=a\n"
	    "key: { uri: \"pkcs11:token=t\", type: ec-p256 }\n"
	    "validity: { not_before: 2026-01-01T00:00:00Z, days: 30 }\n" OUT), room.err,
	    RULE_KEY_WRAPPABLE);
	EXPECT_INT(room.confirmed, 0);
}

TEST(law_4_a_wrong_signature_is_not_delivered)
{
	SCOPED(room_clear) struct room room;

	room_make(&room);
	fake.mode = FAKE_OTHER_KEY;
	EXPECT_RULE(hold(&room, ROOT), room.err, RULE_SIGN_SPOILED);
	EXPECT(!file_exists(folder_path(&room.folder, "out.pem")));
}

/* -- below a CA ----------------------------------------------------------------------------- */

/* A root in FOLDER/NAME by the key that the token holds now. */
static void
root_make(const struct room *room, const char *name, const char *cn)
{
	struct ca_init init = fixture_init(folder_path(&room->folder, name), CUSTODY_STRICT);

	init.subject.attr[DN_CN] = cn;
	REQUIRE_OK(ca_init_self_signed(&init, room->err), room->err);
}

#define BELOW(kind) HEAD "kind: " kind "\nissuer: ca\n" SERIAL VALID OUT

static void
csr_write(const struct room *room)
{
	SCOPED(buf_clear) struct buf csr = BUF_INIT;

	fixture_plain_csr(&csr);
	REQUIRE_OK(file_create(folder_path(&room->folder, "a.csr"), FILE_PUBLIC, buf_bytes(&csr),
	    room->err), room->err);
}

TEST(a_ca_certifies_requests_from_elsewhere)
{
	static const char *const kinds[] = { BELOW("issuing"), BELOW("ledger-signer"),
		BELOW("ocsp-signer"), BELOW("officer") "email: ann@contoso.com\n" };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		SCOPED(room_clear) struct room room;
		struct transcript_report report;

		room_make(&room);
		root_make(&room, "ca", "Parent");
		csr_write(&room);
		REQUIRE_OK(hold(&room, arena_printf(room.arena, "%ssubject: CN=Below\ncsr: a.csr\n",
		    kinds[i])), room.err);
		REQUIRE_OK(look_again(&room, &report), room.err);
		EXPECT_TEXT(report.certificate.subject_text, "CN=Below");
		EXPECT_TEXT(report.certificate.issuer_text, "CN=Parent, O=Contoso");
		EXPECT_INT(cert_is_ca(&report.certificate), i == 0);
		EXPECT(report.signer_is_own && !report.signer_is_known);
	}
}

TEST(a_ca_is_cross_certified_under_its_own_name_and_key)
{
	SCOPED(room_clear) struct room room;
	struct transcript_report report;

	room_make(&room);
	root_make(&room, "other", "Other");
	fake_reset(KEY_EC_P256);
	root_make(&room, "ca", "Parent");
	EXPECT_RULE(hold(&room, BELOW("cross") "existing: other/ca.pem\nsubject: CN=Else\n"),
	    room.err, RULE_CEREMONY_DIFFERS);
	REQUIRE_OK(hold(&room, BELOW("cross") "existing: other/ca.pem\n"), room.err);
	REQUIRE_OK(look_again(&room, &report), room.err);
	EXPECT_TEXT(report.certificate.subject_text, "CN=Other, O=Contoso");
	EXPECT_TEXT(report.certificate.issuer_text, "CN=Parent, O=Contoso");
}

TEST(a_cross_certificate_needs_the_key_of_the_existing_one)
{
	SCOPED(room_clear) struct room room;

	room_make(&room);
	root_make(&room, "other", "Other");
	fake_reset(KEY_EC_P256);
	root_make(&room, "ca", "Parent");
	csr_write(&room);
	EXPECT_RULE(hold(&room, BELOW("cross") "existing: other/ca.pem\ncsr: a.csr\n"), room.err,
	    RULE_CEREMONY_DIFFERS);
	EXPECT_RULE(hold(&room, BELOW("cross") "existing: ca/ca.pem\n"), room.err, RULE_KEY_IS_CA);
}

/* A CA's certificate that somebody else issued shows nothing about its key. */
TEST(a_cross_certificate_needs_proof_that_somebody_has_the_key)
{
	SCOPED(room_clear) struct room room;

	room_make(&room);
	root_make(&room, "ca", "Elsewhere");
	csr_write(&room);
	REQUIRE_OK(hold(&room, BELOW("issuing") "subject: CN=Below\ncsr: a.csr\n"), room.err);
	REQUIRE(rename(folder_path(&room.folder, "out.pem"),
	    folder_path(&room.folder, "below.pem")) == 0);
	REQUIRE(rename(folder_path(&room.folder, "ca"), folder_path(&room.folder, "was")) == 0);
	fake_reset(KEY_EC_P256);
	root_make(&room, "ca", "Parent");
	EXPECT_RULE(hold(&room, BELOW("cross") "existing: below.pem\n"), room.err,
	    RULE_FILE_EXISTS);
	REQUIRE(remove(folder_path(&room.folder, "out.txt")) == 0);
	REQUIRE(remove(folder_path(&room.folder, "out.txt.p7s")) == 0);
	EXPECT_RULE(hold(&room, BELOW("cross") "existing: below.pem\n"), room.err,
	    RULE_CEREMONY_POSSESSION);
	EXPECT_OK(hold(&room, BELOW("cross") "existing: below.pem\ncsr: a.csr\n"), room.err);
}

#define RENEWED HEAD "kind: renew\nissuer: ca\nexisting: ca/ca.pem\n" SERIAL OUT

TEST(a_root_renews_itself_with_the_same_constraints)
{
	SCOPED(room_clear) struct room room;
	struct transcript_report report;

	room_make(&room);
	root_make(&room, "ca", "Parent");
	EXPECT_RULE(hold(&room, RENEWED VALID), room.err, RULE_CEREMONY_DIFFERS);
	EXPECT_RULE(hold(&room, RENEWED "constraints: { path_length: 0 }\n"
	    "validity: { not_before: 2026-01-01T00:00:00Z, days: 9000 }\n"), room.err,
	    RULE_CEREMONY_DIFFERS);
	REQUIRE_OK(hold(&room, RENEWED
	    "validity: { not_before: 2026-01-01T00:00:00Z, days: 9000 }\n"), room.err);
	REQUIRE_OK(look_again(&room, &report), room.err);
	EXPECT_TEXT(report.certificate.issuer_text, "CN=Parent, O=Contoso");
	EXPECT_INT(report.n_above, 0);
}

/* -- transcripts ------------------------------------------------------------------------------ */

TEST(no_octet_of_a_transcript_changes_unnoticed)
{
	static const char *const names[] = { "out.txt", "out.txt.p7s" };
	SCOPED(room_clear) struct room room;
	struct transcript_report report;
	size_t passed = 0, flipped = 0;

	room_make(&room);
	REQUIRE_OK(hold(&room, ROOT), room.err);
	for (size_t k = 0; k < ARRAY_LEN(names); k++) {
		SCOPED(buf_clear) struct buf bytes = BUF_INIT;
		const char *path =
		    arena_strdup(room.arena, folder_path(&room.folder, names[k]));

		REQUIRE_OK(file_read(path, TRANSCRIPT_MAX, &bytes, room.err), room.err);
		for (size_t i = 0; i < bytes.n; i++, flipped++) {
			FILE *f = fopen(path, "r+b");

			REQUIRE(f != NULL && fseek(f, (long)i, SEEK_SET) == 0);
			(void)fputc(bytes.p[i] ^ (1 << i % 8), f);
			(void)fclose(f);
			passed += look_again(&room, &report) == RC_OK;
			error_clear(room.err);
			f = fopen(path, "r+b");
			REQUIRE(f != NULL && fseek(f, (long)i, SEEK_SET) == 0);
			(void)fputc(bytes.p[i], f);
			(void)fclose(f);
		}
	}
	EXPECT(flipped > 2000);
	EXPECT_INT(passed, 0);
	EXPECT_OK(look_again(&room, &report), room.err);
}

TEST(an_output_that_changed_is_found_and_one_that_is_gone_is_told)
{
	SCOPED(room_clear) struct room room;
	struct transcript_report report;

	room_make(&room);
	REQUIRE_OK(hold(&room, ROOT), room.err);
	REQUIRE_OK(look_again(&room, &report), room.err);
	EXPECT_INT(report.outputs[0].state, TRANSCRIPT_SAME);
	folder_write(folder_path(&room.folder, "out.pem"), "else");
	EXPECT_RULE(look_again(&room, &report), room.err, RULE_TRANSCRIPT_DIFFERS);
	EXPECT_INT(report.outputs[0].state, TRANSCRIPT_OTHER);
	REQUIRE(remove(folder_path(&room.folder, "out.pem")) == 0);
	EXPECT_OK(look_again(&room, &report), room.err);
	EXPECT_INT(report.outputs[0].state, TRANSCRIPT_ABSENT);
}

/* The text with `from` once replaced, signed anew by the same key. */
static void
forge(struct room *room, const char *from, const char *to)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT, other = BUF_INIT, attributes = BUF_INIT;
	SCOPED(buf_clear) struct buf signature = BUF_INIT, message = BUF_INIT;
	struct transcript_report report;
	struct cms_terms terms = { .detached = true, .signing_time = fixture_now,
		.algorithm = RC_ECDSA_SHA256 };
	const char *at;

	REQUIRE_OK(look_again(room, &report), room->err);
	folder_read(folder_path(&room->folder, "out.txt"), &text);
	at = strstr(buf_text(&text), from);
	REQUIRE(at != NULL);
	buf_put(&other, text.p, (size_t)(at - buf_text(&text)));
	buf_puts(&other, to);
	buf_puts(&other, at + strlen(from));
	terms.content = buf_bytes(&other);
	terms.signer = &report.seal.signer;
	cms_attributes_encode(&terms, &attributes);
	REQUIRE_OK(softkey_sign(fake.key, terms.algorithm, buf_bytes(&attributes), &signature,
	    room->err), room->err);
	cms_encode(&terms, buf_bytes(&attributes), buf_bytes(&signature), &message);
	REQUIRE_OK(file_replace(folder_path(&room->folder, "out.txt"), FILE_PUBLIC,
	    buf_bytes(&other), room->err), room->err);
	REQUIRE_OK(file_replace(folder_path(&room->folder, "out.txt.p7s"), FILE_PUBLIC,
	    buf_bytes(&message), room->err), room->err);
}

TEST(a_transcript_is_held_to_its_certificate_and_its_file)
{
	static const struct {
		const char *from, *to;
		enum rule rule;
	} cases[] = {
		{ "\nsubject CN=Root", "\nsubject CN=Toor", RULE_TRANSCRIPT_DIFFERS },
		{ "\nserial 01", "\nserial 02", RULE_TRANSCRIPT_DIFFERS },
		{ "\nnot-after 2026", "\nnot-after 2027", RULE_TRANSCRIPT_DIFFERS },
		{ "\ntbs-words ", "\ntbs-words acorn ", RULE_TRANSCRIPT_DIFFERS },
		{ "\nfile-line kind: root", "\nfile-line kind: rood", RULE_TRANSCRIPT_DIFFERS },
		{ "\ncertificate 30", "\ncertificate 31", RULE_CERT_MALFORMED },
		{ "\nkind root\n", "\n", RULE_TRANSCRIPT_MALFORMED },
		{ "\nkind root\n", "\nkind root\nkind cross\n", RULE_TRANSCRIPT_MALFORMED },
		{ "\nkind root\n", "\nkindroot\n", RULE_TRANSCRIPT_MALFORMED },
		{ "rolecert-transcript 1", "rolecert-transcript 2", RULE_TRANSCRIPT_MALFORMED },
		{ "\nended ", "\nbroken ", RULE_TRANSCRIPT_MALFORMED },
	};

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		SCOPED(room_clear) struct room room;
		struct transcript_report report;

		room_make(&room);
		REQUIRE_OK(hold(&room, ROOT), room.err);
		forge(&room, cases[i].from, cases[i].to);
		EXPECT_RULE(look_again(&room, &report), room.err, cases[i].rule);
	}
}

TEST(a_transcripts_signer_is_held_to_those_who_are_trusted)
{
	SCOPED(room_clear) struct room room;
	struct transcript_report report, other;
	struct transcript_question question = { .n_trusted = 1 };

	room_make(&room);
	root_make(&room, "other", "Other");
	REQUIRE_OK(hold(&room, ROOT), room.err);
	REQUIRE_OK(look_again(&room, &report), room.err);
	question.path = folder_path(&room.folder, "out.txt");
	question.trusted = &report.certificate;
	EXPECT_OK(transcript_verify(&question, room.arena, &other, room.err), room.err);
	EXPECT(other.signer_is_known);
	REQUIRE(remove(folder_path(&room.folder, "out.pem")) == 0);
	fake_reset(KEY_EC_P256);
	root_make(&room, "third", "Third");
	{
		SCOPED(buf_clear) struct buf pem = BUF_INIT;
		struct cert third;

		folder_read(folder_path(&room.folder, "third/ca.pem"), &pem);
		REQUIRE_OK(cert_read_file(buf_bytes(&pem), room.arena, &third, room.err), room.err);
		question.trusted = &third;
		EXPECT_RULE(transcript_verify(&question, room.arena, &other, room.err), room.err,
		    RULE_TRANSCRIPT_DIFFERS);
	}
}
