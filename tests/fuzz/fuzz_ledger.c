/*
 * A ledger that somebody sends, for verification.  What begins like a database is taken as
 * the file; anything else as changes of a good one, each of them three octets of place, one of
 * length, and so many octets.  And as the body of an event.
 */
#include <stdio.h>
#include <unistd.h>


#include "crypto/digest.h"
#include "ledger/event.h"
#include "ledger/verify.h"
#include "os/file.h"
#include "tests/fuzz/fuzz.h"

static char folder[64];

static const char *
path_of(const char *name)
{
	static char path[128];

	(void)snprintf(path, sizeof(path), "%s/%s", folder, name);
	return path;
}

static void
forget(void)
{
	static const char *const names[] = { LEDGER_FILE, LEDGER_FILE "-wal", LEDGER_FILE "-shm" };

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		(void)unlink(path_of(names[i]));
}

static void
put_file(struct bytes file)
{
	FILE *f = fopen(path_of(LEDGER_FILE), "wb");

	fuzz_demand(f != NULL && fwrite(file.p, 1, file.n, f) == file.n && fclose(f) == 0,
	    "no file");
}

/* -- a good ledger ------------------------------------------------------------------- */

static struct buf good;

static const int64_t long_ago = 1767225600;

static void
must(enum rc_status status, const struct error *err)
{
	fuzz_demand(status == RC_OK, status == RC_OK ? "" : error_message(err));
}

/* One of a kind: SEQUENCE { INTEGER }, and around it another. */
static int64_t
put_row(struct ledger *ledger, enum ledger_kind kind, uint8_t serial, bool commit,
    struct error *err)
{
	const uint8_t whole[] = { 0x30, 7, 0x30, 3, 2, 1, serial, 5, 0 };
	struct ledger_intent intent = { .kind = kind, .tbs = BYTES(whole + 2, 5),
		.algorithm = "ecdsa-with-SHA256", .entry = "crl/7", .role = "fuzz",
		.requester = "fuzz", .custody = "memory", .entry_canonical = bytes_of_text("fuzz"),
		.not_before = long_ago, .not_after = long_ago + 86400 };
	uint8_t digest[SHA256_OCTETS];
	int64_t id = 0;

	sha256(intent.entry_canonical, digest);
	intent.entry_digest = BYTES(digest, sizeof(digest));
	if (ledger_kind_has_serial(kind))
		intent.serial = BYTES(whole + 6, 1);
	must(ledger_intent(ledger, &intent, &id, err), err);
	if (commit)
		must(ledger_commit(ledger, id, BYTES(whole, sizeof(whole)), err), err);
	return id;
}

static void
put_rows(struct ledger *ledger, struct error *err)
{
	const struct ledger_refusal refusal = { .rule = "csr-too-large", .message = "no" };
	int64_t id = 0;

	for (uint8_t i = 1; i <= 20; i++)
		id = put_row(ledger, LEDGER_CERTIFICATE, i, true, err);
	must(ledger_mark(ledger, id, LEDGER_HELD, "certificateHold", err), err);
	must(ledger_mark(ledger, id, LEDGER_REVOKED, "superseded", err), err);
	id = put_row(ledger, LEDGER_CERTIFICATE, 99, false, err);
	must(ledger_lose(ledger, id, "gone", err), err);
	(void)put_row(ledger, LEDGER_CRL, 0, true, err);
	(void)put_row(ledger, LEDGER_CHECKPOINT, 0, true, err);
	must(ledger_refuse(ledger, &refusal, err), err);
	must(ledger_note(ledger, "fuzz", "a note", err), err);
	must(ledger_pin_policy(ledger, bytes_of_text("custody memory\n"), err), err);
}

static void
good_make(void)
{
	SCOPED(error_free) struct error *err = error_new();
	struct clock clock = clock_fixed(&long_ago);
	const struct ledger_options options = { .clock = &clock };
	const struct ledger_birth birth = { .ca = "fuzz", .custody = "memory",
		.policy = bytes_of_text("custody memory\n") };
	struct ledger *ledger = NULL;

	must(ledger_create(folder, &birth, &options, &ledger, err), err);
	put_rows(ledger, err);
	ledger_close(ledger);
	must(file_read(path_of(LEDGER_FILE), 1 << 24, &good, err), err);
	(void)rmdir(path_of(LEDGER_OWNERS));
}

/* The file that the input stands for, appended. */
static void
file_of(struct bytes input, struct buf *out)
{
	static const char begin[] = "SQLite format 3";

	if (input.n >= sizeof(begin) && memcmp(input.p, begin, sizeof(begin)) == 0) {
		buf_put_bytes(out, input);
		return;
	}
	buf_put_bytes(out, buf_bytes(&good));
	while (input.n > 4) {
		size_t at = ((size_t)input.p[0] << 16 | (size_t)input.p[1] << 8 | input.p[2]) % out->n;
		size_t n = input.p[3];

		n = n < input.n - 4 ? n : input.n - 4;
		n = n < out->n - at ? n : out->n - at;
		memcpy(out->p + at, input.p + 4, n);
		input = BYTES(input.p + 4 + n, input.n - 4 - n);
	}
}

__attribute__((destructor)) static void
leave(void)
{
	if (folder[0] == '\0')
		return;
	forget();
	(void)rmdir(folder);
	buf_clear(&good);
}

/* In memory where there is such a folder: nothing of it is worth a disk. */
static void
enter(void)
{
	if (folder[0] != '\0')
		return;
	(void)snprintf(folder, sizeof(folder), "%s/rolecert-fuzz-XXXXXX",
	    access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
	fuzz_demand(mkdtemp(folder) != NULL, "no folder to work in");
	good_make();
}

/* -- what is tried ------------------------------------------------------------------- */

static void
event(struct bytes body)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct event e;

	fuzz_demand(event_read(body, &e) == event_describe(body, &text),
	    "an event is read, or described, alone");
}

static void
verify(struct ledger *ledger)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(error_free) struct error *findings = error_new();
	const struct ledger_verify_options options = { .n_known = 0 };
	struct ledger_verdict verdict;
	enum rc_status status = ledger_verify(ledger, &options, &verdict, findings, err);

	fuzz_verdict(status, err);
	fuzz_verdict(error_status(findings), findings);
	if (status == RC_OK)
		fuzz_demand((verdict.findings == 0) == (error_count(findings) == 0),
		    "verdict and findings disagree");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf file = BUF_INIT;
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	const struct ledger_options looks = { .read_only = true };
	enum rc_status status;

	event(BYTES(data, n));
	enter();
	forget();
	file_of(BYTES(data, n), &file);
	put_file(buf_bytes(&file));
	status = ledger_open(folder, &looks, &ledger, err);
	fuzz_verdict(status, err);
	if (status == RC_OK)
		verify(ledger);
	return 0;
}
