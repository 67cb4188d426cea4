/*
 * profile_test.h - tests of role definitions, kept beside them in NAME.test.yaml.
 *
 *      products: [lync-2013, sfb-2015]   each test is run for each of them
 *      source: a document's title        of the tests that name no other
 *      topology: { ... }                 what their topologies have in common
 *      tests:
 *        - name: two SIP domains
 *          source: the title of the document that says so
 *          topology: { ... }             its keys stand before those above
 *          expect:
 *            - entry: edge-external/lsedge.contoso.net
 *              subject: sip.contoso.com                the CN
 *              dn: "CN=sip.contoso.com, O=Contoso"     the whole subject
 *              san: [sip.contoso.com, "uri:sip:contoso.com"]   all, in this order
 *              eku: [serverAuth]
 *              assign: [Internal]
 *              extensions: [basicConstraints, keyUsage]    all, in this order
 *              exportable: false
 *              validity_days: 730
 *          absent: [edge-av/lsedge.contoso.net]        entries that are not planned
 *          notes: [shared-key-needs-token]             rules of notes that must be there
 *          no_notes: [wildcard-leaves-host]            and of those that must not
 *        - name: a CA of its own, of a role per ca
 *          ca: { role: root-ca, subject: "CN=Root, O=Contoso", path_length: 1, days: 3650 }
 *          expect:                       role and subject are needed; no topology
 *            - entry: root-ca/CN=Root, O=Contoso
 *              basic_constraints: CA:TRUE, pathlen:1
 *              key_usage_rsa: [keyCertSign, cRLSign]       key_usage_ec likewise
 *        - name: a common name that is too long
 *          topology: long.yaml           a file, whole
 *          refuse: dn-too-long           the rule; stands alone
 *
 * products, source and topology may be left out; a topology then names its product
 * itself.  A topology without a name is called after its test.
 *
 * What a topology holds keeps its place in the test's file, in errors and in plans.
 */
#ifndef PLAN_PROFILE_TEST_H
#define PLAN_PROFILE_TEST_H

#include "plan/coverage.h"
#include "text/node.h"

struct catalog;

/* One test for one product. */
struct profile_test {
	const char *name;
	const char *source;              /* a document's title, or NULL       */
	const struct node *product;      /* NULL: the topology names it       */
	const char *topology_file;       /* as the test has it, or NULL       */
	const struct node *map;          /* the test's text                   */
	struct place at;
};

struct profile_tests {
	struct document *document;
	const struct node *topology;     /* of all, or NULL                   */
	struct profile_test *v;
	size_t n;
	struct arena *arena;
};

/* Rules: yaml-..., unknown-key, missing-key, unknown-word, profile-test-empty. */
enum rc_status profile_tests_read(struct bytes text, const char *name,
    struct profile_tests **ret, struct error *err) RC_CHECK;
void profile_tests_free(struct profile_tests *tests);
DEFINE_SCOPED(profile_tests_free, struct profile_tests *)

/*
 * RC_OK: passed.  RC_NO: each difference is in err, at its place (rule profile-test).
 * topology: the bytes of topology_file, where there is one.  coverage: told what the
 * plan reached, or NULL.
 */
enum rc_status profile_test_run(const struct profile_tests *tests,
    const struct profile_test *test, struct bytes topology, const struct catalog *catalog,
    struct coverage *coverage, struct error *err) RC_CHECK;

#endif
