/*
 * event.h - the canonical bytes of an event: length-prefixed fields.
 *
 *      field = length of the value (4 octets, big-endian), value
 *
 * A number is 8 octets, big-endian, two's complement; a text is UTF-8 without
 * its NUL; what is absent is a field of length 0.  Each event begins with the
 * same four fields: EVENT_FORMAT, seq, time, kind.  Which follow is the table
 * event_kinds; docs/ledger-format.md explains them.
 *
 * Large things (bytes that were signed, requests, policies) stand in an event as
 * their SHA-256.
 */
#ifndef LEDGER_EVENT_H
#define LEDGER_EVENT_H

#include "base/buf.h"

#define EVENT_FORMAT "rolecert-event-1"

enum { EVENT_FIELDS = 24, EVENT_COMMON = 4 };

/* How a field's octets are to be read. */
enum event_form { EVENT_TEXT, EVENT_NUMBER, EVENT_TIME, EVENT_HEX };

struct event_field {
	const char *name;
	enum event_form form;
};

struct event_kind {
	const char *word;
	struct event_field fields[EVENT_FIELDS];    /* behind the common ones */
};

extern const struct event_kind event_kinds[];
extern const size_t n_event_kinds;
/* NULL: no such kind. */
const struct event_kind *event_kind_find(const char *word);

void event_begin(struct buf *out, int64_t seq, int64_t time, const char *kind);
void field_int(struct buf *out, int64_t value);
void field_int_or_none(struct buf *out, int64_t value);     /* 0: absent    */
void field_text(struct buf *out, const char *text);         /* NULL: absent */
void field_bytes(struct buf *out, struct bytes bytes);
/* The SHA-256 of it; of nothing, nothing. */
void field_digest(struct buf *out, struct bytes of);

/* Takes the next field off *rest.  False: none, or cut off. */
bool field_next(struct bytes *rest, struct bytes *ret);

/* An event taken apart; fields[i] is what kind->fields[i] names, and points into the
 * body. */
struct event {
	int64_t seq, time;
	const struct event_kind *kind;
	struct bytes field[EVENT_FIELDS];
	size_t n;                        /* fields                            */
};

/* False: not the canonical form of any event. */
bool event_read(struct bytes body, struct event *ret);
/* A field that is a number; absent is 0. */
int64_t event_number(struct bytes field);

/* One field, behind what *out holds: "serial 0a0b".  Nothing where it is empty. */
void event_field_describe(const struct event_field *field, struct bytes value,
    struct buf *out);

/* For people: "serial 0a0b, reason 'the token failed'", without the common fields.
 * Foreign text is not escaped.  False: not the canonical form of any event. */
bool event_describe(struct bytes body, struct buf *out);

#endif
