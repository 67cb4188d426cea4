/*
 * timestamp.h - time stamps of a text by another party (RFC 3161), through libcrypto.
 *
 *      timestamp_request(text, &out);                 TimeStampReq, DER: give it to the TSA
 *      TRY(timestamp_read(answer, text, arena, &stamp, err));
 *
 * The imprint is the SHA-256 of the text.  The nonce is taken from the same digest: a
 * text is stamped for what it says and holds its own time, so an old answer to it is as
 * good as a new one, and nothing has to be remembered between request and answer.
 *
 * An answer is a TimeStampResp (or the token alone) with the TSA's certificate in it, as
 * the request asks.  Checked are status, imprint, nonce, the signature, and that the
 * certificate is for time stamping alone (2.3); whether the TSA is one to be believed is
 * the caller's question, by its key.
 *
 * Rules: timestamp-malformed (INPUT), timestamp-wrong (NO).
 */
#ifndef X509_TIMESTAMP_H
#define X509_TIMESTAMP_H

#include "x509/cert.h"

enum { TIMESTAMP_MAX = 256 << 10 };      /* octets of an answer               */

struct timestamp {
	struct bytes token;              /* what is kept: CMS, DER            */
	struct cert tsa;
	int64_t time;                    /* seconds since 1970                */
};

void timestamp_request(struct bytes text, struct buf *out);
/* *ret lives in the arena. */
enum rc_status timestamp_read(struct bytes answer, struct bytes text, struct arena *arena,
    struct timestamp *ret, struct error *err) RC_CHECK;

#endif
