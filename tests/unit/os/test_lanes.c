#include <pthread.h>
#include <stdlib.h>

#include "os/lanes.h"
#include "tests/unit.h"

struct piece {
	struct lane_link link;
	unsigned n;
};

static unsigned
number(const struct lane_link *link)
{
	return ((const struct piece *)(const void *)link)->n;
}

TEST(what_waits_in_a_lane_comes_by_its_rank_and_in_its_order)
{
	SCOPED(lanes_free) struct lanes *lanes = lanes_new(8);
	struct piece pieces[4] = { { .n = 0 }, { .n = 1 }, { .n = 2 }, { .n = 3 } };
	struct lane_link *all;

	for (unsigned i = 0; i < 3; i++) {
		EXPECT(lanes_enter(lanes));
		lanes_put(lanes, 0, 1 + i % 2, &pieces[i].link);
	}
	lanes_put(lanes, 0, 0, &pieces[3].link);
	EXPECT_INT(lanes_waiting(lanes, 0), 4);
	EXPECT_INT(lanes_waiting(lanes, 1), 0);
	EXPECT_INT(number(lanes_take(lanes, 0)), 3);
	all = lanes_take_all(lanes, 0, 64, 0, 1000, 1000);
	EXPECT_INT(number(all), 0);
	EXPECT_INT(number(all->next), 2);
	EXPECT_INT(number(all->next->next), 1);
	EXPECT(all->next->next->next == NULL);
	EXPECT(lanes_take_all(lanes, 0, 64, 0, 0, 1) == NULL);
	EXPECT_INT(lanes_inside(lanes), 3);
	lanes_close(lanes);
	EXPECT(lanes_take(lanes, 0) == NULL);
}

enum { PIECES = 20000, ROOM = 32, TAKERS = 3 };

struct flow {
	struct lanes *lanes;
	size_t most;
};

static void *
produce(void *arg)
{
	struct flow *flow = arg;

	for (unsigned i = 0; i < PIECES && lanes_enter(flow->lanes); i++) {
		struct piece *piece = mem_zero(sizeof(*piece));

		piece->n = i;
		lanes_put(flow->lanes, 0, i % LANE_RANKS, &piece->link);
	}
	return NULL;
}

static void *
hand_on(void *arg)
{
	struct flow *flow = arg;
	struct lane_link *link;

	while ((link = lanes_take(flow->lanes, 0)) != NULL)
		lanes_put(flow->lanes, 1, 0, link);
	return NULL;
}

TEST(many_pieces_pass_lanes_and_few_are_inside)
{
	SCOPED(lanes_free) struct lanes *lanes = lanes_new(ROOM);
	struct flow flow = { .lanes = lanes };
	pthread_t producer, takers[TAKERS];
	uint64_t sum = 0;
	size_t n = 0;

	(void)pthread_create(&producer, NULL, produce, &flow);
	for (size_t i = 0; i < TAKERS; i++)
		(void)pthread_create(&takers[i], NULL, hand_on, &flow);
	while (n < PIECES) {
		struct lane_link *link = lanes_take_all(lanes, 1, 8, 0, 2, 100);

		if (lanes_inside(lanes) > flow.most)
			flow.most = lanes_inside(lanes);
		while (link != NULL) {
			struct lane_link *next = link->next;

			sum += number(link);
			n++;
			free(link);
			lanes_leave(lanes);
			link = next;
		}
	}
	lanes_close(lanes);
	(void)pthread_join(producer, NULL);
	for (size_t i = 0; i < TAKERS; i++)
		(void)pthread_join(takers[i], NULL);
	EXPECT_INT(sum, (uint64_t)PIECES * (PIECES - 1) / 2);
	EXPECT(flow.most <= ROOM);
}

static void *
wait_for_room(void *arg)
{
	struct lanes *lanes = arg;

	return lanes_enter(lanes) ? lanes : NULL;
}

TEST(who_waits_for_room_in_lanes_is_sent_away_when_they_are_shut)
{
	SCOPED(lanes_free) struct lanes *lanes = lanes_new(1);
	pthread_t waiter;
	void *entered = lanes;

	EXPECT(lanes_enter(lanes));
	(void)pthread_create(&waiter, NULL, wait_for_room, lanes);
	lanes_shut(lanes);
	(void)pthread_join(waiter, &entered);
	EXPECT(entered == NULL);
	EXPECT(!lanes_enter(lanes));
}
