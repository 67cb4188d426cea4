#include "issue/ceremony/transcript.h"

#include "crypto/digest.h"
#include "os/file.h"

#define HEAD "rolecert-transcript 1"

struct line {
	const char *word, *value;
};

struct verifying {
	const char *folder;              /* of the transcript */
	VEC(struct line) lines;
	struct bytes text;
	struct arena *arena;
	struct transcript_report *report;
	struct error *err;
};

/* -- the text ------------------------------------------------------------------------ */

static enum rc_status
malformed(struct verifying *v, size_t line, const char *what)
{
	return error_fail(v->err, RULE_TRANSCRIPT_MALFORMED, "line %zu %s", line, what);
}

static bool
is_plain(const char *text)
{
	for (; *text != '\0'; text++)
		if (*text < ' ' || *text > '~')
			return false;
	return true;
}

static enum rc_status
line_take(struct verifying *v, struct bytes raw)
{
	char *text = arena_strndup(v->arena, (const char *)raw.p, raw.n);
	char *blank = strchr(text, ' ');

	if (strlen(text) != raw.n || !is_plain(text) || blank == NULL || blank == text)
		return malformed(v, v->lines.n + 1, "is not 'word value' in printable ASCII");
	*blank = '\0';
	*VEC_PUSH(v->arena, &v->lines) = (struct line){ text, blank + 1 };
	return RC_OK;
}

static enum rc_status
lines_read(struct verifying *v)
{
	struct bytes rest = v->text;

	while (rest.n > 0) {
		const uint8_t *end = memchr(rest.p, '\n', rest.n);
		size_t n = end != NULL ? (size_t)(end - rest.p) : 0;

		if (end == NULL)
			return malformed(v, v->lines.n + 1, "has no end");
		TRY(line_take(v, BYTES(rest.p, n)));
		rest = BYTES(rest.p + n + 1, rest.n - n - 1);
	}
	if (v->text.n <= strlen(HEAD) || memcmp(v->text.p, HEAD "\n", strlen(HEAD) + 1) != 0)
		return malformed(v, 1, "is not '" HEAD "'");
	if (strcmp(v->lines.v[v->lines.n - 1].word, "ended") != 0)
		return malformed(v, v->lines.n, "is not 'ended': the ceremony came to no end");
	return RC_OK;
}

/* The only line of this word; NULL: there is none, or more than one. */
static const char *
value_of(const struct verifying *v, const char *word)
{
	const char *value = NULL;
	size_t n = 0;

	for (size_t i = 0; i < v->lines.n; i++)
		if (strcmp(v->lines.v[i].word, word) == 0) {
			value = v->lines.v[i].value;
			n++;
		}
	return n == 1 ? value : NULL;
}

static enum rc_status
value_need(struct verifying *v, const char *word, const char **ret)
{
	const char *value = value_of(v, word);

	if (value == NULL)
		return error_fail(v->err, RULE_TRANSCRIPT_MALFORMED,
		    "there is not exactly one line '%s'", word);
	*ret = value;
	return RC_OK;
}

