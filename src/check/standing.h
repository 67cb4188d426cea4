/*
 * standing.h - how each entry of a plan stands: is there a certificate for it, and
 * does it do, today?
 *
 *      known certificates (of a folder, of a CA's record), plan, time
 *          -> one standing for each entry, and the certificates that no entry wants
 *
 *      STATE         of an entry: the best certificate that there is for it ...
 *      missing       there is none
 *      expired       was valid once
 *      revoked       was taken back, for ever or for the time being
 *      wrong         does not satisfy the entry; the findings say why
 *      foreign       was issued by another CA; `satisfies` says whether it does
 *      superseded    would do, but the CA has issued a newer one, which is elsewhere
 *      expiring      does, and must be renewed by now
 *      valid         does
 *      superfluous   (of a certificate) no entry wants it
 *
 * Which certificate is whose?  One whose entry the CA's record names is that entry's;
 * of the others, it is each entry's that it satisfies; one that satisfies none is
 * the entry's after which its file is called, or else that of the nearest entry
 * with the same host name in the subject.  A CA's certificate is nobody's.
 *
 * With a folder, what lies in it is what stands: a certificate that is on record
 * alone is told beside it (`newer`), and fills no place.  Without a folder the newest
 * on record stands.
 */
#ifndef CHECK_STANDING_H
#define CHECK_STANDING_H

#include "check/judge.h"

enum standing_state {
	STANDING_MISSING, STANDING_EXPIRED, STANDING_REVOKED, STANDING_WRONG, STANDING_FOREIGN,
	STANDING_SUPERSEDED, STANDING_EXPIRING, STANDING_VALID,
	STANDING_SUPERFLUOUS,            /* of a certificate, never of an entry */
	STANDING_STATES
};
const char *standing_word(enum standing_state state);    /* "missing"         */
enum standing_state standing_find(const char *word);     /* STANDING_STATES: none */
extern const char *const standing_words[STANDING_STATES];

/* What the CA's record says of a certificate. */
enum known_record { KNOWN_NOT, KNOWN_ISSUED, KNOWN_HELD, KNOWN_REVOKED };

struct known_cert {
	struct cert cert;
	const char *file;                /* where it lies; NULL: on record alone */
	const char *stem;                /* of the file's name, or NULL       */
	bool foreign;                    /* not issued by the CA at hand      */
	enum known_record record;
	const char *entry;               /* whose it is on record, or NULL    */
	const char *reason;              /* why it was revoked, or NULL       */
	int64_t number;                  /* on record: what is newer has more; 0: is not */
};

struct standing_facts {
	const struct known_cert *known;
	size_t n_known;
	bool folder;                     /* what has a file is what stands    */
	int64_t now;
	const struct cert *issuers;      /* of the CA at hand: the chain of its certificates
	                                  * is judged too                      */
	size_t n_issuers;
	const struct foreign_crl *lists; /* of CAs among them, verified        */
	size_t n_lists;
};

struct standing {
	const struct entry *entry;       /* NULL: of a superfluous certificate */
	enum standing_state state;
	const struct known_cert *cert;   /* NULL: missing                     */
	const struct known_cert *newer;  /* on record and elsewhere, or NULL  */
	bool satisfies;                  /* but for its time and revocation   */
	int64_t renew_from;              /* entry_renew_from(); 0: no certificate */
	const char *detail;              /* one sentence, or NULL: nothing to say */
	struct error *findings;          /* of check/judge.h; NULL: not judged */
};

struct standings {
	struct standing *v;              /* one for each entry, in the plan's order */
	size_t n;
	struct standing *superfluous;
	size_t n_superfluous;
	size_t count[STANDING_STATES];
	int64_t now;
	struct arena *arena;
};

/* The known certificates and the plan outlive what is made of them. */
struct standings *standings_find(const struct plan *plan, const struct standing_facts *facts);
void standings_free(struct standings *standings);        /* takes NULL */
DEFINE_SCOPED(standings_free, struct standings *)

/* Must somebody do something?  No, where it is valid, or foreign and satisfies and is not
 * yet to be renewed. */
bool standing_needs_work(const struct standing *standing, int64_t now);

#endif
