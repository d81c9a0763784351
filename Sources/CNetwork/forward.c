#include "forward.h"

#include <stdatomic.h>
#include <stdint.h>

// MARK: Which functions

int cnetwork_instruction_set(void) {
#if defined(__x86_64__)
  // The processor was asked when the program began: these only look at bits.
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return CNETWORK_BASE;
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                 __builtin_cpu_supports("avx512dq")
             ? CNETWORK_AVX512
             : CNETWORK_AVX2;
#else
  return CNETWORK_BASE;
#endif
}

static const struct kernels *kernels_of(int set, int type) {
  return type == CNETWORK_F64 ? cnetwork_all_f64[set] : cnetwork_all_f32[set];
}

static size_t size_of(int type) { return type == CNETWORK_F64 ? sizeof(double) : sizeof(float); }

// MARK: Functions

void cnetwork_activate(int set, int type, int activation, size_t rows, size_t columns, void *values) {
  kernels_of(set, type)->activate(activation, rows, columns, values);
}

void cnetwork_exp_f64(size_t count, double *values) {
  cnetwork_activate(cnetwork_instruction_set(), CNETWORK_F64, CNETWORK_EXP, 1, count, values);
}
void cnetwork_exp_f32(size_t count, float *values) {
  cnetwork_activate(cnetwork_instruction_set(), CNETWORK_F32, CNETWORK_EXP, 1, count, values);
}
void cnetwork_logistic_f64(size_t count, double *values) {
  cnetwork_activate(cnetwork_instruction_set(), CNETWORK_F64, CNETWORK_LOGISTIC, 1, count, values);
}
void cnetwork_logistic_f32(size_t count, float *values) {
  cnetwork_activate(cnetwork_instruction_set(), CNETWORK_F32, CNETWORK_LOGISTIC, 1, count, values);
}

// MARK: Weights

size_t cnetwork_packed_size(int type, size_t inputs, size_t outputs) {
  const size_t size = size_of(type), width = 128 / size;
  // The last outputs of an input are read in whole vectors, and so beyond the end.
  return (round_up(outputs, width) + outputs * inputs + width) * size;
}

void cnetwork_pack(int type, size_t inputs, size_t outputs, const void *weights, const void *biases,
                   void *packed) {
  (type == CNETWORK_F64 ? cnetwork_pack_f64 : cnetwork_pack_f32)(inputs, outputs, weights, biases, packed);
}

// MARK: Blocks and threads

// What passes between layers, for a block of rows, stays in the second-level cache, beside the weights of
// one panel.
#define BLOCK_BYTES (512 << 10)
// A multiple of every instruction set's ROWS.
#define BLOCK_STEP 24
#define MOST_BLOCK_ROWS 240
// So many rows take hardly longer than one, so that threads do not share the rows but the outputs.
#define FEW_ROWS 4

/// What a layer does for a row. A register holds twice as many floats as doubles.
static double work_of(const struct cnetwork_layer *layer, int type) {
  return (double)layer->outputs * ((double)layer->inputs + ACTIVATION_WORK) * (double)size_of(type);
}

void cnetwork_measure(struct cnetwork_network *network) {
  size_t widest = stride_of(network->layers[0].inputs * size_of(network->type));
  double work = 0;
  for (size_t l = 0; l < network->count; l++) {
    const struct cnetwork_layer *const layer = &network->layers[l];
    const size_t bytes = stride_of(layer->outputs * size_of(network->type));
    if (bytes > widest) widest = bytes;
    work += work_of(layer, network->type);
  }
  network->widest = widest;
  network->work = work;
}

static size_t most_block_rows(size_t widest) {
  const size_t rows = BLOCK_BYTES / widest / BLOCK_STEP * BLOCK_STEP;
  return rows < BLOCK_STEP ? BLOCK_STEP : rows > MOST_BLOCK_ROWS ? MOST_BLOCK_ROWS : rows;
}

size_t cnetwork_forward_threads(const struct cnetwork_network *network, size_t rows, size_t most) {
  const double parts = network->work * (double)rows / SHARED_WORK;
  if (parts < 2 || most < 2) return 1;
  size_t threads = cnetwork_processors();
  if ((double)threads > parts) threads = (size_t)parts;
  return threads < most ? threads : most;
}

size_t cnetwork_forward_scratch(const struct cnetwork_network *network, size_t rows, size_t threads) {
  if (rows > BLOCK_STEP) {
    const size_t most = most_block_rows(network->widest);
    if (rows > most) rows = most;
  }
  return threads * 2 * network->widest * rows + 64;
}

