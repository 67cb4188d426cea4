/*
 * profile_test.h - what `profile test` found, for people and programs.
 *
 * JSON: docs/schema/profile-test.json.
 */
#ifndef REPORT_PROFILE_TEST_H
#define REPORT_PROFILE_TEST_H

#include "plan/profile_test.h"
#include "report/json.h"

/* One test that was run; findings is empty where it passed. */
struct test_result {
	const char *file;
	const struct profile_test *test;
	const struct error *findings;
};

json_t *test_result_json(const struct test_result *result);
/* One line, then each difference. */
void test_result_put_text(const struct test_result *result, struct buf *out);

json_t *coverage_json(const struct coverage_item *items, size_t n);
/* A line for each that was not reached, and how many were. */
void coverage_put_text(const struct coverage_item *items, size_t n, struct buf *out);

#endif
