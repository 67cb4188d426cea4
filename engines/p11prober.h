/*
 * p11prober.h - what the probes share.  Private to p11probe.c and p11wrap.c.
 */
#ifndef ENGINES_P11PROBER_H
#define ENGINES_P11PROBER_H

#include "engines/p11probe.h"

struct prober {
	struct p11raw raw;               /* the engine's, with a session of its own */
	const struct p11key *key;
	const struct p11mechs *mechs;
	enum rc_depth depth;
	struct rc_facts *facts;
	bool twin_on_token;              /* the module knows no session keys   */
	struct error *err;
};

/* A mechanism or an attribute, and its name in the standard. */
struct named {
	CK_ULONG type;
	const char *name;
};

#define NAMED(type) { type, #type }

/* The session is gone, and with it whatever else would be asked. */
bool prober_is_lost(CK_RV rv);
/* One more, unknown yet.  There is room for all that are made. */
struct rc_probe *prober_add(struct prober *p, enum rc_probe_kind kind, CK_ULONG type,
    const char *name);
/* "CALL: CODE" as the probe's answer. */
void prober_code(struct rc_probe *probe, const char *call, CK_RV rv);
/* The call did not do it; its code says whether it was refused. */
enum rc_status prober_settle(struct prober *p, struct rc_probe *probe, const char *call,
    CK_RV rv) RC_CHECK;

enum { PROBER_WRAPS_MAX = 24 };
/* Every mechanism that wraps, at most PROBER_WRAPS_MAX probes. */
enum rc_status prober_wraps(struct prober *p) RC_CHECK;

#endif
