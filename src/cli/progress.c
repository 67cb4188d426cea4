#include "cli/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum { BAR_WIDTH = 20 };

static int64_t
now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static bool
is_set(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && *value != '\0';
}

void
progress_init(const struct cli *cli, size_t total, struct progress *ret)
{
	const char *term = getenv("TERM");

	*ret = (struct progress){ .total = total, .start_ms = now_ms(),
		.wanted = !cli->opt.json && !cli->opt.quiet && isatty(STDERR_FILENO) == 1 &&
		    !is_set("NO_COLOR") && term != NULL && strcmp(term, "dumb") != 0 };
}

static void
put_bar(size_t done, size_t total, struct buf *out)
{
	size_t full = total != 0 ? done * BAR_WIDTH / total : 0;

	buf_putc(out, '[');
	for (size_t i = 0; i < BAR_WIDTH; i++)
		buf_putc(out, i < full ? '#' : ' ');
	buf_printf(out, "] %zu of %zu", done, total);
}

void
progress_put(size_t done, size_t total, size_t failed, int64_t ms, struct buf *out)
{
	size_t rate = ms > 0 ? done * 1000 / (size_t)ms : 0;

	if (total != 0)
		put_bar(done, total, out);
	else
		buf_printf(out, "%zu", done);
	if (rate != 0)
		buf_printf(out, ", %zu a second", rate);
	if (failed != 0)
		buf_printf(out, ", %zu failed", failed);
	if (rate != 0 && done < total)
		buf_printf(out, ", %zu:%02zu left", (total - done) / rate / 60,
		    (total - done) / rate % 60);
}

void
progress_show(struct progress *progress, size_t done, size_t failed)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	if (!progress->wanted)
		return;
	buf_puts(&line, "\r\033[K");
	progress_put(done, progress->total, failed, progress_ms(progress), &line);
	(void)fwrite(line.p, 1, line.n, stderr);
	(void)fflush(stderr);
	progress->shown = true;
}

void
progress_hide(struct progress *progress)
{
	if (progress->shown)
		(void)fputs("\r\033[K", stderr);
	progress->shown = false;
}

void
progress_end(struct progress *progress)
{
	progress_hide(progress);
}

int64_t
progress_ms(const struct progress *progress)
{
	return now_ms() - progress->start_ms;
}
