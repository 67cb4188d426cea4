/*
 * commands.c - the commands and their options, as tables.
 */
#include "cli/command.h"

#define TOPOLOGY { "topology", 't', "FILE", AT(topology), "the topology (- is stdin)" }
#define MODULE                                                                \
	{ "module", 0, "PATH", AT(module), "the PKCS#11 module, if the URI names none" }, \
	{ "module-args", 0, "TEXT", AT(module_args), "a start string for the module" }
#define FINAL_TRY                                                             \
	{ "spend-final-try", 0, NULL, AT(spend_final_try),                    \
	  "send the PIN although a wrong one would lock the token" }

static const struct option_row import_options[] = {
	{ "out", 'o', "FILE", AT(out), "write the topology there instead of stdout" },
	{ "product", 0, "NAME", AT(product), "the product, instead of what the document says" },
	OPTIONS_END,
};
static const struct option_row compile_options[] = {
	{ "emit", 0, "FORM", AT(emit), "json (the only one so far)" },
	OPTIONS_END,
};
static const struct option_row plan_options[] = { TOPOLOGY, OPTIONS_END };

const struct command commands[] = {
	{ "topology", "check", cmd_topology_check, 0, 1, 1, "FILE",
	  "is this topology right? every mistake is shown at its place", NULL,
	  "  rolecert topology check contoso.yaml\n" },
	{ "topology", "import", cmd_topology_import, 0, 1, 1, "FILE [-o FILE] [--product NAME]",
	  "make a topology of `Get-CsTopology -AsXml` or a .tbxml file", import_options,
	  "What the document does not hold is written as a comment with its usual value:\n"
	  "read the result before it is used.\n\n"
	  "  rolecert topology import export.xml -o contoso.yaml\n" },
	{ "profile", "list", cmd_profile_list, 0, 0, 1, "[PRODUCT]",
	  "the role definitions that there are", NULL,
	  "  rolecert profile list lync-2013\n" },
	{ "profile", "show", cmd_profile_show, 0, 2, 2, "PRODUCT ROLE",
	  "one role definition, compiled", NULL,
	  "  rolecert profile show lync-2013 edge-external\n" },
	{ "profile", "check", cmd_profile_check, 0, 0, 1, "[PRODUCT]",
	  "compile the role definitions and show every mistake", NULL,
	  "  rolecert --profiles ./profiles profile check\n" },
	{ "profile", "compile", cmd_profile_compile, 0, 1, 1, "PRODUCT [--emit json]",
	  "the compiled form of a product's roles, canonical", compile_options,
	  "  rolecert profile compile lync-2013 --emit json\n" },
	{ "plan", NULL, cmd_plan, NEED_TOPOLOGY, 0, 0, "-t FILE [--json]",
	  "the certificates that a deployment needs", plan_options,
	  "With -v each name is shown with its reason and the place of the role that put it\n"
	  "there.\n\n"
	  "  rolecert plan -t contoso.yaml\n"
	  "  rolecert plan -t contoso.yaml --json | jq -r '.entries[].id'\n" },
	{ "explain", NULL, cmd_explain, 0, 0, 1, "[RULE]",
	  "what a rule means, why it exists, how to mend it", NULL,
	  "Every refusal ends in the rule that it follows, in brackets.  Without RULE, all\n"
	  "rules are listed.\n\n"
	  "  rolecert explain no-such-option\n" },
	{ "help", NULL, cmd_help, 0, 0, 2, "[COMMAND [SUB-COMMAND]]",
	  "the same as COMMAND --help", NULL, NULL },
};
const size_t n_commands = ARRAY_LEN(commands);
