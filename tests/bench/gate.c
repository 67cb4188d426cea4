/*
 * gate MODULE URI PIN-FILE - what the custody gate costs: a login and a signature
 * with the facts read, the probes made and the verdict written down, beside the same
 * without.  Both in turns, so that a slow moment hits both; of each the tenth part that
 * was fastest counts, for what else the machine does is no cost of ours.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/error.h"
#include "base/secret.h"
#include "token/custody.h"

enum { TURNS = 101 };

static enum rc_status
give_pin(void *arg, enum rc_pin_use use, const struct rc_token_facts *token, const char *source,
    struct secret **ret, struct error *err)
{
	struct bytes pin = bytes_of_text(arg);

	(void)use;
	(void)token;
	(void)source;
	(void)err;
	*ret = secret_copy(pin);
	return RC_OK;
}

static enum rc_status
judge(const struct rc_engine_ops *ops, struct rc_key *key, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	static struct rc_facts facts;
	static struct custody custody;

	TRY(ops->facts(key, RC_DEPTH_SESSION, &facts, err));
	custody_judge(&facts, CUSTODY_STRICT, &custody);
	custody_describe(&facts, &custody, &text);
	return custody_refuse(&custody, err);
}

static enum rc_status
sign_once(const struct rc_engine_config *config, bool gate, struct error *err)
{
	const struct rc_engine_ops *ops = &rc_engine_libp11;
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	struct rc_engine *engine = NULL;
	struct rc_key *key = NULL;
	enum rc_status st;

	TRY(ops->open(config, &engine, err));
	st = ops->find_key(engine, NULL, &key, err);
	if (st == RC_OK && gate)
		st = judge(ops, key, err);
	if (st == RC_OK)
		st = ops->sign(key, RC_ECDSA_SHA256, bytes_of_text("bench"), &signature, err);
	ops->put_key(key);
	ops->close(engine);
	return st;
}

static double
milliseconds(clockid_t clock)
{
	struct timespec t;

	(void)clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* The slowest of the fastest tenth. */
static double
quick(double *v)
{
	qsort(v, TURNS, sizeof(*v), compare);
	return v[TURNS / 10];
}

static int
fail(struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	error_render(err, &text);
	(void)fputs(buf_text(&text), stderr);
	return 1;
}

int
main(int argc, char **argv)
{
	static double times[2][TURNS], busy[2][TURNS];
	static char pin[256];
	SCOPED(error_free) struct error *err = error_new();
	struct rc_engine_config config = { .pin = give_pin, .pin_arg = pin };
	FILE *f = argc == 4 ? fopen(argv[3], "r") : NULL;

	if (f == NULL || fscanf(f, "%255[^\n]", pin) != 1)
		return 2;
	(void)fclose(f);
	config.module = argv[1];
	config.uri = argv[2];
	for (size_t i = 0; i < TURNS; i++)
		for (size_t gate = 0; gate < 2; gate++) {
			double start = milliseconds(CLOCK_MONOTONIC);
			double cpu = milliseconds(CLOCK_PROCESS_CPUTIME_ID);

			if (sign_once(&config, gate == 1, err) != RC_OK)
				return fail(err);
			times[gate][i] = milliseconds(CLOCK_MONOTONIC) - start;
			busy[gate][i] = milliseconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
		}
	printf("custody gate: %.2f ms (goal: 3) on top of %.2f ms to log in and sign; "
	    "processor time %.2f ms\n", quick(times[1]) - quick(times[0]), quick(times[0]),
	    quick(busy[1]) - quick(busy[0]));
	return 0;
}
