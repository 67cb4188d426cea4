/*
 * entry.c - what the certificate of each kind of ceremony must hold.
 */
#include "crypto/digest.h"
#include "issue/ceremony/plan.h"

enum { DAY = 24 * 60 * 60, EXTS_MAX = 12 };
enum { SIGNER_USAGE = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION };

/* Those that serve a CA.  The ledger-signer and the officer sign statements (RFC 5652)
 * and have no extended key usage, since what verifies them asks for none; the OCSP
 * responder is RFC 6960 4.2.2.2. */
struct servant {
	const char *role, *title, *eku;
	bool nocheck;
	unsigned usage;
};

static const struct servant servants[CEREMONY_KINDS] = {
	[CEREMONY_LEDGER_SIGNER] = { "ledger-signer", "signer of a CA's checkpoints", NULL,
	    false, SIGNER_USAGE },
	[CEREMONY_OCSP_SIGNER] = { "ocsp-signer", "OCSP responder of a CA",
	    "1.3.6.1.5.5.7.3.9", true, KU_DIGITAL_SIGNATURE },
	[CEREMONY_OFFICER] = { "officer", "officer of a CA", NULL, false, SIGNER_USAGE },
};

static unsigned
days_of(const struct ceremony_file *file)
{
	return (unsigned)((file->not_after - file->not_before + 1) / DAY);
}

static struct ext_value *
ext_add(struct entry *entry, enum ext_id id, enum ext_source from, bool critical)
{
	struct entry_ext *ext = &entry->exts[entry->n_exts++];

	*ext = (struct entry_ext){ .id = id, .critical = critical, .from = from };
	ext->value.id = id;
	ext->value.critical = critical;
	return &ext->value;
}

static void
usage_add(const struct servant *role, const struct ceremony_file *file,
    struct arena *arena, struct entry *entry)
{
	struct ext_value *value;

	if (role->eku != NULL) {
		entry->eku = arena_alloc(arena, sizeof(*entry->eku));
		entry->eku[0] = role->eku;
		entry->n_eku = 1;
		value = ext_add(entry, EXT_EXTENDED_KEY_USAGE, EXT_FROM_ENTRY, false);
		value->u.oids.v = entry->eku;
		value->u.oids.n = entry->n_eku;
	}
	if (file->email != NULL) {
		entry->san = ARENA_NEW(arena, struct general_name);
		entry->san[0] = (struct general_name){ NAME_EMAIL, file->email };
		entry->n_san = 1;
		value = ext_add(entry, EXT_SUBJECT_ALT_NAME, EXT_FROM_ENTRY, false);
		value->u.names.v = entry->san;
		value->u.names.n = entry->n_san;
	}
}

/* In the order of emission. */
static void
exts_make(const struct servant *role, const struct ceremony_file *file, struct arena *arena,
    struct entry *entry)
{
	entry->exts = arena_alloc(arena, EXTS_MAX * sizeof(*entry->exts));
	(void)ext_add(entry, EXT_BASIC_CONSTRAINTS, EXT_FROM_ENTRY, true);
	entry->exts[0].value.u.basic.path_len = -1;
	(void)ext_add(entry, EXT_KEY_USAGE, EXT_FROM_KEY, true);
	usage_add(role, file, arena, entry);
	(void)ext_add(entry, EXT_SUBJECT_KEY_IDENTIFIER, EXT_FROM_KEY, false);
	(void)ext_add(entry, EXT_AUTHORITY_KEY_IDENTIFIER, EXT_FROM_CA, false);
	if (!role->nocheck)
		(void)ext_add(entry, EXT_CRL_DISTRIBUTION_POINTS, EXT_FROM_CA, false);
	(void)ext_add(entry, EXT_AUTHORITY_INFO_ACCESS, EXT_FROM_CA, false);
	if (role->nocheck)
		(void)ext_add(entry, EXT_OCSP_NOCHECK, EXT_FROM_ENTRY, false);
}

