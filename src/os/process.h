/*
 * process.h - this process and this run of the machine.
 */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include "base/error.h"

enum { BOOT_ID_LEN = 36 };

/* The kernel's id of this boot, a UUID as text; "-" where there is no /proc.  It
 * tells an auditor which processes cannot be the same; nothing depends on it. */
void process_boot_id(char ret[BOOT_ID_LEN + 1]);

int64_t process_id(void);

/* From here on no core dump is written and no other process of this user may
 * attach (prctl(2) PR_SET_DUMPABLE, RLIMIT_CORE).  Rule: process. */
enum rc_status process_forbid_core(struct error *err) RC_CHECK;

#endif
