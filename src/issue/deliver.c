#include "issue/deliver.h"

#include <stdlib.h>
#include <strings.h>

#include "os/file.h"

static const struct {
	const char *word;
	enum delivery_form form;
} forms[] = {
	{ "pem", DELIVER_PEM }, { "der", DELIVER_DER }, { "p7b", DELIVER_P7B },
	{ "chain.pem", DELIVER_CHAIN },
};

/* The longer one first: "chain.pem" ends in ".pem" too. */
static const struct {
	const char *suffix;
	enum delivery_form form;
} suffixes[] = {
	{ "chain.pem", DELIVER_CHAIN },
	{ ".pem", DELIVER_PEM }, { ".crt", DELIVER_PEM },
	{ ".der", DELIVER_DER }, { ".cer", DELIVER_DER },
	{ ".p7b", DELIVER_P7B }, { ".p7c", DELIVER_P7B },
};

enum delivery_form
delivery_form_find(const char *word)
{
	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (strcmp(forms[i].word, word) == 0)
			return forms[i].form;
	return DELIVER_NONE;
}

const char *
delivery_form_word(enum delivery_form form)
{
	for (size_t i = 0; i < ARRAY_LEN(forms); i++)
		if (forms[i].form == form)
			return forms[i].word;
	return "none";
}

enum delivery_form
delivery_form_of_path(const char *path)
{
	size_t n = strlen(path);

	for (size_t i = 0; i < ARRAY_LEN(suffixes); i++) {
		size_t m = strlen(suffixes[i].suffix);

		if (n >= m && strcasecmp(path + n - m, suffixes[i].suffix) == 0)
			return suffixes[i].form;
	}
	return DELIVER_NONE;
}

/* Leaf, CA, what stands above it. */
static void
put_p7b(const struct home *home, struct bytes der, struct buf *out)
{
	struct bytes *ders = mem_zero((home->n_chain + 2) * sizeof(*ders));

	ders[0] = der;
	ders[1] = home->certificate.der;
	for (size_t i = 0; i < home->n_chain; i++)
		ders[i + 2] = home->chain[i].der;
	cert_put_p7b(ders, home->n_chain + 2, out);
	free(ders);
}

/* What a server sends (RFC 8446 4.4.2): the root may be left out, and is. */
static void
put_chain(const struct home *home, struct bytes der, struct buf *out)
{
	cert_put_pem(der, out);
	if (!cert_is_self_issued(&home->certificate))
		cert_put_pem(home->certificate.der, out);
	for (size_t i = 0; i < home->n_chain; i++)
		if (!cert_is_self_issued(&home->chain[i]))
			cert_put_pem(home->chain[i].der, out);
}

enum rc_status
deliver_put(const struct home *home, struct bytes der, enum delivery_form form,
    struct buf *out, struct error *err)
{
	switch (form) {
	case DELIVER_PEM:
		cert_put_pem(der, out);
		return RC_OK;
	case DELIVER_DER:
		buf_put_bytes(out, der);
		return RC_OK;
	case DELIVER_P7B:
		put_p7b(home, der, out);
		return RC_OK;
	case DELIVER_CHAIN:
		put_chain(home, der, out);
		return RC_OK;
	case DELIVER_NONE:
		break;
	}
	return error_fail(err, RULE_DELIVER_FORM, "no form was named");
}

enum rc_status
deliver_file(const struct home *home, struct bytes der, enum delivery_form form,
    const char *path, struct error *err)
{
	SCOPED(buf_clear) struct buf out = BUF_INIT;

	if (form == DELIVER_NONE)
		form = delivery_form_of_path(path);
	if (form == DELIVER_NONE)
		return error_fail(err, RULE_DELIVER_FORM,
		    "the name '%s' does not say in which form to write", path);
	TRY(deliver_put(home, der, form, &out, err));
	return file_replace(path, FILE_PUBLIC, buf_bytes(&out), err);
}

void
deliver_put_name(const char *id, struct buf *out)
{
	for (; *id != '\0'; id++)
		if (*id == '/')
			buf_puts(out, "--");
		else
			buf_putc(out, *id);
}

const char *
deliver_path(const char *folder, const struct entry *entry, enum delivery_form form,
    struct arena *arena)
{
	SCOPED(buf_clear) struct buf name = BUF_INIT;

	deliver_put_name(entry->id, &name);
	buf_printf(&name, ".%s", delivery_form_word(form));
	return path_join(arena, folder, buf_text(&name));
}

enum rc_status
deliver_later(const struct home *home, struct bytes der, enum delivery_form form,
    const char *path, struct error *err)
{
	SCOPED(buf_clear) struct buf out = BUF_INIT;

	TRY(deliver_put(home, der, form, &out, err));
	return file_replace_later(path, FILE_PUBLIC, buf_bytes(&out), err);
}
