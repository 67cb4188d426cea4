/*
 * sql.h - every statement that is made of the ledger, in one place.
 */
#ifndef LEDGER_SQL_H
#define LEDGER_SQL_H

#include "ledger/db.h"

extern const char *const sql_texts[SQL_TEXTS];

#endif
