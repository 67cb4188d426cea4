#include "tests/unit/engines/lab.h"

#include <dlfcn.h>
#include <ftw.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/secret.h"

static void
write_configuration(const struct lab *lab)
{
	struct buf path = BUF_INIT;
	FILE *f;

	buf_printf(&path, "%s/softhsm2.conf", lab->dir);
	f = fopen(buf_text(&path), "w");
	REQUIRE(f != NULL);
	(void)fprintf(f, "directories.tokendir = %s\nobjectstore.backend = file\n"
	    "log.level = ERROR\n", lab->dir);
	REQUIRE(fclose(f) == 0);
	REQUIRE(setenv("SOFTHSM2_CONF", buf_text(&path), 1) == 0);
	buf_clear(&path);
}

void
lab_init(struct lab *lab, const char *label)
{
	*lab = (struct lab){ .dir = "/tmp/rolecert-unit-XXXXXX", .pin = LAB_PIN,
		.err = error_new() };
	REQUIRE(access(LAB_MODULE, R_OK) == 0);
	REQUIRE(mkdtemp(lab->dir) != NULL);
	write_configuration(lab);
	if (label != NULL)
		lab_token(lab, label);
}

static int
remove_entry(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st;
	(void)type;
	(void)at;
	return remove(path);
}

void
lab_clear(struct lab *lab)
{
	(void)nftw(lab->dir, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	error_free(lab->err);
}

void
lab_token(struct lab *lab, const char *label)
{
	struct rc_engine_config config = lab_config(lab, "pkcs11:");
	SCOPED(secret_free) struct secret *so = secret_copy(bytes_of_text(LAB_SO_PIN));
	SCOPED(secret_free) struct secret *pin = secret_copy(bytes_of_text(LAB_PIN));

	REQUIRE_OK(p11admin_init_token(&config, label, so, pin, lab->err), lab->err);
}

static enum rc_status
give_pin(void *arg, enum rc_pin_use use, const struct rc_token_facts *token,
    const char *pin_source, struct secret **ret, struct error *err)
{
	struct lab *lab = arg;

	(void)pin_source;
	lab->asked++;
	lab->use = use;
	lab->seen = *token;
	if (lab->pin == NULL)
		return error_fail(err, RULE_PIN_MISSING, "the test has no PIN");
	*ret = secret_copy(bytes_of_text(lab->pin));
	return RC_OK;
}

static void
hung(void *arg, const char *call)
{
	(void)arg;
	(void)fprintf(stderr, "%s hangs\n", call);
	abort();
}

struct rc_engine_config
lab_config(struct lab *lab, const char *uri)
{
	return (struct rc_engine_config){ .uri = uri, .module = LAB_MODULE, .pin = give_pin,
		.pin_arg = lab, .hung = hung, .timeout_seconds = 600 };
}

void
lab_keygen(struct lab *lab, const char *uri, const char *algorithm, struct bytes id,
    struct buf *spki)
{
	struct rc_engine_config config = lab_config(lab, uri);
	struct p11_keygen what = { .algorithm = algorithm, .id = id };

	REQUIRE_OK(p11admin_keygen(&config, &what, spki, NULL, lab->err), lab->err);
}

struct p11raw *
lab_raw(struct lab *lab, const char *uri)
{
	struct rc_engine_config config = lab_config(lab, uri);
	struct p11raw *raw = NULL;

	REQUIRE_OK(p11raw_open(&config, P11RAW_LOGIN | P11RAW_WRITE, &raw, lab->err), lab->err);
	return raw;
}

void
lab_generate(struct p11raw *raw, const char *label, struct bytes id, const CK_ATTRIBUTE *more,
    size_t n)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	CK_BBOOL yes = CK_TRUE;
	CK_ULONG bits = 1024;
	CK_MECHANISM mechanism = { .mechanism = CKM_RSA_PKCS_KEY_PAIR_GEN };
	CK_OBJECT_HANDLE public, private;
	CK_ATTRIBUTE common[] = {
		P11_ATTRIBUTE(CKA_TOKEN, &yes, sizeof(yes)),
		p11object_attribute(CKA_LABEL, bytes_of_text(label), arena),
		p11object_attribute(CKA_ID, id, arena),
	};
	CK_ATTRIBUTE pub[4], priv[16];

	memcpy(pub, common, sizeof(common));
	memcpy(priv, common, sizeof(common));
	pub[3] = P11_ATTRIBUTE(CKA_MODULUS_BITS, &bits, sizeof(bits));
	REQUIRE(n + 3 <= ARRAY_LEN(priv));
	if (n != 0)
		memcpy(priv + 3, more, n * sizeof(*more));
	EXPECT_INT(P11(raw, C_GenerateKeyPair, raw->session, &mechanism, pub, 4, priv, 3 + n,
	    &public, &private), CKR_OK);
}

