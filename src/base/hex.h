/*
 * hex.h - hexadecimal digits back into octets; buf_put_hex() is the other way.
 */
#ifndef BASE_HEX_H
#define BASE_HEX_H

#include "base/base.h"

/* Of either case; -1: none. */
int hex_digit(char c);

/* Exactly 2 * n digits, lower case, and nothing behind them.  False: anything else. */
bool hex_read(const char *text, uint8_t *ret, size_t n);

#endif
