// Swaps axes for one type of element. The file that includes this says: ITEM, the type; LANES, how many
// make 16 bytes; NAME(x), which adds the type to a name; and INTERLEAVE(a, b, half), the elements of two
// vectors in turn, of their first half (0) or of their second (LANES / 2).

typedef ITEM NAME(vector) __attribute__((vector_size(16), aligned(1), may_alias));

// LANES × LANES elements, in registers: when each row has been interleaved with the one half of all rows
// further on, log2(LANES) times, the rows are the columns.
static inline __attribute__((always_inline)) void NAME(square)(
    const char *source, size_t source_row, char *target, size_t target_row) {
  NAME(vector) rows[LANES], next[LANES];
#pragma clang loop unroll(full)
  for (int i = 0; i < LANES; i++) rows[i] = *(const NAME(vector) *)(source + i * source_row);
#pragma clang loop unroll(full)
  for (int round = 1; round < LANES; round *= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES / 2; i++) {
      next[2 * i] = INTERLEAVE(rows[i], rows[i + LANES / 2], 0);
      next[2 * i + 1] = INTERLEAVE(rows[i], rows[i + LANES / 2], LANES / 2);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < LANES; i++) rows[i] = next[i];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < LANES; i++) *(NAME(vector) *)(target + i * target_row) = rows[i];
}

// Element by element: what is left over beside the squares.
static void NAME(edge)(size_t rows, size_t columns, const char *source, size_t source_row, char *target,
                       size_t target_row) {
  for (size_t i = 0; i < rows; i++)
    for (size_t j = 0; j < columns; j++)
      memcpy(target + j * target_row + i * sizeof(ITEM), source + i * source_row + j * sizeof(ITEM),
             sizeof(ITEM));
}

static void NAME(transpose)(size_t rows, size_t columns, const char *source, size_t source_row,
                            char *target, size_t target_row) {
  // A block of LINE × LINE reads and writes whole cache lines. So it does no harm that, where the strides
  // are powers of two, all of a block's lines fall into the same few places of the cache.
  enum { LINE = 64 / sizeof(ITEM) };
  const size_t whole_rows = rows - rows % LINE, whole_columns = columns - columns % LINE;
  for (size_t tile = 0; tile < whole_rows; tile += TILE_ROWS)
    for (size_t c = 0; c < whole_columns; c += LINE)
      for (size_t r = tile; r < whole_rows && r < tile + TILE_ROWS; r += LINE)
        for (size_t j = c; j < c + LINE; j += LANES)
          for (size_t i = r; i < r + LINE; i += LANES)
            NAME(square)(source + i * source_row + j * sizeof(ITEM), source_row,
                         target + j * target_row + i * sizeof(ITEM), target_row);
  NAME(edge)(whole_rows, columns - whole_columns, source + whole_columns * sizeof(ITEM), source_row,
             target + whole_columns * target_row, target_row);
  NAME(edge)(rows - whole_rows, columns, source + whole_rows * source_row, source_row,
             target + whole_rows * sizeof(ITEM), target_row);
}

#undef ITEM
#undef LANES
#undef NAME
#undef INTERLEAVE
