/*
 * product.h - what a product's deployments consist of: kinds of pool, their
 * fields, what is forbidden.  Read from profiles/PRODUCT/product.yaml:
 *
 *      product: lync-2013
 *      title: Lync Server 2013
 *      extends: lync-2010                  another product's kinds, then these
 *      idna: refuse                        refuse | a-label
 *      wildcards: allow                    allow | refuse
 *      most_validity_days: 398             no role's certificate is valid longer
 *      forbid:                             what it lacks, and why
 *        xmpp: it was removed
 *        persistent-chat: it was removed   a kind of the product that it extends
 *      kinds:
 *        edge:
 *          title: Edge pool
 *          servers: optional               required | optional | single
 *          fields:
 *            external:
 *              type: record
 *              title: the external names of an Edge
 *              fields:
 *                access: { type: fqdn }
 *            auto_logon: { type: boolean, default: false }
 *            publishes:
 *              type: pools                 pools of the topology, by FQDN
 *              of: [[standard-edition, front-end], [director]]
 *              having: web.external        only those that have this fact
 *            url: { type: fqdn, required: true, unlike: front-end.web.external }
 *
 * Types: record, pools, and those of value.h (text, boolean, number, duration, oid,
 * fqdn, uri, ip, and fqdn-list and its like).  A field is optional unless it is
 * required or has a default; a list that is left out is empty.  `single` servers: the pool is
 * one server of its own name.  A list of pools that is left out means all that fit;
 * it comes sorted by the groups of `of`, within a group in topology order.
 */
#ifndef TOPOLOGY_PRODUCT_H
#define TOPOLOGY_PRODUCT_H

#include "text/node.h"
#include "topology/value.h"

enum { VALIDITY_DAYS_MAX = 9125 };     /* 25 years: no role's certificate is valid longer */

enum servers_rule { SERVERS_REQUIRED, SERVERS_OPTIONAL, SERVERS_SINGLE };

/* What a field's values are held to beside their type. */
struct field_rule {
	const struct field *field;
	bool required;
	const struct value *fallback;    /* the default, or NULL               */
	const char *unlike;              /* KIND.PATH that it must differ from */
	bool is_pools;
	const char *const **groups;      /* is_pools: each a NULL-ended list   */
	size_t n_groups;
	const char *having;
	struct field_rule *fields;       /* of a record, in its order          */
	struct place at;
};

struct kind {
	const char *name, *title;
	enum servers_rule servers;
	const struct type *type;         /* record: fqdn, kind, servers, then the fields */
	struct field_rule *rules;        /* one for each declared field        */
	size_t n_rules;
	struct place at;
};

/* A kind of the extended product that does not exist in this one. */
struct forbidden_kind {
	const struct kind *kind;
	const char *why;
};

struct product {
	const char *name, *title;
	const char *extends;             /* or NULL                            */
	bool idna;                       /* other than ASCII labels become A-labels */
	bool no_wildcards;
	unsigned most_validity_days;     /* VALIDITY_DAYS_MAX or less          */
	struct place validity_at;        /* where it says so, or NOWHERE       */
	const char *forbid_xmpp;         /* the reason, or NULL                */
	/* Signatures that its servers do not accept: reasons, or NULL; a product has
	 * those of the one that it extends. */
	const char *forbid_pss, *forbid_ed25519;
	struct forbidden_kind *forbidden;
	size_t n_forbidden;
	const struct kind **kinds;
	size_t n_kinds;
	struct place at;
};

/* The types that every topology has. */
extern const struct record_type sip_domain_type, server_type;
const struct type *topology_type(void);          /* the scope of a role's expressions */
const struct type *server_record_type(void);     /* { fqdn }                          */

/*
 * Reads one product text.  `parent` is the product that it extends, already read,
 * or NULL; product_extends() tells its name first.  The document and the parent
 * outlive the product.
 */
enum rc_status product_extends(const struct document *document, const char **ret,
    struct error *err) RC_CHECK;
enum rc_status product_read(const struct document *document, const struct product *parent,
    struct arena *arena, const struct product **ret, struct error *err) RC_CHECK;

const struct kind *product_kind(const struct product *product, const char *name);

/*
 * The record that pools of all these kinds have in common; "a pool" for people.
 * kinds: names, NULL-ended.
 */
const struct type *product_common_type(const struct product *product,
    const char *const *kinds, struct arena *arena);

#endif
