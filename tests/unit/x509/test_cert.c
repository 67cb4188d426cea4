#include "x509/cert.h"

#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include "crypto/envelope.h"
#include "tests/sample_cert.h"
#include "x509/der_write.h"

TEST(a_certificate_is_read_as_it_was_written)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P384);
	SCOPED(sample_key_clear) struct sample_key key = sample_key_make(KEY_EC_P256);
	struct sample leaf = sample_leaf(&key, &ca);
	struct cert cert = sample_cert(&leaf, arena);

	EXPECT_INT(cert.version, 3);
	EXPECT(bytes_equal(cert.tbs, sample_tbs(&leaf, arena)));
	EXPECT(bytes_equal(cert.serial, leaf.serial));
	EXPECT(bytes_equal(cert.spki, pubkey_spki(key.pub)));
	EXPECT_TEXT(cert.subject_text, "CN=sip.contoso.com, O=Contoso");
	EXPECT_TEXT(cert.issuer_text, "CN=Contoso Root, C=US");
	EXPECT_TEXT(cert.subject_dn.attr[DN_CN], "sip.contoso.com");
	EXPECT(cert.subject_dn.attr[DN_OU] == NULL);
	EXPECT_INT(cert.not_before, leaf.not_before);
	EXPECT_INT(cert.not_after, leaf.not_after);
	EXPECT_INT(cert.algorithm, RC_ECDSA_SHA384);
	EXPECT_TEXT(cert.algorithm_oid, "1.2.840.10045.4.3.3");
	EXPECT_TEXT(cert.algorithm_text, "ecdsa-with-SHA384");
	EXPECT_INT(cert.n_exts, leaf.n_exts);
	EXPECT_TEXT(cert_find_ext(&cert, EXT_SUBJECT_ALT_NAME)->value.u.names.v[2].value,
	    "sip.fabrikam.com");
	EXPECT(cert_find_ext(&cert, EXT_BASIC_CONSTRAINTS)->value.critical);
	EXPECT(cert_find_ext(&cert, EXT_CERTIFICATE_POLICIES) == NULL);
	EXPECT(!cert_is_ca(&cert));
	EXPECT(!cert_is_self_issued(&cert));
}

TEST(years_beyond_2049_are_read)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	struct sample root = sample_root(&ca);
	struct cert cert;

	root.not_after = 253402300799;
	cert = sample_cert(&root, arena);
	EXPECT_INT(cert.not_after, 253402300799);
	EXPECT(cert_is_ca(&cert));
	EXPECT(cert_is_self_issued(&cert));
}

TEST(every_algorithm_of_ours_is_known)
{
	static const unsigned kinds[] = { KEY_RSA_2048, KEY_EC_P256, KEY_EC_P384, KEY_EC_P521 };
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(kinds[i]);
		struct sample root = sample_root(&ca);
		struct cert cert = sample_cert(&root, arena);

		EXPECT_INT(cert.algorithm, ca.algorithm);
		EXPECT_OK(cert_verify(&cert, &cert, err), err);
	}
}

TEST(a_tbs_is_read_before_it_is_signed)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	struct sample root = sample_root(&ca);
	struct bytes tbs = sample_tbs(&root, arena);
	struct cert cert;

	REQUIRE_OK(cert_read_tbs(tbs, arena, &cert, err), err);
	EXPECT(bytes_equal(cert.tbs, tbs));
	EXPECT_INT(cert.algorithm, RC_ECDSA_SHA256);
	EXPECT_INT(cert.der.n, 0);
	EXPECT_RULE(cert_read_tbs(BYTES(tbs.p, tbs.n - 1), arena, &cert, err), err,
	    RULE_CERT_MALFORMED);
}

