#include "token/pin.h"

#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit.h"

/* A folder of PIN files. */
struct folder {
	char dir[64];
	char path[128];
	struct error *err;
};

static void
folder_init(struct folder *f)
{
	*f = (struct folder){ .dir = "/tmp/rolecert-unit-XXXXXX", .err = error_new() };
	REQUIRE(mkdtemp(f->dir) != NULL);
}

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

static void
folder_clear(struct folder *f)
{
	(void)nftw(f->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
	error_free(f->err);
}
DEFINE_SCOPED_VALUE(folder_clear, struct folder)

static const char *
put_file(struct folder *f, const char *name, struct bytes text, mode_t mode)
{
	int fd;

	(void)snprintf(f->path, sizeof(f->path), "%s/%s", f->dir, name);
	(void)unlink(f->path);
	fd = open(f->path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	REQUIRE(fd >= 0);
	EXPECT_INT(write(fd, text.p, text.n), text.n);
	REQUIRE(fchmod(fd, mode) == 0);
	(void)close(fd);
	return f->path;
}

static void
expect_pin(struct secret *pin, const char *want)
{
	REQUIRE(pin != NULL);
	EXPECT(bytes_equal(BYTES(secret_p(pin), secret_n(pin)), bytes_of_text(want)));
	secret_free(pin);
}

TEST(one_newline_is_not_part_of_a_pin)
{
	static const struct { const char *text, *pin; } cases[] = {
		{ "1234\n", "1234" }, { "1234", "1234" }, { "1234\r\n", "1234" },
		{ "1234\n\n", "1234\n" }, { " 1 ", " 1 " }, { "12\r", "12\r" },
	};
	SCOPED(folder_clear) struct folder f;

	folder_init(&f);
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const char *path = put_file(&f, "pin", bytes_of_text(cases[i].text), 0400);
		struct secret *pin = NULL;

		REQUIRE_OK(pin_read_file(path, &pin, f.err), f.err);
		expect_pin(pin, cases[i].pin);
	}
}

TEST(a_pin_has_1_to_255_octets)
{
	SCOPED(folder_clear) struct folder f;
	struct secret *pin = NULL;
	char text[300];

	folder_init(&f);
	memset(text, '7', sizeof(text));
	text[255] = '\n';
	REQUIRE_OK(pin_read_file(put_file(&f, "p", BYTES(text, 256), 0600), &pin, f.err), f.err);
	EXPECT_INT(secret_n(pin), 255);
	secret_free(pin);
	text[255] = '7';
	pin = NULL;
	EXPECT_RULE(pin_read_file(put_file(&f, "p", BYTES(text, 256), 0600), &pin, f.err), f.err,
	    RULE_PIN_FILE);
	EXPECT_RULE(pin_read_file(put_file(&f, "p", BYTES(text, 300), 0600), &pin, f.err), f.err,
	    RULE_PIN_FILE);
	EXPECT_RULE(pin_read_file(put_file(&f, "p", BYTES("\n", 1), 0600), &pin, f.err), f.err,
	    RULE_PIN_FILE);
	EXPECT_RULE(pin_read_file(put_file(&f, "p", BYTES("", 0), 0600), &pin, f.err), f.err,
	    RULE_PIN_FILE);
	EXPECT(pin == NULL);
}

TEST(a_pin_file_that_others_may_read_is_refused)
{
	static const mode_t open_modes[] = { 0640, 0604, 0620, 0602, 0644, 0610 };
	SCOPED(folder_clear) struct folder f;
	struct secret *pin = NULL;

	folder_init(&f);
	for (size_t i = 0; i < ARRAY_LEN(open_modes); i++)
		EXPECT_RULE(pin_read_file(put_file(&f, "p", bytes_of_text("1234"), open_modes[i]),
		    &pin, f.err), f.err, RULE_PIN_FILE_READABLE);
	EXPECT(pin == NULL);
	if (geteuid() != 0)
		return;
	/* Neither ours nor root's. */
	(void)put_file(&f, "p", bytes_of_text("1234"), 0600);
	REQUIRE(chown(f.path, 65534, (gid_t)-1) == 0);
	EXPECT_RULE(pin_read_file(f.path, &pin, f.err), f.err, RULE_PIN_FILE_READABLE);
}

TEST(a_pin_file_is_a_file)
{
	SCOPED(folder_clear) struct folder f;
	struct secret *pin = NULL;

	folder_init(&f);
	EXPECT_RULE(pin_read_file(f.dir, &pin, f.err), f.err, RULE_PIN_FILE);
	EXPECT_RULE(pin_read_file("/no/such/pin", &pin, f.err), f.err, RULE_PIN_FILE);
	(void)snprintf(f.path, sizeof(f.path), "%s/fifo", f.dir);
	REQUIRE(mkfifo(f.path, 0600) == 0);
	EXPECT_RULE(pin_read_file(f.path, &pin, f.err), f.err, RULE_PIN_FILE);
}

TEST(a_pin_source_is_a_path_or_a_file_url)
{
	static const struct { const char *source, *path; } cases[] = {
		{ "/run/pin", "/run/pin" }, { "pin", "pin" }, { "file:/run/pin", "/run/pin" },
		{ "file:///run/pin", "/run/pin" }, { "FILE://localhost/run/p", "/run/p" },
		{ "file:/a%20b", "/a b" }, { "/a%20b", "/a%20b" },
	};
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		SCOPED(buf_clear) struct buf path = BUF_INIT;

		EXPECT_OK(pin_source_path(cases[i].source, &path, err), err);
		EXPECT_TEXT(buf_text(&path), cases[i].path);
	}
}

