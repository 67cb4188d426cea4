#include "evidence/tar.h"

#include <stdio.h>
#include <stdlib.h>

/* Where the fields of a header stand. */
enum {
	BLOCK = 512,
	AT_MODE = 100, AT_OWNER = 108, AT_GROUP = 116, AT_SIZE = 124, AT_TIME = 136,
	AT_SUM = 148, AT_TYPE = 156, AT_MAGIC = 257, AT_MAJOR = 329, AT_MINOR = 337,
	SIZE_DIGITS = 11,
	END_BLOCKS = 2,
};

/* -- writing ---------------------------------------------------------------------- */

static void
header_make(const struct tar_file *file, int64_t time, uint8_t ret[BLOCK])
{
	unsigned sum = 0;

	memset(ret, 0, BLOCK);
	memcpy(ret, file->name, strnlen(file->name, TAR_NAME));
	memcpy(ret + AT_MODE, "0000644", 8);
	memcpy(ret + AT_OWNER, "0000000", 8);
	memcpy(ret + AT_GROUP, "0000000", 8);
	(void)snprintf((char *)ret + AT_SIZE, SIZE_DIGITS + 1, "%011llo",
	    (unsigned long long)file->bytes.n & 077777777777);
	(void)snprintf((char *)ret + AT_TIME, SIZE_DIGITS + 1, "%011llo",
	    (unsigned long long)time & 077777777777);
	memset(ret + AT_SUM, ' ', 8);
	ret[AT_TYPE] = '0';
	memcpy(ret + AT_MAGIC, "ustar\00000", 8);
	memcpy(ret + AT_MAJOR, "0000000", 8);
	memcpy(ret + AT_MINOR, "0000000", 8);
	for (size_t i = 0; i < BLOCK; i++)
		sum += ret[i];
	(void)snprintf((char *)ret + AT_SUM, 7, "%06o", sum & 0777777);
}

static void
put_zeros(struct buf *out, size_t n)
{
	memset(buf_reserve(out, n), 0, n);
	buf_wrote(out, n);
}

void
tar_put(const struct tar *tar, struct buf *out)
{
	uint8_t header[BLOCK];

	for (size_t i = 0; i < tar->n; i++) {
		struct bytes bytes = tar->files[i].bytes;

		header_make(&tar->files[i], tar->time, header);
		buf_put(out, header, sizeof(header));
		buf_put_bytes(out, bytes);
		put_zeros(out, (BLOCK - bytes.n % BLOCK) % BLOCK);
	}
	put_zeros(out, END_BLOCKS * BLOCK);
}

/* -- reading ----------------------------------------------------------------------- */

static bool
is_name_octet(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	    c == '.' || c == '_' || c == '-' || c == '/';
}

/* No part is empty or begins with a dot. */
static bool
is_good_name(const char *name)
{
	char before = '/';

	for (const char *c = name; *c != '\0'; c++) {
		if (!is_name_octet(*c) || (before == '/' && (*c == '.' || *c == '/')))
			return false;
		before = *c;
	}
	return before != '/';
}

static bool
read_octal(const uint8_t *digits, uint64_t *ret)
{
	*ret = 0;
	for (size_t i = 0; i < SIZE_DIGITS; i++) {
		if (digits[i] < '0' || digits[i] > '7')
			return false;
		*ret = *ret << 3 | (uint64_t)(digits[i] - '0');
	}
	return true;
}

/* NULL: it is good; else what is wrong. */
static const char *
take_file(struct bytes *rest, struct arena *arena, int64_t time, struct tar_file *ret)
{
	const uint8_t *at = rest->p;
	uint8_t again[BLOCK];
	uint64_t size, padded;

	if (rest->n < BLOCK || !read_octal(at + AT_SIZE, &size))
		return "a header is cut off or has no size";
	padded = (size + BLOCK - 1) / BLOCK * BLOCK;
	if (padded > rest->n - BLOCK)
		return "a file is cut off";
	ret->name = arena_strndup(arena, (const char *)at, strnlen((const char *)at, TAR_NAME));
	ret->bytes = BYTES(at + BLOCK, (size_t)size);
	if (!is_good_name(ret->name))
		return "a file has a name that no bundle has";
	header_make(ret, time, again);
	if (memcmp(again, at, BLOCK) != 0)
		return "a header is not written as rolecert writes it";
	for (uint64_t i = size; i < padded; i++)
		if (at[BLOCK + i] != 0)
			return "something stands behind a file";
	*rest = BYTES(at + BLOCK + padded, rest->n - BLOCK - (size_t)padded);
	return NULL;
}

static bool
is_end(struct bytes rest)
{
	for (size_t i = 0; i < rest.n; i++)
		if (rest.p[i] != 0)
			return false;
	return true;
}

static int
compare_names(const void *a, const void *b)
{
	const struct tar_file *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static bool
has_twice(const struct tar *tar)
{
	const struct tar_file **sorted = mem_zero((tar->n + 1) * sizeof(const void *));
	bool twice = false;

	for (size_t i = 0; i < tar->n; i++)
		sorted[i] = &tar->files[i];
	qsort(sorted, tar->n, sizeof(sorted[0]), compare_names);
	for (size_t i = 1; i < tar->n; i++)
		twice |= strcmp(sorted[i - 1]->name, sorted[i]->name) == 0;
	free(sorted);
	return twice;
}

static enum rc_status
bad_format(struct error *err, const char *what)
{
	return error_fail(err, RULE_BUNDLE_FORMAT, "this is no evidence bundle: %s", what);
}

enum rc_status
tar_read(struct bytes bytes, struct arena *arena, struct tar *ret, struct error *err)
{
	enum { END = END_BLOCKS * BLOCK };
	VEC(struct tar_file) files = { .v = NULL };
	struct bytes rest = bytes;
	uint64_t time = 0;
	struct tar tar;

	if (bytes.n > TAR_MAX || bytes.n < BLOCK + END || !read_octal(bytes.p + AT_TIME, &time))
		return bad_format(err, "it is too long, too short, or no archive");
	while (rest.n != END && files.n < TAR_FILES) {
		const char *fault =
		    take_file(&rest, arena, (int64_t)time, VEC_PUSH(arena, &files));

		if (fault != NULL)
			return bad_format(err, fault);
	}
	tar = (struct tar){ .files = files.v, .n = files.n, .time = (int64_t)time };
	if (rest.n != END || !is_end(rest) || has_twice(&tar))
		return bad_format(err, "it does not end, or a file is in it twice");
	*ret = tar;
	return RC_OK;
}

const struct tar_file *
tar_find(const struct tar *tar, const char *name)
{
	for (size_t i = 0; i < tar->n; i++)
		if (strcmp(tar->files[i].name, name) == 0)
			return &tar->files[i];
	return NULL;
}
