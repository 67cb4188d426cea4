#include "issue/officers.h"

#include "crypto/sigalg.h"
#include "os/file.h"

static enum rc_status
key_check(const struct cert *cert, struct error *err)
{
	SCOPED(pubkey_free) struct pubkey *key = NULL;

	TRY(pubkey_read(cert->spki, &key, err));
	TRY(pubkey_check(key, err));
	if (pubkey_algorithm(key) == KEY_ED25519)
		return error_fail(err, RULE_APPROVAL_OFFICER,
		    "%s does not sign CMS that OpenSSL 3.0 verifies: RSA or ECDSA does",
		    pubkey_text(key));
	return RC_OK;
}

static enum rc_status
cert_take(const char *path, struct arena *arena, struct cert *ret, struct error *err)
{
	SCOPED(buf_clear) struct buf file = BUF_INIT;

	TRY(file_read(path, HOME_FILE_MAX, &file, err));
	TRY(cert_read_file(buf_bytes(&file), arena, ret, err));
	return key_check(ret, err);
}

static enum rc_status
key_take(struct approval_policy *policy, size_t i, const struct cert *cert, struct error *err)
{
	struct approval_officer *officer = &policy->officers[i];

	sha256(cert->spki, officer->key);
	for (size_t k = 0; k < i; k++)
		if (memcmp(officer->key, policy->officers[k].key, sizeof(officer->key)) == 0)
			return error_fail(err, RULE_APPROVAL_OFFICER,
			    "%s and %s have the same key, and so are one officer",
			    policy->officers[k].name, officer->name);
	return RC_OK;
}

enum rc_status
officers_read(const char *dir, struct home_config *config, struct arena *arena,
    struct cert **ret, struct error *err)
{
	struct approval_policy *policy = &config->approvals;
	struct cert *certs = arena_alloc(arena, (policy->n_officers + 1) * sizeof(*certs));

	for (size_t i = 0; i < policy->n_officers; i++) {
		const char *path = path_join(arena, dir, config->officer_certs[i]);

		TRY_WHILE(err, cert_take(path, arena, &certs[i], err),
		    "reading the certificate %s of the officer %s", path,
		    policy->officers[i].name);
		TRY(key_take(policy, i, &certs[i], err));
	}
	*ret = certs;
	return RC_OK;
}