TEST(other_forms_of_pin_source_are_refused)
{
	static const char *const cases[] = { "", "|cat /run/pin", "https://h/pin", "file:pin",
		"file://host/run/pin", "file:/a%2", "file:/a%zz", "file:/a%00b", "data:,1234" };
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		SCOPED(buf_clear) struct buf path = BUF_INIT;

		EXPECT_RULE(pin_source_path(cases[i], &path, err), err, RULE_PIN_SOURCE);
	}
}

/* -- the order ---------------------------------------------------------------------- */

static enum rc_status
prompt(void *arg, const struct rc_token_facts *token, struct secret **ret, struct error *err)
{
	unsigned *asked = arg;

	(void)token;
	(void)err;
	++*asked;
	*ret = secret_copy(bytes_of_text("prompt"));
	return RC_OK;
}

static const struct rc_token_facts fresh = { .label = "one", .initialized = true,
	.login_required = true, .user_pin_initialized = true };

TEST(the_first_source_that_is_there_counts)
{
	SCOPED(folder_clear) struct folder f;
	SCOPED(secret_free) struct secret *environment = secret_copy(bytes_of_text("environment"));
	char uri[128], file[128];
	unsigned asked = 0;
	struct secret *pin = NULL;
	struct pin_sources s = { .prompt = prompt, .prompt_arg = &asked };

	folder_init(&f);
	(void)snprintf(uri, sizeof(uri), "%s", put_file(&f, "uri", bytes_of_text("uri"), 0600));
	(void)snprintf(file, sizeof(file), "%s", put_file(&f, "file", bytes_of_text("file"), 0600));
	(void)put_file(&f, "rolecert-pin", bytes_of_text("credential"), 0440);
	s.credentials = f.dir;
	s.environment = &environment;
	s.file = file;
	REQUIRE_OK(pin_give(&s, RC_PIN_LOGIN, &fresh, uri, &pin, f.err), f.err);
	expect_pin(pin, "uri");
	REQUIRE_OK(pin_give(&s, RC_PIN_LOGIN, &fresh, NULL, &pin, f.err), f.err);
	expect_pin(pin, "file");
	s.file = NULL;
	REQUIRE_OK(pin_give(&s, RC_PIN_LOGIN, &fresh, NULL, &pin, f.err), f.err);
	expect_pin(pin, "environment");
	s.environment = NULL;
	REQUIRE_OK(pin_give(&s, RC_PIN_LOGIN, &fresh, NULL, &pin, f.err), f.err);
	expect_pin(pin, "credential");
	EXPECT_INT(asked, 0);
	s.credentials = NULL;
	REQUIRE_OK(pin_give(&s, RC_PIN_LOGIN, &fresh, NULL, &pin, f.err), f.err);
	expect_pin(pin, "prompt");
	s.prompt = NULL;
	EXPECT_RULE(pin_give(&s, RC_PIN_LOGIN, &fresh, NULL, &pin, f.err), f.err, RULE_PIN_MISSING);
}

