#include "issue/batch_read.h"

#include "os/file.h"

static enum rc_status
pin_check(const struct batch_request *request, const struct task *task, struct error *err)
{
	if (request->pin.n == 0)
		return RC_OK;
	if (bytes_equal(BYTES(task->key, sizeof(task->key)), request->pin))
		return RC_OK;
	return error_fail(err, RULE_REQUEST_PIN,
	    "the request for %s holds another key than the one that was pinned for it",
	    request->entry->id);
}

/* One octet more than is accepted, so that the size is told by its own rule. */
enum rc_status
batch_read(const struct batch_request *request, struct task *task, struct buf *csr,
    struct error *err)
{
	if (request->fault != RULE_NONE)
		return error_fail(err, request->fault, "%s", request->fault_text);
	task->csr_file = request->csr;
	if (request->path != NULL) {
		TRY(file_read(request->path, FILE_MAX_CSR + 1, csr, err));
		task->csr_file = buf_bytes(csr);
	}
	TRY(task_read(task, err));
	return pin_check(request, task, err);
}

enum rc_status
batch_foresee(struct home *home, const struct issue_options *options,
    const struct batch_request *request, enum batch_outcome *ret, struct error *err)
{
	const struct permit_issuer nobody = { .key = home->key };
	SCOPED(buf_clear) struct buf csr = BUF_INIT;
	SCOPED(task_clear) struct task task = { .csr = CSR_INIT };

	task_init(&task, home, &nobody, options);
	task.entry = request->entry;
	TRY(batch_read(request, &task, &csr, err));
	TRY(task_look(&task, err));
	*ret = task_is_done(&task) ? BATCH_ALREADY :
	    task_needs_approval(&task) ? BATCH_WAITING : BATCH_ISSUED;
	return RC_OK;
}
