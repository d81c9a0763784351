#include "CBytes.h"

#include <string.h>

// How many rows are read before the next columns are: measured, for strides of 2^14 and 2^15 bytes.
// Vectors of 16 bytes, which every processor has, are as fast here as longer ones.
#define TILE_ROWS 1024

#define ITEM uint8_t
#define LANES 16
#define NAME(x) x##_1
#define INTERLEAVE(a, b, half)                                                                            \
  __builtin_shufflevector(a, b, 0 + half, 16 + half, 1 + half, 17 + half, 2 + half, 18 + half, 3 + half,  \
                          19 + half, 4 + half, 20 + half, 5 + half, 21 + half, 6 + half, 22 + half,       \
                          7 + half, 23 + half)
#include "transpose_body.h"

#define ITEM uint16_t
#define LANES 8
#define NAME(x) x##_2
#define INTERLEAVE(a, b, half)                                                                            \
  __builtin_shufflevector(a, b, 0 + half, 8 + half, 1 + half, 9 + half, 2 + half, 10 + half, 3 + half,    \
                          11 + half)
#include "transpose_body.h"

#define ITEM uint32_t
#define LANES 4
#define NAME(x) x##_4
#define INTERLEAVE(a, b, half) __builtin_shufflevector(a, b, 0 + half, 4 + half, 1 + half, 5 + half)
#include "transpose_body.h"

#define ITEM uint64_t
#define LANES 2
#define NAME(x) x##_8
#define INTERLEAVE(a, b, half) __builtin_shufflevector(a, b, 0 + half, 2 + half)
#include "transpose_body.h"

// Elements of any other size, in squares whose lines fit the cache together.
static void transpose_any(size_t rows, size_t columns, size_t item, const char *source, size_t source_row,
                          char *target, size_t target_row) {
  enum { SQUARE = 16 };
  for (size_t r = 0; r < rows; r += SQUARE)
    for (size_t c = 0; c < columns; c += SQUARE)
      for (size_t i = r; i < rows && i < r + SQUARE; i++)
        for (size_t j = c; j < columns && j < c + SQUARE; j++)
          memcpy(target + j * target_row + i * item, source + i * source_row + j * item, item);
}

void cbytes_transpose(size_t rows, size_t columns, size_t item, const void *source, size_t source_row,
                        void *target, size_t target_row) {
  switch (item) {
    case 1: return transpose_1(rows, columns, source, source_row, target, target_row);
    case 2: return transpose_2(rows, columns, source, source_row, target, target_row);
    case 4: return transpose_4(rows, columns, source, source_row, target, target_row);
    case 8: return transpose_8(rows, columns, source, source_row, target, target_row);
    // With its size known, a copy is one instruction.
    case 16: return transpose_any(rows, columns, 16, source, source_row, target, target_row);
    default: return transpose_any(rows, columns, item, source, source_row, target, target_row);
  }
}
