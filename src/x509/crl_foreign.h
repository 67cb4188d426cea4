/*
 * crl_foreign.h - lists of other CAs, in whatever form libcrypto reads.
 *
 * What a CA above this one publishes was made by any program and may hold extensions that
 * crl.h refuses.  Such lists are short: of a root, that of its CAs.
 */
#ifndef X509_CRL_FOREIGN_H
#define X509_CRL_FOREIGN_H

#include "x509/cert.h"

enum { CRL_FOREIGN_MAX = 64 << 20 };     /* octets of a file */

struct foreign_entry {
	struct bytes serial;             /* without leading zeros             */
	int64_t when;
};

/* All of it in the arena that was given. */
struct foreign_crl {
	struct bytes der;
	struct bytes issuer;             /* DER Name                          */
	int64_t this_update, next_update;
	struct bytes number;             /* without leading zeros             */
	/* NULL, or why what does not stand on it may be revoked all the same: a delta, a
	 * part, a critical extension that is not known. */
	const char *narrow;
	const struct foreign_entry *entries;
	size_t n;
};

/* DER or PEM, version 2, with a number and nextUpdate.  Rule parent-crl-malformed. */
enum rc_status foreign_crl_read(struct bytes file, struct arena *arena,
    struct foreign_crl *ret, struct error *err) RC_CHECK;
/* Name and signature.  Rule parent-crl-issuer. */
enum rc_status foreign_crl_verify(const struct foreign_crl *list, const struct cert *issuer,
    struct error *err) RC_CHECK;
/* NULL: it does not stand there. */
const struct foreign_entry *foreign_crl_find(const struct foreign_crl *list,
    struct bytes serial);

#endif
