#include "base/error.h"

#include <stdlib.h>

#include "base/escape.h"

struct error {
	struct diagnosis *first, *last;
	struct diagnosis *spoken_of;     /* the last; NULL when it was not kept */
	const struct diagnosis *decides; /* the error that was added first    */
	size_t errors, all;              /* all: how many are kept            */
	size_t kept[SEVERITY_NOTE + 1], dropped[SEVERITY_NOTE + 1];
};

struct rule_row {
	const char *id, *text, *why;
	enum rc_status status;
};

static const struct rule_row rules[RULE_COUNT] = {
	[RULE_NONE] = { "none", "no rule", "", RC_BUG },
#define RULE(ident, id_, status_, text_, why_)                                \
	[RULE_##ident] = { .id = id_, .text = text_, .why = why_, .status = status_ },
#include "base/rules.def"
#undef RULE
};

const char *
rule_id(enum rule rule)
{
	return rules[rule].id;
}

const char *
rule_text(enum rule rule)
{
	return rules[rule].text;
}

const char *
rule_why(enum rule rule)
{
	return rules[rule].why;
}

enum rc_status
rule_status(enum rule rule)
{
	return rules[rule].status;
}

enum rule
rule_find(const char *id)
{
	for (enum rule rule = RULE_NONE + 1; rule < RULE_COUNT; rule++)
		if (strcmp(rules[rule].id, id) == 0)
			return rule;
	return RULE_NONE;
}

const char *
severity_word(enum severity severity)
{
	static const char *const word[] = { "error", "warning", "note" };

	return word[severity];
}

struct error *
error_new(void)
{
	return mem_zero(sizeof(struct error));
}

static void
diagnosis_free(struct diagnosis *d)
{
	struct diagnosis *next;

	for (; d != NULL; d = next) {
		next = d->next;
		diagnosis_free(d->also);
		for (size_t i = 0; i < d->n_frames; i++)
			free(d->frames[i]);
		free(d->frames);
		free(d->file);
		free(d->source_line);
		free(d->message);
		free(d->want);
		free(d->have);
		free(d->fix);
		free(d);
	}
}

void
error_clear(struct error *err)
{
	diagnosis_free(err->first);
	*err = (struct error){ .first = NULL };
}

void
error_free(struct error *err)
{
	if (err == NULL)
		return;
	error_clear(err);
	free(err);
}

static char *format(const char *fmt, va_list ap) RC_PRINTF(1, 0);

static char *
format(const char *fmt, va_list ap)
{
	struct buf b = BUF_INIT;

	buf_vprintf(&b, fmt, ap);
	return buf_take_text(&b);
}

/* The bytes of the first `characters` UTF-8 characters, or of all that there are. */
static size_t
prefix_bytes(struct bytes text, size_t characters)
{
	size_t i = 0;

	/* Of 64 octets at most 64 are characters: counted at once, they take little time. */
	while (characters > 64 && text.n - i > 64) {
		for (size_t k = 0; k < 64; k++)
			characters -= (text.p[i + k] & 0xc0) != 0x80;
		i += 64;
	}
	for (; i < text.n; i++)
		if ((text.p[i] & 0xc0) != 0x80 && characters-- == 0)
			break;
	return i;
}

/* The line that a place stands in, without its end; no bytes if not at hand. */
static struct bytes
line_of(struct place at)
{
	struct bytes left = at.source->text;
	const uint8_t *eol;

	if (at.line == 0)
		return BYTES(NULL, 0);
	for (uint32_t line = 1; left.n != 0 && line < at.line; line++) {
		eol = memchr(left.p, '\n', left.n);
		if (eol == NULL)
			return BYTES(NULL, 0);
		left = BYTES(eol + 1, left.n - (size_t)(eol + 1 - left.p));
	}
	eol = left.n != 0 ? memchr(left.p, '\n', left.n) : NULL;
	if (eol != NULL)
		left.n = (size_t)(eol - left.p);
	left.n -= left.n != 0 && left.p[left.n - 1] == '\r';
	return left;
}

/* Of a long line, what stands around the column. */
static void
put_line(struct diagnosis *d, struct bytes line)
{
	static const char dots[] = "...";
	size_t column = d->column != 0 ? d->column - 1 : 0, begin, shown;
	struct buf b = BUF_INIT;

	begin = column > ERROR_LINE_BEFORE ? prefix_bytes(line, column - ERROR_LINE_BEFORE) : 0;
	if (prefix_bytes(line, ERROR_LINE_SHOWN) == line.n)
		begin = 0;
	else if (begin != 0)
		column = ERROR_LINE_BEFORE + sizeof(dots) - 1;
	if (begin != 0)
		buf_puts(&b, dots);
	line = BYTES(line.p + begin, line.n - begin);
	shown = prefix_bytes(line, ERROR_LINE_SHOWN);
	buf_put(&b, line.p, shown);
	if (shown < line.n)
		buf_puts(&b, dots);
	d->source_line = buf_take_text(&b);
	d->source_column = (uint32_t)column + 1;
}

static struct diagnosis *
diagnosis_new(enum severity severity, enum rule rule, struct place at, char *message)
{
	struct diagnosis *d = mem_zero(sizeof(*d));
	struct bytes line;

	d->severity = severity;
	d->rule = rule;
	d->message = message;
	if (at.source == NULL)
		return d;
	d->file = mem_strdup(at.source->name);
	d->line = at.line;
	d->column = at.column;
	d->width = at.width != 0 ? at.width : 1;
	line = line_of(at);
	if (line.p != NULL)
		put_line(d, line);
	return d;
}

static void
keep(struct error *err, struct diagnosis *d)
{
	err->spoken_of = NULL;
	if (err->kept[d->severity] == ERROR_KEPT) {
		err->dropped[d->severity]++;
		diagnosis_free(d);
		return;
	}
	if (err->last != NULL)
		err->last->next = d;
	else
		err->first = d;
	err->last = err->spoken_of = d;
	err->kept[d->severity]++;
	err->all++;
	if (d->severity == SEVERITY_ERROR && err->decides == NULL)
		err->decides = d;
}

/* What comes after ERROR_KEPT others of its severity is counted alone. */
static void add(struct error *err, enum severity severity, enum rule rule, struct place at,
    const char *fmt, va_list ap) RC_PRINTF(5, 0);

static void
add(struct error *err, enum severity severity, enum rule rule, struct place at,
    const char *fmt, va_list ap)
{
	err->errors += severity == SEVERITY_ERROR;
	err->spoken_of = NULL;
	if (err->kept[severity] == ERROR_KEPT)
		err->dropped[severity]++;
	else
		keep(err, diagnosis_new(severity, rule, at, format(fmt, ap)));
}

/* One that only warns, given to fail by: a mistake of ours, and no success. */
static enum rc_status
failing_status(enum rule rule)
{
	return rule_status(rule) != RC_OK ? rule_status(rule) : RC_BUG;
}

enum rc_status
error_fail(struct error *err, enum rule rule, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(err, SEVERITY_ERROR, rule, NOWHERE, fmt, ap);
	va_end(ap);
	return failing_status(rule);
}

enum rc_status
error_at(struct error *err, enum rule rule, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(err, SEVERITY_ERROR, rule, at, fmt, ap);
	va_end(ap);
	return failing_status(rule);
}

enum rc_status
error_errno(struct error *err, enum rule rule, int errnum, const char *fmt, ...)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	char reason[128] = "";
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	return error_fail(err, rule, "%s: %s", buf_text(&b),
	    strerror_r(errnum, reason, sizeof(reason)));
}

