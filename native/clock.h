#ifndef HEAPPROF_CLOCK_H_
#define HEAPPROF_CLOCK_H_

#include <time.h>

#include <cstdint>

namespace heapprof {

// Nanoseconds of the given POSIX clock. CLOCK_MONOTONIC is the clock that V8 stamps its samples
// with.
inline uint64_t ClockNanos(clockid_t clock) {
  timespec now;
  clock_gettime(clock, &now);
  return static_cast<uint64_t>(now.tv_sec) * 1'000'000'000 + static_cast<uint64_t>(now.tv_nsec);
}

inline uint64_t ClockMicros(clockid_t clock) { return ClockNanos(clock) / 1'000; }

inline uint64_t MonotonicNanos() { return ClockNanos(CLOCK_MONOTONIC); }
inline uint64_t MonotonicMicros() { return ClockMicros(CLOCK_MONOTONIC); }
// What the calling thread has had of a processor.
inline uint64_t ThreadCpuMicros() { return ClockMicros(CLOCK_THREAD_CPUTIME_ID); }
inline uint64_t WallMicros() { return ClockMicros(CLOCK_REALTIME); }

}  // namespace heapprof

#endif  // HEAPPROF_CLOCK_H_
