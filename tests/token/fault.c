/*
 * A PKCS#11 module that is SoftHSM but for one fault, which FAULT names:
 *
 *      other-bytes    signs something else than it was given
 *      no-signature   gives octets that are no signature
 *      dies           the process is killed when the token is asked
 *      dies-late      the same when the token has signed
 *      removed        the token is gone
 *      final-try, locked, count-low     flags of C_GetTokenInfo
 *
 * Each login is counted by an octet at the end of the file LOGINS.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <p11-kit/pkcs11.h>

static CK_FUNCTION_LIST faulty, *real;

static int
is(const char *fault)
{
	const char *asked = getenv("FAULT");

	return asked != NULL && strcmp(asked, fault) == 0;
}

static CK_RV
fault_sign(CK_SESSION_HANDLE session, CK_BYTE *data, CK_ULONG n, CK_BYTE *sig, CK_ULONG *sig_n)
{
	CK_RV rv;

	if (sig == NULL)
		return real->C_Sign(session, data, n, sig, sig_n);
	if (is("dies"))
		(void)raise(SIGKILL);
	if (is("removed"))
		return CKR_DEVICE_REMOVED;
	if (is("other-bytes"))
		data[0] ^= 1;
	rv = real->C_Sign(session, data, n, sig, sig_n);
	if (is("no-signature"))
		memset(sig, 0, *sig_n);
	if (is("dies-late"))
		(void)raise(SIGKILL);
	return rv;
}

static CK_RV
fault_token_info(CK_SLOT_ID slot, CK_TOKEN_INFO *info)
{
	CK_RV rv = real->C_GetTokenInfo(slot, info);

	info->flags |= is("count-low") ? CKF_USER_PIN_COUNT_LOW : 0;
	info->flags |= is("final-try") ? CKF_USER_PIN_FINAL_TRY : 0;
	info->flags |= is("locked") ? CKF_USER_PIN_LOCKED : 0;
	return rv;
}

static CK_RV
fault_login(CK_SESSION_HANDLE session, CK_USER_TYPE user, CK_UTF8CHAR *pin, CK_ULONG n)
{
	FILE *logins = getenv("LOGINS") != NULL ? fopen(getenv("LOGINS"), "a") : NULL;

	if (logins != NULL) {
		(void)fputc('.', logins);
		(void)fclose(logins);
	}
	return real->C_Login(session, user, pin, n);
}

CK_RV
C_GetFunctionList(CK_FUNCTION_LIST **list)
{
	void *module = dlopen(SOFTHSM, RTLD_NOW | RTLD_LOCAL);
	CK_C_GetFunctionList get = NULL;
	void *symbol = module != NULL ? dlsym(module, "C_GetFunctionList") : NULL;

	memcpy(&get, &symbol, sizeof(get));
	if (get == NULL || get(&real) != CKR_OK)
		return CKR_GENERAL_ERROR;
	faulty = *real;
	faulty.C_GetFunctionList = C_GetFunctionList;
	faulty.C_Sign = fault_sign;
	faulty.C_GetTokenInfo = fault_token_info;
	faulty.C_Login = fault_login;
	*list = &faulty;
	return CKR_OK;
}
