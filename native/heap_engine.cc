#include "heap_engine.h"

namespace heapprof {

Sample* RecorderParts::AddSample(size_t size_bytes) const {
  Sample* sample = live->Add();
  sample->born_micros = now_micros();
  sample->size_bytes = size_bytes;
  sample->born_collections = heap->collections();
  const StackOrTrace taken = stacks->Take();
  sample->stack = taken.stack;
  sample->trace = taken.trace;
  return sample;
}

}  // namespace heapprof
