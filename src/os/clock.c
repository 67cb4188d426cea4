#include "os/clock.h"

#include <time.h>

static int64_t
system_now(const void *arg)
{
	struct timespec t = { .tv_sec = 0 };

	(void)arg;
	/* CLOCK_REALTIME with a valid pointer cannot fail */
	(void)clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec;
}

const struct clock clock_system = { .now = system_now, .arg = NULL };

static int64_t
fixed_now(const void *arg)
{
	return *(const int64_t *)arg;
}

struct clock
clock_fixed(const int64_t *seconds)
{
	return (struct clock){ .now = fixed_now, .arg = seconds };
}

int64_t
clock_now(const struct clock *clock)
{
	return clock->now(clock->arg);
}

void
clock_put(struct buf *out, int64_t seconds)
{
	static const int64_t last = 253402300799;       /* 9999-12-31T23:59:59Z */
	time_t t = seconds < 0 ? 0 : seconds > last ? last : seconds;
	struct tm tm = { .tm_mday = 1 };

	(void)gmtime_r(&t, &tm);
	buf_printf(out, "%04d-%02d-%02dT%02d:%02d:%02dZ", tm.tm_year + 1900, tm.tm_mon + 1,
	    tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec);
}
