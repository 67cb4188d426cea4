#include "ledger/approval.h"

#include <stdlib.h>

#include "base/escape.h"
#include "base/hex.h"
#include "os/clock.h"
#include "token/record.h"

#define WORD_RULE "approval"
#define WORD_OFFICERS "officers"
#define NOBODY "none"
#define DIGEST_WORD "sha256:"

enum { DIGEST_TEXT = sizeof(DIGEST_WORD) - 1 + 2 * SHA256_OCTETS };

bool
approval_name_is_good(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > APPROVAL_NAME_MAX || name[0] == ' ' || name[n - 1] == ' ')
		return false;
	for (const char *s = name; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f || *s == ',' || *s == '\\')
			return false;
	return strcmp(name, NOBODY) != 0;
}

/* -- writing the lines ---------------------------------------------------------------- */

static void
put_rule(const struct approval_policy *policy, const struct approval_rule *rule,
    struct buf *out)
{
	buf_printf(out, "%s%s%s ", WORD_RULE, rule->role != NULL ? "." : "",
	    rule->role != NULL ? rule->role : "");
	if (rule->need == 0) {
		buf_puts(out, "automatic\n");
		return;
	}
	buf_printf(out, "need %u expires %lld of ", rule->need, (long long)rule->expires);
	for (size_t i = 0; i < rule->n_of; i++)
		buf_printf(out, "%s%s", i != 0 ? ", " : "", policy->officers[rule->of[i]].name);
	buf_putc(out, '\n');
}

static void
put_officer(const struct approval_officer *officer, struct buf *out)
{
	buf_printf(out, "%s %s", officer->name, DIGEST_WORD);
	buf_put_hex(out, BYTES(officer->key, sizeof(officer->key)));
	if (officer->uid == APPROVAL_NO_UID)
		buf_puts(out, " uid " NOBODY);
	else
		buf_printf(out, " uid %lld", (long long)officer->uid);
}

void
approval_policy_put(const struct approval_policy *policy, struct buf *out)
{
	if (policy->n_rules == 0)
		buf_puts(out, WORD_RULE " automatic\n");
	else
		put_rule(policy, &policy->rules[0], out);
	buf_puts(out, WORD_OFFICERS " ");
	for (size_t i = 0; i < policy->n_officers; i++) {
		buf_puts(out, i != 0 ? ", " : "");
		put_officer(&policy->officers[i], out);
	}
	buf_puts(out, policy->n_officers == 0 ? NOBODY "\n" : "\n");
	for (size_t i = 1; i < policy->n_rules; i++)
		put_rule(policy, &policy->rules[i], out);
}

/* -- reading them ---------------------------------------------------------------------- */

struct reading {
	struct arena *arena;
	struct approval_policy *policy;
};

/* What follows `word` in *s; *s stands behind it then. */
static bool
word_take(const char **s, const char *word)
{
	size_t n = strlen(word);

	if (strncmp(*s, word, n) != 0)
		return false;
	*s += n;
	return true;
}

static bool
number_take(const char **s, int64_t *ret)
{
	char *end;

	if (**s < '0' || **s > '9' || strspn(*s, "0123456789") > 15)
		return false;
	*ret = strtoll(*s, &end, 10);
	*s = end;
	return true;
}

/* The next of a list with commas, in the arena; *s stands at the one behind it. */
static char *
item_take(struct arena *arena, const char **s)
{
	const char *comma = strstr(*s, ", ");
	size_t n = comma != NULL ? (size_t)(comma - *s) : strlen(*s);
	char *item = arena_strndup(arena, *s, n);

	*s += comma != NULL ? n + 2 : n;
	return item;
}

/* "NAME sha256:HEX uid N" */
static bool
officer_read(char *text, struct approval_officer *ret)
{
	size_t name;
	char *uid = NULL;
	const char *s;

	for (char *at = strstr(text, " uid "); at != NULL; at = strstr(at + 1, " uid "))
		uid = at;
	if (uid == NULL || (size_t)(uid - text) < DIGEST_TEXT + 2)
		return false;
	name = (size_t)(uid - text) - DIGEST_TEXT - 1;
	s = text + name;
	uid[0] = '\0';
	if (!word_take(&s, " " DIGEST_WORD) || !hex_read(s, ret->key, sizeof(ret->key)))
		return false;
	s = uid + 5;
	ret->uid = APPROVAL_NO_UID;
	if (!word_take(&s, NOBODY) && !number_take(&s, &ret->uid))
		return false;
	text[name] = '\0';
	ret->name = text;
	return *s == '\0' && approval_name_is_good(text);
}

