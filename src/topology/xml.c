#include "topology/xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>

#include "text/guard.h"
#include "topology/xml_decode.h"

/* A longer line is not shown with an error. */
enum { LINE_SHOWN = 2000 };

/* One reading: libxml2's events become nodes in the arena. */
struct reader {
	struct arena *arena;
	struct xml_document *doc;
	struct error *err;
	xmlParserCtxtPtr parser;
	struct xml_node *open[XML_MAX_DEPTH];   /* the elements that are not closed yet */
	size_t depth, nodes;
	struct xml_node *root;
	enum rc_status status;
};

static struct reader *
reader_of(void *ctx)
{
	return ((xmlParserCtxtPtr)ctx)->_private;
}

static struct place
here(const struct reader *r)
{
	return (struct place){ .source = &r->doc->bare,
		.line = (uint32_t)r->parser->input->line, .column = 1 };
}

static void
stop(struct reader *r, enum rc_status status)
{
	r->status = status;
	xmlStopParser(r->parser);
}

/* libxml2 goes on after an error, without events, and may find more: the first
 * one counts.  Stopping it from here is not safe, its callers hold pointers. */
static void
on_error(void *ctx, xmlErrorPtr e)
{
	struct reader *r = reader_of(ctx);
	struct place at = { .source = &r->doc->bare, .line = (uint32_t)e->line,
		.column = e->int2 > 0 ? (uint32_t)e->int2 : 1 };
	size_t n;

	if (r->status != RC_OK || e->level < XML_ERR_ERROR || e->message == NULL)
		return;
	n = strcspn(e->message, "\r\n");
	r->status = error_at(r->err, RULE_XML_MALFORMED, at, "%.*s", (int)n, e->message);
}

/* Called with the name read and nothing of the declarations. */
static void
on_doctype(void *ctx, const xmlChar *name, const xmlChar *public_id, const xmlChar *system_id)
{
	struct reader *r = reader_of(ctx);

	(void)name;
	(void)public_id;
	(void)system_id;
	if (r->status == RC_OK)
		stop(r, error_at(r->err, RULE_XML_DOCTYPE, here(r),
		    "a topology document has no DOCTYPE"));
}

/* libxml2 leaves an ampersand as &#38;, which nothing else can look like. */
static const char *
value_of(struct arena *a, const xmlChar *begin, const xmlChar *end)
{
	char *value = arena_strndup(a, (const char *)begin, (size_t)(end - begin));
	char *out = value;

	for (const char *in = value; *in != '\0'; in++) {
		*out++ = *in;
		if (strncmp(in, "&#38;", 5) == 0)
			in += 4;
	}
	*out = '\0';
	return value;
}

/* Of an attribute libxml2 gives local name, prefix, namespace, begin and end. */
static void
put_attributes(struct reader *r, struct xml_node *node, size_t n, const xmlChar **all)
{
	node->attributes = arena_alloc(r->arena, n * sizeof(*node->attributes));
	for (size_t i = 0; i < n; i++, all += 5) {
		if (all[1] != NULL)
			continue;
		node->attributes[node->n_attributes++] = (struct xml_attribute){
			.name = arena_strdup(r->arena, (const char *)all[0]),
			.value = value_of(r->arena, all[3], all[4]) };
	}
}

/* The event comes at the end of the tag; its '<' is the nearest one before,
 * since there can be none within a tag. */
static void
put_position(struct reader *r, struct xml_node *node)
{
	struct bytes text = r->doc->source.text;
	long consumed = xmlByteConsumed(r->parser);
	size_t at = consumed > 0 && (size_t)consumed <= text.n ? (size_t)consumed : 0;

	node->line = (uint32_t)r->parser->input->line;
	while (at > 0 && text.p[--at] != '<')
		node->line -= text.p[at] == '\n' && node->line > 1;
	node->start = at;
}

