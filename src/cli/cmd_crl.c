#include "cli/access.h"
#include "cli/command.h"
#include "cli/load.h"
#include "cli/published.h"
#include "crypto/envelope.h"
#include "issue/parents.h"
#include "issue/signer.h"
#include "os/file.h"
#include "report/json.h"
#include "revoke/crl.h"

/* Which lists: from `first` to `last`; both 0: the whole one. */
struct wanted {
	unsigned first, last;
	bool many;                       /* also where there is but one      */
};

static enum rc_status
wanted_read(const struct cli *cli, const struct home *home, struct wanted *ret,
    struct error *err)
{
	const char *word = cli->opt.partition;
	unsigned parts = home->config.crl_partitions;
	char *end = NULL;
	unsigned long part;

	*ret = (struct wanted){ .many = false };
	if (word == NULL)
		return RC_OK;
	if (strcmp(word, "all") == 0 && parts != 0) {
		*ret = (struct wanted){ .first = 1, .last = parts, .many = true };
		return RC_OK;
	}
	part = strtoul(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end != '\0' || part == 0 || part > parts)
		return error_fail(err, RULE_CRL_PART, parts != 0 ?
		    "'%s' is no part of the list: want 1 to %u, or all" :
		    "'%s' is no part of the list: ca.yaml has no `crl.partitions`", word, parts);
	ret->first = ret->last = (unsigned)part;
	return RC_OK;
}

/* Where the list goes: -o, else `crl.publish` of ca.yaml (not a delta; the whole list only
 * where it is not there for the parts), else stdout. */
static const char *
target(const struct cli *cli, const struct home *home, unsigned part)
{
	const char *publish = home->config.crl_publish;
	bool of_parts = publish != NULL && strstr(publish, HOME_PART) != NULL;

	if (cli->opt.out != NULL)
		return home_part_text(cli->arena, cli->opt.out, part);
	if (cli->opt.delta || publish == NULL || of_parts != (part != 0))
		return NULL;
	return path_join(cli->arena, home->dir, home_part_text(cli->arena, publish, part));
}

static enum rc_status
target_check(const struct cli *cli, const struct home *home, const struct wanted *wanted,
    struct error *err)
{
	if (!wanted->many)
		return RC_OK;
	if (cli->opt.out != NULL ? strstr(cli->opt.out, HOME_PART) != NULL
	    : target(cli, home, 1) != NULL)
		return RC_OK;
	return error_fail(err, RULE_MISSING_ARGUMENT, "all parts at once need a name for each: "
	    "-o PATH, or crl.publish of ca.yaml, with " HOME_PART " in it");
}

static bool
is_pem_path(const char *path)
{
	size_t n = strlen(path);

	return n > 4 && strcmp(path + n - 4, ".pem") == 0;
}

static enum rc_status
deliver(struct cli *cli, const struct crl_made *made, const char *path, struct error *err)
{
	SCOPED(buf_clear) struct buf pem = BUF_INIT;

	if (path == NULL || is_pem_path(path))
		pem_put("X509 CRL", made->der, &pem);
	if (path != NULL)
		return file_replace(path, FILE_PUBLIC, pem.n != 0 ? buf_bytes(&pem) : made->der,
		    err);
	if (!cli->opt.json)
		buf_put_bytes(&cli->out, buf_bytes(&pem));
	return RC_OK;
}

static json_t *
made_json(const struct crl_made *made, const char *path)
{
	json_t *o = json_object();

	json_put(o, "number", json_integer((json_int_t)made->number));
	json_put(o, "base", made->base != 0 ? json_integer((json_int_t)made->base) : json_null());
	json_put(o, "part", made->part != 0 ? json_integer(made->part) : json_null());
	json_put(o, "entries", json_integer((json_int_t)made->entries));
	json_put(o, "this_update", json_time(made->this_update));
	json_put(o, "next_update", json_time(made->next_update));
	json_put(o, "ledger_id", json_integer(made->ledger_id));
	json_put(o, "file", json_foreign(path));
	return o;
}

static void
say(struct cli *cli, const struct crl_made *made, const char *path)
{
	SCOPED(buf_clear) struct buf until = BUF_INIT, part = BUF_INIT;

	clock_put(&until, made->next_update);
	if (made->part != 0)
		buf_printf(&part, " of part %u", made->part);
	cli_say(cli, "%s %llu%s with %zu entr%s, until %s%s%s",
	    made->base != 0 ? "delta" : "list", (unsigned long long)made->number,
	    buf_text(&part), made->entries, made->entries == 1 ? "y" : "ies", buf_text(&until),
	    path != NULL ? ": " : "", path != NULL ? path : "");
}

