/*
 * emit.h - an entry in the words of the programs that make certificate requests.
 *
 *      certreq        an INF file (CRLF), for Windows
 *      PowerShell     a Request-CsCertificate line, for Lync and Skype for Business
 *      openssl req    a configuration, with its x509v3 extensions; and those that a
 *                     CA of OpenSSL puts in, for openssl x509 -req -extfile
 *
 * What they ask for is what the entry holds; a CA of ours takes nothing of it but
 * the key (product law 3), so a form that can say less than the entry does no
 * harm, and says so in a comment.  Each form is one text, UTF-8, that no name and
 * no subject can break out of: values are quoted as the form's own reader undoes it.
 *
 * The key is one algorithm of the entry's: emit_key_usual() is what servers of
 * these products understand best, RSA before EC and 2048 bits before more.
 */
#ifndef PLAN_EMIT_H
#define PLAN_EMIT_H

#include "plan/plan.h"

struct emit_facts {
	enum key_algorithm key;          /* one of the entry's                 */
	const char *computer;            /* FQDN of the server that asks, or NULL */
	const char *stem;                /* files are called STEM.inf, STEM.req */
};

enum key_algorithm emit_key_usual(const struct entry *entry);

/* "edge-external--lsedge.contoso.net": the entry's id as the stem of a file name. */
const char *emit_stem(struct arena *arena, const struct entry *entry);

/* Appended.  Rule request-form: the form has no words for this key, or the entry
 * no certificate type to ask for. */
enum rc_status emit_inf(const struct entry *entry, const struct emit_facts *facts,
    struct buf *out, struct error *err) RC_CHECK;
enum rc_status emit_powershell(const struct entry *entry, const struct emit_facts *facts,
    struct buf *out, struct error *err) RC_CHECK;
enum rc_status emit_openssl(const struct entry *entry, const struct emit_facts *facts,
    struct buf *out, struct error *err) RC_CHECK;

/*
 * The text as a file that its reader takes for what it is: certreq and Windows
 * PowerShell read UTF-8 without a mark as the machine's code page.  ASCII stays as
 * it is.  What Windows reads has CR LF at the end of each line.
 */
enum emit_encoding { EMIT_UTF8, EMIT_UTF8_MARKED, EMIT_UTF16 };
void emit_encode(struct bytes text, enum emit_encoding encoding, struct buf *out);

/* What a key algorithm is called elsewhere; NULL and 0 where it is unknown there. */
struct emit_key {
	bool rsa;
	unsigned bits;
	const char *openssl;             /* what `openssl req -newkey` is given */
	const char *certreq;             /* KeyAlgorithm of an INF, where not RSA */
	const char *cmdlet;              /* -KeyAlg of Request-CsCertificate, where not RSA */
	bool cmdlet_has_size;            /* RSA of this size is one of its -KeySize */
};
const struct emit_key *emit_key_of(enum key_algorithm key);
const char *emit_key_word(enum key_algorithm key);       /* "rsa-2048" */

#endif
