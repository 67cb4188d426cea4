/*
 * csr.h - certificate requests (PKCS#10, RFC 2986), read and proven.
 *
 *      SCOPED(csr_clear) struct csr csr = CSR_INIT;
 *
 *      TRY(csr_read(file, arena, &csr, err));
 *      plan against csr.key; copy pubkey_spki(csr.key) into the certificate
 *
 * A request gives two things: a public key, and the proof that whoever made it
 * has the private one.  Its names and extensions are NEVER used: they come from
 * role and topology alone.  They are read to be shown, and to report where the
 * request differs from what is issued; nothing else may look at them.
 *
 * What is not a request (class INPUT, exit 3):
 *
 *   csr-too-large   more than 64 KiB
 *   csr-malformed   no envelope, not strict DER, not PKCS#10
 *   csr-trailing    something behind it
 *   csr-is-cmc      CMC (RFC 5272) or other PKCS#7 in place of PKCS#10
 *   csr-version     another version than v1 (0)
 *   key-malformed   its SubjectPublicKeyInfo
 *
 * What is one, and is refused (class POLICY, exit 4):
 *
 *   csr-signature             the proof of possession does not verify
 *   csr-weak-signature        it is by MD5 or older
 *   csr-signature-algorithm   it is by an algorithm that is not known
 *   key-...                   pubkey_check()
 *
 * A signature by SHA-1 proves possession and is noted (csr-sha1): Windows Server
 * 2003 to 2008 R2 write such requests.  An extension that does not decode is
 * noted (csr-extension) and listed with the others.
 */
#ifndef CRYPTO_CSR_H
#define CRYPTO_CSR_H

#include "base/arena.h"
#include "crypto/pubkey.h"

enum { CSR_MAX = 64 * 1024 };            /* octets of the file */

/* A name that the request asks for. */
struct csr_name {
	const char *type;                /* "dns", "ip", "email", "uri", "dn", "rid", "other" */
	const char *text;                /* escaped, printable ASCII            */
};

/* All but `key` lives in the arena that it was read into. */
struct csr {
	struct bytes der;
	uint8_t sha256[SHA256_OCTETS];   /* of der                              */
	struct pubkey *key;              /* csr_clear() frees it                */
	const char *signature_algorithm; /* "sha256WithRSAEncryption", or dotted */
	const char *wrapping;            /* "PEM", "DER", "base64"              */

	/* For reports of differences only. */
	const char *subject;             /* "CN=..., O=...", escaped; "" if empty */
	struct csr_name *names;          /* subjectAltName, in its order        */
	size_t n_names;
	const char **ekus;               /* dotted                              */
	size_t n_ekus;
	bool has_key_usage;
	unsigned key_usage;              /* bit 0 is digitalSignature, RFC 5280 4.2.1.3 */
	const char **others;             /* dotted OIDs of all other extensions */
	size_t n_others;
};

#define CSR_INIT ((struct csr){ .key = NULL })

/* Fills *ret on success only. */
enum rc_status csr_read(struct bytes file, struct arena *arena, struct csr *ret,
    struct error *err) RC_CHECK;
void csr_clear(struct csr *csr);
DEFINE_SCOPED_VALUE(csr_clear, struct csr)

#endif
