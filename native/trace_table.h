#ifndef HEAPPROF_TRACE_TABLE_H_
#define HEAPPROF_TRACE_TABLE_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "flat_map.h"
#include "log_records.h"

namespace heapprof {

// Gives strings, frames and traces their indexes, which count from 1, and remembers which are new.
//
// Of a program that makes functions without end it forgets what it knows at some point: what
// comes again then gets another index. So its memory is bounded.
class TraceTable {
 public:
  // The index of a string; 0 for the empty one.
  uint32_t String(std::string_view text);

  // The index of a frame.
  uint32_t Frame(const FrameRecord& frame);

  // The index of the trace that is `frame` called from the trace `parent` (0: from none).
  uint32_t Trace(uint32_t parent, uint32_t frame);

  // The trace that stands for the outer frames of a stack that was deeper than is kept.
  uint32_t TruncationTrace();

  // How often it has forgotten strings: those of before may have got another index since.
  uint32_t times_strings_forgotten() const { return times_strings_forgotten_; }

  // Moves what is new since the last call into a batch.
  void TakeNew(Batch* batch);

 private:
  void ForgetIfLarge();

  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  struct FrameHash {
    size_t operator()(const FrameRecord& frame) const;
  };
  struct FrameEqual {
    bool operator()(const FrameRecord& a, const FrameRecord& b) const;
  };

  std::unordered_map<std::string, uint32_t, TextHash, std::equal_to<>> strings_;
  std::unordered_map<FrameRecord, uint32_t, FrameHash, FrameEqual> frames_;
  FlatMap traces_;  // by parent << 32 | frame
  size_t string_bytes_ = 0;
  uint32_t times_strings_forgotten_ = 0;
  uint32_t string_count_ = 0;  // indexes given so far
  uint32_t frame_count_ = 0;
  uint32_t trace_count_ = 0;
  std::vector<std::string> new_strings_;
  std::vector<FrameRecord> new_frames_;
  std::vector<TraceRecord> new_traces_;
};

}  // namespace heapprof

#endif  // HEAPPROF_TRACE_TABLE_H_
