/*
 * Requests of others, and our own responses before they are signed: by the strict reader
 * of DER.
 */
#include "base/civil.h"
#include "crypto/der.h"
#include "x509/extension_read.h"
#include "x509/ocsp.h"

enum { DER_ENUMERATED = 0x0a };

/* id-pkix-ocsp-nonce */
static const uint8_t oid_nonce[] = { 0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x30, 0x01, 0x02 };

/* -- extensions -------------------------------------------------------------------------- */

/* RFC 8954 2.1: an OCTET STRING of 1 to 32 octets. */
static bool
is_nonce(struct bytes value)
{
	struct bytes octets;

	return der_take(&value, DER_OCTET_STRING, &octets) && value.n == 0 && octets.n >= 1 &&
	    octets.n <= OCSP_NONCE_MAX;
}

/* What stands in an EXPLICIT tag: the nonce, and nothing else that is critical.  others:
 * those that are not critical may be there. */
static bool
extensions_read(struct bytes tagged, bool others, struct bytes *ret_nonce)
{
	struct bytes list;
	struct extension e;

	if (!der_take(&tagged, DER_SEQUENCE, &list) || tagged.n != 0 || list.n == 0)
		return false;
	while (list.n != 0) {
		if (!extension_take(&list, &e))
			return false;
		if (!bytes_equal(e.oid, BYTES(oid_nonce, sizeof(oid_nonce)))) {
			if (e.critical || !others)
				return false;
			continue;
		}
		if (ret_nonce == NULL || ret_nonce->n != 0 || !is_nonce(e.value))
			return false;
		*ret_nonce = e.value;
	}
	return true;
}

/* -- requests ---------------------------------------------------------------------------- */

bool
ocsp_request_next(struct bytes *list, struct ocsp_id *ret)
{
	struct bytes rest = *list, one, id, tagged;

	if (!der_take(&rest, DER_SEQUENCE, &one) || !der_take_whole(&one, DER_SEQUENCE, &id) ||
	    !ocsp_id_read(id, ret))
		return false;
	if (one.n != 0 && (!der_take(&one, DER_CONTEXT_SEQ(0), &tagged) || one.n != 0 ||
	    !extensions_read(tagged, true, NULL)))
		return false;
	*list = rest;
	return true;
}

static enum rc_status
no_request(struct error *err, const char *what)
{
	return error_fail(err, RULE_OCSP_REQUEST, "this is no OCSP request: %s", what);
}

/* version [0] DEFAULT v1, which DER leaves out, and some write all the same */
static bool
version_take(struct bytes *in)
{
	struct bytes tagged, version;

	if (der_peek(*in) != DER_CONTEXT_SEQ(0))
		return true;
	return der_take(in, DER_CONTEXT_SEQ(0), &tagged) &&
	    der_take_unsigned(&tagged, &version) && version.n == 0 && tagged.n == 0;
}

static enum rc_status
list_check(struct ocsp_request *request, struct error *err)
{
	struct bytes rest = request->list;
	struct ocsp_id id;

	while (ocsp_request_next(&rest, &id))
		request->n++;
	if (rest.n != 0 || request->n == 0)
		return no_request(err, "what it asks for is no list of certificates, or one has an "
		    "extension that is critical");
	return RC_OK;
}

/* TBSRequest (4.1.1) */
static enum rc_status
asked_read(struct bytes in, struct ocsp_request *ret, struct error *err)
{
	struct bytes name, tagged;

	if (!version_take(&in))
		return no_request(err, "its version is not 1");
	if (der_peek(in) == DER_CONTEXT_SEQ(1) && !der_take(&in, DER_CONTEXT_SEQ(1), &name))
		return no_request(err, "the name of who asks is none");
	if (!der_take(&in, DER_SEQUENCE, &ret->list))
		return no_request(err, "it has no list of certificates");
	TRY(list_check(ret, err));
	if (in.n != 0 && (!der_take(&in, DER_CONTEXT_SEQ(2), &tagged) || in.n != 0 ||
	    !extensions_read(tagged, true, &ret->nonce)))
		return no_request(err, "an extension is critical and not known, or the nonce has "
		    "not 1 to 32 octets");
	return RC_OK;
}

enum rc_status
ocsp_request_read(struct bytes der, struct ocsp_request *ret, struct error *err)
{
	struct ocsp_request request = { .n = 0 };
	struct bytes in = der, all, asked, signature;

	if (der.n > OCSP_REQUEST_MAX)
		return no_request(err, "it has more than 65536 octets");
	if (!der_take(&in, DER_SEQUENCE, &all) || in.n != 0 ||
	    !der_take(&all, DER_SEQUENCE, &asked))
		return no_request(err, "it is no SEQUENCE, or something stands behind it");
	if (all.n != 0 && (!der_take(&all, DER_CONTEXT_SEQ(0), &signature) || all.n != 0))
		return no_request(err, "what stands behind what is asked is no signature");
	TRY(asked_read(asked, &request, err));
	*ret = request;
	return RC_OK;
}

