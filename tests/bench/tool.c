/*
 * tool - what the benchmarks need beside the program.
 *
 *      tool csrs DIR ALGORITHM < NAMES             a request for each name, DIR/NAME.csr, with
 *                                                  a key of its own
 *      tool sign MODULE URI PIN-FILE THREADS N ALGORITHM
 *                                                  the token alone: N signatures
 *      tool bare MODULE URI PIN-FILE THREADS ALGORITHM CA CSRS CERTS
 *                                                  the same with the signature of a request and
 *                                                  that of a certificate verified for each:
 *                                                  what an issuance cannot do without
 *
 * The last two print how many a second.  Everything is read before the clock runs.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/secret.h"
#include "crypto/csr.h"
#include "crypto/der.h"
#include "crypto/envelope.h"
#include "crypto/sigalg.h"
#include "crypto/softkey.h"
#include "os/file.h"
#include "x509/cert.h"
#include "x509/tbs.h"

enum { THREADS_MAX = 16, TBS_OCTETS = 600, PIN_ROOM = 256 };

static struct error *err;

static void
fail(void)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	error_render(err, &text);
	(void)fputs(buf_text(&text), stderr);
	exit(1);
}

static void
must(enum rc_status status)
{
	if (status != RC_OK)
		fail();
}

/* -- requests ---------------------------------------------------------------------------- */

static void
csr_write(const struct softkey *key, const char *path)
{
	static const uint8_t subject[] = { 0x30, 0x00 };
	SCOPED(buf_clear) struct buf spki = BUF_INIT, info = BUF_INIT;
	SCOPED(buf_clear) struct buf signature = BUF_INIT, der = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *pubkey = NULL;

	must(softkey_spki(key, &spki, err));
	must(pubkey_read(buf_bytes(&spki), &pubkey, err));
	csr_info_encode(BYTES(subject, sizeof(subject)), buf_bytes(&spki), BYTES(NULL, 0), &info);
	must(softkey_sign(key, pubkey_sigalg(pubkey), buf_bytes(&info), &signature, err));
	signed_wrap(buf_bytes(&info), pubkey_sigalg(pubkey), buf_bytes(&signature), &der);
	must(file_replace_later(path, FILE_PUBLIC, buf_bytes(&der), err));
}

static int
csrs(char **argv)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	unsigned algorithm = strcmp(argv[1], "rsa") == 0 ? KEY_RSA_2048 : KEY_EC_P256;
	char name[512];

	while (fscanf(stdin, "%511s", name) == 1) {
		SCOPED(softkey_free) struct softkey *key = NULL;

		must(softkey_generate(algorithm, &key, err));
		csr_write(key, arena_printf(arena, "%s/%s.csr", argv[0], name));
	}
	return 0;
}

/* -- the limits ---------------------------------------------------------------------------- */

struct signed_thing {
	struct bytes spki, tbs, signature;
	enum rc_sigalg algorithm;
};

static struct {
	const struct rc_engine_ops *ops;
	struct rc_engine_config config;
	char pin[PIN_ROOM];
	enum rc_sigalg algorithm;
	struct pubkey *ca;
	struct signed_thing *csrs, *certs;
	size_t n;
	atomic_size_t next;
} run;

static enum rc_status
give_pin(void *arg, enum rc_pin_use use, const struct rc_token_facts *token, const char *source,
    struct secret **ret, struct error *unused)
{
	(void)arg;
	(void)use;
	(void)token;
	(void)source;
	(void)unused;
	*ret = secret_copy(bytes_of_text(run.pin));
	return RC_OK;
}

/* SEQUENCE { signed, algorithm, BIT STRING }, and the key of a request within. */
static void
take_apart(struct bytes der, bool has_key, struct signed_thing *ret)
{
	struct bytes whole, tbs, rest, algorithm;

	if (!der_take(&der, DER_SEQUENCE, &whole) ||
	    !der_take_whole(&whole, DER_SEQUENCE, &ret->tbs) ||
	    !der_take_whole(&whole, DER_SEQUENCE, &algorithm) ||
	    !der_take_bit_octets(&whole, &ret->signature))
		exit(1);
	rest = ret->tbs;
	if (has_key && (!der_take(&rest, DER_SEQUENCE, &tbs) ||
	    !der_take(&tbs, DER_INTEGER, &rest) || !der_take(&tbs, DER_SEQUENCE, &rest) ||
	    !der_take_whole(&tbs, DER_SEQUENCE, &ret->spki)))
		exit(1);
	ret->algorithm = sigalg_find(algorithm);
}

