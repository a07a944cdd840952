#include "trace_table.h"

#include <utility>

#include "mix.h"

namespace heapprof {
namespace {

// Some 50 MB in all. The TypeScript compiler has 90,000 traces, 10,000 frames and 300 KB of
// strings.
constexpr size_t kMaxTraces = 500'000;
constexpr size_t kMaxFrames = 200'000;
constexpr size_t kMaxStringBytes = 16 << 20;

}  // namespace

size_t TraceTable::FrameHash::operator()(const FrameRecord& frame) const {
  return Mix(Mix(static_cast<uint64_t>(frame.function_name) << 32 | frame.file) +
             (static_cast<uint64_t>(frame.line) << 32 | frame.column));
}

bool TraceTable::FrameEqual::operator()(const FrameRecord& a, const FrameRecord& b) const {
  return a.function_name == b.function_name && a.file == b.file && a.line == b.line &&
         a.column == b.column;
}

uint32_t TraceTable::String(std::string_view text) {
  if (text.empty()) return 0;
  if (const auto found = strings_.find(text); found != strings_.end()) return found->second;
  const uint32_t index = ++string_count_;
  strings_.emplace(text, index);
  string_bytes_ += text.size();
  new_strings_.emplace_back(text);
  return index;
}

uint32_t TraceTable::Frame(const FrameRecord& frame) {
  const auto [entry, is_new] = frames_.try_emplace(frame, frame_count_ + 1);
  if (is_new) {
    frame_count_++;
    new_frames_.push_back(frame);
  }
  return entry->second;
}

uint32_t TraceTable::Trace(uint32_t parent, uint32_t frame) {
  const uint64_t key = static_cast<uint64_t>(parent) << 32 | frame;
  if (const uint64_t known = traces_.Find(key)) return static_cast<uint32_t>(known);
  traces_.Set(key, ++trace_count_);
  new_traces_.push_back({parent, frame});
  return trace_count_;
}

uint32_t TraceTable::TruncationTrace() { return Trace(0, Frame({String("(truncated)"), 0, 0, 0})); }

void TraceTable::TakeNew(Batch* batch) {
  batch->strings = std::exchange(new_strings_, {});
  batch->frames = std::exchange(new_frames_, {});
  batch->traces = std::exchange(new_traces_, {});
  ForgetIfLarge();
}

void TraceTable::ForgetIfLarge() {
  if (traces_.size() >= kMaxTraces) traces_.Clear();
  if (frames_.size() >= kMaxFrames) frames_.clear();
  if (string_bytes_ < kMaxStringBytes) return;
  strings_.clear();
  string_bytes_ = 0;
  times_strings_forgotten_++;
}

}  // namespace heapprof
