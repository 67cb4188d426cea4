/*
 * status.h - what a call of librolecert says of itself.
 *
 * Every function that can fail returns an enum rc_status and takes, last, a
 * struct error of the caller that says what, where, by which rule and what to
 * do.  RC_OK means done and the out-parameters (named ret_...) are filled; any
 * other value means that they were not touched.
 *
 * A status is the class of an error, and its number is the exit status of the
 * rolecert program: scripts and programs see the same numbers.
 */
#ifndef ROLECERT_STATUS_H
#define ROLECERT_STATUS_H

enum rc_status {
	RC_OK     = 0,   /* done, or the verdict is yes                          */
	RC_NO     = 1,   /* the verdict is no: not satisfied, differs, not proven */
	RC_USAGE  = 2,   /* the call itself is wrong                             */
	RC_INPUT  = 3,   /* input that cannot be read or does not parse          */
	RC_POLICY = 4,   /* understood, and refused by a rule                    */
	RC_TOKEN  = 5,   /* token, PIN, key, custody                             */
	RC_SYSTEM = 6,   /* ledger, disk, clock, operating system                */
	RC_WAITS  = 7,   /* stored; waits for approval                           */
	RC_BUG    = 70,  /* a bug in rolecert                                    */
};

/* The result must be looked at. */
#define RC_CHECK __attribute__((warn_unused_result))
/* The compiler checks the format against the arguments. */
#define RC_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

#endif
