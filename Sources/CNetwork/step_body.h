// The loops of a training step that are no matrix product, for one type and one instruction set.
// Included with
//   T        the type
//   LANES    elements of a vector register
//   NAME(x)  x with the type and the instruction set behind it

typedef T NAME(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T))));
// As many numbers in the type that NumPy computes steps in, whatever the type of the weights.
typedef double NAME(wide) __attribute__((vector_size(LANES * sizeof(double)), aligned(sizeof(double))));

static void NAME(add_row)(size_t rows, size_t columns, const T *restrict row, T *restrict matrix) {
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) matrix[r * columns + c] += row[c];
}

static void NAME(sum_rows)(size_t rows, size_t columns, const T *restrict matrix, T *restrict sums) {
  for (size_t c = 0; c < columns; c++) sums[c] = 0;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) sums[c] += matrix[r * columns + c];
}

static void NAME(relu)(size_t count, T *values) {
  // Not fmax, which would lose NaN.
  for (size_t i = 0; i < count; i++) values[i] = values[i] < 0 ? 0 : values[i];
}

static void NAME(times_logistic_slope)(size_t count, T *restrict values, const T *restrict a) {
  for (size_t i = 0; i < count; i++) values[i] = values[i] * a[i] * (1 - a[i]);
}

static void NAME(times_tanh_slope)(size_t count, T *restrict values, const T *restrict a) {
  for (size_t i = 0; i < count; i++) values[i] *= 1 - a[i] * a[i];
}

static void NAME(times_relu_slope)(size_t count, T *restrict values, const T *restrict a) {
  for (size_t i = 0; i < count; i++) values[i] = a[i] == 0 ? 0 : values[i];
}

/// The mean gradient of a batch, with the penalty: what an optimizer goes by.
static inline __attribute__((always_inline)) NAME(vector) NAME(gradient)(
    NAME(vector) sum, NAME(vector) w, const struct cnetwork_step *step) {
  return (sum + (T)step->alpha * w) / (T)step->weight;
}

// Both add the squares of the changed weights to `squares`.
static inline __attribute__((always_inline)) void NAME(adam_vector)(
    NAME(vector) *w, NAME(vector) sum, NAME(vector) *m, NAME(vector) *v, NAME(wide) *squares,
    const struct cnetwork_step *step) {
  const NAME(vector) g = NAME(gradient)(sum, *w, step);
  *m = (T)step->beta_1 * *m + (T)(1 - step->beta_1) * g;
  *v = (T)step->beta_2 * *v + (T)(1 - step->beta_2) * (g * g);
  const NAME(vector) scale = __builtin_elementwise_sqrt(*v) + (T)step->epsilon;
  const NAME(wide) change = step->learning_rate * __builtin_convertvector(*m, NAME(wide)) /
                            __builtin_convertvector(scale, NAME(wide));
  *w = __builtin_convertvector(__builtin_convertvector(*w, NAME(wide)) - change, NAME(vector));
  *squares += __builtin_convertvector(*w * *w, NAME(wide));
}

static inline __attribute__((always_inline)) void NAME(sgd_vector)(
    NAME(vector) *w, NAME(vector) sum, NAME(vector) *m, NAME(vector) *v, NAME(wide) *squares,
    const struct cnetwork_step *step) {
  (void)v;
  const T momentum = (T)step->beta_1;
  const NAME(vector) descent = (T)step->learning_rate * NAME(gradient)(sum, *w, step);
  *m = momentum * *m - descent;
  *w += step->nesterovs ? momentum * *m - descent : *m;
  *squares += __builtin_convertvector(*w * *w, NAME(wide));
}

// v is null for SGD, which has no second moments.
#define UPDATE(optimizer)                                                                          \
  static double NAME(optimizer)(size_t count, T *w, const T *sums, const T *more_sums, T *m, T *v, \
                                const struct cnetwork_step *step) {                                \
    NAME(wide) squares = {0};                                                                      \
    size_t i = 0;                                                                                  \
    for (; i + LANES <= count; i += LANES) {                                                       \
      __builtin_prefetch(w + i + AHEAD / sizeof(T), 1);                                            \
      __builtin_prefetch(sums + i + AHEAD / sizeof(T));                                            \
      __builtin_prefetch(more_sums + i + AHEAD / sizeof(T));                                       \
      NAME(optimizer##_vector)(                                                                    \
          (NAME(vector) *)(w + i),                                                                 \
          *(const NAME(vector) *)(sums + i) + *(const NAME(vector) *)(more_sums + i),              \
          (NAME(vector) *)(m + i), (NAME(vector) *)(v ? v + i : NULL), &squares, step);            \
    }                                                                                              \
    if (i < count) {                                                                               \
      NAME(vector) rest[5] = {{0}};                                                                \
      const size_t size = (count - i) * sizeof(T);                                                 \
      memcpy(&rest[0], w + i, size);                                                               \
      memcpy(&rest[1], sums + i, size);                                                            \
      memcpy(&rest[2], m + i, size);                                                               \
      if (v) memcpy(&rest[3], v + i, size);                                                        \
      memcpy(&rest[4], more_sums + i, size);                                                       \
      NAME(optimizer##_vector)(&rest[0], rest[1] + rest[4], &rest[2], &rest[3], &squares, step);   \
      memcpy(w + i, &rest[0], size);                                                               \
      memcpy(m + i, &rest[2], size);                                                               \
      if (v) memcpy(v + i, &rest[3], size);                                                        \
    }                                                                                              \
    double sum = 0;                                                                                \
    for (int lane = 0; lane < LANES; lane++) sum += squares[lane];                                 \
    return sum;                                                                                    \
  }
UPDATE(adam)
UPDATE(sgd)

#undef UPDATE
#undef T
#undef LANES
#undef NAME
