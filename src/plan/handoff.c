/*
 * Names and places: which server has which folder, and what a folder's page says.
 */
#include "plan/handoff.h"

#include <strings.h>

#include "base/escape.h"

/* Windows keeps these for devices, in each folder and with any suffix. */
static const char *const devices[] = {
	"con", "prn", "aux", "nul", "com0", "com1", "com2", "com3", "com4", "com5", "com6",
	"com7", "com8", "com9", "lpt0", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7",
	"lpt8", "lpt9",
};

const char *
windows_name(struct arena *arena, const char *name)
{
	size_t n = strcspn(name, ".");

	for (size_t i = 0; i < ARRAY_LEN(devices); i++)
		if (strlen(devices[i]) == n && strncasecmp(devices[i], name, n) == 0)
			return arena_printf(arena, "_%s", name);
	return name;
}

static void
add_site(const char *name, struct arena *arena, struct sites *ret)
{
	ret->v[ret->n++] = arena_strdup(arena, name);
}

void
entry_sites(const struct entry *entry, const struct topology *topology, struct arena *arena,
    struct sites *ret)
{
	const struct pool *pool = entry->pool != NULL ? topology_pool(topology, entry->pool) : NULL;
	size_t most = pool != NULL ? pool->n_servers + 1 : 1;

	*ret = (struct sites){ .v = arena_alloc(arena, most * sizeof(*ret->v)) };
	if (entry->server != NULL)
		add_site(entry->server, arena, ret);
	else if (pool != NULL && pool->n_servers != 0)
		for (size_t i = 0; i < pool->n_servers; i++)
			add_site(value_field(pool->servers[i], "fqdn")->u.text, arena, ret);
	else if (entry->pool != NULL)
		add_site(entry->pool, arena, ret);
}

const char *
handoff_folder(struct arena *arena, const struct entry *entry, const struct sites *sites,
    size_t at)
{
	return windows_name(arena, sites->n != 0 ? sites->v[at] : emit_stem(arena, entry));
}

static void
put_list(const char *title, const char *const *words, size_t n, struct buf *out)
{
	if (n == 0)
		return;
	buf_printf(out, "    %-9s ", title);
	for (size_t i = 0; i < n; i++) {
		buf_puts(out, i != 0 ? ", " : "");
		put_foreign_text(out, words[i]);
	}
	buf_putc(out, '\n');
}

static void
put_names(const struct entry *entry, struct buf *out)
{
	for (size_t i = 0; i < entry->n_san; i++) {
		buf_printf(out, "    %-9s ", i == 0 ? "names" : "");
		put_foreign_text(out, entry->san[i].value);
		buf_putc(out, '\n');
	}
}

/* Which servers use it, and how its key gets to all of them. */
static void
put_sites(const struct entry *entry, const struct sites *sites, const char *here,
    struct buf *out)
{
	if (sites->n == 0) {
		buf_puts(out, "    one certificate for the whole deployment: ask for it on any one "
		    "server\n");
		return;
	}
	if (sites->n == 1)
		return;
	put_list("used by", sites->v, sites->n, out);
	buf_puts(out, "    one certificate and key for all of them, asked for on the first;\n");
	buf_printf(out, "    its key is %s\n", entry->exportable
	    ? "exported there and imported on the others"
	    : "on a token that each of them reaches");
	if (strcmp(here, sites->v[0]) != 0)
		buf_puts(out, "    here: only STEM.assign.ps1, when it is issued\n");
}

static void
put_entry(const struct entry *entry, const struct sites *sites, const char *here,
    const char *stem, struct buf *out)
{
	buf_putc(out, '\n');
	put_foreign_text(out, entry->id);
	buf_puts(out, "\n    ");
	put_foreign_text(out, entry->title != NULL ? entry->title : entry->role);
	buf_putc(out, '\n');
	put_list("subject", &entry->subject.attr[DN_CN], entry->subject.attr[DN_CN] != NULL, out);
	put_names(entry, out);
	put_list("types", entry->assign, entry->n_assign, out);
	buf_printf(out, "    %-9s %s\n", "STEM", stem);
	put_sites(entry, sites, here, out);
}

static void
put_steps(struct buf *out)
{
	buf_puts(out,
	    "\nWhat to do, for each of them:\n\n"
	    " 1. Copy this folder to the server and run there, as administrator:\n\n"
	    "        powershell -ExecutionPolicy Bypass -File STEM.ps1\n\n"
	    "    It makes the key, which stays on the server, and writes STEM.req.  With\n"
	    "    `-Way certreq` behind it certreq does it, from STEM.inf; else\n"
	    "    Request-CsCertificate, where the certificate has types.  Where a server is\n"
	    "    no Windows, STEM.cnf is for openssl.\n\n"
	    " 2. Take STEM.req to the CA (CAHOME) and have it issued there; ENTRY is the name\n"
	    "    with the slashes above:\n\n"
	    "        rolecert --ca CAHOME issue -t TOPOLOGY ENTRY --csr STEM.req -o STEM.cer\n\n"
	    " 3. In the same place, write what installs it into these folders (FOLDERS is\n"
	    "    where they lie):\n\n"
	    "        rolecert --ca CAHOME assign -t TOPOLOGY ENTRY STEM.cer -o FOLDERS\n\n"
	    " 4. Copy the folder to the server again and run STEM.assign.ps1 like step 1, on\n"
	    "    each server that uses the certificate.\n");
}

/* Is the folder that of one of these? */
static const char *
site_of_folder(struct arena *arena, const struct entry *entry, const struct sites *sites,
    const char *folder)
{
	for (size_t i = 0; i < sites->n; i++)
		if (strcmp(windows_name(arena, sites->v[i]), folder) == 0)
			return sites->v[i];
	return sites->n == 0 && strcmp(handoff_folder(arena, entry, sites, 0), folder) == 0
	    ? folder : NULL;
}

void
handoff_readme(const struct plan *plan, const struct topology *topology, const char *folder,
    struct buf *out)
{
	SCOPED(buf_clear) struct buf list = BUF_INIT;
	SCOPED(arena_free) struct arena *arena = arena_new();
	size_t n = 0;

	for (size_t i = 0; i < plan->n_entries; i++) {
		const struct entry *entry = &plan->entries[i];
		struct sites sites;
		const char *here;

		entry_sites(entry, topology, arena, &sites);
		here = site_of_folder(arena, entry, &sites, folder);
		if (here == NULL)
			continue;
		put_entry(entry, &sites, here, emit_stem(arena, entry), &list);
		n++;
	}
	put_foreign_text(out, folder);
	buf_puts(out, " in the deployment ");
	put_foreign_text(out, plan->topology);
	buf_printf(out, ": %zu certificate%s\n", n, n == 1 ? "" : "s");
	buf_put_bytes(out, buf_bytes(&list));
	put_steps(out);
}
