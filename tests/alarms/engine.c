/* Planted: an engine that knows the house. */
#include "plan/plan.h"
