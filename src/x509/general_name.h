/*
 * general_name.h - the names of a subjectAltName (RFC 5280 4.2.1.6).
 *
 * A name is a type and the text that people write: "edge.contoso.com",
 * "192.0.2.1", "sip:contoso.com".  dns is ASCII, kept in its case and compared
 * without it; a wildcard is a leading "*." label.
 */
#ifndef X509_GENERAL_NAME_H
#define X509_GENERAL_NAME_H

#include "base/arena.h"
#include "base/error.h"

enum name_type { NAME_DNS, NAME_IP, NAME_EMAIL, NAME_URI, NAME_TYPES };

struct general_name {
	enum name_type type;
	const char *value;
};

const char *name_type_word(enum name_type type);         /* "dns" */
enum name_type name_type_find(const char *word);         /* NAME_TYPES: none */

/* Same type and same name: dns and email's host without regard to case. */
bool general_name_equal(const struct general_name *a, const struct general_name *b);

/*
 * Is this what its type demands?  dns: labels of letters, digits and hyphens,
 * at least two of them, 63 octets a label and 253 in all, a wildcard only as the
 * whole first label.  Rules name-not-fqdn, name-too-long, name-wildcard (unless
 * wildcard_ok), name-ip, name-email, name-uri.
 */
enum rc_status general_name_check(const struct general_name *name, bool wildcard_ok,
    struct place at, struct error *err) RC_CHECK;

/* The same for a host name alone; what topology/ asks of every FQDN. */
enum rc_status fqdn_check(const char *fqdn, bool wildcard_ok, struct place at,
    struct error *err) RC_CHECK;
/* Equal host names, case ignored. */
bool fqdn_equal(const char *a, const char *b);
/* Is `fqdn` the domain itself or below it? */
bool fqdn_is_below(const char *fqdn, const char *domain);
/* What follows the first label: "b.c" of "a.b.c"; NULL when there is none. */
const char *fqdn_parent(const char *fqdn);

#endif
