// The functions of one type for each instruction set. Included behind the type's constants.

#include "forward.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define NAMED(x, set) NAMED_(x, set)
#define NAMED_(x, set) x##_##set

/// The biases, filled up to a multiple of WIDTH; then for each WIDTH outputs, of which the last may be
/// fewer, the weights of these for each input.
void TYPE(cnetwork_pack)(size_t inputs, size_t outputs, const void *weights, const void *biases,
                         void *packed) {
  const T *const w = weights, *const b = biases;
  T *const front = packed, *const panels = front + round_up(outputs, WIDTH);
  for (size_t o = 0; o < round_up(outputs, WIDTH); o++) front[o] = o < outputs ? b[o] : 0;
  for (size_t left = 0; left < outputs; left += WIDTH) {
    const size_t columns = outputs - left < WIDTH ? outputs - left : WIDTH;
    T *const panel = panels + left * inputs;
    // A cache line of each output's weights at a time.
    for (size_t start = 0; start < inputs; start += WIDTH / 2) {
      const size_t end = start + WIDTH / 2 < inputs ? start + WIDTH / 2 : inputs;
      for (size_t o = 0; o < columns; o++)
        for (size_t i = start; i < end; i++) panel[i * columns + o] = w[(left + o) * inputs + i];
    }
  }
  // What whole vectors read behind the last outputs.
  for (size_t i = 0; i < WIDTH; i++) panels[outputs * inputs + i] = 0;
}

#define NAME_BASE(x) NAMED(TYPE(x), base)
#define NAME_AVX2(x) NAMED(TYPE(x), avx2)
#define NAME_AVX512(x) NAMED(TYPE(x), avx512)

// What every processor has: SSE2, or NEON with twice the registers.
#define NAME NAME_BASE
#define LANES LANES_128
#include "functions_body.h"
#if defined(__aarch64__)
#define ROWS 8
#else
#define ROWS 4
#endif
#include "rows_body.h"
#include "dense_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME NAME_AVX2
#define LANES LANES_256
#include "functions_body.h"
#define ROWS 6
#include "rows_body.h"
#include "dense_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma"))), apply_to = function)
#define NAME NAME_AVX512
#define LANES LANES_512
#define SCALE SCALE_512
#include "functions_body.h"
#define ROWS 12
#define LOAD_PART LOAD_PART_512
#define STORE_PART STORE_PART_512
#include "rows_body.h"
#include "dense_body.h"
#pragma clang attribute pop

const struct kernels *const TYPE(cnetwork_all)[3] = {
    &NAME_BASE(kernels), &NAME_AVX2(kernels), &NAME_AVX512(kernels)};
#else
const struct kernels *const TYPE(cnetwork_all)[3] = {&NAME_BASE(kernels)};
#endif
