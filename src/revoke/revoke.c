#include "revoke/revoke.h"

static bool
is_for_certificates(enum crl_reason reason)
{
	return reason != CRL_CA_COMPROMISE && reason != CRL_REMOVE_FROM_CRL &&
	    reason != CRL_AA_COMPROMISE;
}

enum rc_status
revoke_reason_read(const char *word, enum crl_reason *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf words = BUF_INIT;
	enum crl_reason reason;
	enum rc_status status;

	if (crl_reason_find(word, &reason) && is_for_certificates(reason)) {
		*ret = reason;
		return RC_OK;
	}
	for (unsigned i = 0; i < CRL_REASONS; i++)
		if (crl_reason_word(i) != NULL && is_for_certificates(i))
			buf_printf(&words, "%s%s", words.n != 0 ? ", " : "", crl_reason_word(i));
	status = error_fail(err, RULE_REVOKE_REASON, "'%s' is no reason to revoke a certificate",
	    word);
	error_want(err, buf_text(&words), word);
	return status;
}

enum crl_reason
revoke_reason_of(enum ledger_state state, const char *word)
{
	enum crl_reason reason;

	if (state == LEDGER_HELD)
		return CRL_CERTIFICATE_HOLD;
	if (state == LEDGER_REVOKED && word != NULL && crl_reason_find(word, &reason))
		return reason;
	return CRL_UNSPECIFIED;
}

static enum rc_status
refuse_state(const struct ledger_row *row, const char *what, struct error *err)
{
	SCOPED(buf_clear) struct buf serial = BUF_INIT;

	buf_put_hex(&serial, row->serial);
	return error_fail(err, RULE_REVOKE_STATE, "certificate %s is %s%s%s: it cannot be %s",
	    buf_text(&serial), ledger_state_word(row->state), row->reason != NULL ? ", " : "",
	    row->reason != NULL ? row->reason : "", what);
}

enum rc_status
revoke_row(struct ledger *ledger, const struct ledger_row *row, enum crl_reason reason,
    struct error *err)
{
	enum ledger_state to = reason == CRL_CERTIFICATE_HOLD ? LEDGER_HELD : LEDGER_REVOKED;

	if (!ledger_kind_has_serial(row->kind) || ledger_move_find(row->state, to) == NULL)
		return refuse_state(row, to == LEDGER_HELD ? "held" : "revoked", err);
	return ledger_mark(ledger, row->id, to, crl_reason_word(reason), err);
}

enum rc_status
revoke_release(struct ledger *ledger, const struct ledger_row *row, struct error *err)
{
	if (row->state != LEDGER_HELD)
		return refuse_state(row, "released", err);
	return ledger_mark(ledger, row->id, LEDGER_DONE, "released", err);
}
