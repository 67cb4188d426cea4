/*
 * san_order.h - how the order of a certificate's alternative names is judged.
 */
#ifndef X509_SAN_ORDER_H
#define X509_SAN_ORDER_H

enum san_order {
	SAN_EXACT,      /* these, in this order, no others                 */
	SAN_PREFIX,     /* the certificate begins with these               */
	SAN_SUPERSET,   /* these, in this order, others may stand between  */
	SAN_SET,        /* the same members in any order                   */
	SAN_ORDERS
};

const char *san_order_word(enum san_order order);
extern const char *const san_order_words[SAN_ORDERS];

#endif
