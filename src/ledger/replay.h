/*
 * replay.h - the record told once more, from its events alone.  Private to ledger/.
 *
 *      event 1 --+
 *      event 2 --+--> replay --> what each row must say, the policies, the tree
 *      ...     --+                        |
 *                       row --------------+--> findings
 *
 * replay_event() takes every event in order and holds it to its form and to the
 * states.  replay_row() then holds each row to what the events said of it.  Nothing
 * here trusts a row, an index or a trigger of the file.
 *
 * What is found is added to `findings`, at most REPLAY_FINDINGS of them.
 */
#ifndef LEDGER_REPLAY_H
#define LEDGER_REPLAY_H

#include "crypto/merkle.h"
#include "ledger/event.h"
#include "ledger/ledger.h"

enum { REPLAY_FINDINGS = 1000 };

/* What the events say of one row. */
struct replay_record {
	int64_t id;
	uint8_t meant[SHA256_OCTETS];    /* of what an intent says for ever   */
	uint8_t custody[SHA256_OCTETS], result[SHA256_OCTETS], reason[SHA256_OCTETS];
	uint8_t serial[20];
	uint8_t serial_n;
	uint8_t kind, state;             /* ledger_kind, ledger_state         */
	bool has_custody, has_result, has_reason, has_origin, seen;
	int64_t created, changed;
	int64_t not_after;               /* 0: none                          */
};

struct replay {
	struct arena *arena;
	struct sha256 *h;
	struct error *findings;
	size_t n_findings;               /* also those that were not added    */

	struct merkle tree;
	int64_t last_seq, last_time;
	VEC(struct replay_record) records;
	VEC(struct replay_policy {
		int64_t seq;
		uint8_t sha256[SHA256_OCTETS];
	}) policies;
	VEC(struct replay_policy) configs;       /* texts of ca.yaml, alike  */
	VEC(struct replay_origin {
		int64_t id;              /* of the row                       */
		uint8_t sha256[SHA256_OCTETS];
	}) origins;                      /* one that comes again at once stands once */
	VEC(struct replay_document {
		uint8_t sha256[SHA256_OCTETS];
	}) documents;                    /* that are there, by digest        */
	VEC(struct replay_document) texts;       /* that origins name        */
	VEC(struct replay_attestation {
		int64_t id;              /* of the checkpoint's row          */
		uint8_t kind;            /* attest_kind                      */
		uint8_t key[SHA256_OCTETS];
		uint8_t statement[SHA256_OCTETS];
		uint8_t policy[SHA256_OCTETS];   /* in force then             */
	}) attestations;
	struct bytes ca, custody;        /* of the first event                */
	int64_t created;
};

/* `findings` belongs to the caller. */
void replay_init(struct replay *r, struct error *findings);
void replay_clear(struct replay *r);
DEFINE_SCOPED_VALUE(replay_clear, struct replay)

void replay_find(struct replay *r, enum rule rule, const char *fmt, ...) RC_PRINTF(3, 4);

/* What stands beside the body, and the body. */
void replay_event(struct replay *r, const struct ledger_event *stored);
/* NULL: no event speaks of it. */
struct replay_record *replay_record_find(struct replay *r, int64_t id);

/* The fields of an intent that never change, as an event of the kinds reserve and
 * intent has them; the digest that `meant` is. */
enum { MEANT_WHAT = 1, MEANT_SERIAL, MEANT_TBS, MEANT_CUSTODY = 14,
	MEANT_NOT_AFTER = 16, MEANT_END };
void replay_meant(struct sha256 *h, const struct bytes field[MEANT_END],
    uint8_t ret[SHA256_OCTETS]);

/* No serial twice among the records. */
void replay_serials(struct replay *r);

#endif
