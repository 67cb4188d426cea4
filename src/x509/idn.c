#include "x509/idn.h"

#include <idn2.h>
#include <stdlib.h>
#include <strings.h>

/* There and back (RFC 5891 5.3): what is valid comes back as it was. */
static bool
comes_back(const char *label)
{
	char *unicode = NULL, *again = NULL;
	bool same = idn2_to_unicode_8z8z(label, &unicode, 0) == IDN2_OK &&
	    strcasecmp(unicode, label) != 0 &&
	    idn2_to_ascii_8z(unicode, &again, IDN2_NONTRANSITIONAL) == IDN2_OK &&
	    strcasecmp(again, label) == 0;

	idn2_free(unicode);
	idn2_free(again);
	return same;
}

bool
idn_is_sound(const char *label, size_t n)
{
	SCOPED(arena_free) struct arena *arena = NULL;

	if (n < 4 || strncasecmp(label, "xn--", 4) != 0)
		return true;
	arena = arena_new();
	return comes_back(arena_strndup(arena, label, n));
}

const char *
idn_to_ascii(const char *utf8, struct arena *arena, const char **ret_why)
{
	const char *ascii;
	char *made = NULL;
	int rc = idn2_to_ascii_8z(utf8, &made, IDN2_NONTRANSITIONAL | IDN2_NFC_INPUT);

	if (rc != IDN2_OK) {
		*ret_why = idn2_strerror(rc);
		return NULL;
	}
	ascii = arena_strdup(arena, made);
	idn2_free(made);
	return ascii;
}
