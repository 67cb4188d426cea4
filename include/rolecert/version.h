/*
 * version.h - which librolecert this is.
 *
 * Names that begin with rc_ are the library's promise to programs outside; all
 * others are hidden and may change.  Before 1.0 the promise itself may change
 * with the second number, and the name of the shared library changes with it.
 */
#ifndef ROLECERT_VERSION_H
#define ROLECERT_VERSION_H

/* Seen from outside the shared library; everything else is not. */
#define RC_API __attribute__((visibility("default")))

/* The version of the library that is linked, "0.1.0".  Static storage. */
RC_API const char *rc_version(void);

#endif
