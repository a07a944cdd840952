#ifndef HEAPPROF_SAMPLE_LINES_H_
#define HEAPPROF_SAMPLE_LINES_H_

#include <v8-profiler.h>

#include <cstddef>
#include <cstdint>

namespace heapprof {

// The line at which each sample of a CPU profile was taken.
//
// In the mode kCallerLineNumbers, V8's public API tells the line of every frame but the innermost:
// a node carries the line in its *parent* from which it was called. V8 has the innermost line too,
// beside each sample's node and time stamp, without an accessor. It is read from there: a profile
// holds its samples in a std::deque of records that begin with { node, time stamp, line }. Where
// that deque lies in the profile and how long a record is differs between versions of V8; both are
// found by searching for the node and time stamp that the public API gives for the first samples,
// and every record is compared with the public API before its line is believed. The first profile
// of a process that has two samples serves for the search; until then no line is known.
class SampleLines {
 public:
  explicit SampleLines(const v8::CpuProfile* profile);

  // The line (from 1) of sample `index`, for rising indexes; 0 where it is not known.
  int LineOf(int index);

 private:
  struct Record {
    const v8::CpuProfileNode* node;
    int64_t time_micros;
    int32_t line;
  };

  void FindLayout();
  bool Matches(const uint8_t* record, int index) const;

  const v8::CpuProfile* const profile_;
  const int count_;
  size_t stride_ = 0;  // 0: the records were not found
  int next_ = 0;       // index of the record at position_
  const uint8_t* position_ = nullptr;
  const uint8_t* chunk_end_ = nullptr;
  const uint8_t* const* chunk_ = nullptr;  // of the deque's list of chunks
};

}  // namespace heapprof

#endif  // HEAPPROF_SAMPLE_LINES_H_
