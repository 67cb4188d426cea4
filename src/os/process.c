#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

void
process_boot_id(char ret[BOOT_ID_LEN + 1])
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = -1;

	if (fd >= 0) {
		got = read(fd, ret, BOOT_ID_LEN);
		(void)close(fd);
	}
	if (got != BOOT_ID_LEN)
		ret[0] = '-';
	ret[got == BOOT_ID_LEN ? BOOT_ID_LEN : 1] = '\0';
}

/* Asked at each call of the ledger, whom a fork must not escape; a system call each time
 * would be ten for one certificate. */
static _Atomic int64_t known_id;
static pthread_once_t fork_once = PTHREAD_ONCE_INIT;

static void
forget_id(void)
{
	known_id = 0;
}

static void
watch_fork(void)
{
	if (pthread_atfork(NULL, NULL, forget_id) != 0)
		mem_die();
}

int64_t
process_id(void)
{
	int64_t id = known_id;

	if (id != 0)
		return id;
	(void)pthread_once(&fork_once, watch_fork);
	id = getpid();
	known_id = id;
	return id;
}

enum rc_status
process_forbid_core(struct error *err)
{
	const struct rlimit none = { .rlim_cur = 0, .rlim_max = 0 };

	if (setrlimit(RLIMIT_CORE, &none) != 0)
		return error_errno(err, RULE_PROCESS, errno, "setrlimit(RLIMIT_CORE)");
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0)
		return error_errno(err, RULE_PROCESS, errno, "prctl(PR_SET_DUMPABLE)");
	return RC_OK;
}
