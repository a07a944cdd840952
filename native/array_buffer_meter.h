#ifndef HEAPPROF_ARRAY_BUFFER_METER_H_
#define HEAPPROF_ARRAY_BUFFER_METER_H_

#include <v8.h>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>

namespace heapprof {

// Follows how many bytes an isolate's array buffers have, by standing between V8 and the isolate's
// allocator. Node.js has this figure (process.memoryUsage().arrayBuffers), but not for C++, let
// alone during a garbage collection.
//
// One allocator can be watched by one meter at a time.
class ArrayBufferMeter {
 public:
  // `bytes`: the figure of Node.js at this moment. `on_allocate`, if given, is called with the
  // bytes of every new backing store, on the isolate's thread.
  ArrayBufferMeter(v8::Isolate* isolate, uint64_t bytes,
                   std::function<void(size_t)> on_allocate = nullptr);
  ~ArrayBufferMeter();
  ArrayBufferMeter(const ArrayBufferMeter&) = delete;

  uint64_t bytes() const;

 private:
  struct Table;
  v8::ArrayBuffer::Allocator* const allocator_;
  Table* table_;
};

}  // namespace heapprof

#endif  // HEAPPROF_ARRAY_BUFFER_METER_H_
