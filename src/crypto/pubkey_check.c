#include "crypto/ed25519.h"
#include "crypto/modulus.h"
#include "crypto/pubkey_parts.h"

enum {
	RSA_MIN_BITS = 2048, RSA_MAX_BITS = 8192,
	EXPONENT_MIN = 65537, EXPONENT_MAX_BITS = 256,
};

static void
check_rsa_size(const struct pubkey *key, struct error *err)
{
	SCOPED(buf_clear) struct buf have = BUF_INIT;

	if (key->modulus_bits >= RSA_MIN_BITS && key->modulus_bits <= RSA_MAX_BITS)
		return;
	buf_printf(&have, "%zu bits", key->modulus_bits);
	(void)error_fail(err, RULE_KEY_RSA_SIZE, "the RSA key is of the wrong size");
	error_want(err, "2048 to 8192 bits", buf_text(&have));
	error_fix(err, "make a key of 2048, 3072 or 4096 bits and a new request");
}

/* The number, once it is known to have few bits. */
static uint64_t
small_number(struct bytes b)
{
	uint64_t value = 0;

	for (size_t i = 0; i < b.n; i++)
		value = value << 8 | b.p[i];
	return value;
}

static void
check_rsa_exponent(const struct pubkey *key, struct error *err)
{
	struct bytes e = key->exponent;
	const char *have = NULL;

	if (key->exponent_bits > EXPONENT_MAX_BITS)
		have = "a larger one";
	else if (e.n <= sizeof(uint64_t) && small_number(e) < EXPONENT_MIN)
		have = "a smaller one";
	else if (e.p[e.n - 1] % 2 == 0)
		have = "an even one";
	if (have == NULL)
		return;
	(void)error_fail(err, RULE_KEY_RSA_EXPONENT, "the RSA key's public exponent is unsafe");
	error_want(err, "an odd number from 65537 to 2^256", have);
	error_fix(err, "make a new key with exponent 65537 and a new request");
}

static void
check_rsa(const struct pubkey *key, struct error *err)
{
	unsigned factor;

	check_rsa_size(key, err);
	check_rsa_exponent(key, err);
	if (key->modulus_bits < RSA_MIN_BITS || key->modulus_bits > RSA_MAX_BITS)
		return;
	factor = modulus_small_factor(key->modulus);
	if (factor != 0)
		(void)error_fail(err, RULE_KEY_SMALL_FACTOR,
		    "the RSA key's modulus is divided by %u", factor);
	if (modulus_is_roca(key->modulus))
		(void)error_fail(err, RULE_KEY_ROCA,
		    "the RSA key bears the mark of a broken generator (ROCA)");
	if (modulus_has_close_primes(key->modulus))
		(void)error_fail(err, RULE_KEY_CLOSE_PRIMES,
		    "the RSA key's two primes are so close that it is factored at once");
}

static void
check_ec(const struct pubkey *key, struct error *err)
{
	size_t field;

	if (key->curve == NULL) {
		(void)error_fail(err, RULE_KEY_CURVE,
		    "the EC key is on a curve that is not known by name");
		error_fix(err, "make a key on P-256, P-384 or P-521 and a new request");
		return;
	}
	field = (key->curve->bits + 7) / 8;
	if (key->octets.n != 1 + 2 * field || key->octets.p[0] != 0x04)
		(void)error_fail(err, RULE_KEY_POINT,
		    "the EC key's point is not in uncompressed form for %s", key->curve->name);
	else if (key->evp == NULL)
		(void)error_fail(err, RULE_KEY_POINT, "the EC key's point is not on %s",
		    key->curve->name);
}

static void
check_ed25519(const struct pubkey *key, struct error *err)
{
	if (key->evp == NULL || !ed25519_is_sound(key->octets.p))
		(void)error_fail(err, RULE_KEY_POINT,
		    "the Ed25519 key is not the encoding of a point of large order");
}

static void
check_other(const struct pubkey *key, struct error *err)
{
	(void)error_fail(err, RULE_KEY_TYPE, "the key is of a kind that is not certified");
	error_want(err, "RSA, EC or Ed25519", key->text);
}

enum rc_status
pubkey_check(const struct pubkey *key, struct error *err)
{
	static void (*const check[])(const struct pubkey *, struct error *) = {
		[KEY_KIND_OTHER] = check_other, [KEY_KIND_RSA] = check_rsa,
		[KEY_KIND_EC] = check_ec, [KEY_KIND_ED25519] = check_ed25519,
	};
	size_t before = error_count(err);

	check[key->kind](key, err);
	return error_count(err) == before ? RC_OK : RC_POLICY;
}
