/*
 * envelope.h - what certificates and requests come wrapped in.
 *
 *      static const char *const labels[] = { "CERTIFICATE" };
 *      static const struct envelope_kind kind = {
 *              .what = "certificate", .labels = labels, .n_labels = 1,
 *              .max = 64 * 1024,
 *              .malformed = RULE_CERT_MALFORMED, .too_large = ..., .trailing = ...
 *      };
 *      struct envelope env;
 *
 *      TRY(envelope_open(file, &kind, arena, &env, err));
 *
 * Read is what Windows, OpenSSL and people make of DER:
 *
 *   - DER itself;
 *   - PEM (RFC 7468, strict but for blanks at the ends of lines and blank lines)
 *     with one of the given labels, any text before it (`openssl req -text`);
 *   - base64 alone, without header, in lines of any length;
 *   - these two texts with LF, CRLF or CR, after a UTF-8 byte order mark, or in
 *     UTF-16 of either order with a byte order mark (what `certreq` and Notepad
 *     leave).
 *
 * Base64 is strict (RFC 4648): its alphabet, padding where it belongs, unused
 * bits zero.  PEM headers ("Proc-Type: 4,ENCRYPTED") are refused.  BEGIN and END
 * stand at the start of a line, so that a PEM quoted in a document is not read.
 *
 * Whether the DER inside is any good is not looked at.
 */
#ifndef CRYPTO_ENVELOPE_H
#define CRYPTO_ENVELOPE_H

#include "base/arena.h"
#include "base/error.h"

struct envelope_kind {
	const char *what;                /* for messages: "certificate request"  */
	const char *const *labels;       /* PEM labels that are read             */
	size_t n_labels;
	size_t max;                      /* octets of the file                   */
	enum rule malformed, too_large;
	enum rule trailing;              /* something behind the one object      */
};

struct envelope {
	struct bytes der;                /* in the arena or the file             */
	const char *label;               /* one of `labels`; NULL: there was none */
	const char *wrapping;            /* "PEM", "DER", "base64"               */
};

/*
 * A file with exactly one object.  Refused by `malformed`: a PEM of another label
 * before it.  By `trailing`: a second PEM of whatever label, or anything but
 * blanks behind the END line.
 */
enum rc_status envelope_open(struct bytes file, const struct envelope_kind *kind,
    struct arena *arena, struct envelope *ret, struct error *err) RC_CHECK;

/*
 * A file with one or more, in order: a chain.  Text between them and PEMs of
 * other labels are passed over.  DER or bare base64 is one.
 */
enum rc_status envelope_open_all(struct bytes file, const struct envelope_kind *kind,
    struct arena *arena, struct envelope **ret, size_t *ret_n,
    struct error *err) RC_CHECK;

/* PEM with lines of 64 characters, appended. */
void pem_put(const char *label, struct bytes der, struct buf *out);

#endif
