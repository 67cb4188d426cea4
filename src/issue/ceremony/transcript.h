/*
 * transcript.h - the record of a ceremony that leaves the room.
 *
 *      rolecert-transcript 1
 *      ceremony contoso-root-2026
 *      kind root
 *      participant Ann Adams, administrator
 *      ...
 *      tbs-sha256 9f86...
 *      tbs-words acorn academy ...
 *      step 2026-01-01T12:00:00Z the token signed: ledger entry 1
 *      certificate 3082...
 *      output certificate 5e88... root.pem
 *      ended 2026-01-01T12:00:01Z
 *
 * A text, one `word value` a line, printable ASCII (base/escape.h), so that it can be
 * read, printed and signed by hand; beside it FILE.p7s, its signature (x509/cms.h,
 * detached).  It holds all that verifying needs but the outputs: the ceremony file,
 * the certificate and those above it, the custody report of each key.
 */
#ifndef ISSUE_CEREMONY_TRANSCRIPT_H
#define ISSUE_CEREMONY_TRANSCRIPT_H

#include "base/arena.h"
#include "x509/cms.h"

enum { TRANSCRIPT_MAX = 16 << 20 };      /* octets */

/* -- writing ---------------------------------------------------------------------- */

void transcript_put(struct buf *out, const char *word, const char *value);
void transcript_put_hex(struct buf *out, const char *word, struct bytes value);
void transcript_put_time(struct buf *out, const char *word, int64_t seconds);
/* Each line of the text under the word. */
void transcript_put_lines(struct buf *out, const char *word, struct bytes text);
/* `certificate`, and what it says of subject, serial, validity, digests and words:
 * what transcript_verify() holds it to. */
void transcript_put_certificate(struct buf *out, const struct cert *cert);

/* -- verifying -------------------------------------------------------------------- */

enum transcript_state { TRANSCRIPT_SAME, TRANSCRIPT_ABSENT, TRANSCRIPT_OTHER };

struct transcript_output {
	const char *what, *path;         /* "certificate"; beside the transcript */
	enum transcript_state state;
};

/* All in the arena that was given. */
struct transcript_report {
	const char *name, *kind, *ended;
	struct cms seal;                 /* who signed it, and when          */
	struct cert certificate;
	struct cert *above;              /* from the issuer up; none of a root */
	size_t n_above;
	bool signer_is_known;            /* one of `trusted`, or below one   */
	bool signer_is_own;              /* the CA of the ceremony itself: proves that
	                                  * nothing was changed, not who he is */
	struct transcript_output *outputs;
	size_t n_outputs;
};

/*
 * FILE, FILE.p7s (or `signature`) and the outputs that are there.  No token, no
 * ledger, no clock.  `trusted` are certificates that the signer may be below; with
 * none he may be anybody who has a key, and the report says whether he is the CA of
 * the ceremony itself.  Every contradiction is told; *ret is filled as soon as seal
 * and text could be read, also when the answer is no.
 *
 *      transcript-malformed, cms-malformed (INPUT), file-read
 *      cms-signature, transcript-differs, cert-signature, cert-chain (NO)
 */
struct transcript_question {
	const char *path, *signature;    /* NULL: FILE.p7s                   */
	const struct cert *trusted;
	size_t n_trusted;
};
enum rc_status transcript_verify(const struct transcript_question *question,
    struct arena *arena, struct transcript_report *ret, struct error *err) RC_CHECK;

#endif
