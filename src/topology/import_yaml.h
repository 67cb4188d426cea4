/*
 * import_yaml.h - YAML out of foreign text: nothing that a document holds can
 * become more than one value or one comment.
 */
#ifndef TOPOLOGY_IMPORT_YAML_H
#define TOPOLOGY_IMPORT_YAML_H

#include "topology/xml.h"

/*
 * One value: plain when it is a word of letters, digits, dots and hyphens that
 * begins with a letter and means nothing else in YAML, else in double quotes
 * with everything escaped that is not printable ASCII.
 */
void yaml_put_scalar(struct buf *out, const char *text);

/* Comment lines of at most 96 columns, each behind indent spaces and "# ". */
void yaml_put_comment(struct buf *out, int indent, const char *text);

/* What is said to the reader of the YAML and, as a diagnosis, to the caller. */
struct import_voice {
	const struct xml_document *doc;
	struct buf *out;
	struct error *err;
	size_t said;                     /* diagnoses; no more than IMPORT_NOTES_MAX are added */
};

enum { IMPORT_NOTES_MAX = 100 };

/*
 * The same words as a comment and as a diagnosis at the element (or at one of
 * its attributes, or with NULL for both nowhere in particular).
 */
void import_say(struct import_voice *voice, enum severity severity, enum rule rule,
    const struct xml_node *node, const char *attribute, int indent, const char *fmt, ...)
    RC_PRINTF(7, 8);
/* Only the diagnosis. */
void import_tell(struct import_voice *voice, enum severity severity, enum rule rule,
    const struct xml_node *node, const char *attribute, const char *message);
/* Says how many diagnoses were not added. */
void import_say_rest(struct import_voice *voice);

#endif
