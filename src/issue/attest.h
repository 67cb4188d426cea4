/*
 * attest.h - cosignatures and time stamps of a home's checkpoints, taken into the record.
 *
 *      checkpoint:
 *        cosigners: [ "sha256:2f0c..." ]     SHA-256 of their SubjectPublicKeyInfo
 *        tsa: [ "sha256:9b1e..." ]
 *
 * Both lists are part of the pinned policy (ledger/attest.h has its lines).  A cosignature
 * is a detached CMS by any tool over the text of a checkpoint, a time stamp an RFC 3161
 * answer over it.  Rules: attest-signer, attest-checkpoint, and those of
 * cms_verify_detached() and timestamp_read().
 */
#ifndef ISSUE_ATTEST_H
#define ISSUE_ATTEST_H

#include "issue/home.h"
#include "ledger/attest.h"
#include "ledger/checkpoint.h"
#include "x509/cert.h"

struct attested {
	struct checkpoint checkpoint;    /* that it is over                  */
	const char *signer;              /* subject of his certificate, escaped */
	int64_t stamped;                 /* of a time stamp; else 0          */
};

/* file: as it came.  The home is open to be written. */
enum rc_status attest_add(struct home *home, enum attest_kind kind, struct bytes file,
    struct arena *arena, struct attested *ret, struct error *err) RC_CHECK;

/* A TimeStampReq over the newest checkpoint, appended.  attest-checkpoint: there is none. */
enum rc_status attest_request(struct home *home, struct buf *out, struct error *err) RC_CHECK;

/* What either kind says, when it is one over `text`; rules cms-detached, cms-signature,
 * timestamp-malformed, timestamp-wrong.  *ret lives in the arena. */
struct attest_statement {
	struct cert signer;
	struct bytes bytes;              /* what is kept of the file: DER    */
	int64_t stamped;                 /* of a time stamp; else 0          */
};
enum rc_status attest_read(enum attest_kind kind, struct bytes file, struct bytes text,
    struct arena *arena, struct attest_statement *ret, struct error *err) RC_CHECK;

/* Is `statement` one over `text` by this key?  For `ledger verify`. */
enum rc_status attest_check(enum attest_kind kind, struct bytes text, struct bytes statement,
    const uint8_t key[SHA256_OCTETS], struct error *err) RC_CHECK;

#endif