void
error_warn(struct error *err, enum rule rule, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(err, SEVERITY_WARNING, rule, at, fmt, ap);
	va_end(ap);
}

void
error_note(struct error *err, enum rule rule, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(err, SEVERITY_NOTE, rule, at, fmt, ap);
	va_end(ap);
}

void
error_move(struct error *err, struct error *from)
{
	struct diagnosis *next;

	for (struct diagnosis *d = from->first; d != NULL; d = next) {
		next = d->next;
		d->next = NULL;
		keep(err, d);
	}
	for (enum severity s = SEVERITY_ERROR; s <= SEVERITY_NOTE; s++)
		err->dropped[s] += from->dropped[s];
	err->errors += from->errors;
	*from = (struct error){ .first = NULL };
}

void
error_while(struct error *err, const char *fmt, ...)
{
	struct diagnosis *d = err->spoken_of;
	va_list ap;

	if (d == NULL)
		return;
	d->frames = mem_resize(d->frames, (d->n_frames + 1) * sizeof(*d->frames));
	va_start(ap, fmt);
	d->frames[d->n_frames++] = format(fmt, ap);
	va_end(ap);
}

static void
replace(char **at, char *text)
{
	free(*at);
	*at = text;
}

void
error_want(struct error *err, const char *want, const char *have)
{
	if (err->spoken_of == NULL)
		return;
	replace(&err->spoken_of->want, mem_strdup(want));
	replace(&err->spoken_of->have, mem_strdup(have));
}

