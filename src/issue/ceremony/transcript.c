#include "issue/ceremony/transcript.h"

#include "base/escape.h"
#include "crypto/digest.h"
#include "crypto/words.h"
#include "os/clock.h"

void
transcript_put(struct buf *out, const char *word, const char *value)
{
	buf_printf(out, "%s ", word);
	put_foreign_text(out, value);
	buf_putc(out, '\n');
}

void
transcript_put_hex(struct buf *out, const char *word, struct bytes value)
{
	buf_printf(out, "%s ", word);
	buf_put_hex(out, value);
	buf_putc(out, '\n');
}

void
transcript_put_time(struct buf *out, const char *word, int64_t seconds)
{
	buf_printf(out, "%s ", word);
	clock_put(out, seconds);
	buf_putc(out, '\n');
}

void
transcript_put_lines(struct buf *out, const char *word, struct bytes text)
{
	while (text.n > 0) {
		const uint8_t *end = memchr(text.p, '\n', text.n);
		size_t n = end != NULL ? (size_t)(end - text.p) : text.n;

		buf_printf(out, "%s ", word);
		put_foreign(out, BYTES(text.p, n));
		buf_putc(out, '\n');
		n += end != NULL;
		text = BYTES(text.p + n, text.n - n);
	}
}

static void
put_digest(struct buf *out, const char *word, struct bytes of)
{
	uint8_t digest[SHA256_OCTETS];

	sha256(of, digest);
	transcript_put_hex(out, word, BYTES(digest, sizeof(digest)));
}

void
transcript_put_certificate(struct buf *out, const struct cert *cert)
{
	uint8_t digest[SHA256_OCTETS];

	transcript_put(out, "subject", cert->subject_text);
	transcript_put(out, "issuer", cert->issuer_text);
	transcript_put_hex(out, "serial", cert->serial);
	transcript_put_time(out, "not-before", cert->not_before);
	transcript_put_time(out, "not-after", cert->not_after);
	transcript_put(out, "algorithm", cert->algorithm_text);
	put_digest(out, "key-sha256", cert->spki);
	put_digest(out, "tbs-sha256", cert->tbs);
	sha256(cert->tbs, digest);
	buf_puts(out, "tbs-words ");
	words_put(BYTES(digest, sizeof(digest)), out);
	buf_putc(out, '\n');
	put_digest(out, "certificate-sha256", cert->der);
	transcript_put_hex(out, "certificate", cert->der);
}
