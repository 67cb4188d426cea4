#include "report/ceremony.h"

#include "crypto/words.h"
#include "os/clock.h"
#include "report/diagnoses.h"
#include "x509/tbs.h"

enum { OCTETS_A_LINE = 16, WORDS_A_LINE = 8 };

/* "30 82 ?? ??", from one octet on. */
static void
put_octets(const struct ceremony_tbs *tbs, size_t from, size_t n, const char *between,
    struct buf *out)
{
	for (size_t i = from; i < from + n && i < tbs->octets.n; i++) {
		if (i > from)
			buf_puts(out, between);
		if (tbs->unknown.p[i] != 0)
			buf_puts(out, "??");
		else
			buf_put_hex(out, BYTES(tbs->octets.p + i, 1));
	}
}

static void
put_basic(const struct ext_value *value, struct buf *out)
{
	if (!value->u.basic.ca)
		buf_puts(out, " CA:FALSE");
	else if (value->u.basic.path_len < 0)
		buf_puts(out, " CA:TRUE");
	else
		buf_printf(out, " CA:TRUE, path length %d", value->u.basic.path_len);
}

static void
put_names(const struct ext_value *value, struct buf *out)
{
	for (size_t i = 0; i < value->u.constraints.n_permitted; i++)
		buf_printf(out, " +%s:%s", name_type_word(value->u.constraints.permitted[i].type),
		    value->u.constraints.permitted[i].value);
	for (size_t i = 0; i < value->u.constraints.n_excluded; i++)
		buf_printf(out, " -%s:%s", name_type_word(value->u.constraints.excluded[i].type),
		    value->u.constraints.excluded[i].value);
}

static void
put_usage(unsigned usage, struct buf *out)
{
	for (unsigned bit = 0; bit < KU_BITS; bit++)
		if ((usage >> bit & 1) != 0)
			buf_printf(out, " %s", key_usage_word(bit));
}

/* What the issuer has no places for is not written. */
static bool
is_written(const struct ceremony_preview *p, const struct entry_ext *ext)
{
	if (ext->id == EXT_CRL_DISTRIBUTION_POINTS)
		return p->ca->n_cdp != 0;
	if (ext->id == EXT_AUTHORITY_INFO_ACCESS)
		return p->ca->n_ocsp + p->ca->n_ca_issuers != 0;
	return true;
}

static void
extension_line(const struct entry *entry, const struct entry_ext *ext, struct buf *out)
{
	buf_printf(out, "%s%s", entry_ext_name(ext), ext->critical ? " (critical)" : "");
	if (ext->id == EXT_BASIC_CONSTRAINTS)
		put_basic(&ext->value, out);
	else if (ext->id == EXT_NAME_CONSTRAINTS)
		put_names(&ext->value, out);
	else if (ext->id == EXT_KEY_USAGE)
		put_usage(entry->key_usage_ec, out);
	else if (ext->id == EXT_EXTENDED_KEY_USAGE)
		buf_printf(out, " %s", eku_word(entry->eku[0]));
	else if (ext->id == EXT_SUBJECT_ALT_NAME)
		buf_printf(out, " %s:%s", name_type_word(entry->san[0].type), entry->san[0].value);
}

static const char *
key_word(const struct ceremony_preview *p)
{
	return p->key != NULL ? pubkey_text(p->key) : p->file->key.type;
}

static json_t *
key_json(const struct ceremony_preview *p)
{
	uint8_t digest[SHA256_OCTETS];
	json_t *o = json_object();

	json_put(o, "type", json_foreign(key_word(p)));
	if (p->key != NULL)
		sha256(pubkey_spki(p->key), digest);
	json_put(o, "sha256",
	    p->key != NULL ? json_hex(BYTES(digest, sizeof(digest))) : json_null());
	return o;
}

static json_t *
tbs_json(const struct ceremony_preview *p)
{
	SCOPED(buf_clear) struct buf hex = BUF_INIT, words = BUF_INIT;
	json_t *o = json_object();

	put_octets(p->tbs, 0, p->tbs->octets.n, "", &hex);
	words_put(p->tbs_sha256, &words);
	json_put(o, "length", json_integer((json_int_t)p->tbs->octets.n));
	json_put(o, "known", json_boolean(p->tbs->known));
	json_put(o, "octets", json_foreign(buf_text(&hex)));
	json_put(o, "sha256", p->tbs->known ? json_hex(p->tbs_sha256) : json_null());
	json_put(o, "words", p->tbs->known ? json_foreign(buf_text(&words)) : json_null());
	return o;
}

