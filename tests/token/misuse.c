/*
 * What somebody with the PIN and no scruples does with a token, by PKCS#11 alone.
 *
 *      misuse generate LABEL [CKA=0|1]...   a key pair (RSA-2048, or P-256 with KIND=ec)
 *      misuse import LABEL FILE             the RSA key of a PEM file
 *      misuse wrap LABEL                    the private key, out of the token, as PEM:
 *                                           wrapped by a key of ours, and opened
 *      misuse copy LABEL NEW CKA=0|1...     a copy that lasts, with other guards
 *      misuse borrow LABEL                  a copy that is not private; logs out and signs
 *                                           stdin with it
 *      misuse set LABEL CKA=0|1             an attribute of the key itself
 *      misuse sign LABEL                    signs stdin (SHA-256); without PIN where none is set
 *      misuse public LABEL                  the public half as PEM (RSA)
 *
 * MODULE, MODULE_ARGS, SLOT_LABEL and PIN say which token; CKA is SENSITIVE,
 * EXTRACTABLE, PRIVATE, ...  Status 1: the token did not let itself be misused,
 * which the last line of stderr tells.
 */
#include <dlfcn.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <openssl/x509.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p11-kit/pkcs11.h>

static CK_FUNCTION_LIST *fn;
static CK_SESSION_HANDLE session;

static void
give_up(const char *what, CK_RV rv)
{
	(void)fprintf(stderr, "misuse: %s: 0x%lx\n", what, rv);
	exit(1);
}

#define MUST(call, ...)                                                       \
	do {                                                                  \
		CK_RV rv_ = fn->call(__VA_ARGS__);                            \
		if (rv_ != CKR_OK)                                            \
			give_up(#call, rv_);                                  \
	} while (0)

/* -- templates ---------------------------------------------------------------------- */

struct template {
	CK_ATTRIBUTE a[32];
	CK_ULONG n;
};

static void
put(struct template *t, CK_ATTRIBUTE_TYPE type, const void *p, size_t n)
{
	CK_ATTRIBUTE *a = &t->a[t->n++];

	a->type = type;
	a->ulValueLen = n;
	a->pValue = memcpy(malloc(n + 1), p, n);
}

static void
put_bool(struct template *t, CK_ATTRIBUTE_TYPE type, bool value)
{
	CK_BBOOL b = value ? CK_TRUE : CK_FALSE;

	put(t, type, &b, sizeof(b));
}

static void
put_ulong(struct template *t, CK_ATTRIBUTE_TYPE type, CK_ULONG value)
{
	put(t, type, &value, sizeof(value));
}

static void
put_text(struct template *t, CK_ATTRIBUTE_TYPE type, const char *text)
{
	put(t, type, text, strlen(text));
}

/* "EXTRACTABLE=1" */
static void
put_word(struct template *t, const char *word)
{
	static const struct { const char *name; CK_ATTRIBUTE_TYPE type; } names[] = {
		{ "SENSITIVE", CKA_SENSITIVE }, { "EXTRACTABLE", CKA_EXTRACTABLE },
		{ "PRIVATE", CKA_PRIVATE }, { "TOKEN", CKA_TOKEN }, { "SIGN", CKA_SIGN },
		{ "MODIFIABLE", CKA_MODIFIABLE },
	};
	size_t n = strcspn(word, "=");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strlen(names[i].name) == n && memcmp(names[i].name, word, n) == 0) {
			put_bool(t, names[i].type, word[n] == '=' && word[n + 1] == '1');
			return;
		}
	give_up(word, CKR_ATTRIBUTE_TYPE_INVALID);
}

/* -- the token ------------------------------------------------------------------------ */

