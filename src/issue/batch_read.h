/*
 * batch_read.h - one request of many, read and looked at.  Private to issue/.
 */
#ifndef ISSUE_BATCH_READ_H
#define ISSUE_BATCH_READ_H

#include "issue/batch.h"
#include "issue/task.h"

/* task_read() of the request, wherever it is, and its pin.  csr: keeps the file, as long as
 * the task. */
enum rc_status batch_read(const struct batch_request *request, struct task *task,
    struct buf *csr, struct error *err) RC_CHECK;

#endif
