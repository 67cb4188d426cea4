/*
 * value.h - typed facts: what a topology holds and a role's expressions see.
 *
 * A type says what may stand somewhere, before any topology is read; a value is
 * what does stand there, with the place where the topology says so.  An optional
 * fact that is left out is NULL.
 *
 * Record values carry their own record type: a list of pools may hold pools of
 * several kinds, and what all of them have is looked up by name.
 */
#ifndef TOPOLOGY_VALUE_H
#define TOPOLOGY_VALUE_H

#include "base/arena.h"
#include "base/error.h"

enum type_kind {
	TYPE_TEXT,
	TYPE_FQDN,       /* a text that is a host or domain name */
	TYPE_OID,        /* a text that is dotted: 1.3.6.1.5.5.7.3.1 */
	TYPE_URI,        /* a text that is absolute: https://a.b/c, sip:a.b */
	TYPE_IP,         /* a text that is an address of IP 4 or 6 */
	TYPE_BOOL,
	TYPE_NUMBER,
	TYPE_DURATION,   /* seconds, written 90d: s, m, h, d, w */
	TYPE_LIST,
	TYPE_RECORD,
};

struct type {
	enum type_kind kind;
	const struct type *member;       /* TYPE_LIST                          */
	const struct record_type *record; /* TYPE_RECORD                       */
	const char *const *words;        /* TYPE_TEXT that is one of these, or NULL */
	size_t n_words;
};

struct field {
	const char *name;
	const struct type *type;
	bool optional;                   /* may be absent                      */
};

struct record_type {
	const char *name;                /* for people: "a SIP domain"         */
	struct field *fields;
	size_t n_fields;
};

struct value {
	const struct type *type;
	struct place at;                 /* NOWHERE: a default                 */
	union {
		const char *text;
		bool boolean;
		int64_t number;                  /* of a duration: seconds */
		struct { const struct value **v; size_t n; } list;
		const struct value **fields;     /* in the order of type->record */
	} u;
};

extern const struct type type_text, type_fqdn, type_oid, type_uri, type_ip, type_bool,
    type_number, type_duration, type_fqdn_list;

/*
 * The types that a text can name: text, boolean, number, duration, oid, fqdn, uri and
 * ip, and a list of each, as in fqdn-list.
 */
enum { TYPE_WORDS = 16 };
extern const char *const type_words[TYPE_WORDS];
const struct type *type_named(size_t word);              /* an index of type_words */

bool type_is_text(const struct type *type);              /* a text of any kind */
/* Do they hold the same?  Records: field by field; the words of a choice are a text's. */
bool type_equal(const struct type *a, const struct type *b);

const struct type *type_list(struct arena *arena, const struct type *member);
const struct type *type_record(struct arena *arena, const struct record_type *record);

/* "a text", "a list of a SIP domain" */
void type_print(const struct type *type, struct buf *out);

const struct field *record_field(const struct record_type *record, const char *name);
/* The field's value, or NULL when it is absent or there is no such field. */
const struct value *value_field(const struct value *record, const char *name);
/* The same along "web.external". */
const struct value *value_path(const struct value *record, const char *path);

struct value *value_text(struct arena *arena, const struct type *type, const char *text,
    struct place at);
struct value *value_bool(struct arena *arena, bool boolean, struct place at);
struct value *value_number(struct arena *arena, int64_t number, struct place at);
struct value *value_duration(struct arena *arena, int64_t seconds, struct place at);
struct value *value_list(struct arena *arena, const struct type *type,
    const struct value **v, size_t n, struct place at);
/* As a text would write it: 90d, [a, b]; of a record nothing. */
void value_print(const struct value *value, struct buf *out);
/* A record with every field absent; set fills one by name. */
struct value *value_record(struct arena *arena, const struct type *type, struct place at);
void value_set(struct value *record, const char *name, const struct value *value);

#endif
