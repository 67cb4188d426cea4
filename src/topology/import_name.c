#include "topology/import_name.h"

#include <stdlib.h>
#include <strings.h>

enum { LABEL_MAX = 63, NAME_MAX_LENGTH = 253 };

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char digits[] = "0123456789";
static const char name_characters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.";

static const char *
label_problem(const char *label, size_t n)
{
	if (n == 0)
		return "has an empty label";
	if (n > LABEL_MAX)
		return "has a label of more than 63 characters";
	if (label[0] == '-' || label[n - 1] == '-')
		return "has a label that begins or ends with a hyphen";
	return NULL;
}

const char *
import_name_problem(const char *name)
{
	const char *label = name, *problem;
	size_t n;

	if (*name == '\0')
		return "is empty";
	if (strlen(name) > NAME_MAX_LENGTH)
		return "has more than 253 characters";
	if (strchr(name, '$') != NULL)
		return "is a placeholder";
	if (name[strspn(name, name_characters)] != '\0')
		return "holds a character that is no letter, digit or hyphen";
	if (strchr(name, '.') == NULL)
		return "is a short name";
	for (;; label += n + 1) {
		n = strcspn(label, ".");
		problem = label_problem(label, n);
		if (problem != NULL)
			return problem;
		if (label[n] == '\0')
			break;
	}
	return strspn(label, digits) == n ? "is an address or ends in a number" : NULL;
}

/* A URL in its parts; the texts point into it. */
struct url {
	bool secure;
	struct bytes host, port;         /* port without its colon                 */
	const char *rest;                /* path, query, fragment                  */
};

static bool
url_split(const char *text, struct url *ret)
{
	struct url url = { .secure = strncasecmp(text, "https://", 8) == 0 };
	const char *host = text + (url.secure ? 8 : 7);
	size_t n;

	if (!url.secure && strncasecmp(text, "http://", 7) != 0)
		return false;
	n = strcspn(host, ":/?#@\\");
	url.host = BYTES(host, n);
	url.rest = host + n;
	if (*url.rest == ':') {
		n = strspn(url.rest + 1, digits);
		url.port = BYTES(url.rest + 1, n);
		url.rest += 1 + n;
	}
	*ret = url;
	return *url.rest == '\0' || strchr("/?#", *url.rest) != NULL;
}

const char *
import_url_host(struct arena *a, const char *text)
{
	struct url url;

	if (!url_split(text, &url))
		return NULL;
	return arena_strndup(a, (const char *)url.host.p, url.host.n);
}

static const char *
url_problem(const struct url *url, const char *host)
{
	if (!url->secure)
		return "is no https URL";
	if (url->port.n != 0 && !bytes_equal(url->port, bytes_of_text("443")))
		return "names a port";
	return import_name_problem(host) != NULL ? "has a host that a topology may not hold" : NULL;
}

/* A path is only carried along for people, names are made from the host: one
 * with unusual characters is dropped. */
static bool
path_is_plain(const char *path)
{
	const char *p = path;

	while (*p != '\0' && (strchr(letters, *p) != NULL || strchr(digits, *p) != NULL ||
	    strchr("/-._~%", *p) != NULL))
		p++;
	return *p == '\0' && strcmp(path, "/") != 0 && *path != '\0';
}

const char *
import_url(struct arena *a, const char *text, const char **ret_problem)
{
	struct url url;
	const char *host;

	if (!url_split(text, &url)) {
		*ret_problem = "is no https URL";
		return NULL;
	}
	host = arena_strndup(a, (const char *)url.host.p, url.host.n);
	*ret_problem = url_problem(&url, host);
	if (*ret_problem != NULL)
		return NULL;
	return path_is_plain(url.rest) ? arena_printf(a, "https://%s%s", host, url.rest) : host;
}

static int
compare(const void *a, const void *b)
{
	const struct import_name *x = a, *y = b;
	int order = strcasecmp(x->text, y->text);

	return order != 0 ? order : (x->order > y->order) - (x->order < y->order);
}

void
import_names_put(struct arena *a, struct import_names *names, const char *text,
    const void *owner)
{
	size_t order = names->list.n;

	*VEC_PUSH(a, &names->list) = (struct import_name){
		.text = text, .order = order, .owner = owner };
}

void
import_names_sort(struct import_names *names)
{
	if (names->list.n > 1)
		qsort(names->list.v, names->list.n, sizeof(*names->list.v), compare);
}

const void *
import_names_find(const struct import_names *names, const char *text)
{
	size_t low = 0, high = names->list.n, middle;

	while (low < high) {
		middle = low + (high - low) / 2;
		if (strcasecmp(names->list.v[middle].text, text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == names->list.n || strcasecmp(names->list.v[low].text, text) != 0)
		return NULL;
	return names->list.v[low].owner;
}