static const char *
asked(const char *name)
{
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

static CK_SLOT_ID
find_slot(const char *label)
{
	CK_SLOT_ID slots[64];
	CK_ULONG n = 64;

	MUST(C_GetSlotList, CK_TRUE, slots, &n);
	for (CK_ULONG i = 0; i < n; i++) {
		CK_TOKEN_INFO info;

		if (fn->C_GetTokenInfo(slots[i], &info) == CKR_OK &&
		    memcmp(info.label, label, strlen(label)) == 0)
			return slots[i];
	}
	give_up("no such token", CKR_SLOT_ID_INVALID);
	return 0;
}

static void
open_token(void)
{
	CK_C_INITIALIZE_ARGS args = { .flags = CKF_OS_LOCKING_OK,
		.pReserved = (void *)asked("MODULE_ARGS") };
	void *module = dlopen(asked("MODULE"), RTLD_NOW | RTLD_LOCAL);
	void *symbol = module != NULL ? dlsym(module, "C_GetFunctionList") : NULL;
	CK_C_GetFunctionList get = NULL;
	const char *pin = asked("PIN");

	memcpy(&get, &symbol, sizeof(get));
	if (get == NULL || get(&fn) != CKR_OK)
		give_up("loading the module", CKR_GENERAL_ERROR);
	MUST(C_Initialize, &args);
	MUST(C_OpenSession, find_slot(asked("SLOT_LABEL")), CKF_SERIAL_SESSION | CKF_RW_SESSION,
	    NULL, NULL, &session);
	if (pin != NULL)
		MUST(C_Login, session, CKU_USER, (CK_BYTE *)(uintptr_t)pin, strlen(pin));
}

static CK_OBJECT_HANDLE
find(CK_OBJECT_CLASS class, const char *label)
{
	struct template t = { .n = 0 };
	CK_OBJECT_HANDLE object = CK_INVALID_HANDLE;
	CK_ULONG n = 0;

	put_ulong(&t, CKA_CLASS, class);
	put_text(&t, CKA_LABEL, label);
	MUST(C_FindObjectsInit, session, t.a, t.n);
	MUST(C_FindObjects, session, &object, 1, &n);
	MUST(C_FindObjectsFinal, session);
	if (n != 1)
		give_up("no such key", CKR_KEY_HANDLE_INVALID);
	return object;
}

static CK_ULONG
read_attribute(CK_OBJECT_HANDLE object, CK_ATTRIBUTE_TYPE type, CK_BYTE *to, CK_ULONG room)
{
	CK_ATTRIBUTE a = { .type = type, .pValue = to, .ulValueLen = room };

	MUST(C_GetAttributeValue, session, object, &a, 1);
	return a.ulValueLen;
}

static CK_KEY_TYPE
kind_of(CK_OBJECT_HANDLE key)
{
	CK_KEY_TYPE type = 0;

	(void)read_attribute(key, CKA_KEY_TYPE, (CK_BYTE *)&type, sizeof(type));
	return type;
}

/* -- generate, import, copy, set ------------------------------------------------------ */

static bool
names(int argc, char **argv, const char *word)
{
	for (int i = 0; i < argc; i++)
		if (strncmp(argv[i], word, strlen(word)) == 0)
			return true;
	return false;
}

static void
generate(const char *label, int argc, char **argv)
{
	static const CK_BYTE p256[] = { 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7 };
	static const CK_BYTE f4[] = { 1, 0, 1 };
	bool ec = asked("KIND") != NULL && strcmp(asked("KIND"), "ec") == 0;
	CK_MECHANISM how = { .mechanism =
		ec ? CKM_ECDSA_KEY_PAIR_GEN : CKM_RSA_PKCS_KEY_PAIR_GEN };
	struct template pub = { .n = 0 }, priv = { .n = 0 };
	CK_OBJECT_HANDLE a, b;

	put_bool(&pub, CKA_TOKEN, true);
	put_text(&pub, CKA_LABEL, label);
	put_text(&pub, CKA_ID, label);
	if (ec) {
		put(&pub, CKA_EC_PARAMS, p256, sizeof(p256));
	} else {
		put_ulong(&pub, CKA_MODULUS_BITS, 2048);
		put(&pub, CKA_PUBLIC_EXPONENT, f4, sizeof(f4));
	}
	put_text(&priv, CKA_LABEL, label);
	put_text(&priv, CKA_ID, label);
	put_bool(&priv, CKA_SIGN, true);
	if (!names(argc, argv, "TOKEN="))
		put_bool(&priv, CKA_TOKEN, true);
	if (!names(argc, argv, "PRIVATE="))
		put_bool(&priv, CKA_PRIVATE, true);
	if (!names(argc, argv, "SENSITIVE="))
		put_bool(&priv, CKA_SENSITIVE, true);
	if (!names(argc, argv, "EXTRACTABLE="))
		put_bool(&priv, CKA_EXTRACTABLE, false);
	for (int i = 0; i < argc; i++)
		put_word(&priv, argv[i]);
	MUST(C_GenerateKeyPair, session, &how, pub.a, pub.n, priv.a, priv.n, &a, &b);
}

static void
put_bn(struct template *t, CK_ATTRIBUTE_TYPE type, EVP_PKEY *key, const char *name)
{
	CK_BYTE bytes[1024];
	BIGNUM *bn = NULL;

	if (EVP_PKEY_get_bn_param(key, name, &bn) != 1)
		give_up(name, CKR_KEY_TYPE_INCONSISTENT);
	put(t, type, bytes, (size_t)BN_bn2bin(bn, bytes));
	BN_clear_free(bn);
}

static void
put_common(struct template *t, CK_OBJECT_CLASS class, const char *label)
{
	put_ulong(t, CKA_CLASS, class);
	put_ulong(t, CKA_KEY_TYPE, CKK_RSA);
	put_bool(t, CKA_TOKEN, true);
	put_text(t, CKA_LABEL, label);
	put_text(t, CKA_ID, label);
}

static void
import(const char *label, const char *path)
{
	FILE *f = fopen(path, "r");
	EVP_PKEY *key = f != NULL ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
	struct template pub = { .n = 0 }, priv = { .n = 0 };
	CK_OBJECT_HANDLE object;

	if (key == NULL)
		give_up(path, CKR_DATA_INVALID);
	put_common(&pub, CKO_PUBLIC_KEY, label);
	put_bn(&pub, CKA_MODULUS, key, OSSL_PKEY_PARAM_RSA_N);
	put_bn(&pub, CKA_PUBLIC_EXPONENT, key, OSSL_PKEY_PARAM_RSA_E);
	put_common(&priv, CKO_PRIVATE_KEY, label);
	put_bool(&priv, CKA_PRIVATE, true);
	put_bool(&priv, CKA_SENSITIVE, true);
	put_bool(&priv, CKA_EXTRACTABLE, false);
	put_bool(&priv, CKA_SIGN, true);
	put_bn(&priv, CKA_MODULUS, key, OSSL_PKEY_PARAM_RSA_N);
	put_bn(&priv, CKA_PUBLIC_EXPONENT, key, OSSL_PKEY_PARAM_RSA_E);
	put_bn(&priv, CKA_PRIVATE_EXPONENT, key, OSSL_PKEY_PARAM_RSA_D);
	put_bn(&priv, CKA_PRIME_1, key, OSSL_PKEY_PARAM_RSA_FACTOR1);
	put_bn(&priv, CKA_PRIME_2, key, OSSL_PKEY_PARAM_RSA_FACTOR2);
	put_bn(&priv, CKA_EXPONENT_1, key, OSSL_PKEY_PARAM_RSA_EXPONENT1);
	put_bn(&priv, CKA_EXPONENT_2, key, OSSL_PKEY_PARAM_RSA_EXPONENT2);
	put_bn(&priv, CKA_COEFFICIENT, key, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
	MUST(C_CreateObject, session, pub.a, pub.n, &object);
	MUST(C_CreateObject, session, priv.a, priv.n, &object);
}

static void
copy(const char *label, const char *new_label, int argc, char **argv)
{
	struct template t = { .n = 0 };
	CK_OBJECT_HANDLE object;

	put_text(&t, CKA_LABEL, new_label);
	put_bool(&t, CKA_TOKEN, true);
	for (int i = 0; i < argc; i++)
		put_word(&t, argv[i]);
	MUST(C_CopyObject, session, find(CKO_PRIVATE_KEY, label), t.a, t.n, &object);
}

static void
set(const char *label, const char *word)
{
	struct template t = { .n = 0 };

	put_word(&t, word);
	MUST(C_SetAttributeValue, session, find(CKO_PRIVATE_KEY, label), t.a, t.n);
}

/* -- wrap: the key's octets leave the token ------------------------------------------- */

static CK_OBJECT_HANDLE
our_key(CK_ULONG octets)
{
	CK_MECHANISM how = { .mechanism = CKM_AES_KEY_GEN };
	struct template t = { .n = 0 };
	CK_OBJECT_HANDLE key;

	put_bool(&t, CKA_TOKEN, false);
	put_bool(&t, CKA_WRAP, true);
	put_bool(&t, CKA_UNWRAP, true);
	put_bool(&t, CKA_ENCRYPT, true);
	put_bool(&t, CKA_DECRYPT, true);
	put_ulong(&t, CKA_VALUE_LEN, octets);
	MUST(C_GenerateKey, session, &how, t.a, t.n, &key);
	return key;
}

/* By decryption with the same key: what was wrapped is a PKCS#8 structure. */
static bool
open_by_decrypting(CK_MECHANISM *how, CK_OBJECT_HANDLE ours, CK_BYTE *wrapped, CK_ULONG n,
    CK_BYTE *clear, CK_ULONG *clear_n)
{
	return fn->C_DecryptInit(session, how, ours) == CKR_OK &&
	    fn->C_Decrypt(session, wrapped, n, clear, clear_n) == CKR_OK;
}

static void
read_bn(OSSL_PARAM_BLD *bld, CK_OBJECT_HANDLE key, CK_ATTRIBUTE_TYPE type, const char *name)
{
	CK_BYTE bytes[1024];
	CK_ULONG n = read_attribute(key, type, bytes, sizeof(bytes));

	OSSL_PARAM_BLD_push_BN(bld, name, BN_bin2bn(bytes, (int)n, NULL));
}

static EVP_PKEY *
readable_rsa(CK_OBJECT_HANDLE key)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *pkey = NULL;

	read_bn(bld, key, CKA_MODULUS, OSSL_PKEY_PARAM_RSA_N);
	read_bn(bld, key, CKA_PUBLIC_EXPONENT, OSSL_PKEY_PARAM_RSA_E);
	read_bn(bld, key, CKA_PRIVATE_EXPONENT, OSSL_PKEY_PARAM_RSA_D);
	read_bn(bld, key, CKA_PRIME_1, OSSL_PKEY_PARAM_RSA_FACTOR1);
	read_bn(bld, key, CKA_PRIME_2, OSSL_PKEY_PARAM_RSA_FACTOR2);
	read_bn(bld, key, CKA_EXPONENT_1, OSSL_PKEY_PARAM_RSA_EXPONENT1);
	read_bn(bld, key, CKA_EXPONENT_2, OSSL_PKEY_PARAM_RSA_EXPONENT2);
	read_bn(bld, key, CKA_COEFFICIENT, OSSL_PKEY_PARAM_RSA_COEFFICIENT1);
	if (EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &pkey, EVP_PKEY_KEYPAIR,
	    OSSL_PARAM_BLD_to_param(bld)) != 1)
		give_up("what was read is no key", CKR_DATA_INVALID);
	return pkey;
}

