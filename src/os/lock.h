/*
 * lock.h - who is still alive, and who may go in.
 *
 * A lock is a file with an open file description lock (fcntl(2), F_OFD_SETLK):
 * the kernel gives it up when the process ends, however it ends, so a lock that
 * is free means that its holder is gone.  The file holds the holder's process id
 * for messages; nothing is decided by it.
 *
 *      owner:  lock_create(path)    a new file, held for the life of the process
 *              lock_is_held(path)   another process looks; takes nothing
 *              lock_sweep(path)     removes the file if nobody holds it
 *      home:   lock_take(path, 10)  one at a time; waits, then lock-held
 *
 * A child of fork(2) shares its parent's locks until it calls execve(2).  The
 * file system must have fcntl locks (NFS has, if its lock daemon runs).
 *
 * Rules: lock, lock-held.
 */
#ifndef OS_LOCK_H
#define OS_LOCK_H

#include "base/error.h"

struct lock;

/* A new file under this name, held.  One that exists is an error (file-exists). */
enum rc_status lock_create(const char *path, struct lock **ret, struct error *err) RC_CHECK;

/* Holds the file, which is made if it is missing; waits up to so many seconds
 * for whoever has it, then fails with lock-held and the holder's process id. */
enum rc_status lock_take(const char *path, unsigned seconds, struct lock **ret,
    struct error *err) RC_CHECK;

/* Lets go and leaves the file.  Takes NULL. */
void lock_release(struct lock *lock);
DEFINE_SCOPED(lock_release, struct lock *)
/* Removes the file, then lets go.  Takes NULL. */
void lock_remove(struct lock *lock);

/* Does somebody hold it, this process included?  No file: nobody.  A file that
 * cannot be looked at is an error, never a no. */
enum rc_status lock_is_held(const char *path, bool *ret, struct error *err) RC_CHECK;

/* Removes a lock file that nobody holds; one that is held stays. */
enum rc_status lock_sweep(const char *path, struct error *err) RC_CHECK;

#endif
