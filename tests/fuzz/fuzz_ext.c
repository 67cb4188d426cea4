/*
 * The first octet picks a record of ext_all, the rest is the extension's value.
 * What was decoded is encoded and decoded again: nothing may be lost.
 */
#include "tests/fuzz/fuzz.h"
#include "x509/ext/ext.h"

/* Names of the kind "other" are read and shown, and never written. */
static bool
are_ours_to_write(const struct general_name *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (names[i].type == NAME_OTHER)
			return false;
	return true;
}

static bool
is_ours_to_write(const struct ext_value *value)
{
	if (value->id == EXT_SUBJECT_ALT_NAME)
		return are_ours_to_write(value->u.names.v, value->u.names.n);
	if (value->id == EXT_NAME_CONSTRAINTS)
		return are_ours_to_write(value->u.constraints.permitted,
		    value->u.constraints.n_permitted) &&
		    are_ours_to_write(value->u.constraints.excluded,
		    value->u.constraints.n_excluded);
	return true;
}

static void
go_round(const struct ext_class *class, const struct ext_value *value, struct arena *arena)
{
	SCOPED(error_free) struct error *err = error_new();
	struct ext_value again = { .id = class->id };
	struct buf der = BUF_INIT;

	class->encode(value, &der);
	fuzz_verdict(class->decode(buf_bytes(&der), arena, &again, err), err);
	fuzz_demand(error_count(err) == 0, "what was encoded does not decode");
	fuzz_demand(class->equal(value, &again), "encoded and decoded again it is another value");
	buf_clear(&der);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct ext_class *class;
	struct ext_value value;
	enum rc_status status;

	if (n == 0)
		return 0;
	class = ext_all[data[0] % EXT_COUNT];
	value = (struct ext_value){ .id = class->id };
	status = class->decode(BYTES(data + 1, n - 1), arena, &value, err);
	fuzz_verdict(status, err);
	if (status != RC_OK)
		return 0;
	if (is_ours_to_write(&value))
		go_round(class, &value, arena);
	class->lint(&value, &(struct ext_lint_context){ .is_ca = n % 2 == 0 }, err);
	return 0;
}
