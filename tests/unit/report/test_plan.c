#include "report/plan.h"

#include "tests/unit.h"

static const struct source role = { .name = "edge.yaml" };

/* An entry with a bit of everything. */
static struct plan
plan_of(struct arena *arena)
{
	struct plan plan = { .topology = "contoso", .product = "lync-2013" };
	struct entry *e = ARENA_NEW(arena, struct entry);

	plan.entries = e;
	plan.n_entries = 1;
	e->id = "edge-external/lsedge.contoso.net";
	e->role = "edge-external";
	e->title = "Edge";
	e->pool = "lsedge.contoso.net";
	e->subject.attr[DN_CN] = "sip.contoso.com";
	e->subject.attr[DN_C] = "US";
	e->n_san = 2;
	e->san = arena_alloc(arena, 2 * sizeof(*e->san));
	e->san[0] = (struct general_name){ NAME_DNS, "sip.contoso.com" };
	e->san[1] = (struct general_name){ NAME_URI, "sip:contoso.com" };
	e->why = arena_alloc(arena, 2 * sizeof(*e->why));
	e->why[0] = (struct provenance){ "the subject comes first", { &role, 7, 9, 1 }, NOWHERE };
	e->n_eku = 1;
	e->eku = arena_alloc(arena, sizeof(*e->eku));
	e->eku[0] = "1.3.6.1.5.5.7.3.1";
	e->key_usage_rsa = KU_DIGITAL_SIGNATURE | KU_KEY_ENCIPHERMENT;
	e->key_usage_ec = KU_DIGITAL_SIGNATURE;
	e->key_algorithms = KEY_RSA_2048 | KEY_EC_P256;
	e->shared = true;
	e->validity_days = 730;
	e->n_exts = 3;
	e->exts = arena_alloc(arena, 3 * sizeof(*e->exts));
	e->exts[0] = (struct entry_ext){ .id = EXT_BASIC_CONSTRAINTS, .critical = true,
		.from = EXT_FROM_ENTRY, .value = { .id = EXT_BASIC_CONSTRAINTS, .critical = true,
		.u.basic = { false, -1 } } };
	e->exts[1] = (struct entry_ext){ .id = EXT_KEY_USAGE, .critical = true,
		.from = EXT_FROM_ENTRY };
	e->exts[2] = (struct entry_ext){ .id = EXT_SUBJECT_KEY_IDENTIFIER, .from = EXT_FROM_KEY };
	plan.n_notes = 2;
	plan.notes = arena_alloc(arena, 2 * sizeof(*plan.notes));
	plan.notes[0] = (struct plan_note){ true, "shared-key-needs-token", e->id, "one key",
		NOWHERE };
	plan.notes[1] = (struct plan_note){ false, "plan-empty-subject", NULL, "left out",
		{ &role, 1, 2, 1 } };
	return plan;
}

static const char *
text_at(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static json_t *
json_of(const struct plan *plan)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	json_t *json;

	plan_put_json(plan, NULL, &text);
	json = json_loadb(buf_text(&text), text.n, JSON_REJECT_DUPLICATES, NULL);
	REQUIRE(json != NULL);
	return json;
}

TEST(a_plan_has_the_fields_that_programs_read)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct plan plan = plan_of(arena);
	json_t *json = json_of(&plan), *entry, *name, *list;

	entry = json_array_get(json_object_get(json, "entries"), 0);
	EXPECT_TEXT(text_at(json, "topology"), "contoso");
	EXPECT_INT(strlen(text_at(json, "digest")), 64);
	EXPECT_TEXT(text_at(entry, "pool"), "lsedge.contoso.net");
	EXPECT(json_is_null(json_object_get(entry, "server")));
	EXPECT(json_is_null(json_object_get(entry, "state")));
	EXPECT_TEXT(text_at(entry, "subject"), "CN=sip.contoso.com, C=US");
	name = json_array_get(json_object_get(entry, "san"), 0);
	EXPECT_TEXT(text_at(name, "value"), "sip.contoso.com");
	EXPECT_INT(json_integer_value(json_object_get(json_object_get(name, "source"), "line")), 7);
	name = json_array_get(json_object_get(entry, "san"), 1);
	EXPECT_TEXT(text_at(name, "type"), "uri");
	EXPECT(json_is_null(json_object_get(name, "source")));
	list = json_object_get(entry, "eku");
	EXPECT_TEXT(json_string_value(json_array_get(list, 0)), "serverAuth");
	list = json_object_get(json_object_get(entry, "key_usage"), "rsa");
	EXPECT_INT(json_array_size(list), 2);
	list = json_object_get(json_object_get(entry, "key"), "algorithms");
	EXPECT_TEXT(json_string_value(json_array_get(list, 1)), "ec-p256");
	json_decref(json);
}