void
error_fix(struct error *err, const char *fmt, ...)
{
	va_list ap;

	if (err->spoken_of == NULL)
		return;
	va_start(ap, fmt);
	replace(&err->spoken_of->fix, format(fmt, ap));
	va_end(ap);
}

void
error_also(struct error *err, struct place at, const char *fmt, ...)
{
	struct diagnosis **end, *d;
	va_list ap;

	if (err->spoken_of == NULL)
		return;
	va_start(ap, fmt);
	d = diagnosis_new(SEVERITY_NOTE, RULE_NONE, at, format(fmt, ap));
	va_end(ap);
	for (end = &err->spoken_of->also; *end != NULL; end = &(*end)->next)
		continue;
	*end = d;
}

size_t
error_count(const struct error *err)
{
	return err->errors;
}

enum rc_status
error_status(const struct error *err)
{
	const struct diagnosis *d = err->decides;

	return d != NULL ? failing_status(d->rule) : RC_OK;
}

enum rule
error_rule(const struct error *err)
{
	const struct diagnosis *d = err->decides;

	return d != NULL ? d->rule : RULE_NONE;
}

const char *
error_message(const struct error *err)
{
	const struct diagnosis *d = err->decides;

	return d != NULL ? d->message : "";
}

const struct diagnosis *
error_first(const struct error *err)
{
	return err->first;
}

/* -- order ---------------------------------------------------------------------- */

struct sorted {
	struct diagnosis *d;
	size_t file;                     /* the first diagnosis of the same file */
	size_t index;
};

static int
by_place(const void *a, const void *b)
{
	const struct sorted *x = a, *y = b;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->d->line != y->d->line)
		return x->d->line < y->d->line ? -1 : 1;
	if (x->d->column != y->d->column)
		return x->d->column < y->d->column ? -1 : 1;
	return x->index < y->index ? -1 : x->index > y->index;
}

static bool
same_file(const struct diagnosis *a, const struct diagnosis *b)
{
	if (a->file == NULL || b->file == NULL)
		return a->file == b->file;
	return strcmp(a->file, b->file) == 0;
}

/* Mistakes come file by file, so the last one seen is nearly always the right one. */
static size_t
file_of(const struct sorted *v, size_t i, const struct diagnosis *d)
{
	if (i > 0 && same_file(v[i - 1].d, d))
		return v[i - 1].file;
	for (size_t k = 0; k < i; k++)
		if (v[k].file == k && same_file(v[k].d, d))
			return k;
	return i;
}

/* Once: what is told of is forgotten. */
static void
tell_dropped(struct error *err)
{
	static const char *const many[] = { "errors", "warnings", "notes" };
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	for (size_t i = 0; i < ARRAY_LEN(many); i++) {
		if (err->dropped[i] != 0)
			buf_printf(&b, "%s%zu %s", b.n != 0 ? ", " : "", err->dropped[i], many[i]);
		err->dropped[i] = 0;
	}
	if (b.n == 0)
		return;
	err->kept[SEVERITY_NOTE] = 0;
	error_note(err, RULE_NONE, NOWHERE, "and more than are shown: %s", buf_text(&b));
}

