#include "revoke/crl.h"

#include <inttypes.h>
#include <stdlib.h>

#include "issue/crl_sign.h"
#include "revoke/revoke.h"
#include "x509/crl.h"

enum { DAY = 24 * 60 * 60 };

/* One list under way. */
struct listing {
	struct home *home;
	const struct crl_options *options;
	struct arena *arena;
	struct crl_made made;
	uint64_t last_number;
	int64_t since;                   /* of a delta: thisUpdate of its base; else 0 */
	int64_t last_update;             /* thisUpdate of the last full list, or 0     */
	const char *scope;               /* behind the number in its row's entry */
	struct crl_writer writer;
	struct buf tbs;
};

static void
listing_clear(struct listing *l)
{
	buf_clear(&l->tbs);
}
DEFINE_SCOPED_VALUE(listing_clear, struct listing)

/* -- what came before ---------------------------------------------------------------- */

/* "/2of4"; "" of a whole list. */
static const char *
scope_of(const struct listing *l)
{
	if (l->options->part == 0)
		return "";
	return arena_printf(l->arena, "/%uof%u", l->options->part,
	    l->home->config.crl_partitions);
}

/* Numbers of lists that were never finished are spent too. */
static enum rc_status
take_last(void *arg, const struct ledger_list *last, struct error *err)
{
	struct listing *l = arg;
	const char *slash = strchr(last->entry, '/');
	char *scope = NULL;
	uint64_t number = slash != NULL ? strtoull(slash + 1, &scope, 10) : 0;

	(void)err;
	if (number > l->last_number)
		l->last_number = number;
	if (last->state == LEDGER_DONE && strncmp(last->entry, "crl/", 4) == 0 &&
	    strcmp(scope, l->scope) == 0 && number > l->made.base) {
		l->made.base = number;
		l->last_update = last->this_update;
	}
	return RC_OK;
}

static enum rc_status
find_last(struct listing *l, struct error *err)
{
	int64_t now = clock_now(l->home->clock);

	l->scope = scope_of(l);
	TRY(ledger_each_list(l->home->ledger, take_last, l, err));
	if (l->options->delta && l->made.base == 0)
		return error_fail(err, RULE_CRL_NO_BASE, "there is no full list that a delta could "
		    "speak of");
	l->since = l->options->delta ? l->last_update : 0;
	if (!l->options->delta)
		l->made.base = 0;
	l->made.this_update = now;
	l->made.next_update = now + (int64_t)l->home->config.crl_days * DAY +
	    l->home->config.crl_overlap;
	l->made.number = (uint64_t)now > l->last_number ? (uint64_t)now : l->last_number + 1;
	return RC_OK;
}

/* -- the list ------------------------------------------------------------------------- */

/* A list for users alone may not hold a CA, nor one for CAs a user; and on which list it
 * would stand then, its certificate does not say. */
static enum rc_status
scope_check(const struct listing *l, const struct ledger_revoked *revoked, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = NULL;
	SCOPED(buf_clear) struct buf serial = BUF_INIT;
	enum crl_scope only = l->home->config.crl_only;
	struct ledger_row *row;
	struct cert cert;

	if (only == CRL_SCOPE_ALL)
		return RC_OK;
	arena = arena_new();
	TRY(ledger_get_serial(l->home->ledger, revoked->serial, arena, &row, err));
	TRY(cert_read_tbs(row->tbs, arena, &cert, err));
	if (cert_is_ca(&cert) == (only == CRL_SCOPE_CAS))
		return RC_OK;
	buf_put_hex(&serial, revoked->serial);
	return error_fail(err, RULE_CRL_ONLY,
	    "certificate %s is that of a %s, and crl.only of ca.yaml is %s", buf_text(&serial),
	    cert_is_ca(&cert) ? "CA" : "user", crl_scope_word(only));
}

static enum rc_status
list_row(void *arg, const struct ledger_revoked *row, struct error *err)
{
	struct listing *l = arg;
	struct cause cause = revoke_cause_of(row->state, row->reason);
	/* the clock may be a little behind the record */
	int64_t when = row->when < l->made.this_update ? row->when : l->made.this_update;
	struct crl_entry entry;

	if (l->options->part != 0 && l->options->part !=
	    crl_part_of(row->serial, l->home->config.crl_partitions))
		return RC_OK;
	/* it stood on a list that was made after its end */
	if (row->not_after != 0 && row->not_after < l->last_update)
		return RC_OK;
	TRY(scope_check(l, row, err));
	entry.serial = row->serial;
	entry.when = when;
	entry.reason = row->state == LEDGER_DONE ? CRL_REMOVE_FROM_CRL : cause.reason;
	entry.invalid = cause.invalid;
	crl_add(&l->writer, &entry);
	l->made.entries++;
	return RC_OK;
}

/* Big-endian; crl.h takes leading zeros off. */
static struct bytes
number_bytes(uint64_t number, uint8_t store[8])
{
	for (unsigned i = 0; i < 8; i++)
		store[i] = (uint8_t)(number >> (56 - 8 * i));
	return BYTES(store, 8);
}

static enum rc_status
list_write(struct listing *l, struct error *err)
{
	uint8_t number[8], base[8];
	struct uri_list points = home_part_cdp(l->home, l->options->part);
	const struct crl_parts parts = {
		.algorithm = l->home->algorithm, .issuer = l->home->certificate.subject,
		.this_update = l->made.this_update, .next_update = l->made.next_update,
		.key_id = l->home->key_id, .number = number_bytes(l->made.number, number),
		.base = l->made.base != 0 ? number_bytes(l->made.base, base) : BYTES(NULL, 0),
		.points = points.v, .n_points = l->options->part != 0 ? points.n : 0,
		.scope = l->home->config.crl_only,
	};

	crl_begin(&l->writer, &parts, &l->tbs);
	TRY(ledger_each_revoked(l->home->ledger, l->since, list_row, l, err));
	crl_end(&l->writer);
	return RC_OK;
}

static const char *
list_entry(const struct listing *l, struct arena *arena)
{
	return arena_printf(arena, "%s/%" PRIu64 "%s", l->made.base != 0 ? "delta" : "crl",
	    l->made.number, l->scope);
}

static enum rc_status
list_make(void *arg, struct crl_draft *ret, struct error *err)
{
	struct listing *l = arg;

	TRY(find_last(l, err));
	TRY(list_write(l, err));
	*ret = (struct crl_draft){ .tbs = buf_bytes(&l->tbs), .entry = list_entry(l, l->arena),
		.number = l->made.number, .last_number = l->last_number,
		.this_update = l->made.this_update, .next_update = l->made.next_update,
		.part = l->options->part, .parts = l->home->config.crl_partitions,
		.requester = l->options->requester };
	return RC_OK;
}

enum rc_status
crl_make(struct home *home, struct signer *signer, const struct crl_options *options,
    struct arena *arena, struct crl_made *ret, struct error *err)
{
	SCOPED(listing_clear) struct listing l = { .home = home, .options = options,
		.arena = arena, .made.part = options->part };
	unsigned parts = home->config.crl_partitions;

	if (options->part > parts)
		return error_fail(err, RULE_CRL_PART, parts != 0 ? "there is no part %u: the list "
		    "has %u" : "there is no part %u: `crl.partitions` of ca.yaml is not set",
		    options->part, parts);
	TRY_WHILE(err, crl_sign(home, signer, list_make, &l, arena, &l.made.der,
	    &l.made.ledger_id, err), "making a revocation list");
	*ret = l.made;
	return RC_OK;
}
