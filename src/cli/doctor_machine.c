/*
 * What the machine and its user bring: libraries, role definitions, files, tokens.
 */
#include <stdlib.h>
#include <sys/stat.h>

#include "cli/access.h"
#include "cli/doctor.h"
#include "cli/profiles.h"
#include "engines/p11admin.h"
#include "engines/p11uri.h"
#include "text/node.h"

struct fault {
	const char *library, *version, *what;
};

/* Each met in a test; what keeps it away stands beside it. */
static const struct fault faults[] = {
	{ "libp11", "0.4.12", "hangs and crashes at the sessions of others: `engine: cryptoki` in "
	    "ca.yaml goes without it; engine auto passes round what it cannot do" },
	{ "libfyaml", "0.7.12", "never returns from some texts of five octets: what could bring "
	    "it there is refused before it is read" },
};

static void
check_library(struct section *s, const char *library, const char *version)
{
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		if (strcmp(faults[i].library, library) != 0 ||
		    strcmp(faults[i].version, version) != 0)
			continue;
		error_note(s->found, RULE_DOCTOR_LIBRARY, NOWHERE, "%s %s %s", library, version,
		    faults[i].what);
		error_fix(s->found, "a newer %s, once the distribution has one", library);
	}
}

static void
look_at_libraries(struct doctor *d)
{
	struct section *s = doctor_section(d, "libraries");

	s->is = arena_printf(d->cli->arena, "rolecert %s, libp11 %s, libfyaml %s",
	    ROLECERT_VERSION, libp11_version(), document_library());
	check_library(s, "libp11", libp11_version());
	check_library(s, "libfyaml", document_library());
}

static void
look_at_profiles(struct doctor *d)
{
	struct section *s = doctor_section(d, "profiles");
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	const char *sample;
	size_t n;

	if (profiles_catalog(d->cli, &catalog, s->found) != RC_OK)
		return;
	(void)catalog_products(catalog, &n);
	s->is = arena_printf(d->cli->arena, "%zu products%s%s", n,
	    d->cli->opt.profiles != NULL ? ", first in " : "",
	    d->cli->opt.profiles != NULL ? d->cli->opt.profiles : "");
	if (d->cli->opt.profiles != NULL)
		doctor_check_mode(s, d->cli->opt.profiles, false);
	else if (profiles_sample(d->cli, &sample, s->found) == RC_OK)
		s->is = arena_printf(d->cli->arena, "%zu products, in %.*s", n,
		    (int)(strrchr(sample, '/') - sample), sample);
}

static void
look_at_umask(struct doctor *d)
{
	struct section *s = doctor_section(d, "umask");
	mode_t mask = umask(077);

	(void)umask(mask);
	s->is = arena_printf(d->cli->arena, "%03o", (unsigned)mask);
	if ((mask & 022) == 022)
		return;
	error_warn(s->found, RULE_DOCTOR_OPEN, NOWHERE,
	    "what other programs write here, others than you may change");
	error_fix(s->found, "umask 022, or 077 in the CA's account");
}

static void
check_pin_file(struct section *s, const char *path)
{
	struct secret *pin = NULL;

	if (pin_read_file(path, &pin, s->found) != RC_OK)
		error_fix(s->found, "chmod 600 '%s'; it is to belong to who runs rolecert", path);
	secret_free(pin);
}

/* The pin-source of the home's key. */
static void
check_pin_source(struct doctor *d, struct section *s)
{
	SCOPED(p11uri_free) struct p11uri *uri = NULL;
	SCOPED(buf_clear) struct buf path = BUF_INIT;
	SCOPED(error_free) struct error *no_uri = error_new();

	if (d->home == NULL ||
	    p11uri_parse(d->home->config.key, P11URI_ANY, &uri, no_uri) != RC_OK ||
	    p11uri_pin_source(uri) == NULL)
		return;
	if (pin_source_path(p11uri_pin_source(uri), &path, s->found) == RC_OK)
		check_pin_file(s, buf_text(&path));
}