json_t *
preview_json(const struct ceremony_preview *p)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT;
	json_t *o = json_object(), *exts = json_array();

	dn_print(&p->entry->subject, &subject);
	for (size_t i = 0; i < p->entry->n_exts; i++) {
		SCOPED(buf_clear) struct buf line = BUF_INIT;

		if (!is_written(p, &p->entry->exts[i]))
			continue;
		extension_line(p->entry, &p->entry->exts[i], &line);
		json_add(exts, json_foreign(buf_text(&line)));
	}
	json_put(o, "ceremony", json_foreign(p->file->name));
	json_put(o, "kind", json_foreign(ceremony_kind_word(p->file->kind)));
	json_put(o, "subject", json_foreign(buf_text(&subject)));
	json_put(o, "issuer", json_foreign(p->issuer_text));
	json_put(o, "serial", p->serial.n != 0 ? json_hex(p->serial) : json_null());
	json_put(o, "not_before", json_time(p->file->not_before));
	json_put(o, "not_after", json_time(p->file->not_after));
	json_put(o, "algorithm", json_foreign(sigalg_word(p->algorithm)));
	json_put(o, "key", key_json(p));
	json_put(o, "extensions", exts);
	json_put(o, "tbs", tbs_json(p));
	return o;
}

/* -- for people ------------------------------------------------------------------------- */

static void
put_head(const struct ceremony_preview *p, const struct style *style, struct buf *out)
{
	const struct ceremony_file *file = p->file;
	SCOPED(buf_clear) struct buf title = BUF_INIT;

	buf_printf(&title, "%s: %s", file->name, ceremony_kind_word(file->kind));
	style_put(style, INK_STRONG, buf_text(&title), out);
	buf_putc(out, '\n');
	style_put_labelled(style, "policy", file->policy != NULL ? file->policy : "", out);
	style_put_labelled(style, "note", file->note != NULL ? file->note : "", out);
	for (size_t i = 0; i < file->n_people; i++) {
		SCOPED(buf_clear) struct buf person = BUF_INIT;

		buf_printf(&person, "%s, %s", file->people[i].name, file->people[i].role);
		style_put_labelled(style, i == 0 ? "present" : "", buf_text(&person), out);
	}
}

static void
put_fields(const struct ceremony_preview *p, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT, serial = BUF_INIT, valid = BUF_INIT;
	SCOPED(buf_clear) struct buf key = BUF_INIT;

	dn_print(&p->entry->subject, &subject);
	if (p->serial.n != 0)
		buf_put_hex(&serial, p->serial);
	else
		buf_puts(&serial, "not known yet: the file says none, and one is drawn");
	clock_put(&valid, p->file->not_before);
	buf_puts(&valid, " to ");
	clock_put(&valid, p->file->not_after);
	buf_puts(&key, key_word(p));
	if (p->key == NULL)
		buf_puts(&key, p->file->key.generate ? ", not known yet: made in the ceremony"
		    : ", not known yet: it is on the token; 'public' would name its public half");
	style_put_labelled_escaped(style, "subject", buf_text(&subject), out);
	style_put_labelled_escaped(style, "issuer", p->issuer_text, out);
	style_put_labelled(style, "serial", buf_text(&serial), out);
	style_put_labelled(style, "valid", buf_text(&valid), out);
	style_put_labelled(style, "key", buf_text(&key), out);
	style_put_labelled(style, "algorithm", sigalg_word(p->algorithm), out);
	for (size_t i = 0; i < p->entry->n_exts; i++) {
		SCOPED(buf_clear) struct buf line = BUF_INIT;

		if (!is_written(p, &p->entry->exts[i]))
			continue;
		extension_line(p->entry, &p->entry->exts[i], &line);
		style_put_labelled(style, i == 0 ? "holds" : "", buf_text(&line), out);
	}
}

static void
put_tbs(const struct ceremony_tbs *tbs, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf title = BUF_INIT;

	buf_printf(&title, "what is signed: %zu octets%s", tbs->octets.n,
	    tbs->known ? "" : "; ?? is not known yet");
	style_put(style, INK_STRONG, buf_text(&title), out);
	buf_putc(out, '\n');
	for (size_t i = 0; i < tbs->octets.n; i += OCTETS_A_LINE) {
		buf_printf(out, "    %04zx  ", i);
		put_octets(tbs, i, OCTETS_A_LINE, " ", out);
		buf_putc(out, '\n');
	}
}

static void
put_words(struct bytes digest, struct buf *out)
{
	for (size_t i = 0; i < digest.n; i++) {
		if (i % WORDS_A_LINE == 0)
			buf_puts(out, i == 0 ? "    " : "\n    ");
		buf_printf(out, "%s%s", i % WORDS_A_LINE == 0 ? "" : " ",
		    word_of(i, digest.p[i]));
	}
	buf_putc(out, '\n');
}

