#include "crypto/sigalg.h"

#include <openssl/rsa.h>

enum family { FAMILY_NONE, FAMILY_RSA, FAMILY_PSS, FAMILY_ECDSA, FAMILY_ED25519 };

static const struct {
	const char *hash;
	enum family family;
} known[] = {
	[RC_RSA_SHA256] = { "SHA256", FAMILY_RSA },
	[RC_RSA_SHA384] = { "SHA384", FAMILY_RSA },
	[RC_RSA_SHA512] = { "SHA512", FAMILY_RSA },
	[RC_ECDSA_SHA256] = { "SHA256", FAMILY_ECDSA },
	[RC_ECDSA_SHA384] = { "SHA384", FAMILY_ECDSA },
	[RC_ECDSA_SHA512] = { "SHA512", FAMILY_ECDSA },
	[RC_RSA_PSS_SHA256] = { "SHA256", FAMILY_PSS },
	[RC_RSA_PSS_SHA384] = { "SHA384", FAMILY_PSS },
	[RC_RSA_PSS_SHA512] = { "SHA512", FAMILY_PSS },
	[RC_ED25519] = { NULL, FAMILY_ED25519 },
};

static enum family
family_of(enum rc_sigalg algorithm)
{
	return (size_t)algorithm < ARRAY_LEN(known) ? known[algorithm].family : FAMILY_NONE;
}

const char *
sigalg_hash(enum rc_sigalg algorithm)
{
	return (size_t)algorithm < ARRAY_LEN(known) ? known[algorithm].hash : NULL;
}

bool
sigalg_is_rsa(enum rc_sigalg algorithm)
{
	return family_of(algorithm) == FAMILY_RSA || family_of(algorithm) == FAMILY_PSS;
}

bool
sigalg_is_pss(enum rc_sigalg algorithm)
{
	return family_of(algorithm) == FAMILY_PSS;
}

bool
sigalg_is_ecdsa(enum rc_sigalg algorithm)
{
	return family_of(algorithm) == FAMILY_ECDSA;
}

bool
sigalg_is_ed25519(enum rc_sigalg algorithm)
{
	return family_of(algorithm) == FAMILY_ED25519;
}

bool
sigalg_set_padding(EVP_PKEY_CTX *ctx, enum rc_sigalg algorithm)
{
	return !sigalg_is_pss(algorithm) ||
	    (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1);
}
