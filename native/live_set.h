#ifndef HEAPPROF_LIVE_SET_H_
#define HEAPPROF_LIVE_SET_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "log_records.h"

namespace heapprof {

struct Stack;

// A sampled object or backing store, from its allocation until its free has been logged.
struct Sample {
  v8::Global<v8::Value> object;  // weak; empty once the object was freed, and if there is none
  uint64_t born_micros;
  uint64_t size_bytes;
  Stack* stack;               // until the trace is known
  uint32_t born_collections;  // collections that had ended at birth
  uint32_t trace;
  uint32_t type;  // string index; 0 is unknown
  Kind kind;
  Sample* next_free;
};

// Storage for samples, at addresses that stay.
class LiveSet {
 public:
  // A sample whose fields are zero.
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
