#include "crypto/key_algorithm.h"

static const char *const words[KEY_ALGORITHMS] = {
	"rsa-2048", "rsa-3072", "rsa-4096", "rsa-8192",
	"ec-p256", "ec-p384", "ec-p521", "ed25519",
};

const char *
key_algorithm_word(unsigned bit)
{
	return bit < KEY_ALGORITHMS ? words[bit] : "unknown";
}

unsigned
key_algorithm_find(const char *word)
{
	for (unsigned bit = 0; bit < KEY_ALGORITHMS; bit++)
		if (strcmp(words[bit], word) == 0)
			return 1U << bit;
	return 0;
}
