#include "functions_f64.h"

#include "forward_sets.h"
