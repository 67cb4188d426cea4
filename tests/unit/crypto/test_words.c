/*
 * Words that are read aloud must not be taken for each other.
 */
#include "crypto/words.h"
#include "tests/unit.h"

enum { ALL = 2 * WORDS, LONGEST = 10, APART = 3, PREFIX = 4 };

static const char *
any_word(size_t i)
{
	return word_of(i / WORDS, (uint8_t)(i % WORDS));
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

/* Letters to change, add or take away: Levenshtein. */
static size_t
distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], n = strlen(b);

	for (size_t k = 0; k <= n; k++)
		row[k] = k;
	for (size_t i = 1; a[i - 1] != '\0'; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t k = 1; k <= n; k++) {
			size_t above = row[k];

			row[k] = least(least(above, row[k - 1]) + 1, diagonal + (a[i - 1] != b[k - 1]));
			diagonal = above;
		}
	}
	return row[n];
}

TEST(words_are_short_and_plain)
{
	for (size_t i = 0; i < ALL; i++) {
		const char *word = any_word(i);

		EXPECT(strlen(word) >= PREFIX && strlen(word) <= LONGEST);
		EXPECT_INT(strspn(word, "abcdefghijklmnopqrstuvwxyz"), strlen(word));
	}
}

TEST(words_are_told_apart_by_four_letters_and_differ_in_three)
{
	size_t alike = 0, near = 0;

	EXPECT_INT(distance("cobalt", "cobra"), 3);
	EXPECT_INT(distance("acorn", "acorn"), 0);
	for (size_t i = 0; i < ALL; i++)
		for (size_t k = 0; k < i; k++) {
			alike += strncmp(any_word(i), any_word(k), PREFIX) == 0;
			near += distance(any_word(i), any_word(k)) < APART;
		}
	EXPECT_INT(alike, 0);
	EXPECT_INT(near, 0);
}

TEST(words_of_even_and_odd_places_are_of_two_lists)
{
	static const uint8_t octets[] = { 0, 0, 255, 255 };
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	words_put(BYTES(octets, sizeof(octets)), &text);
	EXPECT_TEXT(buf_text(&text), "acorn academy zodiac zucchini");
	buf_cut(&text, 0);
	words_put(BYTES(octets, 0), &text);
	EXPECT_INT(text.n, 0);
}
