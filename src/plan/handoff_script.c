/*
 * The scripts.  What stands in them beside quoted texts and the names of files (which are
 * made of an entry's id: letters, digits, hyphens, dots) is written here.
 */
#include "base/escape.h"
#include "plan/emit_parts.h"
#include "plan/handoff.h"

static void
put_comment(const char *before, const char *text, struct buf *out)
{
	buf_printf(out, "# %s", before);
	put_foreign_text(out, text);
	buf_putc(out, '\n');
}

static void
put_head(struct buf *out)
{
	buf_puts(out,
	    "$ErrorActionPreference = 'Stop'\n"
	    "$here = Split-Path -Parent $MyInvocation.MyCommand.Path\n"
	    "function Invoke-Tool([string] $Program, [string[]] $Arguments) {\n"
	    "    & $Program $Arguments\n"
	    "    if ($LASTEXITCODE -ne 0) { throw \"$Program failed: $LASTEXITCODE\" }\n"
	    "}\n");
}

/* Before PowerShell 3 (Lync Server 2010 stands on 2) a cmdlet's module is not loaded by the
 * cmdlet's name alone, and only the management shell has it. */
static void
put_module(struct buf *out)
{
	buf_puts(out,
	    "foreach ($module in 'SkypeForBusiness', 'Lync') {\n"
	    "    if (Get-Module -ListAvailable -Name $module) { Import-Module $module; break }\n"
	    "}\n");
}

static void
put_ways(bool cmdlet, bool certreq, struct buf *out)
{
	buf_printf(out, "param([ValidateSet(%s%s%s)] [string] $Way = '%s')\n",
	    cmdlet ? "'cmdlet'" : "", cmdlet && certreq ? ", " : "", certreq ? "'certreq'" : "",
	    cmdlet ? "cmdlet" : "certreq");
}

/* "(Join-Path $here 'STEM.suffix')" */
static void
put_path(const char *stem, const char *suffix, struct buf *out)
{
	SCOPED(buf_clear) struct buf name = BUF_INIT;

	buf_printf(&name, "%s.%s", stem, suffix);
	buf_puts(out, "(Join-Path $here ");
	powershell_quote(buf_text(&name), out);
	buf_putc(out, ')');
}

static void
put_certreq_new(const char *stem, struct buf *out)
{
	buf_puts(out, "    Invoke-Tool certreq.exe @('-new', ");
	put_path(stem, "inf", out);
	buf_puts(out, ", $request)\n");
}

/* A second run would make a second key, and the answer to the first request would
 * find none. */
static void
put_request_guard(const char *stem, struct buf *out)
{
	buf_puts(out, "$request = ");
	put_path(stem, "req", out);
	buf_puts(out, "\nif (Test-Path -LiteralPath $request) {\n"
	    "    throw \"$request is there already: remove it to make a new key\"\n}\n");
}

enum rc_status
handoff_request(const struct entry *entry, const struct emit_facts *facts, struct buf *out,
    struct error *err)
{
	SCOPED(error_free) struct error *no_cmdlet = error_new();
	bool cmdlet = powershell_can_request(entry, facts, no_cmdlet) == RC_OK;
	bool certreq = emit_certreq_can(facts->key);

	if (!cmdlet && !certreq)
		return error_fail(err, RULE_REQUEST_FORM, "no program of Windows makes a %s key",
		    emit_key_word(facts->key));
	put_comment("Makes the certificate request of ", entry->id, out);
	if (facts->computer != NULL)
		put_comment("Run it as administrator on ", facts->computer, out);
	if (!cmdlet)
		put_comment("By certreq alone: ", error_message(no_cmdlet), out);
	put_ways(cmdlet, certreq, out);
	put_head(out);
	put_request_guard(facts->stem, out);
	if (cmdlet && certreq)
		buf_puts(out, "if ($Way -eq 'certreq') {\n");
	if (certreq)
		put_certreq_new(facts->stem, out);
	if (cmdlet && certreq)
		buf_puts(out, "    return\n}\n");
	if (cmdlet) {
		put_module(out);
		powershell_put_request(entry, facts, "$request", out);
	}
	return RC_OK;
}

static void
put_repeat(const struct sites *sites, size_t at, struct buf *out)
{
	if (sites->n == 0) {
		buf_puts(out, "# One certificate for the deployment: run it on one server.\n");
		return;
	}
	buf_printf(out, "# Server %zu of %zu: ", at + 1, sites->n);
	put_foreign_text(out, sites->v[at]);
	buf_putc(out, '\n');
	if (sites->n == 1)
		return;
	buf_puts(out, "# Repeat on each server:");
	for (size_t i = 0; i < sites->n; i++) {
		buf_putc(out, ' ');
		put_foreign_text(out, sites->v[i]);
	}
	buf_putc(out, '\n');
}

/* From the root down, so that each is believed when it comes. */
static void
put_issuers(const struct assign_facts *facts, struct buf *out)
{
	if (facts->has_root)
		buf_puts(out, "Invoke-Tool certutil.exe @('-f', '-addstore', 'Root', "
		    "(Join-Path $here 'root.cer'))\n");
	else
		buf_puts(out, "# The root is not here: it must be trusted already.\n");
	for (size_t i = facts->n_intermediates; i > 0; i--)
		buf_printf(out, "Invoke-Tool certutil.exe @('-f', '-addstore', 'CA', "
		    "(Join-Path $here 'intermediate-%zu.cer'))\n", i);
}

