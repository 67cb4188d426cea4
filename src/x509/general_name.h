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

/*
 *      dns      sip.contoso.com            dNSName
 *      ip       192.0.2.1, 2001:db8::1     iPAddress
 *      email    ann@contoso.com            rfc822Name
 *      uri      sip:contoso.com            uniformResourceIdentifier
 *      dirname  CN=a, O=b                  directoryName, as dn.h writes it
 *      rid      1.2.3.4                    registeredID
 *      srv      _sip.contoso.com           otherName SRVName (RFC 4985)
 *      xmpp     contoso.com, a@contoso.com otherName xmppAddr (RFC 6120, 13.7.1.4)
 *      upn      ann@contoso.com            otherName userPrincipalName (Microsoft)
 *
 * NAME_OTHER is what certificates of others hold beside.  Its text is the type and
 * the DER in hex, so that two compare; it is read and shown, never written.
 */
enum name_type {
	NAME_DNS, NAME_IP, NAME_EMAIL, NAME_URI,
	NAME_DIRNAME, NAME_RID, NAME_SRV, NAME_XMPP, NAME_UPN,
	NAME_OTHER, NAME_TYPES
};

struct general_name {
	enum name_type type;
	const char *value;
};

const char *name_type_word(enum name_type type);         /* "dns" */
/* NAME_TYPES: no type that may be written ("other" is none). */
enum name_type name_type_find(const char *word);

/* Same type and same name: dns and email's host without regard to case, a
 * trailing dot of a dns name ignored, addresses by value. */
bool general_name_equal(const struct general_name *a, const struct general_name *b);

/*
 * Is this what its type demands?  dns: labels of letters, digits and hyphens,
 * at least two of them, 63 octets a label and 253 in all, a wildcard only as the
 * whole first label, and "xn--" only before what is an A-label.  uri: absolute, its host
 * a full name or an address.  Rules name-not-fqdn, name-too-long, name-idn,
 * name-wildcard (unless wildcard_ok), name-ip, name-email, name-uri, name-rid, name-srv, name-xmpp,
 * name-upn, and those of dn.h.
 */
enum { FQDN_MAX = 253, FQDN_LABEL_MAX = 63 };
enum rc_status general_name_check(const struct general_name *name, bool wildcard_ok,
    struct place at, struct error *err) RC_CHECK;

/* The same for a host name alone; what topology/ asks of every FQDN. */
enum rc_status fqdn_check(const char *fqdn, bool wildcard_ok, struct place at,
    struct error *err) RC_CHECK;
/* Equal host names, case and one trailing dot ignored. */
bool fqdn_equal(const char *a, const char *b);
/* Is `fqdn` the domain itself or below it?  Case ignored. */
bool fqdn_is_below(const char *fqdn, const char *domain);
/* What follows the first label: "b.c" of "a.b.c"; NULL when there is none. */
const char *fqdn_parent(const char *fqdn);


/* The octets of an iPAddress: 4 or 16 in network order; yields how many, 0 where
 * the text is no address. */
size_t address_read(const char *text, uint8_t ret[16]);

/* The object identifier of an otherName's type: of srv, xmpp and upn, else NULL. */
const char *other_name_oid(enum name_type type);

/* DER GeneralName, appended; of NAME_OTHER, and a text that is no address, directory
 * name or OID, nothing. */
void general_name_encode(const struct general_name *name, struct buf *out);

#endif
