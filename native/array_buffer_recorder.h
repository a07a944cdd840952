#ifndef HEAPPROF_ARRAY_BUFFER_RECORDER_H_
#define HEAPPROF_ARRAY_BUFFER_RECORDER_H_

#include <v8.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <unordered_map>

#include "array_buffer_hook.h"
#include "heap_engine.h"
#include "sampler.h"

namespace heapprof {

// Samples the backing stores of an isolate's array buffers, and adds them to the event queue. Also
// counts the bytes of all of them, whether they are logged or not.
class ArrayBufferRecorder final : private ArrayBufferSink {
 public:
  // `bytes`: of all array buffers at this moment, by the figure of Node.js. `logs`: whether
  // they are to be sampled, or counted only.
  ArrayBufferRecorder(const RecorderParts& parts, Sampler sampler, uint64_t bytes, bool logs);
  ~ArrayBufferRecorder() = default;

  // Bytes of all array buffers: process.memoryUsage().arrayBuffers.
  uint64_t bytes() const { return hook_.bytes(); }

  // Bytes of those that were there when this object was made and are not known to have been freed.
  // Only frees of sizes that are always logged can be told from frees of what was not sampled.
  uint64_t earlier_bytes() const { return earlier_bytes_.load(std::memory_order_relaxed); }

 private:
  void OnAllocate(void* data, size_t size_bytes) override;
  void OnFree(void* data, size_t size_bytes) override;

  const RecorderParts parts_;
  Sampler sampler_;
  const bool logs_;
  std::atomic<uint64_t> earlier_bytes_;
  std::mutex mutex_;  // guards the next
  std::unordered_map<void*, Sample*> live_;
  // Last, since calls may come as soon as it is there.
  ArrayBufferHook hook_;
};

}  // namespace heapprof

#endif  // HEAPPROF_ARRAY_BUFFER_RECORDER_H_
