// The layers of a network, for one type and one instruction set. Included behind functions_body.h with
//   ROWS         rows of a tile: as many as the registers hold, of two vectors each
//
// An output is the sum of two sums, of the first and of the second half of the inputs: the first begins with
// the bias, and each goes on with its products in rising order, in one lane of one register, whatever tile it
// is in: a row's bits do not depend on the rows around it.

/// The weighted sums of a tile: `rows` rows, of which `valid` are there, and `vectors` vectors of outputs.
/// Rows that are not there are computed as copies of the last one that is, and not stored.
///
/// The weights of input i are at w + i * step.
INLINE void NAME(tile)(const int rows, const int vectors, size_t inputs, int valid, const T *a,
                       size_t a_row, const T *w, size_t step, const T *biases, T *out, size_t out_row) {
  const T *row[ROWS];
  V sum[ROWS][2];
  UNROLL for (int r = 0; r < rows; r++) {
    row[r] = a + (size_t)(r < valid ? r : valid - 1) * a_row;
    UNROLL for (int j = 0; j < vectors; j++) sum[r][j] = *(const V *)(biases + j * LANES);
  }
  const size_t half = first_half(inputs);
  size_t i = 0;
  for (size_t end = half;; end = inputs) {
    for (; i < end; i++, w += step) {
      V x[2];
      UNROLL for (int j = 0; j < vectors; j++) x[j] = *(const V *)(w + j * LANES);
      UNROLL for (int r = 0; r < rows; r++) {
        UNROLL for (int j = 0; j < vectors; j++) sum[r][j] += row[r][i] * x[j];
      }
    }
    UNROLL for (int r = 0; r < rows; r++) {
      if (r < valid) {
        UNROLL for (int j = 0; j < vectors; j++) {
          V *const to = (V *)(out + (size_t)r * out_row + j * LANES);
          *to = end == half ? sum[r][j] : *to + sum[r][j];
        }
      }
    }
    if (end == inputs) return;
    UNROLL for (int r = 0; r < rows; r++) {
      UNROLL for (int j = 0; j < vectors; j++) sum[r][j] = (V){0};
    }
  }
}

/// The same for one row, with both halves of the sums at a time, because each waits for its last product.
/// The weights of the next WIDTH outputs are `far` behind.
INLINE void NAME(row_tile)(const int vectors, size_t inputs, const T *a, const T *w, size_t step, size_t far,
                           const T *biases, T *out) {
  enum { NEAR = WIDTH / LANES };
  V sum[ROW_VECTORS], other[ROW_VECTORS];
  const size_t half = first_half(inputs), second = inputs - half;
  UNROLL for (int j = 0; j < vectors; j++) {
    sum[j] = *(const V *)(biases + j * LANES);
    other[j] = (V){0};
  }
  const T *const a_second = a + half, *const w_second = w + half * step;
  for (size_t i = 0; i < half; i++) {
    UNROLL for (int j = 0; j < vectors; j++) {
      const size_t at = i * step + (size_t)(j / NEAR) * far + j % NEAR * LANES;
      sum[j] += a[i] * *(const V *)(w + at);
      if (second > 0) other[j] += a_second[i] * *(const V *)(w_second + at);
    }
  }
  // The second half has one more.
  UNROLL for (int j = 0; j < vectors; j++) {
    const size_t at = half * step + (size_t)(j / NEAR) * far + j % NEAR * LANES;
    if (second > half) other[j] += a_second[half] * *(const V *)(w_second + at);
    *(V *)(out + j * LANES) = second > 0 ? sum[j] + other[j] : sum[j];
  }
}

// Each a function of its own, so that it has the registers for itself.
#define TILE(name, rows, vectors, valid_rows)                                                      \
  static NOINLINE void NAME(name)(size_t inputs, int valid, const T *a, size_t a_row, const T *w,  \
                                  size_t step, const T *biases, T *out, size_t out_row) {          \
    (void)valid;                                                                                   \
    NAME(tile)(rows, vectors, inputs, valid_rows, a, a_row, w, step, biases, out, out_row);        \
  }
TILE(tile_full, ROWS, 2, ROWS)
TILE(tile_full_narrow, ROWS, 1, ROWS)
TILE(tile_four, 4, 2, valid)
TILE(tile_four_narrow, 4, 1, valid)

#define ROW_TILE(name, vectors)                                                                    \
  static NOINLINE void NAME(name)(size_t inputs, const T *a, const T *w, size_t step, size_t far,  \
                                  const T *biases, T *out) {                                       \
    NAME(row_tile)(vectors, inputs, a, w, step, far, biases, out);                                 \
  }
ROW_TILE(row_wide, ROW_VECTORS)
ROW_TILE(row_two, 2)
ROW_TILE(row_one, 1)

/// The weighted sums of a layer for one row, from output `left`, a multiple of WIDTH, up to `right`, which is
/// one or the last.
static void NAME(dense_row)(const struct cnetwork_layer *layer, size_t left, size_t right, const T *a,
                            T *out) {
  const size_t inputs = layer->inputs, outputs = layer->outputs, full = right / WIDTH * WIDTH;
  const T *const biases = layer->packed;
  const T *const panels = biases + round_up(outputs, WIDTH);
  for (; left + ROW_VECTORS * LANES <= full; left += ROW_VECTORS * LANES)
    NAME(row_wide)(inputs, a, panels + left / WIDTH * WIDTH * inputs + left % WIDTH, WIDTH, WIDTH * inputs,
                   biases + left, out + left);
  for (; left < right; left += 2 * LANES) {
    const size_t panel = left / WIDTH * WIDTH;
    const size_t step = outputs - panel < WIDTH ? outputs - panel : WIDTH;
    (right - left <= LANES ? NAME(row_one) : NAME(row_two))(
        inputs, a, panels + panel * inputs + (left - panel), step, 0, biases + left, out + left);
  }
}

