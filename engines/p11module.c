#include "engines/p11module.h"

#include <dlfcn.h>
#include <p11-kit/p11-kit.h>
#include <pthread.h>
#include <stdlib.h>

#include "engines/p11ckr.h"

struct p11login {
	CK_SLOT_ID slot;
	unsigned users;
	struct p11login *next;
};

static pthread_mutex_t table_lock = PTHREAD_MUTEX_INITIALIZER;
static struct p11module *table;

static void
scoped_unlock(pthread_mutex_t **lock)
{
	(void)pthread_mutex_unlock(*lock);
}

#define LOCKED_TABLE                                                          \
	SCOPED(unlock) pthread_mutex_t *locked_ = &table_lock;                \
	(void)pthread_mutex_lock(locked_)

/* -- loading ---------------------------------------------------------------- */

static struct p11module *
table_find(const void *handle)
{
	struct p11module *module = table;

	while (module != NULL && module->handle != handle)
		module = module->next;
	return module;
}

static char *
file_of(const void *address, const char *otherwise)
{
	Dl_info info;

	if (dladdr(address, &info) != 0 && info.dli_fname != NULL)
		return mem_strdup(info.dli_fname);
	return mem_strdup(otherwise);
}

/* A function pointer out of dlsym's object pointer, as POSIX has it. */
static CK_C_GetFunctionList
get_function_list(void *handle)
{
	CK_C_GetFunctionList get = NULL;
	void *symbol = dlsym(handle, "C_GetFunctionList");

	memcpy(&get, &symbol, sizeof(get));
	return get;
}

/* NULL: module-load. */
static struct p11module *
module_add(const char *path, void *handle, struct watchdog *dog, struct error *err)
{
	CK_C_GetFunctionList get = get_function_list(handle);
	CK_FUNCTION_LIST *fn = NULL;
	struct p11module *module;
	CK_RV rv;

	if (get == NULL) {
		(void)error_fail(err, RULE_MODULE_LOAD,
		    "'%s' is no PKCS#11 module: it has no C_GetFunctionList", path);
		return NULL;
	}
	rv = WATCHED(dog, "C_GetFunctionList", get(&fn));
	if (rv != CKR_OK || fn == NULL) {
		(void)error_fail(err, RULE_MODULE_LOAD,
		    "'%s': C_GetFunctionList gives no functions (0x%lx)", path, (unsigned long)rv);
		return NULL;
	}
	module = mem_zero(sizeof(*module));
	module->path = file_of(dlsym(handle, "C_GetFunctionList"), path);
	module->fn = fn;
	module->handle = handle;
	module->next = table;
	table = module;
	return module;
}

static struct p11module *
module_load(const char *path, struct watchdog *dog, struct error *err)
{
	void *handle = WATCHED(dog, "dlopen", dlopen(path, RTLD_NOW | RTLD_LOCAL));
	struct p11module *module;

	if (handle == NULL) {
		const char *reason = dlerror();

		(void)error_fail(err, RULE_MODULE_LOAD, "loading the module: %s",
		    reason != NULL ? reason : path);
		return NULL;
	}
	module = table_find(handle);
	if (module == NULL)
		return module_add(path, handle, dog, err);
	(void)dlclose(handle);
	return module;
}

/* -- start and end ---------------------------------------------------------- */

static enum rc_status
start_failed(const struct p11module *module, CK_RV rv, struct error *err)
{
	const char *name = ckr_name(rv);

	(void)error_fail(err, RULE_MODULE_START, "'%s' does not start: C_Initialize: %s (0x%lx)",
	    module->path, name != NULL ? name : "unknown code", (unsigned long)rv);
	if (rv == CKR_ARGUMENTS_BAD)
		error_fix(err, "it may want a start string: --module-args");
	else
		error_fix(err, "it may not find its own configuration (SoftHSM: SOFTHSM2_CONF) or "
		    "its device");
	return rule_status(RULE_MODULE_START);
}

static enum rc_status
module_start(struct p11module *module, const char *args, struct watchdog *dog,
    struct error *err)
{
	char *start = args != NULL ? mem_strdup(args) : NULL;
	CK_C_INITIALIZE_ARGS with = { .flags = CKF_OS_LOCKING_OK, .pReserved = start };
	CK_RV rv = WATCHED(dog, "C_Initialize", module->fn->C_Initialize(&with));

