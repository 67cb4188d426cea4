#include "issue/seal.h"

#include <inttypes.h>

#include "issue/audit.h"
#include "issue/permit.h"
#include "ledger/tree.h"
#include "os/file.h"

/* The row's own events: intent and commit. */
enum { OWN_EVENTS = 2 };

/* -- what was sealed last ------------------------------------------------------------ */

struct last {
	struct checkpoint checkpoint;    /* size 0: there is none            */
	struct bytes cms;
	int64_t id;
};

static enum rc_status
last_find(struct home *home, struct arena *arena, struct last *ret, struct error *err)
{
	struct ledger_row *row = NULL;

	*ret = (struct last){ .id = 0 };
	TRY(ledger_find_newest(home->ledger, LEDGER_CHECKPOINT, arena, &row, err));
	if (row == NULL)
		return RC_OK;
	ret->cms = row->signed_bytes;
	ret->id = row->id;
	return checkpoint_read(row->entry_canonical, &ret->checkpoint, err);
}

enum rc_status
seal_is_due(struct home *home, bool *ret, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct home_config *c = &home->config;
	struct last last;
	uint64_t events;
	int64_t time;

	*ret = false;
	if (c->checkpoint_key == NULL)
		return RC_OK;
	TRY(last_find(home, arena, &last, err));
	TRY(ledger_last_event(home->ledger, &events, &time, err));
	if (events <= last.checkpoint.size + OWN_EVENTS)
		return RC_OK;
	*ret = events - last.checkpoint.size >= (uint64_t)c->checkpoint_every ||
	    clock_now(home->clock) - last.checkpoint.time >= c->checkpoint_max_age;
	return RC_OK;
}

/* -- who seals ------------------------------------------------------------------------- */

static struct audit_ca
ca_of(const struct home *home, struct arena *arena)
{
	struct cert *certs = arena_alloc(arena, (home->n_chain + 1) * sizeof(*certs));

	certs[0] = home->certificate;
	for (size_t i = 0; i < home->n_chain; i++)
		certs[i + 1] = home->chain[i];
	return (struct audit_ca){ .certs = certs, .n = home->n_chain + 1 };
}

static enum rc_status
certificate_read(struct home *home, struct arena *arena, struct cert *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT;
	const struct home_config *c = &home->config;
	struct audit_ca ca = ca_of(home, arena);

	if (c->checkpoint_key == NULL || c->checkpoint_certificate == NULL)
		return error_fail(err, RULE_CHECKPOINT_KEY,
		    "%s names no `key` and `certificate` under `checkpoint`", HOME_CONFIG);
	TRY(file_read(path_join(arena, home->dir, c->checkpoint_certificate), HOME_FILE_MAX,
	    &file, err));
	TRY_WHILE(err, cert_read_file(buf_bytes(&file), arena, ret, err),
	    "reading the ledger signer's certificate %s", c->checkpoint_certificate);
	return audit_signer_check(&ca, ret, err);
}

/* -- sealing --------------------------------------------------------------------------- */

struct sealing {
	struct home *home;
	struct arena *arena;
	struct cert certificate;
	struct pubkey *key;
	struct signer *signer;
	struct merkle tree;
	struct checkpoint checkpoint;
	struct buf text;
};

static void
sealing_clear(struct sealing *s)
{
	signer_close(s->signer);
	pubkey_free(s->key);
	buf_clear(&s->text);
}
DEFINE_SCOPED_VALUE(sealing_clear, struct sealing)

static void
text_make(struct sealing *s)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();

	sha256(pubkey_spki(s->home->key), s->checkpoint.ca_key);
	s->checkpoint.size = s->tree.size;
	merkle_root(&s->tree, h, s->checkpoint.root);
	s->checkpoint.time = clock_now(s->home->clock);
	checkpoint_put(&s->checkpoint, &s->text);
}

static enum rc_status
text_sign(struct sealing *s, struct seal *ret, struct error *err)
{
	SCOPED(permit_free) struct permit *permit = NULL;
	SCOPED(buf_clear) struct buf attributes = BUF_INIT;
	struct permit_issuer issuer = { .ledger = s->home->ledger, .signer = s->signer,
		.key = s->key };
	struct cms_terms terms = { .content = buf_bytes(&s->text), .signer = &s->certificate,
		.signing_time = s->checkpoint.time };
	struct entry entry = { .role = "checkpoint", .canonical = terms.content,
		.id = arena_printf(s->arena, "checkpoint/%" PRIu64, s->checkpoint.size) };
	struct permit_draft draft = { .kind = LEDGER_CHECKPOINT, .statement = &terms,
		.entry = &entry, .key = s->key };
	struct permit_result result;

	TRY(home_algorithm(s->key, NULL, false, &issuer.algorithm, err));
	terms.algorithm = issuer.algorithm;
	sha256(terms.content, entry.digest);
	sha256(bytes_of_text(entry.role), entry.profile_digest);
	cms_attributes_encode(&terms, &attributes);
	draft.tbs = buf_bytes(&attributes);
	TRY(permit_make(&issuer, &draft, &permit, err));
	TRY(permit_spend(permit, s->arena, &result, err));
	ret->cms = result.der;
	ret->ledger_id = permit_ledger_id(permit);
	return RC_OK;
}

