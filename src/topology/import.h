/*
 * import.h - from the vendor's own topology document to topology YAML.
 *
 *      struct buf yaml = BUF_INIT;
 *      struct import_options options = { .product = NULL };
 *
 *      TRY(topology_import(file, "contoso.tbxml", &options, &yaml, err));
 *      write(1, yaml.p, yaml.n);
 *
 * Two documents are read: what `Get-CsTopology -AsXml` prints (root Topology)
 * and the save file of Topology Builder, .tbxml (root TopologyBuilder).  Both in
 * UTF-8 or UTF-16, with or without byte order mark or XML declaration.
 *
 * The result is text that a person goes on with, not a topology object: what
 * the document does not hold (strict_dns, auto_logon, simple URLs in the first
 * form) stands in it as a comment with its default, and what a topology may not
 * hold (a farm under a short name) is left out, with a comment in its place.
 * Each such comment is also a note or a warning in err, at the line of the
 * element it speaks of.  Read the text with topology_read(), as a file of the
 * user's own.
 *
 * Pure: no file, no network; a document with a DOCTYPE is refused, so that there
 * are no entities to expand and no DTD to load.
 *
 * Rules: those of xml.h; xml-not-a-topology, import-sip-domain and import-empty
 * as errors; import-left-out and import-product as warnings;
 * import-not-in-document and import-xmpp as notes.
 */
#ifndef TOPOLOGY_IMPORT_H
#define TOPOLOGY_IMPORT_H

#include "base/error.h"

struct import_options {
	/* "sfb-2019"; NULL: what the ServiceVersion of the services says. */
	const char *product;
	/* The name of the topology; NULL: first label of the default SIP domain. */
	const char *topology;
};

/*
 * name is what the user calls the file.  options may be NULL.  On success the
 * text is appended to yaml_out, which is untouched on failure.
 */
enum rc_status topology_import(struct bytes file, const char *name,
    const struct import_options *options, struct buf *yaml_out, struct error *err) RC_CHECK;

#endif
