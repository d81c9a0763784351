// One instruction set's matrix product for one type. Included with
//   T        the type
//   LANES    elements of a vector register
//   ROWS     rows of C that a tile holds in registers; its columns are two vectors
//   NAME(x)  x with the type and the instruction set behind it

typedef T NAME(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T))));

/// One tile: rows × (vectors * LANES) sums of `depth` products, from a packed panel of B. A lies as it
/// lies: its element (i, p) is at a[i * a_row + p * a_column]. `rows` and `vectors` are known to the
/// compiler, so that the sums stay in registers.
static inline __attribute__((always_inline)) void NAME(tile)(int rows, int vectors, size_t depth, const T *a,
                                                             size_t a_row, size_t a_column, const T *b,
                                                             NAME(vector) sums[ROWS][2]) {
  NAME(vector) s[ROWS][2];
  for (int i = 0; i < rows; i++) s[i][0] = s[i][1] = (NAME(vector)){0};
  for (size_t p = 0; p < depth; p++) {
    const NAME(vector) b0 = *(const NAME(vector) *)(b + p * 2 * LANES);
    const NAME(vector) b1 = *(const NAME(vector) *)(b + p * 2 * LANES + LANES);
    for (int i = 0; i < rows; i++) {
      const T x = a[i * a_row + p * a_column];
      s[i][0] += x * b0;
      if (vectors == 2) s[i][1] += x * b1;
    }
  }
  for (int i = 0; i < rows; i++) {
    sums[i][0] = s[i][0];
    sums[i][1] = s[i][1];
  }
}

/// The tile of at least `rows` × `columns` that costs the least.
static void NAME(least_tile)(size_t rows, size_t columns, size_t depth, const T *a, size_t a_row,
                             size_t a_column, const T *b, NAME(vector) sums[ROWS][2]) {
  if (columns > LANES) {
    if (rows > ROWS - ROWS / 3)
      NAME(tile)(ROWS, 2, depth, a, a_row, a_column, b, sums);
    else if (rows > ROWS / 3)
      NAME(tile)(ROWS - ROWS / 3, 2, depth, a, a_row, a_column, b, sums);
    else
      NAME(tile)(ROWS / 3, 2, depth, a, a_row, a_column, b, sums);
  } else {
    if (rows > ROWS - ROWS / 3)
      NAME(tile)(ROWS, 1, depth, a, a_row, a_column, b, sums);
    else if (rows > ROWS / 3)
      NAME(tile)(ROWS - ROWS / 3, 1, depth, a, a_row, a_column, b, sums);
    else
      NAME(tile)(ROWS / 3, 1, depth, a, a_row, a_column, b, sums);
  }
}

/// Copies `rows` rows of A, column after column, so that a tile is read straight through; those that a
/// tile has more become 0.
static void NAME(pack)(size_t rows, size_t depth, const T *a, size_t a_row, size_t a_column, T *tile) {
  if (rows == ROWS && a_row == 1) {
    for (size_t p = 0; p < depth; p++)
      for (size_t i = 0; i < ROWS; i++) tile[p * ROWS + i] = a[p * a_column + i];
  } else if (rows == ROWS) {
    for (size_t p = 0; p < depth; p++)
      for (size_t i = 0; i < ROWS; i++) tile[p * ROWS + i] = a[i * a_row + p * a_column];
  } else {
    for (size_t p = 0; p < depth; p++)
      for (size_t i = 0; i < ROWS; i++) tile[p * ROWS + i] = i < rows ? a[i * a_row + p * a_column] : 0;
  }
}

static void NAME(gemm)(size_t m, size_t n, size_t k, const T *a, size_t a_row, size_t a_column,
                       const T *b, size_t b_row, size_t b_column, T *c, size_t c_row, int accumulate,
                       T *scratch) {
  enum { WIDTH = 2 * LANES };
  const size_t row_tiles = (m + ROWS - 1) / ROWS;
  T *const packed_b = scratch;
  T *const packed_a = scratch + DEPTH * WIDTH;
  if (k == 0 && !accumulate)
    for (size_t i = 0; i < m; i++)
      for (size_t j = 0; j < n; j++) c[i * c_row + j] = 0;
  for (size_t start = 0; start < k; start += DEPTH) {
    const size_t depth = k - start < DEPTH ? k - start : DEPTH;
    const int adds = accumulate || start > 0;
    // With only one panel of B a tile of A is read once, and only the last, which may have fewer rows,
    // is packed.
    const size_t packed_from = n > WIDTH ? 0 : m / ROWS;
    for (size_t t = packed_from; t < row_tiles; t++)
      NAME(pack)(m - t * ROWS < ROWS ? m - t * ROWS : ROWS, depth,
                 a + t * ROWS * a_row + start * a_column, a_row, a_column, packed_a + t * ROWS * depth);
    for (size_t left = 0; left < n; left += WIDTH) {
      const size_t columns = n - left < WIDTH ? n - left : WIDTH;
      const T *const source = b + start * b_row + left * b_column;
      if (b_column == 1 && columns == WIDTH) {
        for (size_t p = 0; p < depth; p++)
          for (size_t j = 0; j < WIDTH; j++) packed_b[p * WIDTH + j] = source[p * b_row + j];
      } else {
        for (size_t p = 0; p < depth; p++)
          for (size_t j = 0; j < WIDTH; j++)
            packed_b[p * WIDTH + j] = j < columns ? source[p * b_row + j * b_column] : 0;
      }
      for (size_t t = 0; t < row_tiles; t++) {
        NAME(vector) sums[ROWS][2];
        const size_t rows = m - t * ROWS < ROWS ? m - t * ROWS : ROWS;
        if (t >= packed_from)
          NAME(least_tile)(rows, columns, depth, packed_a + t * ROWS * depth, 1, ROWS, packed_b, sums);
        else
          NAME(least_tile)(rows, columns, depth, a + t * ROWS * a_row + start * a_column, a_row, a_column,
                           packed_b, sums);
        for (size_t i = 0; i < rows; i++) {
          T *const out = c + (t * ROWS + i) * c_row + left;
          const T *const sum = (const T *)sums[i];
          if (columns == WIDTH && !adds)
            for (size_t j = 0; j < WIDTH; j++) out[j] = sum[j];
          else if (adds)
            for (size_t j = 0; j < columns; j++) out[j] += sum[j];
          else
            for (size_t j = 0; j < columns; j++) out[j] = sum[j];
        }
      }
    }
  }
}

#undef T
#undef LANES
#undef ROWS
#undef NAME
