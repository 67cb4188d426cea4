#include "crypto/ed25519.h"

#include "crypto/libcrypto.h"

/* Big end first: the prime 2^255 - 19, the curve's d (RFC 8032 5.1), and the y of
 * the points of order 8; those of order 1, 2 and 4 are 1, p - 1 and 0. */
static const char prime_hex[] =
    "7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed";
static const char d_hex[] =
    "52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3";
static const char *const small_order_hex[] = {
	"00", "01",
	"7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec",
	"7a03ac9277fdc74ec6cc392cfa53202a0f67100d760b3cba4fd84d3d706a17c7",
	"05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826",
};

static BIGNUM *
from_hex(const char *hex)
{
	BIGNUM *n = NULL;

	if (BN_hex2bn(&n, hex) == 0)
		mem_die();
	return n;
}

static bool
is_small_order(const BIGNUM *y)
{
	for (size_t i = 0; i < ARRAY_LEN(small_order_hex); i++) {
		SCOPED(BN_free) BIGNUM *small = from_hex(small_order_hex[i]);

		if (BN_cmp(y, small) == 0)
			return true;
	}
	return false;
}

/* x^2 = (y^2 - 1) / (d y^2 + 1) has a root when numerator times denominator is a
 * square modulo p; the denominator is never zero. */
static bool
is_on_curve(const BIGNUM *y, const BIGNUM *p)
{
	SCOPED(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	SCOPED(BN_free) BIGNUM *d = from_hex(d_hex), *u = BN_new(), *v = BN_new();

	if (ctx == NULL || u == NULL || v == NULL || BN_mod_sqr(u, y, p, ctx) != 1 ||
	    BN_mod_mul(v, u, d, p, ctx) != 1 || BN_add_word(v, 1) != 1 ||
	    BN_mod_sub(u, u, BN_value_one(), p, ctx) != 1 ||
	    BN_mod_mul(u, u, v, p, ctx) != 1)
		mem_die();
	return BN_kronecker(u, p, ctx) != -1;
}

bool
ed25519_is_sound(const uint8_t key[ED25519_OCTETS])
{
	SCOPED(BN_free) BIGNUM *p = from_hex(prime_hex), *y = NULL;
	uint8_t big_end[ED25519_OCTETS];

	for (size_t i = 0; i < ED25519_OCTETS; i++)
		big_end[i] = key[ED25519_OCTETS - 1 - i];
	big_end[0] &= 0x7f;     /* the sign of x */
	y = crypto_bn(BYTES(big_end, sizeof(big_end)));
	return BN_cmp(y, p) < 0 && !is_small_order(y) && is_on_curve(y, p);
}
