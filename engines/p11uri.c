#include "engines/p11uri.h"

#include <p11-kit/p11-kit.h>
#include <p11-kit/uri.h>
#include <stdio.h>
#include <stdlib.h>

struct p11uri {
	P11KitUri *uri;
	char *text;
};

/* RFC 7512 section 2.3.  p11-kit would take an unknown name of the query for one
 * of a vendor's, and leave it out. */
static const char *const known[] = {
	"token", "manufacturer", "serial", "model",
	"slot-id", "slot-description", "slot-manufacturer",
	"object", "id", "type",
	"library-manufacturer", "library-description", "library-version",
	"module-path", "module-name", "pin-source",
};
enum { NAMES_TOKEN = 7 };     /* so many of them, the first, say which token */

/* One `name=` of a URI: where it begins and how long the name is. */
struct part {
	const char *name;
	size_t n;
};

enum { PARTS_MAX = 64 };

static bool
part_is(struct part part, const char *name)
{
	return strlen(name) == part.n && strncasecmp(part.name, name, part.n) == 0;
}

/* The attributes of path and query, in order.  p11-kit skips white space in a
 * URI, and so do we. */
static size_t
split(const char *text, struct part parts[static PARTS_MAX])
{
	const char *p = strchr(text, ':');
	size_t n = 0;

	while (p != NULL && n < PARTS_MAX) {
		p += 1 + strspn(p + 1, " \t\r\n");
		parts[n] = (struct part){ .name = p, .n = strcspn(p, "=;&? \t\r\n") };
		if (parts[n].n != 0)
			n++;
		p = strpbrk(p, ";&?");
	}
	return n;
}

static enum rc_status
check_no_pin(const struct part *parts, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (part_is(parts[i], "pin-value"))
			return error_fail(err, RULE_URI_PIN_VALUE,
			    "the URI has a pin-value; a PIN never stands in an argument");
	return RC_OK;
}

static enum rc_status
check_once(const struct part *parts, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		for (size_t j = 0; j < i; j++)
			if (parts[i].n == parts[j].n &&
			    strncasecmp(parts[i].name, parts[j].name, parts[i].n) == 0)
				return error_fail(err, RULE_URI_DUPLICATE,
				    "'%.*s' stands twice in the URI", (int)parts[i].n,
				    parts[i].name);
	return RC_OK;
}

static size_t
known_index(struct part part)
{
	size_t i = 0;

	while (i < ARRAY_LEN(known) && !part_is(part, known[i]))
		i++;
	return i;
}

static enum rc_status
check_known(const struct part *parts, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++) {
		char name[32];
		const char *near;

		if (known_index(parts[i]) < ARRAY_LEN(known))
			continue;
		(void)snprintf(name, sizeof(name), "%.*s", (int)parts[i].n, parts[i].name);
		(void)error_fail(err, RULE_URI_UNRECOGNISED,
		    "'%s' is no attribute of a PKCS#11 URI", name);
		near = nearest_word(name, known, ARRAY_LEN(known));
		if (near != NULL)
			error_fix(err, "did you mean '%s'?", near);
		return rule_status(RULE_URI_UNRECOGNISED);
	}
	return RC_OK;
}

static enum rc_status
check_names_token(const struct part *parts, size_t n, struct error *err)
{
	for (size_t i = 0; i < n; i++)
		if (known_index(parts[i]) < NAMES_TOKEN)
			return RC_OK;
	return error_fail(err, RULE_URI_EMPTY, "the URI does not say which token is meant");
}

static enum rc_status
check_parts(const char *text, enum p11uri_use use, struct error *err)
{
	struct part parts[PARTS_MAX];
	size_t n = split(text, parts);

	if (n == PARTS_MAX)
		return error_fail(err, RULE_URI_SYNTAX, "the URI has too many attributes");
	TRY(check_no_pin(parts, n, err));
	TRY(check_known(parts, n, err));
	TRY(check_once(parts, n, err));
	if (use == P11URI_ONE_TOKEN)
		TRY(check_names_token(parts, n, err));
	return RC_OK;
}

