#include "crypto/envelope.h"

#include "crypto/base64.h"

static const char begin_mark[] = "-----BEGIN ", end_mark[] = "-----END ", dashes[] = "-----";

enum { LABEL_SHOWN = 64 };

/* What is being read, and how far. */
struct scan {
	const struct envelope_kind *kind;
	struct bytes rest;
	unsigned line;           /* number of the line taken last */
	struct arena *arena;
	struct error *err;
};

/* -- lines --------------------------------------------------------------------- */

static bool
is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static bool
all_blank(struct bytes b)
{
	for (size_t i = 0; i < b.n; i++)
		if (!is_blank(b.p[i]))
			return false;
	return true;
}

/* The next line without its end (LF, CRLF, CR) and without blanks before that. */
static bool
take_line(struct scan *s, struct bytes *ret)
{
	struct bytes in = s->rest;
	size_t n = 0, after;

	if (in.n == 0)
		return false;
	while (n < in.n && in.p[n] != '\r' && in.p[n] != '\n')
		n++;
	after = n + (n < in.n);
	if (after < in.n && in.p[n] == '\r' && in.p[after] == '\n')
		after++;
	s->rest = BYTES(in.p + after, in.n - after);
	s->line++;
	while (n != 0 && is_blank(in.p[n - 1]))
		n--;
	*ret = BYTES(in.p, n);
	return true;
}

static bool
starts_with(struct bytes b, const char *word)
{
	size_t n = strlen(word);

	return b.n >= n && memcmp(b.p, word, n) == 0;
}

/* The label of a BEGIN or END line. */
static bool
label_of(struct bytes line, const char *mark, struct bytes *ret)
{
	size_t before = strlen(mark), after = strlen(dashes);

	if (!starts_with(line, mark) || line.n < before + after ||
	    memcmp(line.p + line.n - after, dashes, after) != 0)
		return false;
	*ret = BYTES(line.p + before, line.n - before - after);
	return true;
}

static const char *
find_label(const struct envelope_kind *kind, struct bytes label)
{
	for (size_t i = 0; i < kind->n_labels; i++)
		if (bytes_equal(bytes_of_text(kind->labels[i]), label))
			return kind->labels[i];
	return NULL;
}

static int
shown(struct bytes label)
{
	return (int)(label.n < LABEL_SHOWN ? label.n : LABEL_SHOWN);
}

/* -- text ---------------------------------------------------------------------- */

/* UTF-16 to ASCII; what is not ASCII may stand around a PEM, and becomes '?'. */
static struct bytes
narrow(struct bytes wide, bool little, struct arena *arena)
{
	size_t n = wide.n / 2;
	uint8_t *text = arena_alloc(arena, n + 1);

	for (size_t i = 0; i < n; i++) {
		unsigned low = wide.p[2 * i + !little], high = wide.p[2 * i + little];

		text[i] = high == 0 && low < 0x80 ? (uint8_t)low : '?';
	}
	return BYTES(text, n);
}

/* NULL: fine; else what is wrong. */
static const char *
text_of(struct bytes file, struct arena *arena, struct bytes *ret)
{
	bool little = starts_with(file, "\xff\xfe");

	if (little || starts_with(file, "\xfe\xff")) {
		if (file.n % 2 != 0)
			return "it is UTF-16 with half a character at its end";
		*ret = narrow(BYTES(file.p + 2, file.n - 2), little, arena);
	} else if (starts_with(file, "\xef\xbb\xbf")) {
		*ret = BYTES(file.p + 3, file.n - 3);
	} else {
		*ret = file;
	}
	return NULL;
}

/* A SEQUENCE whose length is not a printable character, or is that of the file:
 * text that begins with the digit 0 (0x30) is neither. */
static bool
is_der(struct bytes file)
{
	return file.n >= 2 && file.p[0] == 0x30 &&
	    (file.p[1] >= 0x80 || file.p[1] == file.n - 2);
}

/* -- PEM ----------------------------------------------------------------------- */

static enum rc_status
malformed_body(struct scan *s, const char *why)
{
	return error_fail(s->err, s->kind->malformed,
	    "the %s cannot be read: line %u of the PEM text %s", s->kind->what, s->line, why);
}

/* From the line after BEGIN to the END line of the same label. */
static enum rc_status
read_body(struct scan *s, struct bytes label, struct bytes *ret_der)
{
	SCOPED(buf_clear) struct buf digits = BUF_INIT, der = BUF_INIT;
	struct bytes line, end;

	for (;;) {
		if (!take_line(s, &line))
			return error_fail(s->err, s->kind->malformed,
			    "the %s is cut off: the PEM text has no END line", s->kind->what);
		if (starts_with(line, dashes))
			break;
		if (memchr(line.p, ':', line.n) != NULL)
			return malformed_body(s, "is a header; these are not read");
		buf_put_bytes(&digits, line);
	}
	if (!label_of(line, end_mark, &end) || !bytes_equal(end, label))
		return malformed_body(s, "is not the END line of its BEGIN line");
	if (!base64_decode(buf_bytes(&digits), &der))
		return malformed_body(s, "ends what is not base64");
	*ret_der = arena_bytes(s->arena, buf_bytes(&der));
	return RC_OK;
}

