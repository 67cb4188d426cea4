/*
 * xml.h - the one door to libxml2: a hostile XML document becomes a small tree.
 *
 *      struct xml_document doc;
 *
 *      TRY(xml_read(arena, file, "contoso.tbxml", &doc, err));
 *      XML_EACH(cluster, xml_child(doc.root, "Clusters"), "Cluster")
 *              puts(xml_get(cluster, "Fqdn"));
 *
 * The tree holds elements and attributes; text, comments and processing
 * instructions are left out (the documents keep every fact in attributes).
 * Names are local names: the documents change the default namespace from child
 * to child.  Tree and text live in the arena.
 *
 * Encodings: UTF-8 and UTF-16, told by the byte order mark or, without one, by
 * the zero byte beside the first '<'.  What the XML declaration says of the
 * encoding is not asked: a file that was converted and kept its declaration is
 * read for what it is.
 *
 * Refused: anything over the limits below, a DOCTYPE (XML 1.0 section 2.8; no
 * DTD, so no entity but the five predefined), anything not well-formed.
 * Rules: xml-too-large, xml-encoding, xml-doctype, xml-limit, xml-malformed.
 */
#ifndef TOPOLOGY_XML_H
#define TOPOLOGY_XML_H

#include "base/arena.h"
#include "base/error.h"

enum {
	XML_MAX_BYTES      = 64 << 20,   /* of the file                            */
	XML_MAX_DEPTH      = 128,        /* elements within elements; real ones: 10 */
	XML_MAX_NODES      = 2000000,    /* elements and attributes together       */
	XML_MAX_ATTRIBUTES = 256,        /* of one element, namespaces included    */
	XML_MAX_NAMESPACES = 16,         /* declared by one element                */
	XML_MAX_TAG        = 64 << 10,   /* bytes from one '<' to the next         */
};

struct xml_attribute {
	const char *name, *value;
};

struct xml_node {
	const char *name;                /* local name                             */
	struct xml_attribute *attributes;
	size_t n_attributes;
	size_t start;                    /* offset of its '<' in the text          */
	uint32_t line;                   /* of its '<', from 1                     */
	struct xml_node *child, *last, *next;
};

struct xml_document {
	const struct xml_node *root;
	struct source source;            /* the text, in UTF-8                     */
	struct source bare;              /* the same name, for lines too long to show */
};

/* ret must outlive the places made from it, and stay where it is. */
enum rc_status xml_read(struct arena *a, struct bytes file, const char *name,
    struct xml_document *ret, struct error *err) RC_CHECK;

/* All take NULL for the node and then find nothing. */
const char *xml_get(const struct xml_node *node, const char *attribute);  /* NULL: none */
const struct xml_node *xml_child(const struct xml_node *node, const char *name);
const struct xml_node *xml_next(const struct xml_node *node, const char *name);

#define XML_EACH(var, parent, name)                                           \
	for (const struct xml_node *var = xml_child((parent), (name)); var != NULL; \
	    var = xml_next(var, (name)))

/* Where the element stands; with an attribute that it has, the attribute's value. */
struct place xml_place(const struct xml_document *doc, const struct xml_node *node,
    const char *attribute);

#endif
