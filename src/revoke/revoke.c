#include "revoke/revoke.h"

#include "base/civil.h"

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

enum rc_status
revoke_invalidity_read(const char *text, int64_t now, int64_t *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf moment = BUF_INIT;
	enum rc_status status;
	int64_t invalid;

	buf_printf(&moment, "%s%s", text, strlen(text) == strlen("2026-11-01") ? "T00:00:00Z" : "");
	if (!civil_read(buf_text(&moment), &invalid) || invalid == 0) {
		status = error_fail(err, RULE_REVOKE_INVALIDITY, "'%s' is no moment", text);
		error_want(err, "2026-11-01, or 2026-11-01T12:00:00Z", text);
		return status;
	}
	if (invalid > now)
		return error_fail(err, RULE_REVOKE_INVALIDITY,
		    "'%s' has not come: a certificate is invalid since a moment of the past", text);
	*ret = invalid;
	return RC_OK;
}

struct cause
revoke_cause_of(enum ledger_state state, const char *text)
{
	struct cause cause = { .reason = CRL_UNSPECIFIED };

	if (state == LEDGER_HELD)
		cause.reason = CRL_CERTIFICATE_HOLD;
	else if (state == LEDGER_REVOKED && text != NULL && !cause_read(text, &cause))
		return (struct cause){ .reason = CRL_UNSPECIFIED };
	return cause;
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
revoke_row(struct ledger *ledger, const struct ledger_row *row, const struct cause *cause,
    struct error *err)
{
	bool holds = cause->reason == CRL_CERTIFICATE_HOLD;
	enum ledger_state to = holds ? LEDGER_HELD : LEDGER_REVOKED;
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (holds && cause->invalid != 0)
		return error_fail(err, RULE_REVOKE_INVALIDITY,
		    "what is put on hold is not invalid since a moment of the past");
	if (!ledger_kind_has_serial(row->kind) || ledger_move_find(row->state, to) == NULL)
		return refuse_state(row, holds ? "held" : "revoked", err);
	cause_put(cause, &text);
	return ledger_mark(ledger, row->id, to, buf_text(&text), err);
}

enum rc_status
revoke_release(struct ledger *ledger, const struct ledger_row *row, struct error *err)
{
	if (row->state != LEDGER_HELD)
		return refuse_state(row, "released", err);
	return ledger_mark(ledger, row->id, LEDGER_DONE, "released", err);
}
