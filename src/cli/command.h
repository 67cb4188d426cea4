/*
 * command.h - the one table of commands.
 *
 * It says what each command is called, what it needs, what it takes and what it
 * does: dispatch, `--help`, and the test that compares the manual page read it.
 */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "cli/cli.h"

/* What must be given; the dispatcher refuses before the command runs. */
enum need {
	NEED_CA = 1 << 0,                /* --ca or ROLECERT_CA               */
	NEED_TOPOLOGY = 1 << 1,          /* -t                                */
};

struct command {
	const char *name, *sub;          /* "ca", "init"; sub may be NULL     */
	enum rc_status (*run)(struct cli *cli, struct error *err);
	const char *json;                /* its forms with --json, by their names in */
	                                 /* docs/schema; NULL: none, --json is refused */
	unsigned needs;
	unsigned least, most;            /* operands                          */
	const char *synopsis;            /* after the name: "-t FILE [--json]" */
	const char *help;                /* one line                          */
	const struct option_row *options;    /* its own, or NULL              */
	const char *more;                /* the rest of its --help: examples  */
};

extern const struct command commands[];
extern const size_t n_commands;

/*
 * The command that these words name.  *ret_words says how many they were: 2 for
 * a sub-command.  Rules no-such-command, with the nearest one.
 */
enum rc_status command_find(const char *name, const char *sub, const struct command **ret,
    struct error *err) RC_CHECK;
/* Is it the first word of commands with sub-commands? */
bool command_is_group(const char *name);

/*
 * What `rolecert help` says: of all commands (name NULL), of a group's (sub NULL), of one;
 * with --json docs/schema/help.json.  The names are those of the table.
 */
void help_put(struct cli *cli, const char *name, const char *sub);

/* Each in its own cmd_NAME.c. */
enum rc_status cmd_explain(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_completion(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_doctor(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_help(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_topology_check(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_topology_import(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_profile_list(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_profile_show(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_profile_check(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_profile_compile(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_profile_explain(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_profile_diff(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_topology_schema(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_topology_diff(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_request(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_profile_schema(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_profile_test(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_plan(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_report(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_assign(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_issue(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_apply(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_check(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ca_init(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ca_ceremony(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ca_show(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ca_policy(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_token_repin(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_token_list(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_token_check(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_token_keygen(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ledger_list(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ledger_show(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_revoke(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_crl(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ocsp_sign(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ledger_checkpoint(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ledger_verify(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ledger_prove(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ledger_export(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_verify(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ledger_backup(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ledger_restore(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_ledger_recover(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_pending(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_approve(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_deny(struct cli *cli, struct error *err) RC_CHECK;
enum rc_status cmd_lab(struct cli *cli, struct error *err) RC_CHECK;

#endif
