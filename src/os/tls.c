#include "os/tls.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "crypto/libcrypto.h"
#include "x509/general_name.h"

DEFINE_SCOPED(SSL_CTX_free, SSL_CTX *)
DEFINE_SCOPED(SSL_free, SSL *)
DEFINE_SCOPED(freeaddrinfo, struct addrinfo *)

struct looking {
	const char *host, *port;
	int64_t until;                   /* of the monotonic clock, milliseconds */
	struct arena *arena;
	struct tls_shown *shown;
};

static int64_t
now_ms(void)
{
	struct timespec at;

	(void)clock_gettime(CLOCK_MONOTONIC, &at);
	return (int64_t)at.tv_sec * 1000 + at.tv_nsec / 1000000;
}

/* 0, or what went wrong. */
static int
wait_for(int fd, short events, const struct looking *l)
{
	struct pollfd one = { .fd = fd, .events = events };

	for (;;) {
		int64_t left = l->until - now_ms();
		int got = left > 0 ? poll(&one, 1, (int)left) : 0;

		if (got > 0)
			return 0;
		if (got == 0)
			return ETIMEDOUT;
		if (errno != EINTR)
			return errno;
	}
}

/* -- the connection -------------------------------------------------------------------- */

/* The descriptor, or -1 and why. */
static int
connect_to(const struct addrinfo *to, const struct looking *l, int *ret_errno)
{
	int fd = socket(to->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	socklen_t size = sizeof(*ret_errno);

	*ret_errno = fd < 0 ? errno : 0;
	if (fd < 0)
		return -1;
	if (connect(fd, to->ai_addr, to->ai_addrlen) != 0)
		*ret_errno = errno;
	if (*ret_errno == EINPROGRESS) {
		*ret_errno = wait_for(fd, POLLOUT, l);
		if (*ret_errno == 0)
			(void)getsockopt(fd, SOL_SOCKET, SO_ERROR, ret_errno, &size);
	}
	if (*ret_errno == 0)
		return fd;
	(void)close(fd);
	return -1;
}

static enum rc_status
open_connection(const struct looking *l, int *ret_fd, struct error *err)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	SCOPED(freeaddrinfo) struct addrinfo *found = NULL;
	int errnum = 0, bad = getaddrinfo(l->host, l->port, &hints, &found);

	if (bad != 0) {
		found = NULL;
		return error_fail(err, RULE_CONNECT_FAILED, "'%s' port %s is not found: %s",
		    l->host, l->port, gai_strerror(bad));
	}
	for (const struct addrinfo *to = found; to != NULL; to = to->ai_next) {
		*ret_fd = connect_to(to, l, &errnum);
		if (*ret_fd >= 0)
			return RC_OK;
	}
	return error_errno(err, RULE_CONNECT_FAILED, errnum, "connecting to '%s' port %s", l->host,
	    l->port);
}

/* -- the handshake ----------------------------------------------------------------------- */

static void
keep(struct looking *l, const X509 *x)
{
	uint8_t *der = NULL;
	int n = i2d_X509(x, &der);

	if (n > 0 && l->shown->n < TLS_SHOWN_MAX)
		l->shown->der[l->shown->n++] = arena_bytes(l->arena, BYTES(der, (size_t)n));
	OPENSSL_free(der);
}

/* Called when the server's certificates are there; whatever they are, it is well. */
static int
take_shown(X509_STORE_CTX *store, void *arg)
{
	struct looking *l = arg;
	const STACK_OF(X509) *chain = X509_STORE_CTX_get0_untrusted(store);

	l->shown->n = 0;
	for (int i = 0; chain != NULL && i < sk_X509_num(chain); i++)
		keep(l, sk_X509_value(chain, i));
	if (l->shown->n == 0)
		keep(l, X509_STORE_CTX_get0_cert(store));
	return 1;
}

static SSL_CTX *
context_of(struct looking *l)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_client_method());

	if (ctx == NULL)
		mem_die();
	SSL_CTX_set_security_level(ctx, 0);
	(void)SSL_CTX_set_min_proto_version(ctx, TLS1_VERSION);
	(void)SSL_CTX_set_cipher_list(ctx, "ALL:@SECLEVEL=0");
	SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, NULL);
	SSL_CTX_set_cert_verify_callback(ctx, take_shown, l);
	return ctx;
}

/* Until it is done, or fails; 0, or an errno where it was the network. */
static int
shake_hands(SSL *ssl, const struct looking *l)
{
	for (;;) {
		int got = SSL_connect(ssl), why = SSL_get_error(ssl, got), errnum;

		if (got == 1 || (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE))
			return 0;
		errnum = wait_for(SSL_get_fd(ssl),
		    why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, l);
		if (errnum != 0)
			return errnum;
	}
}

static enum rc_status
handshake(struct looking *l, int fd, struct error *err)
{
	SCOPED(SSL_CTX_free) SSL_CTX *ctx = context_of(l);
	SCOPED(SSL_free) SSL *ssl = SSL_new(ctx);
	uint8_t address[16];
	int errnum;

	crypto_begin();
	if (ssl == NULL || SSL_set_fd(ssl, fd) != 1)
		mem_die();
	if (address_read(l->host, address) == 0)
		/* what the macro of that name does, but for its cast */
		(void)SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
		    (void *)(uintptr_t)l->host);
	errnum = shake_hands(ssl, l);
	if (l->shown->n != 0) {
		(void)SSL_shutdown(ssl);
		crypto_begin();
		return RC_OK;
	}
	if (errnum != 0)
		return error_errno(err, RULE_CONNECT_FAILED, errnum,
		    "waiting for the certificate of '%s' port %s", l->host, l->port);
	return crypto_fail(err, RULE_CONNECT_FAILED, "'%s' port %s showed no certificate", l->host,
	    l->port);
}

enum rc_status
tls_look(const char *host, const char *port, unsigned seconds, struct arena *arena,
    struct tls_shown *ret, struct error *err)
{
	struct tls_shown shown = { .n = 0 };
	struct looking l = { .host = host, .port = port, .arena = arena, .shown = &shown };
	enum rc_status st;
	int fd;

	l.until = now_ms() + (int64_t)seconds * 1000;
	TRY(open_connection(&l, &fd, err));
	st = handshake(&l, fd, err);
	(void)close(fd);
	if (st == RC_OK)
		*ret = shown;
	return st;
}
