#ifndef HEAPPROF_FUNCTION_TRACES_H_
#define HEAPPROF_FUNCTION_TRACES_H_

#include <v8-profiler.h>
#include <v8.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "trace_table.h"

namespace heapprof {

// Gives the nodes of V8's allocation profiles their traces. The frames are functions, with the
// lines where these begin.
class FunctionTraces {
 public:
  FunctionTraces(v8::Isolate* isolate, TraceTable* traces, uint32_t stack_depth);

  // Fills in the traces of those nodes of a profile whose numbers are keys of `wanted`. A handle
  // scope must be open.
  void Find(v8::AllocationProfile* profile, std::unordered_map<uint32_t, uint32_t>* wanted);

 private:
  using Node = v8::AllocationProfile::Node;

  void Visit(Node* node, std::unordered_map<uint32_t, uint32_t>* wanted);
  uint32_t TraceOfPath();
  uint32_t FrameOf(const Node* node);
  uint32_t StringOf(v8::Local<v8::String> text);

  v8::Isolate* const isolate_;
  TraceTable* const traces_;
  const uint32_t stack_depth_;
  // Frames by script and position: what tells functions apart for V8's sampler.
  std::unordered_map<uint64_t, uint32_t> frames_;
  // The nodes from the root's child to the current one, and the traces of the outermost of these,
  // as far as they have been needed.
  std::vector<const Node*> path_;
  std::vector<uint32_t> path_traces_;
};

}  // namespace heapprof

#endif  // HEAPPROF_FUNCTION_TRACES_H_
