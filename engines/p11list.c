#include "engines/p11admin.h"

#include <stdio.h>

#include "engines/p11mech.h"
#include "engines/p11pub.h"

struct word {
	CK_ULONG value;
	const char *text;
};

static const struct word key_types[] = {
	{ CKK_RSA, "RSA" }, { CKK_DSA, "DSA" }, { CKK_DH, "DH" }, { CKK_EC, "EC" },
	{ CKK_EC_EDWARDS, "Edwards" }, { CKK_GENERIC_SECRET, "secret" }, { CKK_DES3, "DES3" },
	{ CKK_AES, "AES" },
};

static const struct word classes[] = {
	{ CKO_PRIVATE_KEY, "private key" }, { CKO_PUBLIC_KEY, "public key" },
	{ CKO_CERTIFICATE, "certificate" }, { CKO_SECRET_KEY, "secret key" },
	{ CKO_DATA, "data" },
};

static const char *
word_find(const struct word *words, size_t n, CK_ULONG value, struct arena *arena)
{
	for (size_t i = 0; i < n; i++)
		if (words[i].value == value)
			return words[i].text;
	return arena_printf(arena, "0x%lx", (unsigned long)value);
}

/* -- objects ---------------------------------------------------------------------- */

static enum rc_status
read_object(struct p11raw *raw, CK_OBJECT_HANDLE handle, struct arena *arena,
    struct p11_object *ret, struct error *err)
{
	CK_ULONG class = CK_UNAVAILABLE_INFORMATION, type = CK_UNAVAILABLE_INFORMATION;
	struct p11pub pub = { .kind = P11PUB_NONE };
	struct bytes label;
	bool known = false;

	TRY(p11object_ulong(raw, handle, CKA_CLASS, &class, &known, err));
	TRY(p11object_bytes(raw, handle, CKA_LABEL, arena, &label, err));
	TRY(p11object_bytes(raw, handle, CKA_ID, arena, &ret->id, err));
	ret->kind = word_find(classes, ARRAY_LEN(classes), class, arena);
	ret->label = arena_strndup(arena, (const char *)label.p, label.n);
	ret->type = "";
	if (class == CKO_PRIVATE_KEY || class == CKO_PUBLIC_KEY || class == CKO_CERTIFICATE)
		TRY(p11pub_of_object(raw, handle, arena, &pub, err));
	ret->bits = p11pub_bits(&pub);
	TRY(p11object_ulong(raw, handle, CKA_KEY_TYPE, &type, &known, err));
	if (known)
		ret->type = word_find(key_types, ARRAY_LEN(key_types), type, arena);
	return RC_OK;
}

static enum rc_status
list_objects(struct p11raw *raw, struct arena *arena, struct p11_token *token,
    struct error *err)
{
	struct p11handles found = { .v.n = 0 };

	TRY(p11object_find(raw, NULL, 0, arena, &found, err));
	for (size_t i = 0; i < found.v.n; i++)
		TRY(read_object(raw, found.v.v[i], arena, VEC_PUSH(arena, &token->objects), err));
	return RC_OK;
}

/* -- mechanisms -------------------------------------------------------------------- */

static void
read_mechanism(struct p11raw *raw, CK_MECHANISM_TYPE type, struct arena *arena,
    struct p11_mechanism *ret)
{
	CK_MECHANISM_INFO info = { .flags = 0 };
	const char *name = p11mech_name(type);

	(void)P11(raw, C_GetMechanismInfo, raw->slot, type, &info);
	*ret = (struct p11_mechanism){
		.type = type,
		.name = name != NULL ? name : arena_printf(arena, "0x%lx", (unsigned long)type),
		.min = info.ulMinKeySize,
		.max = info.ulMaxKeySize,
		.sign = (info.flags & CKF_SIGN) != 0,
		.generate = (info.flags & (CKF_GENERATE | CKF_GENERATE_KEY_PAIR)) != 0,
		.wrap = (info.flags & CKF_WRAP) != 0,
		.hardware = (info.flags & CKF_HW) != 0,
	};
}

static enum rc_status
list_mechanisms(struct p11raw *raw, struct arena *arena, struct p11_token *token,
    struct error *err)
{
	struct p11mechs list;

	TRY(p11mech_list(raw, arena, &list, err));
	for (CK_ULONG i = 0; i < list.n; i++)
		read_mechanism(raw, list.v[i], arena, VEC_PUSH(arena, &token->mechanisms));
	return RC_OK;
}

/* -- tokens -------------------------------------------------------------------------- */

/* One listing under way; `raw` stands for the token that is being looked at. */
struct lister {
	const struct rc_engine_config *config;
	struct p11raw raw;
	bool login;
	struct arena *arena;
	struct p11_listing *listing;
};