TEST(what_was_read_before_is_not_read_again_and_nothing_else_is_taken_for_it)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	SCOPED(sample_key_clear) struct sample_key key = sample_key_make(KEY_EC_P256);
	struct sample leaf = sample_leaf(&key, &ca), root = sample_root(&ca);
	struct bytes der = sample_der(&leaf, arena), altered = arena_bytes(arena, der);
	struct cert known, cert, other;

	REQUIRE_OK(cert_read_tbs(sample_tbs(&leaf, arena), arena, &known, err), err);
	REQUIRE_OK(cert_read_signed(der, &known, arena, &cert, err), err);
	REQUIRE_OK(cert_read(der, arena, &other, err), err);
	EXPECT(cert.exts == known.exts);
	EXPECT(bytes_equal(cert.der, der));
	EXPECT(bytes_equal(cert.signature, other.signature));
	EXPECT(cert.signature.n != 0);

	REQUIRE_OK(cert_read_signed(sample_der(&root, arena), &known, arena, &cert, err), err);
	EXPECT(cert.exts != known.exts);
	EXPECT(cert_is_ca(&cert));
	REQUIRE_OK(cert_read_signed(der, NULL, arena, &cert, err), err);
	EXPECT(cert.exts != known.exts);

	/* ecdsa-with-SHA384 beside the signature, in place of SHA-256 */
	((uint8_t *)(uintptr_t)altered.p)[altered.n - other.signature.n - 4] = 0x03;
	EXPECT_RULE(cert_read_signed(altered, &known, arena, &cert, err), err,
	    RULE_CERT_ALGORITHMS);
	EXPECT_RULE(cert_read_signed(BYTES(der.p, der.n - 1), &known, arena, &cert, err), err,
	    RULE_CERT_MALFORMED);
}

TEST(a_signature_is_verified_by_the_issuers_key)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	SCOPED(sample_key_clear) struct sample_key other = sample_key_make(KEY_EC_P256);
	struct sample root = sample_root(&ca), leaf = sample_leaf(&other, &ca);
	struct cert root_cert = sample_cert(&root, arena), leaf_cert = sample_cert(&leaf, arena);

	EXPECT_OK(cert_verify(&leaf_cert, &root_cert, err), err);
	EXPECT_RULE(cert_verify(&leaf_cert, &leaf_cert, err), err, RULE_CERT_SIGNATURE);
	EXPECT_RULE(cert_verify(&root_cert, &leaf_cert, err), err, RULE_CERT_SIGNATURE);
}

TEST(a_chain_is_held_to_openssls_strict_rules)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	SCOPED(sample_key_clear) struct sample_key other = sample_key_make(KEY_EC_P256);
	struct sample root = sample_root(&ca), leaf = sample_leaf(&other, &ca);
	struct sample stranger = sample_root(&other);
	struct cert root_cert = sample_cert(&root, arena), leaf_cert = sample_cert(&leaf, arena);
	struct cert stranger_cert = sample_cert(&stranger, arena);
	const struct cert *above[] = { &root_cert }, *wrong[] = { &stranger_cert };

	EXPECT_OK(cert_verify_strict(&leaf_cert, above, 1, SAMPLE_NOW, err), err);
	EXPECT_OK(cert_verify_strict(&root_cert, NULL, 0, SAMPLE_NOW, err), err);
	EXPECT_RULE(cert_verify_strict(&leaf_cert, wrong, 1, SAMPLE_NOW, err), err,
	    RULE_CERT_CHAIN);
	EXPECT_RULE(cert_verify_strict(&leaf_cert, above, 1, leaf.not_after + 1, err), err,
	    RULE_CERT_CHAIN);
}

/* -- what is refused --------------------------------------------------------------- */

TEST(a_cut_or_longer_certificate_is_refused)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	SCOPED(buf_clear) struct buf longer = BUF_INIT;
	struct sample root = sample_root(&ca);
	struct bytes der = sample_der(&root, arena);
	struct cert cert;

	for (size_t n = 0; n < der.n; n += 7)
		EXPECT_RULE(cert_read(BYTES(der.p, n), arena, &cert, err), err,
		    RULE_CERT_MALFORMED);
	buf_put_bytes(&longer, der);
	buf_putc(&longer, 0);
	EXPECT_RULE(cert_read(buf_bytes(&longer), arena, &cert, err), err, RULE_CERT_MALFORMED);
	buf_reserve(&longer, CERT_MAX);
	memset(longer.p + longer.n, 0, CERT_MAX);
	buf_wrote(&longer, CERT_MAX);
	EXPECT_RULE(cert_read(buf_bytes(&longer), arena, &cert, err), err, RULE_CERT_TOO_LARGE);
}

