#include "issue/attest.h"

#include "x509/cms.h"
#include "x509/timestamp.h"

enum rc_status
attest_read(enum attest_kind kind, struct bytes file, struct bytes text, struct arena *arena,
    struct attest_statement *ret, struct error *err)
{
	struct timestamp stamp;
	struct cms cms;
	struct bytes der;

	if (kind == ATTEST_TIMESTAMP) {
		TRY(timestamp_read(file, text, arena, &stamp, err));
		*ret = (struct attest_statement){ stamp.tsa, stamp.token, stamp.time };
		return RC_OK;
	}
	TRY(cms_open(file, arena, &der, err));
	TRY(cms_verify_detached(der, text, arena, &cms, err));
	*ret = (struct attest_statement){ .signer = cms.signer, .bytes = der };
	return RC_OK;
}

/* -- of which checkpoint? ------------------------------------------------------------- */

struct searching {
	enum attest_kind kind;
	struct bytes file;
	struct arena *arena;
	struct attest_statement found;
	int64_t id;                      /* 0: none yet                      */
	struct checkpoint checkpoint;
	struct error *newest;            /* why it is not over the newest    */
	bool looked;
};

static enum rc_status
is_over(void *arg, const struct ledger_row *row, struct error *err)
{
	SCOPED(error_free) struct error *unheard = error_new();
	struct searching *s = arg;
	struct error *why = s->looked ? unheard : s->newest;

	s->looked = true;
	if (s->id != 0 || attest_read(s->kind, s->file, row->entry_canonical, s->arena,
	    &s->found, why) != RC_OK)
		return RC_OK;
	s->id = row->id;
	return checkpoint_read(row->entry_canonical, &s->checkpoint, err);
}

static enum rc_status
not_found(const struct searching *s, struct error *err)
{
	enum rule rule = error_rule(s->newest);

	if (rule == RULE_NONE)
		return error_fail(err, RULE_ATTEST_CHECKPOINT, "the ledger has no checkpoint");
	if (rule_status(rule) == RC_INPUT)
		return error_fail(err, rule, "%s", error_message(s->newest));
	return error_fail(err, RULE_ATTEST_CHECKPOINT,
	    "it does not verify over any checkpoint of this ledger; over the newest: %s",
	    error_message(s->newest));
}

static enum rc_status
signer_check(const struct home *home, enum attest_kind kind, const struct cert *signer,
    uint8_t ret[SHA256_OCTETS], struct error *err)
{
	SCOPED(buf_clear) struct buf hex = BUF_INIT;
	enum rc_status status;

	sha256(signer->spki, ret);
	if (attest_is_named(kind, home->policy, ret))
		return RC_OK;
	buf_put_hex(&hex, BYTES(ret, SHA256_OCTETS));
	status = error_fail(err, RULE_ATTEST_SIGNER, "%s names no key of '%s'", HOME_CONFIG,
	    signer->subject_text);
	error_fix(err, "to name it: checkpoint: { %s: [\"sha256:%s\"] }, then `ca policy accept`",
	    kind == ATTEST_COSIGN ? "cosigners" : "tsa", buf_text(&hex));
	return status;
}

enum rc_status
attest_add(struct home *home, enum attest_kind kind, struct bytes file, struct arena *arena,
    struct attested *ret, struct error *err)
{
	SCOPED(error_free) struct error *newest = error_new();
	struct searching s = { .kind = kind, .file = file, .arena = arena, .newest = newest };
	const struct ledger_filter made = { .kinds = 1 << LEDGER_CHECKPOINT,
		.states = 1 << LEDGER_DONE, .newest_first = true };
	struct ledger_attestation a = { .kind = kind };

	TRY(ledger_each(home->ledger, &made, is_over, &s, err));
	if (s.id == 0)
		return not_found(&s, err);
	TRY(signer_check(home, kind, &s.found.signer, a.key, err));
	a.statement = s.found.bytes;
	a.stamped = s.found.stamped;
	TRY(ledger_attest(home->ledger, s.id, &a, err));
	*ret = (struct attested){ s.checkpoint, s.found.signer.subject_text, s.found.stamped };
	return RC_OK;
}

enum rc_status
attest_request(struct home *home, struct buf *out, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct ledger_row *row = NULL;

	TRY(ledger_find_newest(home->ledger, LEDGER_CHECKPOINT, arena, &row, err));
	if (row == NULL)
		return error_fail(err, RULE_ATTEST_CHECKPOINT, "the ledger has no checkpoint");
	timestamp_request(row->entry_canonical, out);
	return RC_OK;
}

enum rc_status
attest_check(enum attest_kind kind, struct bytes text, struct bytes statement,
    const uint8_t key[SHA256_OCTETS], struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	uint8_t have[SHA256_OCTETS];
	struct attest_statement read;

	TRY(attest_read(kind, statement, text, arena, &read, err));
	sha256(read.signer.spki, have);
	if (memcmp(have, key, sizeof(have)) != 0)
		return error_fail(err, RULE_ATTEST_SIGNER, "another key made it than is recorded");
	return RC_OK;
}