static bool
find_begin(struct scan *s, struct bytes *ret_label)
{
	struct bytes line;

	while (take_line(s, &line))
		if (label_of(line, begin_mark, ret_label))
			return true;
	return false;
}

static enum rc_status
read_bare(struct scan *s, struct bytes text, struct envelope *ret)
{
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	if (!base64_decode(text, &der))
		return error_fail(s->err, s->kind->malformed,
		    "there is no %s in the file: neither PEM nor DER nor base64",
		    s->kind->what);
	*ret = (struct envelope){ .der = arena_bytes(s->arena, buf_bytes(&der)),
	    .wrapping = "base64" };
	return RC_OK;
}

/* Size, byte order; DER is done here (*ret_done), text is left to the caller. */
static enum rc_status
start(struct scan *s, struct bytes file, struct envelope *ret, bool *ret_done)
{
	const char *fault;

	if (file.n > s->kind->max)
		return error_fail(s->err, s->kind->too_large,
		    "the %s has %zu octets, more than %zu", s->kind->what, file.n,
		    s->kind->max);
	if (all_blank(file))
		return error_fail(s->err, s->kind->malformed, "the file is empty: no %s",
		    s->kind->what);
	*ret_done = is_der(file);
	if (*ret_done) {
		*ret = (struct envelope){ .der = file, .wrapping = "DER" };
		return RC_OK;
	}
	fault = text_of(file, s->arena, &s->rest);
	if (fault != NULL)
		return error_fail(s->err, s->kind->malformed, "the %s cannot be read: %s",
		    s->kind->what, fault);
	return RC_OK;
}

static enum rc_status
expect_end(struct scan *s)
{
	struct scan ahead = *s;
	struct bytes label;

	if (all_blank(s->rest))
		return RC_OK;
	if (find_begin(&ahead, &label))
		return error_fail(s->err, s->kind->trailing,
		    "a second object, '%.*s', stands behind the %s", shown(label),
		    (const char *)label.p, s->kind->what);
	return error_fail(s->err, s->kind->trailing,
	    "there is text behind the %s, from line %u on", s->kind->what, s->line + 1);
}

enum rc_status
envelope_open(struct bytes file, const struct envelope_kind *kind, struct arena *arena,
    struct envelope *ret, struct error *err)
{
	struct scan s = { .kind = kind, .arena = arena, .err = err };
	struct envelope found = { .wrapping = "PEM" };
	struct bytes text, label;
	bool done;

	TRY(start(&s, file, &found, &done));
	text = s.rest;
	if (!done && !find_begin(&s, &label)) {
		TRY(read_bare(&s, text, &found));
	} else if (!done) {
		found.label = find_label(kind, label);
		if (found.label == NULL)
			return error_fail(err, kind->malformed,
			    "the file holds '%.*s' where a %s is expected", shown(label),
			    (const char *)label.p, kind->what);
		TRY(read_body(&s, label, &found.der));
		TRY(expect_end(&s));
	}
	*ret = found;
	return RC_OK;
}

enum rc_status
envelope_open_all(struct bytes file, const struct envelope_kind *kind, struct arena *arena,
    struct envelope **ret, size_t *ret_n, struct error *err)
{
	struct scan s = { .kind = kind, .arena = arena, .err = err };
	VEC(struct envelope) found = { .v = NULL };
	struct envelope one = { .wrapping = "PEM" };
	struct bytes text, label, other = { .p = NULL };
	bool done;

	TRY(start(&s, file, &one, &done));
	text = s.rest;
	while (!done && find_begin(&s, &label)) {
		one.label = find_label(kind, label);
		if (one.label == NULL) {
			other = label;
			continue;
		}
		TRY(read_body(&s, label, &one.der));
		*VEC_PUSH(arena, &found) = one;
	}
	if (found.n == 0 && other.p != NULL)
		return error_fail(err, kind->malformed, "the file holds '%.*s' and no %s",
		    shown(other), (const char *)other.p, kind->what);
	if (!done && found.n == 0)
		TRY(read_bare(&s, text, &one));
	if (done || found.n == 0)
		*VEC_PUSH(arena, &found) = one;
	*ret = found.v;
	*ret_n = found.n;
	return RC_OK;
}

void
pem_put(const char *label, struct bytes der, struct buf *out)
{
	buf_printf(out, "%s%s%s\n", begin_mark, label, dashes);
	base64_put_lines(der, out);
	buf_printf(out, "%s%s%s\n", end_mark, label, dashes);
}
