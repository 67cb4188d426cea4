/*
 * p11probe.h - what a token does with a key, found out by trying.
 *
 * Attributes are what a module says.  Here it is asked to do what they rule out:
 *
 *      READ    each secret part of the key is asked for
 *      WRAP    the length of the wrapped key, under a session key made for it that can
 *              wrap and nothing else: no byte of the key leaves the module
 *      COPY    a session copy of it without one guard, which is read back and destroyed
 *      SET     one guard is taken from a twin, a session key pair made with the same
 *              attributes; never from the key itself, where it would stay so
 *
 * All of it happens in a session of its own.  Closing that destroys what was made
 * in it, also where a probe fails half-way.  Nothing is made on the token, but for the
 * twin where a module knows no session keys: it is labelled "rolecert-twin" and destroyed
 * at once.
 *
 * An answer that is no plain yes or no proves nothing: the probe is unknown, its
 * answer is kept.
 */
#ifndef ENGINES_P11PROBE_H
#define ENGINES_P11PROBE_H

#include "engines/p11key.h"
#include "engines/p11mech.h"

/*
 * The probes of this depth into facts->probe, and their sums.  The attributes in
 * *facts have been read; `mechs` is what the token lists.  Fails only when the
 * session is lost.
 */
enum rc_status p11probe_run(struct p11raw *raw, const struct p11key *key,
    const struct p11mechs *mechs, enum rc_depth depth, struct rc_facts *facts,
    struct error *err) RC_CHECK;

#endif
