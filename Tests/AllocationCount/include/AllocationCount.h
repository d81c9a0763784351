// How often a process has asked for memory.

#pragma once

#include <stdbool.h>

/// Whether allocations are counted: with glibc, and without a sanitizer, which has functions of its own.
bool counts_allocations(void);

/// The allocations of all threads so far; 0 where they are not counted.
long allocation_count(void);
