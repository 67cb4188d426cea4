#include "os/process.h"

#include <ctype.h>
#include <errno.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/clock.h"
#include "os/random.h"
#include "tests/unit.h"
#include "tests/unit/os/child.h"

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
forbid_core(void *arg)
{
	SCOPED(error_free) struct error *err = error_new();
	struct rlimit limit;

	(void)arg;
	if (process_forbid_core(err) != RC_OK)
		return 1;
	if (getrlimit(RLIMIT_CORE, &limit) != 0 || limit.rlim_max != 0)
		return 2;
	return prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0 ? 3 : 0;
}

TEST(core_dumps_are_turned_off)
{
	EXPECT_INT(child_run(forbid_core, NULL), 0);
}

/* From here on this system call says EPERM, as in a sandbox.  False: the kernel
 * has no seccomp, and there is nothing to show. */
static bool
forbid_call(unsigned nr)
{
	struct sock_filter program[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, nr, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = { .len = ARRAY_LEN(program), .filter = program };

	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter, 0, 0) == 0;
}

static int
work_in_sandbox(void *arg)
{
	SCOPED(error_free) struct error *err = error_new();
	uint8_t serial[RANDOM_SERIAL];

	(void)arg;
	if (!forbid_call(SYS_prlimit64) || !forbid_call(SYS_getrandom))
		return 0;
	if (process_forbid_core(err) != RC_SYSTEM || error_rule(err) != RULE_PROCESS)
		return 1;
	error_clear(err);
	if (random_serial(serial, err) != RC_SYSTEM || error_rule(err) != RULE_RANDOM)
		return 2;
	return 0;
}

TEST(what_a_sandbox_forbids_is_an_error)
{
	EXPECT_INT(child_run(work_in_sandbox, NULL), 0);
}
