/*
 * The way back: the certificate that was issued, and the scripts that install it on each
 * server of its entry.
 */
#include "check/judge.h"
#include "cli/command.h"
#include "cli/issuers.h"
#include "cli/load.h"
#include "cli/planned.h"
#include "crypto/digest.h"
#include "os/clock.h"
#include "os/file.h"
#include "plan/handoff.h"
#include "report/json.h"

struct assigning {
	struct planned planned;
	const struct entry *entry;
	struct sites sites;
	struct cert cert;
	struct issuers issuers;
	const struct cert *above[ISSUERS_ABOVE_MAX];     /* its issuer first  */
	size_t n_above;
	struct assign_facts facts;
};

static void
assigning_clear(struct assigning *a)
{
	planned_clear(&a->planned);
	issuers_clear(&a->issuers);
}
DEFINE_SCOPED_VALUE(assigning_clear, struct assigning)

/* Windows' thumbprint. */
static const char *
thumbprint(struct arena *arena, struct bytes der)
{
	uint8_t digest[SHA1_OCTETS];
	char *text = arena_alloc(arena, 2 * SHA1_OCTETS + 1);

	sha1(der, digest);
	for (size_t i = 0; i < SHA1_OCTETS; i++) {
		text[2 * i] = "0123456789ABCDEF"[digest[i] >> 4];
		text[2 * i + 1] = "0123456789ABCDEF"[digest[i] & 15];
	}
	return text;
}

static enum rc_status
check_satisfies(struct cli *cli, struct assigning *a, struct error *err)
{
	SCOPED(error_free) struct error *findings = error_new();
	struct judge_context context = { .now = clock_now(&clock_system),
		.issuers = a->issuers.v, .n_issuers = a->issuers.n };

	if (judge_entry(a->entry, &a->cert, &context, findings))
		return RC_OK;
	(void)error_fail(err, RULE_ASSIGN_UNSATISFIED, "the certificate '%s' does not satisfy '%s'",
	    a->cert.subject_text, a->entry->id);
	error_fix(err, "what is wrong follows; `rolecert check -t %s %s` says for which entry it "
	    "would do", cli->opt.topology, cli_operand(cli, 1));
	(void)judge_entry(a->entry, &a->cert, &context, err);
	return rule_status(RULE_ASSIGN_UNSATISFIED);
}

/* A CA that is at hand knows what it took back. */
static enum rc_status
check_not_revoked(struct cli *cli, const struct assigning *a, struct error *err)
{
	SCOPED(error_free) struct error *unknown = error_new();
	struct ledger_row *row;

	if (a->issuers.home == NULL || ledger_get_serial(a->issuers.home->ledger, a->cert.serial,
	    cli->arena, &row, unknown) != RC_OK)
		return RC_OK;
	if (row->state == LEDGER_DONE || !bytes_equal(row->signed_bytes, a->cert.der))
		return RC_OK;
	return error_fail(err, RULE_ASSIGN_REVOKED,
	    "the certificate '%s' is no longer good: the ledger has it as %s",
	    a->cert.subject_text, ledger_state_word(row->state));
}

static void
find_facts(struct cli *cli, struct assigning *a)
{
	const char *print = thumbprint(cli->arena, a->cert.der);

	entry_sites(a->entry, a->planned.topology, cli->arena, &a->sites);
	a->n_above = issuers_above(&a->issuers, &a->cert, a->above);
	a->facts = (struct assign_facts){ .stem = emit_stem(cli->arena, a->entry),
		.thumbprint = print,
		.friendly_name = arena_printf(cli->arena, "%s %.8s", a->entry->id, print) };
	if (a->n_above != 0 && cert_is_self_issued(a->above[a->n_above - 1]))
		a->facts.has_root = true;
	a->facts.n_intermediates = a->n_above - a->facts.has_root;
}

static enum rc_status
load(struct cli *cli, struct assigning *a, struct error *err)
{
	TRY(planned_make(cli, cli->opt.topology, &a->planned, err));
	TRY(planned_entry(&a->planned, cli_operand(cli, 0), &a->entry, err));
	TRY(load_cert(cli, cli_operand(cli, 1), &a->cert, err));
	TRY(issuers_load(cli, &a->issuers, err));
	TRY(check_satisfies(cli, a, err));
	TRY(check_not_revoked(cli, a, err));
	find_facts(cli, a);
	if (!a->facts.has_root)
		error_note(err, RULE_ASSIGN_CHAIN, NOWHERE,
		    "who issued '%s' is not known up to the root: give --ca or --issuer",
		    a->cert.subject_text);
	return RC_OK;
}

static enum rc_status
put_file(struct cli *cli, const char *folder, const char *name, struct bytes bytes,
    struct error *err)
{
	const char *path = path_join(cli->arena, folder, name);