void
preview_put_text(const struct ceremony_preview *p, const struct style *style, struct buf *out)
{
	put_head(p, style, out);
	put_fields(p, style, out);
	put_tbs(p->tbs, style, out);
	style_put(style, INK_STRONG, "its SHA-256", out);
	if (p->tbs_sha256.n == 0) {
		buf_puts(out, "\n    not known yet; it is shown, and confirmed, before anything is "
		    "signed\n");
		return;
	}
	buf_puts(out, "\n    ");
	buf_put_hex(out, p->tbs_sha256);
	buf_putc(out, '\n');
	put_words(p->tbs_sha256, out);
}

json_t *
ceremony_json(const struct ceremony_file *file, const struct ceremony_result *result)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	uint8_t digest[SHA256_OCTETS];
	json_t *o = json_object();

	cert_put_pem(result->certificate.der, &pem);
	sha256(result->certificate.tbs, digest);
	json_put(o, "ceremony", json_foreign(file->name));
	json_put(o, "kind", json_foreign(ceremony_kind_word(file->kind)));
	json_put(o, "subject", json_foreign(result->certificate.subject_text));
	json_put(o, "issuer", json_foreign(result->certificate.issuer_text));
	json_put(o, "serial", json_hex(result->certificate.serial));
	json_put(o, "tbs_sha256", json_hex(BYTES(digest, sizeof(digest))));
	json_put(o, "home", json_foreign(result->home));
	json_put(o, "certificate", json_foreign(result->certificate_path));
	json_put(o, "transcript", json_foreign(result->transcript_path));
	json_put(o, "signature", json_foreign(result->signature_path));
	json_put(o, "pem", json_foreign(buf_text(&pem)));
	return o;
}

/* -- transcripts --------------------------------------------------------------------------- */

static const char *const state_words[] = {
	[TRANSCRIPT_SAME] = "as written", [TRANSCRIPT_ABSENT] = "not here",
	[TRANSCRIPT_OTHER] = "changed",
};

json_t *
transcript_json(const struct transcript_report *report, const struct error *err)
{
	json_t *o = json_object(), *signer = json_object(), *outputs = json_array();
	uint8_t digest[SHA256_OCTETS];

	sha256(report->certificate.der, digest);
	json_put(signer, "subject", json_foreign(report->seal.signer.subject_text));
	json_put(signer, "signed", json_time(report->seal.signing_time));
	json_put(signer, "known", json_boolean(report->signer_is_known));
	json_put(signer, "own", json_boolean(report->signer_is_own));
	for (size_t i = 0; i < report->n_outputs; i++) {
		json_t *output = json_object();

		json_put(output, "what", json_foreign(report->outputs[i].what));
		json_put(output, "path", json_foreign(report->outputs[i].path));
		json_put(output, "state", json_foreign(state_words[report->outputs[i].state]));
		json_add(outputs, output);
	}
	json_put(o, "valid", json_boolean(error_count(err) == 0));
	json_put(o, "ceremony", json_foreign(report->name));
	json_put(o, "kind", json_foreign(report->kind));
	json_put(o, "ended", json_foreign(report->ended));
	json_put(o, "subject", json_foreign(report->certificate.subject_text));
	json_put(o, "certificate_sha256", json_hex(BYTES(digest, sizeof(digest))));
	json_put(o, "signer", signer);
	json_put(o, "outputs", outputs);
	json_put(o, "findings", diagnoses_json(err));
	return o;
}

/* What the signature proves of who made it. */
static const char *
signer_words(const struct transcript_report *report)
{
	if (report->signer_is_known)
		return "who is one of those that were given, or below one";
	if (report->signer_is_own)
		return "which is the CA of the ceremony itself: give --issuer FILE to hold it to "
		    "one that you trust";
	return "whom nothing vouches for: give --issuer FILE";
}

void
transcript_put_text(const struct transcript_report *report, bool valid,
    const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf title = BUF_INIT, sealed = BUF_INIT;

	buf_printf(&title, "%s: %s", report->name, valid ? "the transcript holds"
	    : "the transcript does not hold");
	style_put(style, valid ? INK_GOOD : INK_BAD, buf_text(&title), out);
	buf_putc(out, '\n');
	style_put_labelled(style, "kind", report->kind, out);
	style_put_labelled_escaped(style, "subject", report->certificate.subject_text, out);
	style_put_labelled(style, "ended", report->ended, out);
	style_put_labelled_escaped(style, "signed by", report->seal.signer.subject_text, out);
	style_put_labelled(style, "", signer_words(report), out);
	clock_put(&sealed, report->seal.signing_time);
	style_put_labelled(style, "signed", buf_text(&sealed), out);
	for (size_t i = 0; i < report->n_outputs; i++) {
		SCOPED(buf_clear) struct buf line = BUF_INIT;

		buf_printf(&line, "%s: %s", report->outputs[i].path,
		    state_words[report->outputs[i].state]);
		style_put_labelled(style, i == 0 ? "outputs" : "", buf_text(&line), out);
	}
}
