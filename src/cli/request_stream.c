#include "cli/request_stream.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

enum { WAIT_MS = 100, READ_OCTETS = 64 << 10, FLAGS = JSON_REJECT_DUPLICATES };

struct request_stream {
	int fd;
	const struct entry_index *index;
	bool (*stop)(void *arg);
	void *arg;
	struct buf in;                   /* read and not given out             */
	size_t at;                       /* where what was not looked at begins */
	size_t line;
	bool ended, skipping;            /* skipping: a line that is too long  */
};

/* What a request points to. */
struct line {
	size_t number;
	json_t *json;
	struct arena *arena;
};

struct request_stream *
request_stream_new(int fd, const struct entry_index *index, bool (*stop)(void *arg), void *arg)
{
	struct request_stream *stream = mem_zero(sizeof(*stream));

	*stream = (struct request_stream){ .fd = fd, .index = index, .stop = stop, .arg = arg };
	return stream;
}

void
request_stream_free(struct request_stream *stream)
{
	if (stream == NULL)
		return;
	buf_clear(&stream->in);
	free(stream);
}

/* false: the end, or stopped. */
static bool
fill(struct request_stream *s)
{
	struct pollfd poll_in = { .fd = s->fd, .events = POLLIN };
	ssize_t n;

	while (poll(&poll_in, 1, WAIT_MS) <= 0)
		if (s->stop(s->arg))
			return false;
	do
		n = read(s->fd, buf_reserve(&s->in, READ_OCTETS), READ_OCTETS);
	while (n < 0 && errno == EINTR);
	if (n <= 0) {
		s->ended = true;
		return false;
	}
	buf_wrote(&s->in, (size_t)n);
	return true;
}

static void
forget(struct request_stream *s, size_t n)
{
	memmove(s->in.p, s->in.p + n, s->in.n - n);
	buf_cut(&s->in, s->in.n - n);
}

/* A line without its end into *ret, copied; too long ones come cut. */
static bool
line_next(struct request_stream *s, struct arena *arena, struct bytes *ret)
{
	for (;;) {
		const uint8_t *end = s->in.n > s->at ?
		    memchr(s->in.p + s->at, '\n', s->in.n - s->at) : NULL;
		size_t n = end != NULL ? (size_t)(end - s->in.p) : s->in.n;

		if (end == NULL && !s->ended && n <= REQUEST_LINE_MAX) {
			s->at = n;
			if (!fill(s) && !s->ended)
				return false;
			continue;
		}
		if (end == NULL && s->ended && n == 0)
			return false;
		s->line += s->skipping ? 0 : 1;
		*ret = arena_bytes(arena, BYTES(s->in.p, s->skipping ? 0 : n));
		s->skipping = end == NULL && !s->ended;
		forget(s, end != NULL ? n + 1 : n);
		s->at = 0;
		return true;
	}
}

/* -- what a line says ----------------------------------------------------------------- */

static void
fault(struct batch_request *request, const char *what)
{
	struct line *line = request->mine;

	request->fault = RULE_APPLY_LINE;
	request->fault_text = arena_printf(line->arena, "line %zu: %s", line->number, what);
}

static const char *
word(const struct batch_request *request, const char *key)
{
	const struct line *line = request->mine;

	return json_string_value(json_object_get(line->json, key));
}

static const char *
unknown_key(const json_t *json)
{
	static const char *const known[] = { "entry", "csr", "spki_sha256" };
	const char *key;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)json, key, value) {
		bool is_known = false;

		for (size_t i = 0; i < ARRAY_LEN(known); i++)
			is_known |= strcmp(key, known[i]) == 0;
		if (!is_known)
			return key;
	}
	return NULL;
}

static void
request_read(const struct request_stream *s, struct bytes text, struct batch_request *request)
{
	struct line *line = request->mine;
	const char *id, *csr, *pin, *key;
	json_error_t why;

	line->json = text.n <= REQUEST_LINE_MAX ?
	    json_loadb((const char *)text.p, text.n, FLAGS, &why) : NULL;
	if (!json_is_object(line->json)) {
		fault(request, text.n > REQUEST_LINE_MAX ? "it has more than 256 KiB" :
		    line->json != NULL ? "it is no object" : why.text);
		return;
	}
	key = unknown_key(line->json);
	id = word(request, "entry");
	csr = word(request, "csr");
	pin = word(request, "spki_sha256");
	if (key != NULL || id == NULL || csr == NULL) {
		fault(request, key != NULL ?
		    arena_printf(line->arena, "'%s' is no key of a request", key) :
		    "want the texts `entry` and `csr`");
		return;
	}
	request->csr = bytes_of_text(csr);
	request->entry = entry_index_find(s->index, id);
	if (request->entry == NULL)
		fault(request, arena_printf(line->arena, "the plan has no entry '%s'", id));
	else if (json_object_get(line->json, "spki_sha256") != NULL &&
	    (pin == NULL || !requests_read_pin(pin, line->arena, &request->pin)))
		fault(request, "spki_sha256: want 64 hexadecimal digits in lower case");
}

static bool
is_blank(struct bytes text)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.p[i] != ' ' && text.p[i] != '\t' && text.p[i] != '\r')
			return false;
	return true;
}

bool
request_stream_next(struct request_stream *s, struct batch_request *ret)
{
	struct arena *arena = arena_new();
	struct bytes text = { .n = 0 };
	struct line *line;

	while (is_blank(text))
		if (!line_next(s, arena, &text)) {
			arena_free(arena);
			return false;
		}
	line = mem_zero(sizeof(*line));
	*line = (struct line){ .number = s->line, .arena = arena };
	ret->mine = line;
	request_read(s, text, ret);
	return true;
}

void
request_stream_put(const struct batch_request *request)
{
	struct line *line = request->mine;

	if (line == NULL)
		return;
	json_decref(line->json);
	arena_free(line->arena);
	free(line);
}

size_t
request_stream_line(const struct batch_request *request)
{
	const struct line *line = request->mine;

	return line != NULL ? line->number : 0;
}