static void
append(struct xml_node *parent, struct xml_node *node)
{
	if (parent->last != NULL)
		parent->last->next = node;
	else
		parent->child = node;
	parent->last = node;
}

static const char *
limit_passed(const struct reader *r, int n_attributes, int n_namespaces)
{
	if (r->depth == XML_MAX_DEPTH)
		return "elements are nested more than 128 deep";
	if (n_attributes > XML_MAX_ATTRIBUTES || n_namespaces > XML_MAX_NAMESPACES)
		return "an element has more than 256 attributes or 16 namespaces";
	if (r->nodes > XML_MAX_NODES)
		return "there are more than two million elements and attributes";
	return NULL;
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri,
    int n_namespaces, const xmlChar **namespaces, int n_attributes, int n_defaulted,
    const xmlChar **attributes)
{
	struct reader *r = reader_of(ctx);
	struct xml_node *node;
	const char *passed;

	(void)prefix;
	(void)uri;
	(void)namespaces;
	(void)n_defaulted;
	if (r->status != RC_OK)
		return;
	r->nodes += 1 + (size_t)n_attributes + (size_t)n_namespaces;
	passed = limit_passed(r, n_attributes, n_namespaces);
	if (passed != NULL) {
		stop(r, error_at(r->err, RULE_XML_LIMIT, here(r), "%s", passed));
		return;
	}
	node = ARENA_NEW(r->arena, struct xml_node);
	node->name = arena_strdup(r->arena, (const char *)name);
	put_attributes(r, node, (size_t)n_attributes, attributes);
	put_position(r, node);
	if (r->depth > 0)
		append(r->open[r->depth - 1], node);
	else
		r->root = node;
	r->open[r->depth++] = node;
}

static void
on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
	struct reader *r = reader_of(ctx);

	(void)name;
	(void)prefix;
	(void)uri;
	if (r->status == RC_OK && r->depth > 0)
		r->depth--;
}

static const xmlSAXHandler handler = {
	.initialized = XML_SAX2_MAGIC,
	.internalSubset = on_doctype,
	.startElementNs = on_start,
	.endElementNs = on_end,
	.serror = on_error,
};

/* libxml2 compares each attribute of a tag with all before it, before anyone is
 * asked: a tag of megabytes would take hours. */
static enum rc_status
check_tags(const struct source *source, struct error *err)
{
	struct bytes text = source->text;
	const uint8_t *next;
	size_t at = 0, n;

	while (at < text.n) {
		next = memchr(text.p + at + 1, '<', text.n - at - 1);
		n = next != NULL ? (size_t)(next - text.p) - at : text.n - at;
		if (n > XML_MAX_TAG)
			return error_at(err, RULE_XML_LIMIT,
			    (struct place){ .source = &(struct source){ .name = source->name },
				.line = guard_place(source, at).line, .column = 1 },
			    "%zu octets stand between two tags: at most %d are read", n,
			    XML_MAX_TAG);
		at += n;
	}
	return RC_OK;
}

static enum rc_status
parse(struct reader *r)
{
	struct bytes text = r->doc->source.text;
	xmlDocPtr none;

	r->parser = xmlNewParserCtxt();
	if (r->parser == NULL)
		mem_die();
	r->parser->_private = r;
	*r->parser->sax = handler;
	none = xmlCtxtReadMemory(r->parser, (const char *)text.p, (int)text.n, NULL, NULL,
	    XML_PARSE_NONET | XML_PARSE_IGNORE_ENC);
	if (r->status == RC_OK && (!r->parser->wellFormed || r->root == NULL))
		r->status = error_at(r->err, RULE_XML_MALFORMED, here(r),
		    "the document is not well-formed");
	xmlFreeDoc(none);
	xmlFreeParserCtxt(r->parser);
	return r->status;
}

enum rc_status
xml_read(struct arena *a, struct bytes file, const char *name, struct xml_document *ret,
    struct error *err)
{
	struct reader r = { .arena = a, .doc = ret, .err = err };

