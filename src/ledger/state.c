#include "ledger/state.h"

const struct ledger_move ledger_moves[LEDGER_MOVES] = {
	{ LEDGER_RESERVED, LEDGER_PENDING, "begin",   TAKE_OWNER },
	{ LEDGER_RESERVED, LEDGER_VOID,    "void",    TAKE_REASON },
	{ LEDGER_PENDING,  LEDGER_DONE,    "commit",  TAKE_RESULT | MUST_BE_MINE },
	{ LEDGER_PENDING,  LEDGER_SPOILED, "spoil",   TAKE_RESULT | TAKE_REASON | MUST_BE_MINE },
	{ LEDGER_PENDING,  LEDGER_LOST,    "lose",    TAKE_REASON | MUST_BE_MINE },
	{ LEDGER_DONE,     LEDGER_HELD,    "hold",    TAKE_REASON | WITH_SERIAL },
	{ LEDGER_HELD,     LEDGER_DONE,    "release", TAKE_REASON },
	{ LEDGER_DONE,     LEDGER_REVOKED, "revoke",  TAKE_REASON | WITH_SERIAL },
	{ LEDGER_HELD,     LEDGER_REVOKED, "revoke",  TAKE_REASON },
	{ LEDGER_LOST,     LEDGER_REVOKED, "revoke",  TAKE_REASON | WITH_SERIAL },
	{ LEDGER_SPOILED,  LEDGER_REVOKED, "revoke",  TAKE_REASON | WITH_SERIAL },
};

static const char *const state_words[LEDGER_STATES] = {
	[LEDGER_RESERVED] = "RESERVED", [LEDGER_PENDING] = "PENDING", [LEDGER_DONE] = "DONE",
	[LEDGER_SPOILED] = "SPOILED", [LEDGER_LOST] = "LOST", [LEDGER_VOID] = "VOID",
	[LEDGER_HELD] = "HELD", [LEDGER_REVOKED] = "REVOKED",
};

static const char *const kind_words[LEDGER_KINDS] = {
	[LEDGER_CERTIFICATE] = "certificate", [LEDGER_SELF_SIGNED] = "self-signed",
	[LEDGER_CRL] = "crl", [LEDGER_OCSP] = "ocsp", [LEDGER_CSR] = "csr",
	[LEDGER_CHECKPOINT] = "checkpoint", [LEDGER_TRANSCRIPT] = "transcript",
};

const struct ledger_move *
ledger_move_find(enum ledger_state from, enum ledger_state to)
{
	for (size_t i = 0; i < LEDGER_MOVES; i++)
		if (ledger_moves[i].from == from && ledger_moves[i].to == to)
			return &ledger_moves[i];
	return NULL;
}

const char *
ledger_state_word(enum ledger_state state)
{
	return state_words[state];
}

const char *
ledger_kind_word(enum ledger_kind kind)
{
	return kind_words[kind];
}

static bool
word_find(const char *const *words, unsigned n, const char *word, unsigned *ret)
{
	for (unsigned i = 0; i < n; i++)
		if (strcmp(words[i], word) == 0) {
			*ret = i;
			return true;
		}
	return false;
}

bool
ledger_state_find(const char *word, enum ledger_state *ret)
{
	return word_find(state_words, LEDGER_STATES, word, ret);
}

bool
ledger_kind_find(const char *word, enum ledger_kind *ret)
{
	return word_find(kind_words, LEDGER_KINDS, word, ret);
}

bool
ledger_kind_has_serial(enum ledger_kind kind)
{
	return kind == LEDGER_CERTIFICATE || kind == LEDGER_SELF_SIGNED;
}

struct bytes
ledger_serial(struct bytes serial)
{
	while (serial.n != 0 && serial.p[0] == 0)
		serial = BYTES(serial.p + 1, serial.n - 1);
	return serial;
}
