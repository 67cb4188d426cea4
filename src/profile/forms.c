#include "profile/forms.h"

#include "profile/program.h"

#define KEYS(table) .keys = (table), .n_keys = ARRAY_LEN(table)
#define EXPRESSION "\\$\\{([^}']|'[^']*')+\\}"

const struct form template_form = { .kind = FORM_TEXT, .what = "a text", .ref = "text",
	.pattern = "^([^$]|\\$[^{]|\\$$|\\$\\$\\{|" EXPRESSION ")*$" };
const struct form condition_form = { .kind = FORM_TEXT, .what = "a condition",
	.ref = "condition", .pattern = "^" EXPRESSION "$" };
static const struct form each_form = { .kind = FORM_TEXT, .what = "each", .ref = "each",
	.pattern = "^[a-z][^.$]* in +" EXPRESSION "$" };
static const struct form days_form = { .kind = FORM_NUMBER, .what = "a number", .least = 1,
	.most = VALIDITY_DAYS_MAX };
static const struct form *const validity_forms[] = { &days_form, &condition_form };
static const struct form validity_form = { .kind = FORM_EITHER, .what = "validity_days",
	.forms = validity_forms, .n_forms = ARRAY_LEN(validity_forms) };

/* -- what a role is for -------------------------------------------------------------- */

const char *const per_words[] = { "pool", "server", "topology", "ca" };
static const struct form per_form = { .kind = FORM_TEXT, .what = "per", .words = per_words,
	.n_words = ARRAY_LEN(per_words) };

const struct form product_name_form = { .kind = FORM_TEXT, .what = "a product" };
static const struct form products_form = { .kind = FORM_LIST, .what = "products",
	.member = &product_name_form };

const struct form kind_name_form = { .kind = FORM_TEXT, .what = "a kind of pool" };
static const struct form kinds_form = { .kind = FORM_LIST, .what = "kinds of pool",
	.member = &kind_name_form };
static const struct form *const applies_forms[] = { &kind_name_form, &kinds_form };
static const struct form applies_form = { .kind = FORM_EITHER, .what = "applies_to",
	.forms = applies_forms, .n_forms = ARRAY_LEN(applies_forms) };

/* -- choices -------------------------------------------------------------------------- */

static const struct form values_form = { .kind = FORM_LIST, .what = "the values of a choice",
	.member = &form_text, .least = 2 };
static const struct form_key choice_keys[] = {
	{ "values", &values_form, true }, { "default", &form_text, true },
	{ "why", &form_text, false },
};
const struct form choice_form = { .kind = FORM_MAP, .what = "a choice", KEYS(choice_keys) };
static const struct form_key followed_keys[] = { { "from", &form_text, true } };
const struct form followed_choice_form = { .kind = FORM_MAP,
	.what = "a choice that follows another", KEYS(followed_keys) };
static const struct form *const choice_forms[] = { &choice_form, &followed_choice_form };
static const struct form any_choice_form = { .kind = FORM_EITHER, .what = "a choice",
	.forms = choice_forms, .n_forms = ARRAY_LEN(choice_forms) };
static const struct form choices_form = { .kind = FORM_NAMED, .what = "choices",
	.member = &any_choice_form };

static const struct form type_form = { .kind = FORM_TEXT, .what = "the type",
	.words = type_words, .n_words = TYPE_WORDS };
static const struct form *const default_forms[] = { &form_text, &form_texts };
static const struct form default_form = { .kind = FORM_EITHER, .what = "the default",
	.forms = default_forms, .n_forms = ARRAY_LEN(default_forms) };
static const struct form_key parameter_keys[] = {
	{ "type", &type_form, true }, { "default", &default_form, false },
	{ "required", &form_truth, false }, { "why", &form_text, false },
};
const struct form parameter_form = { .kind = FORM_MAP, .what = "a parameter",
	KEYS(parameter_keys) };
const struct form followed_parameter_form = { .kind = FORM_MAP,
	.what = "a parameter that follows another", KEYS(followed_keys) };
static const struct form *const parameter_forms[] = {
	&parameter_form, &followed_parameter_form,
};
static const struct form any_parameter_form = { .kind = FORM_EITHER, .what = "a parameter",
	.forms = parameter_forms, .n_forms = ARRAY_LEN(parameter_forms) };
static const struct form parameters_form = { .kind = FORM_NAMED, .what = "parameters",
	.member = &any_parameter_form };

