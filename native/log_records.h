#ifndef HEAPPROF_LOG_RECORDS_H_
#define HEAPPROF_LOG_RECORDS_H_

#include <cstdint>
#include <string>
#include <vector>

namespace heapprof {

// What goes into a log, before it is encoded. Times are microseconds since the start of the
// recording; indexes of strings, frames and traces count from 1.

enum class Kind : uint8_t { kHeap = 0, kArrayBuffer = 1 };

struct FrameRecord {
  uint32_t function_name;  // string index
  uint32_t file;           // string index
  uint32_t line;           // counts from 1; 0 is unknown
  uint32_t column;         // counts from 1; 0 is unknown
};

struct TraceRecord {
  uint32_t parent;  // trace index; 0 for an outermost frame
  uint32_t frame;   // frame index
};

struct EventRecord {
  uint64_t time_micros;
  uint64_t size_bytes;
  uint32_t trace;
  uint32_t type;  // string index; 0 is unknown
  Kind kind;
  bool is_free;
  uint8_t survived_collections;  // of a free: 255 stands for "255 or more"
  uint64_t age_micros;           // of a free
  bool is_late = false;          // a free that was noticed later than it happened
};

struct HeapRecord {
  uint64_t time_micros;
  uint8_t gc_kind;  // v8::GCType, or 0
  uint64_t pause_micros;
  uint64_t used_before_bytes;
  uint64_t used_after_bytes;
  uint64_t committed_bytes;
  uint64_t limit_bytes;
  uint64_t external_bytes;
  uint64_t array_buffer_bytes;
  uint64_t earlier_array_buffer_bytes;  // of those, from before the start
  uint64_t resident_set_bytes;
};

struct MarkRecord {
  enum class Operation : uint8_t { kMark = 0, kBegin = 1, kEnd = 2 };
  uint64_t time_micros;
  Operation operation;
  uint64_t span_id;
  std::string name;
};

// How a recording ends, see "End" of docs/format.md.
struct RecordingEnd {
  uint64_t time_micros;
  std::string reason;
  std::string message;  // for the reason "error"
  uint64_t unresolved_events;
  uint64_t steps;           // calls by V8 for an allocation, sampled or not
  uint64_t unseen_samples;  // see HeapEngine
  uint64_t longest_step_micros;
};

// What the recorder hands to the writer at a time. Strings, frames and traces are those that are
// new since the batch before.
struct Batch {
  std::vector<std::string> strings;
  std::vector<FrameRecord> frames;
  std::vector<TraceRecord> traces;
  std::vector<EventRecord> events;
  std::vector<HeapRecord> heap_records;

  bool empty() const {
    return strings.empty() && frames.empty() && traces.empty() && events.empty() &&
           heap_records.empty();
  }
};

}  // namespace heapprof

#endif  // HEAPPROF_LOG_RECORDS_H_
