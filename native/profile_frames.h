#ifndef HEAPPROF_PROFILE_FRAMES_H_
#define HEAPPROF_PROFILE_FRAMES_H_

#include <v8-profiler.h>

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "sample_lines.h"
#include "trace_table.h"

namespace heapprof {

// A frame by its index, and the place in the source that it stands for. Equal are those of one
// place: V8 takes functions that begin at one place, such as a constructor and what sets up its
// fields, for the same, and gives them the name of whichever came first.
struct PlacedFrame {
  uint32_t frame;
  uint64_t place;  // string index of the file << 32 | line

  bool operator==(const PlacedFrame& other) const { return place == other.place; }
};

// The frames of the samples of a stopped CPU profile, each with its line.
class ProfileFrames {
 public:
  ProfileFrames(const v8::CpuProfile* profile, TraceTable* traces)
      : profile_(profile), traces_(traces), lines_(profile) {}

  // The frames of sample `index`, innermost first; for rising indexes. Where V8 has not found a
  // frame, that is one that says what the thread was doing, such as "(program)".
  std::vector<PlacedFrame> FramesOf(int index);

  // Whether these are the frames of a sample in which V8 has found none.
  bool IsStateOnly(const std::vector<PlacedFrame>& frames);

 private:
  PlacedFrame FrameOf(const v8::CpuProfileNode* node, int line);
  uint32_t StringOf(const char* text);

  const v8::CpuProfile* const profile_;
  TraceTable* const traces_;
  SampleLines lines_;
  std::unordered_map<const char*, uint32_t> strings_;
};

}  // namespace heapprof

#endif  // HEAPPROF_PROFILE_FRAMES_H_
