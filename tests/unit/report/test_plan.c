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

TEST(a_plan_has_the_fields_that_programs_read)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct plan plan = plan_of(arena);
	json_t *json = plan_json(&plan), *entry, *name, *list;

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

	plan_put_text(&plan, &style, &b);
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

	plan_put_text(&plan, &style, &b);
	EXPECT_HAS(buf_text(&b),
	    "    names     sip.contoso.com because the subject comes first (edge.yaml:7:9)\n"
	    "              uri:sip:contoso.com\n");
	buf_clear(&b);
}
