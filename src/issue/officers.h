/*
 * officers.h - the certificates of the officers that ca.yaml names.
 *
 * An officer is a key: what the policy pins is the SHA-256 of the SubjectPublicKeyInfo
 * in the certificate, so that a certificate may be renewed for the same key without a
 * change of policy.
 *
 *      approval-officer   a certificate cannot be read, its key is weak or does not sign
 *                         in CMS, or two officers have one key
 */
#ifndef ISSUE_OFFICERS_H
#define ISSUE_OFFICERS_H

#include "issue/home.h"

/* Reads them, from the folder of the home, and fills the keys of config->approvals.
 * *ret, in the arena: one for each officer, in the same order. */
enum rc_status officers_read(const char *dir, struct home_config *config,
    struct arena *arena, struct cert **ret, struct error *err) RC_CHECK;

#endif
