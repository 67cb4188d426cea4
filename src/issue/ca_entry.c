#include "issue/ca_entry.h"

static enum rc_status
role_find(const struct program *program, const char *name, bool self_signed,
    const struct role **ret, struct error *err)
{
	const struct role *role = program_role(program, name);

	if (role == NULL)
		return error_fail(err, RULE_PLAN_CA_ROLE, "the product '%s' has no role '%s'",
		    program->product->name, name);
	if (role->per != PER_CA || !role->ca || role->self_signed != self_signed)
		return error_at(err, RULE_PLAN_CA_ROLE, role->at,
		    "'%s' must be a role per ca with CA:TRUE%s", name,
		    self_signed ? " that is self-signed" : " that is not self-signed");
	*ret = role;
	return RC_OK;
}

enum rc_status
ca_roles_find(const struct program *program, struct ca_roles *ret, struct error *err)
{
	struct ca_roles roles;

	TRY(role_find(program, CA_ROLE_ROOT, true, &roles.root, err));
	TRY(role_find(program, CA_ROLE_ISSUING, false, &roles.issuing, err));
	*ret = roles;
	return RC_OK;
}

bool
ca_subject_is_stamped(const struct dn *subject)
{
	return subject->attr[DN_OU] != NULL && strcmp(subject->attr[DN_OU], CA_MEMORY_STAMP) == 0;
}
