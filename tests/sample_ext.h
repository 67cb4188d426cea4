/*
 * sample_ext.h - values of extensions, written short, as initialisers of struct ext_value.
 * Lists are given with the number of their members.
 */
#ifndef TESTS_SAMPLE_EXT_H
#define TESTS_SAMPLE_EXT_H

#include "x509/ext/ext.h"

#define BASIC(ca_, n_) { .id = EXT_BASIC_CONSTRAINTS, .critical = true, \
	.u.basic = { .ca = (ca_), .path_len = (n_) } }
#define USAGE(mask) { .id = EXT_KEY_USAGE, .critical = true, .u.key_usage = (mask) }
#define EKU(v_, n_) { .id = EXT_EXTENDED_KEY_USAGE, .u.oids = { .v = (v_), .n = (n_) } }
#define SAN(v_, n_) { .id = EXT_SUBJECT_ALT_NAME, .u.names = { .v = (v_), .n = (n_) } }
#define KEY_ID(id_, n_) { .id = (id_), \
	.u.key_id = { (const uint8_t *)"0123456789abcdefghij", (n_) } }
#define POLICIES(v_, n_) { .id = EXT_CERTIFICATE_POLICIES, .u.policies = { .v = (v_), .n = (n_) } }
#define CDP(v_, n_) { .id = EXT_CRL_DISTRIBUTION_POINTS, .u.uris = { .v = (v_), .n = (n_) } }
#define AIA(o_, n_o, i_, n_i) { .id = EXT_AUTHORITY_INFO_ACCESS, \
	.u.aia = { .ocsp = (o_), .n_ocsp = (n_o), .issuers = (i_), .n_issuers = (n_i) } }
#define NC(p_, n_p, e_, n_e) { .id = EXT_NAME_CONSTRAINTS, .critical = true, \
	.u.constraints = { (p_), (n_p), (e_), (n_e) } }
#define MAPPINGS(v_, n_) { .id = EXT_POLICY_MAPPINGS, .critical = true, \
	.u.mappings = { .v = (v_), .n = (n_) } }
#define PC(r_, i_) { .id = EXT_POLICY_CONSTRAINTS, .critical = true, \
	.u.policy_constraints = { (r_), (i_) } }
#define INHIBIT(n_) { .id = EXT_INHIBIT_ANY_POLICY, .critical = true, .u.number = (n_) }
#define FRESHEST(v_, n_) { .id = EXT_FRESHEST_CRL, .u.uris = { .v = (v_), .n = (n_) } }
#define SIA(v_, n_) { .id = EXT_SUBJECT_INFO_ACCESS, .u.access = { .v = (v_), .n = (n_) } }
#define PERIOD(a_, b_) { .id = EXT_PRIVATE_KEY_USAGE_PERIOD, .u.period = { (a_), (b_) } }
#define FEATURES(v_, n_) { .id = EXT_TLS_FEATURE, .u.features = { .v = (v_), .n = (n_) } }
#define TEMPLATE(a_, b_) { .id = EXT_MS_TEMPLATE, \
	.u.template = { "1.3.6.1.4.1.311.21.8.1.2", (a_), (b_) } }
#define TEXT(id_, t_) { .id = (id_), .u.text = (t_) }
#define APPLICATION(v_, n_) { .id = EXT_MS_APPLICATION_POLICIES, \
	.u.oids = { .v = (v_), .n = (n_) } }

#endif