static int
digit_of(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static enum rc_status
hex_read(struct verifying *v, const char *text, struct bytes *ret)
{
	size_t n = strlen(text) / 2;
	uint8_t *p = arena_alloc(v->arena, n + 1);

	for (size_t i = 0; i < n; i++) {
		int high = digit_of(text[2 * i]), low = digit_of(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return error_fail(v->err, RULE_TRANSCRIPT_MALFORMED,
			    "'%.16s...' is not hexadecimal", text);
		p[i] = (uint8_t)(high << 4 | low);
	}
	if (strlen(text) % 2 != 0)
		return error_fail(v->err, RULE_TRANSCRIPT_MALFORMED, "half an octet");
	*ret = BYTES(p, n);
	return RC_OK;
}

/* -- the certificates ------------------------------------------------------------------ */

static enum rc_status
cert_take(struct verifying *v, const char *hex, struct cert *ret)
{
	struct bytes der;

	TRY(hex_read(v, hex, &der));
	return cert_read(der, v->arena, ret, v->err);
}

static enum rc_status
certs_take(struct verifying *v)
{
	struct transcript_report *report = v->report;
	const char *hex = "";

	TRY(value_need(v, "certificate", &hex));
	TRY_WHILE(v->err, cert_take(v, hex, &report->certificate),
	    "reading the certificate in the transcript");
	report->above = arena_alloc(v->arena, (v->lines.n + 1) * sizeof(*report->above));
	for (size_t i = 0; i < v->lines.n; i++)
		if (strcmp(v->lines.v[i].word, "above") == 0)
			TRY_WHILE(v->err, cert_take(v, v->lines.v[i].value,
			    &report->above[report->n_above++]),
			    "reading a certificate above it in the transcript");
	return RC_OK;
}

/* What the transcript says of the certificate is what it would say again. */
static void
said_compare(struct verifying *v)
{
	SCOPED(buf_clear) struct buf again = BUF_INIT;
	char *line, *save = NULL;

	transcript_put_certificate(&again, &v->report->certificate);
	line = strtok_r(arena_strdup(v->arena, buf_text(&again)), "\n", &save);
	for (; line != NULL; line = strtok_r(NULL, "\n", &save)) {
		char *blank = strchr(line, ' ');
		const char *have;

		*blank = '\0';
		have = value_of(v, line);
		if (have != NULL && strcmp(have, blank + 1) == 0)
			continue;
		(void)error_fail(v->err, RULE_TRANSCRIPT_DIFFERS,
		    "'%s' is not that of the certificate", line);
		if (have != NULL)
			error_want(v->err, blank + 1, have);
	}
}

static void
chain_compare(struct verifying *v)
{
	struct transcript_report *report = v->report;
	const struct cert **above =
	    arena_alloc(v->arena, (report->n_above + 1) * sizeof(const struct cert *));

	for (size_t i = 0; i < report->n_above; i++)
		above[i] = &report->above[i];
	(void)!cert_verify(&report->certificate,
	    report->n_above > 0 ? above[0] : &report->certificate, v->err);
	(void)!cert_verify_strict(&report->certificate, above, report->n_above,
	    report->certificate.not_before, v->err);
}

/* -- the files ------------------------------------------------------------------------- */

/* base/escape.h undone: "\\" is a backslash, "\x0a" an octet. */
static void
put_plain(struct buf *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (text[0] == '\\' && text[1] == 'x' && digit_of(text[2]) >= 0 &&
		    digit_of(text[3]) >= 0) {
			buf_putc(out, (char)(digit_of(text[2]) << 4 | digit_of(text[3])));
			text += 3;
			continue;
		}
		if (text[0] == '\\' && text[1] == '\\')
			text++;
		buf_putc(out, *text);
	}
}

/* The ceremony file is in the transcript line by line; its last line may have had no end. */
static void
file_compare(struct verifying *v)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT, hex = BUF_INIT, cut = BUF_INIT;
	const char *want = value_of(v, "file-sha256");

	for (size_t i = 0; i < v->lines.n; i++)
		if (strcmp(v->lines.v[i].word, "file-line") == 0) {
			put_plain(&file, v->lines.v[i].value);
			buf_putc(&file, '\n');
		}
	sha256_put_hex(buf_bytes(&file), &hex);
	if (file.n > 0)
		sha256_put_hex(BYTES(file.p, file.n - 1), &cut);
	if (want == NULL ||
	    (strcmp(want, buf_text(&hex)) != 0 && strcmp(want, buf_text(&cut)) != 0))
		(void)error_fail(v->err, RULE_TRANSCRIPT_DIFFERS,
		    "'file-sha256' is not that of the ceremony file in the transcript");
}

