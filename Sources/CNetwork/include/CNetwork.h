// The few hot loops, in C because Swift has no instruction set of a function's own. Each is compiled
// for several, and the best that the processor has is chosen at run time.

#pragma once

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// C = A B, or C += A B where `accumulate` is not 0.
///
/// A is m × k, its element (i, p) at a[i * a_row + p * a_column], so that it may lie transposed; B is
/// k × n likewise; C is m × n, row-major with rows `c_row` apart. Every element of C is the sum of its k
/// products in rising order of p, in blocks of cnetwork_gemm_depth, whatever m and n are.
///
/// `scratch` has room for cnetwork_gemm_scratch(m, n, k) elements.
void cnetwork_gemm_f64(size_t m, size_t n, size_t k, const double *a, size_t a_row, size_t a_column,
                       const double *b, size_t b_row, size_t b_column, double *c, size_t c_row,
                       int accumulate, double *scratch);
void cnetwork_gemm_f32(size_t m, size_t n, size_t k, const float *a, size_t a_row, size_t a_column,
                       const float *b, size_t b_row, size_t b_column, float *c, size_t c_row,
                       int accumulate, float *scratch);

/// The elements of scratch memory that a product of these sizes needs.
size_t cnetwork_gemm_scratch(size_t m, size_t n, size_t k);

// MARK: Training

/// Adds a row of numbers to every row of a matrix.
void cnetwork_add_row_f64(size_t rows, size_t columns, const double *row, double *matrix);
void cnetwork_add_row_f32(size_t rows, size_t columns, const float *row, float *matrix);

/// Sums the rows of a matrix, in their order.
void cnetwork_sum_rows_f64(size_t rows, size_t columns, const double *matrix, double *sums);
void cnetwork_sum_rows_f32(size_t rows, size_t columns, const float *matrix, float *sums);

/// Replaces each negative number by 0; NaN stays.
void cnetwork_relu_f64(size_t count, double *values);
void cnetwork_relu_f32(size_t count, float *values);

/// Multiplies each number by the derivative of an activation, expressed in what the activation gave:
/// a (1 - a), 1 - a², and 0 where a is 0, else 1.
void cnetwork_times_logistic_slope_f64(size_t count, double *values, const double *a);
void cnetwork_times_logistic_slope_f32(size_t count, float *values, const float *a);
void cnetwork_times_tanh_slope_f64(size_t count, double *values, const double *a);
void cnetwork_times_tanh_slope_f32(size_t count, float *values, const float *a);
void cnetwork_times_relu_slope_f64(size_t count, double *values, const double *a);
void cnetwork_times_relu_slope_f32(size_t count, float *values, const float *a);

/// What one step of an optimizer goes by, besides its arrays.
struct cnetwork_step {
  /// The strength of the penalty on the weights; 0 for biases.
  double alpha;
  /// What the sums of gradients are divided by: the rows of the batch, or their weights' sum.
  double weight;
  double learning_rate;
  /// Adam's decay of the first moment, or SGD's momentum.
  double beta_1;
  double beta_2;
  double epsilon;
  /// Whether SGD's momentum is Nesterov's.
  int nesterovs;
};

/// One step of Adam, or of SGD: changes the weights and what the optimizer remembers of them.
///
/// For each weight the sum of its gradients over the batch is `sums` + `more_sums`.
///
/// Returns the sum of the squares of the changed weights.
double cnetwork_adam_f64(size_t count, double *w, const double *sums, const double *more_sums, double *m,
                         double *v, const struct cnetwork_step *step);
double cnetwork_adam_f32(size_t count, float *w, const float *sums, const float *more_sums, float *m,
                         float *v, const struct cnetwork_step *step);
double cnetwork_sgd_f64(size_t count, double *w, const double *sums, const double *more_sums,
                        double *velocity, const struct cnetwork_step *step);
double cnetwork_sgd_f32(size_t count, float *w, const float *sums, const float *more_sums,
                        float *velocity, const struct cnetwork_step *step);

// MARK: Threads

/// More threads are never used.
enum { CNETWORK_MOST_THREADS = 64 };

/// The processors that this process may use, from 1 to CNETWORK_MOST_THREADS; asked for once.
size_t cnetwork_processors(void);

/// Has work done by several threads: calls work(context, 0), and at the same time work(context, t) on other threads,
/// each with a number t below `most` of its own; returns when all calls have ended. `length` tells how long the work
/// takes on one thread.
typedef void (*cnetwork_runner)(size_t most, int length, void (*work)(void *context, int thread), void *context);

