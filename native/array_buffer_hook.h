#ifndef HEAPPROF_ARRAY_BUFFER_HOOK_H_
#define HEAPPROF_ARRAY_BUFFER_HOOK_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>

namespace heapprof {

// Receives the allocations and frees of array buffers' backing stores.
class ArrayBufferSink {
 public:
  // Called on the thread that connected the sink, after the allocation.
  virtual void OnAllocate(void* data, size_t size_bytes) = 0;

  // Called on any thread, before the free, and never while the sink is being disconnected.
  virtual void OnFree(void* data, size_t size_bytes) = 0;

 protected:
  ~ArrayBufferSink() = default;
};

// Stands between V8 and an isolate's allocator of array buffers.
//
// The allocator is given a copy of its virtual table with our functions in it. It keeps that:
// another thread may be in one of them at any time, and without a sink they do nothing but pass on.
class ArrayBufferHook {
 public:
  // Has the isolate's allocator call `sink`. `bytes`: of its array buffers at this moment, by the
  // figure of Node.js, which does not tell it to C++ later on. At most one sink at a time.
  ArrayBufferHook(v8::Isolate* isolate, uint64_t bytes, ArrayBufferSink* sink);
  ~ArrayBufferHook();
  ArrayBufferHook(const ArrayBufferHook&) = delete;

  // Bytes of the isolate's array buffers now: process.memoryUsage().arrayBuffers.
  uint64_t bytes() const;

 private:
  struct Table;
  Table* const table_;
};

}  // namespace heapprof

#endif  // HEAPPROF_ARRAY_BUFFER_HOOK_H_
