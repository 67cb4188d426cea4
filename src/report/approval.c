#include "report/approval.h"

#include "base/escape.h"
#include "crypto/words.h"
#include "report/json.h"
#include "x509/cert.h"

/* -- what is asked ---------------------------------------------------------------------- */

/* False: there is none, or it cannot be read; the digest is shown all the same. */
static bool
tbs_read(const struct approval_case *c, struct arena *arena, struct cert *ret)
{
	SCOPED(error_free) struct error *unheard = error_new();

	return c->row != NULL && cert_read_tbs(c->row->tbs, arena, ret, unheard) == RC_OK;
}

static const struct cert_ext *
san_of(const struct cert *cert)
{
	return cert_find_ext(cert, EXT_SUBJECT_ALT_NAME);
}

static void
put_names(const struct cert *cert, struct buf *out)
{
	const struct cert_ext *san = san_of(cert);

	for (size_t i = 0; san != NULL && i < san->value.u.names.n; i++)
		buf_printf(out, "%s%s", i != 0 ? ", " : "", san->value.u.names.v[i].value);
}

static void
key_text(const struct cert *cert, struct buf *out)
{
	SCOPED(error_free) struct error *unheard = error_new();
	SCOPED(pubkey_free) struct pubkey *key = NULL;

	if (pubkey_read(cert->spki, &key, unheard) == RC_OK)
		buf_printf(out, "%s, ", pubkey_text(key));
	buf_puts(out, "sha256:");
	sha256_put_hex(cert->spki, out);
}

static void
put_requester(const struct approval_case *c, struct buf *out)
{
	buf_puts(out, c->request.requester != NULL ? c->request.requester : "unknown");
	if (c->request.uid != APPROVAL_NO_UID)
		buf_printf(out, " (uid %lld)", (long long)c->request.uid);
}

static unsigned
need_of(const struct home *home, const struct approval_case *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n_approvals; i++)
		n += c->approvals[i].reason == NULL;
	return (unsigned)n + approval_lacks(home, c);
}

static const char *
what_of(const struct approval_case *c)
{
	return c->row == NULL ? "a change of the policy"
	    : c->row->entry != NULL ? c->row->entry : "a certificate";
}

/* -- for people ------------------------------------------------------------------------- */

static enum ink
state_ink(enum request_state state)
{
	return state == REQUEST_APPROVED ? INK_GOOD :
	    state == REQUEST_WAITING ? INK_STRONG : INK_BAD;
}

static void
put_head(const struct approval_case *c, const struct style *style, struct buf *out)
{
	buf_printf(out, "%lld  ", (long long)c->request.id);
	style_put(style, state_ink(c->request.state), request_state_word(c->request.state), out);
	buf_puts(out, "  ");
	style_put(style, INK_PLAIN, what_of(c), out);
	buf_putc(out, '\n');
}

static void
put_labelled_time(const struct style *style, const char *label, int64_t time, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	clock_put(&text, time);
	style_put_labelled(style, label, buf_text(&text), out);
}

static void
put_digest(const struct approval_case *c, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf hex = BUF_INIT, words = BUF_INIT;

	buf_put_hex(&hex, c->request.subject);
	words_put(c->request.subject, &words);
	style_put_labelled(style, "sha256", buf_text(&hex), out);
	style_put_labelled(style, "words", buf_text(&words), out);
}

static void
put_certificate(const struct approval_case *c, const struct style *style, struct buf *out)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf names = BUF_INIT, key = BUF_INIT, valid = BUF_INIT;
	struct cert cert;

	if (!tbs_read(c, arena, &cert)) {
		style_put_labelled(style, "subject", "cannot be read", out);
		return;
	}
	put_names(&cert, &names);
	key_text(&cert, &key);
	clock_put(&valid, cert.not_before);
	buf_puts(&valid, " to ");
	clock_put(&valid, cert.not_after);
	style_put_labelled_escaped(style, "subject", cert.subject_text, out);
	style_put_labelled(style, "names", buf_text(&names), out);
	style_put_labelled(style, "valid", buf_text(&valid), out);
	style_put_labelled(style, "key", buf_text(&key), out);
	style_put_labelled(style, "topology", c->row->topology != NULL ? c->row->topology : "",
	    out);
}

struct change_report {
	const struct style *style;
	struct buf *out;
};

