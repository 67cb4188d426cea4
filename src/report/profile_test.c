#include "report/profile_test.h"

#include "base/escape.h"
#include "report/diagnoses.h"

static const char *
product_of(const struct profile_test *test)
{
	return test->product != NULL ? test->product->text : NULL;
}

json_t *
test_result_json(const struct test_result *result)
{
	json_t *o = json_object();

	json_put(o, "file", json_foreign(result->file));
	json_put(o, "test", json_foreign(result->test->name));
	json_put(o, "product", json_foreign(product_of(result->test)));
	json_put(o, "source", json_foreign(result->test->source));
	json_put(o, "passed", json_boolean(error_count(result->findings) == 0));
	json_put(o, "findings", diagnoses_json(result->findings));
	return o;
}

void
test_result_put_text(const struct test_result *result, struct buf *out)
{
	const char *product = product_of(result->test);

	buf_puts(out, error_count(result->findings) == 0 ? "passed  " : "FAILED  ");
	put_foreign_text(out, result->file);
	buf_puts(out, ": ");
	put_foreign_text(out, result->test->name);
	if (product != NULL) {
		buf_puts(out, " [");
		put_foreign_text(out, product);
		buf_puts(out, "]");
	}
	buf_puts(out, "\n");
	error_render(result->findings, out);
}

static size_t
count_reached(const struct coverage_item *items, size_t n)
{
	size_t reached = 0;

	for (size_t i = 0; i < n; i++)
		reached += items[i].reached;
	return reached;
}

static json_t *
missed_json(const struct coverage_item *item)
{
	json_t *o = json_object();

	json_put(o, "file", json_foreign(item->at.source->name));
	json_put(o, "line", json_integer(item->at.line));
	json_put(o, "column", json_integer(item->at.column));
	json_put(o, "what", json_foreign(item->what));
	return o;
}

json_t *
coverage_json(const struct coverage_item *items, size_t n)
{
	json_t *o = json_object(), *missed = json_array();

	for (size_t i = 0; i < n; i++)
		if (!items[i].reached)
			json_add(missed, missed_json(&items[i]));
	json_put(o, "lines", json_integer((json_int_t)n));
	json_put(o, "reached", json_integer((json_int_t)count_reached(items, n)));
	json_put(o, "missed", missed);
	return o;
}

void
coverage_put_text(const struct coverage_item *items, size_t n, struct buf *out)
{
	for (size_t i = 0; i < n; i++) {
		if (items[i].reached)
			continue;
		put_foreign_text(out, items[i].at.source->name);
		buf_printf(out, ":%u:%u: not reached: ", items[i].at.line, items[i].at.column);
		put_foreign_text(out, items[i].what);
		buf_puts(out, "\n");
	}
	buf_printf(out, "coverage: %zu of %zu\n", count_reached(items, n), n);
}
