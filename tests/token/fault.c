/*
 * A PKCS#11 module that is another one but for its faults.
 *
 *      FAULT_MODULE    the module it stands before
 *      FAULT           the file of its faults; none: it only forwards
 *      FAULT_LOCK      a file that is locked while a call is made: one at a time, of all
 *                      processes and threads (SoftHSM shows a token as not initialised
 *                      to whoever looks while another process logs in)
 *      FAULT_LOG       a file that gets a line for each call:
 *                          C_Login 0xa0 user=1 pin=9ae16a3b2f90404f
 *                          C_Sign 0x0 octets=64 of=1f0a63c28eb0b8ad
 *                      (of PINs and what is signed a digest; `octets` where a
 *                      signature was given)
 *
 * A line of FAULT, `#` begins a comment and `expect` a line for the tests:
 *
 *      FUNCTION ACTION [WORD...] [after N] [times N]
 *
 *      returns CKR          is not called; this is its answer
 *      answers CKR          is called; this is its answer all the same
 *      delays MS            waits first
 *      hangs                never returns
 *      dies, dies-late      the process is killed before, or after it was called
 *      runs PROGRAM         runs it first, and waits for its end
 *      loses-sessions       all sessions of the module are closed first
 *      removes-token        from here on there is no token
 *      shortens N           N octets fewer of output (C_Sign, C_SignFinal, C_WrapKey)
 *      zeroes, flips        the output is all zeros; its last bit is another
 *      other-input          C_Sign is given other octets than it was asked to sign
 *      flag CKF             C_GetTokenInfo tells of it
 *      attribute CKA WORD   C_GetAttributeValue says true, false, unknown, or huge
 *      lacks CKM            C_GetMechanismList and C_SignInit do not know it
 *      pad PIN              C_Login without a PIN is one with this: a PIN pad
 *
 * after N: its first N calls are good.  times N: only so many are faulty.
 * CKR and its like are names of the header, or numbers.
 */
#define _GNU_SOURCE
#include "fault_functions.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/wait.h>
#include <unistd.h>

/* -- words ---------------------------------------------------------------------- */

#define ACTIONS(X)                                                            \
	X(RETURNS, "returns", 1) X(ANSWERS, "answers", 1) X(DELAYS, "delays", 1) \
	X(HANGS, "hangs", 0) X(DIES, "dies", 0) X(DIES_LATE, "dies-late", 0)  \
	X(RUNS, "runs", 1) X(LOSES_SESSIONS, "loses-sessions", 0) X(REMOVES_TOKEN, "removes-token", 0) \
	X(SHORTENS, "shortens", 1) X(ZEROES, "zeroes", 0) X(FLIPS, "flips", 0) \
	X(OTHER_INPUT, "other-input", 0) X(FLAG, "flag", 1) X(ATTRIBUTE, "attribute", 2) \
	X(LACKS, "lacks", 1) X(PAD, "pad", 1)

#define X(name, word, n) name,
enum action { ACTIONS(X) };
#undef X
#define X(name, word, n) { word, n },
static const struct { const char *word; int words; } actions[] = { ACTIONS(X) };
#undef X

#define F(n, name, ...) F_##name,
enum function { FUNCTIONS(F) F_COUNT };
#undef F
#define F(n, name, ...) #name,
static const char *const function_names[] = { FUNCTIONS(F) };
#undef F

/* Every constant of the header, made by `fault_module` of lib.sh. */
#define X(name) { #name, name },
static const struct { const char *name; unsigned long value; } constants[] = {
#include "constants.h"
};
#undef X

#define LEN(a) (sizeof(a) / sizeof((a)[0]))

static void
refuse(const char *words, const char *what)
{
	(void)fprintf(stderr, "fault: %s '%s'\n", words, what);
	abort();
}

static unsigned long
number_of(const char *word)
{
	char *end;
	unsigned long n = strtoul(word, &end, 0);

	if (*end == '\0' && end != word)
		return n;
	for (size_t i = 0; i < LEN(constants); i++)
		if (strcmp(constants[i].name, word) == 0)
			return constants[i].value;
	refuse("no such constant", word);
	return 0;
}

static enum function
function_of(const char *word)
{
	for (size_t i = 0; i < F_COUNT; i++)
		if (strcmp(function_names[i], word) == 0)
			return (enum function)i;
	refuse("no such function", word);
	return F_COUNT;
}

static enum action
action_of(const char *word)
{
	for (size_t i = 0; i < LEN(actions); i++)
		if (strcmp(actions[i].word, word) == 0)
			return (enum action)i;
	refuse("no such action", word);
	return RETURNS;
}

/* -- the file of faults ------------------------------------------------------------- */

struct fault {
	enum function function;
	enum action action;
	char word[2][256];
	unsigned after, times;           /* times 0: for ever                */
	unsigned calls;                  /* of the function, so far          */
};

