#include "functions_f32.h"

#include "forward_sets.h"
