#include "cli/lab.h"

#include <errno.h>
#include <stdlib.h>

#include "cli/profiles.h"
#include "cli/shell.h"
#include "engines/p11admin.h"
#include "os/file.h"
#include "os/random.h"

#define LAB_TOKEN "rolecert-lab"
enum { LAB_PIN = 16 };           /* digits */

/* Where distributions put SoftHSM's module. */
static const char *const modules[] = {
	"/usr/lib/softhsm/libsofthsm2.so",
	"/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
	"/usr/lib64/pkcs11/libsofthsm2.so",
	"/usr/lib64/softhsm/libsofthsm2.so",
	"/usr/local/lib/softhsm/libsofthsm2.so",
};

const char *
lab_path(const struct lab *lab, const char *name)
{
	return path_join(lab->cli->arena, lab->dir, name);
}

void
lab_access(const struct lab *lab, const char *uri, struct access *ret)
{
	access_init(lab->cli, uri, ret);
	ret->pins = (struct pin_sources){ .file = lab->pin_file };
	ret->config.module = lab->module;
}

static enum rc_status
find_module(struct lab *lab, struct error *err)
{
	enum rc_status st;

	lab->module = lab->cli->opt.module;
	for (size_t i = 0; i < ARRAY_LEN(modules) && lab->module == NULL; i++)
		if (file_exists(modules[i]))
			lab->module = modules[i];
	if (lab->module != NULL && file_exists(lab->module))
		return RC_OK;
	st = error_fail(err, RULE_LAB_SOFTHSM, "SoftHSM's module %s",
	    lab->module != NULL ? "is not there" : "is not found");
	error_fix(err, "install it (Debian: apt-get install softhsm2), or name it with "
	    "--module PATH");
	return st;
}

static enum rc_status
make_folder(struct lab *lab, struct error *err)
{
	const char *dir = cli_operand(lab->cli, 0);
	struct dir_names names = { .n = 0 };
	char *absolute;

	if (file_exists(dir) && !dir_exists(dir))
		return error_fail(err, RULE_LAB_FOLDER, "'%s' is no folder", dir);
	TRY(dir_make(dir, DIR_PRIVATE, err));
	TRY(dir_list(dir, lab->cli->arena, &names, err));
	if (names.n != 0) {
		enum rc_status st = error_fail(err, RULE_LAB_FOLDER, "'%s' is not empty", dir);

		error_fix(err, "name a folder that does not exist yet");
		return st;
	}
	absolute = realpath(dir, NULL);
	if (absolute == NULL)
		return error_errno(err, RULE_FOLDER, errno, "'%s'", dir);
	lab->dir = arena_strdup(lab->cli->arena, absolute);
	free(absolute);
	return RC_OK;
}

/* SoftHSM reads its configuration when the module is loaded: set it before. */
static enum rc_status
configure(struct lab *lab, struct error *err)
{
	SCOPED(buf_clear) struct buf conf = BUF_INIT;
	const char *path = lab_path(lab, "softhsm2.conf");

	buf_printf(&conf, "directories.tokendir = %s\nobjectstore.backend = file\n"
	    "log.level = ERROR\n", lab_path(lab, "tokens"));
	TRY(dir_make(lab_path(lab, "tokens"), DIR_PRIVATE, err));
	TRY(file_create(path, FILE_PRIVATE, buf_bytes(&conf), err));
	if (setenv("SOFTHSM2_CONF", path, 1) != 0)
		return error_errno(err, RULE_FOLDER, errno, "SOFTHSM2_CONF cannot be set");
	return RC_OK;
}

static enum rc_status
random_pin(struct secret **ret, struct error *err)
{
	SCOPED(secret_free) struct secret *pin = secret_new(LAB_PIN);

	if (pin == NULL)
		mem_die();
	TRY(random_fill(secret_p(pin), LAB_PIN, err));
	for (size_t i = 0; i < LAB_PIN; i++)
		secret_p(pin)[i] = (uint8_t)('0' + secret_p(pin)[i] % 10);
	*ret = TAKE(pin);
	return RC_OK;
}

static enum rc_status
make_token(struct lab *lab, struct error *err)
{
	SCOPED(secret_free) struct secret *officer = NULL;
	struct access access;

	lab->pin_file = lab_path(lab, "pin");
	TRY(random_pin(&lab->pin, err));
	TRY(random_pin(&officer, err));
	TRY(file_create(lab->pin_file, FILE_PRIVATE, BYTES(secret_p(lab->pin), LAB_PIN), err));
	lab_access(lab, "pkcs11:", &access);
	TRY_WHILE(err, p11admin_init_token(&access.config, LAB_TOKEN, officer, lab->pin, err),
	    "making the lab's token");
	return RC_OK;
}

enum rc_status
lab_begin(struct lab *lab, struct error *err)
{
	static const char *const folders[] = { "keys", "csrs", "certs" };

	TRY(find_module(lab, err));
	TRY(make_folder(lab, err));
	TRY(configure(lab, err));
	TRY(make_token(lab, err));
	TRY(dir_make(lab_path(lab, folders[0]), DIR_PRIVATE, err));
	for (size_t i = 1; i < ARRAY_LEN(folders); i++)
		TRY(dir_make(lab_path(lab, folders[i]), DIR_PUBLIC, err));
	return RC_OK;
}

static void
put_export(const char *name, const char *value, struct buf *out)
{
	buf_printf(out, "export %s=", name);
	shell_quote(value, out);
	buf_putc(out, '\n');
}

/* Those that this lab was planned with, where they are not the installed ones. */
static void
put_profiles(const char *folder, struct buf *out)
{
	char *absolute = folder != NULL ? realpath(folder, NULL) : NULL;

	if (absolute != NULL)
		put_export("ROLECERT_PROFILES", absolute, out);
	free(absolute);
}

/* A program that was built and not installed is found, too. */
static void
put_path(const char *folder, struct buf *out)
{
	if (folder == NULL)
		return;
	buf_puts(out, "command -v rolecert >/dev/null || PATH=$PATH:");
	shell_quote(folder, out);
	buf_putc(out, '\n');
}

enum rc_status
lab_end(struct lab *lab, struct error *err)
{
	SCOPED(buf_clear) struct buf env = BUF_INIT;

	buf_puts(&env, "# What rolecert needs to know of this lab:  . this file\n");
	put_export("SOFTHSM2_CONF", lab_path(lab, "softhsm2.conf"), &env);
	put_export("ROLECERT_CA", lab_path(lab, "ca"), &env);
	put_export("ROLECERT_PIN_FILE", lab->pin_file, &env);
	put_profiles(lab->cli->opt.profiles, &env);
	put_path(program_folder(lab->cli), &env);
	return file_create(lab_path(lab, "env.sh"), FILE_PUBLIC, buf_bytes(&env), err);
}

void
lab_clear(struct lab *lab)
{
	secret_free(lab->pin);
	cli_ca_roles_clear(&lab->roles);
}