static enum rc_status
witness_write(const struct sealing *s, struct bytes cms, struct error *err)
{
	const char *witness = s->home->config.witness;

	if (witness == NULL)
		return RC_OK;
	TRY_WHILE(err, file_replace(path_join(s->arena, s->home->dir, witness), FILE_PUBLIC, cms,
	    err), "writing the checkpoint to its witness; it is recorded, and written again by the "
	    "next `ledger checkpoint`");
	return RC_OK;
}

static enum rc_status
seal_new(struct sealing *s, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct seal *ret, struct error *err)
{
	struct signer_other other = { .uri = s->home->config.checkpoint_key,
		.module = s->home->config.checkpoint_module };

	TRY(certificate_read(s->home, s->arena, &s->certificate, err));
	TRY(pubkey_read(s->certificate.spki, &s->key, err));
	other.key = s->key;
	TRY_WHILE(err, signer_open_other(s->home, &other, ops, config, &s->signer, err),
	    "opening the key that seals the ledger");
	text_make(s);
	TRY(text_sign(s, ret, err));
	TRY(ledger_keep_tree(s->home->ledger, &s->tree, err));
	ret->checkpoint = s->checkpoint;
	ret->made = true;
	return RC_OK;
}

enum rc_status
seal_ledger(struct home *home, const struct rc_engine_ops *ops,
    const struct rc_engine_config *config, struct arena *arena, struct seal *ret,
    struct error *err)
{
	SCOPED(sealing_clear) struct sealing s = { .home = home, .arena = arena };
	struct seal seal = { .made = false };
	struct last last;

	TRY(last_find(home, arena, &last, err));
	TRY(ledger_tree(home->ledger, 0, &s.tree, err));
	if (last.id != 0 && s.tree.size <= last.checkpoint.size + OWN_EVENTS)
		seal = (struct seal){ .checkpoint = last.checkpoint, .cms = last.cms,
			.ledger_id = last.id };
	else
		TRY_WHILE(err, seal_new(&s, ops, config, &seal, err), "sealing the ledger");
	TRY(witness_write(&s, seal.cms, err));
	*ret = seal;
	return RC_OK;
}

/* -- the witness ------------------------------------------------------------------------- */

static enum rc_status
witness_absent(struct home *home, const char *path, struct arena *arena, struct error *err)
{
	struct last last;

	TRY(last_find(home, arena, &last, err));
	if (last.id == 0)
		return RC_OK;
	return error_fail(err, RULE_WITNESS_MISSING,
	    "'%s' is not there: whether this home is an older copy cannot be told", path);
}

static enum rc_status
witness_compare(struct home *home, const struct checkpoint *witness, const char *path,
    struct error *err)
{
	SCOPED(sha256_free) struct sha256 *h = sha256_new();
	uint8_t root[MERKLE_OCTETS];
	struct merkle tree;
	uint64_t events;
	int64_t time;

	TRY(ledger_last_event(home->ledger, &events, &time, err));
	if (events < witness->size)
		return error_fail(err, RULE_WITNESS_AHEAD,
		    "'%s' seals %" PRIu64 " events, this home has %" PRIu64
		    ": it is an older copy", path, witness->size, events);
	TRY(ledger_tree(home->ledger, witness->size, &tree, err));
	merkle_root(&tree, h, root);
	if (memcmp(root, witness->root, sizeof(root)) != 0)
		return error_fail(err, RULE_WITNESS_DIFFERS,
		    "'%s' seals other events than the first %" PRIu64 " of this home", path,
		    witness->size);
	return RC_OK;
}

enum rc_status
seal_check_witness(struct home *home, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf file = BUF_INIT;
	struct checkpoint witness;
	struct audit_ca ca;
	const char *path;

	if (home->config.witness == NULL)
		return RC_OK;
	path = path_join(arena, home->dir, home->config.witness);
	if (!file_exists(path))
		return witness_absent(home, path, arena, err);
	TRY(file_read(path, HOME_FILE_MAX, &file, err));
	ca = ca_of(home, arena);
	TRY_WHILE(err, audit_checkpoint_read(&ca, buf_bytes(&file), false, &witness, err),
	    "reading the witness %s", path);
	return witness_compare(home, &witness, path, err);
}
