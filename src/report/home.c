#include "report/home.h"

#include <ctype.h>

#include "x509/tbs.h"

static json_t *
uris_json(const struct uri_list *uris)
{
	return json_words(uris->v, uris->n);
}

static json_t *
certificate_json(const struct home *home)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	const struct cert *c = &home->certificate;
	json_t *o;

	if (!home->has_certificate)
		return json_null();
	cert_put_pem(c->der, &pem);
	o = json_object();
	json_put(o, "subject", json_foreign(c->subject_text));
	json_put(o, "issuer", json_foreign(c->issuer_text));
	json_put(o, "serial", json_hex(c->serial));
	json_put(o, "not_before", json_time(c->not_before));
	json_put(o, "not_after", json_time(c->not_after));
	json_put(o, "key", json_foreign(pubkey_text(home->key)));
	json_put(o, "signature", json_foreign(sigalg_word(home->algorithm)));
	json_put(o, "path_len", home->path_len >= 0 ? json_integer(home->path_len) : json_null());
	json_put(o, "key_id", json_hex(home->key_id));
	json_put(o, "pem", json_foreign(buf_text(&pem)));
	return o;
}

static json_t *
counts_json(const struct ledger_counts *counts)
{
	json_t *o = json_object();

	for (enum ledger_state state = 0; state < LEDGER_STATES; state++) {
		char word[16] = "";

		for (size_t i = 0; i + 1 < sizeof(word) && ledger_state_word(state)[i] != '\0'; i++)
			word[i] = (char)tolower((unsigned char)ledger_state_word(state)[i]);
		json_put(o, word, json_integer((json_int_t)counts->state[state]));
	}
	return o;
}

json_t *
home_json(const struct home *home, const struct ledger_counts *counts)
{
	const struct home_config *config = &home->config;
	json_t *o = json_object(), *chain = json_array(), *aia = json_object();

	for (size_t i = 0; i < home->n_chain; i++)
		json_add(chain, json_foreign(home->chain[i].subject_text));
	json_put(aia, "ca_issuers", uris_json(&config->ca_issuers));
	json_put(aia, "ocsp", uris_json(&config->ocsp));
	json_put(o, "ca", json_foreign(config->name));
	json_put(o, "dir", json_foreign(home->dir));
	json_put(o, "custody", json_foreign(custody_level_word(config->custody)));
	json_put(o, "key", json_foreign(config->key));
	json_put(o, "module", json_foreign(config->module));
	json_put(o, "certificate", certificate_json(home));
	json_put(o, "chain", chain);
	json_put(o, "cdp", uris_json(&config->cdp));
	json_put(o, "aia", aia);
	json_put(o, "default_days", json_integer(config->default_days));
	json_put(o, "ledger", counts_json(counts));
	return o;
}

static void
put_certificate(const struct home *home, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf serial = BUF_INIT, valid = BUF_INIT, key = BUF_INIT;
	const struct cert *c = &home->certificate;

	if (!home->has_certificate) {
		style_put_labelled(style, "waits",
		    "for its certificate: give " HOME_REQUEST " to the parent CA, then "
		    "`rolecert ca init --cert FILE DIR`", out);
		return;
	}
	buf_put_hex(&serial, c->serial);
	clock_put(&valid, c->not_before);
	buf_puts(&valid, " to ");
	clock_put(&valid, c->not_after);
	buf_printf(&key, "%s; signs with %s", pubkey_text(home->key), sigalg_word(home->algorithm));
	style_put_labelled_escaped(style, "subject", c->subject_text, out);
	style_put_labelled_escaped(style, "issuer", c->issuer_text, out);
	style_put_labelled(style, "serial", buf_text(&serial), out);
	style_put_labelled(style, "valid", buf_text(&valid), out);
	style_put_labelled(style, "key", buf_text(&key), out);
	for (size_t i = 0; i < home->n_chain; i++)
		style_put_labelled_escaped(style, i == 0 ? "chain" : "",
		    home->chain[i].subject_text, out);
}

static void
put_counts(const struct ledger_counts *counts, const struct style *style, struct buf *out)
{
	SCOPED(buf_clear) struct buf line = BUF_INIT;

	for (enum ledger_state state = 0; state < LEDGER_STATES; state++)
		if (counts->state[state] != 0)
			buf_printf(&line, "%s%llu %s", line.n != 0 ? ", " : "",
			    (unsigned long long)counts->state[state], ledger_state_word(state));
	style_put_labelled(style, "ledger", line.n != 0 ? buf_text(&line) : "empty", out);
}

void
home_put_text(const struct home *home, const struct ledger_counts *counts,
    const struct style *style, struct buf *out)
{
	style_put(style, INK_STRONG, home->config.name, out);
	buf_putc(out, '\n');
	put_certificate(home, style, out);
	style_put_labelled(style, "token key", home->config.key, out);
	style_put_labelled(style, "custody", custody_level_word(home->config.custody), out);
	for (size_t i = 0; i < home->config.cdp.n; i++)
		style_put_labelled(style, i == 0 ? "CRL at" : "", home->config.cdp.v[i], out);
	put_counts(counts, style, out);
}
