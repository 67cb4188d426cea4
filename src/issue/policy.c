#include "issue/home.h"

/* Every word is always there, so that a line of one text has its line in the other. */
void
home_policy_text(const struct home_config *config, const struct pubkey *key,
    struct buf *out)
{
	buf_printf(out, "custody %s\n", custody_level_word(config->custody));
	buf_printf(out, "key %s\n", config->key);
	buf_puts(out, "public-key sha256:");
	sha256_put_hex(pubkey_spki(key), out);
	buf_puts(out, "\napproval automatic\nofficers none\nwitness none\n");
}

/* The line that begins at *text, without its end; *text moves behind it. */
static struct bytes
line_take(const char **text)
{
	const char *start = *text;
	size_t n = strcspn(start, "\n");

	*text = start + n + (start[n] == '\n');
	return BYTES(start, n);
}

enum rc_status
home_policy_compare(const char *pinned, const char *now, struct error *err)
{
	const char *a = pinned, *b = now;
	enum rc_status status = RC_OK;

	while (*a != '\0' || *b != '\0') {
		struct bytes was = line_take(&a), is = line_take(&b);
		struct buf want = BUF_INIT, have = BUF_INIT;

		if (bytes_equal(was, is))
			continue;
		buf_put_bytes(&want, was);
		buf_put_bytes(&have, is);
		status = error_fail(err, RULE_POLICY_CHANGED,
		    "%s is not the policy that this CA was made with", HOME_CONFIG);
		error_want(err, buf_text(&want), buf_text(&have));
		buf_clear(&want);
		buf_clear(&have);
	}
	return status;
}
