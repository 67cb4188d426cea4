#include "cli/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "base/escape.h"
#include "token/pin.h"

enum { CTRL_C = 3, CTRL_D = 4, CTRL_U = 21, BACKSPACE = 8, DELETE = 127 };

struct terminal {
	int fd;
	struct termios before;
};

static void
terminal_restore(struct terminal *t)
{
	if (t->fd < 0)
		return;
	(void)tcsetattr(t->fd, TCSAFLUSH, &t->before);
	(void)dprintf(t->fd, "\n");
	(void)close(t->fd);
}
DEFINE_SCOPED_VALUE(terminal_restore, struct terminal)

/* No echo, and key by key: ^C then is a key like any other, so no signal can
 * leave the terminal mute. */
static bool
terminal_mute(struct terminal *t)
{
	struct termios mute;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);

	if (fd < 0)
		return false;
	if (tcgetattr(fd, &t->before) != 0) {
		(void)close(fd);
		return false;
	}
	mute = t->before;
	mute.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG);
	mute.c_cc[VMIN] = 1;
	mute.c_cc[VTIME] = 0;
	if (tcsetattr(fd, TCSAFLUSH, &mute) != 0) {
		(void)close(fd);
		return false;
	}
	t->fd = fd;
	return true;
}

static void
ask(const struct terminal *t, const struct rc_token_facts *token)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	buf_puts(&b, "PIN of token '");
	put_foreign_text(&b, token->label);
	buf_puts(&b, "' (");
	put_foreign_text(&b, token->manufacturer);
	buf_puts(&b, ", serial ");
	put_foreign_text(&b, token->serial);
	buf_puts(&b, "): ");
	(void)dprintf(t->fd, "%s", buf_text(&b));
}

/* One key into the line; false: the line is ended. */
static bool
take_key(uint8_t key, struct secret *line, size_t *n, bool *given_up)
{
	*given_up = key == CTRL_C || key == CTRL_D;
	if (*given_up || key == '\n' || key == '\r')
		return false;
	if (key == CTRL_U)
		*n = 0;
	else if (key == BACKSPACE || key == DELETE)
		*n -= *n > 0 ? 1 : 0;
	else if (*n < PIN_MAX)
		secret_p(line)[(*n)++] = key;
	return true;
}

enum rc_status
prompt_pin(void *arg, const struct rc_token_facts *token, struct secret **ret,
    struct error *err)
{
	SCOPED(terminal_restore) struct terminal t = { .fd = -1 };
	SCOPED(secret_free) struct secret *line = secret_new(PIN_MAX);
	bool given_up = false;
	uint8_t key = 0;
	size_t n = 0;

	(void)arg;
	if (line == NULL || !terminal_mute(&t))
		return error_errno(err, RULE_PIN_PROMPT, errno,
		    "the terminal cannot be asked for the PIN");
	ask(&t, token);
	do {
		if (read(t.fd, &key, 1) != 1)
			given_up = true;
	} while (!given_up && take_key(key, line, &n, &given_up));
	key = 0;
	if (given_up || n == 0)
		return error_fail(err, RULE_PIN_PROMPT, "no PIN was typed");
	secret_cut(line, n);
	*ret = TAKE(line);
	return RC_OK;
}