TEST(a_named_source_that_fails_has_no_stand_in)
{
	SCOPED(folder_clear) struct folder f;
	SCOPED(secret_free) struct secret *empty = secret_new(0);
	unsigned asked = 0;
	struct secret *pin = NULL;
	struct pin_sources s = { .prompt = prompt, .prompt_arg = &asked, .file = "/no/such/pin" };

	folder_init(&f);
	EXPECT_RULE(pin_give(&s, RC_PIN_LOGIN, &fresh, "|x", &pin, f.err), f.err, RULE_PIN_SOURCE);
	EXPECT_RULE(pin_give(&s, RC_PIN_LOGIN, &fresh, NULL, &pin, f.err), f.err, RULE_PIN_FILE);
	s.file = NULL;
	s.environment = &empty;
	EXPECT_RULE(pin_give(&s, RC_PIN_LOGIN, &fresh, NULL, &pin, f.err), f.err, RULE_PIN_LENGTH);
	s.environment = NULL;
	s.credentials = f.dir;
	(void)put_file(&f, "rolecert-pin", bytes_of_text("credential"), 0444);
	EXPECT_RULE(pin_give(&s, RC_PIN_LOGIN, &fresh, NULL, &pin, f.err), f.err, RULE_PIN_FILE_READABLE);
	EXPECT_INT(asked, 0);
	/* A directory without our credential is not a source. */
	REQUIRE(unlink(f.path) == 0);
	REQUIRE_OK(pin_give(&s, RC_PIN_LOGIN, &fresh, NULL, &pin, f.err), f.err);
	expect_pin(pin, "prompt");
}

TEST(no_pin_is_asked_for_when_the_flags_forbid_it)
{
	SCOPED(error_free) struct error *err = error_new();
	unsigned asked = 0;
	struct secret *pin = NULL;
	struct pin_sources s = { .prompt = prompt, .prompt_arg = &asked };
	struct rc_token_facts token = fresh;

	token.pin_locked = true;
	EXPECT_RULE(pin_give(&s, RC_PIN_LOGIN, &token, NULL, &pin, err), err, RULE_PIN_LOCKED);
	token = fresh;
	token.user_pin_initialized = false;
	EXPECT_RULE(pin_give(&s, RC_PIN_LOGIN, &token, NULL, &pin, err), err, RULE_PIN_NOT_SET);
	token = fresh;
	token.pin_final_try = true;
	EXPECT_RULE(pin_give(&s, RC_PIN_LOGIN, &token, NULL, &pin, err), err, RULE_PIN_FINAL_TRY);
	EXPECT_INT(asked, 0);
	s.spend_final_try = true;
	REQUIRE_OK(pin_give(&s, RC_PIN_LOGIN, &token, NULL, &pin, err), err);
	expect_pin(pin, "prompt");
	EXPECT_INT(asked, 1);
}

TEST(a_lost_try_is_warned_of)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct rc_token_facts token = fresh;

	EXPECT_OK(pin_allowed(&token, false, err), err);
	error_render(err, &text);
	EXPECT_TEXT(buf_text(&text), "");
	token.pin_count_low = true;
	EXPECT_OK(pin_allowed(&token, false, err), err);
	error_render(err, &text);
	EXPECT_HAS(buf_text(&text), "warning: ");
	EXPECT_HAS(buf_text(&text), "[pin-count-low]");
}

TEST(a_pin_pad_is_given_nothing)
{
	SCOPED(error_free) struct error *err = error_new();
	unsigned asked = 0;
	struct secret *pin = secret_new(1), *before = pin;
	struct pin_sources s = { .prompt = prompt, .prompt_arg = &asked };
	struct rc_token_facts token = fresh;

	token.pin_pad = true;
	REQUIRE_OK(pin_give(&s, RC_PIN_LOGIN, &token, "/no/such/pin", &pin, err), err);
	EXPECT(pin == NULL);
	EXPECT_INT(asked, 0);
	secret_free(before);
}

