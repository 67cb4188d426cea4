#include "cli/load.h"

#include "os/file.h"
#include "x509/cert_container.h"

enum rc_status
load_file(struct cli *cli, const char *path, size_t limit, struct bytes *ret,
    struct error *err)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	TRY(file_read(path, limit, &b, err));
	*ret = arena_bytes(cli->arena, buf_bytes(&b));
	return RC_OK;
}

enum rc_status
load_certs(struct cli *cli, struct bytes file, struct cert **ret, size_t *ret_n,
    struct error *err)
{
	return cert_read_any(file, cli->arena, ret, ret_n, err);
}

enum rc_status
load_cert(struct cli *cli, const char *path, struct cert *ret, struct error *err)
{
	struct bytes file;

	TRY(load_file(cli, path, FILE_MAX_CERT, &file, err));
	TRY_WHILE(err, cert_read_file(file, cli->arena, ret, err), "reading certificate %s", path);
	return RC_OK;
}

enum rc_status
load_leaf(struct cli *cli, const char *path, struct cert *ret, struct error *err)
{
	const struct cert *leaf;
	struct cert *certs;
	struct bytes file;
	size_t n;

	TRY(load_file(cli, path, FILE_MAX_CERT, &file, err));
	TRY_WHILE(err, load_certs(cli, file, &certs, &n, err), "reading certificate %s", path);
	TRY_WHILE(err, cert_pick_leaf(certs, n, &leaf, err), "reading certificate %s", path);
	*ret = *leaf;
	return RC_OK;
}
