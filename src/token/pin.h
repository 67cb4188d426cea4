/*
 * pin.h - where a PIN comes from, and when it is not asked for at all.
 *
 *      struct pin_sources pins = { .file = option, .environment = &secret, ... };
 *      struct rc_engine_config config = { .pin = pin_give, .pin_arg = &pins, ... };
 *
 * Sources, the first that is there counts: the URI's pin-source, the file that
 * was named, the environment's, the credentials directory's `rolecert-pin`, the
 * prompt.  A source that is named and cannot be used is an error: no other is
 * tried in its place.  This layer reads no environment; the command line fills
 * the struct.
 *
 * A PIN file is a regular file of ours or root's that no group and no other may
 * read (pin-file-readable); one newline at its end is not part of the PIN; 1 to
 * 255 octets.  A credentials directory is closed to others as a whole, and the
 * service manager may give access by ACL, which shows as a group bit: there only
 * the bits of others are refused.
 *
 * pin-source is a path or a file: URL (RFC 8089; no host but localhost).  The
 * `|command` form of RFC 7512 section 2.4 is refused: no program is run for a
 * PIN.
 *
 * Before anything is asked for, the token's fresh flags are judged:
 *      locked              pin-locked
 *      no PIN set          pin-not-set
 *      last try            pin-final-try, unless spend_final_try
 *      a try was lost      a warning, pin-count-low
 * A token with a PIN pad is given NULL: the PIN is typed there.
 */
#ifndef TOKEN_PIN_H
#define TOKEN_PIN_H

#include <rolecert/engine.h>

#include "base/error.h"
#include "base/secret.h"

enum { PIN_MAX = 255 };          /* octets */

/*
 * What may be kept of a PIN that was given once.  A kept one lives in a locked page
 * of its own, the only copy, until pin_forget().
 */
enum pin_keep {
	PIN_KEEP_LOGIN = 1,      /* relogin: once: for one login more after a loss */
	PIN_KEEP_CONTEXT = 2,    /* always_authenticate: keep: for each signature  */
};

struct pin_sources {
	const char *file;                    /* path, or NULL                 */
	/* NULL: there is none.  What it points to is taken at the first use and is
	 * gone then. */
	struct secret **environment;
	const char *credentials;             /* directory, or NULL            */
	/* Asks a person, without echo; NULL: nobody to ask. */
	enum rc_status (*prompt)(void *arg, const struct rc_token_facts *token,
	    struct secret **ret, struct error *err);
	void *prompt_arg;
	bool spend_final_try;
	unsigned keep;                       /* enum pin_keep                 */

	/* pin_give()'s own */
	struct secret *kept;
	char serial[17];                     /* of the token that it was for  */
	bool given, again;
};

/*
 * The `pin` of struct rc_engine_config; arg is a struct pin_sources.  After a lost
 * session (RC_PIN_AGAIN) no source is asked: what was kept is given once more, to the
 * token of the same serial, if its flags are without LOW, FINAL_TRY and LOCKED
 * (relogin-refused).
 */
enum rc_status pin_give(void *arg, enum rc_pin_use use, const struct rc_token_facts *token,
    const char *pin_source, struct secret **ret, struct error *err) RC_CHECK;
/* Wipes what was kept. */
void pin_forget(struct pin_sources *sources);

/* The flags policy alone. */
enum rc_status pin_allowed(const struct rc_token_facts *token, bool spend_final_try,
    struct error *err) RC_CHECK;

/* One PIN file, by the rules above. */
enum rc_status pin_read_file(const char *path, struct secret **ret,
    struct error *err) RC_CHECK;

/* pin-source as a path, appended to `path`; rule pin-source. */
enum rc_status pin_source_path(const char *pin_source, struct buf *path,
    struct error *err) RC_CHECK;

#endif
