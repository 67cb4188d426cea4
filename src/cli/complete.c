#include "cli/complete.h"

#include <ctype.h>

#include "cli/command.h"
#include "cli/forms.h"
#include "cli/planned.h"
#include "cli/profiles.h"
#include "crypto/key_algorithm.h"
#include "issue/deliver.h"
#include "token/custody.h"
#include "x509/crl.h"

struct completing {
	struct cli *cli;
	const char *word;                /* the one at the cursor, so far      */
	const char *before;              /* what stands before it in its word: "--form=" */
	struct buf *out;

	/* what the words before it came to */
	const char *group;               /* a group without its sub-command    */
	const struct command *command;
	const struct option_row *waits;  /* an option whose value comes next   */
	bool operands_only;              /* behind "--"                        */
	bool lost;                       /* behind a command that there is not */
	const char *operands[2];
	size_t n_operands;
};

static void
offer(const struct completing *c, const char *word, const char *help)
{
	if (strncmp(word, c->word, strlen(c->word)) == 0)
		buf_printf(c->out, "w %s%s\t%s\n", c->before, word, help != NULL ? help : "");
}

static void
offer_files(const struct completing *c)
{
	buf_puts(c->out, "f\n");
}

static void
offer_folders(const struct completing *c)
{
	buf_puts(c->out, "d\n");
}

/* -- words by what they are ---------------------------------------------------- */

static void
offer_entries(const struct completing *c)
{
	SCOPED(error_free) struct error *silent = error_new();
	SCOPED(planned_clear) struct planned planned = { .plan = NULL };

	if (c->cli->opt.topology == NULL || strcmp(c->cli->opt.topology, "-") == 0 ||
	    planned_make(c->cli, c->cli->opt.topology, &planned, silent) != RC_OK)
		return;
	for (size_t i = 0; i < planned.plan->n_entries; i++)
		offer(c, planned.plan->entries[i].id, planned.plan->entries[i].title);
}

static void
offer_rules(const struct completing *c)
{
	for (enum rule rule = RULE_NONE + 1; rule < RULE_COUNT; rule++)
		offer(c, rule_id(rule), rule_text(rule));
}

static void
offer_products(const struct completing *c)
{
	SCOPED(error_free) struct error *silent = error_new();
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	const struct product *const *products;
	size_t n;

	if (profiles_catalog(c->cli, &catalog, silent) != RC_OK)
		return;
	products = catalog_products(catalog, &n);
	for (size_t i = 0; i < n; i++)
		offer(c, products[i]->name, products[i]->title);
}

/* Of the product that stands before it. */
static void
offer_roles(const struct completing *c)
{
	SCOPED(error_free) struct error *silent = error_new();
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(program_free) struct program *program = NULL;
	const struct product *product;

	if (c->n_operands == 0 || profiles_catalog(c->cli, &catalog, silent) != RC_OK ||
	    profiles_product(catalog, c->operands[0], &product, silent) != RC_OK ||
	    program_compile(catalog, product, NULL, &program, silent) != RC_OK)
		return;
	for (size_t i = 0; i < program->n_roles; i++)
		offer(c, program->roles[i]->name, program->roles[i]->title);
}

static void
offer_commands(const struct completing *c)
{
	for (size_t i = 0; i < n_commands; i++) {
		if (i > 0 && strcmp(commands[i].name, commands[i - 1].name) == 0)
			continue;
		offer(c, commands[i].name, commands[i].sub == NULL ? commands[i].help : "...");
	}
}

static void
offer_subs(const struct completing *c, const char *group)
{
	for (size_t i = 0; i < n_commands; i++)
		if (commands[i].sub != NULL && group != NULL &&
		    strcmp(commands[i].name, group) == 0)
			offer(c, commands[i].sub, commands[i].help);
}

static void
offer_subs_of_operand(const struct completing *c)
{
	offer_subs(c, c->n_operands != 0 ? c->operands[0] : NULL);
}

