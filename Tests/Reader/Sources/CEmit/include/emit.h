#pragma once
#include <stddef.h>
#ifdef __cplusplus
extern "C" {
#endif
// Prints "name dtype shape sha256"; the hash is of the elements in C order, little-endian.
void emit(const char *name, size_t name_length, const char *dtype, const size_t *shape,
          size_t axes, int fortran, size_t item, size_t word, int big, const void *bytes,
          size_t count);
#ifdef __cplusplus
}
#endif
