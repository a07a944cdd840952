#ifndef HEAPPROF_POLLING_ENGINE_H_
#define HEAPPROF_POLLING_ENGINE_H_

#include <v8-profiler.h>
#include <v8.h>

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "function_traces.h"
#include "heap_engine.h"
#include "sampler.h"
#include "time_budget.h"

namespace heapprof {

// Samples allocations by V8's own sampling heap profiler, which keeps the samples that are alive,
// and compares what it has from time to time: a sample that is new was born since the last poll,
// and one that is missing has been freed since then.
//
// Objects die in collections only, so a poll just before a collection sees all that was born since
// the last one. Polls come before scavenges and outside of collections, within a budget of time.
// Never before a mark-compact, nor near the heap's limit: a poll allocates on the heap, and V8
// would fail its own checks there. What is born and dies between two polls is never seen.
class PollingEngine final : public HeapEngine {
 public:
  PollingEngine(const RecorderParts& parts, Sampler sampler, uint32_t stack_depth);

  // The mean number of bytes from one sample of V8's to the next, for what `sampler` is to log. An
  // object is logged with the lesser of two probabilities: that of `sampler`, and the one with
  // which V8 samples it.
  static double IntervalBytes(const Sampler& sampler);

  bool Start(StartFailure* failure, std::string* error) override;
  bool Step() override;
  void OnCollectionStart(v8::GCType type) override;
  void OnCollectionEnd(v8::GCType type) override;
  void Stop() override;
  uint64_t steps() const override { return last_id_; }
  uint64_t unseen_samples() const override { return last_id_ - seen_; }

 private:
  // A sample of V8's that was alive at a poll, the last one at the latest.
  struct Known {
    Sample* sample;  // null if it is not logged
    // By these it can be told from a sample with the same number of another profiler.
    uint64_t size_bytes;
    uint32_t node;
    uint32_t poll;
  };

  void PollWithinBudget();
  void Poll();
  // Notes which samples are still alive and which are new. Returns false if there is one that
  // cannot be ours.
  bool MarkKnown(const std::vector<v8::AllocationProfile::Sample>& samples);
  void AddFrees();
  void AddBirths(v8::AllocationProfile* profile);

  const RecorderParts parts_;
  Sampler sampler_;
  const double interval_bytes_;
  const uint32_t stack_depth_;
  FunctionTraces traces_;
  TimeBudget budget_;
  std::unordered_map<uint64_t, Known> known_;  // by V8's number, which rises
  uint64_t last_id_ = 0;                       // the highest of these numbers so far
  uint64_t seen_ = 0;
  uint64_t last_poll_micros_ = 0;
  uint32_t last_poll_collections_ = 0;
  bool is_polling_ = false;
  bool is_lost_ = false;  // V8's sampler has been stopped, and may be someone else's now

  // Of the current poll.
  uint32_t poll_ = 0;
  uint64_t now_micros_ = 0;
  std::vector<v8::AllocationProfile::Sample> births_;

  // Collections since the last poll that free objects: how many, when the last one began, and how
  // many of any kind had ended then.
  uint32_t freeing_ = 0;
  uint64_t freeing_start_micros_ = 0;
  uint32_t freeing_collections_ = 0;
};

}  // namespace heapprof

#endif  // HEAPPROF_POLLING_ENGINE_H_
