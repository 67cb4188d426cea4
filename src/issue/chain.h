/*
 * chain.h - is each certificate signed by the next?
 */
#ifndef ISSUE_CHAIN_H
#define ISSUE_CHAIN_H

#include "x509/cert.h"

/* Names and signature; `rule` says which refusal it is. */
enum rc_status cert_check_issuer(const struct cert *cert, const struct cert *issuer,
    enum rule rule, struct error *err) RC_CHECK;

/* The certificate by chain[0], that by chain[1], and so on; an empty chain will do. */
enum rc_status chain_check(const struct cert *cert, const struct cert *chain, size_t n,
    enum rule rule, struct error *err) RC_CHECK;

#endif
