#include <pthread.h>
#include <signal.h>

#include "os/aside.h"
#include "tests/unit.h"

struct piece {
	pthread_t by;
	int done;
	sigset_t blocked;
};

static void
work(void *arg)
{
	struct piece *piece = arg;

	piece->by = pthread_self();
	(void)pthread_sigmask(SIG_SETMASK, NULL, &piece->blocked);
	piece->done++;
}

TEST(work_is_done_aside_once_and_seen_after_the_wait)
{
	struct piece piece = { .done = 0 };
	struct aside *aside = aside_begin(work, &piece);
	sigset_t mine;

	aside_wait(aside);
	EXPECT_INT(piece.done, 1);
	EXPECT(!pthread_equal(piece.by, pthread_self()));
	EXPECT(sigismember(&piece.blocked, SIGINT) == 1);
	EXPECT(sigismember(&piece.blocked, SIGTERM) == 1);
	(void)pthread_sigmask(SIG_SETMASK, NULL, &mine);
	EXPECT(sigismember(&mine, SIGINT) == 0);
	aside_wait(NULL);
}
