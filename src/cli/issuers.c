#include "cli/issuers.h"

#include "cli/load.h"
#include "issue/chain.h"
#include "os/file.h"

/* The CA and whoever stands above it. */
static void
issuers_of_home(struct cli *cli, struct issuers *ret)
{
	size_t n = ret->home->n_chain + 1;
	struct cert *issuers = arena_alloc(cli->arena, n * sizeof(*issuers));

	issuers[0] = ret->home->certificate;
	for (size_t i = 1; i < n; i++)
		issuers[i] = ret->home->chain[i - 1];
	ret->v = issuers;
	ret->n = n;
}

enum rc_status
issuers_load(struct cli *cli, struct issuers *ret, struct error *err)
{
	struct foreign_crl *lists;
	struct cert *issuers;
	struct bytes file;

	*ret = (struct issuers){ .home = NULL };
	if (cli->opt.ca != NULL && cli->opt.issuer == NULL) {
		TRY(home_open(cli->opt.ca, HOME_LOOK, NULL, &ret->home, err));
		if (ret->home->has_certificate)
			issuers_of_home(cli, ret);
		TRY(parents_load(ret->home, cli->arena, &lists, &ret->n_lists, err));
		ret->lists = lists;
	}
	if (cli->opt.issuer == NULL)
		return RC_OK;
	TRY(load_file(cli, cli->opt.issuer, FILE_MAX_CERT, &file, err));
	TRY_WHILE(err, cert_read_chain(file, cli->arena, &issuers, &ret->n, err),
	    "reading --issuer %s", cli->opt.issuer);
	ret->v = issuers;
	return RC_OK;
}

void
issuers_clear(struct issuers *issuers)
{
	home_close(issuers->home);
	*issuers = (struct issuers){ .home = NULL };
}

static const struct cert *
issuer_of(const struct issuers *issuers, const struct cert *cert)
{
	SCOPED(error_free) struct error *why = error_new();

	for (size_t i = 0; i < issuers->n; i++)
		if (cert_check_issuer(cert, &issuers->v[i], RULE_CHECK_CHAIN, why) == RC_OK)
			return &issuers->v[i];
	return NULL;
}

size_t
issuers_above(const struct issuers *issuers, const struct cert *cert,
    const struct cert *ret[ISSUERS_ABOVE_MAX])
{
	size_t n = 0;

	while (n < ISSUERS_ABOVE_MAX && !(n != 0 && cert_is_self_issued(cert))) {
		cert = issuer_of(issuers, cert);
		if (cert == NULL)
			break;
		ret[n++] = cert;
	}
	return n;
}