/// The same for some rows, with whole vectors stored for each.
static void NAME(dense)(const struct cnetwork_layer *layer, size_t left, size_t right, size_t rows,
                        const T *a, size_t a_row, T *out, size_t out_row) {
  const size_t inputs = layer->inputs, outputs = layer->outputs;
  const T *const biases = layer->packed;
  const T *const panels = biases + round_up(outputs, WIDTH);
  for (; left < right; left += 2 * LANES) {
    const size_t panel = left / WIDTH * WIDTH;
    const size_t step = outputs - panel < WIDTH ? outputs - panel : WIDTH;
    const T *const w = panels + panel * inputs + (left - panel);
    const int is_narrow = right - left <= LANES;
    for (size_t r = 0; r < rows;) {
      const size_t rest = rows - r;
      const int valid = (int)(rest >= ROWS ? ROWS : rest >= 4 ? 4 : rest);
      (valid == ROWS ? (is_narrow ? NAME(tile_full_narrow) : NAME(tile_full))
                     : (is_narrow ? NAME(tile_four_narrow) : NAME(tile_four)))(
          inputs, valid, a + r * a_row, a_row, w, step, biases + left, out + r * out_row + left, out_row);
      r += (size_t)valid;
    }
  }
}

/// Whole rows to where nothing is between them, so that the end of a vector may lie over the next row
/// until that is written.
static void NAME(store_rows)(size_t rows, size_t columns, const T *from, size_t stride, T *to) {
  size_t rest = rows * columns;
  for (size_t r = 0; r < rows; r++, from += stride, to += columns, rest -= columns) {
    for (size_t i = 0; i < columns; i += LANES) {
      if (rest - i >= LANES)
        *(V *)(to + i) = *(const V *)(from + i);
      else
        NAME(store_part)(to + i, columns - i, *(const V *)(from + i));
    }
  }
}

/// The activations of a layer, all but softmax, from output `left` up to `right`, as above.
static void NAME(layer)(const struct cnetwork_layer *layer, size_t left, size_t right, size_t rows,
                        const void *input, size_t a_row, void *output, size_t out_row) {
  const T *const a = input;
  T *const out = output;
  if (rows == 1)
    NAME(dense_row)(layer, left, right, a, out);
  else
    NAME(dense)(layer, left, right, rows, a, a_row, out, out_row);
  const size_t columns = round_up(right - left, LANES);
  if (out_row == columns)
    NAME(each)(layer->activation, 1, rows * columns, out, out_row);
  else
    NAME(each)(layer->activation, rows, columns, out + left, out_row);
}

/// Softmax, if that is what the last layer has, and out with the rows.
static void NAME(finish)(const struct cnetwork_layer *last, size_t rows, void *values, size_t stride,
                         void *output) {
  if (last->activation == CNETWORK_SOFTMAX) NAME(softmax_rows)(rows, last->outputs, values, stride);
  NAME(store_rows)(rows, last->outputs, values, stride, output);
}

/// The last layer's activations for a block of rows. `scratch` has two matrices in turn, `half` apart, with
/// rows as wide as any layer's and aligned.
static void NAME(forward)(const struct cnetwork_layer *layers, size_t count, size_t rows,
                          const void *input, void *output, void *scratch, size_t half) {
  const T *a = input;
  size_t a_row = layers[0].inputs;
  T *next = scratch, *other = next + half / sizeof(T);
  if (rows > 4 && is_unlucky(a_row * sizeof(T))) {
    // Rows whose distance the cache cannot tell apart are moved to where it can.
    const size_t stride = stride_of(a_row * sizeof(T)) / sizeof(T);
    for (size_t r = 0; r < rows; r++) memcpy(other + r * stride, a + r * a_row, a_row * sizeof(T));
    a = other;
    a_row = stride;
  }
  for (size_t l = 0; l < count; l++) {
    const size_t stride = stride_of(layers[l].outputs * sizeof(T)) / sizeof(T);
    NAME(layer)(&layers[l], 0, layers[l].outputs, rows, a, a_row, next, stride);
    a = next;
    a_row = stride;
    next = other;
    other = (T *)a;
  }
  NAME(finish)(&layers[count - 1], rows, (T *)a, a_row, output);
}

/// The activations of rows that lie one behind the other.
static void NAME(activate)(int activation, size_t rows, size_t columns, void *values) {
  if (activation == CNETWORK_SOFTMAX)
    for (size_t r = 0; r < rows; r++) NAME(softmax)(columns, (T *)values + r * columns);
  else
    NAME(each)(activation, 1, rows * columns, values, columns);
}

static const struct kernels NAME(kernels) = {NAME(forward), NAME(layer), NAME(finish), NAME(activate)};

#undef LANES
#undef ROWS
#undef NAME
#undef SCALE
#undef EACH
#undef SWAP
#undef TURNS
#undef TILE
#undef ROW_TILE
#undef LOAD_PART
#undef STORE_PART