static void
put_change(void *arg, const char *word, const char *was, const char *is)
{
	const struct change_report *report = arg;
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_printf(&text, "was '%s', would be '%s'", was != NULL ? was : "", is != NULL ? is : "");
	style_put_labelled(report->style, word, buf_text(&text), report->out);
}

static void
put_policy(const struct home *home, const struct approval_case *c, const struct style *style,
    struct buf *out)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct change_report report = { .style = style, .out = out };

	home_policy_each(home->policy, arena_strndup(arena, (const char *)c->request.text.p,
	    c->request.text.n), put_change, &report);
}

/* A line a sentence, each escaped when it was written. */
static void
put_differences(const struct approval_case *c, const struct style *style, struct buf *out)
{
	json_t *lines = json_lines(c->request.text), *line;
	size_t i;

	json_array_foreach(lines, i, line)
		style_put_labelled_escaped(style, i == 0 ? "it asked" : "",
		    json_string_value(line), out);
	json_decref(lines);
}

static void
put_approvals(const struct home *home, const struct approval_case *c,
    const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf count = BUF_INIT;
	unsigned lacks = approval_lacks(home, c);

	for (size_t i = 0; i < c->n_approvals; i++) {
		const struct ledger_approval *a = &c->approvals[i];
		SCOPED(buf_clear) struct buf text = BUF_INIT;

		buf_printf(&text, "%s, ", a->officer);
		clock_put(&text, a->time);
		if (a->reason != NULL)
			buf_printf(&text, ": %s", a->reason);
		style_put_labelled(style, a->reason == NULL ? "approved" : "denied",
		    buf_text(&text), out);
	}
	if (c->request.state != REQUEST_WAITING)
		return;
	buf_printf(&count, "%u of %u approvals", need_of(home, c) - lacks, need_of(home, c));
	style_put_labelled(style, "have", buf_text(&count), out);
}

void
approval_put_text_report(const struct home *home, const struct approval_case *c,
    const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf requester = BUF_INIT;

	put_requester(c, &requester);
	put_head(c, style, out);
	if (c->request.is_policy)
		put_policy(home, c, style, out);
	else
		put_certificate(c, style, out);
	style_put_labelled(style, "requester", buf_text(&requester), out);
	if (!c->request.is_policy)
		put_differences(c, style, out);
	put_labelled_time(style, "asked", c->request.created, out);
	put_labelled_time(style, "expires", c->request.expires, out);
	style_put_labelled(style, "reason", c->request.reason != NULL ? c->request.reason : "",
	    out);
	put_approvals(home, c, style, out);
	put_digest(c, style, out);
}

void
approval_put_summary(const struct home *home, const struct approval_case *c,
    const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	unsigned need = need_of(home, c);

	put_head(c, style, out);
	buf_puts(&text, "asked by ");
	put_requester(c, &text);
	buf_printf(&text, ", %u of %u approvals, expires ", need - approval_lacks(home, c), need);
	clock_put(&text, c->request.expires);
	style_put_labelled(style, "", buf_text(&text), out);
}

void
reservation_put_text(const struct reservation *reserved, const char *entry, struct buf *out)
{
	struct bytes digest = BYTES(reserved->sha256, sizeof(reserved->sha256));

	buf_printf(out, "%s request %lld for ", reserved->already ? "waiting:" : "stored:",
	    (long long)reserved->request);
	put_foreign_text(out, entry);
	buf_printf(out, "; it needs %u approval%s until ", reserved->need,
	    reserved->need == 1 ? "" : "s");
	clock_put(out, reserved->expires);
	buf_puts(out, "; sha256 ");
	buf_put_hex(out, digest);
	buf_puts(out, "; words: ");
	words_put(digest, out);
}

/* -- as JSON ---------------------------------------------------------------------------- */

static json_t *
words_json(struct bytes digest)
{
	SCOPED(buf_clear) struct buf words = BUF_INIT;

	words_put(digest, &words);
	return json_foreign(buf_text(&words));
}

static json_t *
names_json(const struct cert *cert)
{
	const struct cert_ext *san = san_of(cert);
	json_t *list = json_array();

	for (size_t i = 0; san != NULL && i < san->value.u.names.n; i++) {
		json_t *o = json_object();

		json_put(o, "type", json_foreign(name_type_word(san->value.u.names.v[i].type)));
		json_put(o, "value", json_foreign(san->value.u.names.v[i].value));
		json_add(list, o);
	}
	return list;
}

