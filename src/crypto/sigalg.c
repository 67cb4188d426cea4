#include "crypto/sigalg.h"

enum family { OTHER, RSA, ECDSA };

static const struct {
	const char *hash;
	enum family family;
} known[] = {
	[RC_RSA_SHA256] = { "SHA256", RSA },
	[RC_RSA_SHA384] = { "SHA384", RSA },
	[RC_RSA_SHA512] = { "SHA512", RSA },
	[RC_ECDSA_SHA256] = { "SHA256", ECDSA },
	[RC_ECDSA_SHA384] = { "SHA384", ECDSA },
	[RC_ECDSA_SHA512] = { "SHA512", ECDSA },
};

const char *
sigalg_hash(enum rc_sigalg algorithm)
{
	return (size_t)algorithm < ARRAY_LEN(known) ? known[algorithm].hash : NULL;
}

bool
sigalg_is_rsa(enum rc_sigalg algorithm)
{
	return (size_t)algorithm < ARRAY_LEN(known) && known[algorithm].family == RSA;
}

bool
sigalg_is_ecdsa(enum rc_sigalg algorithm)
{
	return (size_t)algorithm < ARRAY_LEN(known) && known[algorithm].family == ECDSA;
}
