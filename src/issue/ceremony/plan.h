/*
 * plan.h - from a ceremony file and what is known to the bytes that will be signed.
 *
 *      file, issuer's certificate and places, key if known, serial if said
 *          -> ceremony_entry_make   what the certificate must hold
 *          -> ceremony_tbs_make     its octets, and which of them are not known yet
 *
 * Pure, and the same for a dry run and the real one: where all is said beforehand
 * (serial, dates, public key) both have the same octets, and the same digest.  What
 * is not known yet (a key that the ceremony makes, a serial that it draws) has a
 * known length all the same, so that the octets around it can be shown in their
 * places.
 */
#ifndef ISSUE_CEREMONY_PLAN_H
#define ISSUE_CEREMONY_PLAN_H

#include "crypto/pubkey.h"
#include "issue/ca_entry.h"
#include "issue/ceremony/file.h"
#include "x509/cert.h"

/* What is known beside the file. */
struct ceremony_facts {
	const struct cert *issuer;       /* NULL: the certificate signs itself */
	const struct cert *existing;     /* of cross and renew, else NULL    */
	struct entry_ca_facts ca;        /* the issuer's id and places       */
	const struct pubkey *key;        /* the subject's; NULL: not known yet */
	struct bytes serial;             /* empty: not known yet             */
	enum rc_sigalg algorithm;        /* of the issuer's key              */
	const struct ca_roles *roles;
};

/* Is the certificate one that the key of its own name signs? */
bool ceremony_signs_itself(const struct ceremony_file *file, const struct cert *existing,
    const struct pubkey *issuer);

/*
 * What the certificate must hold, by the role texts of CAs or, for those who serve
 * one, by a table.  id: ROLE/SUBJECT.  It lives in the arena and, as far as a role
 * text made it, in *ret_plan, which the caller frees (NULL where none did).  Rules of
 * plan/ca.h; ceremony-differs: role and file both constrain names.
 */
enum rc_status ceremony_entry_make(const struct ceremony_file *file,
    const struct ceremony_facts *facts, struct arena *arena, struct plan **ret_plan,
    struct entry *ret, struct error *err) RC_CHECK;

struct ceremony_tbs {
	struct buf octets;
	struct buf unknown;              /* as long; 1 where the octet is not known yet */
	bool known;                      /* all of it                        */
};
void ceremony_tbs_clear(struct ceremony_tbs *tbs);
DEFINE_SCOPED_VALUE(ceremony_tbs_clear, struct ceremony_tbs)

void ceremony_tbs_make(const struct ceremony_file *file, const struct entry *entry,
    const struct ceremony_facts *facts, struct ceremony_tbs *ret);

/*
 * A cross certificate and a renewed one against the certificate that there is: same
 * subject and, where a request is there, same key; a renewed one has the same
 * constraints and comes later.  Rule ceremony-differs, for each difference.
 */
enum rc_status ceremony_compare(const struct ceremony_file *file,
    const struct cert *existing, struct error *err) RC_CHECK;

#endif