static json_t *
certificate_json(const struct approval_case *c)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf key = BUF_INIT;
	json_t *o = json_object();
	struct cert cert;

	if (!tbs_read(c, arena, &cert)) {
		json_decref(o);
		return json_null();
	}
	key_text(&cert, &key);
	json_put(o, "entry", json_foreign(c->row->entry));
	json_put(o, "role", json_foreign(c->row->role));
	json_put(o, "topology", json_foreign(c->row->topology));
	json_put(o, "ledger_id", json_integer(c->row->id));
	json_put(o, "serial", json_hex(c->row->serial));
	json_put(o, "subject", json_foreign(cert.subject_text));
	json_put(o, "san", names_json(&cert));
	json_put(o, "not_before", json_time(cert.not_before));
	json_put(o, "not_after", json_time(cert.not_after));
	json_put(o, "key", json_foreign(buf_text(&key)));
	json_put(o, "differences", json_lines(c->request.text));
	json_put(o, "tbs", json_hex(c->row->tbs));
	return o;
}

static json_t *
decisions_json(const struct approval_case *c)
{
	json_t *list = json_array();

	for (size_t i = 0; i < c->n_approvals; i++) {
		const struct ledger_approval *a = &c->approvals[i];
		json_t *o = json_object();

		json_put(o, "officer", json_foreign(a->officer));
		json_put(o, "key", json_hex(a->key));
		json_put(o, "decision", json_foreign(a->reason == NULL ? "approve" : "deny"));
		json_put(o, "reason", json_foreign(a->reason));
		json_put(o, "time", json_time(a->time));
		json_add(list, o);
	}
	return list;
}

json_t *
approval_json(const struct home *home, const struct approval_case *c)
{
	const struct ledger_request *request = &c->request;
	json_t *o = json_object();

	json_put(o, "request", json_integer(request->id));
	json_put(o, "state", json_foreign(request_state_word(request->state)));
	json_put(o, "requester", json_foreign(request->requester));
	json_put(o, "uid", request->uid == APPROVAL_NO_UID ? json_null() :
	    json_integer(request->uid));
	json_put(o, "asked", json_time(request->created));
	json_put(o, "expires", json_time(request->expires));
	json_put(o, "reason", json_foreign(request->reason));
	json_put(o, "sha256", json_hex(request->subject));
	json_put(o, "words", words_json(request->subject));
	json_put(o, "policy", json_hex(request->policy));
	json_put(o, "lacks", json_integer(approval_lacks(home, c)));
	json_put(o, "decisions", decisions_json(c));
	json_put(o, "certificate", certificate_json(c));
	json_put(o, "new_policy", request->is_policy ? json_lines(request->text) : json_null());
	return o;
}

json_t *
reservation_json(const struct reservation *reserved, const char *entry)
{
	struct bytes digest = BYTES(reserved->sha256, sizeof(reserved->sha256));
	json_t *o = json_object();

	json_put(o, "request", json_integer(reserved->request));
	json_put(o, "state", json_foreign(reserved->state));
	json_put(o, "entry", json_foreign(entry));
	json_put(o, "serial", json_foreign(reserved->serial));
	json_put(o, "ledger_id", json_integer(reserved->ledger_id));
	json_put(o, "already", json_boolean(reserved->already));
	json_put(o, "need", json_integer(reserved->need));
	json_put(o, "expires", json_time(reserved->expires));
	json_put(o, "not_before", json_time(reserved->not_before));
	json_put(o, "not_after", json_time(reserved->not_after));
	json_put(o, "sha256", json_hex(digest));
	json_put(o, "words", words_json(digest));
	json_put(o, "differences", json_words(reserved->differences, reserved->n_differences));
	json_put(o, "notes", json_words(reserved->notes, reserved->n_notes));
	return o;
}

json_t *
approval_taken_json(int64_t request, const struct approval_taken *taken, const char *reason)
{
	json_t *o = json_object();

	json_put(o, "request", json_integer(request));
	json_put(o, "decision", json_foreign(reason == NULL ? "approve" : "deny"));
	json_put(o, "officer", json_foreign(taken->officer));
	json_put(o, "reason", json_foreign(reason));
	json_put(o, "state", json_foreign(request_state_word(taken->state)));
	json_put(o, "lacks", json_integer(taken->lacks));
	return o;
}
