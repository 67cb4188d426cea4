#include "engines/p11raw.h"

#include <p11-kit/p11-kit.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLOTS_MAX = 1024 };     /* more is a broken module */

/* -- slots and tokens -------------------------------------------------------- */

/* A blank-padded field as text; NULs that some modules pad with end it too. */
static void
field_text(char *to, const unsigned char *field, size_t n)
{
	size_t used = p11_kit_space_strlen(field, n);

	memcpy(to, field, used);
	to[used] = '\0';
}

void
p11raw_token_facts(const struct p11slot *slot, struct rc_token_facts *ret)
{
	const CK_TOKEN_INFO *t = &slot->token;

	*ret = (struct rc_token_facts){
		.slot_id = slot->id,
		.flags = t->flags,
		.initialized = (t->flags & CKF_TOKEN_INITIALIZED) != 0,
		.login_required = (t->flags & CKF_LOGIN_REQUIRED) != 0,
		.pin_pad = (t->flags & CKF_PROTECTED_AUTHENTICATION_PATH) != 0,
		.pin_count_low = (t->flags & CKF_USER_PIN_COUNT_LOW) != 0,
		.pin_final_try = (t->flags & CKF_USER_PIN_FINAL_TRY) != 0,
		.pin_locked = (t->flags & CKF_USER_PIN_LOCKED) != 0,
		.user_pin_initialized = (t->flags & CKF_USER_PIN_INITIALIZED) != 0,
	};
	field_text(ret->label, t->label, sizeof(t->label));
	field_text(ret->manufacturer, t->manufacturerID, sizeof(t->manufacturerID));
	field_text(ret->model, t->model, sizeof(t->model));
	field_text(ret->serial, t->serialNumber, sizeof(t->serialNumber));
	(void)snprintf(ret->firmware, sizeof(ret->firmware), "%u.%u",
	    t->firmwareVersion.major, t->firmwareVersion.minor);
	(void)snprintf(ret->hardware, sizeof(ret->hardware), "%u.%u",
	    t->hardwareVersion.major, t->hardwareVersion.minor);
}

static enum rc_status
slot_ids(struct p11module *module, struct watchdog *dog, struct arena *arena,
    CK_SLOT_ID **ret, CK_ULONG *ret_n, struct error *err)
{
	CK_ULONG n = 0, room;
	CK_SLOT_ID *ids;
	CK_RV rv;

	rv = WATCHED(dog, "C_GetSlotList", module->fn->C_GetSlotList(CK_TRUE, NULL, &n));
	if (rv != CKR_OK)
		return ckr_fail(err, "C_GetSlotList", rv);
	if (n > SLOTS_MAX)
		return error_fail(err, RULE_TOKEN_ERROR, "C_GetSlotList tells of %lu slots", n);
	/* Room for some that come between the two calls. */
	room = n + 16;
	ids = arena_alloc(arena, room * sizeof(*ids));
	n = room;
	rv = WATCHED(dog, "C_GetSlotList", module->fn->C_GetSlotList(CK_TRUE, ids, &n));
	if (rv != CKR_OK)
		return ckr_fail(err, "C_GetSlotList", rv);
	*ret = ids;
	*ret_n = n < room ? n : room;
	return RC_OK;
}

/* A slot whose token is gone, or is none, is passed over. */
static bool
slot_read(struct p11slot *slot, struct watchdog *dog)
{
	CK_FUNCTION_LIST *fn = slot->module->fn;

	return WATCHED(dog, "C_GetSlotInfo", fn->C_GetSlotInfo(slot->id, &slot->info)) == CKR_OK &&
	    WATCHED(dog, "C_GetTokenInfo", fn->C_GetTokenInfo(slot->id, &slot->token)) == CKR_OK;
}

enum rc_status
p11raw_slots(struct p11module *module, const struct p11uri *uri, struct watchdog *dog,
    struct arena *arena, struct p11slots *slots, struct p11slots *others, struct error *err)
{
	CK_SLOT_ID *ids = NULL;
	CK_ULONG n = 0;

	TRY(slot_ids(module, dog, arena, &ids, &n, err));
	for (CK_ULONG i = 0; i < n; i++) {
		struct p11slot slot = { .module = module, .id = ids[i] };
		bool fits;

		if (!slot_read(&slot, dog))
			continue;
		fits = p11uri_fits_module(uri, &module->info) &&
		    p11uri_fits_slot(uri, slot.id, &slot.info) &&
		    p11uri_fits_token(uri, &slot.token);
		if (fits)
			*VEC_PUSH(arena, &slots->v) = slot;
		else if (others != NULL)
			*VEC_PUSH(arena, &others->v) = slot;
	}
	return RC_OK;
}

/* -- the one token ------------------------------------------------------------ */

/* Modules that were opened for the search; each is held once. */
struct search {
	const struct p11uri *uri;
	const char *args;
	struct watchdog *dog;
	struct arena *arena;
	VEC(struct p11module *) modules;
	struct p11slots fit, others;
};

