/*
 * readback.h - law 4: what was planned is what is issued.
 *
 * A certificate that has just been signed is read by code that did not write it (what
 * is new, where it holds the octets that the same code has read for the lint)
 * and compared with what was meant, before it leaves the program: the journalled
 * bytes, the CA's signature, and the entry (subject, names in their order whatever
 * `san_order` says, usages, extensions, key).  Every difference is told.
 *
 *      RULE                 the certificate ...                      CLASS
 *      cert-..., ext-...    does not read                            INPUT
 *      readback-bytes       does not hold the journalled bytes       BUG
 *      readback-signature   does not verify under the CA's key       TOKEN
 *      readback-subject     has another subject                      BUG
 *      readback-key         holds another key                        BUG
 *      readback-san         has other names, or in another order     BUG
 *      readback-eku         has other extended key usages            BUG
 *      readback-key-usage   has another key usage                    BUG
 *      readback-ext         extensions are not the entry's           BUG
 */
#ifndef CHECK_READBACK_H
#define CHECK_READBACK_H

#include "crypto/pubkey.h"
#include "plan/plan.h"
#include "x509/cert.h"

struct readback_intent {
	struct bytes tbs;                /* as journalled                     */
	const struct cert *judged;       /* what was read of these octets when they were
	                                  * linted, or NULL                  */
	enum rc_sigalg algorithm;
	const struct pubkey *signer;     /* the CA's key, of its certificate  */
	const struct pubkey *key;        /* the subject's, of the request     */
	const struct entry *entry;
};

/* *ret lives in the arena; the octets that were read before are not decoded again, and
 * shared. */
enum rc_status readback_certificate(struct bytes der, const struct readback_intent *intent,
    struct arena *arena, struct cert *ret, struct error *err) RC_CHECK;

#endif
