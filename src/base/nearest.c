#include "base/error.h"

#include <ctype.h>

enum { LONGEST_WORD = 64 };

static char
fold(char c)
{
	return (char)tolower((unsigned char)c);
}

static size_t
least(size_t a, size_t b, size_t c)
{
	size_t ab = a < b ? a : b;

	return ab < c ? ab : c;
}

/* How many letters must be put in, left out, changed, or swapped with the next
 * (optimal string alignment). */
static size_t
distance(const char *a, const char *b)
{
	size_t rows[3][LONGEST_WORD + 1], n = strlen(b), i;

	for (size_t j = 0; j <= n; j++)
		rows[0][j] = j;
	for (i = 1; a[i - 1] != '\0'; i++) {
		size_t *row = rows[i % 3], *above = rows[(i + 2) % 3], *before = rows[(i + 1) % 3];

		row[0] = i;
		for (size_t j = 1; j <= n; j++) {
			size_t change = fold(a[i - 1]) == fold(b[j - 1]) ? 0 : 1;

			row[j] = least(row[j - 1] + 1, above[j] + 1, above[j - 1] + change);
			if (i > 1 && j > 1 && fold(a[i - 1]) == fold(b[j - 2]) &&
			    fold(a[i - 2]) == fold(b[j - 1]) && before[j - 2] + 1 < row[j])
				row[j] = before[j - 2] + 1;
		}
	}
	return rows[(i - 1) % 3][n];
}

/* "strict" for "strict_dns": half a word counts as one letter wrong. */
static bool
is_beginning(const char *word, const char *known)
{
	size_t n = strlen(word);

	return n >= 3 && n < strlen(known) && strncasecmp(word, known, n) == 0;
}

const char *
nearest_word(const char *word, const char *const *known, size_t n)
{
	const char *best = NULL;
	size_t limit = (strlen(word) + 2) / 3, best_distance = limit + 1;

	if (strlen(word) > LONGEST_WORD)
		return NULL;
	for (size_t i = 0; i < n; i++) {
		size_t d;

		if (strlen(known[i]) > LONGEST_WORD)
			continue;
		d = is_beginning(word, known[i]) ? 1 : distance(word, known[i]);
		/* a word of which no letter stays is no likeness */
		if (d < best_distance && d < strlen(word)) {
			best_distance = d;
			best = known[i];
		}
	}
	return best;
}