void
error_sort(struct error *err)
{
	struct sorted *v = mem_alloc((err->all + 1) * sizeof(*v));
	struct diagnosis **end = &err->first;
	size_t n = 0;

	for (struct diagnosis *d = err->first; d != NULL; d = d->next, n++)
		v[n] = (struct sorted){ d, file_of(v, n, d), n };
	qsort(v, n, sizeof(*v), by_place);
	for (size_t i = 0; i < n; i++) {
		*end = err->last = v[i].d;
		end = &v[i].d->next;
	}
	*end = NULL;
	free(v);
	tell_dropped(err);
}

static bool
is_same(const struct diagnosis *a, const struct diagnosis *b)
{
	return a->rule == b->rule && a->severity == b->severity && a->line == b->line &&
	    a->column == b->column && a->file != NULL && b->file != NULL &&
	    strcmp(a->file, b->file) == 0 && strcmp(a->message, b->message) == 0;
}

static bool
is_told_before(const struct error *err, const struct diagnosis *d)
{
	for (const struct diagnosis *e = err->first; e != d; e = e->next)
		if (is_same(e, d))
			return true;
	return false;
}

void
error_unique(struct error *err)
{
	struct diagnosis **at = &err->first, *d;

	err->last = NULL;
	while ((d = *at) != NULL) {
		if (is_told_before(err, d)) {
			*at = d->next;
			d->next = NULL;
			err->errors -= d->severity == SEVERITY_ERROR;
			err->kept[d->severity]--;
			err->all--;
			diagnosis_free(d);
			continue;
		}
		err->last = d;
		at = &d->next;
	}
}

/* -- as text ---------------------------------------------------------------------- */

static void
render_line(const struct diagnosis *d, struct buf *out)
{
	size_t before, under, indent;
	struct bytes line;

	if (d->source_line == NULL)
		return;
	line = bytes_of_text(d->source_line);
	before = prefix_bytes(line, d->source_column - 1);
	line = BYTES(line.p + before, line.n - before);
	under = prefix_bytes(line, d->width);
	indent = foreign_width(BYTES(d->source_line, before));
	under = foreign_width(BYTES(line.p, under));
	buf_puts(out, "    ");
	put_foreign_text(out, d->source_line);
	buf_printf(out, "\n    %*s^", (int)indent, "");
	for (size_t i = 1; i < under; i++)
		buf_putc(out, '~');
	buf_putc(out, '\n');
}

static void
render_place(const struct diagnosis *d, struct buf *out)
{
	if (d->file == NULL)
		return;
	put_foreign_text(out, d->file);
	if (d->line != 0)
		buf_printf(out, ":%u:%u", d->line, d->column);
	buf_puts(out, ": ");
}

void
diagnosis_render(const struct diagnosis *d, struct buf *out)
{
	render_place(d, out);
	buf_printf(out, "%s: ", severity_word(d->severity));
	put_foreign_text(out, d->message);
	if (d->want != NULL) {
		buf_puts(out, ": want ");
		put_foreign_text(out, d->want);
		buf_puts(out, ", have ");
		put_foreign_text(out, d->have);
	}
	if (d->rule != RULE_NONE)
		buf_printf(out, " [%s]", rule_id(d->rule));
	buf_putc(out, '\n');
	render_line(d, out);
	for (const struct diagnosis *a = d->also; a != NULL; a = a->next)
		diagnosis_render(a, out);
	if (d->fix != NULL) {
		buf_puts(out, "    ");
		put_foreign_text(out, d->fix);
		buf_putc(out, '\n');
	}
	for (size_t i = 0; i < d->n_frames; i++) {
		buf_puts(out, "    while ");
		put_foreign_text(out, d->frames[i]);
		buf_putc(out, '\n');
	}
}

void
error_render(const struct error *err, struct buf *out)
{
	for (const struct diagnosis *d = err->first; d != NULL; d = d->next)
		diagnosis_render(d, out);
}
