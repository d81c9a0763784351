// Calls the C kernels as standard input asks, for check_kernels.py: the same program for each processor.
//
// A request is ten integers of 64 bits, in this machine's order, and bytes:
//   function, type, set, five arguments, the bytes that follow, the bytes of the answer
// The answer is its bytes; that the kernel wrote none behind them is checked. Where a kernel changes an array, the
// answer begins as the first bytes that follow.

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CBytes.h"
#include "CNetwork.h"

enum { FUNCTION, TYPE, SET, A, B, C, D, E, INPUT, OUTPUT, FIELDS };
enum { BEST_SET, ACTIVATE, FORWARD, GEMM, STEP, TRANSPOSE, CRC32, CRC32_COMBINE, SHA256 };
enum { ADD_ROW, SUM_ROWS, RELU, LOGISTIC_SLOPE, TANH_SLOPE, RELU_SLOPE, ADAM, SGD };
enum { GUARD = 64 };

static void *allocate(size_t size) {
  void *memory = aligned_alloc(64, (size + GUARD + 63) / 64 * 64);
  if (!memory) abort();
  memset(memory, 0x5a, size + GUARD);
  return memory;
}

static void check_guard(const char *memory, size_t size) {
  for (size_t i = 0; i < GUARD; i++)
    if (memory[size + i] != 0x5a) {
      fprintf(stderr, "written behind %zu bytes\n", size);
      exit(3);
    }
}

// Two layers: inputs A, hidden B, outputs C, rows D, threads E % 64; the activations are E / 64 % 64 and E / 4096.
static void forward(const int64_t *q, const char *input, char *output) {
  const int type = (int)q[TYPE];
  const size_t item = type == CNETWORK_F64 ? 8 : 4, sizes[3] = {(size_t)q[A], (size_t)q[B], (size_t)q[C]};
  struct cnetwork_layer layers[2];
  void *packed[2];
  for (int layer = 0; layer < 2; layer++) {
    const size_t inputs = sizes[layer], outputs = sizes[layer + 1], size = cnetwork_packed_size(type, inputs, outputs);
    const char *biases = input + inputs * outputs * item;
    packed[layer] = allocate(size);
    cnetwork_pack(type, inputs, outputs, input, biases, packed[layer]);
    check_guard(packed[layer], size);
    input = biases + outputs * item;
    layers[layer] = (struct cnetwork_layer){
        inputs, outputs, (int)(layer == 0 ? q[E] / 64 % 64 : q[E] / 4096), packed[layer]};
  }
  struct cnetwork_network network = {layers, 2, type, (int)q[SET], cnetwork_pool, 0, 0};
  cnetwork_measure(&network);
  const size_t rows = (size_t)q[D], threads = (size_t)q[E] % 64;
  const size_t size = cnetwork_forward_scratch(&network, rows, threads);
  char *scratch = allocate(size);
  cnetwork_forward(&network, rows, input, output, scratch, threads);
  check_guard(scratch, size);
  free(scratch);
  for (int layer = 0; layer < 2; layer++) free(packed[layer]);
}

// C (m × n) follows A (m × k) and B (k × n) in the input; D tells which lie transposed, and whether C is added to.
#define GEMM_OF(suffix, T)                                                                                  \
  static void gemm_##suffix(const int64_t *q, const char *input, char *output) {                            \
    const size_t m = (size_t)q[A], n = (size_t)q[B], k = (size_t)q[C];                                      \
    const int a_lies = q[D] & 1, b_lies = q[D] >> 1 & 1, accumulate = q[D] >> 2 & 1;                        \
    const T *a = (const T *)(const void *)(input + m * n * sizeof(T)), *b = a + m * k;                      \
    const size_t size = cnetwork_gemm_scratch(m, n, k) * sizeof(T);                                         \
    T *scratch = allocate(size);                                                                            \
    cnetwork_gemm_##suffix(m, n, k, a, a_lies ? 1 : k, a_lies ? m : 1, b, b_lies ? 1 : n, b_lies ? k : 1,   \
                           (T *)(void *)output, n, accumulate, scratch);                                    \
    check_guard((char *)scratch, size);                                                                     \
    free(scratch);                                                                                          \
  }
GEMM_OF(f64, double)
GEMM_OF(f32, float)

