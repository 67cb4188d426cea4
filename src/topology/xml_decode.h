/*
 * xml_decode.h - the bytes of a document as UTF-8, before libxml2 sees them.
 */
#ifndef TOPOLOGY_XML_DECODE_H
#define TOPOLOGY_XML_DECODE_H

#include "base/arena.h"
#include "base/error.h"

/*
 * UTF-8 or UTF-16, told by the byte order mark or by the zero byte beside the
 * first '<'.  What comes out is valid UTF-8 without byte order mark and without
 * NUL, in the arena.  name stands in the errors: xml-encoding.
 */
enum rc_status xml_decode(struct arena *a, struct bytes file, const char *name,
    struct bytes *ret, struct error *err) RC_CHECK;

#endif
