/*
 * forms.c - what a ceremony file may hold, key by key.
 */
#include "issue/ceremony/file.h"
#include "text/form.h"

#define FORM_OF(keys_) .kind = FORM_MAP, .keys = keys_, .n_keys = ARRAY_LEN(keys_)
#define WORDS_OF(words_) .kind = FORM_TEXT, .words = words_, .n_words = ARRAY_LEN(words_)

static const char *const key_types[] = { "rsa-2048", "rsa-3072", "rsa-4096", "ec-p256",
	"ec-p384", "ec-p521" };
static const char *const levels[] = { "hardware", "strict", "imported-ok", "lab", "memory" };
static const char *const digests[] = { "sha256", "sha384", "sha512" };
static const char *const kinds[] = { "root", "issuing", "cross", "renew", "ledger-signer",
	"ocsp-signer", "officer" };
static const char *const issuer_alone[] = { "issuer" };

static const struct form time_form = { .kind = FORM_TEXT,
	.pattern = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$" };
static const struct form serial_form = { .kind = FORM_TEXT, .pattern = "^[0-9a-fA-F]{40}$" };
static const struct form digest_form = { .kind = FORM_TEXT, .pattern = "^[0-9a-fA-F]{64}$" };
static const struct form uri_form = { .kind = FORM_TEXT, .pattern = "^(pkcs11|memory):" };
static const struct form days_form = { .kind = FORM_NUMBER, .least = 1, .most = 36525 };
static const struct form path_form = { .kind = FORM_NUMBER, .least = 0, .most = 100 };
static const struct form type_form = { WORDS_OF(key_types) };
static const struct form level_form = { WORDS_OF(levels) };
static const struct form hash_form = { WORDS_OF(digests) };
static const struct form kind_form = { WORDS_OF(kinds) };
static const struct form issuer_word_form = { WORDS_OF(issuer_alone) };

static const struct form_key key_keys[] = {
	{ "uri", &uri_form, true }, { "module", &form_text, false },
	{ "module_args", &form_text, false }, { "type", &type_form, true },
	{ "generate", &form_truth, false }, { "public", &form_text, false },
	{ "custody", &level_form, false },
};
static const struct form key_form = { FORM_OF(key_keys), .what = "key" };

static const struct form_key validity_keys[] = {
	{ "not_before", &time_form, true }, { "not_after", &time_form, false },
	{ "days", &days_form, false },
};
static const char *const validity_ends[] = { "not_after", "days", NULL };
static const struct form validity_form = { FORM_OF(validity_keys), .what = "validity",
	.one_of = validity_ends };

static const struct form_key name_keys[] = {
	{ "dns", &form_text, false }, { "email", &form_text, false },
	{ "uri", &form_text, false }, { "ip", &form_text, false },
	{ "dirname", &form_text, false },
};
static const char *const name_types[] = { "dns", "email", "uri", "ip", "dirname", NULL };
static const struct form name_form = { FORM_OF(name_keys), .what = "a name",
	.one_of = name_types };
static const struct form names_form = { .kind = FORM_LIST, .member = &name_form, .least = 1 };
static const struct form_key name_constraint_keys[] = {
	{ "permitted", &names_form, false }, { "excluded", &names_form, false },
};
static const struct form name_constraints_form = { FORM_OF(name_constraint_keys),
	.what = "name_constraints" };
static const struct form_key constraint_keys[] = {
	{ "path_length", &path_form, false },
	{ "name_constraints", &name_constraints_form, false },
};
static const struct form constraints_form = { FORM_OF(constraint_keys),
	.what = "constraints" };

static const struct form_key home_keys[] = {
	{ "dir", &form_text, true }, { "config", &form_text, false },
};
static const struct form home_form = { FORM_OF(home_keys), .what = "home" };

static const struct form_key output_keys[] = {
	{ "certificate", &form_text, true }, { "csr", &form_text, false },
};
static const struct form outputs_form = { FORM_OF(output_keys), .what = "outputs" };

static const struct form_key signer_keys[] = {
	{ "uri", &uri_form, true }, { "module", &form_text, false },
	{ "module_args", &form_text, false }, { "custody", &level_form, false },
	{ "certificate", &form_text, true },
};
static const struct form signer_map_form = { FORM_OF(signer_keys), .what = "signer" };
static const struct form *const signer_forms[] = { &issuer_word_form, &signer_map_form };
static const struct form signer_form = { .kind = FORM_EITHER, .forms = signer_forms,
	.n_forms = ARRAY_LEN(signer_forms) };

static const struct form_key transcript_keys[] = {
	{ "file", &form_text, true }, { "signature", &form_text, false },
	{ "signer", &signer_form, true },
};
static const struct form transcript_form = { FORM_OF(transcript_keys),
	.what = "transcript" };

static const struct form_key person_keys[] = {
	{ "name", &form_text, true }, { "role", &form_text, true },
};
static const struct form person_form = { FORM_OF(person_keys), .what = "a participant" };
static const struct form people_form = { .kind = FORM_LIST, .member = &person_form,
	.least = 1 };

static const struct form_key expect_keys[] = { { "tbs_sha256", &digest_form, true } };
static const struct form expect_form = { FORM_OF(expect_keys), .what = "expect" };

static const struct form_key ceremony_keys[] = {
	{ "ceremony", &form_text, true }, { "kind", &kind_form, true },
	{ "policy", &form_text, false }, { "note", &form_text, false },
	{ "participants", &people_form, true },
	{ "key", &key_form, false }, { "csr", &form_text, false },
	{ "existing", &form_text, false },
	{ "subject", &form_text, false }, { "email", &form_text, false },
	{ "serial", &serial_form, false }, { "validity", &validity_form, true },
	{ "constraints", &constraints_form, false }, { "digest", &hash_form, false },
	{ "issuer", &form_text, false }, { "home", &home_form, false },
	{ "outputs", &outputs_form, true }, { "transcript", &transcript_form, true },
	{ "expect", &expect_form, false },
};
const struct form ceremony_form = { FORM_OF(ceremony_keys), .what = "a ceremony" };

static const char *const none[] = { NULL };
static const char *const root_needs[] = { "key", "subject", "home", NULL };
static const char *const root_may[] = { "constraints", "digest", NULL };
static const char *const below_needs[] = { "subject", "issuer", NULL };
static const char *const issuing_may[] = { "home", "constraints", NULL };
static const char *const key_or_csr[] = { "key", "csr", NULL };
static const char *const existing_needs[] = { "existing", "issuer", NULL };
static const char *const cross_may[] = { "subject", "constraints", "csr", NULL };
static const char *const renew_may[] = { "subject", "constraints", NULL };
static const char *const officer_may[] = { "email", NULL };

const struct ceremony_kind_keys ceremony_kinds[CEREMONY_KINDS] = {
	[CEREMONY_ROOT] = { "root", root_needs, root_may, NULL },
	[CEREMONY_ISSUING] = { "issuing", below_needs, issuing_may, key_or_csr },
	[CEREMONY_CROSS] = { "cross", existing_needs, cross_may, NULL },
	[CEREMONY_RENEW] = { "renew", existing_needs, renew_may, NULL },
	[CEREMONY_LEDGER_SIGNER] = { "ledger-signer", below_needs, none, key_or_csr },
	[CEREMONY_OCSP_SIGNER] = { "ocsp-signer", below_needs, none, key_or_csr },
	[CEREMONY_OFFICER] = { "officer", below_needs, officer_may, key_or_csr },
};

const char *
ceremony_kind_word(enum ceremony_kind kind)
{
	return ceremony_kinds[kind].word;
}
