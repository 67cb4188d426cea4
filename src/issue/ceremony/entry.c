/*
 * entry.c - what the certificate of each kind of ceremony must hold.
 */
#include "crypto/digest.h"
#include "issue/ceremony/plan.h"

enum { DAY = 24 * 60 * 60, EXTS_MAX = 12 };
enum {
	CA_USAGE = KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN | KU_CRL_SIGN,
	SIGNER_USAGE = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
};

/* Of CAs: RFC 5280 4.2.1.  Of those that serve one: the ledger-signer and the officer
 * sign statements (RFC 5652) and have no extended key usage, since what verifies them
 * asks for none; the OCSP responder is RFC 6960 4.2.2.2. */
struct ceremony_role {
	const char *role, *title, *eku;
	bool ca, nocheck;
	unsigned usage;
};

static const struct ceremony_role root = {
	"root-ca", "root certificate authority", NULL, true, false, CA_USAGE };
static const struct ceremony_role issuing = {
	"issuing-ca", "issuing certificate authority", NULL, true, false, CA_USAGE };
static const struct ceremony_role roles[CEREMONY_KINDS] = {
	[CEREMONY_CROSS] = { "cross-ca", "cross-certified certificate authority", NULL, true,
	    false, CA_USAGE },
	[CEREMONY_LEDGER_SIGNER] = { "ledger-signer", "signer of a CA's checkpoints", NULL,
	    false, false, SIGNER_USAGE },
	[CEREMONY_OCSP_SIGNER] = { "ocsp-signer", "OCSP responder of a CA",
	    "1.3.6.1.5.5.7.3.9", false, true, KU_DIGITAL_SIGNATURE },
	[CEREMONY_OFFICER] = { "officer", "officer of a CA", NULL, false, false, SIGNER_USAGE },
};

static const struct ceremony_role *
role_of(const struct ceremony_file *file, const struct ceremony_facts *facts)
{
	if (facts->issuer == NULL)
		return &root;
	if (file->kind == CEREMONY_ISSUING || file->kind == CEREMONY_RENEW)
		return &issuing;
	return &roles[file->kind];
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
names_add(const struct ceremony_file *file, struct entry *entry)
{
	struct ext_value *value;

	if (file->permitted.n + file->excluded.n == 0)
		return;
	value = ext_add(entry, EXT_NAME_CONSTRAINTS, EXT_FROM_ENTRY, true);
	value->u.constraints.permitted = file->permitted.v;
	value->u.constraints.n_permitted = file->permitted.n;
	value->u.constraints.excluded = file->excluded.v;
	value->u.constraints.n_excluded = file->excluded.n;
}

static void
usage_add(const struct ceremony_role *role, const struct ceremony_file *file,
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
exts_make(const struct ceremony_role *role, const struct ceremony_file *file,
    bool signs_itself, struct arena *arena, struct entry *entry)
{
	struct ext_value *basic;

	entry->exts = arena_alloc(arena, EXTS_MAX * sizeof(*entry->exts));
	basic = ext_add(entry, EXT_BASIC_CONSTRAINTS, EXT_FROM_ENTRY, true);
	basic->u.basic.ca = role->ca;
	basic->u.basic.path_len = role->ca && file->has_path_len ? (int)file->path_len : -1;
	(void)ext_add(entry, EXT_KEY_USAGE, EXT_FROM_KEY, true);
	usage_add(role, file, arena, entry);
	(void)ext_add(entry, EXT_SUBJECT_KEY_IDENTIFIER, EXT_FROM_KEY, false);
	if (!signs_itself)
		(void)ext_add(entry, EXT_AUTHORITY_KEY_IDENTIFIER, EXT_FROM_CA, false);
	names_add(file, entry);
	if (!signs_itself && !role->nocheck)
		(void)ext_add(entry, EXT_CRL_DISTRIBUTION_POINTS, EXT_FROM_CA, false);
	if (!signs_itself)
		(void)ext_add(entry, EXT_AUTHORITY_INFO_ACCESS, EXT_FROM_CA, false);
	if (role->nocheck)
		(void)ext_add(entry, EXT_OCSP_NOCHECK, EXT_FROM_ENTRY, false);
}

static void
names_print(const char *word, const struct ceremony_names *names, struct buf *out)
{
	for (size_t i = 0; i < names->n; i++)
		buf_printf(out, "%s %s:%s\n", word, name_type_word(names->v[i].type),
		    names->v[i].value);
}

static void
canonical_make(const struct ceremony_file *file, struct arena *arena, struct entry *entry)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	buf_printf(&text, "role %s\nsubject %s\npath-length %d\nvalidity-days %u\n", entry->role,
	    entry->id + strlen(entry->role) + 1, entry->exts[0].value.u.basic.path_len,
	    entry->validity_days);
	names_print("permitted", &file->permitted, &text);
	names_print("excluded", &file->excluded, &text);
	if (file->email != NULL)
		buf_printf(&text, "email %s\n", file->email);
	entry->canonical = arena_bytes(arena, buf_bytes(&text));
	sha256(entry->canonical, entry->digest);
	sha256(bytes_of_text(entry->role), entry->profile_digest);
}

void
ceremony_entry_make(const struct ceremony_file *file, const struct ceremony_facts *facts,
    struct arena *arena, struct entry *ret)
{
	SCOPED(buf_clear) struct buf subject = BUF_INIT;
	const struct ceremony_role *role = role_of(file, facts);

	*ret = (struct entry){
		.role = role->role, .title = role->title, .role_file = "built in",
		.subject = dn_is_empty(&file->subject) && facts->existing != NULL ?
		    facts->existing->subject_dn : file->subject,
		.key_usage_rsa = role->usage, .key_usage_ec = role->usage,
		.key_algorithms = (1U << KEY_ALGORITHMS) - 1,
		.validity_days = (unsigned)((file->not_after - file->not_before + 1) / DAY),
	};
	dn_print(&ret->subject, &subject);
	ret->id = arena_printf(arena, "%s/%s", role->role, buf_text(&subject));
	exts_make(role, file, facts->issuer == NULL, arena, ret);
	canonical_make(file, arena, ret);
}