static void
offer_forms(const struct completing *c)
{
	if (c->command != NULL && c->command->run == cmd_issue) {
		for (unsigned form = DELIVER_PEM; form <= DELIVER_CHAIN; form++)
			offer(c, delivery_form_word((enum delivery_form)form), NULL);
		return;
	}
	for (size_t i = 0; i < FORMS; i++)
		offer(c, forms[i].word, forms[i].title);
}

static void
offer_keys(const struct completing *c)
{
	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++)
		offer(c, key_algorithm_word(bit), NULL);
}

static void
offer_levels(const struct completing *c)
{
	static const char *const words[] = { "hardware", "strict", "imported-ok", "lab", "memory" };

	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		offer(c, words[i], NULL);
}

static void
offer_reasons(const struct completing *c)
{
	enum { REASONS = 11 };           /* the last of RFC 5280 5.3.1 is 10   */

	for (unsigned reason = 0; reason < REASONS; reason++)
		if (crl_reason_word((enum crl_reason)reason) != NULL)
			offer(c, crl_reason_word((enum crl_reason)reason), NULL);
}

/* What usage lines and --help call an operand or a value. */
static const struct {
	const char *word;
	void (*offer)(const struct completing *c);
} kinds[] = {
	{ "ENTRY", offer_entries }, { "RULE", offer_rules }, { "PRODUCT", offer_products },
	{ "ROLE", offer_roles }, { "COMMAND", offer_commands },
	{ "SUB-COMMAND", offer_subs_of_operand }, { "FORM", offer_forms }, { "TYPE", offer_keys },
	{ "LEVEL", offer_levels }, { "REASON", offer_reasons }, { "DIR", offer_folders },
	{ "FILE", offer_files }, { "PATH", offer_files }, { "CERT", offer_files },
	{ "TRANSCRIPT", offer_files }, { "A", offer_files }, { "B", offer_files },
};

/* Lower-case words of a usage line are said as they stand there. */
static void
offer_kind(const struct completing *c, const char *kind)
{
	if (islower((unsigned char)*kind))
		offer(c, kind, NULL);
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].word, kind) == 0)
			kinds[i].offer(c);
}

/* "SERIAL|ENTRY|CERT", "[DIR|FILE...]" */
static void
offer_kinds(const struct completing *c, const char *token)
{
	static const char around[] = "[]()|.";

	while (*token != '\0') {
		size_t n;

		token += strspn(token, around);
		n = strcspn(token, around);
		if (n != 0)
			offer_kind(c, arena_strndup(c->cli->arena, token, n));
		token += n;
	}
}

/* -- the words before --------------------------------------------------------- */

static const struct option_row *
find_row(const struct option_row *rows, const char *word)
{
	size_t n = strcspn(word, "=");

	for (; rows != NULL && rows->name != NULL; rows++) {
		if (word[1] == '-' && strlen(rows->name) == n - 2 &&
		    strncmp(rows->name, word + 2, n - 2) == 0)
			return rows;
		if (word[1] == rows->letter && word[1] != '\0' && word[2] == '\0')
			return rows;
	}
	return NULL;
}

/* The option that a word with a hyphen names. */
static const struct option_row *
row_of(const struct completing *c, const char *word)
{
	const struct option_row *own = c->command != NULL ? c->command->options : NULL;
	const struct option_row *row = find_row(own, word);

	return row != NULL ? row : find_row(global_options, word);
}

/* Where to look for entries and roles. */
static void
take_value(struct completing *c, const struct option_row *row, const char *value)
{
	struct options *o = &c->cli->opt;

	if (row->at == offsetof(struct options, topology))
		o->topology = value;
	else if (row->at == offsetof(struct options, ca))
		o->ca = value;
	else if (row->at == offsetof(struct options, profiles))
		o->profiles = value;
}

static void
take_option(struct completing *c, const char *word)
{
	const struct option_row *row = row_of(c, word);
	const char *value = strchr(word, '=');

	if (row == NULL || row->value == NULL)
		return;
	if (value != NULL)
		take_value(c, row, value + 1);
	else
		c->waits = row;
}

