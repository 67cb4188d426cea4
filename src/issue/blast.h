/*
 * blast.h - what a change means for certificates that are out there.
 *
 * Two plans, before and after a change of a topology or of role texts, and a CA's
 * record: each certificate that is DONE, valid at this moment, issued for the
 * topology of `was`, and satisfies its entry there, is held against the entry of
 * the same id in `now`.  Those that satisfy it no longer are told, with the findings
 * of `check`; so are those whose entry is gone (rule entry-gone).
 *
 * A certificate that did not satisfy its entry before the change is not the
 * change's: `rolecert plan` tells of it.
 */
#ifndef ISSUE_BLAST_H
#define ISSUE_BLAST_H

#include "ledger/ledger.h"
#include "plan/plan.h"

struct blast_hit {
	const char *serial;              /* lower-case hex                   */
	const char *entry;
	int64_t not_after;
	struct error *findings;
};

struct blast {
	struct blast_hit *v;             /* oldest first                     */
	size_t n, cap;
	size_t looked_at;                /* certificates that were judged    */
};

/* Texts live in the arena; blast_clear() frees the findings. */
enum rc_status blast_find(struct ledger *ledger, const struct plan *was,
    const struct plan *now, int64_t time, struct arena *arena, struct blast *ret,
    struct error *err) RC_CHECK;
void blast_clear(struct blast *blast);
DEFINE_SCOPED_VALUE(blast_clear, struct blast)

#endif
