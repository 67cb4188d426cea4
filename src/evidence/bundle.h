/*
 * bundle.h - evidence that leaves the house: what was signed, why, and with whose
 * consent, in one tar that a third party verifies with no token and no database.
 *
 *      README                  what this is, and how it is verified with stock tools
 *      SHA256SUMS              of every other file, for sha256sum -c
 *      ca.pem                  the CA's certificate, then those above it
 *      checkpoint.cms          the newest checkpoint of the ledger, signed (CMS, DER)
 *      checkpoint.txt          what it signs (ledger/checkpoint.h)
 *      cosignatures/HEX.cms    other parties' signatures over checkpoint.txt (detached CMS)
 *      timestamps/HEX.tst      time stamps of it (RFC 3161, the token), by their SHA-256
 *      entries/N/              of each entry of the ledger that was asked for, by number
 *        proof.txt             its events, proven to be under that checkpoint (ledger/proof.h)
 *        tbs.der               the octets that were to be signed
 *        certificate.der       what was signed, where it was
 *        spoiled.bin           what came back instead, where it failed its check
 *        request.der           the server's request
 *        entry.txt             what was planned (docs/design/plan.md)
 *        profile.txt           the compiled role
 *        origin.txt            which line of which text put each value there (plan/origin.h)
 *        custody.txt           the key's custody, as judged in the login that signed
 *        lint.txt              what the lint says of tbs.der now
 *        approvals/N.cms       what an officer signed in event N (detached CMS), over
 *        approvals/N.txt       this text, which follows from the events (ledger/approval.h)
 *        documents/HEX         everything else that its events name by digest
 *      policies/N/policy.txt   the policy that event N pinned; of each moment at which one
 *      policies/N/proof.txt    decided about an entry, and that event, proven
 *      texts/HEX               topology, product and role texts by their SHA-256
 *
 * What is believed of a file follows from the checkpoint: its signature leads to the CA,
 * its root to the events (RFC 9162), these hold the digest of each file of their entry.
 * Only README, SHA256SUMS, lint.txt and approvals/N.txt stand outside that chain, and
 * nothing rests on them.  Cosignatures and time stamps were made after the checkpoint, and
 * speak for themselves: by keys that the last policy under it names.
 *
 * Approvals are judged as `ledger verify` judges them (ledger/decision.h): each officer's
 * signature over the text that the events ask for, by a key of the policy in force, once
 * each, none by who asked, in time; and together as many as it wants.
 *
 * bundle_verify() is pure: octets in, findings out.  Rules, all of class NO, of what it
 * finds: bundle-file, bundle-digest, bundle-chain, bundle-issuer, bundle-checkpoint,
 * bundle-proof, bundle-record, bundle-text, bundle-certificate, bundle-entry,
 * bundle-request, bundle-lint, bundle-known, bundle-policy, bundle-approval,
 * bundle-approval-text, bundle-approval-officer, bundle-approval-own,
 * bundle-approval-again, bundle-approval-late, bundle-approval-few, bundle-cosignature,
 * bundle-timestamp; and (note) bundle-issuer where no issuer is
 * trusted.
 *
 * What no bundle can show: events behind its checkpoint (a revocation of today), and
 * events of its entries that the exporter left out; against both stands the CRL.  Nor that
 * no other policy was pinned between the one shown and the event that it decided.
 */
#ifndef EVIDENCE_BUNDLE_H
#define EVIDENCE_BUNDLE_H

#include "issue/audit.h"
#include "ledger/attest.h"
#include "ledger/proof.h"

/* -- writing ----------------------------------------------------------------------- */

enum { BUNDLE_ENTRIES = 1000 };          /* of the ledger, in one bundle      */

struct bundle_order {
	const struct audit_ca *ca;
	const int64_t *ids;              /* rows of certificates, in order    */
	size_t n_ids;
	const struct checkpoint *older;  /* and that the record grew from it, or NULL */
};

/* Appended.  Rule bundle-unsealed: there is no checkpoint, or events of an entry stand
 * behind it. */
enum rc_status bundle_put(struct ledger *ledger, const struct bundle_order *order,
    struct buf *out, struct error *err) RC_CHECK;

/* -- verifying ---------------------------------------------------------------------- */

struct bundle_terms {
	const struct audit_known *known; /* a checkpoint that was kept, or NULL */
	const struct cert *issuers;      /* who is trusted                    */
	size_t n_issuers;                /* 0: nobody was named               */
};

/* A good one. */
struct bundle_approval {
	const char *officer;             /* as the record names him           */
	uint8_t key[SHA256_OCTETS];      /* of his SPKI                       */
	bool denies;
	int64_t time;                    /* when it was recorded              */
};

struct bundle_entry {
	int64_t id;                      /* number of the entry in the ledger */
	const char *entry;               /* id of the plan's entry; "": none  */
	const char *serial;              /* lower-case hex                    */
	enum ledger_state state;         /* as the proven events tell         */
	const char *subject;             /* of the certificate, escaped; NULL: there is none */
	int64_t not_before, not_after;
	const char *requester;           /* "": not recorded                  */
	int64_t time;                    /* of the last proven event          */
	struct bundle_approval *approvals;
	size_t n_approvals;
};

/* Who else signed or stamped the checkpoint. */
struct bundle_attestation {
	enum attest_kind kind;
	const char *signer;              /* subject of his certificate, escaped */
	uint8_t key[SHA256_OCTETS];
	int64_t stamped;                 /* of a time stamp; else 0           */
};

struct bundle {
	const char *ca;                  /* its subject, escaped              */
	struct checkpoint checkpoint;
	struct bundle_attestation *attested;
	size_t n_attested;
	struct bundle_entry *entries;
	size_t n_entries;
};

/*
 * *ret and what it points to live in the arena; findings belongs to the caller and is
 * empty.  The status is not RC_OK only when it is no bundle at all (bundle-format) or
 * what the caller trusts cannot be read.
 */
enum rc_status bundle_verify(struct bytes file, const struct bundle_terms *terms,
    struct arena *arena, struct bundle *ret, struct error *findings,
    struct error *err) RC_CHECK;

#endif
