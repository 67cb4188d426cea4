#include "cli/known.h"

#include <stdlib.h>
#include <strings.h>

#include "cli/load.h"
#include "issue/parents.h"
#include "os/file.h"

bool
known_has_home(const struct cli *cli)
{
	return cli->opt.ca != NULL &&
	    (!dir_exists(path_join(cli->arena, cli->opt.ca, "profiles")) ||
	    file_exists(path_join(cli->arena, cli->opt.ca, HOME_CONFIG)));
}

enum rc_status
known_check(const struct cli *cli, const char *option, struct error *err)
{
	enum rc_status st;

	if (cli->opt.certs != NULL || known_has_home(cli))
		return RC_OK;
	st = error_fail(err, RULE_MISSING_ARGUMENT,
	    "%s asks how certificates stand, and there are none to look at", option);
	error_fix(err, "give a CA home (--ca DIR) or a folder of certificates (--certs DIR)");
	return st;
}

void
known_clear(struct known *known)
{
	home_close(known->home);
	known->home = NULL;
}

/* -- the folder ------------------------------------------------------------------------ */

static const char *const suffixes[] = { ".pem", ".crt", ".cer", ".der", ".p7b", ".p7c",
	".pfx", ".p12" };

/* The name without its suffix, or NULL: no certificate's. */
static const char *
stem_of(struct arena *arena, const char *name)
{
	const char *dot = strrchr(name, '.');

	for (size_t i = 0; dot != NULL && i < ARRAY_LEN(suffixes); i++)
		if (name[0] != '.' && strcasecmp(dot, suffixes[i]) == 0)
			return arena_strndup(arena, name, (size_t)(dot - name));
	return NULL;
}

/* A PEM that holds other things alone: a key, a request. */
static bool
is_of_others(struct bytes file)
{
	static const char *const ours[] = { "CERTIFICATE-----", "PKCS7-----", "SIGNED DATA-----",
		"BEGIN CMS-----" };
	static const char any[] = "-----BEGIN ";

	for (size_t i = 0; i < ARRAY_LEN(ours); i++)
		if (memmem(file.p, file.n, ours[i], strlen(ours[i])) != NULL)
			return false;
	return memmem(file.p, file.n, any, strlen(any)) != NULL;
}

/* What the CA's record says of it. */
static enum rc_status
ask_record(struct cli *cli, struct home *home, struct known_cert *known, struct error *err)
{
	static const enum known_record records[LEDGER_STATES] = {
		[LEDGER_DONE] = KNOWN_ISSUED, [LEDGER_HELD] = KNOWN_HELD,
		[LEDGER_REVOKED] = KNOWN_REVOKED, [LEDGER_LOST] = KNOWN_REVOKED,
		[LEDGER_SPOILED] = KNOWN_REVOKED,
	};
	SCOPED(error_free) struct error *why = error_new();
	struct ledger_row *row;
	enum rc_status st;

	if (home == NULL || !home->has_certificate)
		return RC_OK;
	known->foreign = !bytes_equal(known->cert.issuer, home->certificate.subject);
	if (known->foreign)
		return RC_OK;
	st = ledger_get_serial(home->ledger, known->cert.serial, cli->arena, &row, why);
	if (st != RC_OK && error_rule(why) == RULE_LEDGER_UNKNOWN)
		return RC_OK;
	if (st != RC_OK)
		return ledger_get_serial(home->ledger, known->cert.serial, cli->arena, &row, err);
	known->record = records[row->state];
	known->entry = row->entry;
	known->reason = row->reason;
	known->number = row->id;
	return RC_OK;
}

static enum rc_status
take_file(struct cli *cli, const char *path, const char *stem, struct known *ret,
    struct error *err)
{
	SCOPED(error_free) struct error *why = error_new();
	struct cert *certs;
	struct bytes file;
	size_t n;

	if (load_file(cli, path, FILE_MAX_CERT, &file, why) != RC_OK ||
	    (!is_of_others(file) && load_certs(cli, file, &certs, &n, why) != RC_OK)) {
		error_warn(err, RULE_CERTS_FILE, NOWHERE, "'%s' is passed over: %s", path,
		    error_message(why));
		return RC_OK;
	}
	for (size_t i = 0; !is_of_others(file) && i < n; i++) {
		struct known_cert *known = VEC_PUSH(cli->arena, &ret->list);

		*known = (struct known_cert){ .cert = certs[i], .file = path, .stem = stem };
		TRY(ask_record(cli, ret->home, known, err));
	}
	return RC_OK;
}

