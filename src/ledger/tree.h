/*
 * tree.h - the events of a ledger as the leaves of one hash tree.
 *
 * Event number seq is leaf seq - 1 of the tree of RFC 9162 (crypto/merkle.h); the
 * leaf is its canonical body.  The root over the first n events therefore fixes each
 * of them: whoever signs it seals all that happened so far (checkpoint.h).
 *
 * A tree is computed from the peaks that were kept last and the events since, so
 * that a checkpoint costs what happened since the one before.  Peaks are a
 * convenience: `ledger verify` starts from nothing and holds them to the events.
 *
 * Rules: those of ledger.h; ledger-damaged when an event is missing or peaks are none.
 */
#ifndef LEDGER_TREE_H
#define LEDGER_TREE_H

#include "crypto/merkle.h"
#include "ledger/ledger.h"

/* Over the first `size` events; 0: all of them.  More than there are: ledger-damaged. */
enum rc_status ledger_tree(struct ledger *ledger, uint64_t size, struct merkle *ret,
    struct error *err) RC_CHECK;

/* Keeps its peaks for next time.  Those of a size that is kept already stay. */
enum rc_status ledger_keep_tree(struct ledger *ledger, const struct merkle *tree,
    struct error *err) RC_CHECK;

/*
 * Proofs over the first `size` events (crypto/merkle.h): that event `seq` is among
 * them, and that a tree of `old` events is their beginning; appended to *path.
 */
enum rc_status ledger_prove_event(struct ledger *ledger, uint64_t seq, uint64_t size,
    struct buf *path, struct error *err) RC_CHECK;
enum rc_status ledger_prove_growth(struct ledger *ledger, uint64_t old, uint64_t size,
    struct buf *path, struct error *err) RC_CHECK;

/* All hashes over the first `size` events, for many proofs. */
enum rc_status ledger_full_tree(struct ledger *ledger, uint64_t size,
    struct merkle_full **ret, struct error *err) RC_CHECK;

#endif
