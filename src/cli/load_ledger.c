#include "cli/load_ledger.h"

#include <stdlib.h>

#include "base/hex.h"
#include "cli/load.h"
#include "os/file.h"

enum rc_status
load_ledger(struct cli *cli, bool read_only, struct ledger **ret, struct error *err)
{
	struct ledger_options options = { .read_only = read_only };

	return ledger_open(cli->opt.ca, &options, ret, err);
}

/* "0a:1b" or "0a1b"; false: it is none. */
static bool
serial_of(const char *word, struct buf *out)
{
	for (; *word != '\0'; word += 2) {
		int high, low;

		if (*word == ':')
			word++;
		high = hex_digit(word[0]);
		low = high >= 0 ? hex_digit(word[1]) : -1;
		if (low < 0)
			return false;
		buf_putc(out, (char)(high << 4 | low));
	}
	return out->n != 0;
}

enum { ID_DIGITS_MAX = 18 };     /* of a row's number; a serial has 40 */

enum rc_status
load_row(struct cli *cli, struct ledger *ledger, const char *word, struct ledger_row **ret,
    struct error *err)
{
	SCOPED(buf_clear) struct buf serial = BUF_INIT;
	size_t n = strlen(word);

	if (n <= ID_DIGITS_MAX && n > 0 && strspn(word, "0123456789") == n)
		return ledger_get(ledger, strtoll(word, NULL, 10), cli->arena, ret, err);
	if (!serial_of(word, &serial)) {
		enum rc_status st = error_fail(err, RULE_NOT_A_SERIAL,
		    "'%s' is neither a serial nor a number", word);

		error_fix(err, "`rolecert ledger list` lists both, and the entries they are of");
		return st;
	}
	return ledger_get_serial(ledger, buf_bytes(&serial), cli->arena, ret, err);
}

enum rc_status
load_checkpoint(struct cli *cli, const struct audit_ca *ca, const char *path,
    struct checkpoint *ret, struct error *err)
{
	struct bytes file;

	TRY(load_file(cli, path, FILE_MAX_CERT, &file, err));
	TRY_WHILE(err, audit_checkpoint_read(ca, file, true, ret, err), "reading %s", path);
	return RC_OK;
}
