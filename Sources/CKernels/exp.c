#include "CKernels.h"

// 1/2!, 1/3!, … 1/13!: the Taylor series of e^r beyond 1 + r.
static const double inverse_factorials_f64[] = {
    1.0 / 2,       1.0 / 6,        1.0 / 24,        1.0 / 120,       1.0 / 720,         1.0 / 5040,
    1.0 / 40320,   1.0 / 362880,   1.0 / 3628800,   1.0 / 39916800,  1.0 / 479001600,   1.0 / 6227020800};
static const float inverse_factorials_f32[] = {1.0f / 2,   1.0f / 6,   1.0f / 24,
                                               1.0f / 120, 1.0f / 720, 1.0f / 5040};

#define NAME(x) x##_f64_base
#define LANES 2
#include "exp_f64.h"
#include "exp_body.h"
#define NAME(x) x##_f32_base
#define LANES 4
#include "exp_f32.h"
#include "exp_body.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define NAME(x) x##_f64_avx2
#define LANES 4
#include "exp_f64.h"
#include "exp_body.h"
#define NAME(x) x##_f32_avx2
#define LANES 8
#include "exp_f32.h"
#include "exp_body.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target("avx512f,avx512vl,avx512dq,avx2,fma"))), apply_to = function)
#define NAME(x) x##_f64_avx512
#define LANES 8
#include "exp_f64.h"
#include "exp_body.h"
#define NAME(x) x##_f32_avx512
#define LANES 16
#include "exp_f32.h"
#include "exp_body.h"
#pragma clang attribute pop

#define CALL(function, type)                                                                       \
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&                   \
      __builtin_cpu_supports("avx512dq"))                                                          \
    function##_##type##_avx512(count, values);                                                     \
  else if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"))                        \
    function##_##type##_avx2(count, values);                                                       \
  else                                                                                             \
    function##_##type##_base(count, values)
#else
#define CALL(function, type) function##_##type##_base(count, values)
#endif

void ckernels_exp_f64(size_t count, double *values) { CALL(exp, f64); }
void ckernels_exp_f32(size_t count, float *values) { CALL(exp, f32); }
void ckernels_logistic_f64(size_t count, double *values) { CALL(logistic, f64); }
void ckernels_logistic_f32(size_t count, float *values) { CALL(logistic, f32); }