enum rc_status
p11uri_parse(const char *text, enum p11uri_use use, struct p11uri **ret, struct error *err)
{
	SCOPED(p11uri_free) struct p11uri *uri = mem_zero(sizeof(*uri));
	int failed;

	if (strlen(text) > P11URI_MAX)
		return error_fail(err, RULE_URI_SYNTAX, "the URI is longer than %d octets",
		    P11URI_MAX);
	/* No message shows the text: whatever it is, a PIN may stand in it. */
	if (strncasecmp(text, "pkcs11:", 7) != 0)
		return error_fail(err, RULE_URI_SYNTAX, "a PKCS#11 URI begins with pkcs11:");
	TRY(check_parts(text, use, err));
	uri->text = mem_strdup(text);
	uri->uri = p11_kit_uri_new();
	if (uri->uri == NULL)
		mem_die();
	failed = p11_kit_uri_parse(text, P11_KIT_URI_FOR_ANY, uri->uri);
	if (failed != P11_KIT_URI_OK)
		return error_fail(err, RULE_URI_SYNTAX, "not a PKCS#11 URI: %s",
		    p11_kit_uri_message(failed));
	if (p11_kit_uri_any_unrecognized(uri->uri))
		return error_fail(err, RULE_URI_UNRECOGNISED,
		    "a value in the URI is too long for its attribute, or of no use to it");
	*ret = TAKE(uri);
	return RC_OK;
}

void
p11uri_free(struct p11uri *uri)
{
	if (uri == NULL)
		return;
	p11_kit_uri_free(uri->uri);
	free(uri->text);
	free(uri);
}

const char *
p11uri_text(const struct p11uri *uri)
{
	return uri->text;
}

const char *
p11uri_module_path(const struct p11uri *uri)
{
	return p11_kit_uri_get_module_path(uri->uri);
}

const char *
p11uri_module_name(const struct p11uri *uri)
{
	return p11_kit_uri_get_module_name(uri->uri);
}

const char *
p11uri_pin_source(const struct p11uri *uri)
{
	return p11_kit_uri_get_pin_source(uri->uri);
}

bool
p11uri_fits_module(const struct p11uri *uri, const CK_INFO *info)
{
	return p11_kit_uri_match_module_info(uri->uri, info) != 0;
}

bool
p11uri_fits_slot(const struct p11uri *uri, CK_SLOT_ID id, const CK_SLOT_INFO *info)
{
	CK_SLOT_ID want = p11_kit_uri_get_slot_id(uri->uri);

	if (want != (CK_SLOT_ID)-1 && want != id)
		return false;
	return p11_kit_uri_match_slot_info(uri->uri, info) != 0;
}

bool
p11uri_fits_token(const struct p11uri *uri, const CK_TOKEN_INFO *info)
{
	return p11_kit_uri_match_token_info(uri->uri, info) != 0;
}

static bool
attribute(const struct p11uri *uri, CK_ATTRIBUTE_TYPE type, struct bytes *ret)
{
	const CK_ATTRIBUTE *a = p11_kit_uri_get_attribute(uri->uri, type);

	if (a == NULL || a->pValue == NULL)
		return false;
	*ret = BYTES(a->pValue, a->ulValueLen);
	return true;
}

bool
p11uri_object(const struct p11uri *uri, struct bytes *ret)
{
	return attribute(uri, CKA_LABEL, ret);
}

bool
p11uri_id(const struct p11uri *uri, struct bytes *ret)
{
	return attribute(uri, CKA_ID, ret);
}

void
p11uri_put_token(struct buf *out, const CK_TOKEN_INFO *info)
{
	P11KitUri *uri = p11_kit_uri_new();
	char *text = NULL;

	if (uri == NULL)
		mem_die();
	*p11_kit_uri_get_token_info(uri) = *info;
	if (p11_kit_uri_format(uri, P11_KIT_URI_FOR_TOKEN, &text) == P11_KIT_URI_OK)
		buf_puts(out, text);
	free(text);
	p11_kit_uri_free(uri);
}
