/*
 * request_stream.h - requests as lines of JSON on the standard input, for `apply --csrs -`.
 *
 *      {"entry": "web/www", "csr": "-----BEGIN CERTIFICATE REQUEST-----\n...",
 *       "spki_sha256": "9f86..."}
 *
 * A line may have 256 KiB.  One that is no request is a request with a fault (apply-line),
 * so that each line gets its answer.  Empty lines are passed over.
 */
#ifndef CLI_REQUEST_STREAM_H
#define CLI_REQUEST_STREAM_H

#include "issue/batch.h"
#include "issue/requests.h"

enum { REQUEST_LINE_MAX = 256 << 10 };

struct request_stream;

/* The index outlives it.  stop: asked while it waits for input, so that it does not wait
 * for ever. */
struct request_stream *request_stream_new(int fd, const struct entry_index *index,
    bool (*stop)(void *arg), void *arg);
void request_stream_free(struct request_stream *stream);
DEFINE_SCOPED(request_stream_free, struct request_stream *)

/* By one thread.  false: there are no more, or it was stopped. */
bool request_stream_next(struct request_stream *stream, struct batch_request *ret);
/* What next() has filled is done with; by any thread. */
void request_stream_put(const struct batch_request *request);
/* Its number of a line, from 1. */
size_t request_stream_line(const struct batch_request *request);

#endif
