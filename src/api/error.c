#include "api/api.h"

#include <stdlib.h>

struct rc_error *
rc_error_new(void)
{
	struct rc_error *err = mem_alloc(sizeof(*err));

	*err = (struct rc_error){ .err = error_new(), .text = BUF_INIT };
	return err;
}

void
rc_error_free(struct rc_error *err)
{
	if (err == NULL)
		return;
	error_free(err->err);
	buf_clear(&err->text);
	free(err);
}

void
rc_error_clear(struct rc_error *err)
{
	error_clear(err->err);
}

enum rc_status
rc_error_status(const struct rc_error *err)
{
	return error_status(err->err);
}

const char *
rc_error_rule(const struct rc_error *err)
{
	return error_count(err->err) != 0 ? rule_id(error_rule(err->err)) : "";
}

const char *
rc_error_message(const struct rc_error *err)
{
	return error_message(err->err);
}

size_t
rc_error_count(const struct rc_error *err)
{
	return error_count(err->err);
}

const char *
rc_error_text(struct rc_error *err)
{
	buf_cut(&err->text, 0);
	error_render(err->err, &err->text);
	return buf_text(&err->text);
}

const char *
rc_rule_text(const char *rule)
{
	enum rule found = rule_find(rule);

	return found != RULE_NONE ? rule_text(found) : NULL;
}

const char *
rc_rule_why(const char *rule)
{
	enum rule found = rule_find(rule);

	return found != RULE_NONE ? rule_why(found) : NULL;
}
