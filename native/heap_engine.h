#ifndef HEAPPROF_HEAP_ENGINE_H_
#define HEAPPROF_HEAP_ENGINE_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "event_queue.h"
#include "heap_meter.h"
#include "live_set.h"
#include "stack_collector.h"
#include "start_failure.h"
#include "trace_table.h"
#include "type_reader.h"

namespace heapprof {

// What the parts of a recording share. All of it belongs to the isolate's thread.
struct RecorderParts {
  v8::Isolate* isolate;
  std::function<uint64_t()> now_micros;  // since the start of the recording, never falling
  TraceTable* traces;
  StackCollector* stacks;
  TypeReader* types;  // null if types are not wanted
  LiveSet* live;
  EventQueue* events;
  HeapMeter* heap;

  // A sample of what is being allocated at this moment, with its stack.
  Sample* AddSample(size_t size_bytes) const;
};

// Finds allocations and frees of an isolate's JavaScript heap, chooses samples, and adds them to
// the event queue.
class HeapEngine {
 public:
  virtual ~HeapEngine() = default;

  // On failure returns false and says why; nothing was started then.
  virtual bool Start(StartFailure* failure, std::string* error) = 0;

  // Called some times a second, outside of allocations and collections. Returns false where
  // something else in the process has stopped V8's sampling heap profiler: nothing is seen any
  // more.
  virtual bool Step() = 0;

  // Around every collection.
  virtual void OnCollectionStart(v8::GCType type) = 0;
  virtual void OnCollectionEnd(v8::GCType type) = 0;

  // Ends the work; what is left goes into the event queue. After Start() only.
  virtual void Stop() = 0;

  // How often V8 has called us, or its own sampler, for an allocation, sampled or not.
  virtual uint64_t steps() const = 0;

  // Of those that V8's own sampler was called for, the ones that came and went unseen.
  virtual uint64_t unseen_samples() const { return 0; }
};

}  // namespace heapprof

#endif  // HEAPPROF_HEAP_ENGINE_H_
