#include "x509/extension_read.h"

#include "crypto/der.h"

bool
extension_take(struct bytes *in, struct extension *ret)
{
	struct bytes one, flag;

	if (!der_take(in, DER_SEQUENCE, &one) || !der_take(&one, DER_OID, &ret->oid))
		return false;
	ret->critical = der_peek(one) == DER_BOOLEAN;
	if (ret->critical && (!der_take(&one, DER_BOOLEAN, &flag) || flag.n != 1 ||
	    flag.p[0] != 0xff))
		return false;
	return der_take(&one, DER_OCTET_STRING, &ret->value) && one.n == 0;
}