/* -- import ------------------------------------------------------------------------ */

enum { PARTS = 8 };

struct part {
	CK_ATTRIBUTE_TYPE type;
	const char *name;
};

static const struct part rsa_parts[PARTS] = {
	{ CKA_MODULUS, OSSL_PKEY_PARAM_RSA_N }, { CKA_PUBLIC_EXPONENT, OSSL_PKEY_PARAM_RSA_E },
	{ CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D },
	{ CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1 }, { CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2 },
	{ CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1 },
	{ CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2 },
	{ CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1 },
};

static CK_ATTRIBUTE
part_of(EVP_PKEY *key, const struct part *part, struct arena *arena)
{
	BIGNUM *bn = NULL;
	unsigned char *p;
	int n;

	REQUIRE(EVP_PKEY_get_bn_param(key, part->name, &bn) == 1);
	p = arena_alloc(arena, (size_t)BN_num_bytes(bn));
	n = BN_bn2bin(bn, p);
	BN_clear_free(bn);
	return P11_ATTRIBUTE(part->type, p, (CK_ULONG)n);
}

/* A private object of these parts. */
static void
create_private(struct p11raw *raw, CK_KEY_TYPE type, const char *label, struct bytes id,
    const CK_ATTRIBUTE *parts, size_t n)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	CK_OBJECT_CLASS class = CKO_PRIVATE_KEY;
	CK_OBJECT_HANDLE handle;
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE t[24] = {
		P11_ATTRIBUTE(CKA_CLASS, &class, sizeof(class)),
		P11_ATTRIBUTE(CKA_KEY_TYPE, &type, sizeof(type)),
		P11_ATTRIBUTE(CKA_TOKEN, &yes, sizeof(yes)),
		p11object_attribute(CKA_LABEL, bytes_of_text(label), arena),
		p11object_attribute(CKA_ID, id, arena),
		P11_ATTRIBUTE(CKA_PRIVATE, &yes, sizeof(yes)),
		P11_ATTRIBUTE(CKA_SENSITIVE, &yes, sizeof(yes)),
	};

	memcpy(t + 7, parts, n * sizeof(*parts));
	EXPECT_INT(P11(raw, C_CreateObject, raw->session, t, 7 + n, &handle), CKR_OK);
}

static void
create_public(struct p11raw *raw, CK_KEY_TYPE type, const char *label, struct bytes id,
    const CK_ATTRIBUTE *parts, size_t n)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	CK_OBJECT_CLASS class = CKO_PUBLIC_KEY;
	CK_OBJECT_HANDLE handle;
	CK_BBOOL yes = CK_TRUE;
	CK_ATTRIBUTE t[8] = {
		P11_ATTRIBUTE(CKA_CLASS, &class, sizeof(class)),
		P11_ATTRIBUTE(CKA_KEY_TYPE, &type, sizeof(type)),
		P11_ATTRIBUTE(CKA_TOKEN, &yes, sizeof(yes)),
		p11object_attribute(CKA_LABEL, bytes_of_text(label), arena),
		p11object_attribute(CKA_ID, id, arena),
	};

	memcpy(t + 5, parts, n * sizeof(*parts));
	EXPECT_INT(P11(raw, C_CreateObject, raw->session, t, 5 + n, &handle), CKR_OK);
}

static void
append_spki(EVP_PKEY *key, struct buf *spki)
{
	unsigned char *der = NULL;
	int n = i2d_PUBKEY(key, &der);

	REQUIRE(n > 0);
	buf_put(spki, der, (size_t)n);
	OPENSSL_free(der);
}

EVP_PKEY *
lab_rsa_key(void)
{
	char *path = unit_data_path("token/rsa-4096.pem");
	FILE *f = fopen(path, "r");
	EVP_PKEY *key = f != NULL ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;

	REQUIRE(key != NULL);
	(void)fclose(f);
	free(path);
	return key;
}

void
lab_import_rsa(struct p11raw *raw, const char *label, struct bytes id, struct buf *spki)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	EVP_PKEY *key = lab_rsa_key();
	CK_ATTRIBUTE parts[PARTS];

	for (size_t i = 0; i < PARTS; i++)
		parts[i] = part_of(key, &rsa_parts[i], arena);
	create_public(raw, CKK_RSA, label, id, parts, 2);
	create_private(raw, CKK_RSA, label, id, parts, PARTS);
	if (spki != NULL)
		append_spki(key, spki);
	EVP_PKEY_free(key);
}

