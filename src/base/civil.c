#include "base/civil.h"

enum { FIELDS = 6 };

struct field {
	char after;                      /* what stands behind its digits */
	unsigned digits, least, most;
};

static const struct field fields[FIELDS] = {
	{ '-', 4, 1970, 9999 }, { '-', 2, 1, 12 }, { 'T', 2, 1, 31 },
	{ ':', 2, 0, 23 }, { ':', 2, 0, 59 }, { 'Z', 2, 0, 59 },
};

static bool
field_read(const char **text, const struct field *field, unsigned *ret)
{
	unsigned value = 0;

	for (unsigned i = 0; i < field->digits; i++, (*text)++) {
		if (**text < '0' || **text > '9')
			return false;
		value = value * 10 + (unsigned)(**text - '0');
	}
	if (*(*text)++ != field->after || value < field->least || value > field->most)
		return false;
	*ret = value;
	return true;
}

static bool
is_leap(unsigned year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static unsigned
days_of_month(unsigned year, unsigned month)
{
	static const unsigned days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Leap days from 1970 up to, not with, this year. */
static unsigned
leap_days_before(unsigned year)
{
	unsigned y = year - 1;

	return y / 4 - y / 100 + y / 400 - 477;
}

bool
civil_read(const char *text, int64_t *ret_seconds)
{
	unsigned v[FIELDS];
	int64_t days;

	for (size_t i = 0; i < FIELDS; i++)
		if (!field_read(&text, &fields[i], &v[i]))
			return false;
	if (*text != '\0' || v[2] > days_of_month(v[0], v[1]))
		return false;
	days = (int64_t)(v[0] - 1970) * 365 + leap_days_before(v[0]) + v[2] - 1;
	for (unsigned month = 1; month < v[1]; month++)
		days += days_of_month(v[0], month);
	*ret_seconds = days * 86400 + v[3] * 3600 + v[4] * 60 + v[5];
	return true;
}
