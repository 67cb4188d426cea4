#include "crypto/words.h"

#define WORD(word) #word,

static const char *const even[] = {
#define WORDS_EVEN
#include "crypto/words.def"
#undef WORDS_EVEN
};

static const char *const odd[] = {
#define WORDS_ODD
#include "crypto/words.def"
#undef WORDS_ODD
};

_Static_assert(ARRAY_LEN(even) == WORDS && ARRAY_LEN(odd) == WORDS, "a word for each octet");

const char *
word_of(size_t place, uint8_t octet)
{
	return (place % 2 == 0 ? even : odd)[octet];
}

void
words_put(struct bytes octets, struct buf *out)
{
	for (size_t i = 0; i < octets.n; i++) {
		if (i > 0)
			buf_putc(out, ' ');
		buf_puts(out, word_of(i, octets.p[i]));
	}
}