	*ret = (struct xml_document){ .bare = { .name = name }, .source = { .name = name } };
	if (file.n > XML_MAX_BYTES)
		return error_at(err, RULE_XML_TOO_LARGE,
		    (struct place){ .source = &ret->bare, .line = 1, .column = 1 },
		    "the document has %zu octets: at most %d are read", file.n, XML_MAX_BYTES);
	if (file.n == 0)
		return error_at(err, RULE_XML_MALFORMED,
		    (struct place){ .source = &ret->bare, .line = 1, .column = 1 },
		    "the document is empty");
	TRY(xml_decode(a, file, name, &ret->source.text, err));
	TRY(check_tags(&ret->source, err));
	TRY(parse(&r));
	ret->root = r.root;
	return RC_OK;
}

const char *
xml_get(const struct xml_node *node, const char *attribute)
{
	for (size_t i = 0; node != NULL && i < node->n_attributes; i++)
		if (strcmp(node->attributes[i].name, attribute) == 0)
			return node->attributes[i].value;
	return NULL;
}

static const struct xml_node *
first_of(const struct xml_node *node, const char *name)
{
	while (node != NULL && strcmp(node->name, name) != 0)
		node = node->next;
	return node;
}

const struct xml_node *
xml_child(const struct xml_node *node, const char *name)
{
	return node != NULL ? first_of(node->child, name) : NULL;
}

const struct xml_node *
xml_next(const struct xml_node *node, const char *name)
{
	return node != NULL ? first_of(node->next, name) : NULL;
}

static size_t
skip(struct bytes text, size_t at, const char *set, bool in_set)
{
	while (at < text.n && text.p[at] != 0 &&
	    (strchr(set, text.p[at]) != NULL) == in_set)
		at++;
	return at;
}

/* Where the value of an attribute begins and how long it is, as it is written. */
static struct bytes
written_value(struct bytes text, const struct xml_node *node, const char *attribute)
{
	size_t name, end, value, at = skip(text, node->start, " \t\r\n/>", false);

	while (at < text.n && text.p[at] != '>' && text.p[at] != '/') {
		name = skip(text, at, " \t\r\n", true);
		end = skip(text, name, "= \t\r\n>/", false);
		value = skip(text, end, "= \t\r\n", true);
		if (value >= text.n || (text.p[value] != '"' && text.p[value] != '\''))
			break;
		at = skip(text, value + 1, text.p[value] == '"' ? "\"" : "'", false);
		if (bytes_equal(BYTES(text.p + name, end - name), bytes_of_text(attribute)))
			return BYTES(text.p + value + 1, at - value - 1);
		at = skip(text, at + 1, " \t\r\n", true);
	}
	return BYTES(text.p + node->start, 1 + strlen(node->name));
}

static uint32_t
count_characters(const uint8_t *p, const uint8_t *end)
{
	uint32_t n = 0;

	for (; p < end; p++)
		n += (*p & 0xc0) != 0x80;
	return n;
}

struct place
xml_place(const struct xml_document *doc, const struct xml_node *node, const char *attribute)
{
	struct bytes text = doc->source.text;
	struct bytes shown = written_value(text, node, attribute != NULL ? attribute : "");
	struct place at = { .source = &doc->source, .line = node->line, .column = 1 };
	const uint8_t *bol = shown.p, *end = text.p + text.n;
	size_t before = 0;

	for (const uint8_t *p = text.p + node->start; p < shown.p; p++)
		at.line += *p == '\n';
	while (bol > text.p && bol[-1] != '\n' && before++ < LINE_SHOWN)
		bol--;
	if (before > LINE_SHOWN ||
	    (end - bol > LINE_SHOWN && memchr(bol, '\n', LINE_SHOWN) == NULL)) {
		at.source = &doc->bare;
		return at;
	}
	at.column = 1 + count_characters(bol, shown.p);
	at.width = count_characters(shown.p, shown.p + shown.n);
	return at;
}
