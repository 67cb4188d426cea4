#include "x509/san_order.h"

const char *const san_order_words[SAN_ORDERS] = { "exact", "prefix", "superset", "set" };

const char *
san_order_word(enum san_order order)
{
	return san_order_words[order];
}
