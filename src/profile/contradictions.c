/*
 * What the parts of a role say against each other: key usage, purposes, basic
 * constraints, kinds of key; and what is said twice.
 */
#include "profile/catalog.h"

enum {
	RSA = KEY_RSA_2048 | KEY_RSA_3072 | KEY_RSA_4096 | KEY_RSA_8192,
	EC = KEY_EC_P256 | KEY_EC_P384 | KEY_EC_P521,
	SIGN = KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION,
	ENCIPHER = KU_KEY_ENCIPHERMENT | KU_DATA_ENCIPHERMENT,
	ONLY = KU_ENCIPHER_ONLY | KU_DECIPHER_ONLY,
};

static struct place
place_of(const struct compiler *c, const char *key)
{
	const struct setting *setting = flat_setting(c->flat, key);

	return setting != NULL ? setting->at : c->role->at;
}

static enum rc_status
contradiction(const struct compiler *c, const char *key, const char *sentence)
{
	return error_at(c->err, RULE_ROLE_CONTRADICTION, place_of(c, key), "%s", sentence);
}

/* Both texts that collide. */
static enum rc_status
collision(const struct compiler *c, const char *key, const char *other, const char *sentence)
{
	enum rc_status status = contradiction(c, key, sentence);

	if (flat_setting(c->flat, other) != NULL)
		error_also(c->err, place_of(c, other), "'%s' is set here", other);
	return status;
}

/* -- key usage and kinds of key ------------------------- */

/* What a bit means for a kind of key, whatever the certificate is for. */
static enum rc_status
check_key_kinds(const struct compiler *c)
{
	const struct role *role = c->role;
	const unsigned usages[] = { role->key_usage_rsa, role->key_usage_ec };
	enum rc_status first = RC_OK;

	if ((role->key_usage_ec & ENCIPHER) != 0)
		first = contradiction(c, "key_usage", "an EC key cannot encipher (RFC 8813, "
		    "section 3)");
	if ((role->key_usage_rsa & KU_KEY_AGREEMENT) != 0)
		KEEP_FIRST(first, contradiction(c, "key_usage",
		    "an RSA key cannot agree on keys (RFC 3279, 2.3.1)"));
	if ((role->key_algorithms & KEY_ED25519) != 0 &&
	    (role->key_usage_ec & KU_KEY_AGREEMENT) != 0)
		KEEP_FIRST(first, collision(c, "key_usage", "key",
		    "an Ed25519 key cannot agree on keys (RFC 8410, section 5)"));
	for (size_t i = 0; i < ARRAY_LEN(usages); i++)
		if ((usages[i] & ONLY) == ONLY ||
		    ((usages[i] & ONLY) != 0 && (usages[i] & KU_KEY_AGREEMENT) == 0))
			KEEP_FIRST(first, contradiction(c, "key_usage",
			    "encipherOnly or decipherOnly goes with keyAgreement, one of them "
			    "(RFC 5280, 4.2.1.3)"));
	return first;
}

/* RFC 5280 4.2.1.3: where the extension stands, a bit in it is set. */
static enum rc_status
check_some_usage(const struct compiler *c)
{
	const struct role *role = c->role;
	enum rc_status first = RC_OK;

	if ((role->key_algorithms & RSA) != 0 && role->key_usage_rsa == 0)
		first = collision(c, "key_usage", "key",
		    "RSA keys may be used, and no key usage is set for them (RFC 5280, 4.2.1.3)");
	if ((role->key_algorithms & (EC | KEY_ED25519)) != 0 && role->key_usage_ec == 0)
		KEEP_FIRST(first, collision(c, "key_usage", "key",
		    "EC keys may be used, and no key usage is set for them (RFC 5280, 4.2.1.3)"));
	return first;
}

/* -- purposes ------------------------- */

