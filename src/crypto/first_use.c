#include "crypto/first_use.h"

#include <openssl/rand.h>

#include "crypto/digest.h"
#include "crypto/libcrypto.h"

void
crypto_first_use(void)
{
	uint8_t digest[SHA256_OCTETS];

	sha256(BYTES(NULL, 0), digest);
	(void)RAND_status();
	EVP_SIGNATURE_free(EVP_SIGNATURE_fetch(NULL, "ECDSA", NULL));
	crypto_begin();
}
