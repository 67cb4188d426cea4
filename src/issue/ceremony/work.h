/*
 * work.h - one ceremony under way.  Private to issue/ceremony/.
 */
#ifndef ISSUE_CEREMONY_WORK_H
#define ISSUE_CEREMONY_WORK_H

#include "crypto/csr.h"
#include "issue/ceremony/run.h"
#include "issue/making.h"
#include "issue/permit.h"
#include "os/claim.h"

struct work {
	const struct ceremony_file *file;
	const struct ceremony_host *host;
	const char *folder;
	struct arena *arena;

	/* what there is before anybody logs in */
	struct home *issuer;             /* NULL: a root                     */
	struct cert existing;
	bool has_existing;
	struct csr csr;
	struct pubkey *named;            /* of `public` or `existing`, or NULL */
	struct home_config settings;     /* of `home: config`                */
	uint8_t serial[CEREMONY_SERIAL];
	struct ceremony_facts facts;
	struct plan *plan;               /* what the entry lives in, or NULL */
	struct entry entry;
	struct ceremony_tbs tbs;
	uint8_t tbs_sha256[SHA256_OCTETS];

	/* the real run */
	struct ca_init init;             /* of the home that is made         */
	struct making making;
	bool has_making;
	struct signer *subject, *signer, *sealer;    /* whose key is certified; who
	                                  * certifies; who signs the transcript, where that
	                                  * is none of them */
	struct cert sealer_cert;
	struct claim *certificate, *csr_out, *transcript, *seal;
	struct buf text;                 /* the transcript so far            */
	struct bytes csr_der, der;
	struct cert made;
};

void work_init(struct work *w, const struct ceremony_file *file, const char *folder,
    const struct ceremony_host *host);
void work_clear(struct work *w);
DEFINE_SCOPED_VALUE(work_clear, struct work)

const char *work_path(const struct work *w, const char *path);

/* All that can be known without a token; checks it.  Entry and TBS are made. */
enum rc_status work_gather(struct work *w, enum home_use use, struct error *err) RC_CHECK;
/* Entry and TBS anew, from what is known now. */
enum rc_status work_plan(struct work *w, struct error *err) RC_CHECK;
void work_preview(const struct work *w, struct ceremony_preview *ret);

/* A line of the transcript, and of progress. */
void work_step(struct work *w, const char *fmt, ...) RC_PRINTF(2, 3);

/* The second half of a run: home, signatures, transcript. */
enum rc_status work_sign(struct work *w, struct error *err) RC_CHECK;
enum rc_status work_seal(struct work *w, struct error *err) RC_CHECK;

/* Who certifies: the home's key, or the new root's own. */
void work_issuer(const struct work *w, struct permit_issuer *ret);

#endif
