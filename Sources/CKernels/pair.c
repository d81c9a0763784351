#if defined(__linux__)
#define _GNU_SOURCE  // for sched_getaffinity
#endif
#include "CKernels.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

// Waking a sleeping thread takes longer than a step of training, so that the second thread looks out
// for work for as long as this, some tenths of a millisecond, before it sleeps. It looks without a
// pause instruction: of those, many in a row make a virtual machine lose its processor.
#define LOOKS_BEFORE_SLEEP 200000
// And the first thread waits so long for the second before it lets others have the processor.
#define LOOKS_BEFORE_YIELD 100000

struct ckernels_pair {
  void (*work)(void *, int);
  void *context;
  /// A bit for each half that somebody has taken; without work both are.
  atomic_int taken;
  /// The halves that are done.
  atomic_int done;
  atomic_int is_asleep;
  atomic_int is_over;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  pthread_t thread;
};

#define BOTH 3

// Each thread takes its own half first, whose memory is in its processor's cache from the last time; and
// then the other, so that the work is done even while the second thread gets no processor.
static void take_halves(struct ckernels_pair *pair, int own) {
  for (int i = 0; i < 2; i++) {
    const int half = own ^ i;
    if (atomic_fetch_or(&pair->taken, 1 << half) & 1 << half) continue;
    pair->work(pair->context, half);
    atomic_fetch_add(&pair->done, 1);
  }
}

static int has_nothing_to_do(struct ckernels_pair *pair) {
  return atomic_load(&pair->taken) == BOTH && !atomic_load(&pair->is_over);
}

static void *second_thread(void *argument) {
  struct ckernels_pair *const pair = argument;
  while (!atomic_load(&pair->is_over)) {
    for (int looks = 0; has_nothing_to_do(pair) && looks < LOOKS_BEFORE_SLEEP; looks++) continue;
    if (has_nothing_to_do(pair)) {
      pthread_mutex_lock(&pair->mutex);
      atomic_store(&pair->is_asleep, 1);
      while (has_nothing_to_do(pair)) pthread_cond_wait(&pair->wake, &pair->mutex);
      atomic_store(&pair->is_asleep, 0);
      pthread_mutex_unlock(&pair->mutex);
    }
    take_halves(pair, 1);
  }
  return NULL;
}

static void wake_up(struct ckernels_pair *pair) {
  // The other sets is_asleep before it looks again, so that one of the two sees the other.
  if (!atomic_load(&pair->is_asleep)) return;
  pthread_mutex_lock(&pair->mutex);
  pthread_cond_signal(&pair->wake);
  pthread_mutex_unlock(&pair->mutex);
}

/// Whether the two threads can run at the same time; two on one processor would only be in each other's
/// way. Fills in the attributes with which the second begins on another processor than the first.
static int has_another_processor(pthread_attr_t *attributes) {
#if defined(__linux__) && defined(__GLIBC__)
  // Linux often starts a thread on its creator's processor, and moves it only milliseconds later.
  cpu_set_t others;
  const int here = sched_getcpu();
  if (here < 0 || sched_getaffinity(0, sizeof others, &others) != 0) return 0;
  CPU_CLR(here, &others);
  return CPU_COUNT(&others) > 0 && pthread_attr_setaffinity_np(attributes, sizeof others, &others) == 0;
#else
  (void)attributes;
  return sysconf(_SC_NPROCESSORS_ONLN) > 1;
#endif
}

struct ckernels_pair *ckernels_pair_create(void) {
  struct ckernels_pair *const pair = calloc(1, sizeof(struct ckernels_pair));
  if (!pair) return NULL;
  atomic_init(&pair->taken, BOTH);
  pthread_mutex_init(&pair->mutex, NULL);
  pthread_cond_init(&pair->wake, NULL);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  const int is_there = has_another_processor(&attributes) &&
                       pthread_create(&pair->thread, &attributes, second_thread, pair) == 0;
  pthread_attr_destroy(&attributes);
  if (is_there) return pair;
  pthread_cond_destroy(&pair->wake);
  pthread_mutex_destroy(&pair->mutex);
  free(pair);
  return NULL;
}

void ckernels_pair_run(struct ckernels_pair *pair, void (*work)(void *context, int half), void *context) {
  if (!pair) {
    work(context, 0);
    work(context, 1);
    return;
  }
  pair->work = work;
  pair->context = context;
  atomic_store(&pair->done, 0);
  atomic_store(&pair->taken, 0);
  wake_up(pair);
  take_halves(pair, 0);
  for (int looks = 0; atomic_load(&pair->done) < 2; looks++)
    if (looks >= LOOKS_BEFORE_YIELD) sched_yield();
}

void ckernels_pair_destroy(struct ckernels_pair *pair) {
  if (!pair) return;
  atomic_store(&pair->is_over, 1);
  wake_up(pair);
  pthread_join(pair->thread, NULL);
  pthread_cond_destroy(&pair->wake);
  pthread_mutex_destroy(&pair->mutex);
  free(pair);
}
