/*
 * child.h - a part of a test in a process of its own.
 *
 * The child says its result over a pipe and is killed, so that nothing that it
 * shares with its parent is taken for lost by whoever watches the memory.
 */
#ifndef TESTS_UNIT_OS_CHILD_H
#define TESTS_UNIT_OS_CHILD_H

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit.h"

struct child {
	pid_t pid;
	int result;              /* the end of the pipe to read from */
};

static inline struct child
child_start(int (*run)(void *arg), void *arg)
{
	struct child child = { .pid = -1 };
	int ends[2], result;

	REQUIRE(pipe(ends) == 0);
	child.result = ends[0];
	child.pid = fork();
	REQUIRE(child.pid >= 0);
	if (child.pid != 0) {
		(void)close(ends[1]);
		return child;
	}
	result = run(arg);
	if (write(ends[1], &result, sizeof(result)) != sizeof(result))
		_exit(1);
	for (;;)
		(void)pause();
}

/* What run() returned; -1 if it did not come to that. */
static inline int
child_result(struct child child)
{
	int result = -1;

	if (read(child.result, &result, sizeof(result)) != sizeof(result))
		result = -1;
	(void)close(child.result);
	(void)kill(child.pid, SIGKILL);
	(void)waitpid(child.pid, NULL, 0);
	return result;
}

static inline int
child_run(int (*run)(void *arg), void *arg)
{
	return child_result(child_start(run, arg));
}

#endif
