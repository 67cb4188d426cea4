#include "cli/access.h"
#include "cli/command.h"
#include "issue/signer.h"
#include "report/json.h"

static void
put_text(struct cli *cli, const char *differences, bool pinned)
{
	if (!pinned) {
		buf_puts(&cli->out, "the pin record stands: nothing is different\n");
		return;
	}
	buf_puts(&cli->out, "recorded anew:\n");
	for (const char *s = differences; *s != '\0';) {
		size_t n = strcspn(s, "\n");

		buf_printf(&cli->out, "    %.*s\n", (int)n, s);
		s += n + (s[n] == '\n');
	}
	if (*differences == '\0')
		buf_puts(&cli->out, "    what was tried came to something else\n");
}

enum rc_status
cmd_token_repin(struct cli *cli, struct error *err)
{
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(access_clear) struct access access = { .config = { .uri = NULL } };
	const char *differences = "";
	bool pinned = false;
	json_t *o;

	TRY(home_open(cli->opt.ca, HOME_WRITE, NULL, &home, err));
	access_init(cli, NULL, &access);
	TRY(signer_repin(home, access_home(&access, home), &access.config, cli->arena,
	    &differences, &pinned, err));
	if (!cli->opt.json) {
		put_text(cli, differences, pinned);
		return RC_OK;
	}
	o = json_object();
	json_put(o, "pinned", json_boolean(pinned));
	json_put(o, "differences", json_lines(bytes_of_text(differences)));
	cli_put_json(cli, o);
	return RC_OK;
}
