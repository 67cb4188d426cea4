/*
 * proof.h - a part of the record, shown without the rest.
 *
 *      rolecert proof v1
 *      size 48
 *      root 9b1e...                        over the first 48 events
 *      event 12 0000001072...              number, and its canonical bytes in hex
 *      path 5f0a... 77c1... 03d2...        inclusion proof (RFC 9162 2.1.3), or `-`
 *      event 13 ...
 *      path ...
 *      grown-from 20 1c44...               an older size and root
 *      path ...                            consistency proof (2.1.4), or `-`
 *
 * Whoever trusts the root, from a signed checkpoint (checkpoint.h), can believe the
 * events in a proof, and that the older tree is the beginning of this one.  docs/
 * ledger-format.md says how to check it with openssl and coreutils alone.
 */
#ifndef LEDGER_PROOF_H
#define LEDGER_PROOF_H

#include "ledger/checkpoint.h"

enum { PROOF_MAX = 4 << 20, PROOF_EVENTS = 1000 };       /* octets; events of one proof */

/* What is to be proven. */
struct proof_terms {
	int64_t row;                     /* all events of this row           */
	int64_t event;                   /* or, where it is not 0, this one alone */
	uint64_t size;                   /* among the first so many; 0: all  */
	const struct checkpoint *older;  /* and that this one grew into it, or NULL */
	const struct merkle_full *full;  /* over `size` events, to prove many rows; or NULL */
};

/* Appended.  Rule ledger-unknown: none of the row's events is among them, or the
 * older checkpoint seals more; log-known: it is not of this ledger. */
enum rc_status proof_put(struct ledger *ledger, const struct proof_terms *terms,
    struct buf *out, struct error *err) RC_CHECK;

struct proof {
	uint64_t size;
	uint8_t root[MERKLE_OCTETS];
	struct proof_event {
		uint64_t seq;
		struct bytes body;       /* in the arena                     */
	} *events;
	size_t n_events;
	bool has_older;
	uint64_t old_size;
	uint8_t old_root[MERKLE_OCTETS];
};

/* Reads and verifies: each path leads to the root.  Rules proof-format, proof-wrong. */
enum rc_status proof_read(struct bytes text, struct arena *arena, struct proof *ret,
    struct error *err) RC_CHECK;

#endif