static void
describe(const struct p11slot *slot, struct arena *arena, struct p11_token *ret)
{
	SCOPED(buf_clear) struct buf uri = BUF_INIT;
	size_t n = sizeof(slot->info.slotDescription);

	while (n > 0 && slot->info.slotDescription[n - 1] == ' ')
		n--;
	p11uri_put_token(&uri, &slot->token);
	p11raw_token_facts(slot, &ret->token);
	ret->module = arena_strdup(arena, slot->module->path);
	ret->slot = arena_strndup(arena, (const char *)slot->info.slotDescription, n);
	ret->uri = arena_strdup(arena, buf_text(&uri));
}

static enum rc_status
look_inside(struct lister *l, struct p11_token *token, struct error *err)
{
	TRY(list_mechanisms(&l->raw, l->arena, token, err));
	if (!token->token.initialized)
		return RC_OK;
	TRY(p11raw_session(&l->raw, 0, err));
	if (l->login)
		TRY(p11raw_login(&l->raw, l->config, err));
	token->logged_in = l->login;
	return list_objects(&l->raw, l->arena, token, err);
}

static enum rc_status
list_token(struct lister *l, const struct p11slot *slot, struct error *err)
{
	struct p11_token *token = VEC_PUSH(l->arena, &l->listing->tokens);
	enum rc_status status;

	describe(slot, l->arena, token);
	l->raw.module = slot->module;
	l->raw.slot = slot->id;
	l->raw.token = token->token;
	status = look_inside(l, token, err);
	if (status != RC_OK)
		error_while(err, "looking into the token '%s'", token->token.label);
	p11raw_leave(&l->raw);
	return status;
}

static enum rc_status
list_slots(struct lister *l, struct p11module *module, struct error *err)
{
	struct p11slots slots = { .v.n = 0 };

	TRY(p11raw_slots(module, l->raw.uri, l->raw.dog, l->arena, &slots, NULL, err));
	for (size_t i = 0; i < slots.v.n; i++)
		TRY(list_token(l, &slots.v.v[i], err));
	return RC_OK;
}

static enum rc_status
list_module(struct lister *l, const char *path, struct error *err)
{
	struct p11module *module = NULL;
	enum rc_status status;

	TRY(p11module_open(path, l->config->module_args, l->raw.dog, &module, err));
	status = list_slots(l, module, err);
	p11module_close(module, l->raw.dog);
	return status;
}

/* A registered module that fails is a note: the others are still of interest. */
static enum rc_status
list_modules(struct lister *l, const struct p11paths *paths, struct error *err)
{
	for (size_t i = 0; i < paths->v.n; i++) {
		SCOPED(error_free) struct error *own = error_new();

		if (paths->named)
			TRY(list_module(l, paths->v.v[i], err));
		else if (list_module(l, paths->v.v[i], own) != RC_OK)
			error_note(err, error_rule(own), NOWHERE, "%s: %s", paths->v.v[i],
			    error_message(own));
	}
	return RC_OK;
}

/* A PIN is one token's: sent to others it costs each of them a try. */
static enum rc_status
check_one_login(const struct p11_listing *listing, struct error *err)
{
	size_t n = 0;

	for (size_t i = 0; i < listing->tokens.n; i++) {
		const struct rc_token_facts *token = &listing->tokens.v[i].token;

		n += token->initialized && token->login_required ? 1 : 0;
	}
	if (n < 2)
		return RC_OK;
	(void)error_fail(err, RULE_TOKEN_AMBIGUOUS,
	    "%zu tokens fit the URI, and a PIN is for one of them", n);
	error_fix(err, "name the token to log in to: pkcs11:token=... or serial=...");
	return rule_status(RULE_TOKEN_AMBIGUOUS);
}

/* With a login everything is looked at without one first. */
static enum rc_status
list_all(struct lister *l, const struct p11paths *paths, bool login, struct error *err)
{
	struct p11_listing shown = { .tokens.n = 0 }, *listing = l->listing;

	if (login) {
		l->listing = &shown;
		TRY(list_modules(l, paths, err));
		TRY(check_one_login(&shown, err));
		l->listing = listing;
		l->login = true;
	}
	return list_modules(l, paths, err);
}

enum rc_status
p11admin_list(const struct rc_engine_config *config, bool login, struct arena *arena,
    struct p11_listing *ret, struct error *err)
{
	struct p11_listing listing = { .tokens.n = 0 };
	struct lister l = { .config = config, .arena = arena, .listing = &listing };
	SCOPED(p11uri_free) struct p11uri *uri = NULL;
	struct p11paths paths;
	enum rc_status status;

	TRY(p11uri_parse(config->uri, P11URI_ANY, &uri, err));
	l.raw.uri = uri;
	l.raw.dog = watchdog_new(config->timeout_seconds, config->hung, config->hung_arg);
	status = p11module_paths(uri, config->module, l.raw.dog, arena, &paths, err);
	if (status == RC_OK)
		status = list_all(&l, &paths, login, err);
	watchdog_free(l.raw.dog);
	if (status == RC_OK)
		*ret = listing;
	return status;
}