/* RFC 5280 4.2.1.12: one of these bits at least is consistent with the purpose. */
static const struct purpose {
	const char *word;
	unsigned usage;
	const char *sentence;
} purposes[] = {
	{ "serverAuth", KU_DIGITAL_SIGNATURE, "serverAuth without digitalSignature: no TLS 1.3 "
	    "handshake works (RFC 8446, 4.4.2.2)" },
	{ "clientAuth", KU_DIGITAL_SIGNATURE | KU_KEY_AGREEMENT,
	    "clientAuth without digitalSignature or keyAgreement (RFC 5280, 4.2.1.12)" },
	{ "codeSigning", KU_DIGITAL_SIGNATURE,
	    "codeSigning without digitalSignature (RFC 5280, 4.2.1.12)" },
	{ "emailProtection", SIGN | KU_KEY_ENCIPHERMENT | KU_KEY_AGREEMENT,
	    "emailProtection with a key that neither signs nor enciphers (RFC 5280, 4.2.1.12)" },
	{ "timeStamping", SIGN,
	    "timeStamping without digitalSignature or nonRepudiation (RFC 5280, 4.2.1.12)" },
	{ "OCSPSigning", SIGN,
	    "OCSPSigning without digitalSignature or nonRepudiation (RFC 5280, 4.2.1.12)" },
};

static enum rc_status
check_purpose(const struct compiler *c, const struct word_item *item)
{
	const struct role *role = c->role;
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(purposes); i++) {
		bool rsa = (role->key_algorithms & RSA) != 0 &&
		    (role->key_usage_rsa & purposes[i].usage) == 0;
		bool ec = (role->key_algorithms & ~(unsigned)RSA) != 0 &&
		    (role->key_usage_ec & purposes[i].usage) == 0;

		if (strcmp(item->word, eku_oid(purposes[i].word)) != 0 || (!rsa && !ec))
			continue;
		KEEP_FIRST(first, contradiction(c, "key_usage", purposes[i].sentence));
		error_also(c->err, item->at, "the purpose is set here");
	}
	return first;
}

/* RFC 3161 2.3: the certificate of a time-stamping authority has that purpose alone. */
static enum rc_status
check_time_stamping(const struct compiler *c)
{
	const struct role *role = c->role;
	const struct word_item *stamp = NULL, *other = NULL;

	for (size_t i = 0; i < role->n_eku; i++)
		if (strcmp(role->eku[i].word, eku_oid("timeStamping")) == 0)
			stamp = &role->eku[i];
		else
			other = &role->eku[i];
	if (stamp == NULL || other == NULL)
		return RC_OK;
	(void)error_at(c->err, RULE_ROLE_CONTRADICTION, stamp->at,
	    "timeStamping stands beside another purpose (RFC 3161, 2.3)");
	error_also(c->err, other->at, "the other purpose");
	return rule_status(RULE_ROLE_CONTRADICTION);
}

static enum rc_status
check_purposes(const struct compiler *c)
{
	const struct role *role = c->role;
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < role->n_eku && !role->ca; i++)
		KEEP_FIRST(first, check_purpose(c, &role->eku[i]));
	KEEP_FIRST(first, check_time_stamping(c));
	if (role->ca && role->n_eku != 0)
		KEEP_FIRST(first, collision(c, "extended_key_usage", "basic_constraints",
		    "a CA's certificate here has no extended key usage"));
	return first;
}

/* -- CAs and leaves ------------------------- */

static bool
has_required_parameter(const struct role *role)
{
	for (size_t i = 0; i < role->n_parameters; i++)
		if (role->parameters[i].fallback == NULL)
			return true;
	return false;
}

