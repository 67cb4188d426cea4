/* Planted: a second door to libcrypto. */
#include <openssl/evp.h>
