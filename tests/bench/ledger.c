/*
 * ledger FOLDER [ROWS] - what `ledger verify` costs: a ledger of so many certificates
 * (100000) is made in FOLDER, unless one is there, of the sizes that issuance gives them,
 * and verified three times without --signatures; the fastest counts, in processor time.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>

#include "crypto/digest.h"
#include "ledger/verify.h"

enum { ROWS = 100000, BATCH = 1000, RUNS = 3, TBS = 900, CSR = 500, REVOKED_EVERY = 1000 };

static double
seconds(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* Texts and octets that no other row has, or (an entry's) one other. */
struct row {
	struct ledger_intent intent;
	uint8_t der[TBS + 200], csr[CSR], serial[20], digest[SHA256_OCTETS];
	char canonical[1200], origin[600];
};

static void
fill(uint8_t *p, size_t n, unsigned seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1103515245u + 12345u;
		p[i] = (uint8_t)(seed >> 16);
	}
}

static void
text_make(char *p, size_t n, const char *what, unsigned number)
{
	size_t at = (size_t)snprintf(p, n, "%s %u\n", what, number);

	while (at + 1 < n) {
		p[at] = (char)('a' + at % 26);
		at++;
	}
	p[at] = '\0';
}

static void
row_make(struct row *r, unsigned i)
{
	/* SEQUENCE of what is signed, then algorithm and signature */
	const size_t whole = sizeof(r->der) - 4;

	fill(r->der, sizeof(r->der), i + 1);
	r->der[0] = 0x30;
	r->der[1] = 0x82;
	r->der[2] = (uint8_t)(whole >> 8);
	r->der[3] = (uint8_t)whole;
	fill(r->csr, sizeof(r->csr), ~i);
	fill(r->serial, sizeof(r->serial), i * 7 + 3);
	r->serial[0] = 1;
	r->serial[1] = (uint8_t)(i >> 16);
	r->serial[2] = (uint8_t)(i >> 8);
	r->serial[3] = (uint8_t)i;
	text_make(r->canonical, sizeof(r->canonical), "entry", i / 2);
	text_make(r->origin, sizeof(r->origin), "origin", i / 2);
	sha256(bytes_of_text(r->canonical), r->digest);
	r->intent = (struct ledger_intent){
		.kind = LEDGER_CERTIFICATE, .serial = BYTES(r->serial, sizeof(r->serial)),
		.tbs = BYTES(r->der + 4, TBS), .algorithm = "ecdsa-with-SHA256",
		.entry = "front-end/pool.contoso.com/server.contoso.com", .role = "front-end",
		.entry_digest = BYTES(r->digest, sizeof(r->digest)),
		.entry_canonical = bytes_of_text(r->canonical),
		.profile_digest = BYTES(r->digest, sizeof(r->digest)), .topology = "contoso",
		.topology_digest = BYTES(r->digest, sizeof(r->digest)),
		.origin = bytes_of_text(r->origin),
		.csr = BYTES(r->csr, sizeof(r->csr)), .spki = BYTES(r->csr, 91),
		.requester = "bench", .custody = "memory: a report",
		.not_before = 1767225600, .not_after = 1830297600,
	};
}

static enum rc_status
row_put(struct ledger *ledger, unsigned i, struct error *err)
{
	static struct row row;
	int64_t id;

	row_make(&row, i);
	TRY(ledger_intent(ledger, &row.intent, &id, err));
	TRY(ledger_commit(ledger, id, BYTES(row.der, sizeof(row.der)), err));
	if (i % REVOKED_EVERY == 0)
		TRY(ledger_mark(ledger, id, LEDGER_REVOKED, "superseded", err));
	return RC_OK;
}

static enum rc_status
rows_put(struct ledger *ledger, unsigned rows, struct error *err)
{
	for (unsigned i = 0; i < rows; i++) {
		if (i % BATCH == 0)
			TRY(ledger_batch_begin(ledger, err));
		TRY(row_put(ledger, i, err));
		if (i % BATCH == BATCH - 1 || i == rows - 1)
			TRY(ledger_batch_end(ledger, err));
	}
	return RC_OK;
}

static enum rc_status
make(const char *folder, unsigned rows, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	const struct ledger_birth birth = { .ca = "Bench", .custody = "memory",
		.policy = bytes_of_text("custody memory\n") };

	TRY(ledger_create(folder, &birth, NULL, &ledger, err));
	return rows_put(ledger, rows, err);
}

static enum rc_status
verify(const char *folder, struct ledger_verdict *ret, double *ret_seconds, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	SCOPED(error_free) struct error *findings = error_new();
	const struct ledger_options looks = { .read_only = true };
	const struct ledger_verify_options options = { .n_known = 0 };
	double start = seconds();

	TRY(ledger_open(folder, &looks, &ledger, err));
	TRY(ledger_verify(ledger, &options, ret, findings, err));
	*ret_seconds = seconds() - start;
	if (ret->findings != 0)
		return error_fail(err, RULE_BUG, "%zu findings, first: %s", ret->findings,
		    error_message(findings));
	return RC_OK;
}

static enum rc_status
run(const char *folder, unsigned rows, struct error *err)
{
	struct ledger_verdict verdict = { .events = 0 };
	double best = 1e9, took;
	struct rusage usage;

	if (mkdir(folder, 0700) == 0)
		TRY(make(folder, rows, err));
	for (int i = 0; i < RUNS; i++) {
		TRY(verify(folder, &verdict, &took, err));
		best = took < best ? took : best;
	}
	(void)getrusage(RUSAGE_SELF, &usage);
	printf("ledger verify: %.0f leaves a second (goal: 200000): %llu leaves, %llu rows in %.2f s, "
	    "%ld MB\n", (double)verdict.events / best,
	    (unsigned long long)verdict.events, (unsigned long long)verdict.rows, best,
	    usage.ru_maxrss / 1000);
	return RC_OK;
}

int
main(int argc, char **argv)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	unsigned rows = argc == 3 ? (unsigned)strtoul(argv[2], NULL, 10) : ROWS;

	if (argc < 2 || rows == 0) {
		(void)fputs("usage: ledger FOLDER [ROWS]\n", stderr);
		return 2;
	}
	if (run(argv[1], rows, err) == RC_OK)
		return 0;
	error_render(err, &text);
	(void)fputs(buf_text(&text), stderr);
	return 1;
}
