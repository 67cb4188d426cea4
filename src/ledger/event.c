#include "ledger/event.h"

#include "crypto/digest.h"
#include "os/clock.h"

#define CHANGED { "id", EVENT_NUMBER }, { "serial", EVENT_HEX }
#define WITH_REASON { CHANGED, { "reason", EVENT_TEXT } }
#define MOVED { CHANGED, { "request", EVENT_NUMBER }, { "reason", EVENT_TEXT } }
#define DECIDED                                                               \
	{                                                                     \
		CHANGED, { "request", EVENT_NUMBER }, { "officer", EVENT_TEXT },      \
		{ "key", EVENT_HEX }, { "statement", EVENT_HEX }, { "reason", EVENT_TEXT } \
	}
#define MEANT                                                                 \
	{                                                                     \
		{ "id", EVENT_NUMBER }, { "what", EVENT_TEXT }, { "serial", EVENT_HEX },    \
		{ "tbs", EVENT_HEX }, { "algorithm", EVENT_TEXT }, { "entry", EVENT_TEXT }, \
		{ "role", EVENT_TEXT }, { "entry-digest", EVENT_HEX },                \
		{ "profile-digest", EVENT_HEX }, { "topology", EVENT_TEXT },          \
		{ "topology-digest", EVENT_HEX }, { "csr", EVENT_HEX },               \
		{ "key-digest", EVENT_HEX }, { "requester", EVENT_TEXT },             \
		{ "custody", EVENT_HEX }, { "not-before", EVENT_TIME },               \
		{ "not-after", EVENT_TIME }, { "owner", EVENT_TEXT }, { "boot", EVENT_TEXT } \
	}

const struct event_kind event_kinds[] = {
	{ "create", { { "ca", EVENT_TEXT }, { "custody", EVENT_TEXT }, { "policy", EVENT_HEX } } },
	{ "policy", { { "policy", EVENT_HEX } } },
	{ "config", { { "config", EVENT_HEX } } },
	{ "reserve", MEANT },
	{ "intent", MEANT },
	{ "origin", { { "id", EVENT_NUMBER }, { "origin", EVENT_HEX } } },
	{ "begin", { CHANGED, { "custody", EVENT_HEX }, { "owner", EVENT_TEXT },
	    { "boot", EVENT_TEXT } } },
	{ "commit", { CHANGED, { "signed", EVENT_HEX } } },
	{ "spoil", { CHANGED, { "signed", EVENT_HEX }, { "reason", EVENT_TEXT } } },
	{ "lose", WITH_REASON },
	{ "void", WITH_REASON },
	{ "hold", WITH_REASON },
	{ "release", WITH_REASON },
	{ "revoke", WITH_REASON },
	{ "request", { CHANGED, { "request", EVENT_NUMBER }, { "what", EVENT_TEXT },
	    { "policy", EVENT_HEX }, { "subject", EVENT_HEX }, { "requester", EVENT_TEXT },
	    { "uid", EVENT_NUMBER }, { "expires", EVENT_TIME }, { "text", EVENT_HEX } } },
	{ "approve", DECIDED },
	{ "deny", DECIDED },
	{ "request-approved", MOVED },
	{ "request-denied", MOVED },
	{ "request-expired", MOVED },
	{ "request-spent", MOVED },
	{ "cosign", { { "id", EVENT_NUMBER }, { "key", EVENT_HEX }, { "statement", EVENT_HEX } } },
	{ "timestamp", { { "id", EVENT_NUMBER }, { "key", EVENT_HEX }, { "statement", EVENT_HEX },
	    { "stamped", EVENT_TIME } } },
	{ "refuse", { { "rule", EVENT_TEXT }, { "entry", EVENT_TEXT }, { "requester", EVENT_TEXT },
	    { "csr", EVENT_HEX }, { "message", EVENT_TEXT } } },
	{ "recover", { { "lost", EVENT_NUMBER } } },
	{ "note", { { "topic", EVENT_TEXT }, { "text", EVENT_TEXT } } },
};
const size_t n_event_kinds = ARRAY_LEN(event_kinds);

const struct event_kind *
event_kind_find(const char *word)
{
	for (size_t i = 0; i < n_event_kinds; i++)
		if (strcmp(event_kinds[i].word, word) == 0)
			return &event_kinds[i];
	return NULL;
}

enum { USUAL_SIZE = 800 };

/* -- writing ---------------------------------------------------------------------- */

