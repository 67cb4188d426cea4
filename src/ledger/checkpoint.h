/*
 * checkpoint.h - what is signed to seal a ledger: how many events, and their root.
 *
 *      rolecert checkpoint v1
 *      ca-key 2f0c...              SHA-256 of the CA's SubjectPublicKeyInfo
 *      size 1024                   events sealed
 *      root 9b1e...                of the tree over them (RFC 9162)
 *      time 2024-02-29T23:59:59Z
 *
 * Lines end in a line feed, digests are 64 lower-case hexadecimal digits; there is
 * one form for one checkpoint.  It is signed as the content of a CMS SignedData
 * (RFC 5652), so that `openssl cms -verify` checks the signature and prints it.
 *
 * This file makes and reads the text.  It signs nothing.
 */
#ifndef LEDGER_CHECKPOINT_H
#define LEDGER_CHECKPOINT_H

#include "crypto/merkle.h"
#include "ledger/ledger.h"

enum { CHECKPOINT_MAX = 1024 };          /* octets of a text                  */

struct checkpoint {
	uint8_t ca_key[SHA256_OCTETS];
	uint64_t size;
	uint8_t root[MERKLE_OCTETS];
	int64_t time;
};

void checkpoint_put(const struct checkpoint *checkpoint, struct buf *out);
/* Rule checkpoint-format. */
enum rc_status checkpoint_read(struct bytes text, struct checkpoint *ret,
    struct error *err) RC_CHECK;

bool checkpoint_equal(const struct checkpoint *a, const struct checkpoint *b);

#endif