TEST(no_message_shows_a_pin)
{
	SCOPED(folder_clear) struct folder f;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	char long_pin[300];
	struct secret *pin = NULL;

	folder_init(&f);
	memset(long_pin, '9', sizeof(long_pin));
	EXPECT(pin_read_file(put_file(&f, "p", BYTES(long_pin, 300), 0600), &pin, f.err) != RC_OK);
	EXPECT(pin_read_file(put_file(&f, "p", bytes_of_text("98765"), 0644), &pin, f.err) != RC_OK);
	error_render(f.err, &text);
	EXPECT(strstr(buf_text(&text), "9999") == NULL);
	EXPECT(strstr(buf_text(&text), "98765") == NULL);
}

/* -- what is kept ----------------------------------------------------------------------------- */

static enum rc_status
give_once(struct pin_sources *s, enum rc_pin_use use, const struct rc_token_facts *token,
    const char *want, struct error *err)
{
	struct secret *pin = NULL;
	enum rc_status status = pin_give(s, use, token, NULL, &pin, err);

	if (status == RC_OK && want != NULL)
		expect_pin(pin, want);
	if (status == RC_OK && want == NULL)
		EXPECT(pin == NULL);
	return status;
}

TEST(the_environments_pin_is_used_once_and_gone)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(secret_free) struct secret *environment = secret_copy(bytes_of_text("1234"));
	struct pin_sources s = { .environment = &environment };

	REQUIRE_OK(give_once(&s, RC_PIN_LOGIN, &fresh, "1234", err), err);
	EXPECT(environment == NULL && s.kept == NULL);
	EXPECT_RULE(give_once(&s, RC_PIN_LOGIN, &fresh, NULL, err), err, RULE_PIN_MISSING);
	EXPECT_RULE(give_once(&s, RC_PIN_AGAIN, &fresh, NULL, err), err, RULE_RELOGIN_REFUSED);
}

TEST(a_pin_is_sent_again_once_and_to_the_same_token)
{
	static const struct rc_token_facts others[] = {
		{ .serial = "0002", .user_pin_initialized = true },
		{ .serial = "0001", .user_pin_initialized = true, .pin_count_low = true },
		{ .serial = "0001", .user_pin_initialized = true, .pin_final_try = true },
		{ .serial = "0001", .user_pin_initialized = true, .pin_locked = true },
	};
	struct rc_token_facts token = { .serial = "0001", .user_pin_initialized = true };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(secret_free) struct secret *environment = secret_copy(bytes_of_text("1234"));
	struct pin_sources s = { .environment = &environment, .keep = PIN_KEEP_LOGIN,
		.spend_final_try = true };

	EXPECT_RULE(give_once(&s, RC_PIN_AGAIN, &token, NULL, err), err, RULE_RELOGIN_REFUSED);
	REQUIRE_OK(give_once(&s, RC_PIN_LOGIN, &token, "1234", err), err);
	EXPECT(s.kept != NULL && secret_is_locked(s.kept));
	for (size_t i = 0; i < ARRAY_LEN(others); i++)
		EXPECT_RULE(give_once(&s, RC_PIN_AGAIN, &others[i], NULL, err), err,
		    RULE_RELOGIN_REFUSED);
	REQUIRE_OK(give_once(&s, RC_PIN_AGAIN, &token, "1234", err), err);
	EXPECT(s.kept == NULL);
	EXPECT_RULE(give_once(&s, RC_PIN_AGAIN, &token, NULL, err), err, RULE_RELOGIN_REFUSED);
	pin_forget(&s);
}

