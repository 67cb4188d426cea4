/*
 * progress.h - how far a batch is, on the last line of the terminal.
 *
 *      SCOPED(progress_end) struct progress bar;
 *
 *      progress_init(cli, 1000, &bar);
 *      progress_show(&bar, done, failed);       as often as one likes
 *      progress_hide(&bar);                     before another line is written
 *
 * Only where stderr is a terminal; never with --json, --quiet, NO_COLOR or TERM=dumb.
 */
#ifndef CLI_PROGRESS_H
#define CLI_PROGRESS_H

#include "cli/cli.h"

struct progress {
	bool wanted, shown;
	size_t total;                    /* 0: not known                      */
	int64_t start_ms;
};

void progress_init(const struct cli *cli, size_t total, struct progress *ret);
void progress_show(struct progress *progress, size_t done, size_t failed);
void progress_hide(struct progress *progress);
void progress_end(struct progress *progress);
DEFINE_SCOPED_VALUE(progress_end, struct progress)

/* The line, without a terminal: "[#####     ] 512 of 1000, 480 a second, 2 failed,
 * 0:01 left".  Appended. */
void progress_put(size_t done, size_t total, size_t failed, int64_t ms, struct buf *out);

/* Since progress_init(). */
int64_t progress_ms(const struct progress *progress);

#endif
