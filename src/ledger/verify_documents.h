/*
 * verify_documents.h - what is kept under its digest: it has that digest, and nothing that an
 * event, a row or an origin names is missing.
 *
 *      log-document     another digest, or not there
 */
#ifndef LEDGER_VERIFY_DOCUMENTS_H
#define LEDGER_VERIFY_DOCUMENTS_H

#include "ledger/replay.h"

/* Reads all of them, before anything is asked for. */
enum rc_status verify_documents(struct ledger *ledger, struct replay *r,
    struct error *err) RC_CHECK;

/* `what` and `number` say who names it: "the custody of entry", 7. */
void document_needed(struct replay *r, struct bytes digest, const char *what, int64_t number);

#endif