/* "certificate 5e88... root.pem" */
static void
output_compare(struct verifying *v, const char *value)
{
	struct transcript_output *output = &v->report->outputs[v->report->n_outputs++];
	SCOPED(buf_clear) struct buf bytes = BUF_INIT, hex = BUF_INIT, path = BUF_INIT;
	char *text = arena_strdup(v->arena, value), *save = NULL;
	const char *want, *at;

	output->what = strtok_r(text, " ", &save);
	want = strtok_r(NULL, " ", &save);
	at = strtok_r(NULL, "", &save);
	if (output->what == NULL || want == NULL || at == NULL) {
		(void)error_fail(v->err, RULE_TRANSCRIPT_MALFORMED, "an output without a path");
		output->what = output->path = "";
		return;
	}
	put_plain(&path, at);
	output->path = path_join(v->arena, v->folder, buf_text(&path));
	output->state = TRANSCRIPT_ABSENT;
	if (!file_exists(output->path) ||
	    file_read(output->path, TRANSCRIPT_MAX, &bytes, v->err) != RC_OK)
		return;
	sha256_put_hex(buf_bytes(&bytes), &hex);
	output->state = strcmp(buf_text(&hex), want) == 0 ? TRANSCRIPT_SAME : TRANSCRIPT_OTHER;
	if (output->state == TRANSCRIPT_SAME)
		return;
	(void)error_fail(v->err, RULE_TRANSCRIPT_DIFFERS,
	    "the file '%s' is not what the ceremony wrote", output->path);
	error_want(v->err, want, buf_text(&hex));
}

static void
outputs_compare(struct verifying *v)
{
	v->report->outputs = arena_alloc(v->arena, (v->lines.n + 1) * sizeof(*v->report->outputs));
	for (size_t i = 0; i < v->lines.n; i++)
		if (strcmp(v->lines.v[i].word, "output") == 0)
			output_compare(v, v->lines.v[i].value);
}

/* -- the seal --------------------------------------------------------------------------- */

static enum rc_status
file_take(struct verifying *v, const char *path, size_t limit, struct bytes *ret)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	TRY(file_read(path, limit, &b, v->err));
	*ret = arena_bytes(v->arena, buf_bytes(&b));
	return RC_OK;
}

static bool
is_of_ceremony(const struct verifying *v)
{
	const struct transcript_report *report = v->report;

	if (bytes_equal(report->seal.signer.der, report->certificate.der))
		return true;
	for (size_t i = 0; i < report->n_above; i++)
		if (bytes_equal(report->seal.signer.der, report->above[i].der))
			return true;
	return false;
}

/* Is the signer one of those that are trusted, or below one? */
static void
signer_compare(struct verifying *v, const struct transcript_question *question)
{
	struct transcript_report *report = v->report;
	SCOPED(error_free) struct error *why = error_new();

	report->signer_is_own = is_of_ceremony(v);
	for (size_t i = 0; i < question->n_trusted; i++) {
		const struct cert *above[] = { &question->trusted[i] };

		error_clear(why);
		if (bytes_equal(above[0]->der, report->seal.signer.der) ||
		    cert_verify_strict(&report->seal.signer, above, 1, report->seal.signing_time,
		    why) == RC_OK) {
			report->signer_is_known = true;
			return;
		}
	}
	if (question->n_trusted == 0)
		return;
	(void)error_fail(v->err, RULE_TRANSCRIPT_DIFFERS,
	    "'%s', who signed it, is not below a certificate that was given: %s",
	    report->seal.signer.subject_text, error_message(why));
}

static enum rc_status
seal_verify(struct verifying *v, const struct transcript_question *question)
{
	const char *path = question->signature != NULL ? question->signature :
	    arena_printf(v->arena, "%s.p7s", question->path);
	struct bytes der;

	TRY(file_take(v, question->path, TRANSCRIPT_MAX, &v->text));
	TRY(file_take(v, path, CMS_MAX, &der));
	return cms_verify(der, &v->text, v->arena, &v->report->seal, v->err);
}

enum rc_status
transcript_verify(const struct transcript_question *question, struct arena *arena,
    struct transcript_report *ret, struct error *err)
{
	struct transcript_report report = { .name = NULL };
	struct verifying v = { .arena = arena, .report = &report, .err = err,
		.folder = path_folder(arena, question->path) };
	size_t before = error_count(err);

	TRY_WHILE(err, seal_verify(&v, question), "checking the signature of the transcript");
	TRY(lines_read(&v));
	TRY(value_need(&v, "ceremony", &report.name));
	TRY(value_need(&v, "kind", &report.kind));
	TRY(value_need(&v, "ended", &report.ended));
	TRY(certs_take(&v));
	said_compare(&v);
	chain_compare(&v);
	file_compare(&v);
	outputs_compare(&v);
	signer_compare(&v, question);
	*ret = report;
	return error_count(err) == before ? RC_OK : error_status(err);
}
