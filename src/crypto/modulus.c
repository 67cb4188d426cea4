#include "crypto/modulus.h"

#include "crypto/libcrypto.h"

enum { PRIME_LIMIT = 10000, ROCA_LAST = 167, ROCA_PRIMES = 38, ROCA_BASE = 65537 };

static void
sieve(bool composite[PRIME_LIMIT])
{
	memset(composite, 0, PRIME_LIMIT * sizeof(composite[0]));
	for (unsigned p = 2; p * p < PRIME_LIMIT; p++)
		for (unsigned m = p * p; !composite[p] && m < PRIME_LIMIT; m += p)
			composite[m] = true;
}

static BN_ULONG
remainder_of(const BIGNUM *n, BN_ULONG divisor)
{
	BN_ULONG rest = BN_mod_word(n, divisor);

	if (rest == (BN_ULONG)-1)
		mem_die();
	return rest;
}

static unsigned
divisor_among(BN_ULONG rest, const unsigned *primes, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (rest % primes[i] == 0)
			return primes[i];
	return 0;
}

/* One long division serves as many primes as their product fits a word. */
unsigned
modulus_small_factor(struct bytes modulus)
{
	SCOPED(BN_free) BIGNUM *n = crypto_bn(modulus);
	bool composite[PRIME_LIMIT];
	unsigned group[64], found;
	size_t n_group = 0;
	BN_ULONG product = 1;

	sieve(composite);
	for (unsigned p = 2; p < PRIME_LIMIT; p++) {
		if (composite[p])
			continue;
		if (product > (BN_ULONG)-1 / p) {
			found = divisor_among(remainder_of(n, product), group, n_group);
			if (found != 0)
				return found;
			product = 1;
			n_group = 0;
		}
		product *= p;
		group[n_group++] = p;
	}
	return divisor_among(remainder_of(n, product), group, n_group);
}

/* x with 65537^x = target modulo a small prime, and the order of 65537 there;
 * false when there is no such x. */
static bool
discrete_log(unsigned target, unsigned prime, unsigned *ret_log, unsigned *ret_order)
{
	unsigned power = 1 % prime, order = 0;
	bool found = false;

	do {
		if (power == target) {
			*ret_log = order;
			found = true;
		}
		power = power * (ROCA_BASE % prime) % prime;
		order++;
	} while (power != 1);
	*ret_order = order;
	return found;
}

static unsigned
gcd(unsigned a, unsigned b)
{
	while (b != 0) {
		unsigned rest = a % b;

		a = b;
		b = rest;
	}
	return a;
}

/*
 * A power of 65537 modulo the product of the primes is a power modulo each of
 * them, with exponents that one exponent explains: by the Chinese remainder
 * theorem that is so when they agree in pairs, modulo the gcd of the orders.
 */
bool
modulus_is_roca(struct bytes modulus)
{
	SCOPED(BN_free) BIGNUM *n = crypto_bn(modulus);
	unsigned log[ROCA_PRIMES], order[ROCA_PRIMES];
	bool composite[PRIME_LIMIT];
	size_t k = 0;

	sieve(composite);
	for (unsigned p = 3; p <= ROCA_LAST; p += 2) {
		if (composite[p])
			continue;
		if (!discrete_log((unsigned)remainder_of(n, p), p, &log[k], &order[k]))
			return false;
		for (size_t i = 0; i < k; i++) {
			unsigned common = gcd(order[i], order[k]);

			if (log[i] % common != log[k] % common)
				return false;
		}
		k++;
	}
	return true;
}

static bool
is_residue(unsigned value, unsigned modulus)
{
	for (unsigned x = 0; x <= modulus / 2; x++)
		if (x * x % modulus == value)
			return true;
	return false;
}

/* Fewer than one number in a hundred that is no square passes. */
static bool
may_be_square(const BIGNUM *n)
{
	static const unsigned by[] = { 64, 63, 65, 11 };
	unsigned rest = (unsigned)remainder_of(n, 64 * 63 * 65 * 11);

	for (size_t i = 0; i < ARRAY_LEN(by); i++)
		if (!is_residue(rest % by[i], by[i]))
			return false;
	return true;
}

/* The root of n, rounded down, into x: Newton's method from above. */
static bool
square_root(BIGNUM *x, const BIGNUM *n, BN_CTX *ctx)
{
	BIGNUM *y;
	bool good;

	BN_zero(x);
	if (BN_is_zero(n))
		return true;
	BN_CTX_start(ctx);
	y = BN_CTX_get(ctx);
	good = y != NULL && BN_set_bit(x, (BN_num_bits(n) + 1) / 2) == 1;
	while (good) {
		good = BN_div(y, NULL, n, x, ctx) == 1 && BN_add(y, y, x) == 1 &&
		    BN_rshift1(y, y) == 1;
		if (!good || BN_cmp(y, x) >= 0)
			break;
		good = BN_copy(x, y) != NULL;
	}
	BN_CTX_end(ctx);
	return good;
}

static bool
is_square(const BIGNUM *n, BIGNUM *scratch, BN_CTX *ctx)
{
	if (!may_be_square(n))
		return false;
	if (!square_root(scratch, n, ctx) || BN_sqr(scratch, scratch, ctx) != 1)
		mem_die();
	return BN_cmp(scratch, n) == 0;
}

bool
modulus_has_close_primes(struct bytes modulus)
{
	SCOPED(BN_free) BIGNUM *n = crypto_bn(modulus), *a = BN_new(), *b2 = BN_new(),
	    *scratch = BN_new();
	SCOPED(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();

	if (a == NULL || b2 == NULL || scratch == NULL || ctx == NULL ||
	    !square_root(a, n, ctx))
		mem_die();
	for (int step = 0; step < MODULUS_FERMAT_STEPS; step++) {
		if (BN_sqr(b2, a, ctx) != 1 || BN_sub(b2, b2, n) != 1)
			mem_die();
		if (!BN_is_negative(b2) && is_square(b2, scratch, ctx))
			return true;
		if (BN_add_word(a, 1) != 1)
			mem_die();
	}
	return false;
}
