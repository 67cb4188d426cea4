#include "crypto/modulus.h"
#include "tests/unit/crypto/make.h"

/*
 * The first primes above 2^1023 + 2^1022, above that prime plus 2^514, 2^530 and
 * 2^1000, and above 2^1024 - 2^700.  The distances were searched once.
 */
enum { AFTER_P = 1037, AFTER_514 = 44, AFTER_530 = 1318, AFTER_1000 = 38, AFTER_TOP = 257 };

static BIGNUM *
first_prime(void)
{
	BIGNUM *n = BN_new();

	(void)BN_set_bit(n, 1023);
	(void)BN_set_bit(n, 1022);
	(void)BN_add_word(n, AFTER_P);
	return n;
}

static BIGNUM *
product(const BIGNUM *a, const BIGNUM *b)
{
	SCOPED(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	BIGNUM *n = BN_new();

	REQUIRE(BN_mul(n, a, b, ctx) == 1);
	return n;
}

static struct bytes
octets_of(const BIGNUM *n, struct buf *out)
{
	buf_cut(out, 0);
	(void)BN_bn2bin(n, buf_reserve(out, (size_t)BN_num_bytes(n)));
	buf_wrote(out, (size_t)BN_num_bytes(n));
	return buf_bytes(out);
}

static enum rc_status
check_rsa(const BIGNUM *n, unsigned long e, struct error *err)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	SCOPED(pubkey_free) struct pubkey *key = NULL;

	put_rsa_spki(&spki, n, e);
	TRY(pubkey_read(buf_bytes(&spki), &key, err));
	return pubkey_check(key, err);
}

/* The difference of the primes is about 2^bits. */
static void
product_of_close(const BIGNUM *p, int bits, unsigned long after, BIGNUM **ret)
{
	SCOPED(BN_free) BIGNUM *q = BN_dup(p), *apart = BN_new();

	(void)BN_set_bit(apart, bits);
	(void)BN_add(q, q, apart);
	(void)BN_add_word(q, after);
	*ret = product(p, q);
}

TEST(close_primes_are_found_and_distant_ones_left_alone)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(BN_free) BIGNUM *p = first_prime(), *near = NULL, *far = NULL,
	    *square = product(p, p);
	SCOPED(buf_clear) struct buf octets = BUF_INIT;

	product_of_close(p, 514, AFTER_514, &near);
	product_of_close(p, 530, AFTER_530, &far);
	EXPECT_INT(BN_num_bits(far), 2048);
	EXPECT(modulus_has_close_primes(octets_of(square, &octets)));
	EXPECT(modulus_has_close_primes(octets_of(near, &octets)));
	EXPECT(!modulus_has_close_primes(octets_of(far, &octets)));
	EXPECT_RULE(check_rsa(near, 65537, err), err, RULE_KEY_CLOSE_PRIMES);
	EXPECT_OK(check_rsa(far, 65537, err), err);
}

TEST(exponents_at_and_beyond_their_bounds)
{
	static const unsigned long bad[] = { 1, 3, 17, 65535, 65536, 65538 };
	static const unsigned long good[] = { 65537, 65539, 0xffffffffUL };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(BN_free) BIGNUM *p = first_prime(), *n = NULL;

	product_of_close(p, 1000, AFTER_1000, &n);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		EXPECT_RULE(check_rsa(n, bad[i], err), err, RULE_KEY_RSA_EXPONENT);
	for (size_t i = 0; i < ARRAY_LEN(good); i++)
		EXPECT_OK(check_rsa(n, good[i], err), err);
	EXPECT_RULE(check_rsa(n, 0, err), err, RULE_KEY_RSA_EXPONENT);
}

/* An exponent of 256 bits and one of 257, written by hand. */
TEST(exponents_have_at_most_256_bits)
{
	SCOPED(BN_free) BIGNUM *p = first_prime(), *n = NULL;

	product_of_close(p, 1000, AFTER_1000, &n);
	for (int bits = 256; bits <= 257; bits++) {
		SCOPED(error_free) struct error *err = error_new();
		SCOPED(buf_clear) struct buf numbers = BUF_INIT, key = BUF_INIT, spki = BUF_INIT;
		SCOPED(pubkey_free) struct pubkey *pk = NULL;
		SCOPED(BN_free) BIGNUM *e = BN_new();

		(void)BN_set_bit(e, bits - 1);
		(void)BN_set_bit(e, 0);
		put_integer(&numbers, n);
		put_integer(&numbers, e);
		put_tlv(&key, 0x30, buf_bytes(&numbers));
		put_spki(&spki, "06092a864886f70d0101010500", buf_bytes(&key));
		REQUIRE_OK(pubkey_read(buf_bytes(&spki), &pk, err), err);
		if (bits == 256)
			EXPECT_OK(pubkey_check(pk, err), err);
		else
			EXPECT_RULE(pubkey_check(pk, err), err, RULE_KEY_RSA_EXPONENT);
	}
}

