#ifndef HEAPPROF_STACK_COLLECTOR_H_
#define HEAPPROF_STACK_COLLECTOR_H_

#include <v8-profiler.h>
#include <v8.h>

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>

#include "slow_allocation.h"
#include "trace_table.h"

namespace heapprof {

// A call stack seen at an allocation. Its trace is known once V8's profiler thread has symbolised
// it.
struct Stack {
  bool resolved = false;
  uint32_t trace = 0;  // trace index; 0 if the stack was lost

  // The rest is the collector's.
  uint64_t before_micros = 0, after_micros = 0;  // monotonic time around V8's time stamp
  uint64_t hash = 0;                             // of its raw addresses
  bool in_cache = true;
  uint32_t users = 0;
};

// Takes call stacks during allocations, where nothing may be allocated on the heap, and turns them
// into traces with exact lines later.
//
// v8::CpuProfiler::CollectSample() takes a stack at any time; a profiler thread of V8 symbolises it
// and adds it to the CPU profiles that are active. A profile can be read only after it was stopped,
// so profiles are rotated: StartNext() begins one beside the current one, StopPrevious(), a good
// while later, ends and reads the older one. In between, samples go to both: the profiler thread is
// some milliseconds behind, and a profile takes no samples from before its start, so that those on
// their way at the change would be in neither. Samples are found again by their times.
//
// The stack's raw addresses cost a fraction of that, and most stacks come again: what is known by
// its addresses is not collected again. Code and bytecode move in mark-compact collections only, so
// ForgetAddresses() must be called around these.
class StackCollector {
 public:
  StackCollector(v8::Isolate* isolate, TraceTable* traces, uint32_t stack_depth);
  ~StackCollector();

  // Begins the first profile. Takes 5 to 300 ms, depending on how much code there is.
  bool Start(std::string* error);

  // The stack of this moment, in use until Release() is called for it as often as it was taken.
  // After Stop() it is one that was lost.
  Stack* Take();
  void Release(Stack* stack);

  void ForgetAddresses();

  // To be called in turn, outside of allocations and garbage collections. StartNext() also begins
  // anew after Stop().
  void StartNext();
  void StopPrevious();

  // Resolves everything.
  void Stop();

  // Stacks collected since the current profile began.
  uint32_t collected() const { return collected_; }

 private:
  struct Profile {
    v8::ProfilerId id;
    uint64_t start_micros;
  };
  class ProfileReader;

  void Collect(uintptr_t innermost);
  bool StartProfile(std::string* error);
  void StopOldestProfile();
  void Resolve(Stack* stack, uint32_t trace);
  void FreeIfUnused(Stack* stack);

  v8::Isolate* const isolate_;
  TraceTable* const traces_;
  const uint32_t stack_depth_;
  SlowAllocation slow_allocation_;
  v8::CpuProfiler* profiler_ = nullptr;
  std::deque<Profile> profiles_;                // active, oldest first
  std::deque<Stack*> unresolved_;               // in the order of their times
  std::unordered_map<uint64_t, Stack*> cache_;  // by hash of raw addresses
  uint32_t collected_ = 0;
};

}  // namespace heapprof

#endif  // HEAPPROF_STACK_COLLECTOR_H_