static enum rc_status
check_ca(const struct compiler *c)
{
	const struct role *role = c->role;
	const unsigned usage = role->key_usage_rsa | role->key_usage_ec;
	enum rc_status first = RC_OK;

	if (!role->ca && (usage & KU_KEY_CERT_SIGN) != 0)
		first = collision(c, "key_usage", "basic_constraints",
		    "keyCertSign without CA:TRUE (RFC 5280, 4.2.1.9)");
	if (!role->ca && (usage & KU_CRL_SIGN) != 0)
		KEEP_FIRST(first, collision(c, "key_usage", "basic_constraints",
		    "cRLSign without CA:TRUE: nobody but a CA signs revocation lists here"));
	if (role->ca && (usage & KU_KEY_CERT_SIGN) == 0)
		KEEP_FIRST(first, collision(c, "basic_constraints", "key_usage",
		    "CA:TRUE without keyCertSign: it could sign nothing (RFC 5280, 4.2.1.3)"));
	if (!role->ca && role->path_len >= 0)
		KEEP_FIRST(first, contradiction(c, "basic_constraints",
		    "a path length without CA:TRUE (RFC 5280, 4.2.1.9)"));
	if (role->self_signed && (!role->ca || role->per != PER_CA))
		KEEP_FIRST(first, contradiction(c, "self_signed",
		    "only a CA signs itself: self_signed goes with `per: ca` and CA:TRUE"));
	if (role->per == PER_CA && has_required_parameter(role))
		KEEP_FIRST(first, contradiction(c, "parameters", "no topology gives a value to the "
		    "parameter of a role per ca: it needs a default"));
	return first;
}

static enum rc_status
check_subject(const struct compiler *c)
{
	const struct role *role = c->role;

	if (role->has_subject && role->per == PER_CA)
		return contradiction(c, "subject",
		    "a role per ca names nobody: who makes the certificate gives its subject");
	if (!role->has_subject && role->n_names == 0 && role->per != PER_CA)
		return contradiction(c, "san",
		    "neither subject nor alternative names: it names nobody");
	return RC_OK;
}

/* -- said twice ------------------------- */

static const char *
when_text(const struct expr *when, struct arena *arena)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	if (when == NULL)
		return "";
	expr_print(when, &text);
	return arena_strdup(arena, buf_text(&text));
}

/* Without a condition, or with the same one, the first says all. */
static enum rc_status
check_words_once(const struct compiler *c, const struct word_item *items, size_t n)
{
	enum rc_status first = RC_OK;

	for (size_t i = 1; i < n; i++)
		for (size_t k = 0; k < i; k++) {
			if (strcmp(items[i].word, items[k].word) != 0 ||
			    (items[k].when != NULL && strcmp(when_text(items[i].when, c->arena),
			    when_text(items[k].when, c->arena)) != 0))
				continue;
			KEEP_FIRST(first, error_at(c->err, RULE_WORD_TWICE, items[i].at,
			    "'%s' stands twice", eku_word(items[i].word) != NULL
			    ? eku_word(items[i].word) : items[i].word));
			error_also(c->err, items[k].at, "first here");
			break;
		}
	return first;
}

static enum rc_status
check_names_once(const struct compiler *c, const struct name_item *items, size_t n)
{
	const char **texts = arena_alloc(c->arena, (n + 1) * sizeof(*texts));
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < n; i++) {
		SCOPED(buf_clear) struct buf text = BUF_INIT;

		KEEP_FIRST(first, check_names_once(c, items[i].items, items[i].n_items));
		if (items[i].kind != ITEM_NAME || items[i].when != NULL)
			continue;
		template_print(&items[i].text, &text);
		texts[i] = arena_strdup(c->arena, buf_text(&text));
		for (size_t k = 0; k < i; k++) {
			if (texts[k] == NULL || items[k].type != items[i].type ||
			    strcmp(texts[k], texts[i]) != 0)
				continue;
			KEEP_FIRST(first, error_at(c->err, RULE_NAME_TWICE, items[i].at,
			    "this name stands here already"));
			error_also(c->err, items[k].at, "first here");
			break;
		}
	}
	return first;
}

enum rc_status
check_contradictions(const struct compiler *c)
{
	static enum rc_status (*const checks[])(const struct compiler *) = {
		check_key_kinds, check_some_usage, check_purposes, check_ca, check_subject,
	};
	enum rc_status first = RC_OK;

	for (size_t i = 0; i < ARRAY_LEN(checks); i++)
		KEEP_FIRST(first, checks[i](c));
	KEEP_FIRST(first, check_words_once(c, c->role->eku, c->role->n_eku));
	KEEP_FIRST(first, check_words_once(c, c->role->assign, c->role->n_assign));
	KEEP_FIRST(first, check_names_once(c, c->role->names, c->role->n_names));
	return first;
}
