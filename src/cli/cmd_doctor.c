#include "cli/command.h"
#include "cli/doctor.h"
#include "os/clock.h"
#include "report/diagnoses.h"

struct section *
doctor_section(struct doctor *d, const char *name)
{
	struct section *s = VEC_PUSH(d->cli->arena, &d->sections);

	*s = (struct section){ .name = name, .found = error_new() };
	return s;
}

static enum severity
worst(const struct section *s)
{
	enum severity ret = SEVERITY_NOTE;

	for (const struct diagnosis *f = error_first(s->found); f != NULL; f = f->next)
		if (f->severity < ret)
			ret = f->severity;
	return ret;
}

enum { FINDING_INDENT = 4 };

/* "ok", "note", "warning", "error". */
static const char *
state_word(const struct section *s)
{
	return error_first(s->found) == NULL ? "ok" : severity_word(worst(s));
}

/* A line of a finding, its indentation kept by what goes on below it. */
static void
put_line(const char *line, size_t n, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf words = BUF_INIT;
	size_t blanks = strspn(line, " "), indent = FINDING_INDENT + blanks;

	buf_put(&words, line + blanks, n - blanks);
	buf_printf(out, "%*s", (int)indent, "");
	style_put_words(style, indent, buf_text(&words), out);
	buf_putc(out, '\n');
}

static void
put_section(const struct section *s, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf findings = BUF_INIT;
	enum ink ink = error_count(s->found) != 0 ? INK_BAD : INK_GOOD;

	style_put(style, error_first(s->found) == NULL || ink == INK_BAD ? ink : INK_STRONG,
	    state_word(s), out);
	buf_printf(out, "%*s", (int)(10 - strlen(state_word(s))), "");
	style_put(style, INK_STRONG, s->name, out);
	if (s->is != NULL) {
		buf_puts(out, ": ");
		style_put(style, INK_PLAIN, s->is, out);
	}
	buf_putc(out, '\n');
	for (const struct diagnosis *f = error_first(s->found); f != NULL; f = f->next)
		diagnosis_render(f, &findings);
	for (const char *line = buf_text(&findings); *line != '\0';) {
		size_t n = strcspn(line, "\n");

		put_line(line, n, style, out);
		line += n + (line[n] == '\n');
	}
}

static json_t *
section_json(const struct section *s)
{
	json_t *o = json_object();

	json_put(o, "section", json_foreign(s->name));
	json_put(o, "state", json_foreign(state_word(s)));
	json_put(o, "is", json_foreign(s->is));
	json_put(o, "findings", diagnoses_json(s->found));
	return o;
}

enum rc_status
cmd_doctor(struct cli *cli, struct error *err)
{
	struct doctor d = { .cli = cli, .now = clock_now(&clock_system) };
	struct style style = cli_style(cli);
	json_t *list = json_array();
	size_t errors = 0;

	(void)err;
	doctor_home(&d);
	doctor_machine(&d);
	for (size_t i = 0; i < d.sections.n; i++) {
		struct section *s = &d.sections.v[i];

		errors += error_count(s->found);
		if (cli->opt.json)
			json_add(list, section_json(s));
		else
			put_section(s, &style, &cli->out);
		error_free(s->found);
	}
	if (cli->opt.json)
		cli_put_json(cli, list);
	else
		json_decref(list);
	home_close(d.home);
	return errors == 0 ? RC_OK : RC_NO;
}