static enum rc_status
make_one(struct cli *cli, struct home *home, struct signer *signer, unsigned part,
    json_t **ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct crl_options options = { .delta = cli->opt.delta, .part = part };
	const char *path = target(cli, home, part);
	struct crl_made made;

	TRY(crl_make(home, signer, &options, arena, &made, err));
	TRY_WHILE(err, deliver(cli, &made, path, err),
	    "delivering list %llu: it is recorded as entry %lld of the ledger",
	    (unsigned long long)made.number, (long long)made.ledger_id);
	say(cli, &made, path);
	*ret = made_json(&made, path);
	return RC_OK;
}

static enum rc_status
make_all(struct cli *cli, struct home *home, struct signer *signer,
    const struct wanted *wanted, json_t *list, struct error *err)
{
	for (unsigned part = wanted->first; part <= wanted->last; part++) {
		json_t *made;

		TRY(make_one(cli, home, signer, part, &made, err));
		json_add(list, made);
	}
	return RC_OK;
}

static enum rc_status
make(struct cli *cli, struct error *err)
{
	SCOPED(access_clear) struct access access;
	SCOPED(home_close) struct home *home = NULL;
	SCOPED(signer_close) struct signer *signer = NULL;
	json_t *list = json_array();
	struct wanted wanted;
	enum rc_status status;

	access_init(cli, NULL, &access);
	status = home_open(cli->opt.ca, HOME_SIGN, NULL, &home, err);
	if (status == RC_OK)
		status = wanted_read(cli, home, &wanted, err);
	if (status == RC_OK)
		status = target_check(cli, home, &wanted, err);
	if (status == RC_OK)
		status = signer_open(home, access_home(&access, home), &access.config, &signer,
		    err);
	if (status == RC_OK)
		status = make_all(cli, home, signer, &wanted, list, err);
	if (status == RC_OK && cli->opt.json)
		cli_put_json(cli, json_incref(wanted.many ? list : json_array_get(list, 0)));
	json_decref(list);
	return status;
}

/* -- lists of the CAs above ------------------------------------------------------------ */

static json_t *
import_json(const struct parent_import *import)
{
	json_t *o = json_object();

	json_put(o, "issuer", json_foreign(import->issuer->subject_text));
	json_put(o, "number", json_hex(import->list.number));
	json_put(o, "this_update", json_time(import->list.this_update));
	json_put(o, "next_update", json_time(import->list.next_update));
	json_put(o, "entries", json_integer((json_int_t)import->list.n));
	json_put(o, "new", json_boolean(!import->known));
	json_put(o, "revoked", json_boolean(import->revoked));
	return o;
}

static enum rc_status
import(struct cli *cli, const char *path, struct error *err)
{
	SCOPED(buf_clear) struct buf until = BUF_INIT;
	SCOPED(home_close) struct home *home = NULL;
	struct parent_import import;
	struct bytes file;

	TRY(load_file(cli, path, CRL_FOREIGN_MAX, &file, err));
	TRY(home_open(cli->opt.ca, HOME_WRITE, NULL, &home, err));
	TRY(parents_import(home, file, cli->arena, &import, err));
	clock_put(&until, import.list.next_update);
	cli_say(cli, "%s by '%s' with %zu entr%s, until %s",
	    import.known ? "the same list as before," : "imported the list",
	    import.issuer->subject_text, import.list.n, import.list.n == 1 ? "y" : "ies",
	    buf_text(&until));
	if (import.revoked)
		error_warn(err, RULE_CHECK_REVOKED, NOWHERE,
		    "a certificate of this CA's chain stands on it");
	if (cli->opt.json)
		cli_put_json(cli, import_json(&import));
	return RC_OK;
}

static enum rc_status
operands_check(const struct cli *cli, struct error *err)
{
	const char *word = cli_operand(cli, 0);

	if (word == NULL || (strcmp(word, "import") == 0 && cli->n_operands == 2))
		return RC_OK;
	return error_fail(err, RULE_USAGE, "`crl` takes no operand but `import FILE`");
}

enum rc_status
cmd_crl(struct cli *cli, struct error *err)
{
	TRY(operands_check(cli, err));
	if (cli->n_operands != 0)
		return import(cli, cli_operand(cli, 1), err);
	if (!cli->opt.check)
		return make(cli, err);
	if (cli->opt.delta || cli->opt.partition != NULL)
		return error_fail(err, RULE_USAGE, "--check looks at all that is published");
	return published_check(cli, err);
}