/* -- responses --------------------------------------------------------------------------- */

/* GeneralizedTime in Zulu, with seconds and no fraction (4.2.2.1). */
static bool
time_take(struct bytes *in, int64_t *ret)
{
	static const uint8_t places[] = { 0, 1, 2, 3, 5, 6, 8, 9, 11, 12, 14, 15, 17, 18 };
	char text[21] = "0000-00-00T00:00:00Z";
	struct bytes digits;

	if (!der_take(in, DER_GENERALIZED_TIME, &digits) || digits.n != sizeof(places) + 1 ||
	    digits.p[sizeof(places)] != 'Z')
		return false;
	for (size_t i = 0; i < sizeof(places); i++)
		text[places[i]] = (char)digits.p[i];
	return civil_read(text, ret);
}

static bool
reason_take(struct bytes in, enum crl_reason *ret)
{
	struct bytes tagged, code;

	*ret = CRL_UNSPECIFIED;
	if (in.n == 0)
		return true;
	if (!der_take(&in, DER_CONTEXT_SEQ(0), &tagged) || in.n != 0 ||
	    !der_take(&tagged, DER_ENUMERATED, &code) || tagged.n != 0 || code.n != 1)
		return false;
	*ret = code.p[0];
	return *ret != CRL_UNSPECIFIED && crl_reason_word(*ret) != NULL;
}

static bool
status_take(struct bytes *in, struct ocsp_answer *ret)
{
	struct bytes content;

	if (der_take(in, DER_CONTEXT(0), &content)) {
		ret->status = OCSP_GOOD;
		return content.n == 0;
	}
	if (der_take(in, DER_CONTEXT(2), &content)) {
		ret->status = OCSP_UNKNOWN;
		return content.n == 0;
	}
	ret->status = OCSP_REVOKED;
	return der_take(in, DER_CONTEXT_SEQ(1), &content) && time_take(&content, &ret->when) &&
	    reason_take(content, &ret->reason);
}

bool
ocsp_next(struct bytes *answers, struct ocsp_answer *ret)
{
	struct ocsp_answer answer = { .reason = CRL_UNSPECIFIED };
	struct bytes rest = *answers, one, id, next;

	if (!der_take(&rest, DER_SEQUENCE, &one) || !der_take_whole(&one, DER_SEQUENCE, &id) ||
	    !ocsp_id_read(id, &answer.id) || !status_take(&one, &answer) ||
	    !time_take(&one, &answer.this_update) || !der_take(&one, DER_CONTEXT_SEQ(0), &next) ||
	    one.n != 0 || !time_take(&next, &answer.next_update) || next.n != 0)
		return false;
	*answers = rest;
	*ret = answer;
	return true;
}

static enum rc_status
malformed(struct error *err, const char *what)
{
	return error_fail(err, RULE_OCSP_MALFORMED, "this is no OCSP response: %s", what);
}

static enum rc_status
answers_check(struct ocsp_data *data, struct error *err)
{
	struct bytes rest = data->answers;
	struct ocsp_answer answer;

	while (ocsp_next(&rest, &answer))
		data->n++;
	return rest.n == 0 && data->n != 0 ? RC_OK : malformed(err, "an answer of it is none");
}

enum rc_status
ocsp_data_read(struct bytes der, struct ocsp_data *ret, struct error *err)
{
	struct ocsp_data data = { .n = 0 };
	struct bytes in = der, all, tagged;

	if (!der_take(&in, DER_SEQUENCE, &all) || in.n != 0 ||
	    !der_take(&all, DER_CONTEXT_SEQ(2), &tagged) ||
	    !der_take(&tagged, DER_OCTET_STRING, &data.key_id) || tagged.n != 0)
		return malformed(err, "it does not name the key of who answers");
	if (!time_take(&all, &data.produced) || !der_take(&all, DER_SEQUENCE, &data.answers))
		return malformed(err, "its time is none, or there are no answers");
	TRY(answers_check(&data, err));
	if (all.n != 0 && (!der_take(&all, DER_CONTEXT_SEQ(1), &tagged) || all.n != 0 ||
	    !extensions_read(tagged, false, &data.nonce)))
		return malformed(err, "it has an extension that is no nonce");
	*ret = data;
	return RC_OK;
}
