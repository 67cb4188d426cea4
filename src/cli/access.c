#include "cli/access.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "token/prompt.h"

/*
 * From the watchdog's thread, while the main one is stuck in the module: nothing
 * can be cleaned up, and nothing needs to be, for the ledger settles it.
 */
static void
end_hung(void *arg, const char *call)
{
	(void)arg;
	(void)fprintf(stderr, "error: the token's module did not return from %s [%s]\n"
	    "    what it was asked may be done; `rolecert ledger recover` settles it\n",
	    call, rule_id(RULE_TOKEN_HANGS));
	_exit(RC_TOKEN);
}

void
access_init(struct cli *cli, const char *uri, struct access *ret)
{
	*ret = (struct access){
		.pins = {
			.file = getenv("ROLECERT_PIN_FILE"),
			.environment = cli->pin != NULL ? &cli->pin : NULL,
			.credentials = getenv("CREDENTIALS_DIRECTORY"),
			.prompt = isatty(STDIN_FILENO) == 1 ? prompt_pin : NULL,
			.spend_final_try = cli->opt.spend_final_try,
		},
		.config = {
			.uri = uri,
			.module = cli->opt.module,
			.module_args = cli->opt.module_args,
			.pin = pin_give,
			.hung = end_hung,
		},
	};
	ret->config.pin_arg = &ret->pins;
}

const struct rc_engine_ops *
access_engine(enum custody_level level)
{
	return level == CUSTODY_MEMORY ? &rc_engine_memory : &rc_engine_auto;
}

static const struct rc_engine_ops *const engines[] = {
	&rc_engine_auto, &rc_engine_libp11, &rc_engine_cryptoki,
};

const struct rc_engine_ops *
access_home(struct access *access, const struct home *home)
{
	const struct home_config *config = &home->config;

	access->pins.keep = (config->relogin ? PIN_KEEP_LOGIN : 0) |
	    (config->keep_pin ? PIN_KEEP_CONTEXT : 0);
	for (size_t i = 0; config->custody != CUSTODY_MEMORY && i < ARRAY_LEN(engines); i++)
		if (strcmp(engines[i]->name, config->engine) == 0)
			return engines[i];
	return access_engine(config->custody);
}

void
access_clear(struct access *access)
{
	pin_forget(&access->pins);
}
