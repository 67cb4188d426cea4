#include "crypto/libcrypto.h"

#include <openssl/err.h>

void
crypto_begin(void)
{
	ERR_clear_error();
}

enum rc_status
crypto_fail(struct error *err, enum rule rule, const char *fmt, ...)
{
	SCOPED(buf_clear) struct buf message = BUF_INIT;
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&message, fmt, ap);
	va_end(ap);
	if (reason != NULL)
		buf_printf(&message, " (%s)", reason);
	ERR_clear_error();
	return error_fail(err, rule, "%s", buf_text(&message));
}

BIGNUM *
crypto_bn(struct bytes b)
{
	/* Lengths are bounded by the readers, far below INT_MAX. */
	BIGNUM *n = BN_bin2bn(b.p, (int)b.n, NULL);

	if (n == NULL)
		mem_die();
	return n;
}