TEST(no_changed_octet_is_overlooked)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	struct sample root = sample_root(&ca);
	struct cert good = sample_cert(&root, arena), cert;
	SCOPED(buf_clear) struct buf der = BUF_INIT;

	buf_put_bytes(&der, good.der);
	for (size_t i = 0; i < der.n; i += 3) {
		der.p[i] ^= 0x15;
		EXPECT(cert_read(buf_bytes(&der), arena, &cert, err) != RC_OK ||
		    cert_verify(&cert, &good, err) != RC_OK);
		der.p[i] ^= 0x15;
		error_clear(err);
	}
}

TEST(two_algorithms_are_refused)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	struct sample root = sample_root(&ca);
	struct cert cert;

	root.algorithm = RC_ECDSA_SHA512;
	EXPECT_RULE(cert_read(sample_der(&root, arena), arena, &cert, err), err,
	    RULE_CERT_ALGORITHMS);
}

TEST(an_extension_twice_is_refused)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	struct sample root = sample_root(&ca);
	struct cert cert;

	sample_add(&root, root.exts[1]);
	EXPECT_RULE(cert_read(sample_der(&root, arena), arena, &cert, err), err,
	    RULE_CERT_EXT_TWICE);
}

TEST(a_name_with_a_nul_is_refused)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	SCOPED(buf_clear) struct buf tbs = BUF_INIT;
	struct sample root = sample_root(&ca);
	struct cert cert;
	uint8_t *at;

	buf_put_bytes(&tbs, sample_tbs(&root, arena));
	at = memmem(tbs.p, tbs.n, "Contoso", 7);
	at[3] = 0;
	EXPECT_RULE(cert_read(sample_sign(buf_bytes(&tbs), &ca, arena), arena, &cert, err), err,
	    RULE_CERT_MALFORMED);
	at[3] = 0x1b;
	REQUIRE_OK(cert_read(sample_sign(buf_bytes(&tbs), &ca, arena), arena, &cert, err), err);
	EXPECT_HAS(cert.issuer_text, "CN=Con\\1Boso Root");
}

TEST(a_time_with_an_offset_is_refused)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	SCOPED(buf_clear) struct buf tbs = BUF_INIT;
	struct sample root = sample_root(&ca);
	struct cert cert;
	uint8_t *at;

	buf_put_bytes(&tbs, sample_tbs(&root, arena));
	at = memmem(tbs.p, tbs.n, "221114221320Z", 13);
	REQUIRE(at != NULL);
	memcpy(at, "2211142213+01", 13);
	EXPECT_RULE(cert_read(sample_sign(buf_bytes(&tbs), &ca, arena), arena, &cert, err), err,
	    RULE_CERT_MALFORMED);
	memcpy(at, "221314221320Z", 13);
	EXPECT_RULE(cert_read(sample_sign(buf_bytes(&tbs), &ca, arena), arena, &cert, err), err,
	    RULE_CERT_MALFORMED);
}

TEST(a_version_1_certificate_is_read_without_extensions_only)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	struct sample root = sample_root(&ca);
	struct cert cert;

	for (int with_exts = 0; with_exts < 2; with_exts++) {
		SCOPED(buf_clear) struct buf v1 = BUF_INIT;
		struct bytes tbs, content;

		root.n_exts = with_exts ? 3 : 0;
		tbs = sample_tbs(&root, arena);
		REQUIRE(der_take(&tbs, DER_SEQUENCE, &content));
		/* without the five octets of [0] version */
		buf_put_bytes(&v1, BYTES(content.p + 5, content.n - 5));
		der_wrap(&v1, 0, DER_SEQUENCE);
		if (with_exts)
			EXPECT_RULE(cert_read(sample_sign(buf_bytes(&v1), &ca, arena), arena, &cert,
			    err), err, RULE_CERT_MALFORMED);
		else
			EXPECT_OK(cert_read(sample_sign(buf_bytes(&v1), &ca, arena), arena, &cert,
			    err), err);
	}
	EXPECT_INT(cert.version, 1);
}

