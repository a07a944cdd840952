#ifndef HEAPPROF_ALLOCATION_HOOK_H_
#define HEAPPROF_ALLOCATION_HOOK_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>
#include <string>

#include "start_failure.h"

namespace heapprof {

// Receives what V8's sampling heap profiler would: the steps of its allocation observer, before any
// stack is walked.
class AllocationSink {
 public:
  // An object of `size_bytes` is about to be made at `address`: the memory is a filler still.
  // Called `bytes_since` bytes of the same space after the begin of the object of the previous
  // call. Nothing may be allocated on the JavaScript heap here, and no JavaScript may run.
  virtual void OnAllocation(uint64_t bytes_since, uintptr_t address, size_t size_bytes) = 0;

  // Bytes after which the next call is due. Called once per space at the start and after each
  // OnAllocation().
  virtual int64_t NextStepBytes() = 0;

 protected:
  ~AllocationSink() = default;
};

// V8's sampling heap profiler observes allocations with an object of the class
// SamplingHeapProfiler::Observer. Its virtual table is the same for all isolates of the process. We
// put our own functions into its two slots `Step` and `GetNextStepSize`; observers that are not
// ours go on with V8's functions.
class AllocationHook {
 public:
  // Has V8's profiler, when it is started next on this thread, call `sink`. Nested calls are
  // counted for the whole process. Returns false and says why where this build of Node.js lacks
  // what is needed.
  static bool Install(AllocationSink* sink, std::string* error);

  // Starts V8's profiler on this thread, after Install(): from now on the sink is called. Returns
  // false and says why where that cannot be.
  static bool Connect(v8::Isolate* isolate, StartFailure* failure, std::string* error);

  // The last call for the process puts V8's functions back. V8's profiler must have been stopped on
  // this thread.
  static void Uninstall();

  // Whether this build of Node.js has what is needed; says why not.
  static bool IsAvailable(std::string* error);

  // Whether V8's profiler is still the one that Connect() has started. (One that was stopped and
  // not started again is not noticed here.)
  static bool IsConnected();
};

}  // namespace heapprof

#endif  // HEAPPROF_ALLOCATION_HOOK_H_
