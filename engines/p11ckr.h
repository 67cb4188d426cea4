/*
 * p11ckr.h - the return codes of PKCS#11, by name and by rule.
 */
#ifndef ENGINES_P11CKR_H
#define ENGINES_P11CKR_H

#include <p11-kit/pkcs11.h>

#include "base/error.h"

/* "CKR_PIN_INCORRECT"; NULL for a code that v2.40 does not know. */
const char *ckr_name(CK_RV rv);
/* The rule that a code is refused by; token-error where there is none of its own. */
enum rule ckr_rule(CK_RV rv);
/* "C_Login: CKR_PIN_INCORRECT (0xa0)" under the code's rule. */
enum rc_status ckr_fail(struct error *err, const char *call, CK_RV rv);

#endif