static struct fault faults[64];
static size_t n_faults;

static void
read_line(char *line)
{
	struct fault *f = &faults[n_faults];
	char *save, *word = strtok_r(line, " \t\n", &save);

	if (word == NULL || word[0] == '#' || strcmp(word, "expect") == 0)
		return;
	if (++n_faults == LEN(faults))
		refuse("too many lines at", word);
	f->function = function_of(word);
	word = strtok_r(NULL, " \t\n", &save);
	f->action = action_of(word != NULL ? word : "");
	for (int i = 0; i < actions[f->action].words; i++) {
		word = strtok_r(NULL, " \t\n", &save);
		(void)snprintf(f->word[i], sizeof(f->word[i]), "%s", word != NULL ? word : "");
	}
	while ((word = strtok_r(NULL, " \t\n", &save)) != NULL) {
		unsigned *to = strcmp(word, "after") == 0 ? &f->after :
		    strcmp(word, "times") == 0 ? &f->times : NULL;

		if (to == NULL)
			refuse("neither after nor times:", word);
		word = strtok_r(NULL, " \t\n", &save);
		*to = (unsigned)number_of(word != NULL ? word : "");
	}
}

static void
read_faults(void)
{
	const char *path = getenv("FAULT");
	FILE *f = path != NULL && path[0] != '\0' ? fopen(path, "r") : NULL;
	char line[512];

	if (path != NULL && path[0] != '\0' && f == NULL)
		refuse("cannot read", path);
	while (f != NULL && fgets(line, sizeof(line), f) != NULL)
		read_line(line);
	if (f != NULL)
		(void)fclose(f);
}

/* -- one call ------------------------------------------------------------------------ */

static CK_FUNCTION_LIST outer, inner, *real;
static bool removed;

/* The faults of the call that is under way in this thread. */
struct turn {
	enum function function;
	struct fault *fault[LEN(faults)];
	size_t n;
	char note[64];                   /* the end of its line in the log   */
	int lock;                        /* FAULT_LOCK, or -1                */
};
static __thread struct turn turn;

static struct fault *
has(enum action action)
{
	for (size_t i = 0; i < turn.n; i++)
		if (turn.fault[i]->action == action)
			return turn.fault[i];
	return NULL;
}

static void
turn_init(enum function function)
{
	static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

	turn = (struct turn){ .function = function };
	(void)pthread_mutex_lock(&lock);
	for (size_t i = 0; i < n_faults; i++) {
		struct fault *f = &faults[i];

		if (f->function != function)
			continue;
		f->calls++;
		if (f->calls > f->after && (f->times == 0 || f->calls <= f->after + f->times))
			turn.fault[turn.n++] = f;
	}
	(void)pthread_mutex_unlock(&lock);
}

/* The last slot with a session of ours: all sessions are with one token. */
static CK_SLOT_ID slot_in_use;

/* More than once: OpenSC passes over every other session. */
static void
lose_sessions(void)
{
	for (int i = 0; i < 8; i++)
		(void)real->C_CloseAllSessions(slot_in_use);
}

static void
run_program(const char *path)
{
	char *argv[] = { (char *)(uintptr_t)path, NULL };
	pid_t pid;

	if (posix_spawn(&pid, path, NULL, NULL, argv, environ) != 0 || waitpid(pid, NULL, 0) != pid)
		refuse("cannot run", path);
}

static int
take_lock(void)
{
	const char *path = getenv("FAULT_LOCK");
	int fd = path != NULL ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600) : -1;

	if (path != NULL && (fd < 0 || flock(fd, LOCK_EX) != 0))
		refuse("cannot lock", path);
	return fd;
}

/* What happens before the call.  false: it is not made, and *rv is its answer. */
static bool
begin(enum function function, CK_RV *rv)
{
	turn_init(function);
	turn.lock = take_lock();
	if (has(DELAYS) != NULL)
		(void)usleep((useconds_t)(number_of(has(DELAYS)->word[0]) * 1000));
	while (has(HANGS) != NULL)
		(void)pause();
	if (has(DIES) != NULL)
		(void)raise(SIGKILL);
	if (has(RUNS) != NULL)
		run_program(has(RUNS)->word[0]);
	if (has(LOSES_SESSIONS) != NULL)
		lose_sessions();
	removed |= has(REMOVES_TOKEN) != NULL;
	if (removed && function > F_C_GetSlotList)
		*rv = CKR_DEVICE_REMOVED;
	else if (has(RETURNS) != NULL)
		*rv = number_of(has(RETURNS)->word[0]);
	else
		return true;
	return false;
}