/* Unwrapped again as a key of ours that is not sensitive, and read. */
static EVP_PKEY *
open_by_unwrapping(CK_MECHANISM *how, CK_OBJECT_HANDLE ours, CK_BYTE *wrapped, CK_ULONG n)
{
	struct template t = { .n = 0 };
	CK_OBJECT_HANDLE key;

	put_ulong(&t, CKA_CLASS, CKO_PRIVATE_KEY);
	put_ulong(&t, CKA_KEY_TYPE, CKK_RSA);
	put_bool(&t, CKA_TOKEN, false);
	put_bool(&t, CKA_SENSITIVE, false);
	put_bool(&t, CKA_EXTRACTABLE, true);
	MUST(C_UnwrapKey, session, how, ours, wrapped, n, t.a, t.n, &key);
	return readable_rsa(key);
}

static void
wrap(const char *label)
{
	CK_BYTE iv[16] = { 0 }, wrapped[8192], clear[8192];
	CK_MECHANISM hows[] = {
		{ .mechanism = CKM_AES_CBC_PAD, .pParameter = iv, .ulParameterLen = 16 },
		{ .mechanism = CKM_AES_KEY_WRAP_PAD },
	};
	CK_OBJECT_HANDLE key = find(CKO_PRIVATE_KEY, label), ours = our_key(32);
	EVP_PKEY *pkey = NULL;
	CK_RV rv = CKR_OK;

	for (size_t i = 0; i < 2 && pkey == NULL; i++) {
		CK_ULONG n = sizeof(wrapped), clear_n = sizeof(clear);
		const CK_BYTE *p = clear;

		rv = fn->C_WrapKey(session, &hows[i], ours, key, wrapped, &n);
		if (rv != CKR_OK)
			continue;
		if (open_by_decrypting(&hows[i], ours, wrapped, n, clear, &clear_n))
			pkey = d2i_AutoPrivateKey(NULL, &p, (long)clear_n);
		if (pkey == NULL)
			pkey = open_by_unwrapping(&hows[i], ours, wrapped, n);
	}
	if (pkey == NULL)
		give_up("C_WrapKey", rv);
	if (PEM_write_PrivateKey(stdout, pkey, NULL, NULL, 0, NULL, NULL) != 1)
		give_up("what came out is no key", CKR_DATA_INVALID);
}