/* -- files --------------------------------------------------------------------------- */

TEST(files_are_read_as_people_have_them)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	SCOPED(buf_clear) struct buf pem = BUF_INIT;
	SCOPED(buf_clear) struct buf wide = BUF_INIT;
	struct sample root = sample_root(&ca);
	struct bytes der = sample_der(&root, arena);
	struct cert cert, *chain;
	size_t n;

	cert_put_pem(der, &pem);
	EXPECT_HAS(buf_text(&pem), "-----BEGIN CERTIFICATE-----\n");
	REQUIRE_OK(cert_read_file(buf_bytes(&pem), arena, &cert, err), err);
	EXPECT(bytes_equal(cert.der, der));
	REQUIRE_OK(cert_read_file(der, arena, &cert, err), err);
	buf_put(&wide, "\xff\xfe", 2);
	for (size_t i = 0; i < pem.n; i++) {
		buf_put(&wide, pem.p + i, 1);
		buf_putc(&wide, 0);
	}
	REQUIRE_OK(cert_read_file(buf_bytes(&wide), arena, &cert, err), err);
	cert_put_pem(der, &pem);
	EXPECT_RULE(cert_read_file(buf_bytes(&pem), arena, &cert, err), err, RULE_CERT_TRAILING);
	REQUIRE_OK(cert_read_chain(buf_bytes(&pem), arena, &chain, &n, err), err);
	EXPECT_INT(n, 2);
	EXPECT(bytes_equal(chain[1].der, der));
	EXPECT_RULE(cert_read_file(bytes_of_text("hello"), arena, &cert, err), err,
	    RULE_CERT_MALFORMED);
	EXPECT_RULE(cert_read_chain(BYTES(NULL, 0), arena, &chain, &n, err), err,
	    RULE_CERT_MALFORMED);
}

TEST(a_p7b_holds_the_chain_in_order)
{
	SCOPED(buf_clear) struct buf p7b = BUF_INIT;
	SCOPED(buf_clear) struct buf text = BUF_INIT;
	struct bytes ders[] = { BYTES("\x30\x01\x01", 3), BYTES("\x30\x00", 2) };

	cert_put_p7b(ders, 2, &p7b);
	buf_put_hex(&text, buf_bytes(&p7b));
	EXPECT_TEXT(buf_text(&text), "302a06092a864886f70d010702a01d301b0201013100"
	    "300b06092a864886f70d010701a00530010130003100");
}

TEST(a_p7b_is_read_by_libcrypto)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(sample_key_clear) struct sample_key ca = sample_key_make(KEY_EC_P256);
	SCOPED(buf_clear) struct buf p7b = BUF_INIT;
	struct sample root = sample_root(&ca), leaf = sample_leaf(&ca, &ca);
	struct bytes ders[] = { sample_der(&leaf, arena), sample_der(&root, arena) };
	const uint8_t *p;
	PKCS7 *read;

	cert_put_p7b(ders, 2, &p7b);
	EXPECT(der_fault(buf_bytes(&p7b)) == NULL);
	p = p7b.p;
	read = d2i_PKCS7(NULL, &p, (long)p7b.n);
	REQUIRE(read != NULL && PKCS7_type_is_signed(read));
	EXPECT_INT(sk_X509_num(read->d.sign->cert), 2);
	EXPECT_INT(X509_get_ext_count(sk_X509_value(read->d.sign->cert, 0)), (int)leaf.n_exts);
	PKCS7_free(read);
}