static void
take_plain(struct completing *c, const char *word)
{
	SCOPED(error_free) struct error *silent = error_new();

	if (c->command != NULL) {
		if (c->n_operands < ARRAY_LEN(c->operands))
			c->operands[c->n_operands] = word;
		c->n_operands++;
	} else if (c->group == NULL && command_is_group(word)) {
		c->group = word;
	} else if (command_find(c->group != NULL ? c->group : word,
	    c->group != NULL ? word : NULL, &c->command, silent) == RC_OK) {
		c->group = NULL;
	} else {
		c->lost = true;
	}
}

static void
take_word(struct completing *c, const char *word)
{
	if (c->waits != NULL) {
		if (strcmp(word, "=") != 0) {    /* bash: --form = inf */
			take_value(c, c->waits, word);
			c->waits = NULL;
		}
	} else if (!c->operands_only && strcmp(word, "--") == 0) {
		c->operands_only = true;
	} else if (!c->operands_only && *word == '-') {
		take_option(c, word);
	} else {
		take_plain(c, word);
	}
}

/* -- what comes next ---------------------------------------------------------- */

static void
offer_options(const struct completing *c, const struct option_row *rows)
{
	for (; rows != NULL && rows->name != NULL; rows++)
		offer(c, arena_printf(c->cli->arena, "--%s", rows->name), rows->help);
}

/* One operand of a usage line: how many stand before it at least and at most. */
struct operand_place {
	size_t least, most;
};

/* The next word of a usage line that is no option and no value of one; NULL: the end. */
static const char *
next_operand(const struct completing *c, const char **at)
{
	for (;;) {
		const char *token, *bare;
		const struct option_row *row;
		size_t n;

		*at += strspn(*at, " ");
		n = strcspn(*at, " ");
		if (n == 0)
			return NULL;
		token = arena_strndup(c->cli->arena, *at, n);
		*at += n;
		bare = token + strspn(token, "[(");
		if (*bare != '-')
			return token;
		row = row_of(c, arena_strndup(c->cli->arena, bare, strcspn(bare, "])")));
		if (row != NULL && row->value != NULL) {
			*at += strspn(*at, " ");
			*at += strcspn(*at, " ");
		}
	}
}

static void
offer_operands(const struct completing *c)
{
	const char *at = c->command->synopsis, *token;
	struct operand_place place = { 0, 0 };

	while ((token = next_operand(c, &at)) != NULL) {
		bool many = strstr(token, "...") != NULL;

		if (strcmp(token, "|") == 0) {   /* another way to call it */
			place = (struct operand_place){ 0, 0 };
			continue;
		}
		if (c->n_operands >= place.least && (c->n_operands <= place.most || many))
			offer_kinds(c, token);
		place.least += *token != '[';
		place.most++;
	}
}

static void
offer_next(struct completing *c)
{
	const char *equals = strchr(c->word, '=');

	if (c->waits != NULL) {
		if (strcmp(c->word, "=") == 0)
			c->word = "";
		offer_kinds(c, c->waits->value);
	} else if (!c->operands_only && c->word[0] == '-' && equals != NULL) {
		const struct option_row *row = row_of(c, c->word);

		c->before = arena_strndup(c->cli->arena, c->word, (size_t)(equals + 1 - c->word));
		c->word = equals + 1;
		if (row != NULL && row->value != NULL)
			offer_kinds(c, row->value);
	} else if (!c->operands_only && c->word[0] == '-') {
		offer_options(c, c->command != NULL ? c->command->options : NULL);
		offer_options(c, global_options);
	} else if (c->command != NULL) {
		offer_operands(c);
	} else if (c->group != NULL) {
		offer_subs(c, c->group);
	} else {
		offer_commands(c);
	}
}

void
complete_words(struct cli *cli, const char *const *words, size_t n, struct buf *out)
{
	struct completing c = { .cli = cli, .word = "", .before = "", .out = out };

	if (n != 0)
		c.word = words[n - 1];
	for (size_t i = 1; i + 1 < n; i++)
		take_word(&c, words[i]);
	if (!c.lost)
		offer_next(&c);
}
