#include "check/ocsp_lint.h"

static void
lint_responder(const struct ocsp_data *data, const struct ocsp_lint_context *c,
    struct error *err)
{
	if (!bytes_equal(data->key_id, c->key_id))
		(void)error_fail(err, RULE_LINT_OCSP_RESPONDER,
		    "the response names another key than the responder's");
	if (!bytes_equal(data->nonce, c->nonce))
		(void)error_fail(err, RULE_LINT_OCSP_NONCE,
		    "the nonce of the response is not that of the request");
}

static const char *
times_fault(const struct ocsp_data *data, const struct ocsp_answer *answer,
    const struct cert *responder)
{
	if (answer->next_update <= answer->this_update)
		return "ends before it begins";
	if (data->produced < answer->this_update || data->produced > answer->next_update)
		return "is produced outside of its time";
	if (answer->this_update > responder->not_after ||
	    answer->next_update > responder->not_after)
		return "holds longer than the responder's certificate";
	return NULL;
}

static const char *
answer_fault(const struct ocsp_answer *have, const struct ocsp_answer *want,
    const struct cert *issuer)
{
	bool revoked = have->status == OCSP_REVOKED;

	if (!bytes_equal(have->id.der, want->id.der))
		return "is not to what was asked";
	if (have->status != want->status ||
	    (revoked && (have->when != want->when || have->reason != want->reason)))
		return "is not what is recorded";
	if (have->status != OCSP_UNKNOWN && !ocsp_id_is_of(&have->id, issuer))
		return "speaks of a certificate by another CA";
	if (revoked && have->when > have->this_update)
		return "says revoked later than now";
	if (revoked && have->reason == CRL_REMOVE_FROM_CRL)
		return "says removeFromCRL, which is for lists";
	return NULL;
}

static void
lint_answers(const struct ocsp_data *data, const struct ocsp_lint_context *c,
    struct error *err)
{
	struct bytes rest = data->answers;
	struct ocsp_answer answer;

	if (data->n != c->n) {
		(void)error_fail(err, RULE_LINT_OCSP_ANSWER, "%zu answers, and %zu were asked for",
		    data->n, c->n);
		return;
	}
	for (size_t i = 0; ocsp_next(&rest, &answer); i++) {
		const char *times = times_fault(data, &answer, c->responder);
		const char *fault = answer_fault(&answer, &c->answers[i], c->issuer);

		if (times != NULL)
			(void)error_fail(err, RULE_LINT_OCSP_TIMES, "answer %zu %s", i + 1, times);
		if (fault != NULL)
			(void)error_fail(err, RULE_LINT_OCSP_ANSWER, "answer %zu %s", i + 1, fault);
	}
}

enum rc_status
lint_ocsp(struct bytes bytes, const struct ocsp_lint_context *context, struct error *err)
{
	struct ocsp_data data;

	TRY(ocsp_data_read(bytes, &data, err));
	lint_responder(&data, context, err);
	lint_answers(&data, context, err);
	return error_status(err);
}
