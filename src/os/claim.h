/*
 * claim.h - a file whose name is ours before its bytes are known.
 *
 *      claim_make    O_EXCL: nobody had it, and nobody else can have it now
 *        ...         what may fail, or cannot be undone
 *      claim_write   the bytes, once, on the disk
 *      claim_free    takes the file away again if nothing was written
 *
 * For what must be written when something irrevocable was done: that the place is
 * there, and is nobody else's, is known before.  A process that dies between leaves an
 * empty file.
 *
 * Rules: file-exists, file-write.
 */
#ifndef OS_CLAIM_H
#define OS_CLAIM_H

#include "base/error.h"

struct claim;

/* mode: that of the file when it was written; before, nobody else reads it. */
enum rc_status claim_make(const char *path, unsigned mode, struct claim **ret,
    struct error *err) RC_CHECK;

/* Whether it works or not, the file stays from here on.  A second call is a bug. */
enum rc_status claim_write(struct claim *claim, struct bytes bytes,
    struct error *err) RC_CHECK;

void claim_free(struct claim *claim);            /* takes NULL */
DEFINE_SCOPED(claim_free, struct claim *)

#endif
