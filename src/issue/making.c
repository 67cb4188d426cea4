#include "issue/making.h"

#include "issue/officers.h"
#include "os/file.h"

void
making_clear(struct making *m)
{
	signer_close(TAKE(m->signer));
	ledger_close(TAKE(m->ledger));
	arena_free(TAKE(m->arena));
}

static enum rc_status
folder_check(struct making *m, struct error *err)
{
	static const char *const marks[] = { HOME_CONFIG, "ledger.db", HOME_CERTIFICATE };

	for (size_t i = 0; i < ARRAY_LEN(marks); i++)
		if (file_exists(path_join(m->arena, m->init->dir, marks[i])))
			return error_fail(err, RULE_CA_EXISTS, "'%s' holds a %s already",
			    m->init->dir, marks[i]);
	return RC_OK;
}

static enum rc_status
subject_plan(struct making *m, const struct dn *subject, struct error *err)
{
	struct buf text = BUF_INIT;

	if (dn_is_empty(subject))
		return error_fail(err, RULE_CA_SUBJECT, "a CA needs a subject");
	m->subject = *subject;
	TRY_WHILE(err, dn_check(&m->subject, NOWHERE, err), "checking the CA's subject");
	dn_print(&m->subject, &text);
	if (m->config.name == NULL)
		m->config.name = m->subject.attr[DN_CN] != NULL ? m->subject.attr[DN_CN]
		    : arena_strdup(m->arena, buf_text(&text));
	buf_clear(&text);
	return RC_OK;
}

/* What the caller says stands over what the file says. */
static enum rc_status
config_plan(struct making *m, bool with_chain, struct error *err)
{
	static const char *chain[] = { HOME_CHAIN };
	const struct ca_init *init = m->init;
	struct home_config *c = &m->config;

	*c = home_config_defaults();
	if (init->config.n != 0)
		TRY(home_config_read(init->config, init->config_name, true, m->arena, c, err));
	if (init->key != NULL)
		c->key = init->key;
	if (init->module != NULL)
		c->module = init->module;
	if (init->module_args != NULL)
		c->module_args = init->module_args;
	if (init->name != NULL)
		c->name = init->name;
	if (init->custody != CUSTODY_NONE)
		c->custody = init->custody;
	if (c->custody == CUSTODY_NONE)
		c->custody = CUSTODY_STRICT;
	if (c->key == NULL)
		return error_fail(err, RULE_USAGE, "a CA needs a key: --key URI");
	c->certificate = HOME_CERTIFICATE;
	c->chain = chain;
	c->n_chain = with_chain ? 1 : 0;
	return RC_OK;
}

/* The ca.yaml that will be written is read as any other: what it may not say is
 * refused before anything is made. */
static enum rc_status
config_prove(struct making *m, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	home_config_put(&m->config, &text);
	TRY_WHILE(err, home_config_read(buf_bytes(&text), HOME_CONFIG, false, m->arena,
	    &m->config, err), "writing the CA's %s", HOME_CONFIG);
	return RC_OK;
}

enum rc_status
making_plan(const struct ca_init *init, const struct dn *subject, bool with_chain,
    struct making *ret, struct error *err)
{
	ret->init = init;
	ret->arena = arena_new();
	ret->clock = init->clock == NULL ? &clock_system : init->clock;
	TRY(folder_check(ret, err));
	TRY(config_plan(ret, with_chain, err));
	TRY(subject_plan(ret, subject, err));
	return config_prove(ret, err);
}

enum rc_status
making_login(struct making *m, const struct pubkey *expected, struct error *err)
{
	struct signer_login login = signer_login_of(&m->config, m->init->engine,
	    &m->init->engine_config);

	login.expected = expected;
	TRY(signer_login(&login, &m->signer, err));
	TRY_WHILE(err, pubkey_check(m->signer->pubkey, err), "judging the CA's key");
	return home_algorithm(m->signer->pubkey, m->config.digest, m->config.pss,
	    &m->algorithm, err);
}

enum rc_status
making_found(struct making *m, struct error *err)
{
	SCOPED(buf_clear) struct buf policy = BUF_INIT, config = BUF_INIT;
	struct ledger_birth birth = {
		.ca = m->config.name, .custody = custody_level_word(m->config.custody),
	};
	struct ledger_options options = { .clock = m->clock };
	struct cert *officers;

	TRY(officers_read(m->init->dir, &m->config, m->arena, &officers, err));
	home_policy_text(&m->config, m->signer->pubkey, &policy);
	if (m->config.custody != CUSTODY_MEMORY)
		record_put(&m->signer->facts, pubkey_spki(m->signer->pubkey), &policy);
	birth.policy = buf_bytes(&policy);
	TRY(dir_make(m->init->dir, DIR_PRIVATE, err));
	TRY(ledger_create(m->init->dir, &birth, &options, &m->ledger, err));
	home_config_put(&m->config, &config);
	return ledger_put_config(m->ledger, buf_bytes(&config), err);
}

enum rc_status
making_write(const struct making *m, const char *name, struct bytes bytes, struct error *err)
{
	return file_replace(path_join(m->arena, m->init->dir, name), FILE_PUBLIC, bytes, err);
}

enum rc_status
making_finish(const struct making *m, struct error *err)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	home_config_put(&m->config, &text);
	return making_write(m, HOME_CONFIG, buf_bytes(&text), err);
}
