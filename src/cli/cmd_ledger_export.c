#include <stdlib.h>

#include "cli/command.h"
#include "cli/load.h"
#include "cli/load_ledger.h"
#include "evidence/bundle.h"
#include "os/file.h"
#include "report/json.h"

typedef VEC(int64_t) id_vec;

struct choosing {
	struct cli *cli;
	id_vec ids;
};

static enum rc_status
choose(void *arg, const struct ledger_row *row, struct error *err)
{
	struct choosing *c = arg;

	if (c->ids.n == BUNDLE_ENTRIES)
		return error_fail(err, RULE_BUNDLE_RANGE, "these are more than %d entries",
		    BUNDLE_ENTRIES);
	*VEC_PUSH(c->cli->arena, &c->ids) = row->id;
	return RC_OK;
}

static enum rc_status
choose_each(struct ledger *ledger, const struct ledger_filter *filter, struct choosing *c,
    struct error *err)
{
	TRY(ledger_each(ledger, filter, choose, c, err));
	if (c->ids.n == 0)
		return error_fail(err, RULE_BUNDLE_RANGE,
		    "'%s' names no certificate of this ledger", c->cli->opt.bundle);
	return RC_OK;
}

struct range {
	struct choosing *choosing;
	int64_t last;
};

static enum rc_status
choose_in_range(void *arg, const struct ledger_row *row, struct error *err)
{
	const struct range *range = arg;

	return row->id <= range->last ? choose(range->choosing, row, err) : RC_OK;
}

/* "12-40" */
static bool
range_of(const char *word, int64_t *first, int64_t *last)
{
	size_t n = strspn(word, "0123456789"), m;

	if (n == 0 || n > 18 || word[n] != '-')
		return false;
	m = strspn(word + n + 1, "0123456789");
	if (m == 0 || m > 18 || word[n + 1 + m] != '\0')
		return false;
	*first = strtoll(word, NULL, 10);
	*last = strtoll(word + n + 1, NULL, 10);
	return true;
}

enum { WITH_SERIAL_KINDS = 1 << LEDGER_CERTIFICATE | 1 << LEDGER_SELF_SIGNED };

static enum rc_status
choose_one(struct ledger *ledger, struct choosing *c, struct error *err)
{
	struct ledger_row *row;

	TRY(load_row(c->cli, ledger, c->cli->opt.bundle, &row, err));
	if (!ledger_kind_has_serial(row->kind))
		return error_fail(err, RULE_BUNDLE_RANGE, "entry %lld is a %s, no certificate",
		    (long long)row->id, ledger_kind_word(row->kind));
	return choose(c, row, err);
}

/* An id of the plan holds a letter that no serial has, or a slash. */
static bool
is_hexadecimal(const char *word)
{
	return word[strspn(word, "0123456789abcdefABCDEF:")] == '\0';
}

static enum rc_status
choose_all(struct ledger *ledger, struct choosing *c, struct error *err)
{
	const char *word = c->cli->opt.bundle;
	struct ledger_filter filter = { .kinds = WITH_SERIAL_KINDS };
	struct range range = { .choosing = c };
	int64_t first = 0;

	if (range_of(word, &first, &range.last)) {
		filter.after = first > 0 ? first - 1 : 0;
		TRY(ledger_each(ledger, &filter, choose_in_range, &range, err));
		return c->ids.n != 0 ? RC_OK : error_fail(err, RULE_BUNDLE_RANGE,
		    "there is no certificate among the entries %s", word);
	}
	if (is_hexadecimal(word))
		return choose_one(ledger, c, err);
	filter.entry = word;
	return choose_each(ledger, &filter, c, err);
}

static enum rc_status
deliver(struct cli *cli, const struct buf *tar, size_t entries, struct error *err)
{
	json_t *o;

	if (cli->opt.out == NULL) {
		buf_put_bytes(&cli->out, buf_bytes(tar));
		return RC_OK;
	}
	TRY(file_replace(cli->opt.out, FILE_PUBLIC, buf_bytes(tar), err));
	cli_say(cli, "%zu entr%s exported", entries, entries == 1 ? "y" : "ies");
	if (cli->opt.json) {
		SCOPED(buf_clear) struct buf hex = BUF_INIT;

		sha256_put_hex(buf_bytes(tar), &hex);
		o = json_object();
		json_put(o, "file", json_foreign(cli->opt.out));
		json_put(o, "entries", json_integer((json_int_t)entries));
		json_put(o, "sha256", json_foreign(buf_text(&hex)));
		cli_put_json(cli, o);
	}
	return RC_OK;
}

enum rc_status
cmd_ledger_export(struct cli *cli, struct error *err)
{
	SCOPED(ledger_close) struct ledger *ledger = NULL;
	SCOPED(buf_clear) struct buf tar = BUF_INIT;
	struct choosing c = { .cli = cli };
	struct bundle_order order = { .older = NULL };
	struct checkpoint older;
	struct audit_ca ca;

	if (cli->opt.bundle == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT,
		    "--bundle says what is exported: a serial, an entry, or a range FROM-TO");
	if (cli->opt.json && cli->opt.out == NULL)
		return error_fail(err, RULE_MISSING_ARGUMENT, "with --json, -o FILE says where the "
		    "bundle goes");
	TRY(audit_ca_read(cli->opt.ca, cli->arena, &ca, err));
	TRY(load_ledger(cli, true, &ledger, err));
	TRY(choose_all(ledger, &c, err));
	if (cli->opt.known != NULL) {
		TRY(load_checkpoint(cli, &ca, cli->opt.known, &older, err));
		order.older = &older;
	}
	order.ca = &ca;
	order.ids = c.ids.v;
	order.n_ids = c.ids.n;
	TRY_WHILE(err, bundle_put(ledger, &order, &tar, err), "exporting %s", cli->opt.bundle);
	return deliver(cli, &tar, c.ids.n, err);
}
