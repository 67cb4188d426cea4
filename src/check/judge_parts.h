/*
 * judge_parts.h - the parts of judge.c that have a file of their own.
 */
#ifndef CHECK_JUDGE_PARTS_H
#define CHECK_JUDGE_PARTS_H

#include "check/judge.h"

struct judge {
	const struct entry *entry;
	const struct cert *cert;
	const struct judge_context *context;
	const struct pubkey *key;        /* of the certificate; NULL: unreadable */
};

/* Names by entry->san_order: check-san-missing, -extra, -order. */
void judge_san(const struct judge *judge, struct error *findings);

/* A signature algorithm that is weak, or that the servers of the entry (NULL: any)
 * do not accept. */
void judge_signature(const struct cert *cert, const struct entry *entry,
    struct error *findings);
/* The chain of a certificate for this entry, or NULL. */
void judge_chain_for(const struct entry *entry, const struct cert *cert,
    const struct judge_context *context, struct error *findings);
/* check-expired, check-not-yet-valid. */
void judge_time(const struct cert *cert, int64_t now, struct error *findings);

#endif
