/*
 * handoff.h - what the people at the Windows servers are given: scripts and a page
 * of words for each server.
 *
 *      SERVER/README.txt           which certificates it needs, and the four steps
 *      SERVER/STEM.ps1             makes the request, by Request-CsCertificate or certreq
 *      SERVER/STEM.inf ...         what the script reads (emit.h)
 *      SERVER/STEM.assign.ps1      installs the certificate and tells the product to use it
 *
 * Everything is one text with LF line ends; emit_encode() makes a file of it that
 * Windows reads.  A text that somebody else wrote stands in a script between single
 * quotes only (powershell_quote), and on a page with escapes.
 *
 * The scripts run under Windows PowerShell 2.0 and later: Lync Server 2010 stands on
 * Windows Server 2008 R2.
 */
#ifndef PLAN_HANDOFF_H
#define PLAN_HANDOFF_H

#include "plan/emit.h"
#include "topology/topology.h"

/*
 * In single quotes PowerShell takes every character as it is but the quote, which is
 * doubled; it reads four typographic quotes (U+2018 to U+201B) as that quote too.
 */
void powershell_quote(const char *text, struct buf *out);

/*
 * A name as that of a file or folder on Windows: one that would be a device there
 * ("aux.contoso.com" is, whatever stands behind the first dot) gets a "_" before it.
 */
const char *windows_name(struct arena *arena, const char *name);

/* Where a certificate is installed: on each server of its pool, or the pool's name
 * where the topology lists no servers; none where it belongs to the whole topology. */
struct sites {
	const char **v;
	size_t n;
};
void entry_sites(const struct entry *entry, const struct topology *topology,
    struct arena *arena, struct sites *ret);

/* The first asks; an entry without sites has one folder, named by its stem. */
static inline size_t
sites_folders(const struct sites *sites)
{
	return sites->n != 0 ? sites->n : 1;
}
const char *handoff_folder(struct arena *arena, const struct entry *entry,
    const struct sites *sites, size_t at);

/* The script that makes the request.  Rule request-form: no program of Windows makes
 * such a key. */
enum rc_status handoff_request(const struct entry *entry, const struct emit_facts *facts,
    struct buf *out, struct error *err) RC_CHECK;

/* The page of one folder; `folder` as handoff_folder() says it. */
void handoff_readme(const struct plan *plan, const struct topology *topology,
    const char *folder, struct buf *out);

/* A certificate that satisfies the entry, and who stands above it. */
struct assign_facts {
	const char *stem;
	const char *thumbprint;          /* SHA-1 of the certificate, 40 hexadecimal digits */
	const char *friendly_name;       /* no other certificate of the server has it */
	size_t n_intermediates;          /* in files intermediate-1.cer (its issuer), ... */
	bool has_root;                   /* in root.cer                       */
};

/* The script for sites->v[at], or, where there are none, for any one server. */
void handoff_assign(const struct entry *entry, const struct sites *sites, size_t at,
    const struct assign_facts *facts, struct buf *out);

#endif
