/*
 * guard.h - what is checked before libfyaml sees a byte.
 */
#ifndef TEXT_GUARD_H
#define TEXT_GUARD_H

#include "base/error.h"

/* Valid UTF-8 without control characters (tab and line ends may stand), and no
 * line that begins with %.  Rules yaml-encoding, yaml-directive. */
enum rc_status guard_check(const struct source *source, struct error *err) RC_CHECK;

/* Line and column (in characters, from 1) of an octet. */
struct place guard_place(const struct source *source, size_t offset);

#endif
