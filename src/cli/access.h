/*
 * access.h - how the program reaches tokens: which engine, where the PIN comes
 * from, what happens when a module hangs.  The one file that names engines.
 *
 *      struct access access;
 *
 *      access_init(cli, uri, &access);          stays where it is: points into itself
 *      TRY(ops->open(&access.config, &engine, err));
 *
 * The PIN comes from the URI's pin-source, the file that ROLECERT_PIN_FILE names,
 * ROLECERT_PIN, the credentials directory, or, where stdin is a terminal, from
 * whoever sits there, without echo.  ROLECERT_PIN serves one login: its memory is
 * given back after it.
 */
#ifndef CLI_ACCESS_H
#define CLI_ACCESS_H

#include <rolecert/engine.h>

#include "cli/cli.h"
#include "issue/home.h"
#include "token/custody.h"
#include "token/pin.h"

struct access {
	struct pin_sources pins;
	struct rc_engine_config config;
};

/* uri may be NULL: a CA home's ca.yaml names the key. */
void access_init(struct cli *cli, const char *uri, struct access *ret);

/* The engine that serves keys kept like this. */
const struct rc_engine_ops *access_engine(enum custody_level level);
/* The one that this ca.yaml asks for; what it lets be kept of the PIN is kept from now
 * on, until access_clear(). */
const struct rc_engine_ops *access_home(struct access *access, const struct home *home);

void access_clear(struct access *access);
DEFINE_SCOPED_VALUE(access_clear, struct access)

#endif