static void
put_big_endian(struct buf *out, uint64_t value, unsigned octets)
{
	uint8_t p[8];

	for (unsigned i = 0; i < octets; i++)
		p[i] = (uint8_t)(value >> (8 * (octets - 1 - i)));
	buf_put(out, p, octets);
}

void
field_bytes(struct buf *out, struct bytes bytes)
{
	put_big_endian(out, bytes.n, 4);
	buf_put_bytes(out, bytes);
}

void
field_int(struct buf *out, int64_t value)
{
	put_big_endian(out, 8, 4);
	put_big_endian(out, (uint64_t)value, 8);
}

void
field_int_or_none(struct buf *out, int64_t value)
{
	if (value != 0)
		field_int(out, value);
	else
		put_big_endian(out, 0, 4);
}

void
field_text(struct buf *out, const char *text)
{
	field_bytes(out, bytes_of_text(text != NULL ? text : ""));
}

void
field_digest(struct buf *out, struct bytes of)
{
	uint8_t digest[SHA256_OCTETS];

	if (of.n == 0) {
		field_bytes(out, of);
		return;
	}
	sha256(of, digest);
	field_bytes(out, BYTES(digest, sizeof(digest)));
}

void
event_begin(struct buf *out, int64_t seq, int64_t time, const char *kind)
{
	(void)buf_reserve(out, USUAL_SIZE);
	field_text(out, EVENT_FORMAT);
	field_int(out, seq);
	field_int(out, time);
	field_text(out, kind);
}

/* -- reading ---------------------------------------------------------------------- */

static uint64_t
get_big_endian(struct bytes b)
{
	uint64_t value = 0;

	for (size_t i = 0; i < b.n; i++)
		value = value << 8 | b.p[i];
	return value;
}

bool
field_next(struct bytes *rest, struct bytes *ret)
{
	size_t n;

	if (rest->n < 4)
		return false;
	n = (size_t)get_big_endian(BYTES(rest->p, 4));
	if (n > rest->n - 4)
		return false;
	*ret = BYTES(rest->p + 4, n);
	*rest = BYTES(rest->p + 4 + n, rest->n - 4 - n);
	return true;
}

int64_t
event_number(struct bytes field)
{
	return field.n == 8 ? (int64_t)get_big_endian(field) : 0;
}

static bool
is_number(enum event_form form)
{
	return form == EVENT_NUMBER || form == EVENT_TIME;
}

/* The common fields; *rest is left with those of the kind. */
static bool
common_read(struct bytes *rest, struct event *e)
{
	struct bytes field[EVENT_COMMON];

	for (size_t i = 0; i < EVENT_COMMON; i++)
		if (!field_next(rest, &field[i]))
			return false;
	if (!bytes_equal(field[0], bytes_of_text(EVENT_FORMAT)) || field[1].n != 8 ||
	    field[2].n != 8)
		return false;
	e->seq = event_number(field[1]);
	e->time = event_number(field[2]);
	for (size_t i = 0; i < n_event_kinds && e->kind == NULL; i++)
		if (bytes_equal(field[3], bytes_of_text(event_kinds[i].word)))
			e->kind = &event_kinds[i];
	return e->kind != NULL;
}

bool
event_read(struct bytes body, struct event *ret)
{
	struct event e = { .kind = NULL };

	if (!common_read(&body, &e))
		return false;
	for (; e.n < EVENT_FIELDS && e.kind->fields[e.n].name != NULL; e.n++) {
		struct bytes *field = &e.field[e.n];

		if (!field_next(&body, field) ||
		    (is_number(e.kind->fields[e.n].form) && field->n != 0 && field->n != 8))
			return false;
	}
	if (body.n != 0)
		return false;
	*ret = e;
	return true;
}

void
event_field_describe(const struct event_field *field, struct bytes value, struct buf *out)
{
	if (value.n == 0)
		return;
	buf_printf(out, "%s%s ", out->n != 0 ? ", " : "", field->name);
	if (field->form == EVENT_HEX)
		buf_put_hex(out, value);
	else if (field->form == EVENT_TIME)
		clock_put(out, event_number(value));
	else if (field->form == EVENT_NUMBER)
		buf_printf(out, "%lld", (long long)event_number(value));
	else
		buf_printf(out, "'%.*s'", (int)value.n, (const char *)value.p);
}

bool
event_describe(struct bytes body, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct event e;

	if (!event_read(body, &e))
		return false;
	for (size_t i = 0; i < e.n; i++)
		event_field_describe(&e.kind->fields[i], e.field[i], &text);
	buf_put_bytes(out, buf_bytes(&text));
	return true;
}