/* 2^(bits-1) + 1 has the size; only the size is judged where it is wrong. */
TEST(sizes_outside_are_refused_without_arithmetic)
{
	static const int bad[] = { 0, 8, 512, 1024, 2047, 8193, 16384, 100000 };
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		SCOPED(BN_free) BIGNUM *n = BN_new();

		if (bad[i] != 0)
			(void)BN_set_bit(n, bad[i] - 1);
		EXPECT_RULE(check_rsa(n, 65537, err), err, RULE_KEY_RSA_SIZE);
	}
}

/* Seven primes just below 2^1024 and one of 3 * 2^1022: exactly 8192 bits. */
TEST(the_largest_size_is_accepted_soon)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	SCOPED(BN_free) BIGNUM *n = first_prime(), *top = BN_new(), *less = BN_new();

	(void)BN_set_bit(top, 1024);
	(void)BN_set_bit(less, 700);
	(void)BN_sub(top, top, less);
	(void)BN_add_word(top, AFTER_TOP);
	for (int i = 0; i < 7; i++)
		REQUIRE(BN_mul(n, n, top, ctx) == 1);
	EXPECT_INT(BN_num_bits(n), 8192);
	EXPECT_OK(check_rsa(n, 65537, err), err);
}

TEST(small_factors_up_to_ten_thousand)
{
	static const unsigned long factors[] = { 2, 3, 5, 53, 59, 9967, 9973 };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf octets = BUF_INIT;
	SCOPED(BN_free) BIGNUM *p = first_prime(), *sound = NULL;

	product_of_close(p, 1000, AFTER_1000, &sound);
	EXPECT_INT(modulus_small_factor(octets_of(sound, &octets)), 0);
	for (size_t i = 0; i < ARRAY_LEN(factors); i++) {
		SCOPED(BN_free) BIGNUM *n = BN_dup(sound);

		(void)BN_mul_word(n, factors[i]);
		EXPECT_INT(modulus_small_factor(octets_of(n, &octets)), factors[i]);
		EXPECT_RULE(check_rsa(n, 65537, err), err, RULE_KEY_SMALL_FACTOR);
	}
	(void)BN_mul_word(sound, 10007);
	EXPECT_INT(modulus_small_factor(octets_of(sound, &octets)), 0);
	EXPECT_OK(check_rsa(sound, 65537, err), err);
}

/*
 * A modulus of 2048 bits that is 65537^12345 modulo every prime from 3 to 163 and
 * 65537^at_last modulo 167.
 */
static BIGNUM *
nearly_roca(unsigned at_last)
{
	SCOPED(BN_CTX_free) BN_CTX *ctx = BN_CTX_new();
	SCOPED(BN_free) BIGNUM *m = BN_new(), *base = BN_new(), *e = BN_new();
	SCOPED(buf_clear) struct buf octets = BUF_INIT;
	BIGNUM *n = BN_new();
	unsigned want = 1;

	(void)BN_one(m);
	for (unsigned p = 3; p <= 163; p += 2) {
		bool prime = true;

		for (unsigned d = 3; d * d <= p; d += 2)
			prime = prime && p % d != 0;
		if (prime)
			(void)BN_mul_word(m, p);
	}
	for (unsigned i = 0; i < at_last; i++)
		want = want * (65537 % 167) % 167;
	(void)BN_set_word(base, 65537);
	(void)BN_set_word(e, 12345);
	(void)BN_set_bit(n, 2047);
	(void)BN_mod(n, n, m, ctx);
	(void)BN_mod_exp(e, base, e, m, ctx);
	/* 2^2047 - (2^2047 mod m) + m + 65537^12345 */
	(void)BN_sub(e, e, n);
	(void)BN_zero(n);
	(void)BN_set_bit(n, 2047);
	(void)BN_add(n, n, e);
	(void)BN_add(n, n, m);
	while (BN_mod_word(n, 167) != want ||
	    modulus_small_factor(octets_of(n, &octets)) != 0)
		(void)BN_add(n, n, m);
	return n;
}

TEST(roca_is_found_and_its_near_miss_is_not)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf octets = BUF_INIT;
	SCOPED(BN_free) BIGNUM *broken = nearly_roca(12345), *sound = nearly_roca(12346);

	EXPECT_INT(BN_num_bits(broken), 2048);
	EXPECT(modulus_is_roca(octets_of(broken, &octets)));
	EXPECT_RULE(check_rsa(broken, 65537, err), err, RULE_KEY_ROCA);
	EXPECT(!modulus_is_roca(octets_of(sound, &octets)));
	EXPECT_OK(check_rsa(sound, 65537, err), err);
}
