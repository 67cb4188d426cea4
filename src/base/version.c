#include <rolecert/version.h>

const char *
rc_version(void)
{
	return ROLECERT_VERSION;
}
