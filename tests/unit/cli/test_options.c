#include "cli/options.h"

#include "tests/unit.h"

static const struct option_row own[] = {
	{ "topology", 't', "FILE", AT(topology), "the topology" },
	{ "strict-request", 0, NULL, AT(strict_request), "refuse" },
	OPTIONS_END,
};

struct parsed {
	struct options options;
	struct operands operands;
	int next;
};

/* Parses words up to NULL; argv[0] is added. */
static enum rc_status
parse(const char *const *words, bool only_leading, struct arena *arena, struct parsed *ret,
    struct error *err)
{
	char *argv[16] = { arena_strdup(arena, "rolecert") };
	int argc = 1;

	*ret = (struct parsed){ .next = 0 };
	for (; words[argc - 1] != NULL; argc++)
		argv[argc] = arena_strdup(arena, words[argc - 1]);
	return options_parse(own, only_leading, argc, argv, arena, &ret->options, &ret->operands,
	    &ret->next, err);
}
#define WORDS(...) (const char *const[]){ __VA_ARGS__, NULL }

TEST(options_and_operands_come_in_any_order)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct parsed p;

	EXPECT_OK(parse(WORDS("a", "-t", "x.yaml", "--json", "b", "-qv"), false, arena, &p, err),
	    err);
	EXPECT_TEXT(p.options.topology, "x.yaml");
	EXPECT(p.options.json && p.options.quiet && p.options.verbose && !p.options.strict_request);
	EXPECT_INT(p.operands.n, 2);
	EXPECT_TEXT(p.operands.v[1], "b");
}

TEST(a_value_may_stand_behind_an_equals_sign)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct parsed p;

	EXPECT_OK(parse(WORDS("--topology=a=b", "--strict-request"), false, arena, &p, err), err);
	EXPECT_TEXT(p.options.topology, "a=b");
	EXPECT(p.options.strict_request);
}

TEST(after_two_hyphens_all_is_operand)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct parsed p;

	EXPECT_OK(parse(WORDS("-", "--", "--json", "-t"), false, arena, &p, err), err);
	EXPECT(!p.options.json);
	EXPECT_INT(p.operands.n, 3);
	EXPECT_TEXT(p.operands.v[0], "-");
	EXPECT_TEXT(p.operands.v[2], "-t");
}

TEST(only_leading_stops_at_the_command)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct parsed p;

	EXPECT_OK(parse(WORDS("--ca", "home", "plan", "--nonsense"), true, arena, &p, err), err);
	EXPECT_TEXT(p.options.ca, "home");
	EXPECT_INT(p.next, 3);
}

TEST(an_unknown_option_names_the_nearest)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct parsed p;

	EXPECT(parse(WORDS("--topologie", "x"), false, arena, &p, err) == RC_USAGE);
	EXPECT_TEXT(error_first(err)->fix, "did you mean '--topology'?");
	error_clear(err);
	EXPECT_RULE(parse(WORDS("-z"), false, arena, &p, err), err, RULE_NO_SUCH_OPTION);
	EXPECT_RULE(parse(WORDS("--zzzzzz=3"), false, arena, &p, err), err, RULE_NO_SUCH_OPTION);
}

TEST(a_value_is_neither_missing_nor_empty_nor_given_twice)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct parsed p;

	EXPECT_RULE(parse(WORDS("-t"), false, arena, &p, err), err, RULE_OPTION_VALUE);
	EXPECT_RULE(parse(WORDS("--topology"), false, arena, &p, err), err, RULE_OPTION_VALUE);
	EXPECT_RULE(parse(WORDS("--topology="), false, arena, &p, err), err, RULE_OPTION_VALUE);
	EXPECT_RULE(parse(WORDS("--json=yes"), false, arena, &p, err), err, RULE_OPTION_VALUE);
	EXPECT_RULE(parse(WORDS("-ta", "-tb"), false, arena, &p, err), err, RULE_OPTION_TWICE);
}

TEST(help_shows_each_row)
{
	const struct style style = { .width = 30 };
	struct buf b = BUF_INIT;

	options_help(own, &style, &b);
	EXPECT_TEXT(buf_text(&b),
	    "  -t, --topology FILE       the\n"
	    "                            topology\n"
	    "      --strict-request      refuse\n");
	buf_clear(&b);
}