static bool
search_has(const struct search *search, const struct p11module *module)
{
	for (size_t i = 0; i < search->modules.n; i++)
		if (search->modules.v[i] == module)
			return true;
	return false;
}

static enum rc_status
search_module(struct search *search, const char *path, struct error *err)
{
	struct p11module *module = NULL;

	TRY(p11module_open(path, search->args, search->dog, &module, err));
	if (search_has(search, module)) {
		p11module_close(module, search->dog);
		return RC_OK;
	}
	*VEC_PUSH(search->arena, &search->modules) = module;
	return p11raw_slots(module, search->uri, search->dog, search->arena, &search->fit,
	    &search->others, err);
}

/* A module of p11-kit's configuration that fails must not keep us from a token
 * of another one; what it said becomes a note. */
static enum rc_status
search_all(struct search *search, const struct p11paths *paths, struct error *err)
{
	for (size_t i = 0; i < paths->v.n; i++) {
		SCOPED(error_free) struct error *own = error_new();

		if (paths->named)
			TRY(search_module(search, paths->v.v[i], err));
		else if (search_module(search, paths->v.v[i], own) != RC_OK)
			error_note(err, error_rule(own), NOWHERE, "%s: %s", paths->v.v[i],
			    error_message(own));
	}
	return RC_OK;
}

static void
search_close(struct search *search, const struct p11module *keep)
{
	for (size_t i = 0; i < search->modules.n; i++)
		if (search->modules.v[i] != keep)
			p11module_close(search->modules.v[i], search->dog);
}

static void
put_slots(struct buf *b, const struct p11slots *slots)
{
	enum { SHOWN = 12 };

	for (size_t i = 0; i < slots->v.n && i < SHOWN; i++) {
		struct rc_token_facts token;

		p11raw_token_facts(&slots->v.v[i], &token);
		if (token.initialized)
			buf_printf(b, "%s'%s' (serial %s)", b->n != 0 ? ", " : "", token.label,
			    token.serial);
	}
	if (slots->v.n > SHOWN)
		buf_puts(b, ", and more");
}

static enum rc_status
token_missing(const struct search *search, struct error *err)
{
	SCOPED(buf_clear) struct buf seen = BUF_INIT;

	put_slots(&seen, &search->others);
	(void)error_fail(err, RULE_TOKEN_MISSING, "no token fits the URI");
	if (seen.n != 0)
		error_fix(err, "there are: %s", buf_text(&seen));
	else
		error_fix(err, "the module shows no initialised token at all");
	return rule_status(RULE_TOKEN_MISSING);
}

static enum rc_status
token_ambiguous(const struct search *search, struct error *err)
{
	SCOPED(buf_clear) struct buf seen = BUF_INIT;

	put_slots(&seen, &search->fit);
	(void)error_fail(err, RULE_TOKEN_AMBIGUOUS, "%zu tokens fit the URI", search->fit.v.n);
	error_fix(err, "add serial= of one of them: %s", buf_text(&seen));
	return rule_status(RULE_TOKEN_AMBIGUOUS);
}

/* Tokens that nobody has initialised yet hold no key. */
static void
drop_blank(struct p11slots *slots)
{
	size_t kept = 0;

	for (size_t i = 0; i < slots->v.n; i++)
		if ((slots->v.v[i].token.flags & CKF_TOKEN_INITIALIZED) != 0)
			slots->v.v[kept++] = slots->v.v[i];
	slots->v.n = kept;
}

static enum rc_status
search_one(struct search *search, const struct p11paths *paths, struct error *err)
{
	TRY(search_all(search, paths, err));
	drop_blank(&search->fit);
	if (search->fit.v.n == 0)
		return token_missing(search, err);
	if (search->fit.v.n > 1)
		return token_ambiguous(search, err);
	return RC_OK;
}

static enum rc_status
find_token(struct p11raw *raw, const struct rc_engine_config *config, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct search search = { .uri = raw->uri, .args = config->module_args,
		.dog = raw->dog, .arena = arena };
	struct p11paths paths = { .named = false };
	enum rc_status status;

	TRY(p11module_paths(raw->uri, config->module, raw->dog, arena, &paths, err));
	status = search_one(&search, &paths, err);
	if (status == RC_OK) {
		raw->module = search.fit.v.v[0].module;
		raw->slot = search.fit.v.v[0].id;
		p11raw_token_facts(&search.fit.v.v[0], &raw->token);
	}
	search_close(&search, raw->module);
	return status;
}

/* -- session and login -------------------------------------------------------- */

enum rc_status
p11raw_session(struct p11raw *raw, unsigned flags, struct error *err)
{
	CK_SESSION_HANDLE session = CK_INVALID_HANDLE;
	CK_FLAGS how = CKF_SERIAL_SESSION | ((flags & P11RAW_WRITE) != 0 ? CKF_RW_SESSION : 0);

	P11_TRY(raw, err, C_OpenSession, raw->slot, how, NULL, NULL, &session);
	raw->session = session;
	raw->flags = flags;
	return RC_OK;
}

