#include <pwd.h>
#include <stdio.h>
#include <unistd.h>

#include <rolecert/version.h>

#include "base/escape.h"
#include "cli/access.h"
#include "cli/ca_roles.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/output.h"
#include "crypto/words.h"
#include "engines/p11admin.h"
#include "issue/ceremony/run.h"
#include "os/file.h"
#include "report/ceremony.h"

enum { PROGRAM_MAX = 256 << 20, NAME_MAX_OCTETS = 256, ANSWER_MAX = 128 };

/* -- the program around a ceremony ---------------------------------------------------- */

static enum rc_status
make_key(void *arg, const struct rc_engine_config *config, const char *type,
    struct buf *spki, struct error *err)
{
	struct p11_keygen what = { .algorithm = type };

	(void)arg;
	return p11admin_keygen(config, &what, spki, NULL, err);
}

static void
say(void *arg, const char *text)
{
	cli_say(arg, "%s", text);
}

static enum rc_status
not_confirmed(const char *why, struct error *err)
{
	enum rc_status status = error_fail(err, RULE_CEREMONY_NOT_CONFIRMED, "%s", why);

	error_fix(err, "compare the words with those of the review and type the first two, or "
	    "give --yes");
	return status;
}

/* A line of stdin without its end. */
static bool
answer_read(char answer[ANSWER_MAX])
{
	if (fgets(answer, ANSWER_MAX, stdin) == NULL)
		return false;
	answer[strcspn(answer, "\r\n")] = '\0';
	return true;
}

static enum rc_status
confirm(void *arg, const struct ceremony_preview *preview, const char **ret_how,
    struct error *err)
{
	struct cli *cli = arg;
	struct style style = cli_style(cli);
	SCOPED(buf_clear) struct buf text = BUF_INIT, want = BUF_INIT;
	char answer[ANSWER_MAX];

	if (cli->opt.yes) {
		*ret_how = "by --yes on the command line";
		return RC_OK;
	}
	if (isatty(STDIN_FILENO) != 1)
		return not_confirmed("there is nobody at a terminal to confirm", err);
	preview_put_text(preview, &style, &text);
	words_put(BYTES(preview->tbs_sha256.p, 2), &want);
	(void)fprintf(stderr, "%s\nType the first two words to sign, anything else to stop: ",
	    buf_text(&text));
	if (!answer_read(answer) || strcmp(answer, buf_text(&want)) != 0)
		return not_confirmed("the words that were typed are not the first two", err);
	*ret_how = "by the first two words, typed";
	return RC_OK;
}

static const char *
host_name(struct cli *cli)
{
	char name[NAME_MAX_OCTETS] = "";

	if (gethostname(name, sizeof(name) - 1) != 0)
		return NULL;
	return arena_strdup(cli->arena, name);
}

static const char *
user_name(struct cli *cli)
{
	const struct passwd *user = getpwuid(geteuid());

	return arena_printf(cli->arena, "%s (uid %u)", user != NULL ? user->pw_name : "-",
	    (unsigned)geteuid());
}

/* Of the running program; empty where the kernel does not show it. */
static struct bytes
program_digest(struct cli *cli)
{
	SCOPED(error_free) struct error *ignored = error_new();
	SCOPED(buf_clear) struct buf program = BUF_INIT;
	uint8_t digest[SHA256_OCTETS];

	if (file_read("/proc/self/exe", PROGRAM_MAX, &program, ignored) != RC_OK)
		return BYTES(NULL, 0);
	sha256(buf_bytes(&program), digest);
	return arena_bytes(cli->arena, BYTES(digest, sizeof(digest)));
}

/* The access must stay where it is: the configuration points into it. */
static void
host_init(struct cli *cli, struct access *access, const struct ca_roles *roles,
    struct ceremony_host *ret)
{
	access_init(cli, NULL, access);
	*ret = (struct ceremony_host){
		.clock = &clock_system, .roles = roles,
		.host = host_name(cli), .user = user_name(cli),
		.version = ROLECERT_VERSION, .program_sha256 = program_digest(cli),
		.engine = access_engine, .config = access->config,
		.generate = make_key, .confirm = confirm, .say = say, .arg = cli,
	};
}

/* -- the three things it does -------------------------------------------------------- */

static enum rc_status
show(void *arg, const struct ceremony_preview *preview, struct error *err)
{
	struct cli *cli = arg;
	struct style style = cli_style(cli);

	(void)err;
	if (cli->opt.json)
		cli_put_json(cli, preview_json(preview));
	else
		preview_put_text(preview, &style, &cli->out);
	return RC_OK;
}

static enum rc_status
hold(struct cli *cli, const struct ceremony_file *file, const char *folder,
    const struct ceremony_host *host, struct error *err)
{
	struct ceremony_result result;

	TRY(ceremony_run(file, folder, host, cli->arena, &result, err));
	if (cli->opt.json) {
		cli_put_json(cli, ceremony_json(file, &result));
		return RC_OK;
	}
	put_foreign_text(&cli->out, result.certificate_path);
	buf_putc(&cli->out, '\n');
	put_foreign_text(&cli->out, result.transcript_path);
	buf_putc(&cli->out, '\n');
	cli_say(cli, "the transcript is signed: rolecert ca ceremony --verify %s",
	    result.transcript_path);
	return RC_OK;
}

static enum rc_status
verify(struct cli *cli, const char *path, struct error *err)
{
	struct transcript_question question = { .path = path };
	struct transcript_report report = { .name = NULL };
	struct style style = cli_style(cli);
	struct cert *trusted;
	struct bytes file;
	enum rc_status status;

	if (cli->opt.issuer != NULL) {
		TRY(load_file(cli, cli->opt.issuer, FILE_MAX_CERT, &file, err));
		TRY(cert_read_chain(file, cli->arena, &trusted, &question.n_trusted, err));
		question.trusted = trusted;
	}
	status = transcript_verify(&question, cli->arena, &report, err);
	if (report.name == NULL)
		return status;
	if (cli->opt.json)
		cli_put_json(cli, transcript_json(&report, err));
	else
		transcript_put_text(&report, status == RC_OK, &style, &cli->out);
	return status;
}

static enum rc_status
ceremony(struct cli *cli, const char *path, struct error *err)
{
	SCOPED(cli_ca_roles_clear) struct cli_ca_roles roles = { .catalog = NULL };
	struct ceremony_file file;
	struct ceremony_host host;
	struct access access;
	struct bytes text;
	const char *folder = path_folder(cli->arena, path);

	TRY(load_file(cli, path, CEREMONY_FILE_MAX, &text, err));
	TRY(ceremony_file_read(text, path, cli->arena, &file, err));
	TRY(cli_ca_roles_load(cli, &roles, err));
	host_init(cli, &access, &roles.roles, &host);
	if (cli->opt.dry_run)
		return ceremony_preview(&file, folder, &host, show, cli, err);
	return hold(cli, &file, folder, &host, err);
}

enum rc_status
cmd_ca_ceremony(struct cli *cli, struct error *err)
{
	const char *path = cli_operand(cli, 0);

	if (cli->opt.schema) {
		cli_put_json(cli, ceremony_schema());
		return RC_OK;
	}
	if (path == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    cli->opt.verify ? "the transcript is missing" : "the ceremony file is missing");
	if (cli->opt.verify)
		return verify(cli, path, err);
	return ceremony(cli, path, err);
}
