/*
 * issue.h - a CA home, and certificates from it.
 *
 *      TRY(rc_ca_make(&rc_engine_memory, "memory:path=ca.key", "memory", "CN=Test CA",
 *          roles, "home", err));                          once
 *
 *      TRY(rc_ca_open("home", &rc_engine_memory, NULL, &ca, err));
 *      TRY(rc_ca_issue(ca, plan, "web-server/www.example.com", csr, &cert, err));
 *      write(fd, rc_certificate_der(cert).p, rc_certificate_der(cert).n);
 *      rc_certificate_free(cert);
 *      rc_ca_close(ca);
 *
 * The entry says what stands in the certificate; of the request only its key counts.
 * What will be signed is in the home's ledger and on the disk before the key is asked, and
 * the signature is verified and recorded before it is given out.
 *
 * Engines are those of rolecert/engine.h.  rc_engine_memory keeps the key in a file,
 * serves homes of the custody level "memory" alone, and puts "memory custody - test only"
 * into the CA's name: it is for trying things out.  With a token, the engine is
 * rc_engine_auto, the level "strict", and `config` tells where the PIN comes from: its
 * callback makes one with rc_secret().
 *
 * Ownership: everything that was made is freed by the caller.  A plan and its roles need not
 * outlive a certificate.  One thread at a time for a CA; several processes may have the
 * same home open.
 *
 * Errors: RC_POLICY (refused, by a rule), RC_INPUT (the request does not parse), RC_TOKEN,
 * RC_SYSTEM (disk, clock, ledger).  After RC_TOKEN and RC_SYSTEM nothing was given out,
 * and the ledger knows what may have been signed.
 */
#ifndef ROLECERT_ISSUE_H
#define ROLECERT_ISSUE_H

#include <rolecert/engine.h>
#include <rolecert/plan.h>

struct rc_ca;
struct rc_certificate;

/*
 * A root CA in a folder that is new or empty: ca.yaml, its own certificate, its ledger.
 * key: what the engine calls it; custody: "hardware", "strict", "imported-ok", "lab",
 * "memory"; subject: "CN=Contoso Root CA, O=Contoso".  `roles` hold the product generic.
 */
RC_API enum rc_status rc_ca_make(const struct rc_engine_ops *engine, const char *key,
    const char *custody, const char *subject, const struct rc_roles *roles,
    const char *home, const struct rc_engine_config *config, struct rc_error *err) RC_CHECK;

/* config: pin, hung, timeout; NULL where the key needs no PIN.  Logs in. */
RC_API enum rc_status rc_ca_open(const char *home, const struct rc_engine_ops *engine,
    const struct rc_engine_config *config, struct rc_ca **ret, struct rc_error *err) RC_CHECK;
RC_API void rc_ca_close(struct rc_ca *ca);               /* takes NULL */

/* The CA's own certificate, DER; belongs to the CA. */
RC_API struct bytes rc_ca_certificate(const struct rc_ca *ca);

/* request: PKCS#10 in PEM, DER or base64.  An entry that has its certificate for the
 * same key gets that one again, until it is due for renewal. */
RC_API enum rc_status rc_ca_issue(struct rc_ca *ca, const struct rc_plan *plan,
    const char *entry, struct bytes request, struct rc_certificate **ret,
    struct rc_error *err) RC_CHECK;

RC_API struct bytes rc_certificate_der(const struct rc_certificate *certificate);
RC_API const char *rc_certificate_serial(const struct rc_certificate *certificate); /* hex */
RC_API void rc_certificate_free(struct rc_certificate *certificate);    /* takes NULL */

/* A PIN for the callback of struct rc_engine_config, copied into locked memory; whoever
 * is given it wipes it. */
RC_API struct secret *rc_secret(struct bytes pin);

#endif