static size_t
load(const char *folder, bool has_key, struct arena *arena, struct signed_thing **ret)
{
	static const char *const labels[] = { "CERTIFICATE", "CERTIFICATE REQUEST" };
	static const struct envelope_kind kind = { .what = "file", .labels = labels,
		.n_labels = ARRAY_LEN(labels), .max = CSR_MAX, .malformed = RULE_CSR_MALFORMED,
		.too_large = RULE_CSR_TOO_LARGE, .trailing = RULE_CSR_TRAILING };
	struct dir_names names;
	struct envelope envelope;

	must(dir_list(folder, arena, &names, err));
	*ret = arena_alloc(arena, (names.n + 1) * sizeof(**ret));
	for (size_t i = 0; i < names.n; i++) {
		SCOPED(buf_clear) struct buf file = BUF_INIT;

		must(file_read(path_join(arena, folder, names.v[i]), CSR_MAX, &file, err));
		must(envelope_open(buf_bytes(&file), &kind, arena, &envelope, err));
		take_apart(arena_bytes(arena, envelope.der), has_key, &(*ret)[i]);
	}
	return names.n;
}

static void
verify(const struct signed_thing *thing, const struct pubkey *key, struct error *why)
{
	if (pubkey_verify(key, thing->algorithm, thing->tbs, thing->signature, why) != RC_OK)
		exit(1);
}

static void *
work(void *arg)
{
	struct rc_key *key = arg;
	SCOPED(error_free) struct error *why = error_new();
	SCOPED(buf_clear) struct buf signature = BUF_INIT;
	static const uint8_t some[TBS_OCTETS];
	size_t i;

	while ((i = atomic_fetch_add(&run.next, 1)) < run.n) {
		SCOPED(pubkey_free) struct pubkey *pubkey = NULL;
		struct bytes tbs = run.certs != NULL ? run.certs[i].tbs : BYTES(some, sizeof(some));

		buf_cut(&signature, 0);
		if (run.ops->sign(key, run.algorithm, tbs, &signature, why) != RC_OK)
			exit(1);
		if (run.certs == NULL)
			continue;
		if (pubkey_read(run.csrs[i].spki, &pubkey, why) != RC_OK)
			exit(1);
		verify(&run.csrs[i], pubkey, why);
		verify(&run.certs[i], run.ca, why);
	}
	return NULL;
}

static double
now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int
rate(const char *threads)
{
	unsigned n = (unsigned)strtoul(threads, NULL, 10);
	struct rc_engine *engine[THREADS_MAX];
	struct rc_key *key[THREADS_MAX];
	pthread_t thread[THREADS_MAX];
	double start;

	for (unsigned i = 0; i < n && i < THREADS_MAX; i++) {
		must(run.ops->open(&run.config, &engine[i], err));
		must(run.ops->find_key(engine[i], NULL, &key[i], err));
	}
	start = now();
	for (unsigned i = 0; i < n; i++)
		(void)pthread_create(&thread[i], NULL, work, key[i]);
	for (unsigned i = 0; i < n; i++)
		(void)pthread_join(thread[i], NULL);
	(void)printf("%.1f\n", (double)run.n / (now() - start));
	for (unsigned i = 0; i < n; i++) {
		run.ops->put_key(key[i]);
		run.ops->close(engine[i]);
	}
	return 0;
}

static void
prepare(char **argv, const char *algorithm)
{
	FILE *f = fopen(argv[2], "r");

	run.ops = &rc_engine_cryptoki;
	run.config = (struct rc_engine_config){ .module = argv[0], .uri = argv[1],
		.pin = give_pin };
	run.algorithm = strcmp(algorithm, "rsa") == 0 ? RC_RSA_SHA256 : RC_ECDSA_SHA256;
	if (f == NULL || fscanf(f, "%255[^\n]", run.pin) != 1)
		exit(1);
	(void)fclose(f);
}

int
main(int argc, char **argv)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf file = BUF_INIT;
	struct cert ca;

	err = error_new();
	if (argc == 4 && strcmp(argv[1], "csrs") == 0)
		return csrs(argv + 2);
	if (argc == 8 && strcmp(argv[1], "sign") == 0) {
		prepare(argv + 2, argv[7]);
		run.n = (size_t)strtoul(argv[6], NULL, 10);
		return rate(argv[5]);
	}
	if (argc != 10 || strcmp(argv[1], "bare") != 0)
		return 2;
	prepare(argv + 2, argv[6]);
	must(file_read(argv[7], FILE_MAX_CERT, &file, err));
	must(cert_read_file(buf_bytes(&file), arena, &ca, err));
	must(pubkey_read(ca.spki, &run.ca, err));
	run.n = load(argv[8], true, arena, &run.csrs);
	if (load(argv[9], false, arena, &run.certs) < run.n)
		return 1;
	return rate(argv[5]);
}
