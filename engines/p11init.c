#include "engines/p11admin.h"

#include "base/secret.h"
#include "engines/p11raw.h"

enum { LABEL_OCTETS = 32 };

/* The label blank-padded, as C_InitToken wants it. */
struct padded {
	unsigned char text[LABEL_OCTETS];
};

static enum rc_status
pad(const char *label, struct padded *ret, struct error *err)
{
	size_t n = strlen(label);

	if (n == 0 || n > LABEL_OCTETS)
		return error_fail(err, RULE_TOKEN_LABEL,
		    "a token's label has 1 to %d octets, '%s' has %zu", LABEL_OCTETS, label, n);
	memset(ret->text, ' ', sizeof(ret->text));
	memcpy(ret->text, label, n);
	return RC_OK;
}

static const struct p11slot *
first_blank(const struct p11slots *slots)
{
	for (size_t i = 0; i < slots->v.n; i++)
		if ((slots->v.v[i].token.flags & CKF_TOKEN_INITIALIZED) == 0)
			return &slots->v.v[i];
	return NULL;
}

static enum rc_status
find_blank(struct p11raw *raw, struct arena *arena, struct p11slot *ret, struct error *err)
{
	struct p11slots slots = { .v.n = 0 };
	const struct p11slot *blank;

	TRY(p11raw_slots(raw->module, raw->uri, raw->dog, arena, &slots, NULL, err));
	blank = first_blank(&slots);
	if (blank == NULL)
		return error_fail(err, RULE_TOKEN_MISSING,
		    "no token that is still to be initialised fits the URI");
	*ret = *blank;
	return RC_OK;
}

/* The slot may have another number afterwards (SoftHSM's has), so the token is
 * looked for again: the one of this label that has no user PIN yet. */
static enum rc_status
find_fresh(struct p11raw *raw, const struct padded *label, struct arena *arena,
    CK_SLOT_ID *ret, struct error *err)
{
	SCOPED(p11uri_free) struct p11uri *any = NULL;
	struct p11slots slots = { .v.n = 0 };

	TRY(p11uri_parse("pkcs11:", P11URI_ANY, &any, err));
	TRY(p11raw_slots(raw->module, any, raw->dog, arena, &slots, NULL, err));
	for (size_t i = 0; i < slots.v.n; i++) {
		const CK_TOKEN_INFO *token = &slots.v.v[i].token;

		if (memcmp(token->label, label->text, LABEL_OCTETS) == 0 &&
		    (token->flags & CKF_TOKEN_INITIALIZED) != 0 &&
		    (token->flags & CKF_USER_PIN_INITIALIZED) == 0) {
			*ret = slots.v.v[i].id;
			return RC_OK;
		}
	}
	return error_fail(err, RULE_TOKEN_MISSING,
	    "the token that was just initialised is not there");
}

static enum rc_status
set_user_pin(struct p11raw *raw, struct secret *so_pin, struct secret *user_pin,
    struct error *err)
{
	TRY(p11raw_session(raw, P11RAW_WRITE, err));
	P11_TRY(raw, err, C_Login, raw->session, CKU_SO, secret_p(so_pin), secret_n(so_pin));
	P11_TRY(raw, err, C_InitPIN, raw->session, secret_p(user_pin), secret_n(user_pin));
	P11_TRY(raw, err, C_Logout, raw->session);
	return RC_OK;
}

static enum rc_status
init_in(struct p11raw *raw, const struct padded *label, struct secret *so_pin,
    struct secret *user_pin, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct p11slot blank = { .id = 0 };
	struct padded text = *label;

	TRY(find_blank(raw, arena, &blank, err));
	P11_TRY(raw, err, C_InitToken, blank.id, secret_p(so_pin), secret_n(so_pin), text.text);
	TRY(find_fresh(raw, label, arena, &raw->slot, err));
	return set_user_pin(raw, so_pin, user_pin, err);
}

enum rc_status
p11admin_init_token(const struct rc_engine_config *config, const char *label,
    struct secret *so_pin, struct secret *user_pin, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(p11raw_close) struct p11raw *raw = mem_zero(sizeof(*raw));
	struct p11paths paths;
	struct padded padded;

	TRY(pad(label, &padded, err));
	TRY(p11uri_parse(config->uri, P11URI_ANY, &raw->uri, err));
	raw->dog = watchdog_new(config->timeout_seconds, config->hung, config->hung_arg);
	TRY(p11module_paths(raw->uri, config->module, raw->dog, arena, &paths, err));
	if (paths.v.n != 1)
		return error_fail(err, RULE_MODULE_MISSING,
		    "say which module: a token is initialised in one that is named");
	TRY(p11module_open(paths.v.v[0], config->module_args, raw->dog, &raw->module, err));
	TRY_WHILE(err, init_in(raw, &padded, so_pin, user_pin, err),
	    "initialising the token '%s'", label);
	return RC_OK;
}
