#include "ledger/checkpoint.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/civil.h"
#include "base/hex.h"

static const char title[] = "rolecert checkpoint v1\n";

void
checkpoint_put(const struct checkpoint *checkpoint, struct buf *out)
{
	buf_puts(out, title);
	buf_puts(out, "ca-key ");
	buf_put_hex(out, BYTES(checkpoint->ca_key, sizeof(checkpoint->ca_key)));
	buf_printf(out, "\nsize %" PRIu64 "\nroot ", checkpoint->size);
	buf_put_hex(out, BYTES(checkpoint->root, sizeof(checkpoint->root)));
	buf_puts(out, "\ntime ");
	clock_put(out, checkpoint->time);
	buf_putc(out, '\n');
}

/* -- reading ----------------------------------------------------------------------- */

static bool
read_size(const char *text, uint64_t *ret)
{
	char *end;

	if (text[0] < '1' || text[0] > '9')
		return false;
	*ret = strtoull(text, &end, 10);
	return *end == '\0' && *ret <= INT64_MAX;
}

/* Words are cut off in place: the next line, behind its first word. */
static const char *
line_next(char **rest, const char *word)
{
	char *line = strsep(rest, "\n");
	size_t n = strlen(word);

	if (line == NULL || strncmp(line, word, n) != 0 || line[n] != ' ')
		return "";
	return line + n + 1;
}

static bool
read_lines(char *text, struct checkpoint *c)
{
	char *rest = text + sizeof(title) - 1;

	return hex_read(line_next(&rest, "ca-key"), c->ca_key, sizeof(c->ca_key)) &&
	    read_size(line_next(&rest, "size"), &c->size) &&
	    hex_read(line_next(&rest, "root"), c->root, sizeof(c->root)) &&
	    civil_read(line_next(&rest, "time"), &c->time);
}

/* Written again it must be the same: so nothing else can stand in it. */
static bool
is_canonical(const struct checkpoint *c, struct bytes text)
{
	SCOPED(buf_clear) struct buf again = BUF_INIT;

	checkpoint_put(c, &again);
	return bytes_equal(buf_bytes(&again), text);
}

enum rc_status
checkpoint_read(struct bytes text, struct checkpoint *ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct checkpoint c = { .size = 0 };

	if (text.n >= sizeof(title) && text.n <= CHECKPOINT_MAX &&
	    memcmp(text.p, title, sizeof(title) - 1) == 0 &&
	    read_lines(arena_strndup(arena, (const char *)text.p, text.n), &c) &&
	    is_canonical(&c, text)) {
		*ret = c;
		return RC_OK;
	}
	return error_fail(err, RULE_CHECKPOINT_FORMAT, "this is no checkpoint of a ledger");
}

bool
checkpoint_equal(const struct checkpoint *a, const struct checkpoint *b)
{
	return a->size == b->size && a->time == b->time &&
	    memcmp(a->ca_key, b->ca_key, sizeof(a->ca_key)) == 0 &&
	    memcmp(a->root, b->root, sizeof(a->root)) == 0;
}
