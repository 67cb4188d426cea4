/* Planted: the bottom layer names the top. */
#include "base/base.h"
#include "cli/cli.h"
