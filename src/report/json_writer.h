/*
 * json_writer.h - JSON as it is put, without a tree: for documents that hold a line for
 * each of many thousand names.
 *
 *      struct json_writer w = { .out = out };
 *
 *      json_open(&w, NULL, '{');
 *      json_member(&w, "id", entry->id);
 *      json_open(&w, "names", '[');
 *      json_member(&w, NULL, "sip.contoso.com");       NULL: a member of a list
 *      json_close(&w, ']');
 *      json_close(&w, '}');
 *
 * The bytes are those of json_print() of the same document: indented by two, ASCII
 * alone; of a compact one, those of json_put_compact().  Texts are foreign, as for
 * json_foreign().
 */
#ifndef REPORT_JSON_WRITER_H
#define REPORT_JSON_WRITER_H

#include "report/json.h"

struct json_writer {
	struct buf *out;
	bool compact;                    /* on one line, which the caller ends */
	unsigned depth;
	bool filled;                     /* something stands in what is open   */
};

void json_open(struct json_writer *w, const char *key, char bracket);
void json_close(struct json_writer *w, char bracket);

void json_member(struct json_writer *w, const char *key, const char *text); /* NULL: null */
void json_member_hex(struct json_writer *w, const char *key, struct bytes bytes);
void json_member_number(struct json_writer *w, const char *key, uint64_t number);
void json_member_time(struct json_writer *w, const char *key, int64_t seconds);
void json_member_words(struct json_writer *w, const char *key, const char *const *words,
    size_t n);
/* What has a tree already, of a compact document; taken over. */
void json_member_tree(struct json_writer *w, const char *key, json_t *take);
void json_member_bool(struct json_writer *w, const char *key, bool truth);

#endif
