// The functions of whole rows, for one type and one instruction set. Included behind functions_body.h
// with
//   LOAD_PART(…), STORE_PART(…)  the first elements of a vector, where the instruction set has that

INLINE V NAME(load_part)(const T *from, size_t count, T rest) {
#ifdef LOAD_PART
  return (V)LOAD_PART(from, count, rest);
#else
  V v = ALL(rest);
  for (size_t i = 0; i < count; i++) v[i] = from[i];
  return v;
#endif
}

INLINE void NAME(store_part)(T *to, size_t count, V v) {
#ifdef STORE_PART
  STORE_PART(to, count, v);
#else
  for (size_t i = 0; i < count; i++) to[i] = v[i];
#endif
}

#define EACH(function)                                                                             \
  for (size_t r = 0; r < rows; r++, values += stride) {                                            \
    size_t i = 0;                                                                                  \
    for (; i + LANES <= columns; i += LANES)                                                       \
      *(V *)(values + i) = NAME(function)(*(V *)(values + i));                                     \
    if (i < columns)                                                                               \
      NAME(store_part)(values + i, columns - i,                                                    \
                       NAME(function)(NAME(load_part)(values + i, columns - i, 0)));               \
  }

/// Replaces every number of a matrix, whose rows are `stride` apart, by a function of it.
static void NAME(each)(int activation, size_t rows, size_t columns, T *values, size_t stride) {
  switch (activation) {
  case CNETWORK_EXP:
    EACH(exp);
    break;
  case CNETWORK_LOGISTIC:
    EACH(logistic);
    break;
  case CNETWORK_TANH:
    EACH(tanh);
    break;
  case CNETWORK_RELU:
    EACH(relu);
    break;
  }
}

// Each lane's partner, d lanes away.
#if LANES == 2
#define SWAP(v, d) __builtin_shufflevector(v, v, 0 ^ d, 1 ^ d)
#elif LANES == 4
#define SWAP(v, d) __builtin_shufflevector(v, v, 0 ^ d, 1 ^ d, 2 ^ d, 3 ^ d)
#elif LANES == 8
#define SWAP(v, d)                                                                                 \
  __builtin_shufflevector(v, v, 0 ^ d, 1 ^ d, 2 ^ d, 3 ^ d, 4 ^ d, 5 ^ d, 6 ^ d, 7 ^ d)
#else
#define SWAP(v, d)                                                                                 \
  __builtin_shufflevector(v, v, 0 ^ d, 1 ^ d, 2 ^ d, 3 ^ d, 4 ^ d, 5 ^ d, 6 ^ d, 7 ^ d, 8 ^ d,     \
                          9 ^ d, 10 ^ d, 11 ^ d, 12 ^ d, 13 ^ d, 14 ^ d, 15 ^ d)
#endif

// The lanes of the first and of the second half of two vectors, in turn.
#if LANES == 2
#define TURNS(x, y, h) __builtin_shufflevector(x, y, h, 2 + h)
#elif LANES == 4
#define TURNS(x, y, h) __builtin_shufflevector(x, y, h, 4 + h, 1 + h, 5 + h)
#elif LANES == 8
#define TURNS(x, y, h) __builtin_shufflevector(x, y, h, 8 + h, 1 + h, 9 + h, 2 + h, 10 + h, 3 + h, 11 + h)
#else
#define TURNS(x, y, h)                                                                             \
  __builtin_shufflevector(x, y, h, 16 + h, 1 + h, 17 + h, 2 + h, 18 + h, 3 + h, 19 + h, 4 + h,     \
                          20 + h, 5 + h, 21 + h, 6 + h, 22 + h, 7 + h, 23 + h)
#endif

/// Swaps rows and columns of as many vectors as they have lanes.
INLINE void NAME(transpose)(V *v) {
  // Each round is a step in the number of a lane, and so many steps make the number of a vector of it.
  UNROLL for (int d = 1; d < LANES; d *= 2) {
    V next[LANES];
    UNROLL for (int i = 0; i < LANES / 2; i++) {
      next[2 * i] = TURNS(v[i], v[i + LANES / 2], 0);
      next[2 * i + 1] = TURNS(v[i], v[i + LANES / 2], LANES / 2);
    }
    UNROLL for (int i = 0; i < LANES; i++) v[i] = next[i];
  }
}

/// Every lane the greatest of all lanes; the pairs are always the same.
INLINE V NAME(greatest_lane)(V v) {
#if LANES >= 16
  v = NAME(greatest)(SWAP(v, 8), v);
#endif
#if LANES >= 8
  v = NAME(greatest)(SWAP(v, 4), v);
#endif
#if LANES >= 4
  v = NAME(greatest)(SWAP(v, 2), v);
#endif
  return NAME(greatest)(SWAP(v, 1), v);
}

