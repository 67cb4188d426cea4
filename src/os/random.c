#include "os/random.h"

#include <errno.h>
#include <sys/random.h>

enum rc_status
random_fill(void *p, size_t n, struct error *err)
{
	uint8_t *at = p;
	ssize_t got;

	while (n > 0) {
		got = getrandom(at, n, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return error_errno(err, RULE_RANDOM, errno, "getrandom");
		at += got;
		n -= (size_t)got;
	}
	return RC_OK;
}

enum rc_status
random_serial(uint8_t ret[RANDOM_SERIAL], struct error *err)
{
	uint8_t serial[RANDOM_SERIAL];

	do {
		TRY(random_fill(serial, sizeof(serial), err));
		serial[0] &= 0x7f;
	} while (serial[0] == 0);
	memcpy(ret, serial, sizeof(serial));
	return RC_OK;
}
