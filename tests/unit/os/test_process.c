#include "os/process.h"

#include <ctype.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/random.h"
#include "tests/unit.h"

TEST(serials_are_positive_and_of_one_length)
{
	SCOPED(error_free) struct error *err = error_new();
	uint8_t last[RANDOM_SERIAL] = { 0 }, serial[RANDOM_SERIAL];

	for (int i = 0; i < 1000; i++) {
		REQUIRE_OK(random_serial(serial, err), err);
		EXPECT(serial[0] != 0 && serial[0] < 0x80);
		EXPECT(memcmp(serial, last, sizeof(serial)) != 0);
		memcpy(last, serial, sizeof(serial));
	}
}

TEST(a_clock_can_be_handed_in)
{
	int64_t t = 1700000000;
	struct clock fixed = clock_fixed(&t);

	EXPECT_INT(clock_now(&fixed), 1700000000);
	t++;
	EXPECT_INT(clock_now(&fixed), 1700000001);
	EXPECT(clock_now(&clock_system) > 1700000000);
}

TEST(times_are_written_as_rfc_3339)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	clock_put(&b, 1709251199);
	buf_putc(&b, ' ');
	clock_put(&b, INT64_MIN);
	buf_putc(&b, ' ');
	clock_put(&b, INT64_MAX);
	EXPECT_TEXT(buf_text(&b),
	    "2024-02-29T23:59:59Z 1970-01-01T00:00:00Z 9999-12-31T23:59:59Z");
}

TEST(the_boot_has_an_id)
{
	char id[BOOT_ID_LEN + 1], again[BOOT_ID_LEN + 1];

	process_boot_id(id);
	process_boot_id(again);
	EXPECT_TEXT(id, again);
	EXPECT(strcmp(id, "-") == 0 || (strlen(id) == BOOT_ID_LEN && isxdigit(id[0])));
	EXPECT_INT(process_id(), getpid());
}

static int
forbid_core(void)
{
	SCOPED(error_free) struct error *err = error_new();
	struct rlimit limit;

	if (process_forbid_core(err) != RC_OK)
		return 1;
	if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0)
		return 2;
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 ? 3 : 0;
}

TEST(core_dumps_are_turned_off)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(forbid_core());
	EXPECT(waitpid(child, &status, 0) == child);
	EXPECT_INT(status, 0);
}

TEST(random_octets_that_do_not_come_are_an_error)
{
	SCOPED(error_free) struct error *err = error_new();
	volatile uintptr_t nowhere = 1;          /* the kernel says EFAULT */

	EXPECT_RULE(random_fill((void *)nowhere, 8, err), err, RULE_RANDOM);
	EXPECT_OK(random_fill((void *)nowhere, 0, err), err);
}

/* As in a sandbox that does not let a process lower its limits. */
static int
forbid_core_in_sandbox(void)
{
	static struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	static const struct sock_fprog filter = { .len = ARRAY_LEN(program), .filter = program };
	SCOPED(error_free) struct error *err = error_new();

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) != 0)
		return 0;        /* a kernel without: nothing to show */
	if (process_forbid_core(err) != RC_SYSTEM)
		return 1;
	return error_rule(err) == RULE_PROCESS ? 0 : 2;
}

TEST(a_process_that_cannot_be_protected_is_an_error)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(forbid_core_in_sandbox());
	EXPECT(waitpid(child, &status, 0) == child);
	EXPECT_INT(status, 0);
}