TEST(a_pin_for_each_signature_is_asked_for_once_where_it_may_be_kept)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(secret_free) struct secret *environment = secret_copy(bytes_of_text("1234"));
	struct rc_token_facts token = { .serial = "0001", .user_pin_initialized = true };
	struct pin_sources s = { .environment = &environment, .keep = PIN_KEEP_CONTEXT };

	REQUIRE_OK(give_once(&s, RC_PIN_LOGIN, &token, "1234", err), err);
	REQUIRE_OK(give_once(&s, RC_PIN_CONTEXT, &token, "1234", err), err);
	REQUIRE_OK(give_once(&s, RC_PIN_CONTEXT, &token, "1234", err), err);
	/* That is no leave to log in again, and none for another token. */
	EXPECT_RULE(give_once(&s, RC_PIN_AGAIN, &token, NULL, err), err, RULE_RELOGIN_REFUSED);
	token.pin_locked = true;
	EXPECT_RULE(give_once(&s, RC_PIN_CONTEXT, &token, NULL, err), err, RULE_PIN_LOCKED);
	token.pin_locked = false;
	token.serial[0] = '9';
	EXPECT_RULE(give_once(&s, RC_PIN_CONTEXT, &token, NULL, err), err, RULE_PIN_MISSING);
	pin_forget(&s);
	EXPECT(s.kept == NULL);
}

TEST(a_pin_for_each_signature_is_asked_for_anew_where_it_may_not)
{
	struct folder f;
	struct pin_sources s = { .keep = PIN_KEEP_LOGIN };

	folder_init(&f);
	s.file = put_file(&f, "pin", bytes_of_text("1234"), 0600);
	REQUIRE_OK(give_once(&s, RC_PIN_LOGIN, &fresh, "1234", f.err), f.err);
	(void)put_file(&f, "pin", bytes_of_text("5678"), 0600);
	REQUIRE_OK(give_once(&s, RC_PIN_CONTEXT, &fresh, "5678", f.err), f.err);
	expect_pin(TAKE(s.kept), "1234");
	pin_forget(&s);
	folder_clear(&f);
}

TEST(a_pin_pad_asks_each_time)
{
	SCOPED(error_free) struct error *err = error_new();
	struct rc_token_facts token = { .serial = "0001", .user_pin_initialized = true,
		.pin_pad = true };
	struct pin_sources s = { .keep = PIN_KEEP_LOGIN };

	REQUIRE_OK(give_once(&s, RC_PIN_LOGIN, &token, NULL, err), err);
	REQUIRE_OK(give_once(&s, RC_PIN_CONTEXT, &token, NULL, err), err);
	REQUIRE_OK(give_once(&s, RC_PIN_AGAIN, &token, NULL, err), err);
	EXPECT_RULE(give_once(&s, RC_PIN_AGAIN, &token, NULL, err), err, RULE_RELOGIN_REFUSED);
}

/* A sanitizer answers mlock itself, and always well. */
#ifdef __SANITIZE_ADDRESS__
enum { LOCKS_ANYWAY = true };
#else
enum { LOCKS_ANYWAY = false };
#endif

/* Whoever is not root may lock no more than his limit, and none at all here. */
TEST(memory_that_cannot_be_locked_is_told)
{
	const struct rlimit none = { .rlim_cur = 0, .rlim_max = 0 };
	SCOPED(error_free) struct error *err = error_new();
	struct pin_sources s = { .file = NULL };
	struct rlimit before;
	uid_t me = geteuid();
	struct folder f;

	folder_init(&f);
	REQUIRE(getrlimit(RLIMIT_MEMLOCK, &before) == 0);
	s.file = put_file(&f, "pin", bytes_of_text("1234"), 0600);
	REQUIRE(chmod(f.dir, 0755) == 0);
	if (me == 0) {
		REQUIRE(chown(s.file, 65534, 65534) == 0);
		REQUIRE(setrlimit(RLIMIT_MEMLOCK, &(struct rlimit){ 0, before.rlim_max }) == 0);
		REQUIRE(seteuid(65534) == 0);
	} else {
		REQUIRE(setrlimit(RLIMIT_MEMLOCK, &none) == 0);
	}
	REQUIRE_OK(give_once(&s, RC_PIN_LOGIN, &fresh, "1234", err), err);
	REQUIRE(seteuid(me) == 0);
	(void)setrlimit(RLIMIT_MEMLOCK, &before);
	EXPECT_INT(error_first(err) != NULL && error_first(err)->rule == RULE_PIN_NOT_LOCKED,
	    !LOCKS_ANYWAY);
	folder_clear(&f);
}
