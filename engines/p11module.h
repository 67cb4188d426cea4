/*
 * p11module.h - PKCS#11 modules: loaded once, started once, shared by whoever
 * uses them in this process.
 *
 * PKCS#11 has one start and one end in a process (v2.40, section 5.4), libp11
 * ends the module whenever it unloads it, and a login belongs to the process
 * and not to a session.  So there is one struct p11module for a module file,
 * counted; what would pull the floor from under others happens when the last
 * user goes.  The rule of the start: C_Initialize is always called; CKR_OK means
 * that we end it, CKR_CRYPTOKI_ALREADY_INITIALIZED that somebody else does.
 *
 * A module file stays mapped until the process ends: modules leave exit handlers
 * and threads behind that would run in unmapped memory.
 *
 * Functions are safe in threads.
 */
#ifndef ENGINES_P11MODULE_H
#define ENGINES_P11MODULE_H

#include "base/arena.h"
#include "engines/p11uri.h"
#include "engines/watchdog.h"

struct p11module {
	char *path;                     /* of the file, as the loader knows it */
	CK_FUNCTION_LIST *fn;
	CK_INFO info;
	char *args;                     /* what it was started with, or NULL   */

	/* Something that lives as long as the module is started (libp11's
	 * context), made and freed by who knows it. */
	void *companion;
	void (*companion_free)(void *companion);

	/* the table's own */
	void *handle;
	unsigned users;
	bool ours_to_end;
	struct p11login *logins;
	struct p11module *next;
};

/* Rules: module-load, module-start. */
enum rc_status p11module_open(const char *path, const char *args, struct watchdog *dog,
    struct p11module **ret, struct error *err) RC_CHECK;
void p11module_close(struct p11module *module, struct watchdog *dog);  /* takes NULL */

/*
 * Who of us takes part in the login on a slot.  `fresh`: the caller has just
 * logged in; otherwise he found a login, and takes part in it if it is one of
 * ours.  enter: does he?  leave: was he the last, who logs out?
 */
bool p11module_login_enter(struct p11module *module, CK_SLOT_ID slot, bool fresh);
bool p11module_login_leave(struct p11module *module, CK_SLOT_ID slot);

/*
 * The modules to look into: the URI's module-path, else `module`, else those of
 * p11-kit's configuration (only the URI's module-name, if it has one; else without
 * its stores of trusted roots).
 * *ret_named tells that the user named it, so that a failure is an error and not
 * something to pass over.  Rule module-missing.
 */
struct p11paths {
	VEC(const char *) v;
	bool named;
};
enum rc_status p11module_paths(const struct p11uri *uri, const char *module,
    struct watchdog *dog, struct arena *arena, struct p11paths *ret,
    struct error *err) RC_CHECK;

#endif
