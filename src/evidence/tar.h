/*
 * tar.h - archives of one form: POSIX ustar (IEEE 1003.1, pax, "ustar Interchange
 * Format"), regular files alone, nothing that could differ between two writers.
 *
 *      tar_put(files, n, time, &out);           mode 0644, owner 0/0, one time for all
 *      TRY(tar_read(bytes, arena, &tar, err));  what tar_put() wrote, to the octet
 *
 * Names are at most TAR_NAME octets of a-z A-Z 0-9 . _ - and /, relative, without an
 * empty part and without one that begins with a dot; none comes twice.  Any tar(1)
 * unpacks it.
 *
 * Own code, not libarchive: what must come out the same to the octet on every machine is
 * a fixed header, and what is read here comes from whoever wants to be believed.  A
 * reader of thirty formats, sparse files, links and compressions would be all attack
 * surface; this one writes what it understood once more and compares.
 */
#ifndef EVIDENCE_TAR_H
#define EVIDENCE_TAR_H

#include "base/arena.h"
#include "base/error.h"

enum {
	TAR_NAME = 99,                   /* octets                            */
	TAR_FILES = 100000,
	TAR_MAX = 256 << 20,             /* octets of an archive              */
};

struct tar_file {
	const char *name;
	struct bytes bytes;
};

struct tar {
	struct tar_file *files;          /* in the order of the archive       */
	size_t n;
	int64_t time;                    /* seconds since 1970                */
};

/* Appended.  The names are good and the time is from 0 to 2242. */
void tar_put(const struct tar *tar, struct buf *out);
/* The files point into `bytes`.  Rule bundle-format. */
enum rc_status tar_read(struct bytes bytes, struct arena *arena, struct tar *ret,
    struct error *err) RC_CHECK;

/* NULL: no such file. */
const struct tar_file *tar_find(const struct tar *tar, const char *name);

#endif