/// Adds to a sum, and to `lost` what rounding has added too much (Kahan's summation), so that many columns
/// in few lanes are as exact as few columns in many.
INLINE void NAME(add)(V *sum, V *lost, V term) {
  const V rest = term - *lost;
  const V total = *sum + rest;
  *lost = (total - *sum) - rest;
  *sum = total;
}

/// Adds to each lane its partner, and to `lost` what rounding has added too much (Knuth's two-sum).
INLINE void NAME(add_partner)(V *sum, V *lost, V partner, V lost_by_partner) {
  const V total = *sum + partner;
  const V added = total - *sum;
  *lost += lost_by_partner + ((added - partner) + ((total - added) - *sum));
  *sum = total;
}

/// The sum of all lanes; the pairs are always the same.
INLINE T NAME(sum_of_lanes)(V sum, V lost) {
#if LANES >= 16
  NAME(add_partner)(&sum, &lost, SWAP(sum, 8), SWAP(lost, 8));
#endif
#if LANES >= 8
  NAME(add_partner)(&sum, &lost, SWAP(sum, 4), SWAP(lost, 4));
#endif
#if LANES >= 4
  NAME(add_partner)(&sum, &lost, SWAP(sum, 2), SWAP(lost, 2));
#endif
  NAME(add_partner)(&sum, &lost, SWAP(sum, 1), SWAP(lost, 1));
  return (sum - lost)[0];
}

/// e^(z - max z) over its sum: NaN for a row that holds NaN or +∞, or nothing but -∞.
static void NAME(softmax)(size_t columns, T *row) {
  const T least = -__builtin_inf();
  const size_t full = columns / LANES * LANES, rest = columns - full;
  V greatest = ALL(least);
  // NaN is greater than nothing, and comes to light below.
  for (size_t i = 0; i < full; i += LANES)
    greatest = NAME(select)(*(V *)(row + i) > greatest, *(V *)(row + i), greatest);
  V last = NAME(load_part)(row + full, rest, least);
  greatest = NAME(select)(last > greatest, last, greatest);
  greatest = NAME(greatest_lane)(greatest);
  V sum = {0}, lost = {0};
  for (size_t i = 0; i < full; i += LANES) {
    *(V *)(row + i) = NAME(exp)(*(V *)(row + i) - greatest);
    NAME(add)(&sum, &lost, *(V *)(row + i));
  }
  if (rest) {
    last = NAME(exp)(last - greatest);
    NAME(add)(&sum, &lost, last);
  }
  // Divided by, and not multiplied with its inverse, which would be rounded once more.
  const T all = NAME(sum_of_lanes)(sum, lost);
  for (size_t i = 0; i < full; i += LANES) *(V *)(row + i) /= all;
  if (rest) NAME(store_part)(row + full, rest, last / all);
}

/// The same for as many rows as a vector has lanes, each with at most twice as many columns: a lane for each row
/// does what the lanes of one row do, in the same order, and so comes to the same bits. The rows hold whole
/// vectors.
static void NAME(softmax_of_lanes)(size_t columns, T *row, size_t stride) {
  V x[2 * LANES];
  for (size_t from = 0; from < columns; from += LANES) {
    UNROLL for (int r = 0; r < LANES; r++) x[from + r] = *(V *)(row + r * stride + from);
    NAME(transpose)(x + from);
  }
  V greatest = ALL(-__builtin_inf());
  for (size_t i = 0; i < columns; i++) greatest = NAME(select)(x[i] > greatest, x[i], greatest);
  V sum[LANES], lost[LANES];
  for (size_t i = 0; i < columns; i++) {
    x[i] = NAME(exp)(x[i] - greatest);
    if (i < LANES) {
      sum[i] = x[i];
      lost[i] = (V){0};
    } else {
      NAME(add)(&sum[i - LANES], &lost[i - LANES], x[i]);
    }
  }
  for (size_t d = LANES / 2; d > 0; d /= 2)
    for (size_t i = 0; i < d && i + d < columns; i++)
      NAME(add_partner)(&sum[i], &lost[i], sum[i + d], lost[i + d]);
  const V all = sum[0] - lost[0];
  for (size_t i = 0; i < columns; i++) x[i] /= all;
  for (size_t from = 0; from < columns; from += LANES) {
    NAME(transpose)(x + from);
    UNROLL for (int r = 0; r < LANES; r++) *(V *)(row + r * stride + from) = x[from + r];
  }
}

/// Softmax of rows that are `stride` apart and hold whole vectors.
static void NAME(softmax_rows)(size_t rows, size_t columns, T *values, size_t stride) {
  size_t r = 0;
  if (columns <= 2 * LANES)
    for (; r + LANES <= rows; r += LANES) NAME(softmax_of_lanes)(columns, values + r * stride, stride);
  for (; r < rows; r++) NAME(softmax)(columns, values + r * stride);
}
