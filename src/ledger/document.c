/*
 * Large texts, stored once under their SHA-256.  Certificates of one batch speak of the same
 * ones, and what is on record stays there: some digests that are known to be are remembered,
 * until something is undone.
 */
#include <stdlib.h>

#include "crypto/digest.h"
#include "ledger/change.h"

enum { KNOWN = 1 << 12, SLOT_OCTETS = 4 };

struct documents_known {
	uint8_t digest[KNOWN][LEDGER_DIGEST];    /* at the place its first octets say */
	char *text;                              /* the last one that was hashed      */
	uint8_t text_digest[LEDGER_DIGEST];
};

void
documents_forget(struct ledger *ledger)
{
	if (ledger->documents == NULL)
		return;
	free(ledger->documents->text);
	free(ledger->documents);
	ledger->documents = NULL;
}

static struct documents_known *
known_of(struct ledger *ledger)
{
	if (ledger->documents == NULL)
		ledger->documents = mem_zero(sizeof(*ledger->documents));
	return ledger->documents;
}

static uint8_t *
slot_of(struct change *c, const uint8_t sha256[LEDGER_DIGEST])
{
	uint32_t place;

	memcpy(&place, sha256, SLOT_OCTETS);
	return known_of(c->ledger)->digest[place % KNOWN];
}

bool
change_knows(struct change *c, const uint8_t sha256[LEDGER_DIGEST])
{
	return memcmp(slot_of(c, sha256), sha256, LEDGER_DIGEST) == 0;
}

static enum rc_status
is_stored(struct change *c, const uint8_t sha256[LEDGER_DIGEST], bool *ret, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_HAS_DOCUMENT);

	query_blob(&q, BYTES(sha256, LEDGER_DIGEST));
	return query_row(&q, ret, err);
}

static enum rc_status
store(struct change *c, const struct digested *text, struct error *err)
{
	SCOPED(query_end) struct query q = query(c->db, SQL_PUT_DOCUMENT);
	struct bytes bytes = text->bytes;

	query_blob(&q, BYTES(text->sha256, LEDGER_DIGEST));
	query_blob(&q, BYTES(bytes.p != NULL ? bytes.p : text->sha256, bytes.n));
	TRY(query_run(&q, err));
	/* A document that nothing speaks of harms nobody: it may stay. */
	c->before++;
	return RC_OK;
}

enum rc_status
change_put_digested(struct change *c, const struct digested *text, struct error *err)
{
	bool stored = false;

	if (change_knows(c, text->sha256))
		return RC_OK;
	TRY(is_stored(c, text->sha256, &stored, err));
	if (!stored)
		TRY(store(c, text, err));
	memcpy(slot_of(c, text->sha256), text->sha256, LEDGER_DIGEST);
	return RC_OK;
}

enum rc_status
change_put_document(struct change *c, struct bytes bytes, uint8_t ret[LEDGER_DIGEST],
    struct error *err)
{
	struct digested text = { .bytes = bytes };

	sha256(bytes, text.sha256);
	TRY(change_put_digested(c, &text, err));
	memcpy(ret, text.sha256, LEDGER_DIGEST);
	return RC_OK;
}

void
change_digest(struct change *c, const char *text, struct digested *ret)
{
	struct documents_known *known = known_of(c->ledger);

	if (known->text == NULL || strcmp(known->text, text) != 0) {
		free(known->text);
		known->text = mem_strdup(text);
		sha256(bytes_of_text(text), known->text_digest);
	}
	ret->bytes = bytes_of_text(text);
	memcpy(ret->sha256, known->text_digest, LEDGER_DIGEST);
}
