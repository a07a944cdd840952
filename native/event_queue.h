#ifndef HEAPPROF_EVENT_QUEUE_H_
#define HEAPPROF_EVENT_QUEUE_H_

#include <cstdint>
#include <mutex>
#include <vector>

#include "live_set.h"
#include "log_records.h"
#include "stack_collector.h"
#include "type_reader.h"

namespace heapprof {

// Allocations and frees on their way to the log, in the order of their times. All of it belongs to
// the isolate's thread but for AddFreeFromAnyThread().
class EventQueue {
 public:
  // `start_micros`: of the recording, on the monotonic clock.
  EventQueue(StackCollector* stacks, LiveSet* live, uint64_t start_micros)
      : stacks_(stacks), live_(live), start_micros_(start_micros) {}

  // `sample` has all its fields; its stack may not be known yet.
  void AddAllocation(Sample* sample);

  // `time_micros` may lie back, as far as the last event that was taken. `collections`: those that
  // had ended then.
  void AddFree(Sample* sample, uint64_t time_micros, uint32_t collections);

  // A free that took place at some time before this moment, after `collections` had ended.
  void AddLateFree(Sample* sample, uint64_t time_micros, uint32_t collections);

  // A free of this moment.
  void AddFreeFromAnyThread(Sample* sample, uint32_t collections);

  // Outside of collections, of which `collections` have ended. Moves events, in their order, up to
  // the first whose stack is not known yet, and at most `limit`; returns whether that is why it
  // stopped. The type of an object that is still there is read with `types`, unless that is null.
  // Samples that were freed go back to the live set.
  bool TakeReady(TypeReader* types, uint32_t collections, size_t limit,
                 std::vector<EventRecord>* events);

  // Events that wait to be taken; those of other threads come to them when some are taken.
  size_t pending() const { return pending_.size(); }

  // The time of the last event that was taken.
  uint64_t last_taken_micros() const { return last_taken_micros_; }

  // Events taken whose stack was lost.
  uint64_t unresolved_events() const { return unresolved_events_; }

 private:
  struct Pending {
    uint64_t time_micros;
    Sample* sample;
    uint8_t survived_collections;  // of a free
    bool is_free;
    bool is_late = false;  // a free that was noticed later
  };

  // A string that may be a joint still, while it is that sample.
  struct Joint {
    Sample* sample;
    uint64_t born_micros;
  };

  void FreeFlattened(uint32_t collections);
  static Pending FreeOf(Sample* sample, uint64_t time_micros, uint32_t collections);
  static bool IsEarlier(const Pending& a, const Pending& b);
  void Sort();

  StackCollector* const stacks_;
  LiveSet* const live_;
  const uint64_t start_micros_;
  std::vector<Pending> pending_;
  std::vector<Joint> joints_;  // as they were after so many collections:
  uint32_t checked_collections_ = 0;
  std::vector<Joint> new_joints_;  // not looked at yet
  bool is_taking_ = false;
  uint64_t last_taken_micros_ = 0;
  uint64_t unresolved_events_ = 0;

  std::mutex mutex_;  // guards the next
  std::vector<Pending> foreign_;
};

}  // namespace heapprof

#endif  // HEAPPROF_EVENT_QUEUE_H_
