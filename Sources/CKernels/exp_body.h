// e^x and the logistic function of many numbers, for one type and one instruction set. Included with
//   T, INT       the type, and the integer of its size
//   LANES        elements of a vector register
//   NAME(x)      x with the type and the instruction set behind it
//   EXP_…        the constants of the type

typedef T NAME(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T))));
typedef INT NAME(ints) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T))));

/// Lane by lane `yes` where a comparison holds, else `no`.
static inline __attribute__((always_inline)) NAME(vector) NAME(select)(NAME(ints) holds, NAME(vector) yes,
                                                                       NAME(vector) no) {
  return (NAME(vector))((holds & (NAME(ints))yes) | (~holds & (NAME(ints))no));
}

/// e^x = 2^n e^r with |r| at most half of ln 2, and e^r by its Taylor series, whose rest is below half
/// a unit in the last place.
static inline __attribute__((always_inline)) NAME(vector) NAME(exp_vector)(NAME(vector) x) {
  // Beyond these the result is infinite or 0; NaN passes both comparisons by.
  x = NAME(select)(x > EXP_MAX, (NAME(vector)){0} + EXP_MAX, x);
  x = NAME(select)(x < EXP_MIN, (NAME(vector)){0} + EXP_MIN, x);
  // Adding 1.5 · 2^(bits of the fraction) rounds to an integer, which then stands in the lowest bits.
  const NAME(vector) shifted = x * EXP_LOG2E + EXP_SHIFT;
  const NAME(vector) n = shifted - EXP_SHIFT;
  NAME(vector) r = x - n * EXP_LN2_HIGH;
  r = r - n * EXP_LN2_LOW;
  NAME(vector) sum = (NAME(vector)){0} + EXP_COEFFICIENTS[EXP_TERMS - 1];
#pragma clang loop unroll(full)
  for (int i = EXP_TERMS - 2; i >= 0; i--) sum = sum * r + EXP_COEFFICIENTS[i];
  // 1 + r is added last, so that its rounding is the only one that counts.
  const NAME(vector) power = (sum * r) * r + r + 1;
  // 2^n in two factors, because a subnormal result needs an n that no factor alone can have.
  const NAME(ints) whole = (NAME(ints))shifted - (NAME(ints))((NAME(vector)){0} + EXP_SHIFT);
  const NAME(ints) half = whole >> 1;
  const NAME(vector) first = (NAME(vector))((half + EXP_BIAS) << EXP_FRACTION_BITS);
  const NAME(vector) second = (NAME(vector))((whole - half + EXP_BIAS) << EXP_FRACTION_BITS);
  return power * first * second;
}

static inline __attribute__((always_inline)) NAME(vector) NAME(logistic_vector)(NAME(vector) x) {
  const NAME(vector) zero = {0};
  // Of exp(x) and exp(-x) the one that cannot overflow.
  const NAME(vector) e = NAME(exp_vector)(NAME(select)(x < zero, x, -x));
  return NAME(select)(x < zero, e, zero + 1) / (zero + 1 + e);
}

#define EACH(function)                                                                             \
  static void NAME(function)(size_t count, T *values) {                                            \
    size_t i = 0;                                                                                  \
    for (; i + LANES <= count; i += LANES) {                                                       \
      NAME(vector) *const at = (NAME(vector) *)(values + i);                                       \
      *at = NAME(function##_vector)(*at);                                                          \
    }                                                                                              \
    if (i < count) {                                                                               \
      NAME(vector) rest = {0};                                                                     \
      for (size_t j = i; j < count; j++) rest[j - i] = values[j];                                  \
      rest = NAME(function##_vector)(rest);                                                        \
      for (size_t j = i; j < count; j++) values[j] = rest[j - i];                                  \
    }                                                                                              \
  }
EACH(exp)
EACH(logistic)

#undef EACH
#undef T
#undef INT
#undef LANES
#undef NAME
#undef EXP_MAX
#undef EXP_MIN
#undef EXP_SHIFT
#undef EXP_LOG2E
#undef EXP_LN2_HIGH
#undef EXP_LN2_LOW
#undef EXP_BIAS
#undef EXP_FRACTION_BITS
#undef EXP_TERMS
#undef EXP_COEFFICIENTS
