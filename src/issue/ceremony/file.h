/*
 * file.h - one ceremony as a file says it.
 *
 *      ceremony: contoso-root-2026
 *      kind: root
 *      key: { uri: "pkcs11:token=contoso;object=root", type: ec-p384, generate: true }
 *      subject: CN=Contoso Root CA, O=Contoso, C=US
 *      serial: 4f0c...                        20 octets
 *      validity: { not_before: 2026-01-01T00:00:00Z, days: 7305 }
 *      ...
 *
 * Everything about the certificate that people decide stands in the file, serial
 * and dates too, so that what is reviewed and what is signed can be the same octets.
 * The keys are the tables of forms.h; docs/design/ceremony.md describes them.
 *
 * Pure: bytes in, struct out.  Paths are as written, relative to the file's folder.
 */
#ifndef ISSUE_CEREMONY_FILE_H
#define ISSUE_CEREMONY_FILE_H

#include "base/arena.h"
#include "base/error.h"
#include "token/custody.h"
#include "x509/dn.h"
#include "x509/ext/ext.h"

enum { CEREMONY_FILE_MAX = 1 << 20, CEREMONY_SERIAL = 20 };      /* octets */

enum ceremony_kind {
	CEREMONY_ROOT,           /* a new root CA, its home                      */
	CEREMONY_ISSUING,        /* a CA below another one                       */
	CEREMONY_CROSS,          /* a certificate for another CA's name and key  */
	CEREMONY_RENEW,          /* a CA's certificate again, name and key the same */
	CEREMONY_LEDGER_SIGNER, CEREMONY_OCSP_SIGNER, CEREMONY_OFFICER,
	CEREMONY_KINDS
};
const char *ceremony_kind_word(enum ceremony_kind kind);         /* "ledger-signer" */

/* A key on a token. */
struct ceremony_key {
	const char *uri;                 /* RFC 7512; NULL: there is no such key */
	const char *module, *module_args;       /* or NULL                   */
	const char *type;                /* "ec-p384"                        */
	unsigned algorithm;              /* the same as a bit of key_algorithm.h */
	bool generate;                   /* it is made in the ceremony       */
	const char *public_path;         /* its public half, or NULL         */
	enum custody_level custody;      /* usual: strict                    */
};

struct ceremony_person {
	const char *name, *role;
};

struct ceremony_names {
	struct general_name *v;
	size_t n;
};

struct ceremony_file {
	const char *name;
	enum ceremony_kind kind;
	const char *policy, *note;       /* or NULL                          */
	struct ceremony_key key;         /* the subject's                    */
	struct dn subject;               /* empty: that of `existing`        */
	struct bytes serial;             /* empty: random                    */
	int64_t not_before, not_after;   /* seconds, both included           */
	const char *digest;              /* "sha384"; NULL: fits the key; a root's alone */
	bool has_path_len;
	unsigned path_len;
	struct ceremony_names permitted, excluded;
	const char *email;               /* an officer's, or NULL            */
	const char *issuer;              /* CA home that signs, or NULL      */
	const char *csr;                 /* or NULL                          */
	const char *existing;            /* certificate, or NULL             */
	const char *home, *config;       /* the new home and its settings, or NULL */
	const char *out_certificate;
	const char *out_csr;             /* or NULL                          */
	const char *transcript;          /* the text; its signature is at ... */
	const char *signature;
	struct ceremony_key signer;      /* of the transcript; uri NULL: the CA that signs */
	const char *signer_certificate;  /* or NULL                          */
	struct ceremony_person *people;
	size_t n_people;
	struct bytes tbs_sha256;         /* what was reviewed; empty: not said */
	uint8_t sha256[32];              /* of the text                      */
	struct bytes text;
};

/*
 * `name` is what the user calls the text.  Adds every fault that it finds, each at
 * its place; all lives in the arena.
 *
 *      yaml-..., unknown-key, missing-key, unknown-word     text/
 *      ceremony-file   a value that makes no sense
 *      ceremony-kind   a key that its kind needs or has no use for
 */
enum rc_status ceremony_file_read(struct bytes text, const char *name,
    struct arena *arena, struct ceremony_file *ret, struct error *err) RC_CHECK;

/* Which keys a kind must have and may have; the others it has no use for.  For the
 * reader, and for a schema. */
struct ceremony_kind_keys {
	const char *word;
	const char *const *needs;        /* NULL-ended */
	const char *const *may;
	const char *const *one_of;       /* exactly one of them, or NULL */
};
extern const struct ceremony_kind_keys ceremony_kinds[CEREMONY_KINDS];
/* list: NULL, or ended by one. */
bool ceremony_is_among(const char *word, const char *const *list);
/* Has it any use for the key? */
bool ceremony_kind_knows(const struct ceremony_kind_keys *kind, const char *word);

struct form;
extern const struct form ceremony_form;

#endif
