// e^x, tanh x and the logistic function of a vector, for one type and one instruction set. Included with
//   T, …            the type and its constants, of functions_f64.h or functions_f32.h
//   LANES           elements of a vector register
//   NAME(x)         x with the type and the instruction set behind it
//   SCALE(x, n)     x 2^n with one rounding, where the instruction set has it
//
// Every number goes through the same instructions, whatever vector it stands in and wherever in that: its
// result does not depend on its place.

typedef T NAME(vector) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T))));
typedef INT NAME(ints) __attribute__((vector_size(LANES * sizeof(T)), aligned(sizeof(T))));

/// Lane by lane `yes` where a comparison holds, else `no`.
INLINE V NAME(select)(NAME(ints) holds, V yes, V no) {
  return (V)((holds & (NAME(ints))yes) | (~holds & (NAME(ints))no));
}

/// The lesser and the greater lane by lane; `x` where either is NaN.
INLINE V NAME(least)(V limit, V x) { return NAME(select)(limit < x, limit, x); }
INLINE V NAME(greatest)(V limit, V x) { return NAME(select)(limit > x, limit, x); }

/// 2^n, for a power that is a normal number.
INLINE V NAME(power)(V n) {
  return (V)((NAME(ints))(n + (SHIFT + EXPONENT_BIAS)) << FRACTION_BITS);
}

/// x 2^n, rounded once: the second factor is 1 unless the result is subnormal or infinite.
INLINE V NAME(scale)(V x, V n) {
#ifdef SCALE
  return (V)SCALE(x, n);
#else
  const V first = NAME(greatest)(ALL(-SPLIT), NAME(least)(ALL(SPLIT), n));
  return x * NAME(power)(first) * NAME(power)(n - first);
#endif
}

/// e^x = 2^n (1 + high + c), where |high| is at most half of ln 2 and exact, and c is small.
struct NAME(parts) {
  V n, high, c;
};

INLINE struct NAME(parts) NAME(parts_of_exp)(V x) {
  // Adding 1.5 · 2^(bits of the fraction) rounds to an integer.
  const V n = (x * (T)LOG2_E + (T)SHIFT) - (T)SHIFT;
  const V high = x - n * (T)LN2_HIGH;
  const V low = n * (T)LN2_LOW;
  const V r = high - low;
  const V square = r * r;
  return (struct NAME(parts)){n, high, square * (SERIES(r, square)) - low};
}

/// A result, and what its last rounding took away, in parts of the result.
struct NAME(rounded) {
  V value, lost;
};

/// e^x where x is not beyond EXP_MIN and EXP_MAX.
INLINE struct NAME(rounded) NAME(exp_rounded)(V x) {
  const struct NAME(parts) e = NAME(parts_of_exp)(x);
  // What 1 + high loses by rounding is added to c, so that the last rounding is the only one that counts.
  const V first = 1 + e.high;
  const V rest = (e.high - (first - 1)) + e.c;
  const V sum = first + rest;
  // The sum is near enough to 1 for what is lost of it to be its part.
  return (struct NAME(rounded)){NAME(scale)(sum, e.n), rest - (sum - first)};
}

INLINE V NAME(exp)(V x) {
  return NAME(exp_rounded)(NAME(greatest)(ALL(EXP_MIN), NAME(least)(ALL(EXP_MAX), x))).value;
}

/// 1 / (1 + e^-x), and of e^x and e^-x the one that cannot overflow.
INLINE V NAME(logistic)(V x) {
  const V zero = {0};
  const V negative = (V)((NAME(ints))x | (NAME(ints))-zero);
  const struct NAME(rounded) e = NAME(exp_rounded)(NAME(greatest)(ALL(EXP_MIN), negative));
  const V sum = 1 + e.value;
  const NAME(ints) isNegative = x < zero;
  const V numerator = NAME(select)(isNegative, e.value, zero + 1);
  const V quotient = numerator / sum;
  // What numerator and denominator have lost: a correction of the size of a rounding, for which a straight
  // line is near enough to 1 / sum in 1...2.
  const V lost = NAME(select)(isNegative, e.value * e.lost, zero) - quotient * (e.value - (sum - 1));
  return quotient + lost * ((T)1.457 - (T)0.5 * sum);
}

/// (e^2x - 1) / (e^2x + 1), where the numerator is not made of e^2x: near 0 nothing would be left.
INLINE V NAME(tanh)(V x) {
  const NAME(ints) sign = (NAME(ints))-ALL(0);
  const V absolute = (V)((NAME(ints))x & ~sign);
  const struct NAME(parts) e = NAME(parts_of_exp)(2 * NAME(least)(ALL(TANH_MAX), absolute));
  const V power = NAME(power)(e.n);
  // 2^n (1 + high + c) - 1, with what is lost where its two greater parts are added.
  const V less = power - 1;
  const V scaled = power * e.high;
  const V first = less + scaled;
  const V rest = (scaled - (first - less)) + power * e.c;
  const V numerator = first + rest;
  const V denominator = numerator + 2;
  const V quotient = numerator / denominator;
  // As in the logistic function, for a denominator in 2...4; beyond, the roundings count less.
  const V lack = rest - (numerator - first);
  const V lost = lack - quotient * (lack + (numerator - (denominator - 2)));
  const V inverse = NAME(greatest)(ALL(0), (T)0.7285 - (T)0.125 * denominator);
  return (V)((NAME(ints))(quotient + lost * inverse) | ((NAME(ints))x & sign));
}

INLINE V NAME(relu)(V x) { return NAME(select)(x < ALL(0), ALL(0), x); }