/* -- names and notes ------------------------------------------------------------------ */

static const struct form names_form = { .kind = FORM_LIST, .what = "the names",
	.ref = "names", .member = &name_item_form };
static const struct form_key name_keys[] = {
	{ "dns", &template_form, false }, { "ip", &template_form, false },
	{ "email", &template_form, false }, { "uri", &template_form, false },
	{ "dirname", &template_form, false }, { "rid", &template_form, false },
	{ "srv", &template_form, false }, { "xmpp", &template_form, false },
	{ "upn", &template_form, false }, { "each", &each_form, false },
	{ "names", &names_form, false }, { "include", &form_text, false },
	{ "because", &form_text, false }, { "when", &condition_form, false },
};
static const char *const name_kinds[] = { "dns", "ip", "email", "uri", "dirname", "rid", "srv",
	"xmpp", "upn", "names", "include", NULL };
const struct form name_item_form = { .kind = FORM_MAP, .what = "an item of the names",
	KEYS(name_keys), .one_of = name_kinds };
static const struct form define_form = { .kind = FORM_NAMED, .what = "define",
	.member = &names_form };

static const struct form_key note_keys[] = {
	{ "note", &template_form, false }, { "warning", &template_form, false },
	{ "rule", &form_text, false }, { "each", &each_form, false },
	{ "when", &condition_form, false },
};
static const char *const note_kinds[] = { "note", "warning", NULL };
const struct form note_form = { .kind = FORM_MAP, .what = "a note", KEYS(note_keys),
	.one_of = note_kinds };
static const struct form notes_form = { .kind = FORM_LIST, .what = "notes",
	.member = &note_form };

/* -- subject and san ------------------------------------------------------------------ */

static const struct form_key subject_keys[] = { { "CN", &template_form, true } };
const struct form subject_form = { .kind = FORM_MAP,
	.what = "subject (the rest comes from the topology)", KEYS(subject_keys) };

static const struct form order_form = { .kind = FORM_TEXT, .what = "order",
	.words = san_order_words, .n_words = SAN_ORDERS };
static const struct form_key san_keys[] = {
	{ "order", &order_form, false }, { "names", &names_form, true },
};
const struct form san_form = { .kind = FORM_MAP, .what = "san", KEYS(san_keys) };

/* -- words that may hang on a condition ----------------------------------------------- */

/* A word, which the compiler knows, or an OID; no fact of a topology decides it. */
static const struct form usage_form = { .kind = FORM_TEXT, .what = "a usage",
	.ref = "usage", .pattern = "^([A-Za-z][A-Za-z0-9]*|[0-2](\\.[0-9]+)+)$" };
static const struct form_key usage_keys[] = {
	{ "use", &usage_form, true }, { "when", &condition_form, false },
};
const struct form usage_item_form = { .kind = FORM_MAP, .what = "an item", KEYS(usage_keys) };
static const struct form *const usage_forms[] = { &usage_form, &usage_item_form };
static const struct form any_usage_form = { .kind = FORM_EITHER, .what = "a usage",
	.forms = usage_forms, .n_forms = ARRAY_LEN(usage_forms) };
static const struct form usages_form = { .kind = FORM_LIST, .what = "extended_key_usage",
	.member = &any_usage_form };

static const struct form_key assign_keys[] = {
	{ "type", &form_text, true }, { "when", &condition_form, false },
};
const struct form assign_item_form = { .kind = FORM_MAP, .what = "an item",
	KEYS(assign_keys) };
static const struct form *const assign_forms[] = { &form_text, &assign_item_form };
static const struct form any_assign_form = { .kind = FORM_EITHER, .what = "a type to assign",
	.forms = assign_forms, .n_forms = ARRAY_LEN(assign_forms) };
static const struct form assigns_form = { .kind = FORM_LIST, .what = "assign",
	.member = &any_assign_form };

/* -- key usage, basic constraints, key ------------------------------------------------ */

static const struct form bit_form = { .kind = FORM_TEXT, .what = "a key usage",
	.word = key_usage_word, .n_words = KU_BITS };
static const struct form bits_form = { .kind = FORM_LIST, .what = "a key usage",
	.member = &bit_form };
static const struct form_key key_usage_keys[] = {
	{ "rsa", &bits_form, false }, { "ec", &bits_form, false },
};
const struct form key_usage_form = { .kind = FORM_MAP, .what = "key_usage",
	KEYS(key_usage_keys) };

