#include "CNetwork.h"

// Products that are added up in registers before they go to memory; a panel of B of this depth stays
// in the first-level cache.
#define DEPTH 256
// The most rows and columns of a tile, of any instruction set.
#define MAX_ROWS 12
#define MAX_WIDTH 32

size_t cnetwork_gemm_scratch(size_t m, size_t n, size_t k) {
  (void)n;
  const size_t depth = k < DEPTH ? k : DEPTH;
  return DEPTH * MAX_WIDTH + (m + MAX_ROWS) * depth;
}

// What every processor has: two lanes of SSE2, or of NEON.
#define T double
#define LANES 2
#define ROWS 6
#define NAME(x) x##_f64_base
#include "gemm_body.h"
#define T float
#define LANES 4
#define ROWS 6
#define NAME(x) x##_f32_base
#include "gemm_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define T double
#define LANES 4
#define ROWS 6
#define NAME(x) x##_f64_avx2
#include "gemm_body.h"
#define T float
#define LANES 8
#define ROWS 6
#define NAME(x) x##_f32_avx2
#include "gemm_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx2,fma"))), apply_to = function)
#define T double
#define LANES 8
#define ROWS 12
#define NAME(x) x##_f64_avx512
#include "gemm_body.h"
#define T float
#define LANES 16
#define ROWS 12
#define NAME(x) x##_f32_avx512
#include "gemm_body.h"
#pragma clang attribute pop

#define CALL(type)                                                                                 \
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl"))                     \
    gemm_##type##_avx512(m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulate,    \
                         scratch);                                                                 \
  else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))                        \
    gemm_##type##_avx2(m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulate,      \
                       scratch);                                                                   \
  else                                                                                             \
    gemm_##type##_base(m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulate,      \
                       scratch)
#else
#define CALL(type)                                                                                 \
  gemm_##type##_base(m, n, k, a, a_row, a_column, b, b_row, b_column, c, c_row, accumulate, scratch)
#endif

void cnetwork_gemm_f64(size_t m, size_t n, size_t k, const double *a, size_t a_row, size_t a_column,
                       const double *b, size_t b_row, size_t b_column, double *c, size_t c_row,
                       int accumulate, double *scratch) {
  CALL(f64);
}

void cnetwork_gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                       const float *b, size_t b_row, size_t b_column, float *c, size_t c_row,
                       int accumulate, float *scratch) {
  CALL(f32);
}