TEST(only_what_the_entry_decides_has_bytes)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct plan plan = plan_of(arena);
	json_t *json = entry_json(&plan.entries[0]), *list = json_object_get(json, "extensions");

	EXPECT_TEXT(text_at(json_array_get(list, 0), "der"), "3000");
	EXPECT_TEXT(text_at(json_array_get(list, 0), "oid"), "2.5.29.19");
	EXPECT_TEXT(text_at(json_array_get(list, 0), "from"), "entry");
	EXPECT(json_is_null(json_object_get(json_array_get(list, 1), "der")));
	EXPECT_TEXT(text_at(json_array_get(list, 2), "from"), "key");
	EXPECT(json_is_null(json_object_get(json_array_get(list, 2), "der")));
	json_decref(json);
}

TEST(a_plan_reads_as_blocks)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct plan plan = plan_of(arena);
	struct style style = { .width = 0 };
	struct buf b = BUF_INIT;

	plan_put_text(&plan, &style, NULL, &b);
	EXPECT_TEXT(buf_text(&b),
	    "edge-external/lsedge.contoso.net\n"
	    "    subject   CN=sip.contoso.com, C=US\n"
	    "    names     sip.contoso.com, uri:sip:contoso.com\n"
	    "    use       serverAuth\n"
	    "    key       rsa-2048, ec-p256; not exportable; one key for all servers of the pool\n"
	    "    warning   one key [shared-key-needs-token]\n"
	    "    note      left out [plan-empty-subject]\n"
	    "\n1 certificate for topology 'contoso', product lync-2013\n");
	buf_clear(&b);
}

TEST(verbose_says_why_each_name_is_there)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct plan plan = plan_of(arena);
	struct style style = { .width = 0, .verbose = true };
	struct buf b = BUF_INIT;

	plan_put_text(&plan, &style, NULL, &b);
	EXPECT_HAS(buf_text(&b),
	    "    names     sip.contoso.com because the subject comes first (edge.yaml:7:9)\n"
	    "              uri:sip:contoso.com\n");
	buf_clear(&b);
}

/* What is written is, to the byte, what is printed of the tree that it reads as. */
static void
expect_written_as_printed(const struct plan *plan)
{
	SCOPED(buf_clear) struct buf written = BUF_INIT, printed = BUF_INIT;
	json_t *json = json_of(plan);

	plan_put_json(plan, NULL, &written);
	json_print(json, &printed);
	EXPECT_TEXT(buf_text(&written), buf_text(&printed));
	json_decref(json);
}

TEST(json_is_written_as_it_would_be_printed)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct plan plan = plan_of(arena);

	expect_written_as_printed(&plan);
	plan.topology = "\xc3\xa9 \xf0\x9f\x94\x91 \"\\ \t\x01\x7f\xff /";
	plan.entries[0].n_san = 0;
	plan.entries[0].exts[1].value.u.key_usage = 0;
	plan.entries[0].id = "";
	expect_written_as_printed(&plan);
	plan.n_entries = plan.n_notes = 0;
	expect_written_as_printed(&plan);
}

/* Takes everything, and counts how often. */
struct sink {
	struct buf all;
	size_t times;
};

static void
sink_take(struct buf *out, void *context)
{
	struct sink *sink = context;

	buf_put_bytes(&sink->all, buf_bytes(out));
	buf_cut(out, 0);
	sink->times++;
}

TEST(a_report_may_be_taken_away_while_it_is_written)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct plan plan = plan_of(arena);
	struct style style = { .width = 0 };
	struct sink sink = { .times = 0 };
	const struct drain drain = { sink_take, &sink };
	SCOPED(buf_clear) struct buf whole = BUF_INIT, rest = BUF_INIT;

	plan_put_text(&plan, &style, NULL, &whole);
	plan_put_json(&plan, NULL, &whole);
	plan_put_text(&plan, &style, &drain, &rest);
	plan_put_json(&plan, &drain, &rest);
	EXPECT(sink.times >= 4);
	EXPECT(rest.n < whole.n / 2);
	buf_put_bytes(&sink.all, buf_bytes(&rest));
	EXPECT_TEXT(buf_text(&sink.all), buf_text(&whole));
	buf_clear(&sink.all);
}

TEST(notes_stand_with_their_entry_in_their_order)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct plan plan = plan_of(arena);
	struct style style = { .width = 0 };
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	struct plan_note notes[] = {
		{ false, "r", "x/none", "first of none", NOWHERE },
		{ false, "r", plan.entries[0].id, "one", NOWHERE },
		{ false, "r", "a/none", "of another", NOWHERE },
		{ false, "r", plan.entries[0].id, "two", NOWHERE },
		{ false, "r", NULL, "of all", NOWHERE },
	};

	plan.notes = notes;
	plan.n_notes = ARRAY_LEN(notes);
	plan_put_text(&plan, &style, NULL, &b);
	EXPECT_HAS(buf_text(&b), "    note      one [r]\n    note      two [r]\n"
	    "x/none\n    note      first of none [r]\na/none\n    note      of another [r]\n"
	    "    note      of all [r]\n");
}