/* One write a line, so that threads and processes do not mix theirs. */
static void
log_call(CK_RV rv)
{
	const char *path = getenv("FAULT_LOG");
	int fd = path != NULL ? open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600) : -1;
	char line[160];
	int n = snprintf(line, sizeof(line), "%s 0x%lx%s\n", function_names[turn.function], rv,
	    turn.note);

	if (fd < 0)
		return;
	if (write(fd, line, (size_t)n) != n)
		refuse("cannot write", path);
	(void)close(fd);
}

static CK_RV
end(CK_RV rv)
{
	if (has(DIES_LATE) != NULL) {
		log_call(rv);
		(void)raise(SIGKILL);
	}
	if (has(ANSWERS) != NULL)
		rv = number_of(has(ANSWERS)->word[0]);
	log_call(rv);
	if (turn.lock >= 0)
		(void)close(turn.lock);
	return rv;
}

#define F(n, name, ...)                                                       \
	static CK_RV outer_##name(PARAMS(n, __VA_ARGS__))                     \
	{                                                                     \
		CK_RV rv;                                                     \
									      \
		if (begin(F_##name, &rv))                                     \
			rv = inner.name(ARGS(n));                             \
		return end(rv);                                               \
	}
FUNCTIONS(F)
#undef F

/* -- what a call is given and gives ---------------------------------------------------- */

static void
spoil_output(CK_BYTE *out, CK_ULONG *n)
{
	CK_ULONG cut = has(SHORTENS) != NULL ? number_of(has(SHORTENS)->word[0]) : 0;

	*n -= cut < *n ? cut : *n;
	if (out != NULL && has(ZEROES) != NULL)
		memset(out, 0, *n);
	if (out != NULL && has(FLIPS) != NULL && *n != 0)
		out[*n - 1] ^= 1;
}

/* FNV-1a: enough to tell two things apart. */
static uint64_t
digest(const CK_BYTE *p, CK_ULONG n)
{
	uint64_t h = 0xcbf29ce484222325u;

	for (CK_ULONG i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3u;
	return h;
}

static void
note_signature(const CK_BYTE *signature, CK_RV rv, const CK_ULONG *n, uint64_t of)
{
	if (signature != NULL && rv == CKR_OK)
		(void)snprintf(turn.note, sizeof(turn.note), " octets=%lu of=%016lx", *n,
		    (unsigned long)of);
}

static CK_RV
inner_C_Sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *signature,
    CK_ULONG *signature_n)
{
	CK_RV rv;

	if (signature != NULL && n != 0 && has(OTHER_INPUT) != NULL)
		data[n - 1] ^= 1;
	rv = real->C_Sign(session, data, n, signature, signature_n);
	note_signature(signature, rv, signature_n, digest(data, n));
	if (rv == CKR_OK)
		spoil_output(signature, signature_n);
	return rv;
}

static CK_RV
inner_C_SignFinal(CK_SESSION_HANDLE session, CK_BYTE *signature, CK_ULONG *n)
{
	CK_RV rv = real->C_SignFinal(session, signature, n);

	note_signature(signature, rv, n, 0);
	if (rv == CKR_OK)
		spoil_output(signature, n);
	return rv;
}

static CK_RV
inner_C_WrapKey(CK_SESSION_HANDLE session, CK_MECHANISM *how, CK_OBJECT_HANDLE by,
    CK_OBJECT_HANDLE key, CK_BYTE *wrapped, CK_ULONG *n)
{
	CK_RV rv = real->C_WrapKey(session, how, by, key, wrapped, n);

	if (rv == CKR_OK)
		spoil_output(wrapped, n);
	return rv;
}

/* A refused login is one that was made: its note stands whatever the answer. */
static void
note_login(CK_USER_TYPE user, const CK_BYTE *pin, CK_ULONG n)
{
	if (pin == NULL)
		(void)snprintf(turn.note, sizeof(turn.note), " user=%lu pin=none", user);
	else
		(void)snprintf(turn.note, sizeof(turn.note), " user=%lu pin=%016lx", user,
		    (unsigned long)digest(pin, n));
}

static CK_RV
inner_C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_BYTE *pin, CK_ULONG n)
{
	struct fault *pad = has(PAD);

	if (pin == NULL && pad != NULL)
		return real->C_Login(session, user, (CK_BYTE *)pad->word[0], strlen(pad->word[0]));
	return real->C_Login(session, user, pin, n);
}

/* Outside of outer_C_Login, whose faults come before the PIN is looked at. */
static CK_RV
noted_C_Login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_BYTE *pin, CK_ULONG n)
{
	CK_RV rv;

	if (begin(F_C_Login, &rv))
		rv = inner_C_Login(session, user, pin, n);
	note_login(user, pin, n);
	return end(rv);
}

static CK_RV
inner_C_GetSlotList(CK_BBOOL present, CK_SLOT_ID *slots, CK_ULONG *n)
{
	CK_RV rv = real->C_GetSlotList(present, slots, n);

	if (removed && present)
		*n = 0;
	return rv;
}

