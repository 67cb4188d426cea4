/*
 * checking.h - one bundle that is being verified.  Private to evidence/.
 *
 *      verify.c            the archive, the CA, the checkpoint, the entries
 *      verify_attested.c   what other parties say of the checkpoint
 *      verify_approvals.c  the policies in force, and whether officers agreed
 */
#ifndef EVIDENCE_CHECKING_H
#define EVIDENCE_CHECKING_H

#include "evidence/bundle.h"
#include "evidence/parts.h"
#include "evidence/tar.h"

/* A policy whose event is proven. */
struct packed_policy {
	int64_t seq;                     /* of that event                    */
	const char *text;
	uint8_t digest[SHA256_OCTETS];   /* without the pin record           */
	struct approval_policy approvals;
};

struct checking {
	const struct bundle_terms *terms;
	struct arena *arena;
	struct tar tar;
	bool *asked_for;                 /* of each file                     */
	struct audit_ca ca;              /* n 0: there is none               */
	struct bytes ca_key;             /* SHA-256 of its SPKI              */
	struct checkpoint checkpoint;
	bool has_checkpoint;
	VEC(struct packed_policy) policies;
	VEC(struct bundle_attestation) attested;
	VEC(struct bundle_entry) entries;
	struct error *findings;
};

/* One entry under way. */
struct packed {
	struct checking *c;
	const char *folder;              /* "entries/12/"                    */
	struct bundle_entry *entry;
	struct proof proof;
	struct event *events;            /* as many as the proof has         */
	enum ledger_kind kind;
	struct bytes tbs, certificate, request, planned, origin;
};

/* Marks it as asked for.  NULL, without a finding: there is none. */
const struct tar_file *checking_ask(struct checking *c, const char *name);
/* The same; one that is missing is a finding. */
struct bytes checking_need(struct checking *c, const char *name);
/* Is the proof over the tree that the checkpoint seals? */
bool checking_is_sealed(const struct checking *c, const struct proof *proof);
/* The number in "entries/12/proof.txt", behind `folder`; 0: another name. */
int64_t checking_number_of(const char *name, const char *folder);

/* Findings: bundle-proof, bundle-policy. */
void checking_policies(struct checking *c);
/* The one in force when the event was written; NULL: none is in the bundle. */
const struct packed_policy *checking_policy_before(const struct checking *c, int64_t seq);
/* Findings: bundle-cosignature, bundle-timestamp. */
void checking_attestations(struct checking *c);

void packed_find(const struct packed *p, enum rule rule, const char *name, const char *what);
/* Findings: bundle-policy, bundle-approval-... */
void packed_approvals(struct packed *p);

#endif
