/*
 * options.h - one table a command says which options it has.
 *
 * From the table come getopt_long's own tables, `--help`, and the list that a
 * test compares with the manual page.  Every value of every command lies in the
 * one struct options, where the row's offset says: a command reads cli->opt.csr.
 *
 * Long options take `--name VALUE` and `--name=VALUE`.  An option that is not
 * known, lacks its value, has an empty one, or comes twice is an error that
 * names the nearest known one.
 */
#ifndef CLI_OPTIONS_H
#define CLI_OPTIONS_H

#include "base/arena.h"
#include "base/error.h"
#include "report/style.h"

struct options {
	/* of every command */
	const char *ca, *profiles;
	bool json, quiet, verbose, help, version;
	/* of some */
	const char *csrs, *jobs;
	const char *topology, *csr, *out, *form, *issuer, *product;
	const char *key, *subject, *config, *custody, *cert;
	const char *type, *label, *level, *emit;
	const char *module, *module_args, *token, *known, *proof, *bundle;
	const char *request, *hash, *partition;
	const char *cosignature, *timestamp, *timestamp_request;
	bool sarif, self_signed, strict_request, renew, login, spend_final_try, coverage;
	bool signatures;
	bool dry_run, verify, yes, schema;
	const char *reason;
	const char *invalidity_date;
	bool release, same_key, delta;
	const char *certs, *state, *ics, *metrics, *html;
	const char *signature, *officer;
	bool resume, text;
	const char *connect, *junit;
	bool check;
	bool words;
	bool older, events;
};

struct option_row {
	const char *name;        /* the long one, without its hyphens         */
	char letter;             /* 0: no short form                          */
	const char *value;       /* what --help calls its value; NULL: a switch */
	size_t at;               /* where in struct options: const char * or bool */
	const char *help;        /* one line                                  */
};
#define AT(member) offsetof(struct options, member)
#define OPTIONS_END { .name = NULL }

/* Those that stand on either side of the command. */
extern const struct option_row global_options[];

struct operands {
	const char **v;
	size_t n, cap;
};

/*
 * Reads argv[1] and on.  With `only_leading` it stops before the first operand
 * (the command); else it takes operands and options in any order, and after
 * "--" operands only.  *ret_next is the first argument that was not read.
 * `own` may be NULL.  Rules no-such-option, option-value, option-twice.
 */
enum rc_status options_parse(const struct option_row *own, bool only_leading, int argc,
    char **argv, struct arena *arena, struct options *ret, struct operands *ret_operands,
    int *ret_next, struct error *err) RC_CHECK;

/* The options of a table as lines of --help, appended, no wider than the style. */
void options_help(const struct option_row *rows, const struct style *style, struct buf *out);

#endif