static CK_RV
inner_C_GetTokenInfo(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = real->C_GetTokenInfo(slot, info);

	for (size_t i = 0; i < turn.n && rv == CKR_OK; i++)
		if (turn.fault[i]->action == FLAG)
			info->flags |= number_of(turn.fault[i]->word[0]);
	return rv;
}

static CK_RV
inner_C_OpenSession(CK_SLOT_ID slot, CK_FLAGS flags, void *app, CK_NOTIFY notify,
    CK_SESSION_HANDLE *session)
{
	slot_in_use = slot;
	return real->C_OpenSession(slot, flags, app, notify, session);
}

static bool
lacks(CK_MECHANISM_TYPE mechanism)
{
	for (size_t i = 0; i < n_faults; i++)
		if (faults[i].action == LACKS && number_of(faults[i].word[0]) == mechanism)
			return true;
	return false;
}

static CK_RV
inner_C_GetMechanismList(CK_SLOT_ID slot, CK_MECHANISM_TYPE *list, CK_ULONG *n)
{
	CK_RV rv = real->C_GetMechanismList(slot, list, n);
	CK_ULONG kept = 0;

	for (CK_ULONG i = 0; list != NULL && rv == CKR_OK && i < *n; i++)
		if (!lacks(list[i]))
			list[kept++] = list[i];
	if (list != NULL && rv == CKR_OK)
		*n = kept;
	return rv;
}

static CK_RV
inner_C_SignInit(CK_SESSION_HANDLE session, CK_MECHANISM *how, CK_OBJECT_HANDLE key)
{
	if (lacks(how->mechanism))
		return CKR_MECHANISM_INVALID;
	return real->C_SignInit(session, how, key);
}

static CK_RV
lie(const struct fault *f, CK_ATTRIBUTE *a, CK_RV rv)
{
	CK_BBOOL says = strcmp(f->word[1], "true") == 0;

	if (strcmp(f->word[1], "huge") == 0) {
		a->ulValueLen = 1UL << 40;
		return CKR_OK;
	}
	if (strcmp(f->word[1], "unknown") == 0) {
		a->ulValueLen = (CK_ULONG)-1;
		return CKR_ATTRIBUTE_TYPE_INVALID;
	}
	if (a->pValue != NULL && a->ulValueLen >= sizeof(says))
		memcpy(a->pValue, &says, sizeof(says));
	a->ulValueLen = sizeof(says);
	return rv == CKR_ATTRIBUTE_TYPE_INVALID || rv == CKR_ATTRIBUTE_SENSITIVE ? CKR_OK : rv;
}

static CK_RV
inner_C_GetAttributeValue(CK_SESSION_HANDLE session, CK_OBJECT_HANDLE object, CK_ATTRIBUTE *a,
    CK_ULONG n)
{
	CK_RV rv = real->C_GetAttributeValue(session, object, a, n);

	for (size_t i = 0; i < turn.n; i++)
		for (CK_ULONG k = 0; turn.fault[i]->action == ATTRIBUTE && k < n; k++)
			if (a[k].type == number_of(turn.fault[i]->word[0]))
				rv = lie(turn.fault[i], &a[k], rv);
	return rv;
}

/* -- the module -------------------------------------------------------------------------- */

static CK_FUNCTION_LIST *
load(void)
{
	const char *path = getenv("FAULT_MODULE");
	void *module = path != NULL ? dlopen(path, RTLD_NOW | RTLD_LOCAL) : NULL;
	void *symbol = module != NULL ? dlsym(module, "C_GetFunctionList") : NULL;
	CK_C_GetFunctionList get = NULL;
	CK_FUNCTION_LIST *list = NULL;

	memcpy(&get, &symbol, sizeof(get));
	return get != NULL && get(&list) == CKR_OK ? list : NULL;
}

static void
assemble(void)
{
	inner = outer = *real;
	inner.C_Sign = inner_C_Sign;
	inner.C_SignFinal = inner_C_SignFinal;
	inner.C_SignInit = inner_C_SignInit;
	inner.C_OpenSession = inner_C_OpenSession;
	inner.C_WrapKey = inner_C_WrapKey;
	inner.C_GetSlotList = inner_C_GetSlotList;
	inner.C_GetTokenInfo = inner_C_GetTokenInfo;
	inner.C_GetMechanismList = inner_C_GetMechanismList;
	inner.C_GetAttributeValue = inner_C_GetAttributeValue;
#define F(n, name, ...) outer.name = outer_##name;
	FUNCTIONS(F)
#undef F
	outer.C_Login = noted_C_Login;
	outer.C_GetFunctionList = C_GetFunctionList;
}

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	if (real == NULL) {
		real = load();
		if (real == NULL)
			return CKR_GENERAL_ERROR;
		read_faults();
		assemble();
	}
	*list = &outer;
	return CKR_OK;
}
