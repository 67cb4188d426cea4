/*
 * requests.h - which file of a folder is whose request.
 *
 * Without a manifest a file's name says it: the id of an entry with "--" for each "/",
 * letters compared without case, and one of the suffixes .csr, .req, .p10, .pem, .der and
 * .txt.  Other names, and those that begin with a dot, are no requests.
 *
 * With a file manifest.yaml, manifest.yml or manifest.json in the folder, it alone says it:
 *
 *      requests:
 *        - entry: edge-external/lsedge.contoso.net
 *          file: from-marketing.req                (in the folder, or below it)
 *          spki_sha256: 9f86d081884c7d65...        (or not: any key)
 *
 * What a request says of itself binds nobody.  For a file whose name fits no entry the
 * subject is compared, and what fits is proposed in the warning: never issued.
 */
#ifndef ISSUE_REQUESTS_H
#define ISSUE_REQUESTS_H

#include "plan/plan.h"

enum { REQUESTS_MANIFEST_MAX = 64 << 20 };       /* octets */

struct request_file {
	const struct entry *entry;
	const char *path;
	struct bytes pin;                /* SHA-256 of the SPKI; empty: any   */
};

struct requests {
	struct request_file *v;          /* in the order of the plan          */
	size_t n;
	size_t twice;                    /* entries with two files: they are not in v */
	const char *manifest;            /* its path; NULL: there is none     */
};

/*
 * Texts live in the arena.  Rules: file-read, folder; apply-manifest and those of YAML.
 * Warnings apply-name for what has no entry, apply-twice for an entry with two files.
 */
enum rc_status requests_find(const char *folder, const struct plan *plan,
    struct arena *arena, struct requests *ret, struct error *err) RC_CHECK;

/* Of 64 hexadecimal digits; false: it is none. */
bool requests_read_pin(const char *text, struct arena *arena, struct bytes *ret);

/* Entries by their id, letters compared without case, quickly. */
struct entry_index;
struct entry_index *entry_index_new(const struct plan *plan);
void entry_index_free(struct entry_index *index);
DEFINE_SCOPED(entry_index_free, struct entry_index *)
const struct entry *entry_index_find(const struct entry_index *index, const char *id);
/* The same by the name of its request's file, without a suffix. */
const struct entry *entry_index_find_name(const struct entry_index *index, const char *name);

#endif