// A is which loop. Of the optimizers the answer is weights, moments and the sum of squares as a double; the five
// numbers of the step and whether momentum is Nesterov's stand at the end of the input, as doubles.
#define STEP_OF(suffix, T)                                                                                  \
  static void step_##suffix(const int64_t *q, const char *input, char *output) {                            \
    const size_t rows = (size_t)q[B], columns = (size_t)q[C], count = rows * columns;                       \
    const T *in = (const T *)(const void *)input;                                                           \
    T *out = (T *)(void *)output;                                                                           \
    struct cnetwork_step step;                                                                              \
    double numbers[7];                                                                                      \
    memcpy(numbers, input + q[INPUT] - (q[A] >= ADAM ? sizeof numbers : 0), q[A] >= ADAM ? sizeof numbers : 0); \
    switch (q[A]) {                                                                                         \
    case ADD_ROW: cnetwork_add_row_##suffix(rows, columns, in + count, out); break;                         \
    case SUM_ROWS: cnetwork_sum_rows_##suffix(rows, columns, in, out); break;                               \
    case RELU: cnetwork_relu_##suffix(count, out); break;                                                   \
    case LOGISTIC_SLOPE: cnetwork_times_logistic_slope_##suffix(count, out, in + count); break;             \
    case TANH_SLOPE: cnetwork_times_tanh_slope_##suffix(count, out, in + count); break;                     \
    case RELU_SLOPE: cnetwork_times_relu_slope_##suffix(count, out, in + count); break;                     \
    default:                                                                                                \
      step = (struct cnetwork_step){numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5], \
                                    numbers[6] != 0};                                                       \
      const T *sums = in + 3 * count;                                                                       \
      const double squares = q[A] == ADAM ? cnetwork_adam_##suffix(count, out, sums, sums + count, out + count, \
                                                                   out + 2 * count, &step)                  \
                                          : cnetwork_sgd_##suffix(count, out, sums, sums + count, out + count, &step); \
      memcpy(out + 3 * count, &squares, sizeof squares);                                                    \
    }                                                                                                       \
  }
STEP_OF(f64, double)
STEP_OF(f32, float)

static void answer(const int64_t *q, const char *input, char *output) {
  const int is_double = q[TYPE] == CNETWORK_F64;
  uint32_t number;
  switch (q[FUNCTION]) {
  case BEST_SET: output[0] = (char)cnetwork_instruction_set(); break;
  case ACTIVATE: cnetwork_activate((int)q[SET], (int)q[TYPE], (int)q[A], (size_t)q[B], (size_t)q[C], output); break;
  case FORWARD: forward(q, input, output); break;
  case GEMM: (is_double ? gemm_f64 : gemm_f32)(q, input, output); break;
  case STEP: (is_double ? step_f64 : step_f32)(q, input, output); break;
  case TRANSPOSE:
    cbytes_transpose((size_t)q[A], (size_t)q[B], (size_t)q[C], input, (size_t)q[D], output, (size_t)q[E]);
    break;
  case CRC32:
    number = cbytes_crc32((uint32_t)q[A], input + q[B], (size_t)(q[INPUT] - q[B]));
    memcpy(output, &number, sizeof number);
    break;
  case CRC32_COMBINE:
    number = cbytes_crc32_combine((uint32_t)q[A], (uint32_t)q[B], (uint64_t)q[C]);
    memcpy(output, &number, sizeof number);
    break;
  case SHA256: cbytes_sha256((uint32_t *)(void *)output, (const uint8_t *)input + 32, (size_t)q[INPUT] / 64); break;
  default: exit(4);
  }
}

int main(void) {
  int64_t q[FIELDS];
  while (fread(q, sizeof q, 1, stdin) == 1) {
    const size_t size = (size_t)q[INPUT], answered = (size_t)q[OUTPUT];
    char *input = allocate(size), *output = allocate(answered);
    if (size != 0 && fread(input, size, 1, stdin) != 1) return 2;
    // A transposition fills gaps, and a sum replaces what is there.
    if (q[FUNCTION] != TRANSPOSE) memcpy(output, input, size < answered ? size : answered);
    answer(q, input, output);
    check_guard(input, size);
    check_guard(output, answered);
    if (answered != 0 && fwrite(output, answered, 1, stdout) != 1) return 2;
    free(input);
    free(output);
  }
  return 0;
}
