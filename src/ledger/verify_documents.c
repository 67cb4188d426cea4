#include "ledger/verify_documents.h"

#include <stdlib.h>

#include "base/hex.h"
#include "ledger/change.h"
#include "plan/origin.h"

static int
compare_digests(const void *a, const void *b)
{
	return memcmp(a, b, SHA256_OCTETS);
}

/* -- the texts that origins name ------------------------------------------------------- */

enum { RECENT = 64, DIGITS = 2 * SHA256_OCTETS };

/* Thousands of origins name the same few: what was named a moment ago is not named again. */
static void
take_text(struct replay *r, const uint8_t digest[SHA256_OCTETS])
{
	size_t first = r->texts.n > RECENT ? r->texts.n - RECENT : 0;

	for (size_t i = r->texts.n; i > first; i--)
		if (compare_digests(r->texts.v[i - 1].sha256, digest) == 0)
			return;
	memcpy(VEC_PUSH(r->arena, &r->texts)->sha256, digest, SHA256_OCTETS);
}

static void
take_origin(struct replay *r, struct bytes text)
{
	static const char head[] = "rolecert origin v1\n";
	struct bytes hex, name;

	if (text.n < sizeof(head) - 1 || memcmp(text.p, head, sizeof(head) - 1) != 0)
		return;
	while (origin_next_text(&text, &hex, &name)) {
		uint8_t digest[SHA256_OCTETS];
		char digits[DIGITS + 1] = "";

		memcpy(digits, hex.p, DIGITS);
		if (hex_read(digits, digest, sizeof(digest)))
			take_text(r, digest);
	}
}

/* -- documents ------------------------------------------------------------------------ */

static void
take_document(struct replay *r, struct bytes digest, struct bytes bytes)
{
	SCOPED(buf_clear) struct buf hex = BUF_INIT;
	uint8_t have[SHA256_OCTETS];

	sha256_put(r->h, bytes);
	sha256_next(r->h, have);
	if (digest.n == SHA256_OCTETS)
		memcpy(VEC_PUSH(r->arena, &r->documents)->sha256, digest.p, SHA256_OCTETS);
	if (bytes_equal(digest, BYTES(have, sizeof(have))))
		return;
	buf_put_hex(&hex, digest);
	replay_find(r, RULE_LOG_DOCUMENT, "document %s has another digest", buf_text(&hex));
}

static bool
is_there(const struct replay *r, const uint8_t digest[SHA256_OCTETS])
{
	return r->documents.n != 0 && bsearch(digest, r->documents.v, r->documents.n,
	    sizeof(r->documents.v[0]), compare_digests) != NULL;
}

static void
check_texts(struct replay *r)
{
	for (size_t i = 0; i < r->texts.n; i++) {
		SCOPED(buf_clear) struct buf hex = BUF_INIT;

		if (is_there(r, r->texts.v[i].sha256))
			continue;
		buf_put_hex(&hex, BYTES(r->texts.v[i].sha256, SHA256_OCTETS));
		replay_find(r, RULE_LOG_DOCUMENT, "a text that an origin names is missing: %s",
		    buf_text(&hex));
	}
}

enum rc_status
verify_documents(struct ledger *ledger, struct replay *r, struct error *err)
{
	SCOPED(query_end) struct query q = query(&ledger->db, SQL_VERIFY_DOCUMENTS);
	bool found = false;

	for (;;) {
		TRY(query_row(&q, &found, err));
		if (!found)
			break;
		take_document(r, column_blob(&q, 0), column_blob(&q, 1));
		take_origin(r, column_blob(&q, 1));
	}
	if (r->documents.n != 0)
		qsort(r->documents.v, r->documents.n, sizeof(r->documents.v[0]),
		    compare_digests);
	check_texts(r);
	return RC_OK;
}

void
document_needed(struct replay *r, struct bytes digest, const char *what, int64_t number)
{
	if (digest.n != SHA256_OCTETS || !is_there(r, digest.p))
		replay_find(r, RULE_LOG_DOCUMENT, "%s %lld: its document is missing", what,
		    (long long)number);
}
