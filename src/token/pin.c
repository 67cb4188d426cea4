#include "token/pin.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* -- flags ------------------------------------------------------------------------ */

enum rc_status
pin_allowed(const struct rc_token_facts *token, bool spend_final_try, struct error *err)
{
	if (token->pin_locked)
		return error_fail(err, RULE_PIN_LOCKED, "the PIN of the token '%s' is locked",
		    token->label);
	if (!token->user_pin_initialized)
		return error_fail(err, RULE_PIN_NOT_SET, "the token '%s' has no user PIN yet",
		    token->label);
	if (token->pin_final_try && !spend_final_try)
		return error_fail(err, RULE_PIN_FINAL_TRY,
		    "the token '%s' locks itself at the next wrong PIN", token->label);
	if (token->pin_count_low || token->pin_final_try)
		error_warn(err, RULE_PIN_COUNT_LOW, NOWHERE,
		    "the token '%s' was given a wrong PIN since the last login", token->label);
	return RC_OK;
}

/* -- files -------------------------------------------------------------------------- */

static void
scoped_close_fd(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
}

/* `closed_to`: the permission bits that may not be set. */
static enum rc_status
check_file(int fd, const char *path, mode_t closed_to, struct error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return error_errno(err, RULE_PIN_FILE, errno, "the PIN file '%s'", path);
	if (!S_ISREG(st.st_mode))
		return error_fail(err, RULE_PIN_FILE, "the PIN file '%s' is no regular file", path);
	if (st.st_uid != geteuid() && st.st_uid != 0)
		return error_fail(err, RULE_PIN_FILE_READABLE,
		    "the PIN file '%s' belongs to user %u, who is neither you nor root", path,
		    (unsigned)st.st_uid);
	if ((st.st_mode & closed_to) == 0)
		return RC_OK;
	(void)error_fail(err, RULE_PIN_FILE_READABLE,
	    "the PIN file '%s' is open to others (mode %o)",
	    path, (unsigned)(st.st_mode & 07777));
	error_fix(err, "chmod 600 %s", path);
	return rule_status(RULE_PIN_FILE_READABLE);
}

