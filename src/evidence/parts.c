#include "evidence/parts.h"

#include "check/lint.h"
#include "crypto/digest.h"
#include "crypto/pubkey.h"

#define APPROVALS "approvals/"

static const struct {
	const char *kind;                /* NULL: whichever                  */
	const char *field, *file;
} files[] = {
	{ "spoil", "signed", "spoiled.bin" },
	{ NULL, "signed", "certificate.der" },
	{ NULL, "tbs", "tbs.der" },
	{ NULL, "csr", "request.der" },
	{ NULL, "entry-digest", "entry.txt" },
	{ NULL, "profile-digest", "profile.txt" },
	{ NULL, "origin", "origin.txt" },
	{ NULL, "custody", "custody.txt" },
};

const char *
bundle_file_of(const struct event *e, size_t field, struct arena *arena)
{
	const char *name = e->kind->fields[field].name;

	for (size_t i = 0; i < ARRAY_LEN(files); i++)
		if (strcmp(files[i].field, name) == 0 &&
		    (files[i].kind == NULL || bundle_event_is(e, files[i].kind)))
			return files[i].file;
	if (bundle_is_decision(e) && strcmp(name, "statement") == 0)
		return arena_printf(arena, APPROVALS "%lld.cms", (long long)e->seq);
	return NULL;
}

static const struct {
	const char *folder, *suffix;
} attested[ATTEST_KINDS] = {
	[ATTEST_COSIGN] = { "cosignatures/", ".cms" },
	[ATTEST_TIMESTAMP] = { "timestamps/", ".tst" },
};

const char *
bundle_folder_of(enum attest_kind kind)
{
	return attested[kind].folder;
}

const char *
bundle_suffix_of(enum attest_kind kind)
{
	return attested[kind].suffix;
}

bool
bundle_is_digest(const struct event *e, size_t field)
{
	return e->kind->fields[field].form == EVENT_HEX && e->field[field].n == SHA256_OCTETS;
}

struct bytes
bundle_field(const struct event *e, const char *name)
{
	for (size_t i = 0; i < e->n && e->kind->fields[i].name != NULL; i++)
		if (strcmp(e->kind->fields[i].name, name) == 0)
			return e->field[i];
	return BYTES(NULL, 0);
}

/* -- approvals ------------------------------------------------------------------------ */

bool
bundle_event_is(const struct event *e, const char *kind)
{
	return strcmp(e->kind->word, kind) == 0;
}

bool
bundle_goes_by_policy(const struct event *e)
{
	static const char *const kinds[] = { "intent", "reserve", "begin", "request", "approve",
		"deny", "request-approved", "request-spent" };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (bundle_event_is(e, kinds[i]))
			return true;
	return false;
}

bool
bundle_is_decision(const struct event *e)
{
	return bundle_event_is(e, "approve") || bundle_event_is(e, "deny");
}

const char *
bundle_text_of(const struct event *e, struct arena *arena)
{
	return arena_printf(arena, APPROVALS "%lld.txt", (long long)e->seq);
}

static const char *
text_field(const struct event *e, const char *name, struct arena *arena)
{
	struct bytes field = bundle_field(e, name);

	return field.n != 0 ? arena_strndup(arena, (const char *)field.p, field.n) : NULL;
}

void
bundle_subject(const struct event *meant, const struct event *asked, struct bytes ca_key,
    struct arena *arena, struct approval_subject *ret)
{
	*ret = (struct approval_subject){
		.role = text_field(meant, "role", arena),
		.request = event_number(bundle_field(asked, "request")),
		.subject = bundle_field(asked, "subject"),
		.entry = bundle_field(meant, "entry-digest"),
		.key = bundle_field(meant, "key-digest"),
		.requester = text_field(asked, "requester", arena),
		.uid = event_number(bundle_field(asked, "uid")),
		.ca_key = ca_key, .policy = bundle_field(asked, "policy"),
		.expires = event_number(bundle_field(asked, "expires")),
	};
}

const char *
bundle_reason(const struct event *e, struct arena *arena)
{
	struct bytes reason = bundle_field(e, "reason");

	return bundle_event_is(e, "deny")
	    ? arena_strndup(arena, (const char *)reason.p, reason.n) : NULL;
}

/* -- the lint ------------------------------------------------------------------------- */

static bool
is_self_signed(const struct cert *cert, const struct cert *ca)
{
	return bytes_equal(cert->spki, ca->spki) && bytes_equal(cert->issuer, cert->subject);
}

void
bundle_lint(const struct cert *cert, const struct cert *ca, const struct entry *entry,
    struct error *findings)
{
	SCOPED(pubkey_free) struct pubkey *key = NULL;
	struct lint_context context = { .algorithm = cert->algorithm, .serial = cert->serial,
		.issuer = is_self_signed(cert, ca) ? NULL : ca, .entry = entry };

	if (pubkey_read(cert->spki, &key, findings) != RC_OK)
		return;
	context.key = key;
	if (lint_certificate(cert->tbs, &context, findings) != RC_OK)
		return;          /* what it found stands in findings */
}
