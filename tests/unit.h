/*
 * unit.h - unit tests, found and not listed.
 *
 *      TEST(buf_grows)
 *      {
 *              struct buf b = BUF_INIT;
 *
 *              buf_puts(&b, "x");
 *              EXPECT_TEXT(buf_text(&b), "x");
 *              buf_clear(&b);
 *      }
 *
 * TEST registers itself with CUnit before main.  A test that checks nothing
 * fails.  EXPECT_RULE says which refusal is expected: another one fails too.
 */
#ifndef TESTS_UNIT_H
#define TESTS_UNIT_H

#include <CUnit/CUnit.h>
#include <stdlib.h>

#include "base/error.h"

void unit_register(const char *file, const char *name, void (*run)(void));

#define TEST(name)                                                            \
	static void test_##name(void);                                        \
	__attribute__((constructor)) static void register_##name(void)        \
	{                                                                     \
		unit_register(__FILE__, #name, test_##name);                  \
	}                                                                     \
	static void test_##name(void)

#define EXPECT(condition) CU_ASSERT(condition)
#define REQUIRE(condition) CU_ASSERT_FATAL(condition)
#define EXPECT_INT(have, want)                                                \
	unit_expect_int((long long)(have), (long long)(want), #have, __FILE__, __LINE__)
#define EXPECT_TEXT(have, want)                                               \
	unit_expect_text((have), (want), #have, __FILE__, __LINE__)
/* The text holds these words. */
#define EXPECT_HAS(have, words)                                               \
	unit_expect_has((have), (words), #have, __FILE__, __LINE__)
/* The call succeeds; what err holds is printed when it does not. */
#define EXPECT_OK(call, err) unit_expect_ok((call), (err), #call, __FILE__, __LINE__)
#define REQUIRE_OK(call, err)                                                 \
	CU_ASSERT_FATAL(unit_expect_ok((call), (err), #call, __FILE__, __LINE__))
/* The call fails, with the status of this rule and this rule as its first error;
 * err is cleared for the next. */
#define EXPECT_RULE(call, err, rule)                                          \
	unit_expect_rule((call), (err), (rule), #call, __FILE__, __LINE__)

void unit_expect_int(long long have, long long want, const char *what,
    const char *file, unsigned line);
void unit_expect_text(const char *have, const char *want, const char *what,
    const char *file, unsigned line);
void unit_expect_has(const char *have, const char *words, const char *what,
    const char *file, unsigned line);
bool unit_expect_ok(enum rc_status status, const struct error *err, const char *what,
    const char *file, unsigned line);
void unit_expect_rule(enum rc_status status, struct error *err, enum rule rule,
    const char *what, const char *file, unsigned line);

/* The path of a file under tests/data, to be freed; and its bytes. */
char *unit_data_path(const char *name);
void unit_data_read(const char *name, struct buf *out);

#endif