	if (rv != CKR_OK && rv != CKR_CRYPTOKI_ALREADY_INITIALIZED) {
		free(start);
		return start_failed(module, rv, err);
	}
	module->ours_to_end = rv == CKR_OK;
	module->args = start;
	rv = WATCHED(dog, "C_GetInfo", module->fn->C_GetInfo(&module->info));
	if (rv != CKR_OK)
		memset(&module->info, ' ', sizeof(module->info));
	return RC_OK;
}

static void
module_end(struct p11module *module, struct watchdog *dog)
{
	if (module->companion != NULL)
		WATCHED_VOID(dog, "PKCS11_CTX_unload",
		    module->companion_free(module->companion));
	module->companion = NULL;
	if (module->ours_to_end)
		(void)WATCHED(dog, "C_Finalize", module->fn->C_Finalize(NULL));
	free(module->args);
	module->args = NULL;
	while (module->logins != NULL) {
		struct p11login *login = module->logins;

		module->logins = login->next;
		free(login);
	}
}

enum rc_status
p11module_open(const char *path, const char *args, struct watchdog *dog,
    struct p11module **ret, struct error *err)
{
	LOCKED_TABLE;
	struct p11module *module = module_load(path, dog, err);

	if (module == NULL)
		return rule_status(RULE_MODULE_LOAD);
	if (module->users == 0)
		TRY(module_start(module, args, dog, err));
	module->users++;
	*ret = module;
	return RC_OK;
}

void
p11module_close(struct p11module *module, struct watchdog *dog)
{
	LOCKED_TABLE;

	if (module != NULL && --module->users == 0)
		module_end(module, dog);
}

/* -- logins ----------------------------------------------------------------- */

static struct p11login *
login_of(struct p11module *module, CK_SLOT_ID slot)
{
	struct p11login *login = module->logins;

	while (login != NULL && login->slot != slot)
		login = login->next;
	if (login == NULL) {
		login = mem_zero(sizeof(*login));
		login->slot = slot;
		login->next = module->logins;
		module->logins = login;
	}
	return login;
}

bool
p11module_login_enter(struct p11module *module, CK_SLOT_ID slot, bool fresh)
{
	LOCKED_TABLE;
	struct p11login *login = login_of(module, slot);

	if (!fresh && login->users == 0)
		return false;
	login->users++;
	return true;
}

bool
p11module_login_leave(struct p11module *module, CK_SLOT_ID slot)
{
	LOCKED_TABLE;

	return --login_of(module, slot)->users == 0;
}

/* -- which modules ---------------------------------------------------------- */

/* A store of trusted roots in the dress of a token: it keeps no keys. */
static bool
is_trust_store(CK_FUNCTION_LIST *fn)
{
	char *option = p11_kit_config_option(fn, "trust-policy");
	bool yes = option != NULL && strcmp(option, "yes") == 0;

	free(option);
	return yes;
}

static void
add_registered(CK_FUNCTION_LIST *fn, const char *only, struct arena *arena,
    struct p11paths *paths)
{
	char *name = p11_kit_module_get_name(fn), *file = p11_kit_module_get_filename(fn);

	if (file != NULL && (only == NULL || (name != NULL && strcmp(name, only) == 0)))
		*VEC_PUSH(arena, &paths->v) = arena_strdup(arena, file);
	free(name);
	free(file);
}

static void
registered(const char *only, struct watchdog *dog, struct arena *arena, struct p11paths *paths)
{
	CK_FUNCTION_LIST **modules;

	p11_kit_be_quiet();
	modules = WATCHED(dog, "p11_kit_modules_load", p11_kit_modules_load(NULL, 0));
	for (size_t i = 0; modules != NULL && modules[i] != NULL; i++)
		if (only != NULL || !is_trust_store(modules[i]))
			add_registered(modules[i], only, arena, paths);
	if (modules != NULL)
		p11_kit_modules_release(modules);
}

enum rc_status
p11module_paths(const struct p11uri *uri, const char *module, struct watchdog *dog,
    struct arena *arena, struct p11paths *ret, struct error *err)
{
	const char *path = p11uri_module_path(uri), *name = p11uri_module_name(uri);
	struct p11paths paths = { .named = path != NULL || module != NULL };

	if (path == NULL)
		path = module;
	if (path != NULL)
		*VEC_PUSH(arena, &paths.v) = arena_strdup(arena, path);
	else
		registered(name, dog, arena, &paths);
	if (paths.v.n == 0 && name != NULL)
		return error_fail(err, RULE_MODULE_MISSING,
		    "p11-kit's configuration has no module '%s'", name);
	if (paths.v.n == 0)
		return error_fail(err, RULE_MODULE_MISSING,
		    "no module is named, and p11-kit's configuration has none");
	*ret = paths;
	return RC_OK;
}