static bool
officers_read(struct reading *r, const char *s)
{
	VEC(struct approval_officer) officers = { .n = 0 };

	while (*s != '\0' && strcmp(s, NOBODY) != 0) {
		if (officers.n == APPROVAL_OFFICERS_MAX ||
		    !officer_read(item_take(r->arena, &s), VEC_PUSH(r->arena, &officers)))
			return false;
	}
	r->policy->officers = officers.v;
	r->policy->n_officers = officers.n;
	return true;
}

static bool
rule_officers_read(struct reading *r, const char *s, struct approval_rule *ret)
{
	const struct approval_policy *policy = r->policy;

	while (*s != '\0') {
		const char *name = item_take(r->arena, &s);
		size_t i = 0;

		while (i < policy->n_officers && strcmp(policy->officers[i].name, name) != 0)
			i++;
		if (i == policy->n_officers || ret->n_of == APPROVAL_OFFICERS_MAX)
			return false;
		ret->of[ret->n_of++] = i;
	}
	return ret->n_of >= ret->need;
}

/* "automatic", "need N expires SECONDS of NAME, NAME" */
static bool
rule_read(struct reading *r, const char *s, struct approval_rule *ret)
{
	int64_t need = 0;

	if (strcmp(s, "automatic") == 0)
		return true;
	if (!word_take(&s, "need ") || !number_take(&s, &need) || need < 1 ||
	    need > APPROVAL_OFFICERS_MAX || !word_take(&s, " expires ") ||
	    !number_take(&s, &ret->expires) || ret->expires < 1 || !word_take(&s, " of "))
		return false;
	ret->need = (unsigned)need;
	return rule_officers_read(r, s, ret);
}

static bool
rules_read(struct reading *r, const struct record *lines)
{
	VEC(struct approval_rule) rules = { .n = 0 };
	const char *first = record_find(lines, WORD_RULE);

	if (!rule_read(r, first != NULL ? first : "automatic", VEC_PUSH(r->arena, &rules)))
		return false;
	for (size_t i = 0; i < lines->lines.n; i++) {
		const char *role = lines->lines.v[i].word;
		struct approval_rule *rule;

		if (!word_take(&role, WORD_RULE "."))
			continue;
		if (*role == '\0' || rules.n == APPROVAL_RULES_MAX)
			return false;
		rule = VEC_PUSH(r->arena, &rules);
		rule->role = role;
		if (!rule_read(r, lines->lines.v[i].value, rule))
			return false;
	}
	r->policy->rules = rules.v;
	r->policy->n_rules = rules.n;
	return true;
}

/* Where the pin record begins, or the end. */
static size_t
policy_size(struct bytes text)
{
	static const char record[] = "\n" RECORD_HEAD "\n";
	const uint8_t *at = text.n != 0 ? memmem(text.p, text.n, record, sizeof(record) - 1) : NULL;

	return at != NULL ? (size_t)(at - text.p) + 1 : text.n;
}

enum rc_status
approval_policy_read(const char *text, struct arena *arena, struct approval_policy *ret,
    struct error *err)
{
	struct approval_policy policy = { .n_rules = 0 };
	struct reading r = { .arena = arena, .policy = &policy };
	struct record lines;
	const char *officers;

	record_read(arena_strndup(arena, text, policy_size(bytes_of_text(text))), arena, &lines);
	officers = record_find(&lines, WORD_OFFICERS);
	if ((officers != NULL && !officers_read(&r, officers)) || !rules_read(&r, &lines))
		return error_fail(err, RULE_LOG_DOCUMENT,
		    "what the policy says of approvals cannot be read");
	*ret = policy;
	return RC_OK;
}

void
approval_policy_digest(struct bytes text, uint8_t ret[SHA256_OCTETS])
{
	sha256(BYTES(text.p, policy_size(text)), ret);
}

/* -- questions --------------------------------------------------------------------------- */

