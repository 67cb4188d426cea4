#include "topology/import_simple_url.h"

#include <strings.h>

struct writing {
	struct arena *arena;
	const struct import_model *model;
	struct import_voice *voice;
	const struct xml_node *list;     /* SimpleUrlConfiguration, or NULL */
};

/* The vendor's words for a component: the admin page is called Cscp inside. */
static const char *const meet_words[] = { "Meet", NULL };
static const char *const dialin_words[] = { "Dialin", NULL };
static const char *const admin_words[] = { "Cscp", "Admin", NULL };

static void
put_usual(const struct writing *w)
{
	struct buf *out = w->voice->out;
	const char *first = w->model->domains.v[0].name;

	import_say(w->voice, SEVERITY_NOTE, RULE_IMPORT_NOT_IN_DOCUMENT, NULL, NULL, 0,
	    "the document does not hold the simple URLs (Get-CsSimpleUrlConfiguration shows "
	    "them): the usual ones stand as a comment");
	buf_puts(out, "# simple_urls:\n#   meet:\n");
	for (size_t i = 0; i < w->model->domains.n; i++)
		buf_printf(out, "#     %s: meet.%s\n", w->model->domains.v[i].name,
		    w->model->domains.v[i].name);
	buf_printf(out, "#   dialin: dialin.%s\n#   admin: admin.%s\n", first, first);
}

static bool
is_component(const struct xml_node *node, const char *const *words)
{
	const char *component = xml_get(node, "Component");

	for (; component != NULL && *words != NULL; words++)
		if (strcasecmp(component, *words) == 0)
			return true;
	return false;
}

/* What is active, else the first that is listed. */
static const char *
url_of(const struct xml_node *node)
{
	const char *url = xml_get(node, "ActiveUrl");

	if (url == NULL || *url == '\0')
		url = xml_get(xml_child(node, "SimpleUrlEntry"), "Url");
	return url != NULL ? url : "";
}

/* `key: host`, or a comment that says why not. */
static bool
put_url(const struct writing *w, int indent, const char *key, const struct xml_node *node)
{
	const char *problem = NULL, *url = import_url(w->arena, url_of(node), &problem);
	struct buf *out = w->voice->out;

	if (url == NULL) {
		import_say(w->voice, SEVERITY_WARNING, RULE_IMPORT_LEFT_OUT, node, "ActiveUrl",
		    indent, "the simple URL '%s' is left out: it %s", url_of(node), problem);
		return false;
	}
	buf_printf(out, "%*s", indent, "");
	yaml_put_scalar(out, key);
	buf_puts(out, ": ");
	yaml_put_scalar(out, url);
	buf_putc(out, '\n');
	return true;
}

static bool
put_one(const struct writing *w, const char *key, const char *const *words)
{
	XML_EACH(node, w->list, "SimpleUrl")
		if (is_component(node, words))
			return put_url(w, 2, key, node);
	import_say(w->voice, SEVERITY_NOTE, RULE_IMPORT_NOT_IN_DOCUMENT, w->list, NULL, 2,
	    "the document has no URL for %s", key);
	buf_printf(w->voice->out, "  # %s: %s.%s\n", key, key, w->model->domains.v[0].name);
	return false;
}

/* Meet URLs of domains that are no SIP domains. */
static void
say_strangers(const struct writing *w, const struct import_names *meet)
{
	struct import_names domains = { .list = { .n = 0 } };

	for (size_t i = 0; i < w->model->domains.n; i++)
		import_names_put(w->arena, &domains, w->model->domains.v[i].name, w);
	import_names_sort(&domains);
	for (size_t i = 0; i < meet->list.n; i++)
		if (import_names_find(&domains, meet->list.v[i].text) == NULL)
			import_say(w->voice, SEVERITY_WARNING, RULE_IMPORT_LEFT_OUT,
			    meet->list.v[i].owner, "Domain", 4,
			    "a Meet URL is left out: '%s' is no SIP domain",
			    meet->list.v[i].text);
}

static bool
put_meet(const struct writing *w)
{
	struct import_names meet = { .list = { .n = 0 } };
	bool any = false;

	XML_EACH(node, w->list, "SimpleUrl") {
		const char *domain = xml_get(node, "Domain");

		if (domain != NULL && is_component(node, meet_words))
			import_names_put(w->arena, &meet, domain, node);
	}
	import_names_sort(&meet);
	for (size_t i = 0; i < w->model->domains.n; i++) {
		const char *name = w->model->domains.v[i].name;
		const struct xml_node *node = import_names_find(&meet, name);

		if (node != NULL)
			any = put_url(w, 4, name, node) || any;
		else
			import_say(w->voice, SEVERITY_NOTE, RULE_IMPORT_NOT_IN_DOCUMENT, w->list,
			    NULL, 4, "the document has no Meet URL for '%s'", name);
	}
	say_strangers(w, &meet);
	return any;
}

/* A heading stands only over something: a key without a value is no map. */
static bool
put_under(const struct writing *w, const char *heading, bool (*put)(const struct writing *w))
{
	SCOPED(buf_clear) struct buf inner = BUF_INIT;
	struct buf *out = w->voice->out;
	bool any;

	w->voice->out = &inner;
	any = put(w);
	w->voice->out = out;
	if (any)
		buf_puts(out, heading);
	buf_put_bytes(out, buf_bytes(&inner));
	return any;
}

static bool
put_urls(const struct writing *w)
{
	bool any = put_under(w, "  meet:\n", put_meet);

	any = put_one(w, "dialin", dialin_words) || any;
	return put_one(w, "admin", admin_words) || any;
}

void
import_put_simple_urls(struct arena *a, const struct import_model *model,
    struct import_voice *voice)
{
	struct writing w = { .arena = a, .model = model, .voice = voice,
		.list = xml_child(model->base, "SimpleUrlConfiguration") };

	if (model->has_simple_urls)
		(void)put_under(&w, "simple_urls:\n", put_urls);
	else
		put_usual(&w);
}
