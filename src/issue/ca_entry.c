#include "issue/ca_entry.h"

#include "crypto/digest.h"

enum { CA_USAGE = KU_DIGITAL_SIGNATURE | KU_KEY_CERT_SIGN | KU_CRL_SIGN };

static const struct entry_ext root_exts[] = {
	{ .id = EXT_BASIC_CONSTRAINTS, .critical = true, .from = EXT_FROM_ENTRY },
	{ .id = EXT_KEY_USAGE, .critical = true, .from = EXT_FROM_KEY },
	{ .id = EXT_SUBJECT_KEY_IDENTIFIER, .from = EXT_FROM_KEY },
};

static const struct entry_ext issuing_exts[] = {
	{ .id = EXT_BASIC_CONSTRAINTS, .critical = true, .from = EXT_FROM_ENTRY },
	{ .id = EXT_KEY_USAGE, .critical = true, .from = EXT_FROM_KEY },
	{ .id = EXT_SUBJECT_KEY_IDENTIFIER, .from = EXT_FROM_KEY },
	{ .id = EXT_AUTHORITY_KEY_IDENTIFIER, .from = EXT_FROM_CA },
	{ .id = EXT_CRL_DISTRIBUTION_POINTS, .from = EXT_FROM_CA },
	{ .id = EXT_AUTHORITY_INFO_ACCESS, .from = EXT_FROM_CA },
};

static void
exts_make(const struct ca_entry_terms *terms, struct arena *arena, struct entry *entry)
{
	const struct entry_ext *from = terms->is_root ? root_exts : issuing_exts;
	size_t n = terms->is_root ? ARRAY_LEN(root_exts) : ARRAY_LEN(issuing_exts);

	entry->exts = arena_alloc(arena, n * sizeof(*from));
	memcpy(entry->exts, from, n * sizeof(*from));
	entry->n_exts = n;
	for (size_t i = 0; i < n; i++) {
		entry->exts[i].value.id = from[i].id;
		entry->exts[i].value.critical = from[i].critical;
	}
	entry->exts[0].value.u.basic.ca = true;
	entry->exts[0].value.u.basic.path_len = terms->path_len;
	entry->key_usage_rsa = CA_USAGE;
	entry->key_usage_ec = CA_USAGE;
}

static void
canonical_make(struct arena *arena, struct entry *entry, const struct ca_entry_terms *terms)
{
	const char *text = arena_printf(arena,
	    "role %s\nsubject %s\npath-length %d\nvalidity-days %u\n",
	    entry->role, entry->id + strlen(entry->role) + 1, terms->path_len,
	    terms->validity_days);

	entry->canonical = bytes_of_text(text);
	sha256(entry->canonical, entry->digest);
	sha256(bytes_of_text(entry->role), entry->profile_digest);
}

void
ca_entry_make(const struct ca_entry_terms *terms, struct arena *arena, struct entry *ret)
{
	struct buf subject = BUF_INIT;

	*ret = (struct entry){
		.role = terms->is_root ? "root-ca" : "issuing-ca",
		.title = terms->is_root ? "root certificate authority"
		                        : "issuing certificate authority",
		.role_file = "built in",
		.key_algorithms = KEY_RSA_2048 | KEY_RSA_3072 | KEY_RSA_4096 | KEY_RSA_8192 |
		    KEY_EC_P256 | KEY_EC_P384 | KEY_EC_P521,
		.validity_days = terms->validity_days,
	};
	for (size_t i = 0; i < DN_ATTRS; i++)
		if (terms->subject.attr[i] != NULL)
			ret->subject.attr[i] = arena_strdup(arena, terms->subject.attr[i]);
	dn_print(&ret->subject, &subject);
	ret->id = arena_printf(arena, "%s/%s", ret->role, buf_text(&subject));
	buf_clear(&subject);
	exts_make(terms, arena, ret);
	canonical_make(arena, ret, terms);
}

bool
ca_subject_is_stamped(const struct dn *subject)
{
	return subject->attr[DN_OU] != NULL && strcmp(subject->attr[DN_OU], CA_MEMORY_STAMP) == 0;
}