/// One layer for few rows, of which each share has some of the outputs.
struct layer_job {
  const struct kernels *kernels;
  const struct cnetwork_layer *layer;
  /// The outputs of a share.
  size_t share, rows;
  const void *input;
  void *output;
  size_t a_row, out_row;
};

static void take_outputs(void *context, int share) {
  const struct layer_job *const job = context;
  const size_t left = job->share * (size_t)share, outputs = job->layer->outputs;
  if (left >= outputs) return;
  const size_t right = outputs - left < job->share ? outputs : left + job->share;
  job->kernels->layer(job->layer, left, right, job->rows, job->input, job->a_row, job->output,
                      job->out_row);
}

static int length_of(double work) {
  return work >= 2 * THREAD_WORK ? CNETWORK_LONG : work >= 2 * WOKEN_WORK ? CNETWORK_MEDIUM : CNETWORK_SHORT;
}

/// Few rows of a large network: its layers one after the other, each shared by the threads.
static void forward_by_layers(const struct cnetwork_network *network, size_t rows, const void *input,
                              void *output, char *scratch, size_t threads) {
  const struct kernels *const kernels = kernels_of(network->set, network->type);
  const size_t size = size_of(network->type), half = network->widest * rows;
  struct layer_job job = {
      .kernels = kernels, .rows = rows, .input = input, .a_row = network->layers[0].inputs};
  for (size_t l = 0; l < network->count; l++) {
    const struct cnetwork_layer *const layer = job.layer = &network->layers[l];
    job.output = scratch + l % 2 * half;
    job.out_row = stride_of(layer->outputs * size) / size;
    // Enough for every instruction set to sum up as many outputs at a time as for the whole layer.
    const size_t shares = threads < CNETWORK_MOST_THREADS ? threads : CNETWORK_MOST_THREADS;
    job.share = round_up((layer->outputs + shares - 1) / shares, 256 / size);
    const double work = work_of(layer, network->type) * (double)rows;
    const int is_small = work < 2 * SHARED_WORK;
    if (is_small) job.share = layer->outputs;
    cnetwork_shares(network->runner, is_small ? 1 : shares, length_of(work) == CNETWORK_SHORT ? CNETWORK_SHORT : CNETWORK_MEDIUM, take_outputs, &job);
    job.input = job.output;
    job.a_row = job.out_row;
  }
  kernels->finish(job.layer, rows, job.output, job.out_row, output);
}

/// The blocks of a batch, which threads take one after the other.
struct job {
  const struct kernels *kernels;
  const struct cnetwork_network *network;
  size_t rows, block, half;
  const char *input;
  char *output, *scratch;
  size_t input_row, output_row;
  atomic_size_t next_block;
};

static void take_blocks(void *context, int thread) {
  struct job *const job = context;
  char *const scratch = job->scratch + 2 * job->half * (size_t)thread;
  for (;;) {
    const size_t start =
        job->block * atomic_fetch_add_explicit(&job->next_block, 1, memory_order_relaxed);
    if (start >= job->rows) return;
    const size_t rows = job->rows - start < job->block ? job->rows - start : job->block;
    job->kernels->forward(job->network->layers, job->network->count, rows,
                          job->input + start * job->input_row, job->output + start * job->output_row,
                          scratch, job->half);
  }
}

void cnetwork_forward(const struct cnetwork_network *network, size_t rows, const void *input, void *output,
                      void *scratch, size_t threads) {
  const struct cnetwork_layer *const layers = network->layers;
  const struct kernels *const kernels = kernels_of(network->set, network->type);
  void *const aligned = (void *)round_up((uintptr_t)scratch, 64);
  if (rows <= BLOCK_STEP && threads <= 1) {
    if (rows > 0)
      kernels->forward(layers, network->count, rows, input, output, aligned, network->widest * rows);
    return;
  }
  if (rows <= FEW_ROWS) {
    forward_by_layers(network, rows, input, output, aligned, threads);
    return;
  }
  // Blocks of nearly equal size.
  const size_t most = most_block_rows(network->widest);
  size_t blocks = (rows + most - 1) / most;
  if (blocks < threads) blocks = threads;
  const size_t block = round_up((rows + blocks - 1) / blocks, blocks > threads ? BLOCK_STEP / 2 : 4);
  struct job job = {
      .kernels = kernels,
      .network = network,
      .rows = rows,
      .block = block < most ? block : most,
      .half = network->widest * (rows < most ? rows : most),
      .input = input,
      .output = output,
      .scratch = aligned,
      .input_row = layers[0].inputs * size_of(network->type),
      .output_row = layers[network->count - 1].outputs * size_of(network->type),
  };
  network->runner(threads, length_of(network->work * (double)rows), take_blocks, &job);
}