static const struct form length_form = { .kind = FORM_NUMBER, .what = "path_length",
	.most = PATH_LENGTH_MAX };
static const struct form_key constraint_keys[] = {
	{ "ca", &form_truth, true }, { "path_length", &length_form, false },
};
const struct form basic_constraints_form = { .kind = FORM_MAP, .what = "basic_constraints",
	KEYS(constraint_keys) };

static const struct form algorithm_form = { .kind = FORM_TEXT, .what = "a key algorithm",
	.word = key_algorithm_word, .n_words = KEY_ALGORITHMS };
static const struct form algorithms_form = { .kind = FORM_LIST, .what = "the key algorithms",
	.member = &algorithm_form };
static const struct form no_form = { .kind = FORM_TRUTH, .what = "false", .never = true };
static const struct form *const exportable_forms[] = { &no_form, &condition_form };
static const struct form exportable_form = { .kind = FORM_EITHER, .what = "exportable",
	.forms = exportable_forms, .n_forms = ARRAY_LEN(exportable_forms) };
static const struct form_key key_keys[] = {
	{ "algorithms", &algorithms_form, true }, { "exportable", &exportable_form, false },
	{ "shared", &form_truth, false },
};
const struct form key_form = { .kind = FORM_MAP, .what = "key", KEYS(key_keys) };

/* -- extensions ----------------------------------------------------------------------- */

const char *const allow_words[] = { "any-extended-key-usage", "enrolment-agent" };
static const struct form allowance_form = { .kind = FORM_TEXT, .what = "what a role allows",
	.words = allow_words, .n_words = ARRAY_LEN(allow_words) };
static const struct form allow_form = { .kind = FORM_LIST, .what = "allow",
	.member = &allowance_form };

/* Of the members of an extension's lists; what `items` holds says the extension's shape. */
static const struct form_key ext_each_keys[] = {
	{ "each", &each_form, true }, { "items", NULL, true }, { "when", &condition_form, false },
};
const struct form ext_each_form = { .kind = FORM_MAP, .what = "`each`", KEYS(ext_each_keys) };

/* -- the whole ------------------------------------------------------------------------ */

static const struct form_key body_keys[] = {
	{ "applies_to", &applies_form, false }, { "per", &per_form, false },
	{ "assign", &assigns_form, false }, { "choices", &choices_form, false },
	{ "parameters", &parameters_form, false },
	{ "subject", &subject_form, false }, { "san", &san_form, false },
	{ "extended_key_usage", &usages_form, false }, { "key_usage", &key_usage_form, false },
	{ "basic_constraints", &basic_constraints_form, false }, { "allow", &allow_form, false },
	{ "key", &key_form, false }, { "validity_days", &validity_form, false },
	{ "renew_before_days", &days_form, false },
	{ "notes", &notes_form, false }, { "optional", &form_truth, false },
	{ "replaces", &form_texts, false }, { "when", &condition_form, false },
	{ "define", &define_form, false }, { "self_signed", &form_truth, false },
};
const struct form role_body_form = { .kind = FORM_MAP, .what = "a role definition",
	KEYS(body_keys) };

static const struct form_key head_keys[] = {
	{ "role", &form_text, false }, { "base", &form_text, false },
	{ "extends", &form_text, false }, { "override", NULL, false }, { "append", NULL, false },
	{ "title", &form_text, false }, { "products", &products_form, false },
};
const struct form role_head_form = { .kind = FORM_MAP, .what = "a role definition",
	KEYS(head_keys) };

enum { KNOWN_MAX = ARRAY_LEN(head_keys) + ARRAY_LEN(body_keys) + EXT_COUNT + 1 };

enum rc_status
role_check_keys(const struct node *map, bool whole, struct error *err)
{
	const char *known[KNOWN_MAX];
	size_t n = 0;

	for (size_t i = 0; whole && i < ARRAY_LEN(head_keys); i++)
		known[n++] = head_keys[i].word;
	for (size_t i = 0; i < ARRAY_LEN(body_keys); i++)
		known[n++] = body_keys[i].word;
	for (size_t i = 0; i < EXT_COUNT; i++)
		if (ext_all[i]->shape != NULL)
			known[n++] = ext_all[i]->word;
	known[n++] = "extensions";
	return node_check_keys(map, known, n, whole ? "a role definition" :
	    "what a role inherits", err);
}
