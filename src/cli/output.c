#include "cli/output.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/escape.h"
#include "report/json.h"

enum { WIDTH_LEAST = 40, WIDTH_USUAL = 80 };

static bool
wants_colour(const struct cli *cli)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");

	return !cli->opt.json && isatty(STDOUT_FILENO) == 1 && (no == NULL || *no == '\0') &&
	    term != NULL && strcmp(term, "dumb") != 0;
}

/* A file or a pipe has no width: what reads it may want whole lines. */
static size_t
terminal_width(void)
{
	struct winsize size = { .ws_col = 0 };

	if (isatty(STDOUT_FILENO) != 1)
		return 0;
	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return WIDTH_USUAL;
	return size.ws_col > WIDTH_LEAST ? size.ws_col : WIDTH_LEAST;
}

struct style
cli_style(const struct cli *cli)
{
	return (struct style){ .width = terminal_width(), .colour = wants_colour(cli),
		.verbose = cli->opt.verbose };
}

const char *
cli_operand(const struct cli *cli, size_t i)
{
	return i < cli->n_operands ? cli->operands[i] : NULL;
}

void
cli_say(const struct cli *cli, const char *fmt, ...)
{
	SCOPED(buf_clear) struct buf raw = BUF_INIT, line = BUF_INIT;
	va_list ap;

	if (cli->opt.quiet)
		return;
	va_start(ap, fmt);
	buf_vprintf(&raw, fmt, ap);
	va_end(ap);
	put_foreign(&line, buf_bytes(&raw));
	(void)fprintf(stderr, "%s\n", buf_text(&line));
	buf_clear(&line);
}

/* Microseconds of a clock that nobody sets. */
static int64_t
ticks(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void
cli_stage(struct cli *cli, const char *done)
{
	int64_t now = ticks(), since = done != NULL ? cli->stage : cli->started;

	cli->stage = now;
	if (cli->started == 0)
		cli->started = now;
	else if (cli->opt.verbose)
		cli_say(cli, "time: %9.3f ms  %s", (double)(now - since) / 1000,
		    done != NULL ? done : "all of it");
}

void
cli_put_json(struct cli *cli, json_t *take)
{
	json_print(take, &cli->out);
	json_decref(take);
}

void
output_guard(void)
{
	/* Each opened the wrong way round for what it is used for. */
	static const int flags[] = { O_WRONLY, O_RDONLY, O_WRONLY };

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) == -1)
			(void)!open("/dev/null", flags[fd]);
}

enum { DRAIN_LEAST = 64 * 1024 };

static void
write_out(struct cli *cli, struct buf *out)
{
	if (out->n != 0 && cli->write_errno == 0 && fwrite(out->p, 1, out->n, stdout) != out->n)
		cli->write_errno = errno;
	buf_cut(out, 0);
}

void
cli_drain(struct buf *out, void *context)
{
	if (out->n >= DRAIN_LEAST)
		write_out(context, out);
}

void
cli_flush(struct cli *cli)
{
	write_out(cli, &cli->out);
	if (cli->write_errno == 0 && fflush(stdout) != 0)
		cli->write_errno = errno;
}

enum rc_status
output_write(struct bytes result, int *failed, struct error *err)
{
	bool good = *failed == 0 &&
	    (result.n == 0 || fwrite(result.p, 1, result.n, stdout) == result.n);
	int errnum = *failed != 0 ? *failed : errno;

	if (good && (fflush(stdout) != 0 || ferror(stdout) != 0)) {
		errnum = errno;
		good = false;
	}
	if (fclose(stdout) != 0 && good) {
		errnum = errno;
		good = false;
	}
	if (good)
		return RC_OK;
	*failed = errnum;
	return error_errno(err, RULE_STDOUT_WRITE, errnum,
	    "the result could not be written to stdout");
}

/* Was the same said before?  Of a place it is not: each place is mended alone. */
static bool
said_before(const struct error *err, const struct diagnosis *d)
{
	if (d->file != NULL || d->severity == SEVERITY_ERROR)
		return false;
	for (const struct diagnosis *e = error_first(err); e != d; e = e->next)
		if (e->rule == d->rule && strcmp(e->message, d->message) == 0)
			return true;
	return false;
}

void
output_messages(const struct error *err, bool quiet)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (quiet && error_count(err) == 0)
		return;
	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
		if (!said_before(err, d))
			diagnosis_render(d, &text);
	if (text.n != 0)
		(void)fwrite(text.p, 1, text.n, stderr);
}
