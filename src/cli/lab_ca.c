#include "cli/lab.h"
#include "engines/p11admin.h"
#include "issue/ca_init.h"
#include "issue/deliver.h"
#include "issue/signer.h"
#include "os/file.h"
#include "revoke/crl.h"

#define ROOT_KEY "pkcs11:token=rolecert-lab;object=root"
#define ISSUING_KEY "pkcs11:token=rolecert-lab;object=issuing"
enum { ISSUING_DAYS = 3652 };    /* ten years */

static enum rc_status
make_key(const struct lab *lab, const char *uri, const char *algorithm, struct error *err)
{
	SCOPED(buf_clear) struct buf spki = BUF_INIT;
	struct p11_keygen what = { .algorithm = algorithm };
	struct access access;

	lab_access(lab, uri, &access);
	TRY_WHILE(err, p11admin_keygen(&access.config, &what, &spki, NULL, err),
	    "making the key %s", uri);
	return RC_OK;
}

/* The access must stay where it is: the configuration points into it. */
static void
init_of(const struct lab *lab, const char *dir, const char *key, const char *cn,
    struct access *access, struct ca_init *ret)
{
	const char *config =
	    arena_printf(lab->cli->arena, "crl: { publish: ../%s.crl }\n", dir);

	lab_access(lab, key, access);
	*ret = (struct ca_init){
		.dir = lab_path(lab, dir), .key = key, .module = lab->module,
		.roles = lab->roles.roles, .config = bytes_of_text(config), .config_name = "lab",
		.custody = CUSTODY_STRICT,
		.subject = { .attr = { [DN_CN] = cn, [DN_O] = "rolecert lab" } },
		.engine = access_engine(CUSTODY_STRICT), .engine_config = access->config,
	};
}

enum rc_status
lab_publish(const struct lab *lab, struct home *home, struct signer *signer, struct error *err)
{
	const struct crl_options options = { .requester = "lab" };
	struct arena *arena = lab->cli->arena;
	struct crl_made made;

	TRY(crl_make(home, signer, &options, arena, &made, err));
	return file_replace(path_join(arena, home->dir, home->config.crl_publish), FILE_PUBLIC,
	    made.der, err);
}

/* The root certifies the issuing CA's key, under the name that is ours to say. */
static enum rc_status
certify(const struct lab *lab, const struct dn *subject, struct bytes csr, struct buf *ret_pem,
    struct buf *ret_root, struct error *err)
{
	SCOPED(home_close) struct home *root = NULL;
	SCOPED(signer_close) struct signer *signer = NULL;
	SCOPED(issuance_free) struct issuance *issued = NULL;
	struct ca_request request = { .role = lab->roles.roles.issuing,
		.subject = *subject, .path_len = 0,
		.validity_days = ISSUING_DAYS };
	struct issue_options options = { .requester = "lab" };
	struct access access;

	TRY(home_open(lab_path(lab, "root"), HOME_SIGN, NULL, &root, err));
	lab_access(lab, NULL, &access);
	TRY(signer_open(root, access_engine(CUSTODY_STRICT), &access.config, &signer, err));
	TRY(issue_ca_certificate(root, signer, &request, csr, &options, &issued, err));
	cert_put_pem(issued->der, ret_pem);
	cert_put_pem(root->certificate.der, ret_root);
	return lab_publish(lab, root, signer, err);
}

static enum rc_status
make_issuing(const struct lab *lab, struct error *err)
{
	SCOPED(buf_clear) struct buf csr = BUF_INIT, pem = BUF_INIT, root = BUF_INIT;
	SCOPED(buf_clear) struct buf chain = BUF_INIT;
	struct access access;
	struct ca_init init;

	init_of(lab, "ca", ISSUING_KEY, "Lab Issuing CA", &access, &init);
	TRY(ca_init_csr(&init, &csr, err));
	TRY_WHILE(err, certify(lab, &init.subject, buf_bytes(&csr), &pem, &root, err),
	    "certifying the issuing CA");
	TRY(ca_init_install(&init, buf_bytes(&pem), buf_bytes(&root), err));
	buf_put(&chain, pem.p, pem.n);
	buf_put(&chain, root.p, root.n);
	TRY(file_create(lab_path(lab, "root.pem"), FILE_PUBLIC, buf_bytes(&root), err));
	return file_create(lab_path(lab, "chain.pem"), FILE_PUBLIC, buf_bytes(&chain), err);
}

enum rc_status
lab_cas(struct lab *lab, struct error *err)
{
	struct access access;
	struct ca_init init;

	TRY(make_key(lab, ROOT_KEY, "ec-p384", err));
	TRY(make_key(lab, ISSUING_KEY, "ec-p256", err));
	init_of(lab, "root", ROOT_KEY, "Lab Root CA", &access, &init);
	TRY_WHILE(err, ca_init_self_signed(&init, err), "making the root CA");
	TRY_WHILE(err, make_issuing(lab, err), "making the issuing CA");
	return RC_OK;
}
