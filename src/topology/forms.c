#include "topology/forms.h"

#define KEYS(table) .keys = (table), .n_keys = ARRAY_LEN(table)
#define LABEL "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
#define HOST LABEL "(\\." LABEL ")+"
#define FQDN "(?!.*\\.[0-9]+$)" HOST
#define OTHER_LETTERS ".*[^ -~].*"

const struct form ascii_fqdn_form = { .kind = FORM_TEXT, .what = "a name", .ref = "ascii-fqdn",
	.pattern = "^" FQDN "$" };
const struct form fqdn_form = { .kind = FORM_TEXT, .what = "a name", .ref = "fqdn",
	.pattern = "^(" FQDN "|" OTHER_LETTERS ")$" };
const struct form duration_form = { .kind = FORM_TEXT, .what = "a duration",
	.ref = "duration", .pattern = "^[0-9]+[smhdw]$" };
const struct form oid_form = { .kind = FORM_TEXT, .what = "an OID", .ref = "oid",
	.pattern = "^[0-2](\\.[0-9]+)+$" };
const struct form uri_form = { .kind = FORM_TEXT, .what = "a URI", .ref = "uri",
	.pattern = "^[A-Za-z][A-Za-z0-9+.-]*:[^ ]+$" };
static const struct form fqdns_form = { .kind = FORM_LIST, .what = "names",
	.member = &fqdn_form };

/* -- SIP domains ---------------------------------------------------------------------- */

static const struct form *const xmpp_forms[] = { &form_truth, &fqdns_form };
static const struct form xmpp_form = { .kind = FORM_EITHER, .what = "xmpp", .forms = xmpp_forms,
	.n_forms = ARRAY_LEN(xmpp_forms) };
static const struct form_key domain_keys[] = {
	{ "name", &fqdn_form, true }, { "xmpp", &xmpp_form, false },
};
const struct form sip_domain_form = { .kind = FORM_MAP, .what = "a SIP domain",
	KEYS(domain_keys) };
static const struct form *const domain_forms[] = { &fqdn_form, &sip_domain_form };
static const struct form any_domain_form = { .kind = FORM_EITHER, .what = "a SIP domain",
	.forms = domain_forms, .n_forms = ARRAY_LEN(domain_forms) };
static const struct form domains_form = { .kind = FORM_LIST, .what = "sip_domains",
	.member = &any_domain_form, .least = 1 };

/* The same where the product takes ASCII alone. */
static const struct form_key ascii_domain_keys[] = {
	{ "name", &ascii_fqdn_form, true }, { "xmpp", &xmpp_form, false },
};
static const struct form ascii_domain_form = { .kind = FORM_MAP, .what = "a SIP domain",
	KEYS(ascii_domain_keys) };
static const struct form *const ascii_forms[] = { &ascii_fqdn_form, &ascii_domain_form };
static const struct form any_ascii_form = { .kind = FORM_EITHER, .what = "a SIP domain",
	.forms = ascii_forms, .n_forms = ARRAY_LEN(ascii_forms) };
const struct form ascii_sip_domains_form = { .kind = FORM_LIST, .what = "sip_domains",
	.member = &any_ascii_form };

/* -- the rest --------------------------------------------------------------------------- */

const struct form clients_form = { .kind = FORM_MAP, .what = "clients" };
const struct form public_im_form = { .kind = FORM_MAP, .what = "public_im" };

static const struct form country_form = { .kind = FORM_TEXT, .what = "two letters",
	.pattern = "^[A-Za-z]{2}$" };
static const struct form_key attr_keys[] = {
	{ "O", &form_text, false }, { "OU", &form_text, false }, { "L", &form_text, false },
	{ "ST", &form_text, false }, { "C", &country_form, false },
};
const struct form subject_attrs_form = { .kind = FORM_MAP, .what = "subject",
	KEYS(attr_keys) };

static const struct form url_form = { .kind = FORM_TEXT, .what = "a simple URL",
	.ref = "simple-url",
	.pattern = "^([Hh][Tt][Tt][Pp][Ss]://" HOST "(/.*)?|" FQDN "|" OTHER_LETTERS ")$" };
static const struct form meet_form = { .kind = FORM_NAMED, .what = "meet",
	.member = &url_form };
static const struct form_key url_keys[] = {
	{ "meet", &meet_form, false }, { "dialin", &url_form, false },
	{ "admin", &url_form, false },
};
const struct form simple_urls_form = { .kind = FORM_MAP, .what = "simple_urls",
	KEYS(url_keys) };

const struct form pools_form = { .kind = FORM_LIST, .what = "pools" };

static const char *const switches[] = { "include", "omit" };
const struct form role_switch_form = { .kind = FORM_TEXT, .what = "a role",
	.words = switches, .n_words = ARRAY_LEN(switches) };
static const struct form switches_form = { .kind = FORM_NAMED, .what = "roles",
	.member = &role_switch_form };
static const struct form settings_form = { .kind = FORM_NAMED, .what = "the choices of a role",
	.member = &form_text };
static const struct form choices_form = { .kind = FORM_NAMED, .what = "choices",
	.member = &settings_form };
/* Of what type each is, the role says. */
static const struct form *const value_forms[] = { &form_text, &form_texts };
static const struct form value_form = { .kind = FORM_EITHER, .what = "a parameter",
	.forms = value_forms, .n_forms = ARRAY_LEN(value_forms) };
static const struct form values_form = { .kind = FORM_NAMED,
	.what = "the parameters of a role", .member = &value_form };
static const struct form parameters_form = { .kind = FORM_NAMED, .what = "parameters",
	.member = &values_form };
static const struct form extra_form = { .kind = FORM_TEXT, .what = "an extra name",
	.ref = "fqdn-or-wildcard", .pattern = "^(\\*\\.)?(" FQDN "|" OTHER_LETTERS ")$" };
static const struct form extras_form = { .kind = FORM_LIST, .what = "the extra names",
	.member = &extra_form };
static const struct form extra_names_form = { .kind = FORM_NAMED, .what = "extra_names",
	.member = &extras_form };

/* -- the whole ---------------------------------------------------------------------------- */

const struct form topology_product_form = { .kind = FORM_TEXT, .what = "the product" };
static const struct form_key keys[] = {
	{ "topology", &form_text, true }, { "product", &topology_product_form, true },
	{ "sip_domains", &domains_form, true }, { "clients", &clients_form, false },
	{ "public_im", &public_im_form, false }, { "subject", &subject_attrs_form, false },
	{ "simple_urls", &simple_urls_form, false }, { "pools", &pools_form, false },
	{ "roles", &switches_form, false }, { "choices", &choices_form, false },
	{ "parameters", &parameters_form, false }, { "extra_names", &extra_names_form, false },
};
const struct form topology_form = { .kind = FORM_MAP, .what = "a topology", KEYS(keys) };
