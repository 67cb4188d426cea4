/*
 * idn.h - internationalised host names, as certificates hold them: the one door to libidn2.
 *
 * A dNSName is ASCII; a label of other letters stands in it as its A-label, "xn--" and
 * Punycode (RFC 9549 2.2, which takes the place of RFC 5280 7.2; IDNA2008 is RFC 5890 and
 * 5891).  A label that begins so and is no A-label is a name that no client ever asks for:
 * browsers show it, or something else, or nothing.
 */
#ifndef X509_IDN_H
#define X509_IDN_H

#include "base/arena.h"

/* Nothing but what begins with "xn--" is asked; case does not matter. */
bool idn_is_sound(const char *label, size_t n);

/* The name with A-labels for what is not ASCII; NULL: it cannot be, and why. */
const char *idn_to_ascii(const char *utf8, struct arena *arena, const char **ret_why);

#endif
