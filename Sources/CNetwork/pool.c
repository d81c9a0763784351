#if defined(__linux__)
#define _GNU_SOURCE  // for sched_getaffinity
#endif
#include "CNetwork.h"

#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <time.h>
#include <unistd.h>

// The other threads of the process, which are started when there is work for them, and then stay. While work
// follows work they do not sleep, because waking a thread takes longer than many a batch.

// For so long, some tenths of a millisecond, a thread looks out for work before it sleeps. It looks without a
// pause instruction: of those, many in a row make a virtual machine lose its processor.
#define LOOKS_BEFORE_SLEEP 200000
// And for so long the first thread waits for the others before it lets somebody else have the processor.
#define LOOKS_BEFORE_YIELD 100000

// Whoever has been at short pieces of work for most of so many nanoseconds gets others to help with those too:
// some times what it takes to wake them.
#define LONG_NS 300000

// The state in one word, so that it changes as a whole: the number of the call, whether threads may still join
// it, and how many are at it.
#define CALL ((uint64_t)1 << 32)
#define OPEN ((uint64_t)1 << 31)
#define JOINED (OPEN - 1)

#define NOWHERE (-1)

static struct {
  atomic_flag is_busy;
  _Atomic uint64_t state;
  // Of the call that is open.
  void (*work)(void *, int);
  void *context;
  size_t most;
  // Changed by whoever has set is_busy: the threads, the time of short pieces of work that followed each other
  // closely, and the end of the last.
  size_t threads;
  pthread_t thread[CNETWORK_MOST_THREADS];
  // The one that the other threads keep away from.
  int processor;
  uint64_t busy_ns, ended_ns;
  atomic_int asleep;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
} pool = {.is_busy = ATOMIC_FLAG_INIT, .threads = 1, .processor = NOWHERE,
          .mutex = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static atomic_size_t processors;

#if defined(__linux__) && defined(__GLIBC__)
#define HAS_AFFINITY 1
#endif

size_t cnetwork_processors(void) {
  size_t count = atomic_load_explicit(&processors, memory_order_relaxed);
  if (count > 0) return count;
#if HAS_AFFINITY
  cpu_set_t ours;
  const long found = sched_getaffinity(0, sizeof ours, &ours) == 0 ? CPU_COUNT(&ours) : 1;
#else
  const long found = sysconf(_SC_NPROCESSORS_ONLN);
#endif
  count = found < 1 ? 1 : found < CNETWORK_MOST_THREADS ? (size_t)found : CNETWORK_MOST_THREADS;
  atomic_store_explicit(&processors, count, memory_order_relaxed);
  return count;
}

/// Whether there is a call that a thread may join, other than the last that it has joined.
static int has_work(uint64_t last) {
  const uint64_t state = atomic_load(&pool.state);
  return state & OPEN && state / CALL != last;
}

static void sleep_until_work(uint64_t last) {
  pthread_mutex_lock(&pool.mutex);
  // Whoever opens a call looks at this afterwards, so that one of the two sees the other.
  atomic_fetch_add(&pool.asleep, 1);
  while (!has_work(last)) pthread_cond_wait(&pool.wake, &pool.mutex);
  atomic_fetch_sub(&pool.asleep, 1);
  pthread_mutex_unlock(&pool.mutex);
}

static void *other_thread(void *argument) {
  const size_t number = (uintptr_t)argument;
  for (uint64_t last = 0;;) {
    for (int looks = 0; !has_work(last) && looks < LOOKS_BEFORE_SLEEP; looks++) continue;
    if (!has_work(last)) sleep_until_work(last);
    uint64_t state = atomic_load(&pool.state);
    if (!(state & OPEN) || !atomic_compare_exchange_strong(&pool.state, &state, state + 1)) continue;
    last = state / CALL;
    if (number < pool.most) pool.work(pool.context, (int)number);
    atomic_fetch_sub(&pool.state, 1);
  }
  return NULL;
}

// A child process begins with the thread that forked alone.
static void forget_threads(void) {
  atomic_flag_clear(&pool.is_busy);
  atomic_store(&pool.state, 0);
  atomic_store(&pool.asleep, 0);
  pool.threads = 1;
  pthread_mutex_init(&pool.mutex, NULL);
  pthread_cond_init(&pool.wake, NULL);
}

static void start_threads(size_t most) {
  if (most > cnetwork_processors()) most = cnetwork_processors();
  if (pool.threads >= most) return;
  static int is_prepared;
  if (!is_prepared) is_prepared = pthread_atfork(NULL, NULL, forget_threads) == 0;
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  // Signals are for threads that know what to do then.
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  while (pool.threads < most && pthread_create(&pool.thread[pool.threads], &attributes, other_thread,
                                               (void *)(uintptr_t)pool.threads) == 0)
    pool.threads++;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  pool.processor = NOWHERE;
}

// Linux often starts or wakes a thread on the processor of whoever wants it, and moves it only some
// milliseconds later.
static void keep_away_from_here(void) {
#if HAS_AFFINITY
  const int here = sched_getcpu();
  cpu_set_t others;
  if (here < 0 || here == pool.processor || sched_getaffinity(0, sizeof others, &others) != 0) return;
  CPU_CLR(here, &others);
  if (CPU_COUNT(&others) == 0) return;
  for (size_t t = 1; t < pool.threads; t++) pthread_setaffinity_np(pool.thread[t], sizeof others, &others);
  pool.processor = here;
#endif
}

static uint64_t now_ns(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

void cnetwork_pool(size_t most, int length, void (*work)(void *context, int thread), void *context) {
  int is_long = length == CNETWORK_LONG;
  if (most < 2 || cnetwork_processors() < 2 || atomic_flag_test_and_set(&pool.is_busy)) {
    work(context, 0);
    return;
  }
  // While nobody is awake, short work is measured.
  uint64_t began_ns = 0;
  if (!is_long && pool.threads - 1 == (size_t)atomic_load(&pool.asleep)) {
    is_long = pool.busy_ns > LONG_NS;
    if (is_long)
      pool.busy_ns = 0;
    else
      began_ns = now_ns();
  }
  if (is_long) {
    start_threads(most);
    keep_away_from_here();
  }
  pool.work = work;
  pool.context = context;
  pool.most = most;
  const uint64_t call = atomic_load(&pool.state) / CALL + 1;
  atomic_store(&pool.state, call * CALL | OPEN);
  if (is_long && atomic_load(&pool.asleep) > 0) {
    pthread_mutex_lock(&pool.mutex);
    pthread_cond_broadcast(&pool.wake);
    pthread_mutex_unlock(&pool.mutex);
  }
  work(context, 0);
  atomic_fetch_and(&pool.state, ~OPEN);
  for (int looks = 0; atomic_load(&pool.state) & JOINED; looks++)
    if (looks >= LOOKS_BEFORE_YIELD) sched_yield();
  if (began_ns > 0) {
    const uint64_t before_ns = began_ns - pool.ended_ns;
    pool.ended_ns = now_ns();
    const uint64_t took_ns = pool.ended_ns - began_ns;
    pool.busy_ns = before_ns < took_ns ? pool.busy_ns + took_ns : 0;
  }
  atomic_flag_clear(&pool.is_busy);
}

struct shares {
  void (*work)(void *, int);
  void *context;
  int count;
  /// A bit for each share that somebody has taken.
  atomic_uint_fast64_t taken;
};

// Each thread takes its own share first, whose memory is in its processor's cache from the last time; and then
// what is left, so that the work is done even while there are no other threads.
static void take_shares(void *context, int thread) {
  struct shares *const shares = context;
  for (int i = 0; i < shares->count; i++) {
    const int share = (thread + i) % shares->count;
    const uint_fast64_t bit = (uint_fast64_t)1 << share;
    if (!(atomic_fetch_or(&shares->taken, bit) & bit)) shares->work(shares->context, share);
  }
}

void cnetwork_shares(cnetwork_runner runner, size_t count, int length, void (*work)(void *context, int share),
                     void *context) {
  struct shares shares = {.work = work, .context = context, .count = (int)count};
  runner(count, length, take_shares, &shares);
}
