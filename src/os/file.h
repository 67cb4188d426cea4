/*
 * file.h - files and folders: read with a limit, written whole or not at all.
 *
 * Writing is durable: when file_replace() or file_create() returns RC_OK, the
 * bytes and the name are on the disk.  A file that is replaced is at every
 * moment either the old one or the new one.
 *
 * Rules: file-read, file-too-large, file-write, file-exists, folder.  Messages
 * end in the reason of the operating system.
 */
#ifndef OS_FILE_H
#define OS_FILE_H

#include "base/arena.h"
#include "base/error.h"

/* What a file may be read up to, in octets.  The callers' words for the limits
 * of the contract. */
enum {
	FILE_MAX_CSR      = 64 << 10,
	FILE_MAX_CERT     = 1 << 20,
	FILE_MAX_ROLE     = 1 << 20,
	FILE_MAX_TOPOLOGY = 64 << 20,
};

/* Modes of what is written. */
enum {
	FILE_PUBLIC  = 0644,     /* certificates, CRLs   */
	FILE_PRIVATE = 0600,     /* everything else      */
	DIR_PUBLIC   = 0755,
	DIR_PRIVATE  = 0700,
};

/*
 * Appends the whole file to *out.  "-" is the standard input.  A file of more
 * than `limit` octets is refused (file-too-large) after at most limit + 1 of
 * them were read, so that a pipe without end is harmless.  On failure *out is as
 * it was.
 */
enum rc_status file_read(const char *path, size_t limit, struct buf *out,
    struct error *err) RC_CHECK;

/*
 * The file holds exactly these bytes afterwards, under exactly this mode
 * whatever the umask: written without a name, flushed, named, the folder flushed.
 * A process that is killed meanwhile leaves nothing behind but, when it replaced a file
 * NAME, `.NAME.new`, which the next one removes; a file system without unnamed files
 * (open(2), O_TMPFILE) may be left with a `.NAME.XXXXXX`.
 * A symbolic link is replaced, not followed.  What is no regular file (a pipe,
 * /dev/null) is written to instead.
 */
enum rc_status file_replace(const char *path, unsigned mode, struct bytes bytes,
    struct error *err) RC_CHECK;

/* The same without the flushes, for one of many: dir_flush_all() of the folder makes all
 * of them durable. */
enum rc_status file_replace_later(const char *path, unsigned mode, struct bytes bytes,
    struct error *err) RC_CHECK;

/* file_replace() for a file that may not be there yet: else file-exists, untouched.
 * What could not be written wholly is removed. */
enum rc_status file_create(const char *path, unsigned mode, struct bytes bytes,
    struct error *err) RC_CHECK;

/* A file of any size under a name that may not be there yet, as with file_create(). */
enum rc_status file_copy(const char *from, const char *to, unsigned mode,
    struct error *err) RC_CHECK;

/* Is there something under this name (a link that leads nowhere counts)? */
bool file_exists(const char *path);
/* A folder, links followed. */
bool dir_exists(const char *path);

/* Makes the folder and those above it that are missing.  One that is there is
 * fine and keeps its mode. */
enum rc_status dir_make(const char *path, unsigned mode, struct error *err) RC_CHECK;

/* Makes the names in this folder durable. */
enum rc_status dir_flush(const char *path, struct error *err) RC_CHECK;

/* Makes everything durable that was written to the file system of this folder. */
enum rc_status dir_flush_all(const char *path, struct error *err) RC_CHECK;

/* The names in a folder without "." and "..", in the order of their octets.
 * More than DIR_MAX_NAMES are refused. */
enum { DIR_MAX_NAMES = 1000000 };
struct dir_names {
	const char **v;
	size_t n;
};
enum rc_status dir_list(const char *path, struct arena *arena, struct dir_names *ret,
    struct error *err) RC_CHECK;

/* "folder/name"; an absolute name stands alone.  path_folder("a") is ".". */
char *path_join(struct arena *arena, const char *folder, const char *name);
char *path_folder(struct arena *arena, const char *path);

#endif