static enum rc_status
take_folder(struct cli *cli, const char *folder, struct known *ret, struct error *err)
{
	struct dir_names names;

	TRY(dir_list(folder, cli->arena, &names, err));
	for (size_t i = 0; i < names.n; i++) {
		const char *path = path_join(cli->arena, folder, names.v[i]);
		const char *stem = stem_of(cli->arena, names.v[i]);

		if (stem != NULL && !dir_exists(path))
			TRY(take_file(cli, path, stem, ret, err));
	}
	return RC_OK;
}

/* -- the record -------------------------------------------------------------------------- */

/* A row, so far as it says which of an entry's is the newest. */
struct brief {
	const char *entry;
	int64_t id;
	bool revoked;
};

struct briefs {
	VEC(struct brief) list;
	const struct plan *plan;
	struct arena *arena;
};

static enum rc_status
take_row(void *arg, const struct ledger_row *row, struct error *err)
{
	struct briefs *briefs = arg;

	(void)err;
	if (row->entry == NULL || row->topology == NULL || row->signed_bytes.n == 0 ||
	    strcmp(row->topology, briefs->plan->topology) != 0)
		return RC_OK;
	*VEC_PUSH(briefs->arena, &briefs->list) = (struct brief){
		.entry = arena_strdup(briefs->arena, row->entry), .id = row->id,
		.revoked = row->state != LEDGER_DONE };
	return RC_OK;
}

/* By entry, the newest first. */
static int
brief_compare(const void *a, const void *b)
{
	const struct brief *x = a, *y = b;
	int order = strcasecmp(x->entry, y->entry);

	return order != 0 ? order : (x->id < y->id) - (x->id > y->id);
}

static enum rc_status
take_record(struct cli *cli, int64_t id, struct known *ret, struct error *err)
{
	struct known_cert *known = VEC_PUSH(cli->arena, &ret->list);
	struct ledger_row *row;

	TRY(ledger_get(ret->home->ledger, id, cli->arena, &row, err));
	TRY_WHILE(err, cert_read(row->signed_bytes, cli->arena, &known->cert, err),
	    "reading certificate %lld of the record", (long long)id);
	return ask_record(cli, ret->home, known, err);
}

/* Of each entry the newest that is in force, and the newest that is revoked since. */
static enum rc_status
take_records(struct cli *cli, const struct plan *plan, struct known *ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct briefs briefs = { .plan = plan, .arena = arena };
	struct ledger_filter filter = { .kinds = 1U << LEDGER_CERTIFICATE,
		.states = 1U << LEDGER_DONE | 1U << LEDGER_HELD | 1U << LEDGER_REVOKED };
	bool revoked = false, settled = false;

	TRY(ledger_each(ret->home->ledger, &filter, take_row, &briefs, err));
	if (briefs.list.n > 1)
		qsort(briefs.list.v, briefs.list.n, sizeof(*briefs.list.v), brief_compare);
	for (size_t i = 0; i < briefs.list.n; i++) {
		const struct brief *b = &briefs.list.v[i];

		if (i == 0 || strcasecmp(b->entry, b[-1].entry) != 0)
			revoked = settled = false;
		if (settled || (b->revoked && revoked))
			continue;
		TRY(take_record(cli, b->id, ret, err));
		settled = !b->revoked;
		revoked = b->revoked;
	}
	return RC_OK;
}

/* The CA and whoever stands above it, with the lists of those that were imported. */
static enum rc_status
take_issuers(struct cli *cli, struct known *ret, struct error *err)
{
	struct foreign_crl *lists;
	size_t n = ret->home->n_chain + 1;
	struct cert *issuers = arena_alloc(cli->arena, n * sizeof(*issuers));

	issuers[0] = ret->home->certificate;
	for (size_t i = 1; i < n; i++)
		issuers[i] = ret->home->chain[i - 1];
	ret->facts.issuers = issuers;
	ret->facts.n_issuers = n;
	TRY(parents_load(ret->home, cli->arena, &lists, &ret->facts.n_lists, err));
	ret->facts.lists = lists;
	return RC_OK;
}

enum rc_status
known_load(struct cli *cli, const struct plan *plan, struct known *ret, struct error *err)
{
	if (known_has_home(cli)) {
		TRY(home_open(cli->opt.ca, HOME_LOOK, NULL, &ret->home, err));
		TRY(take_records(cli, plan, ret, err));
	}
	if (cli->opt.certs != NULL)
		TRY(take_folder(cli, cli->opt.certs, ret, err));
	ret->any = ret->home != NULL || cli->opt.certs != NULL;
	ret->facts = (struct standing_facts){ .known = ret->list.v, .n_known = ret->list.n,
		.folder = cli->opt.certs != NULL, .now = clock_now(&clock_system) };
	if (ret->home != NULL && ret->home->has_certificate)
		TRY(take_issuers(cli, ret, err));
	return RC_OK;
}
