/*
 * fault_functions.h - every function of PKCS#11 v2.40, by the types of what it is
 * given: F<n>(name, type, ...) has n arguments.
 */
#ifndef TESTS_TOKEN_FAULT_FUNCTIONS_H
#define TESTS_TOKEN_FAULT_FUNCTIONS_H

#include <p11-kit/pkcs11.h>

#define BYTES_IN  CK_BYTE *, CK_ULONG
#define BYTES_OUT CK_BYTE *, CK_ULONG *
#define TEMPLATE  CK_ATTRIBUTE *, CK_ULONG
#define ON        CK_SESSION_HANDLE
#define OBJECT    CK_OBJECT_HANDLE
#define HOW       CK_MECHANISM *

#define FUNCTIONS(F)                                                          \
	F(1, C_Initialize, void *)                                            \
	F(1, C_Finalize, void *)                                              \
	F(1, C_GetInfo, CK_INFO *)                                            \
	F(3, C_GetSlotList, CK_BBOOL, CK_SLOT_ID *, CK_ULONG *)               \
	F(2, C_GetSlotInfo, CK_SLOT_ID, CK_SLOT_INFO *)                       \
	F(2, C_GetTokenInfo, CK_SLOT_ID, CK_TOKEN_INFO *)                     \
	F(3, C_WaitForSlotEvent, CK_FLAGS, CK_SLOT_ID *, void *)              \
	F(3, C_GetMechanismList, CK_SLOT_ID, CK_MECHANISM_TYPE *, CK_ULONG *) \
	F(3, C_GetMechanismInfo, CK_SLOT_ID, CK_MECHANISM_TYPE, CK_MECHANISM_INFO *) \
	F(4, C_InitToken, CK_SLOT_ID, BYTES_IN, CK_BYTE *)                    \
	F(3, C_InitPIN, ON, BYTES_IN)                                         \
	F(5, C_SetPIN, ON, BYTES_IN, BYTES_IN)                                \
	F(5, C_OpenSession, CK_SLOT_ID, CK_FLAGS, void *, CK_NOTIFY, CK_SESSION_HANDLE *) \
	F(1, C_CloseSession, ON)                                              \
	F(1, C_CloseAllSessions, CK_SLOT_ID)                                  \
	F(2, C_GetSessionInfo, ON, CK_SESSION_INFO *)                         \
	F(3, C_GetOperationState, ON, BYTES_OUT)                              \
	F(5, C_SetOperationState, ON, BYTES_IN, OBJECT, OBJECT)               \
	F(4, C_Login, ON, CK_USER_TYPE, BYTES_IN)                             \
	F(1, C_Logout, ON)                                                    \
	F(4, C_CreateObject, ON, TEMPLATE, OBJECT *)                          \
	F(5, C_CopyObject, ON, OBJECT, TEMPLATE, OBJECT *)                    \
	F(2, C_DestroyObject, ON, OBJECT)                                     \
	F(3, C_GetObjectSize, ON, OBJECT, CK_ULONG *)                         \
	F(4, C_GetAttributeValue, ON, OBJECT, TEMPLATE)                       \
	F(4, C_SetAttributeValue, ON, OBJECT, TEMPLATE)                       \
	F(3, C_FindObjectsInit, ON, TEMPLATE)                                 \
	F(4, C_FindObjects, ON, OBJECT *, CK_ULONG, CK_ULONG *)               \
	F(1, C_FindObjectsFinal, ON)                                          \
	F(3, C_EncryptInit, ON, HOW, OBJECT)                                  \
	F(5, C_Encrypt, ON, BYTES_IN, BYTES_OUT)                              \
	F(5, C_EncryptUpdate, ON, BYTES_IN, BYTES_OUT)                        \
	F(3, C_EncryptFinal, ON, BYTES_OUT)                                   \
	F(3, C_DecryptInit, ON, HOW, OBJECT)                                  \
	F(5, C_Decrypt, ON, BYTES_IN, BYTES_OUT)                              \
	F(5, C_DecryptUpdate, ON, BYTES_IN, BYTES_OUT)                        \
	F(3, C_DecryptFinal, ON, BYTES_OUT)                                   \
	F(2, C_DigestInit, ON, HOW)                                           \
	F(5, C_Digest, ON, BYTES_IN, BYTES_OUT)                               \
	F(3, C_DigestUpdate, ON, BYTES_IN)                                    \
	F(2, C_DigestKey, ON, OBJECT)                                         \
	F(3, C_DigestFinal, ON, BYTES_OUT)                                    \
	F(3, C_SignInit, ON, HOW, OBJECT)                                     \
	F(5, C_Sign, ON, BYTES_IN, BYTES_OUT)                                 \
	F(3, C_SignUpdate, ON, BYTES_IN)                                      \
	F(3, C_SignFinal, ON, BYTES_OUT)                                      \
	F(3, C_SignRecoverInit, ON, HOW, OBJECT)                              \
	F(5, C_SignRecover, ON, BYTES_IN, BYTES_OUT)                          \
	F(3, C_VerifyInit, ON, HOW, OBJECT)                                   \
	F(5, C_Verify, ON, BYTES_IN, BYTES_IN)                                \
	F(3, C_VerifyUpdate, ON, BYTES_IN)                                    \
	F(3, C_VerifyFinal, ON, BYTES_IN)                                     \
	F(3, C_VerifyRecoverInit, ON, HOW, OBJECT)                            \
	F(5, C_VerifyRecover, ON, BYTES_IN, BYTES_OUT)                        \
	F(5, C_DigestEncryptUpdate, ON, BYTES_IN, BYTES_OUT)                  \
	F(5, C_DecryptDigestUpdate, ON, BYTES_IN, BYTES_OUT)                  \
	F(5, C_SignEncryptUpdate, ON, BYTES_IN, BYTES_OUT)                    \
	F(5, C_DecryptVerifyUpdate, ON, BYTES_IN, BYTES_OUT)                  \
	F(5, C_GenerateKey, ON, HOW, TEMPLATE, OBJECT *)                      \
	F(8, C_GenerateKeyPair, ON, HOW, TEMPLATE, TEMPLATE, OBJECT *, OBJECT *) \
	F(6, C_WrapKey, ON, HOW, OBJECT, OBJECT, BYTES_OUT)                   \
	F(8, C_UnwrapKey, ON, HOW, OBJECT, BYTES_IN, TEMPLATE, OBJECT *)      \
	F(6, C_DeriveKey, ON, HOW, OBJECT, TEMPLATE, OBJECT *)                \
	F(3, C_SeedRandom, ON, BYTES_IN)                                      \
	F(3, C_GenerateRandom, ON, BYTES_IN)                                  \
	F(1, C_GetFunctionStatus, ON)                                         \
	F(1, C_CancelFunction, ON)

/* (T1, T2) -> (T1 a1, T2 a2), and the names alone. */
#define PARAMS_1(A) A a1
#define PARAMS_2(A, B) A a1, B a2
#define PARAMS_3(A, B, C) A a1, B a2, C a3
#define PARAMS_4(A, B, C, D) A a1, B a2, C a3, D a4
#define PARAMS_5(A, B, C, D, E) A a1, B a2, C a3, D a4, E a5
#define PARAMS_6(A, B, C, D, E, F) A a1, B a2, C a3, D a4, E a5, F a6
#define PARAMS_8(A, B, C, D, E, F, G, H) A a1, B a2, C a3, D a4, E a5, F a6, G a7, H a8
#define PARAMS(n, ...) PARAMS_##n(__VA_ARGS__)
#define ARGS_1 a1
#define ARGS_2 a1, a2
#define ARGS_3 a1, a2, a3
#define ARGS_4 a1, a2, a3, a4
#define ARGS_5 a1, a2, a3, a4, a5
#define ARGS_6 a1, a2, a3, a4, a5, a6
#define ARGS_8 a1, a2, a3, a4, a5, a6, a7, a8
#define ARGS(n) ARGS_##n

#endif