/* -- sign, and the public half --------------------------------------------------------- */

/* DigestInfo of SHA-256, RFC 8017 section 9.2 note 1. */
static const CK_BYTE sha256_prefix[] = { 0x30, 0x31, 0x30, 0x0d, 6, 9, 0x60, 0x86, 0x48, 1,
	0x65, 3, 4, 2, 1, 5, 0, 4, 0x20 };

static void
write_ecdsa(const CK_BYTE *raw, CK_ULONG n)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	unsigned char *der = NULL;
	int len;

	(void)ECDSA_SIG_set0(sig, BN_bin2bn(raw, (int)n / 2, NULL),
	    BN_bin2bn(raw + n / 2, (int)n / 2, NULL));
	len = i2d_ECDSA_SIG(sig, &der);
	(void)fwrite(der, 1, (size_t)len, stdout);
}

static void
sign(CK_OBJECT_HANDLE key)
{
	bool ec = kind_of(key) == CKK_EC;
	CK_MECHANISM how = { .mechanism = ec ? CKM_ECDSA : CKM_RSA_PKCS };
	CK_BYTE text[65536], input[sizeof(sha256_prefix) + 32], sig[1024];
	CK_ULONG skip = ec ? sizeof(sha256_prefix) : 0, n = sizeof(sig);

	memcpy(input, sha256_prefix, sizeof(sha256_prefix));
	(void)SHA256(text, fread(text, 1, sizeof(text), stdin), input + sizeof(sha256_prefix));
	MUST(C_SignInit, session, &how, key);
	MUST(C_Sign, session, input + skip, sizeof(input) - skip, sig, &n);
	if (ec)
		write_ecdsa(sig, n);
	else
		(void)fwrite(sig, 1, n, stdout);
}