const struct approval_rule *
approval_rule_of(const struct approval_policy *policy, const char *role)
{
	static const struct approval_rule automatic = { .need = 0 };

	for (size_t i = 1; role != NULL && i < policy->n_rules; i++)
		if (strcmp(policy->rules[i].role, role) == 0)
			return &policy->rules[i];
	return policy->n_rules != 0 ? &policy->rules[0] : &automatic;
}

bool
approval_is_needed(const struct approval_policy *policy)
{
	for (size_t i = 0; i < policy->n_rules; i++)
		if (policy->rules[i].need != 0)
			return true;
	return false;
}

static void
put_digest(struct buf *out, const char *word, struct bytes digest)
{
	buf_printf(out, "%s ", word);
	if (digest.n != 0)
		buf_put_hex(out, digest);
	else
		buf_putc(out, '-');
	buf_putc(out, '\n');
}

static void
put_requester(struct buf *out, const struct approval_subject *subject)
{
	if (subject->uid == APPROVAL_NO_UID)
		buf_puts(out, "requester - ");
	else
		buf_printf(out, "requester %lld ", (long long)subject->uid);
	put_foreign_text(out, subject->requester != NULL ? subject->requester : "-");
	buf_putc(out, '\n');
}

void
approval_text_put(const struct approval_subject *subject, const char *reason, struct buf *out)
{
	buf_printf(out, "rolecert approval v1\ndecision %s\nrequest %lld\n",
	    reason == NULL ? "approve" : "deny", (long long)subject->request);
	put_digest(out, subject->is_policy ? "new-policy" : "tbs", subject->subject);
	if (!subject->is_policy)
		put_digest(out, "entry", subject->entry);
	put_requester(out, subject);
	put_digest(out, "ca-key", subject->ca_key);
	put_digest(out, "policy", subject->policy);
	buf_puts(out, "expires ");
	clock_put(out, subject->expires);
	buf_putc(out, '\n');
	if (reason == NULL)
		return;
	buf_puts(out, "reason ");
	put_foreign_text(out, reason);
	buf_putc(out, '\n');
}

static const struct approval_officer *
rule_officer(const struct approval_policy *policy, const struct approval_rule *rule,
    struct bytes key)
{
	for (size_t i = 0; i < rule->n_of; i++) {
		const struct approval_officer *officer = &policy->officers[rule->of[i]];

		if (bytes_equal(key, BYTES(officer->key, sizeof(officer->key))))
			return officer;
	}
	return NULL;
}

const struct approval_officer *
approval_officer_for(const struct approval_policy *policy,
    const struct approval_subject *subject, struct bytes key)
{
	const struct approval_officer *officer = NULL;

	if (!subject->is_policy)
		return rule_officer(policy, approval_rule_of(policy, subject->role), key);
	for (size_t i = 0; i < policy->n_rules && officer == NULL; i++)
		officer = rule_officer(policy, &policy->rules[i], key);
	return officer;
}

bool
approval_is_own(const struct approval_officer *officer, const struct approval_subject *subject)
{
	if (bytes_equal(subject->key, BYTES(officer->key, sizeof(officer->key))))
		return true;
	if (officer->uid != APPROVAL_NO_UID && officer->uid == subject->uid)
		return true;
	return subject->requester != NULL && strcasecmp(officer->name, subject->requester) == 0;
}

bool
approval_is_among(struct bytes key, const struct bytes *keys, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (bytes_equal(key, keys[i]))
			return true;
	return false;
}

unsigned
approval_count(const struct approval_policy *policy, const struct approval_rule *rule,
    const struct approval_subject *subject, const struct bytes *keys, size_t n)
{
	unsigned count = 0;

	for (size_t i = 0; i < n; i++) {
		const struct approval_officer *officer = rule_officer(policy, rule, keys[i]);

		count += officer != NULL && !approval_is_own(officer, subject) &&
		    !approval_is_among(keys[i], keys, i);
	}
	return count;
}

bool
approval_suffices(const struct approval_policy *policy, const struct approval_subject *subject,
    const struct bytes *keys, size_t n)
{
	const struct approval_rule *rule = approval_rule_of(policy, subject->role);

	if (!subject->is_policy)
		return approval_count(policy, rule, subject, keys, n) >= rule->need;
	for (size_t i = 0; i < policy->n_rules; i++)
		if (approval_count(policy, &policy->rules[i], subject, keys, n) <
		    policy->rules[i].need)
			return false;
	return true;
}
