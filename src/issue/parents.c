#include "issue/parents.h"

#include "os/file.h"

static const char parents_folder[] = "parents";

/* Of the issuer: a CA that is renewed with another key has another list. */
static const char *
path_of(const struct home *home, const struct cert *issuer, struct arena *arena)
{
	SCOPED(buf_clear) struct buf who = BUF_INIT, name = BUF_INIT;

	buf_put_bytes(&who, issuer->subject);
	buf_put_bytes(&who, issuer->spki);
	sha256_put_hex(buf_bytes(&who), &name);
	buf_puts(&name, ".crl");
	return path_join(arena, path_join(arena, home->dir, parents_folder), buf_text(&name));
}

static enum rc_status
list_load(const char *path, const struct cert *issuer, struct arena *arena,
    struct foreign_crl *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT;

	TRY(file_read(path, CRL_FOREIGN_MAX, &file, err));
	TRY(foreign_crl_read(buf_bytes(&file), arena, ret, err));
	return foreign_crl_verify(ret, issuer, err);
}

enum rc_status
parents_load(const struct home *home, struct arena *arena, struct foreign_crl **ret,
    size_t *ret_n, struct error *err)
{
	struct foreign_crl *lists = arena_alloc(arena, (home->n_chain + 1) * sizeof(*lists));
	size_t n = 0;

	for (size_t i = 0; i < home->n_chain; i++) {
		const char *path = path_of(home, &home->chain[i], arena);

		if (file_exists(path))
			TRY_WHILE(err, list_load(path, &home->chain[i], arena, &lists[n++], err),
			    "reading the list of '%s'", home->chain[i].subject_text);
	}
	*ret = lists;
	*ret_n = n;
	return RC_OK;
}

/* -- may it be taken? --------------------------------------------------------------------- */

static enum rc_status
issuer_find(const struct home *home, struct parent_import *import, struct error *err)
{
	for (size_t i = 0; i < home->n_chain; i++) {
		SCOPED(error_free) struct error *why = error_new();

		if (foreign_crl_verify(&import->list, &home->chain[i], why) == RC_OK) {
			import->issuer = &home->chain[i];
			return RC_OK;
		}
	}
	return error_fail(err, RULE_PARENT_CRL_ISSUER,
	    "the list is signed by none of the %zu CAs in the chain of '%s'", home->n_chain,
	    home->config.name);
}

static enum rc_status
times_check(const struct home *home, const struct foreign_crl *list, struct error *err)
{
	SCOPED(buf_clear) struct buf from = BUF_INIT, to = BUF_INIT;
	int64_t now = clock_now(home->clock);

	if (list->narrow != NULL)
		return error_fail(err, RULE_PARENT_CRL_SCOPE, "the list cannot be used: %s",
		    list->narrow);
	if (list->this_update <= now + PARENTS_SLACK && list->next_update > now)
		return RC_OK;
	clock_put(&from, list->this_update);
	clock_put(&to, list->next_update);
	return error_fail(err, RULE_PARENT_CRL_TIMES, "the list holds from %s to %s",
	    buf_text(&from), buf_text(&to));
}

static bool
is_less(struct bytes a, struct bytes b)
{
	return a.n != b.n ? a.n < b.n : a.n != 0 && memcmp(a.p, b.p, a.n) < 0;
}

static enum rc_status
older_check(struct parent_import *import, const char *path, struct arena *arena,
    struct error *err)
{
	const struct foreign_crl *list = &import->list;
	struct foreign_crl before;

	if (!file_exists(path))
		return RC_OK;
	TRY(list_load(path, import->issuer, arena, &before, err));
	import->known = bytes_equal(before.der, list->der);
	if (!import->known && (!is_less(before.number, list->number) ||
	    list->this_update < before.this_update))
		return error_fail(err, RULE_PARENT_CRL_OLDER,
		    "a newer list by '%s' was imported before", import->issuer->subject_text);
	return RC_OK;
}

/* -- whom it names -------------------------------------------------------------------------- */

/* A certificate of the chain that this CA above signed and lists, or NULL. */
static const struct cert *
listed_by(const struct home *home, const struct cert *issuer, const struct foreign_crl *list)
{
	const struct cert *below = &home->certificate;

	for (size_t i = 0; i < home->n_chain; below = &home->chain[i++])
		if (&home->chain[i] == issuer && foreign_crl_find(list, below->serial) != NULL)
			return below;
	return NULL;
}

enum rc_status
parents_check(const struct home *home, struct error *err)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	const struct cert *listed = NULL;
	struct foreign_crl list;
	enum rc_status status;

	for (size_t i = 0; i < home->n_chain && listed == NULL; i++) {
		const struct cert *issuer = &home->chain[i];
		const char *path = path_of(home, issuer, arena);

		if (!file_exists(path))
			continue;
		TRY_WHILE(err, list_load(path, issuer, arena, &list, err),
		    "reading the list of '%s'", issuer->subject_text);
		listed = listed_by(home, issuer, &list);
	}
	if (listed == NULL)
		return RC_OK;
	status = error_fail(err, RULE_CA_REVOKED, "'%s' was revoked by '%s'",
	    listed->subject_text, listed->issuer_text);
	error_fix(err, "where it was taken back from the list, import the newer one: "
	    "rolecert crl import FILE");
	return status;
}

/* -- kept ----------------------------------------------------------------------------------- */

static enum rc_status
note(struct home *home, const struct parent_import *import, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	const struct foreign_crl *list = &import->list;

	buf_printf(&text, "issuer %s\nnumber ", import->issuer->subject_text);
	buf_put_hex(&text, list->number);
	buf_puts(&text, "\nthis-update ");
	clock_put(&text, list->this_update);
	buf_puts(&text, "\nnext-update ");
	clock_put(&text, list->next_update);
	buf_printf(&text, "\nentries %zu\nsha256 ", list->n);
	sha256_put_hex(list->der, &text);
	buf_putc(&text, '\n');
	return ledger_note(home->ledger, "parent-crl", buf_text(&text), err);
}

/* The record first: a file that is there was recorded. */
static enum rc_status
keep(struct home *home, const struct parent_import *import, const char *path,
    struct arena *arena, struct error *err)
{
	if (import->known)
		return RC_OK;
	TRY(note(home, import, err));
	TRY(dir_make(path_join(arena, home->dir, parents_folder), DIR_PRIVATE, err));
	return file_replace(path, FILE_PUBLIC, import->list.der, err);
}

static enum rc_status
import_run(struct home *home, struct bytes file, struct arena *arena,
    struct parent_import *import, struct error *err)
{
	const char *path;

	TRY(foreign_crl_read(file, arena, &import->list, err));
	TRY(issuer_find(home, import, err));
	TRY(times_check(home, &import->list, err));
	path = path_of(home, import->issuer, arena);
	TRY(older_check(import, path, arena, err));
	import->revoked = listed_by(home, import->issuer, &import->list) != NULL;
	return keep(home, import, path, arena, err);
}

enum rc_status
parents_import(struct home *home, struct bytes file, struct arena *arena,
    struct parent_import *ret, struct error *err)
{
	struct parent_import import = { .known = false };

	TRY_WHILE(err, import_run(home, file, arena, &import, err),
	    "importing a list of a CA above '%s'", home->config.name);
	*ret = import;
	return RC_OK;
}