static void
borrow(const char *label)
{
	struct template t = { .n = 0 };
	CK_OBJECT_HANDLE object;

	put_bool(&t, CKA_TOKEN, false);
	put_bool(&t, CKA_PRIVATE, false);
	MUST(C_CopyObject, session, find(CKO_PRIVATE_KEY, label), t.a, t.n, &object);
	MUST(C_Logout, session);
	sign(object);
}

static EVP_PKEY *
public_of(CK_OBJECT_HANDLE key)
{
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	bool ec = kind_of(key) == CKK_EC;
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, ec ? "EC" : "RSA", NULL);
	EVP_PKEY *pkey = NULL;
	CK_BYTE point[256];

	if (ec) {
		CK_ULONG n = read_attribute(key, CKA_EC_POINT, point, sizeof(point));
		CK_ULONG skip = n == 67 ? 2 : 0;         /* an OCTET STRING, or bare */

		OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
		OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point + skip,
		    n - skip);
	} else {
		read_bn(bld, key, CKA_MODULUS, OSSL_PKEY_PARAM_RSA_N);
		read_bn(bld, key, CKA_PUBLIC_EXPONENT, OSSL_PKEY_PARAM_RSA_E);
	}
	if (EVP_PKEY_fromdata_init(ctx) != 1 || EVP_PKEY_fromdata(ctx, &pkey,
	    EVP_PKEY_PUBLIC_KEY, OSSL_PARAM_BLD_to_param(bld)) != 1)
		give_up("the public half is no key", CKR_DATA_INVALID);
	return pkey;
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 2 ? argv[1] : "", *label = argc > 2 ? argv[2] : "";

	open_token();
	if (strcmp(verb, "generate") == 0)
		generate(label, argc - 3, argv + 3);
	else if (strcmp(verb, "import") == 0 && argc == 4)
		import(label, argv[3]);
	else if (strcmp(verb, "copy") == 0 && argc > 4)
		copy(label, argv[3], argc - 4, argv + 4);
	else if (strcmp(verb, "set") == 0 && argc == 4)
		set(label, argv[3]);
	else if (strcmp(verb, "wrap") == 0)
		wrap(label);
	else if (strcmp(verb, "sign") == 0)
		sign(find(CKO_PRIVATE_KEY, label));
	else if (strcmp(verb, "borrow") == 0)
		borrow(label);
	else if (strcmp(verb, "public") == 0)
		(void)PEM_write_PUBKEY(stdout, public_of(find(CKO_PUBLIC_KEY, label)));
	else
		give_up("usage", CKR_ARGUMENTS_BAD);
	if (fflush(stdout) != 0)
		give_up("stdout", CKR_GENERAL_ERROR);
	return 0;
}
