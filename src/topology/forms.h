/*
 * forms.h - what a topology file may hold beside its pools, key by key; both the
 * reader's and, as JSON Schema, the editors'.  What a pool holds its product says.
 */
#ifndef TOPOLOGY_FORMS_H
#define TOPOLOGY_FORMS_H

#include "text/form.h"

extern const struct form topology_form, sip_domain_form, simple_urls_form,
    subject_attrs_form, role_switch_form;
/* A host or domain name; `ascii`: where the product takes no other letters. */
extern const struct form fqdn_form, ascii_fqdn_form, ascii_sip_domains_form;
/* Values of the types that value.h calls so. */
extern const struct form duration_form, oid_form, uri_form;
/* Their insides are elsewhere: in the products, in the types of product.h. */
extern const struct form topology_product_form, pools_form, clients_form, public_im_form;

#endif
