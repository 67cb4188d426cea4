/* Planted: a pure layer that opens files. */
#include <fcntl.h>
