#ifndef HEAPPROF_HEAP_METER_H_
#define HEAPPROF_HEAP_METER_H_

#include <v8.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "log_records.h"

namespace heapprof {

// Makes a heap record of every garbage collection of an isolate, and of other moments on request.
class HeapMeter {
 public:
  struct ArrayBufferBytes {
    uint64_t all;
    uint64_t earlier;  // from before the start
  };

  struct Callbacks {
    std::function<uint64_t()> now_micros;  // since the start of the recording
    std::function<ArrayBufferBytes()> array_buffers;
    std::function<uint64_t()> resident_set_bytes;
    // Before a collection, and after it.
    std::function<void(v8::GCType)> on_collection_start;
    std::function<void(v8::GCType)> on_collection_end;
  };

  // Makes a first record, of the time 0: what all later ones are compared with.
  HeapMeter(v8::Isolate* isolate, Callbacks callbacks);
  ~HeapMeter();
  HeapMeter(const HeapMeter&) = delete;

  // Makes a record now.
  void Measure();

  // Moves the records made since the last call to the caller.
  std::vector<HeapRecord> TakeRecords();

  // Of the last record; 0 where there is none.
  uint64_t last_record_micros() const { return last_record_micros_; }

  // When the collection that is going on, or has just ended, began.
  uint64_t collection_start_micros() const { return start_micros_; }

  // Collections that have ended. May be asked on any thread.
  uint32_t collections() const { return collections_.load(std::memory_order_relaxed); }

 private:
  static void OnPrologue(v8::Isolate*, v8::GCType type, v8::GCCallbackFlags, void* data);
  static void OnEpilogue(v8::Isolate*, v8::GCType type, v8::GCCallbackFlags, void* data);
  void Add(uint8_t gc_kind, uint64_t time_micros, uint64_t pause_micros,
           uint64_t used_before_bytes);

  v8::Isolate* const isolate_;
  const Callbacks callbacks_;
  std::vector<HeapRecord> records_;
  uint64_t start_micros_ = 0;
  uint64_t used_before_bytes_ = 0;
  uint64_t last_record_micros_ = 0;
  std::atomic<uint32_t> collections_{0};
};

}  // namespace heapprof

#endif  // HEAPPROF_HEAP_METER_H_
