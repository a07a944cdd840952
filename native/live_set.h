#ifndef HEAPPROF_LIVE_SET_H_
#define HEAPPROF_LIVE_SET_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace heapprof {

struct Stack;

// A sampled object, from its allocation until its free has been logged.
struct Sample {
  v8::Global<v8::Value> object;  // weak; empty once the object was freed
  uint64_t born_micros;
  uint64_t size_bytes;
  uint32_t born_collections;  // collections that had ended at birth
  uint32_t trace;
  Stack* stack;  // until the trace is known
  Sample* next_free;
};

// Storage for samples, at addresses that stay.
class LiveSet {
 public:
  Sample* Add();
  void Remove(Sample* sample);

  // Lets go of all objects: none of our weak callbacks runs afterwards.
  void ResetAll();

 private:
  static constexpr size_t kChunkSamples = 1024;
  std::vector<std::unique_ptr<Sample[]>> chunks_;
  Sample* free_ = nullptr;
};

// A handle of the object whose memory is at `address`. V8's own sampler makes its handles in the
// same place and the same way: a Local is a pointer to a slot that has the tagged address. It is
// valid as long as `slot` is.
v8::Local<v8::Value> LocalOfAddress(uintptr_t address, uintptr_t* slot);

}  // namespace heapprof

#endif  // HEAPPROF_LIVE_SET_H_
