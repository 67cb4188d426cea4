#include "token/prompt.h"

#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <termios.h>
#include <unistd.h>

#include "tests/unit.h"

/* A person at a terminal: waits for the question, types, and sees what is shown. */
struct person {
	int terminal;
	const char *types;               /* NULL: ends the program instead   */
	struct buf sees;
	bool echo;                       /* was it on while he typed?        */
	bool typed;
	pthread_t thread;
};

static void
look(struct person *p, const char *until)
{
	while (strstr(buf_text(&p->sees), until) == NULL) {
		ssize_t n = read(p->terminal, buf_reserve(&p->sees, 256), 256);

		if (n <= 0)
			return;
		buf_wrote(&p->sees, (size_t)n);
	}
}

static void *
behave(void *arg)
{
	struct person *p = arg;
	struct termios now;
	sigset_t all;

	(void)sigfillset(&all);
	(void)pthread_sigmask(SIG_BLOCK, &all, NULL);
	look(p, "): ");
	p->echo = tcgetattr(p->terminal, &now) == 0 && (now.c_lflag & ECHO) != 0;
	if (p->types == NULL)
		p->typed = kill(getpid(), SIGTERM) == 0;
	else
		p->typed = write(p->terminal, p->types, strlen(p->types)) > 0;
	look(p, "\n");
	return NULL;
}

static enum rc_status
converse(struct person *p, const char *types, struct secret **ret, struct error *err)
{
	static const struct rc_token_facts token = { .label = "one\x1b[m", .serial = "77" };
	struct termios after;
	enum rc_status status;
	char name[64];
	int keep;

	*p = (struct person){ .terminal = posix_openpt(O_RDWR | O_NOCTTY), .types = types };
	REQUIRE(p->terminal >= 0 && grantpt(p->terminal) == 0 && unlockpt(p->terminal) == 0);
	REQUIRE(ptsname_r(p->terminal, name, sizeof(name)) == 0);
	keep = open(name, O_RDWR | O_NOCTTY);
	REQUIRE(pthread_create(&p->thread, NULL, behave, p) == 0);
	status = prompt_pin(name, &token, ret, err);
	(void)pthread_join(p->thread, NULL);
	EXPECT(p->typed && !p->echo);
	EXPECT(tcgetattr(keep, &after) == 0 && (after.c_lflag & ECHO) != 0);
	(void)close(keep);
	(void)close(p->terminal);
	return status;
}

TEST(a_pin_is_asked_for_without_echo)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(secret_free) struct secret *pin = NULL;
	struct person p;

	REQUIRE_OK(converse(&p, "secret77\n", &pin, err), err);
	EXPECT(bytes_equal(BYTES(secret_p(pin), secret_n(pin)), bytes_of_text("secret77")));
	EXPECT_HAS(buf_text(&p.sees), "PIN of the token 'one\\x1b[m' (serial 77): ");
	EXPECT(strstr(buf_text(&p.sees), "secret77") == NULL);
	buf_clear(&p.sees);
}

TEST(an_empty_line_is_no_pin)
{
	SCOPED(error_free) struct error *err = error_new();
	struct secret *pin = NULL;
	struct person p;

	EXPECT_RULE(converse(&p, "\n", &pin, err), err, RULE_PIN_MISSING);
	buf_clear(&p.sees);
	EXPECT_RULE(converse(&p, "\x04", &pin, err), err, RULE_PIN_MISSING);
	buf_clear(&p.sees);
	EXPECT(pin == NULL);
}

TEST(a_line_that_is_too_long_is_no_pin)
{
	SCOPED(error_free) struct error *err = error_new();
	struct secret *pin = NULL;
	struct person p;
	char line[302];

	memset(line, '5', 300);
	line[300] = '\n';
	line[301] = '\0';
	EXPECT_RULE(converse(&p, line, &pin, err), err, RULE_PIN_MISSING);
	buf_clear(&p.sees);
}

static volatile sig_atomic_t told;

static void
hear(int signal)
{
	told = signal;
}

TEST(a_signal_is_acted_on_when_the_terminal_is_set_back)
{
	SCOPED(error_free) struct error *err = error_new();
	struct sigaction act = { .sa_handler = hear }, before;
	struct secret *pin = NULL;
	struct person p;

	REQUIRE(sigaction(SIGTERM, &act, &before) == 0);
	EXPECT_RULE(converse(&p, NULL, &pin, err), err, RULE_PIN_MISSING);
	EXPECT_INT(told, SIGTERM);
	EXPECT(pin == NULL);
	(void)sigaction(SIGTERM, &before, NULL);
	buf_clear(&p.sees);
}

TEST(without_a_terminal_nobody_is_asked)
{
	SCOPED(error_free) struct error *err = error_new();
	static const struct rc_token_facts token = { .label = "one" };
	struct secret *pin = NULL;
	char missing[] = "/no/such/terminal", null[] = "/dev/null";

	EXPECT_RULE(prompt_pin(missing, &token, &pin, err), err, RULE_PIN_MISSING);
	EXPECT_RULE(prompt_pin(null, &token, &pin, err), err, RULE_PIN_MISSING);
}
