/*
 * file_parts.h - what file.c and claim.c share.  Private to os/.
 */
#ifndef OS_FILE_PARTS_H
#define OS_FILE_PARTS_H

#include "base/base.h"

/* Bytes and mode on the disk; closes fd.  0 or an errno. */
int fd_write_flush_close(int fd, unsigned mode, struct bytes bytes);

#endif
