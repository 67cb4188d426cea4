/*
 * tls.h - which certificates does a TLS server show?
 *
 * A connection, a handshake with the server's name (SNI, RFC 6066 3), and no more: not
 * one octet of an application is sent.  Nothing is verified here, and old protocols and
 * weak keys are taken: whoever asks wants to judge what is there.  A server that ends
 * the handshake because it wants a certificate of ours has shown its own by then.
 *
 * Rule connect-failed: no such host, nobody listens, no TLS, no certificate, or not
 * within the time.
 */
#ifndef OS_TLS_H
#define OS_TLS_H

#include "base/arena.h"
#include "base/error.h"

enum { TLS_SHOWN_MAX = 16, TLS_SECONDS = 10 };

struct tls_shown {
	struct bytes der[TLS_SHOWN_MAX]; /* the server's first                */
	size_t n;
};

/* host: a name or an address; port: a number.  seconds: for all of it but the search for
 * the name. */
enum rc_status tls_look(const char *host, const char *port, unsigned seconds,
    struct arena *arena, struct tls_shown *ret, struct error *err) RC_CHECK;

#endif
