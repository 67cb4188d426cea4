/*
 * constraints.h - may an issuer with these name constraints certify this name?
 * (RFC 5280 4.2.1.10)
 *
 * Answered by libcrypto, as verifiers will ask it: the name is put into a
 * certificate that nobody signs, and that is what it looks at.
 */
#ifndef X509_CONSTRAINTS_H
#define X509_CONSTRAINTS_H

#include "x509/dn.h"
#include "x509/general_name.h"

/*
 * NULL: permitted.  Else why not, in words that follow a name: "is not among the names
 * that ...".  constraints: the content of the extension.  Given are a subject, or a
 * name, or, for a subject whose CN verifiers may take for a host name, `cn_is_host`.
 */
const char *constraints_refuse_subject(struct bytes constraints, const struct dn *subject,
    bool cn_is_host);
const char *constraints_refuse_name(struct bytes constraints, const struct general_name *name);

#endif
