#include "ledger/cause.h"

#include "base/civil.h"
#include "os/clock.h"

static const char since[] = " since ";

void
cause_put(const struct cause *cause, struct buf *out)
{
	buf_puts(out, crl_reason_word(cause->reason));
	if (cause->invalid == 0)
		return;
	buf_puts(out, since);
	clock_put(out, cause->invalid);
}

bool
cause_read(const char *text, struct cause *ret)
{
	const char *at = strstr(text, since);
	SCOPED(buf_clear) struct buf word = BUF_INIT;
	struct cause cause = { .invalid = 0 };

	buf_put(&word, text, at != NULL ? (size_t)(at - text) : strlen(text));
	if (!crl_reason_find(buf_text(&word), &cause.reason))
		return false;
	if (at != NULL && (!civil_read(at + sizeof(since) - 1, &cause.invalid) ||
	    cause.invalid == 0))
		return false;
	*ret = cause;
	return true;
}
