#include "function_traces.h"

#include <algorithm>

namespace heapprof {
namespace {

// Of some thirty bytes each; programs have some thousands.
constexpr size_t kMaxFrames = 200'000;

}  // namespace

FunctionTraces::FunctionTraces(v8::Isolate* isolate, TraceTable* traces, uint32_t stack_depth)
    : isolate_(isolate), traces_(traces), stack_depth_(stack_depth) {}

void FunctionTraces::Find(v8::AllocationProfile* profile,
                          std::unordered_map<uint32_t, uint32_t>* wanted) {
  // What the table has forgotten gets new indexes, so nothing is kept from one profile to the next
  // but for frames, whose indexes remain true.
  if (frames_.size() >= kMaxFrames) frames_.clear();
  // The root is no frame.
  for (Node* child : profile->GetRootNode()->children) Visit(child, wanted);
  path_traces_.clear();
}

// As deep as V8's sampler takes stacks, a few hundred frames at most.
void FunctionTraces::Visit(Node* node, std::unordered_map<uint32_t, uint32_t>* wanted) {
  path_.push_back(node);
  if (const auto found = wanted->find(node->node_id); found != wanted->end())
    found->second = TraceOfPath();
  for (Node* child : node->children) Visit(child, wanted);
  path_.pop_back();
  path_traces_.resize(std::min(path_traces_.size(), path_.size()));
}

uint32_t FunctionTraces::TraceOfPath() {
  if (path_.size() > stack_depth_) {
    uint32_t trace = traces_->TruncationTrace();
    for (auto node = path_.end() - stack_depth_; node != path_.end(); ++node)
      trace = traces_->Trace(trace, FrameOf(*node));
    return trace;
  }
  while (path_traces_.size() < path_.size()) {
    const uint32_t parent = path_traces_.empty() ? 0 : path_traces_.back();
    path_traces_.push_back(traces_->Trace(parent, FrameOf(path_[path_traces_.size()])));
  }
  return path_traces_.back();
}

uint32_t FunctionTraces::FrameOf(const Node* node) {
  if (node->script_id == v8::UnboundScript::kNoScriptId)
    return traces_->Frame({StringOf(node->name), 0, 0, 0});
  const uint64_t function = static_cast<uint64_t>(static_cast<uint32_t>(node->script_id)) << 32 |
                            static_cast<uint32_t>(node->start_position);
  uint32_t& frame = frames_[function];
  if (frame == 0) {
    frame = traces_->Frame({StringOf(node->name), StringOf(node->script_name),
                            static_cast<uint32_t>(std::max(node->line_number, 0)),
                            static_cast<uint32_t>(std::max(node->column_number, 0))});
  }
  return frame;
}

uint32_t FunctionTraces::StringOf(v8::Local<v8::String> text) {
  const v8::String::Utf8Value utf8(isolate_, text);
  return traces_->String({*utf8, static_cast<size_t>(utf8.length())});
}

}  // namespace heapprof
