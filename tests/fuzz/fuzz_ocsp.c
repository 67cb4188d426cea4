/* An OCSP request, a ResponseData, and a response as libcrypto reads it: each read, or
 * refused by a rule; what is read yields as many parts as it says. */
#include "tests/fuzz/fuzz.h"
#include "x509/ocsp.h"

static void
read_request(struct bytes in)
{
	SCOPED(error_free) struct error *err = error_new();
	struct ocsp_request request = { .n = 0 };
	enum rc_status status = ocsp_request_read(in, &request, err);
	struct bytes rest = request.list;
	struct ocsp_id id;
	size_t n = 0;

	fuzz_verdict(status, err);
	while (status == RC_OK && ocsp_request_next(&rest, &id))
		n++;
	fuzz_demand(n == request.n, "a request has other parts than it says");
}

static void
read_data(struct bytes in)
{
	SCOPED(error_free) struct error *err = error_new();
	struct ocsp_data data = { .n = 0 };
	enum rc_status status = ocsp_data_read(in, &data, err);
	struct bytes rest = data.answers;
	struct ocsp_answer answer;
	size_t n = 0;

	fuzz_verdict(status, err);
	while (status == RC_OK && ocsp_next(&rest, &answer))
		n++;
	fuzz_demand(n == data.n, "a response has other parts than it says");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct ocsp_basic basic;

	read_request(BYTES(data, n));
	read_data(BYTES(data, n));
	fuzz_verdict(ocsp_read(BYTES(data, n), arena, &basic, err), err);
	return 0;
}