static void
servant_make(const struct servant *role, const struct ceremony_file *file,
    struct arena *arena, struct entry *ret)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT, text = BUF_INIT;

	*ret = (struct entry){
		.role = role->role, .title = role->title, .role_file = "built in",
		.subject = file->subject, .validity_days = days_of(file),
		.key_usage_rsa = role->usage, .key_usage_ec = role->usage,
		.key_algorithms = (1U << KEY_ALGORITHMS) - 1,
	};
	dn_print(&ret->subject, &subject);
	ret->id = arena_printf(arena, "%s/%s", role->role, buf_text(&subject));
	exts_make(role, file, arena, ret);
	buf_printf(&text, "role %s\nsubject %s\nvalidity-days %u\n", ret->role,
	    buf_text(&subject), ret->validity_days);
	if (file->email != NULL)
		buf_printf(&text, "email %s\n", file->email);
	ret->canonical = arena_bytes(arena, buf_bytes(&text));
	sha256(ret->canonical, ret->digest);
	sha256(bytes_of_text(ret->role), ret->profile_digest);
}

/* -- CAs, from their role texts ------------------------------------------------------------- */

static void
names_print(const char *word, const struct ceremony_names *names, struct buf *out)
{
	for (size_t i = 0; i < names->n; i++)
		buf_printf(out, "%s %s:%s\n", word, name_type_word(names->v[i].type),
		    names->v[i].value);
}

/* What the file says beyond the role is part of what the entry is the digest of. */
static void
canonical_add(const struct ceremony_file *file, struct arena *arena, struct entry *entry)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_put_bytes(&text, entry->canonical);
	names_print("permitted", &file->permitted, &text);
	names_print("excluded", &file->excluded, &text);
	entry->canonical = arena_bytes(arena, buf_bytes(&text));
	sha256(entry->canonical, entry->digest);
}

/* Into its place in the order of emission. */
static enum rc_status
names_add(const struct ceremony_file *file, struct arena *arena, struct entry *entry,
    struct error *err)
{
	const struct entry_ext *from = entry->exts;
	size_t n = entry->n_exts, i = 0;
	struct ext_value *value;

	if (file->permitted.n + file->excluded.n == 0)
		return RC_OK;
	entry->exts = arena_alloc(arena, (n + 1) * sizeof(*entry->exts));
	entry->n_exts = 0;
	for (; i < n && from[i].id < EXT_NAME_CONSTRAINTS; i++)
		entry->exts[entry->n_exts++] = from[i];
	if (i < n && from[i].id == EXT_NAME_CONSTRAINTS)
		return error_fail(err, RULE_CEREMONY_DIFFERS,
		    "the role %s constrains names already", entry->role);
	value = ext_add(entry, EXT_NAME_CONSTRAINTS, EXT_FROM_ENTRY, true);
	value->u.constraints.permitted = file->permitted.v;
	value->u.constraints.n_permitted = file->permitted.n;
	value->u.constraints.excluded = file->excluded.v;
	value->u.constraints.n_excluded = file->excluded.n;
	for (; i < n; i++)
		entry->exts[entry->n_exts++] = from[i];
	canonical_add(file, arena, entry);
	return RC_OK;
}

enum rc_status
ceremony_entry_make(const struct ceremony_file *file, const struct ceremony_facts *facts,
    struct arena *arena, struct plan **ret_plan, struct entry *ret, struct error *err)
{
	SCOPED(plan_free) struct plan *plan = NULL;
	struct ca_terms terms = {
		.subject = dn_is_empty(&file->subject) && facts->existing != NULL ?
		    facts->existing->subject_dn : file->subject,
		.path_len = file->has_path_len ? (int)file->path_len : CA_PATH_OF_ROLE,
		.validity_days = days_of(file),
	};
	struct entry entry;

	if (servants[file->kind].role != NULL) {
		servant_make(&servants[file->kind], file, arena, ret);
		*ret_plan = NULL;
		return RC_OK;
	}
	TRY(plan_ca(facts->issuer == NULL ? facts->roles->root : facts->roles->issuing, &terms,
	    &plan, err));
	entry = plan->entries[0];
	TRY(names_add(file, arena, &entry, err));
	*ret = entry;
	*ret_plan = TAKE(plan);
	return RC_OK;
}
