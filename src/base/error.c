#include "base/error.h"

#include <stdlib.h>

#include "base/escape.h"

struct error {
	struct diagnosis *first, *last;
	const struct diagnosis *decides; /* the error that was added first    */
	size_t errors, all;
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

/* The line that a place stands in, copied without its end; NULL if not at hand. */
static char *
line_of(struct place at)
{
	const uint8_t *p = at.source->text.p, *eol;
	size_t left = at.source->text.n;
	struct buf b = BUF_INIT;

	for (uint32_t line = 1; left != 0 && line < at.line; line++) {
		eol = memchr(p, '\n', left);
		if (eol == NULL)
			return NULL;
		left -= (size_t)(eol + 1 - p);
		p = eol + 1;
	}
	if (left == 0 || at.line == 0)
		return NULL;
	eol = memchr(p, '\n', left);
	buf_put(&b, p, eol != NULL ? (size_t)(eol - p) : left);
	if (b.n != 0 && b.p[b.n - 1] == '\r')
		buf_cut(&b, b.n - 1);
	return buf_take_text(&b);
}

static struct diagnosis *
diagnosis_new(enum severity severity, enum rule rule, struct place at, char *message)
{
	struct diagnosis *d = mem_zero(sizeof(*d));

	d->severity = severity;
	d->rule = rule;
	d->message = message;
	if (at.source != NULL) {
		d->file = mem_strdup(at.source->name);
		d->line = at.line;
		d->column = at.column;
		d->width = at.width != 0 ? at.width : 1;
		d->source_line = line_of(at);
	}
	return d;
}

static void
add(struct error *err, struct diagnosis *d)
{
	if (err->last != NULL)
		err->last->next = d;
	else
		err->first = d;
	err->last = d;
	err->all++;
	if (d->severity == SEVERITY_ERROR && err->errors++ == 0)
		err->decides = d;
}

enum rc_status
error_fail(struct error *err, enum rule rule, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(err, diagnosis_new(SEVERITY_ERROR, rule, NOWHERE, format(fmt, ap)));
	va_end(ap);
	return rule_status(rule);
}

enum rc_status
error_at(struct error *err, enum rule rule, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(err, diagnosis_new(SEVERITY_ERROR, rule, at, format(fmt, ap)));
	va_end(ap);
	return rule_status(rule);
}

enum rc_status
error_errno(struct error *err, enum rule rule, int errnum, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	char reason[128] = "";
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	buf_printf(&b, ": %s", strerror_r(errnum, reason, sizeof(reason)));
	add(err, diagnosis_new(SEVERITY_ERROR, rule, NOWHERE, buf_take_text(&b)));
	return rule_status(rule);
}

void
error_warn(struct error *err, enum rule rule, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(err, diagnosis_new(SEVERITY_WARNING, rule, at, format(fmt, ap)));
	va_end(ap);
}

void
error_note(struct error *err, enum rule rule, struct place at, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(err, diagnosis_new(SEVERITY_NOTE, rule, at, format(fmt, ap)));
	va_end(ap);
}

void
error_while(struct error *err, const char *fmt, ...)
{
	struct diagnosis *d = err->last;
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
	if (err->last == NULL)
		return;
	replace(&err->last->want, mem_strdup(want));
	replace(&err->last->have, mem_strdup(have));
}

void
error_fix(struct error *err, const char *fmt, ...)
{
	va_list ap;

	if (err->last == NULL)
		return;
	va_start(ap, fmt);
	replace(&err->last->fix, format(fmt, ap));
	va_end(ap);
}

void
error_also(struct error *err, struct place at, const char *fmt, ...)
{
	struct diagnosis **end, *d;
	va_list ap;

	if (err->last == NULL)
		return;
	va_start(ap, fmt);
	d = diagnosis_new(SEVERITY_NOTE, RULE_NONE, at, format(fmt, ap));
	va_end(ap);
	for (end = &err->last->also; *end != NULL; end = &(*end)->next)
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

	return d != NULL ? rule_status(d->rule) : RC_OK;
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
			err->all--;
			diagnosis_free(d);
			continue;
		}
		err->last = d;
		at = &d->next;
	}
}

/* -- as text ---------------------------------------------------------------------- */

/* The bytes of the first `characters` UTF-8 characters of a line. */
static size_t
prefix_bytes(const char *line, size_t characters)
{
	size_t i = 0;

	while (characters > 0 && line[i] != '\0') {
		i++;
		while (((uint8_t)line[i] & 0xc0) == 0x80)
			i++;
		characters--;
	}
	return i;
}

static void
render_line(const struct diagnosis *d, struct buf *out)
{
	size_t before, under, indent;

	if (d->source_line == NULL)
		return;
	before = prefix_bytes(d->source_line, d->column > 0 ? d->column - 1 : 0);
	under = prefix_bytes(d->source_line + before, d->width);
	indent = foreign_width(BYTES(d->source_line, before));
	under = foreign_width(BYTES(d->source_line + before, under));
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
