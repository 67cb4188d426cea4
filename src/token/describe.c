#include "token/describe.h"

#include "base/escape.h"

#define ROW(name, field) { name, offsetof(struct rc_facts, field) }

const struct describe_row describe_rows[] = {
	ROW("CKA_SENSITIVE", sensitive), ROW("CKA_EXTRACTABLE", extractable),
	ROW("CKA_ALWAYS_SENSITIVE", always_sensitive),
	ROW("CKA_NEVER_EXTRACTABLE", never_extractable),
	ROW("CKA_LOCAL", local), ROW("CKA_PRIVATE", is_private), ROW("CKA_SIGN", sign),
	ROW("CKA_DECRYPT", decrypt), ROW("CKA_UNWRAP", unwrap), ROW("CKA_DERIVE", derive),
	ROW("CKA_SIGN_RECOVER", sign_recover), ROW("CKA_MODIFIABLE", modifiable),
	ROW("CKA_COPYABLE", copyable), ROW("CKA_WRAP_WITH_TRUSTED", wrap_with_trusted),
	ROW("CKA_ALWAYS_AUTHENTICATE", always_authenticate),
};
const size_t describe_n_rows = ARRAY_LEN(describe_rows);

const struct describe_sum describe_sums[] = {
	{ "secret-readable", offsetof(struct rc_facts, secret_readable), RC_PROBE_READ },
	{ "wrappable", offsetof(struct rc_facts, wrappable), RC_PROBE_WRAP },
	{ "copyable-weaker", offsetof(struct rc_facts, copyable_weaker), RC_PROBE_COPY },
	{ "twin-changeable", offsetof(struct rc_facts, twin_changeable), RC_PROBE_SET },
};
const size_t describe_n_sums = ARRAY_LEN(describe_sums);

/* -- words ------------------------------------------------------------------------- */

const char *
describe_fact(enum rc_fact fact)
{
	static const char *const words[] = { "unknown", "false", "true" };

	return words[fact];
}

const char *
describe_kind(enum rc_probe_kind kind)
{
	static const char *const words[] = { "read", "wrap", "copy", "set" };

	return words[kind];
}

const char *
describe_done(enum rc_fact done)
{
	static const char *const words[] = { "unknown", "refused", "done" };

	return words[done];
}

enum rc_fact
describe_get(const struct rc_facts *facts, size_t at)
{
	enum rc_fact fact;

	memcpy(&fact, (const char *)facts + at, sizeof(fact));
	return fact;
}

void
describe_set(struct rc_facts *facts, size_t at, enum rc_fact fact)
{
	memcpy((char *)facts + at, &fact, sizeof(fact));
}

/* -- lines -------------------------------------------------------------------------- */

static void
put_text(struct buf *out, const char *name, const char *text)
{
	buf_printf(out, "%s ", name);
	put_foreign_text(out, text);
	buf_putc(out, '\n');
}

void
describe_names(const struct rc_facts *f, struct buf *out)
{
	put_text(out, "token.label", f->token.label);
	put_text(out, "token.manufacturer", f->token.manufacturer);
	put_text(out, "token.model", f->token.model);
	put_text(out, "token.serial", f->token.serial);
	put_text(out, "token.firmware", f->token.firmware);
	put_text(out, "token.hardware", f->token.hardware);
	buf_printf(out, "token.flags 0x%04lx\n", f->token.flags & TOKEN_FLAGS_STABLE);
	put_text(out, "key.label", f->label);
	buf_puts(out, "key.id ");
	buf_put_hex(out, BYTES(f->id, f->id_len));
	buf_putc(out, '\n');
}

void
describe_attributes(const struct rc_facts *f, struct buf *out)
{
	buf_printf(out, "CKA_KEY_TYPE 0x%lx\n", f->key_type);
	for (size_t i = 0; i < describe_n_rows; i++)
		buf_printf(out, "%s %s\n", describe_rows[i].name,
		    describe_fact(describe_get(f, describe_rows[i].at)));
	if (f->keygen_known == RC_TRUE)
		buf_printf(out, "CKA_KEY_GEN_MECHANISM 0x%08lx\n", f->keygen_mechanism);
	else
		buf_printf(out, "CKA_KEY_GEN_MECHANISM %s\n",
		    f->keygen_known == RC_FALSE ? "unavailable" : "unknown");
	buf_printf(out, "keys-with-this-id %u\n", f->keys_with_this_id);
	buf_printf(out, "public-key-matches %s\n", f->public_key_matches ? "true" : "false");
}

void
describe_mechanisms(const struct rc_facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->n_mechanisms; i++)
		buf_printf(out, "mechanism 0x%08lx %s\n", f->mechanism[i].type,
		    f->mechanism[i].name != NULL ? f->mechanism[i].name : "-");
}

void
describe_probes(const struct rc_facts *f, struct buf *out)
{
	for (size_t i = 0; i < f->n_probes; i++) {
		const struct rc_probe *probe = &f->probe[i];

		buf_printf(out, "probe %s %s %s ", describe_kind(probe->kind), probe->name,
		    describe_done(probe->done));
		put_foreign_text(out, probe->answer);
		buf_putc(out, '\n');
	}
	for (size_t i = 0; i < describe_n_sums; i++)
		buf_printf(out, "%s %s\n", describe_sums[i].name,
		    describe_fact(describe_get(f, describe_sums[i].at)));
	buf_printf(out, "not-enforced %s\n", describe_fact(f->not_enforced));
}