static void
look_at_pin(struct doctor *d)
{
	const char *file = getenv("ROLECERT_PIN_FILE");
	struct section *s = doctor_section(d, "pin");

	s->is = file != NULL ? "ROLECERT_PIN_FILE names a file" :
	    d->cli->pin != NULL ? "ROLECERT_PIN holds one" :
	    "asked for, or by the key's pin-source";
	if (file != NULL)
		check_pin_file(s, file);
	if (d->cli->pin != NULL) {
		error_note(s->found, RULE_DOCTOR_OPEN, NOWHERE,
		    "the environment of a process is shown to its user and to root");
		error_fix(s->found, "ROLECERT_PIN_FILE, or pin-source in the key's URI");
	}
	check_pin_source(d, s);
}

/* Modules that p11-kit names and that do not load are passed over by all commands; here
 * they are said. */
static void
notes_to_warnings(const struct error *from, struct section *s)
{
	for (const struct diagnosis *n = error_first(from); n != NULL; n = n->next) {
		error_warn(s->found, RULE_DOCTOR_MODULE, NOWHERE, "%s", n->message);
		error_fix(s->found, "`rolecert token list --module PATH` says more; p11-kit's "
		    "configuration names it");
	}
}

static void
check_counters(struct doctor *d, struct section *s, const struct rc_token_facts *t)
{
	const char *fix = arena_printf(d->cli->arena, "rolecert token list 'pkcs11:token=%s'",
	    t->label);

	if (t->pin_locked) {
		(void)error_fail(s->found, RULE_PIN_LOCKED, "the PIN of '%s' is locked", t->label);
		error_fix(s->found, "the token's security officer sets a new one");
	} else if (t->pin_final_try) {
		(void)error_fail(s->found, RULE_PIN_FINAL_TRY, "'%s' has one try left", t->label);
		error_fix(s->found, "%s; log in once with the right PIN", fix);
	} else if (t->pin_count_low) {
		error_warn(s->found, RULE_PIN_COUNT_LOW, NOWHERE,
		    "a wrong PIN was sent to '%s' since the last login", t->label);
		error_fix(s->found, "%s", fix);
	}
}

static void
look_at_tokens(struct doctor *d)
{
	struct section *modules = doctor_section(d, "modules"), *s;
	SCOPED(error_free) struct error *own = error_new();
	const struct home_config *config = d->home != NULL ? &d->home->config : NULL;
	struct p11_listing listing = { .tokens = { .v = NULL } };
	struct access access;

	if (config != NULL && config->custody == CUSTODY_MEMORY) {
		modules->is = "none: the key is a file (custody: memory)";
		return;
	}
	access_init(d->cli, config != NULL ? config->key : "pkcs11:", &access);
	if (config != NULL && access.config.module == NULL) {
		access.config.module = config->module;
		access.config.module_args = config->module_args;
	}
	if (p11admin_list(&access.config, false, d->cli->arena, &listing, own) != RC_OK) {
		if (config != NULL || d->cli->opt.module != NULL)
			(void)error_fail(modules->found, error_rule(own), "%s",
			    error_message(own));
		else
			error_note(modules->found, error_rule(own), NOWHERE, "%s",
			    error_message(own));
		error_fix(modules->found, "name the module: --module PATH, `module` in ca.yaml, or "
		    "p11-kit's configuration");
		return;
	}
	notes_to_warnings(own, modules);
	modules->is = arena_printf(d->cli->arena, "%zu token%s", listing.tokens.n,
	    listing.tokens.n == 1 ? "" : "s");
	s = doctor_section(d, "token");
	for (size_t i = 0; i < listing.tokens.n; i++)
		check_counters(d, s, &listing.tokens.v[i].token);
	if (config != NULL && listing.tokens.n == 0) {
		(void)error_fail(s->found, RULE_TOKEN_MISSING, "no token fits '%s'", config->key);
		error_fix(s->found, "put it in; `rolecert token list` shows what is there");
	}
	access_clear(&access);
}

void
doctor_machine(struct doctor *d)
{
	look_at_libraries(d);
	look_at_profiles(d);
	look_at_umask(d);
	look_at_pin(d);
	look_at_tokens(d);
}
