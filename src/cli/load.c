#include "cli/load.h"

#include "os/file.h"

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
	return cert_read_chain(file, cli->arena, ret, ret_n, err);
}

enum rc_status
load_cert(struct cli *cli, const char *path, struct cert *ret, struct error *err)
{
	struct bytes file;

	TRY(load_file(cli, path, FILE_MAX_CERT, &file, err));
	TRY_WHILE(err, cert_read_file(file, cli->arena, ret, err), "reading certificate %s", path);
	return RC_OK;
}