/// How long work takes: some microseconds; some tenths of a millisecond; longer.
enum { CNETWORK_SHORT, CNETWORK_MEDIUM, CNETWORK_LONG };

/// The runner that keeps a pool of threads of its own. They spin after work, so that the next call finds them awake,
/// and keep away from the caller's processor: for a program that has the machine to itself.
///
/// Calls work(context, 0) here, and at the same time work(context, t) on other threads of the process, each
/// with a number t below `most` of its own; returns when all calls have ended.
///
/// No other thread need come: they may be at work for somebody else. So the calls take pieces of the work from
/// each other until none is left. A thread that has just been at work comes in less than a microsecond; one
/// that sleeps is woken only for long work, or after many
/// calls that follow each other closely.
///
/// Threads are started when first wanted, with all signals blocked, and then sleep until they are wanted again.
void cnetwork_pool(size_t most, int length, void (*work)(void *context, int thread), void *context);

/// Calls work(context, s) once for each share s below `count`, at most CNETWORK_MOST_THREADS, on as many threads as
/// far as those are free, and returns when all calls have ended. Each thread takes the share of its own number first.
void cnetwork_shares(cnetwork_runner runner, size_t count, int length, void (*work)(void *context, int share),
                     void *context);

// MARK: Networks

/// What a function is compiled for.
enum { CNETWORK_BASE, CNETWORK_AVX2, CNETWORK_AVX512 };

/// The best instruction set that this processor has; it has those before it too. What follows gives the
/// same bits for the same set, and for another set others in the last place.
int cnetwork_instruction_set(void);

/// What the numbers are: `void *` is `float *` or `double *` below.
enum { CNETWORK_F32, CNETWORK_F64 };

/// The functions behind weighted sums.
enum {
  CNETWORK_IDENTITY,
  CNETWORK_LOGISTIC,
  CNETWORK_TANH,
  CNETWORK_RELU,
  CNETWORK_EXP,
  CNETWORK_SOFTMAX
};

/// Replaces the numbers of a row-major matrix by a function of them; softmax is a function of a row.
///
/// All are within 2 units in the last place, with NaN, infinities, signs of zero and subnormal results as IEEE
/// 754 has them; softmax, whose sum rounds too, is within 3, and one more for each 32 columns.
void cnetwork_activate(int set, int type, int activation, size_t rows, size_t columns, void *values);

/// Replaces each of `count` numbers by e to its power, and by 1 / (1 + e^-x).
void cnetwork_exp_f64(size_t count, double *values);
void cnetwork_exp_f32(size_t count, float *values);
void cnetwork_logistic_f64(size_t count, double *values);
void cnetwork_logistic_f32(size_t count, float *values);

/// A layer: its activation, and what cnetwork_pack has made of its weights and biases.
struct cnetwork_layer {
  size_t inputs;
  size_t outputs;
  int activation;
  const void *packed;
};

/// The bytes that a layer's weights and biases take when packed: those of the numbers and at most 256 more.
size_t cnetwork_packed_size(int type, size_t inputs, size_t outputs);

/// Packs weights, outputs × inputs and row-major, and biases into memory of cnetwork_packed_size bytes,
/// which should begin at a multiple of 64.
void cnetwork_pack(int type, size_t inputs, size_t outputs, const void *weights, const void *biases,
                   void *packed);

/// The layers of a network, at least one, each with as many inputs as the one before it has outputs.
struct cnetwork_network {
  const struct cnetwork_layer *layers;
  size_t count;
  int type;
  int set;
  /// Who does the work of several threads.
  cnetwork_runner runner;
  /// The bytes of the widest row of scratch memory, and the work for a row; cnetwork_measure fills them in.
  size_t widest;
  double work;
};

/// Fills in what follows from a network's layers, count and type.
void cnetwork_measure(struct cnetwork_network *network);

/// How many threads are worth while for so many rows, up to `most`: 1 for little work.
size_t cnetwork_forward_threads(const struct cnetwork_network *network, size_t rows, size_t most);

/// The bytes of scratch memory that so many rows and threads need.
size_t cnetwork_forward_scratch(const struct cnetwork_network *network, size_t rows, size_t threads);

/// The last layer's activations for each row of a matrix: inputs of the first layer to outputs of the last,
/// both row-major.
///
/// A row's result has the same bits alone, at any place of any batch, and with any number of threads.
void cnetwork_forward(const struct cnetwork_network *network, size_t rows, const void *input, void *output,
                      void *scratch, size_t threads);

#ifdef __cplusplus
}
#endif
