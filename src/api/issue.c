#include "api/api.h"

#include <stdlib.h>

#include "base/secret.h"
#include "issue/ca_init.h"
#include "issue/issuance.h"

struct rc_ca {
	struct home *home;
	struct signer *signer;
};

struct rc_certificate {
	struct issuance *issued;
};

static enum rc_status
make(const struct ca_init *init, const char *subject, const struct rc_roles *roles,
    struct arena *arena, struct error *err)
{
	SCOPED(program_free) struct program *program = NULL;
	const struct product *const *products, *generic = NULL;
	struct ca_init ready = *init;
	size_t n;

	products = catalog_products(roles->catalog, &n);
	for (size_t i = 0; i < n; i++)
		if (strcmp(products[i]->name, CA_PRODUCT) == 0)
			generic = products[i];
	if (generic == NULL)
		return error_fail(err, RULE_NO_SUCH_PRODUCT,
		    "the role definitions have no product '%s', which has those of CAs",
		    CA_PRODUCT);
	TRY(program_compile(roles->catalog, generic, NULL, &program, err));
	TRY(ca_roles_find(program, &ready.roles, err));
	TRY_WHILE(err, dn_parse(subject, arena, &ready.subject, err), "reading the subject");
	return ca_init_self_signed(&ready, err);
}

enum rc_status
rc_ca_make(const struct rc_engine_ops *engine, const char *key, const char *custody,
    const char *subject, const struct rc_roles *roles, const char *home,
    const struct rc_engine_config *config, struct rc_error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct ca_init init = { .dir = home, .key = key, .engine = engine,
		.custody = custody_level_find(custody) };

	if (init.custody == CUSTODY_NONE)
		return error_fail(err->err, RULE_OPTION_VALUE, "'%s' is no level of custody",
		    custody);
	if (config != NULL) {
		init.engine_config = *config;
		init.module = config->module;
		init.module_args = config->module_args;
	}
	return make(&init, subject, roles, arena, err->err);
}

enum rc_status
rc_ca_open(const char *home, const struct rc_engine_ops *engine,
    const struct rc_engine_config *config, struct rc_ca **ret, struct rc_error *err)
{
	SCOPED(home_close) struct home *opened = NULL;
	struct rc_engine_config none = { .uri = NULL };
	struct signer *signer;

	TRY(home_open(home, HOME_SIGN, NULL, &opened, err->err));
	TRY(signer_open(opened, engine, config != NULL ? config : &none, &signer, err->err));
	*ret = mem_alloc(sizeof(**ret));
	**ret = (struct rc_ca){ .home = TAKE(opened), .signer = signer };
	return RC_OK;
}

void
rc_ca_close(struct rc_ca *ca)
{
	if (ca == NULL)
		return;
	signer_close(ca->signer);
	home_close(ca->home);
	free(ca);
}

struct bytes
rc_ca_certificate(const struct rc_ca *ca)
{
	return ca->home->certificate.der;
}

enum rc_status
rc_ca_issue(struct rc_ca *ca, const struct rc_plan *plan, const char *entry,
    struct bytes request, struct rc_certificate **ret, struct rc_error *err)
{
	struct issue_options options = { .plan = plan->plan };
	const struct entry *found = plan_find(plan->plan, entry);
	struct issuance *issued;

	if (found == NULL)
		return error_fail(err->err, RULE_NO_SUCH_ENTRY, "the plan has no entry '%s'",
		    entry);
	TRY(issue_certificate(ca->home, ca->signer, found, request, &options, &issued, err->err));
	*ret = mem_alloc(sizeof(**ret));
	(*ret)->issued = issued;
	return RC_OK;
}

struct bytes
rc_certificate_der(const struct rc_certificate *certificate)
{
	return certificate->issued->der;
}

const char *
rc_certificate_serial(const struct rc_certificate *certificate)
{
	return certificate->issued->serial;
}

void
rc_certificate_free(struct rc_certificate *certificate)
{
	if (certificate == NULL)
		return;
	issuance_free(certificate->issued);
	free(certificate);
}

struct secret *
rc_secret(struct bytes pin)
{
	return secret_copy(pin);
}
