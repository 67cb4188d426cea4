/*
 * mbedtls_verify ROOT CHAIN LEAF [CRL] - mbed TLS verifies the leaf through CHAIN up to
 * ROOT.  What it finds wrong goes to stdout; status 1 then.
 */
#include <mbedtls/x509_crl.h>
#include <mbedtls/x509_crt.h>
#include <stdio.h>

int
main(int argc, char **argv)
{
	mbedtls_x509_crt root, leaf;
	mbedtls_x509_crl list;
	char why[1024] = "";
	uint32_t flags = 0;
	int status;

	if (argc < 4)
		return 2;
	mbedtls_x509_crt_init(&root);
	mbedtls_x509_crt_init(&leaf);
	mbedtls_x509_crl_init(&list);
	if (mbedtls_x509_crt_parse_file(&root, argv[1]) != 0 ||
	    mbedtls_x509_crt_parse_file(&leaf, argv[3]) != 0 ||
	    mbedtls_x509_crt_parse_file(&leaf, argv[2]) != 0 ||
	    (argc > 4 && mbedtls_x509_crl_parse_file(&list, argv[4]) != 0)) {
		printf("a file cannot be read\n");
		return 2;
	}
	status = mbedtls_x509_crt_verify(&leaf, &root, argc > 4 ? &list : NULL, NULL, &flags, NULL,
	    NULL);
	if (status != 0) {
		mbedtls_x509_crt_verify_info(why, sizeof(why), "", flags);
		printf("%s", why);
	}
	mbedtls_x509_crl_free(&list);
	mbedtls_x509_crt_free(&leaf);
	mbedtls_x509_crt_free(&root);
	return status != 0;
}
