#include "token/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/escape.h"
#include "token/pin.h"

/* A terminal with its echo off, and what is needed to set it back. */
struct terminal {
	int fd, signals;                 /* -1: not open                     */
	struct termios before;
	sigset_t mask;                   /* the thread's, before             */
	bool silent, masked;
};

static const int watched[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP };

static void
terminal_restore(struct terminal *t)
{
	if (t->silent)
		(void)tcsetattr(t->fd, TCSAFLUSH, &t->before);
	if (t->masked)
		(void)pthread_sigmask(SIG_SETMASK, &t->mask, NULL);
	if (t->signals >= 0)
		(void)close(t->signals);
	if (t->fd >= 0)
		(void)close(t->fd);
	*t = (struct terminal){ .fd = -1, .signals = -1 };
}
DEFINE_SCOPED_VALUE(terminal_restore, struct terminal)

/* While the echo is off, signals arrive as something to read. */
static bool
catch_signals(struct terminal *t)
{
	sigset_t set;

	(void)sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_LEN(watched); i++)
		(void)sigaddset(&set, watched[i]);
	t->masked = pthread_sigmask(SIG_BLOCK, &set, &t->mask) == 0;
	t->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return t->masked && t->signals >= 0;
}

static bool
silence(struct terminal *t)
{
	struct termios quiet;

	if (tcgetattr(t->fd, &t->before) != 0)
		return false;
	quiet = t->before;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
	quiet.c_lflag |= ICANON | ISIG;
	t->silent = tcsetattr(t->fd, TCSAFLUSH, &quiet) == 0;
	return t->silent;
}

static enum rc_status
terminal_open(struct terminal *t, const char *path, struct error *err)
{
	t->fd = open(path, O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (t->fd < 0)
		return error_errno(err, RULE_PIN_MISSING, errno,
		    "no PIN is given, and there is no terminal to ask at");
	if (!catch_signals(t) || !silence(t))
		return error_errno(err, RULE_PIN_MISSING, errno,
		    "the terminal '%s' cannot be kept from showing the PIN", path);
	return RC_OK;
}

/* A terminal that takes nothing will not give a PIN either: no need to look. */
static void
say(const struct terminal *t, struct bytes words)
{
	ssize_t ignored = write(t->fd, words.p, words.n);

	(void)ignored;
}

static void
ask(const struct terminal *t, const struct rc_token_facts *token)
{
	SCOPED(buf_clear) struct buf words = BUF_INIT;

	buf_puts(&words, "PIN of the token '");
	put_foreign_text(&words, token->label);
	buf_puts(&words, "' (serial ");
	put_foreign_text(&words, token->serial);
	buf_puts(&words, "): ");
	say(t, buf_bytes(&words));
}

/* Waits for a line, or a signal; 0 for a line. */
static int
wait_for_line(const struct terminal *t)
{
	struct pollfd both[] = {
		{ .fd = t->signals, .events = POLLIN }, { .fd = t->fd, .events = POLLIN },
	};
	struct signalfd_siginfo info;

	while (poll(both, ARRAY_LEN(both), -1) < 0)
		if (errno != EINTR)
			return 0;
	if (read(t->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		return (int)info.ssi_signo;
	return 0;
}

/* Room for the line's end, and one octet that tells "too long". */
enum { LINE = PIN_MAX + 2 };

static enum rc_status
read_line(const struct terminal *t, struct secret *pin, struct error *err)
{
	ssize_t n = read(t->fd, secret_p(pin), LINE);

	if (n <= 0)
		return error_fail(err, RULE_PIN_MISSING,
		    "the terminal was closed before a PIN came");
	if (n > 0 && secret_p(pin)[n - 1] == '\n')
		n--;
	if (n == 0 || n > PIN_MAX)
		return error_fail(err, RULE_PIN_MISSING, "%s",
		    n == 0 ? "no PIN was typed" : "what was typed is longer than a PIN");
	secret_cut(pin, (size_t)n);
	return RC_OK;
}

/* `*ret_signal` not 0: it came instead of a line. */
static enum rc_status
converse(const char *path, const struct rc_token_facts *token, struct secret *pin,
    int *ret_signal, struct error *err)
{
	SCOPED(terminal_restore) struct terminal t = { .fd = -1, .signals = -1 };
	enum rc_status status = RC_OK;

	TRY(terminal_open(&t, path, err));
	ask(&t, token);
	*ret_signal = wait_for_line(&t);
	if (*ret_signal == 0)
		status = read_line(&t, pin, err);
	say(&t, bytes_of_text("\n"));
	return status;
}

enum rc_status
prompt_pin(void *arg, const struct rc_token_facts *token, struct secret **ret,
    struct error *err)
{
	const char *path = arg != NULL ? arg : "/dev/tty";
	SCOPED(secret_free) struct secret *pin = NULL;
	int signal = SIGTSTP;

	/* After a stop the question is put again, on a terminal that may have
	 * been anything in between. */
	while (signal == SIGTSTP) {
		secret_free(pin);
		pin = secret_new(LINE);
		signal = 0;
		TRY(converse(path, token, pin, &signal, err));
		if (signal != 0)
			(void)raise(signal);
	}
	if (signal != 0)
		return error_fail(err, RULE_PIN_MISSING, "asking for the PIN was interrupted");
	*ret = TAKE(pin);
	return RC_OK;
}