	TRY(file_replace(path, FILE_PUBLIC, bytes, err));
	cli_say(cli, "wrote %s", path);
	return RC_OK;
}

/* The certificate, then each issuer up to the root. */
static enum rc_status
put_p7b(struct cli *cli, const struct assigning *a, const char *folder, struct error *err)
{
	SCOPED(buf_clear) struct buf p7b = BUF_INIT;
	struct bytes ders[ISSUERS_ABOVE_MAX + 1] = { a->cert.der };

	for (size_t i = 0; i < a->n_above; i++)
		ders[i + 1] = a->above[i]->der;
	cert_put_p7b(ders, a->n_above + 1, &p7b);
	return put_file(cli, folder, arena_printf(cli->arena, "%s.p7b", a->facts.stem),
	    buf_bytes(&p7b), err);
}

static enum rc_status
put_certificates(struct cli *cli, const struct assigning *a, const char *folder,
    struct error *err)
{
	TRY(put_file(cli, folder, arena_printf(cli->arena, "%s.cer", a->facts.stem), a->cert.der,
	    err));
	for (size_t i = 0; i < a->facts.n_intermediates; i++)
		TRY(put_file(cli, folder, arena_printf(cli->arena, "intermediate-%zu.cer", i + 1),
		    a->above[i]->der, err));
	if (a->facts.has_root)
		TRY(put_file(cli, folder, "root.cer", a->above[a->n_above - 1]->der, err));
	return put_p7b(cli, a, folder, err);
}

static enum rc_status
put_folders(struct cli *cli, const struct assigning *a, struct error *err)
{
	for (size_t i = 0; i < sites_folders(&a->sites); i++) {
		SCOPED(buf_clear) struct buf script = BUF_INIT, file = BUF_INIT;
		const char *folder = path_join(cli->arena, cli->opt.out,
		    handoff_folder(cli->arena, a->entry, &a->sites, i));

		TRY(dir_make(folder, DIR_PUBLIC, err));
		TRY(put_certificates(cli, a, folder, err));
		handoff_assign(a->entry, &a->sites, i, &a->facts, &script);
		emit_encode(buf_bytes(&script), EMIT_UTF8_MARKED, &file);
		TRY(put_file(cli, folder, arena_printf(cli->arena, "%s.assign.ps1",
		    a->facts.stem), buf_bytes(&file), err));
	}
	return RC_OK;
}

static json_t *
issuers_json(struct cli *cli, const struct assigning *a)
{
	json_t *list = json_array();

	for (size_t i = 0; i < a->n_above; i++) {
		json_t *o = json_object();

		json_put(o, "store", json_foreign(i < a->facts.n_intermediates ? "CA" : "Root"));
		json_put(o, "subject", json_foreign(a->above[i]->subject_text));
		json_put(o, "thumbprint", json_foreign(thumbprint(cli->arena, a->above[i]->der)));
		json_add(list, o);
	}
	return list;
}

static json_t *
assign_json(struct cli *cli, const struct assigning *a)
{
	json_t *o = json_object(), *servers = json_array();

	for (size_t i = 0; i < sites_folders(&a->sites); i++) {
		SCOPED(buf_clear) struct buf script = BUF_INIT;
		json_t *server = json_object();

		handoff_assign(a->entry, &a->sites, i, &a->facts, &script);
		json_put(server, "server", json_foreign(a->sites.n != 0 ? a->sites.v[i] : NULL));
		json_put(server, "script", json_foreign(buf_text(&script)));
		json_add(servers, server);
	}
	json_put(o, "entry", json_foreign(a->entry->id));
	json_put(o, "types", json_words(a->entry->assign, a->entry->n_assign));
	json_put(o, "thumbprint", json_foreign(a->facts.thumbprint));
	json_put(o, "friendly_name", json_foreign(a->facts.friendly_name));
	json_put(o, "issuers", issuers_json(cli, a));
	json_put(o, "servers", servers);
	return o;
}

enum rc_status
cmd_assign(struct cli *cli, struct error *err)
{
	SCOPED(assigning_clear) struct assigning a = { .entry = NULL };

	TRY(load(cli, &a, err));
	if (cli->opt.out != NULL)
		TRY(put_folders(cli, &a, err));
	if (cli->opt.json)
		cli_put_json(cli, assign_json(cli, &a));
	else if (cli->opt.out == NULL)
		for (size_t i = 0; i < sites_folders(&a.sites); i++) {
			buf_puts(&cli->out, i != 0 ? "\n" : "");
			handoff_assign(a.entry, &a.sites, i, &a.facts, &cli->out);
		}
	return RC_OK;
}
