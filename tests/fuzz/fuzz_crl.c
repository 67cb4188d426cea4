/* A revocation list: read with all of its entries, or refused by a rule. */
#include "tests/fuzz/fuzz.h"
#include "x509/crl.h"

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	SCOPED(error_free) struct error *err = error_new(), *again = error_new();
	struct crl crl = { .is_delta = false };
	enum rc_status status = crl_read(BYTES(data, n), &crl, err);
	struct bytes rest = crl.entries;
	struct crl_entry entry;

	fuzz_verdict(status, err);
	while (crl_next(&rest, &entry))
		fuzz_demand(entry.serial.n >= 1 && entry.serial.n <= 20, "a serial has no size");
	fuzz_demand(rest.n == 0, "what was read has an entry that is none");
	if (status == RC_OK)
		fuzz_demand(crl_read_tbs(crl.tbs, &crl, again) == RC_OK,
		    "what is signed is no list, and the whole is one");
	return 0;
}