void
lab_import_ec(struct p11raw *raw, const char *label, struct bytes id)
{
	static const struct part secret = { CKA_VALUE, OSSL_PKEY_PARAM_PRIV_KEY };
	static CK_BYTE curve[] = { 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 };
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	EVP_PKEY *key = EVP_EC_gen("P-256");
	CK_BYTE point[67] = { 4, 65 };
	CK_ATTRIBUTE pub[2] = { P11_ATTRIBUTE(CKA_EC_PARAMS, curve, sizeof(curve)),
		P11_ATTRIBUTE(CKA_EC_POINT, point, sizeof(point)) };
	CK_ATTRIBUTE priv[2] = { pub[0], part_of(key, &secret, arena) };

	append_spki(key, &spki);
	memcpy(point + 2, spki.p + spki.n - 65, 65);
	create_public(raw, CKK_EC, label, id, pub, 2);
	create_private(raw, CKK_EC, label, id, priv, 2);
	EVP_PKEY_free(key);
}

void
lab_import_ed25519(struct p11raw *raw, const char *label, struct bytes id)
{
	CK_BYTE curve[] = "\x13\x0c" "edwards25519", secret[32] = { 7 };
	CK_ATTRIBUTE parts[] = { P11_ATTRIBUTE(CKA_EC_PARAMS, curve, sizeof(curve) - 1),
		P11_ATTRIBUTE(CKA_VALUE, secret, sizeof(secret)) };

	create_private(raw, CKK_EC_EDWARDS, label, id, parts, ARRAY_LEN(parts));
}

CK_FUNCTION_LIST *
lab_functions(void)
{
	void *module = dlopen(LAB_MODULE, RTLD_NOW | RTLD_LOCAL), *symbol;
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), from;
	CK_C_GetFunctionList get;
	CK_FUNCTION_LIST *fn = NULL;

	REQUIRE(module != NULL);
	symbol = dlsym(module, "C_GetFunctionList");
	memcpy(&get, &symbol, sizeof(get));
	REQUIRE(get(&fn) == CKR_OK);
	from = (uintptr_t)fn & ~(page - 1);
	REQUIRE(mprotect((void *)from, (uintptr_t)fn + sizeof(*fn) - from,
	    PROT_READ | PROT_WRITE) == 0);
	return fn;
}

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable() (void)0
#define __lsan_enable() (void)0
#endif

/* SoftHSM 2.6.1 loses the curve's name each time it signs with Ed25519: nobody's to
 * find here. */
enum rc_status
lab_sign(const struct rc_engine_ops *ops, struct rc_key *key, enum rc_sigalg algorithm,
    struct bytes tbs, struct buf *out, struct error *err)
{
	enum rc_status status;

	if (algorithm == RC_ED25519)
		__lsan_disable();
	status = ops->sign(key, algorithm, tbs, out, err);
	if (algorithm == RC_ED25519)
		__lsan_enable();
	return status;
}

/* Of each algorithm its hash, and whether RSA is padded by PSS. */
static const struct {
	const EVP_MD *(*md)(void);
	bool pss;
} verifying[RC_SIGALGS] = {
	[RC_RSA_SHA256] = { EVP_sha256, false }, [RC_RSA_SHA384] = { EVP_sha384, false },
	[RC_RSA_SHA512] = { EVP_sha512, false }, [RC_ECDSA_SHA256] = { EVP_sha256, false },
	[RC_ECDSA_SHA384] = { EVP_sha384, false }, [RC_ECDSA_SHA512] = { EVP_sha512, false },
	[RC_RSA_PSS_SHA256] = { EVP_sha256, true }, [RC_RSA_PSS_SHA384] = { EVP_sha384, true },
	[RC_RSA_PSS_SHA512] = { EVP_sha512, true }, [RC_ED25519] = { NULL, false },
};

/* PSS with exactly the salt that certificates name (RFC 4055 3.1). */
static bool
set_padding(EVP_PKEY_CTX *ctx, bool pss, const EVP_MD *md)
{
	return !pss || (EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, EVP_MD_get_size(md)) == 1 &&
	    EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, md) == 1);
}

bool
lab_verifies(struct bytes spki, enum rc_sigalg algorithm, struct bytes tbs,
    struct bytes signature)
{
	const EVP_MD *md = verifying[algorithm].md != NULL ? verifying[algorithm].md() : NULL;
	const unsigned char *p = spki.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)spki.n);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	EVP_PKEY_CTX *verifier = NULL;
	bool good = EVP_DigestVerifyInit(ctx, &verifier, md, NULL, key) == 1 &&
	    set_padding(verifier, verifying[algorithm].pss, md) &&
	    EVP_DigestVerify(ctx, signature.p, signature.n, tbs.p, tbs.n) == 1;

	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}