/* What is in the file, straight into the secret: no stdio buffer keeps a copy. */
static enum rc_status
fill(int fd, const char *path, struct secret *pin, struct error *err)
{
	size_t n = 0, room = secret_n(pin);

	while (n < room) {
		ssize_t got = read(fd, secret_p(pin) + n, room - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return error_errno(err, RULE_PIN_FILE, errno, "reading the PIN file '%s'",
			    path);
		if (got == 0)
			break;
		n += (size_t)got;
	}
	secret_cut(pin, n);
	return RC_OK;
}

/* One end of line, as either kind of system writes it, is not part of a PIN. */
static void
strip_newline(struct secret *pin)
{
	size_t n = secret_n(pin);

	if (n > 0 && secret_p(pin)[n - 1] == '\n')
		n--;
	if (n < secret_n(pin) && n > 0 && secret_p(pin)[n - 1] == '\r')
		n--;
	secret_cut(pin, n);
}

static enum rc_status
read_open(int fd, const char *path, mode_t closed_to, struct secret **ret, struct error *err)
{
	/* Room for a line end, and for one octet more, which tells "too long". */
	SCOPED(secret_free) struct secret *pin = secret_new(PIN_MAX + 3);

	TRY(check_file(fd, path, closed_to, err));
	TRY(fill(fd, path, pin, err));
	strip_newline(pin);
	if (secret_n(pin) == 0)
		return error_fail(err, RULE_PIN_FILE, "the PIN file '%s' is empty", path);
	if (secret_n(pin) > PIN_MAX)
		return error_fail(err, RULE_PIN_FILE, "the PIN file '%s' has more than %d octets",
		    path, PIN_MAX);
	*ret = TAKE(pin);
	return RC_OK;
}

/* Not blocking, so that a FIFO is refused instead of waited for. */
static int
open_file(const char *path)
{
	return open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

enum rc_status
pin_read_file(const char *path, struct secret **ret, struct error *err)
{
	SCOPED(close_fd) int fd = open_file(path);

	if (fd < 0)
		return error_errno(err, RULE_PIN_FILE, errno, "opening the PIN file '%s'", path);
	return read_open(fd, path, S_IRWXG | S_IRWXO, ret, err);
}

/* -- pin-source ----------------------------------------------------------------------- */

static int
hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')
		return (c | 0x20) - 'a' + 10;
	return -1;
}

static enum rc_status
put_decoded(struct buf *path, const char *text, struct error *err)
{
	for (const char *p = text; *p != '\0'; p++) {
		int high, low;

		if (*p != '%') {
			buf_putc(path, *p);
			continue;
		}
		high = hex_digit(p[1]);
		low = high >= 0 ? hex_digit(p[2]) : -1;
		if (low < 0 || (high == 0 && low == 0))
			return error_fail(err, RULE_PIN_SOURCE, "pin-source '%s' has a bad %%XX",
			    text);
		buf_putc(path, (char)(high * 16 + low));
		p += 2;
	}
	return RC_OK;
}

/* file:/p, file:///p and file://localhost/p are the same file. */
static enum rc_status
put_file_url(struct buf *path, const char *rest, struct error *err)
{
	const char *p = rest;

	if (strncmp(p, "//", 2) == 0) {
		p += 2;
		if (strncasecmp(p, "localhost/", 10) == 0)
			p += 9;
	}
	if (*p != '/')
		return error_fail(err, RULE_PIN_SOURCE,
		    "pin-source 'file:%s' has a host, or no absolute path", rest);
	return put_decoded(path, p, err);
}

/* RFC 3986 section 3.1: a letter, then letters, digits, + - . up to a colon. */
static bool
has_scheme(const char *text)
{
	size_t n = strspn(text,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

	return n > 1 && text[n] == ':';
}

enum rc_status
pin_source_path(const char *pin_source, struct buf *path, struct error *err)
{
	if (pin_source[0] == '\0')
		return error_fail(err, RULE_PIN_SOURCE, "pin-source is empty");
	if (pin_source[0] == '|')
		return error_fail(err, RULE_PIN_SOURCE,
		    "pin-source names a program; none is run for a PIN");
	if (strncasecmp(pin_source, "file:", 5) == 0)
		return put_file_url(path, pin_source + 5, err);
	if (has_scheme(pin_source))
		return error_fail(err, RULE_PIN_SOURCE,
		    "pin-source '%s' is neither a path nor a file: URL", pin_source);
	buf_puts(path, pin_source);
	return RC_OK;
}

/* -- the order ---------------------------------------------------------------------------- */

static enum rc_status
from_uri(const char *pin_source, struct secret **ret, struct error *err)
{
	SCOPED(buf_clear) struct buf path = BUF_INIT;

	TRY(pin_source_path(pin_source, &path, err));
	return pin_read_file(buf_text(&path), ret, err);
}

/* Taken out: no copy of it stays behind. */
static enum rc_status
from_environment(struct secret **environment, struct secret **ret, struct error *err)
{
	size_t n;

	if (*environment == NULL)
		return error_fail(err, RULE_PIN_MISSING,
		    "the PIN of ROLECERT_PIN was used for the login before this one, and is gone");
	n = secret_n(*environment);
	if (n == 0 || n > PIN_MAX)
		return error_fail(err, RULE_PIN_LENGTH,
		    "the PIN of the environment has %zu octets, not 1 to %d", n, PIN_MAX);
	*ret = TAKE(*environment);
	return RC_OK;
}

/* The one source that may be absent without being asked for: *ret stays NULL. */
static enum rc_status
from_credentials(const char *dir, struct secret **ret, struct error *err)
{
	SCOPED(buf_clear) struct buf path = BUF_INIT;
	SCOPED(close_fd) int fd = -1;

	buf_printf(&path, "%s/rolecert-pin", dir);
	fd = open_file(buf_text(&path));
	if (fd < 0 && errno == ENOENT)
		return RC_OK;
	if (fd < 0)
		return error_errno(err, RULE_PIN_FILE, errno, "opening the credential '%s'",
		    buf_text(&path));
	return read_open(fd, buf_text(&path), S_IRWXO, ret, err);
}

static enum rc_status
no_source(const struct rc_token_facts *token, struct error *err)
{
	enum rc_status st = error_fail(err, RULE_PIN_MISSING, "no PIN for the token '%s'",
	    token->label);

	error_fix(err, "set ROLECERT_PIN_FILE to a file that you alone can read, or type it at a "
	    "terminal");
	return st;
}

static enum rc_status
from_somewhere(const struct pin_sources *s, const struct rc_token_facts *token,
    const char *pin_source, struct secret **ret, struct error *err)
{
	struct secret *pin = NULL;

	if (pin_source != NULL)
		return from_uri(pin_source, ret, err);
	if (s->file != NULL)
		return pin_read_file(s->file, ret, err);
	if (s->environment != NULL)
		return from_environment(s->environment, ret, err);
	if (s->credentials != NULL)
		TRY(from_credentials(s->credentials, &pin, err));
	if (pin == NULL && s->prompt == NULL)
		return no_source(token, err);
	if (pin == NULL)
		TRY(s->prompt(s->prompt_arg, token, &pin, err));
	*ret = pin;
	return RC_OK;
}

/* -- once more ------------------------------------------------------------------------------ */

static void
keep(struct pin_sources *s, const struct rc_token_facts *token, struct secret *pin)
{
	pin_forget(s);
	s->given = true;
	memcpy(s->serial, token->serial, sizeof(s->serial));
	if (s->keep != 0 && pin != NULL)
		s->kept = secret_copy(BYTES(secret_p(pin), secret_n(pin)));
}

void
pin_forget(struct pin_sources *sources)
{
	secret_free(TAKE(sources->kept));
	sources->given = false;
}

static enum rc_status
may_give_again(const struct pin_sources *s, const struct rc_token_facts *token,
    struct error *err)
{
	if ((s->keep & PIN_KEEP_LOGIN) == 0 || !s->given || s->again)
		return error_fail(err, RULE_RELOGIN_REFUSED,
		    "the PIN of the token '%s' %s", token->label,
		    s->again ? "was sent again once already" : "was not to be kept");
	if (strcmp(s->serial, token->serial) != 0)
		return error_fail(err, RULE_RELOGIN_REFUSED,
		    "the token has another serial number (%s) than the one that was lost (%s)",
		    token->serial, s->serial);
	if (token->pin_count_low || token->pin_final_try || token->pin_locked)
		return error_fail(err, RULE_RELOGIN_REFUSED,
		    "the token '%s' says that a wrong PIN was tried", token->label);
	return RC_OK;
}

/* A PIN pad is where a person types: nothing is sent again by us. */
static enum rc_status
give_again(struct pin_sources *s, const struct rc_token_facts *token, struct secret **ret,
    struct error *err)
{
	TRY(may_give_again(s, token, err));
	s->again = true;
	*ret = s->kept != NULL ? secret_copy(BYTES(secret_p(s->kept), secret_n(s->kept))) : NULL;
	if ((s->keep & PIN_KEEP_CONTEXT) == 0)
		secret_free(TAKE(s->kept));
	return RC_OK;
}

static enum rc_status
give(struct pin_sources *s, enum rc_pin_use use, const struct rc_token_facts *token,
    const char *pin_source, struct secret **ret, struct error *err)
{
	SCOPED(secret_free) struct secret *pin = NULL;
	bool same = s->kept != NULL && strcmp(s->serial, token->serial) == 0;

	if (use == RC_PIN_CONTEXT && (s->keep & PIN_KEEP_CONTEXT) != 0 && same) {
		*ret = secret_copy(BYTES(secret_p(s->kept), secret_n(s->kept)));
		return RC_OK;
	}
	if (!token->pin_pad)
		TRY(from_somewhere(s, token, pin_source, &pin, err));
	if (pin != NULL && !secret_is_locked(pin))
		error_warn(err, RULE_PIN_NOT_LOCKED, NOWHERE,
		    "the system does not lock the memory that the PIN is in");
	if (use == RC_PIN_LOGIN || (s->keep & PIN_KEEP_CONTEXT) != 0)
		keep(s, token, pin);
	*ret = TAKE(pin);
	return RC_OK;
}

enum rc_status
pin_give(void *arg, enum rc_pin_use use, const struct rc_token_facts *token,
    const char *pin_source, struct secret **ret, struct error *err)
{
	struct pin_sources *sources = arg;

	if (use == RC_PIN_AGAIN)
		return give_again(sources, token, ret, err);
	TRY(pin_allowed(token, sources->spend_final_try, err));
	return give(sources, use, token, pin_source, ret, err);
}
