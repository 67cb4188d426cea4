/*
 * json.h - what the JSON reports share.
 *
 * A JSON text is UTF-8 (RFC 8259 8.1), and names from tokens, certificates and
 * paths need not be.  json_foreign() takes any bytes: valid UTF-8 stays as it
 * is, each other byte becomes the four characters \xNN.  Control characters are
 * left to JSON's own escapes.
 *
 * Each function of report/ that yields a json_t gives the caller its reference.
 */
#ifndef REPORT_JSON_H
#define REPORT_JSON_H

#include <jansson.h>

#include "base/buf.h"

json_t *json_foreign(const char *text);                  /* NULL is null      */
json_t *json_hex(struct bytes bytes);                    /* lower case        */
json_t *json_words(const char *const *words, size_t n);  /* array of strings  */
json_t *json_lines(struct bytes text);                    /* array, one a line */
json_t *json_time(int64_t seconds);                      /* "2026-01-31T12:00:00Z" */

/* object[key] = take; a new reference is taken over. */
void json_put(json_t *object, const char *key, json_t *take);
void json_add(json_t *array, json_t *take);

/* Indented by two, keys in the order they were put, a newline at the end. */
void json_print(const json_t *json, struct buf *out);
void json_put_value(const json_t *json, struct buf *out);        /* without the newline */
/* On one line without blanks; a newline at the end is the caller's. */
void json_put_compact(const json_t *json, struct buf *out);
/* Keys sorted, no blanks, a newline at the end: the same bytes for the same thing. */
void json_print_canonical(const json_t *json, struct buf *out);

#endif