static void
put_import_cmdlet(const char *path, const char *password, bool exportable, struct buf *out)
{
	buf_printf(out, "Import-CsCertificate -Path %s%s -PrivateKeyExportable $%s\n", path,
	    password, exportable ? "true" : "false");
}

/* Where the request was made: the certificate meets its key. */
static void
put_import_here(const struct entry *entry, struct buf *out)
{
	if (entry->n_assign == 0) {
		buf_puts(out, "Invoke-Tool certreq.exe @('-accept', '-machine', $certificate)\n");
		return;
	}
	buf_puts(out, "if ($Way -eq 'certreq') {\n"
	    "    Invoke-Tool certreq.exe @('-accept', '-machine', $certificate)\n"
	    "} else {\n    ");
	put_import_cmdlet("$certificate", "", entry->exportable, out);
	buf_puts(out, "}\n");
}

static void
put_export_command(const struct assign_facts *facts, struct buf *out)
{
	buf_printf(out, "#     certutil.exe -exportPFX My %s %s.pfx\n", facts->thumbprint,
	    facts->stem);
}

/* On the first server: what the others wait for. */
static void
put_export(const struct assign_facts *facts, struct buf *out)
{
	buf_puts(out, "# The other servers need its key: export it here, in this folder, and copy "
	    "the file\n# into theirs before their script runs; then remove it everywhere.\n");
	put_export_command(facts, out);
}

/* The password is asked for, and neither on the command line nor in the script. */
static void
put_import_pfx(const struct entry *entry, const struct assign_facts *facts, struct buf *out)
{
	buf_puts(out, "# Its key comes from the first server, where this exported it:\n");
	put_export_command(facts, out);
	buf_puts(out, "$pfx = ");
	put_path(facts->stem, "pfx", out);
	if (entry->n_assign == 0) {
		buf_puts(out, "\nInvoke-Tool certutil.exe @('-importPFX', $pfx, 'NoExport')\n");
		return;
	}
	buf_puts(out, "\n$secure = Read-Host -AsSecureString 'Password of the PFX file'\n"
	    "$text = [Runtime.InteropServices.Marshal]::SecureStringToBSTR($secure)\n"
	    "$password = [Runtime.InteropServices.Marshal]::PtrToStringBSTR($text)\n"
	    "[Runtime.InteropServices.Marshal]::ZeroFreeBSTR($text)\n");
	put_import_cmdlet("$pfx", " -Password $password", false, out);
}

static void
put_import_token(const struct assign_facts *facts, struct buf *out)
{
	buf_puts(out, "# Its key is on the token that all servers of the pool reach.\n"
	    "Invoke-Tool certutil.exe @('-f', '-addstore', 'My', $certificate)\n");
	buf_printf(out, "Invoke-Tool certutil.exe @('-repairstore', 'My', '%s')\n",
	    facts->thumbprint);
}

static void
put_import(const struct entry *entry, size_t at, const struct assign_facts *facts,
    struct buf *out)
{
	if (at == 0)
		put_import_here(entry, out);
	else if (entry->exportable)
		put_import_pfx(entry, facts, out);
	else
		put_import_token(facts, out);
	buf_printf(out, "$installed = Get-Item -LiteralPath 'Cert:\\LocalMachine\\My\\%s'\n"
	    "if (-not $installed.HasPrivateKey) {\n"
	    "    throw 'the key is not on this server: was the request made here?'\n}\n"
	    "$installed.FriendlyName = ", facts->thumbprint);
	powershell_quote(facts->friendly_name, out);
	buf_putc(out, '\n');
}

static void
put_set(const struct entry *entry, const struct sites *sites, const struct assign_facts *facts,
    struct buf *out)
{
	if (entry->n_assign == 0) {
		buf_puts(out, "# The role has no certificate type: choose the certificate in the "
		    "settings of\n# the service itself (IIS: the https binding).\n");
		return;
	}
	buf_puts(out, "Set-CsCertificate ");
	if (sites->n == 0)
		buf_puts(out, "-Identity Global ");
	buf_puts(out, "-Type ");
	powershell_put_types(entry, out);
	buf_printf(out, " -Thumbprint '%s'\n", facts->thumbprint);
	buf_printf(out, "Get-CsCertificate | Where-Object { $_.Thumbprint -eq '%s' } | "
	    "Format-Table Use, Thumbprint\n", facts->thumbprint);
}

void
handoff_assign(const struct entry *entry, const struct sites *sites, size_t at,
    const struct assign_facts *facts, struct buf *out)
{
	put_comment("Installs the certificate of ", entry->id, out);
	put_repeat(sites, at, out);
	if (at == 0 && entry->n_assign != 0)
		put_ways(true, true, out);
	put_head(out);
	buf_puts(out, "$certificate = ");
	put_path(facts->stem, "cer", out);
	buf_putc(out, '\n');
	put_issuers(facts, out);
	if (entry->n_assign != 0)
		put_module(out);
	put_import(entry, at, facts, out);
	put_set(entry, sites, facts, out);
	if (at == 0 && sites->n > 1 && entry->exportable)
		put_export(facts, out);
}