enum rc_status
p11raw_renew(struct p11raw *raw, struct error *err)
{
	CK_SESSION_HANDLE old = raw->session;

	/* The new one first: a login ends with the last session. */
	TRY(p11raw_session(raw, raw->flags, err));
	(void)P11(raw, C_CloseSession, old);
	return RC_OK;
}

enum rc_status
p11raw_refresh(struct p11raw *raw, struct error *err)
{
	struct p11slot slot = { .id = raw->slot };

	P11_TRY(raw, err, C_GetTokenInfo, raw->slot, &slot.token);
	p11raw_token_facts(&slot, &raw->token);
	return RC_OK;
}

static enum rc_status
is_user(struct p11raw *raw, bool *ret, struct error *err)
{
	CK_SESSION_INFO info = { .state = 0 };

	P11_TRY(raw, err, C_GetSessionInfo, raw->session, &info);
	*ret = info.state == CKS_RO_USER_FUNCTIONS || info.state == CKS_RW_USER_FUNCTIONS;
	return RC_OK;
}

/* The only login of a user, and the only time that his PIN is given. */
static CK_RV
give_pin(struct p11raw *raw, struct secret *pin)
{
	if (pin == NULL)
		return WATCHED_FOR(raw->dog, WATCHDOG_LONG, "C_Login",
		    raw->module->fn->C_Login(raw->session, CKU_USER, NULL, 0));
	return P11(raw, C_Login, raw->session, CKU_USER, secret_p(pin), secret_n(pin));
}

static enum rc_status
login_with(struct p11raw *raw, const struct rc_engine_config *config, struct error *err)
{
	SCOPED(secret_free) struct secret *pin = NULL;
	CK_RV rv;

	if (config->pin == NULL)
		return error_fail(err, RULE_PIN_MISSING, "the token '%s' wants a PIN, and none "
		    "can be given", raw->token.label);
	TRY_WHILE(err, config->pin(config->pin_arg, config->again ? RC_PIN_AGAIN : RC_PIN_LOGIN,
	    &raw->token, p11uri_pin_source(raw->uri), &pin, err),
	    "logging in to the token '%s'", raw->token.label);
	if (pin == NULL && !raw->token.pin_pad)
		return error_fail(err, RULE_PIN_MISSING, "the token '%s' has no PIN pad and got "
		    "no PIN", raw->token.label);
	rv = give_pin(raw, pin);
	if (rv == CKR_OK || rv == CKR_USER_ALREADY_LOGGED_IN)
		return RC_OK;
	(void)ckr_fail(err, "C_Login", rv);
	if (rv == CKR_PIN_INCORRECT)
		error_fix(err, "it is not sent again: make sure of the PIN and of where it comes "
		    "from; `rolecert token list` tells what the token says of its tries");
	error_while(err, "logging in to the token '%s'", raw->token.label);
	return rule_status(ckr_rule(rv));
}

enum rc_status
p11raw_login(struct p11raw *raw, const struct rc_engine_config *config, struct error *err)
{
	bool user = false;

	if (!raw->token.login_required)
		return RC_OK;
	TRY(is_user(raw, &user, err));
	if (!user) {
		TRY(p11raw_refresh(raw, err));
		TRY(login_with(raw, config, err));
	}
	raw->counted = p11module_login_enter(raw->module, raw->slot, !user);
	return RC_OK;
}

/* -- open and close ----------------------------------------------------------- */

enum rc_status
p11raw_open(const struct rc_engine_config *config, unsigned flags, struct p11raw **ret,
    struct error *err)
{
	SCOPED(p11raw_close) struct p11raw *raw = mem_zero(sizeof(*raw));

	TRY(p11uri_parse(config->uri, P11URI_ONE_TOKEN, &raw->uri, err));
	raw->dog = watchdog_new(config->timeout_seconds, config->hung, config->hung_arg);
	TRY(find_token(raw, config, err));
	TRY_WHILE(err, p11raw_session(raw, flags, err), "opening a session with the token '%s'",
	    raw->token.label);
	if ((flags & P11RAW_LOGIN) != 0)
		TRY(p11raw_login(raw, config, err));
	*ret = TAKE(raw);
	return RC_OK;
}

void
p11raw_leave(struct p11raw *raw)
{
	if (raw->counted && p11module_login_leave(raw->module, raw->slot))
		(void)P11(raw, C_Logout, raw->session);
	if (raw->session != CK_INVALID_HANDLE)
		(void)P11(raw, C_CloseSession, raw->session);
	raw->counted = false;
	raw->session = CK_INVALID_HANDLE;
}

void
p11raw_close(struct p11raw *raw)
{
	if (raw == NULL)
		return;
	p11raw_leave(raw);
	p11module_close(raw->module, raw->dog);
	watchdog_free(raw->dog);
	p11uri_free(raw->uri);
	free(raw);
}
