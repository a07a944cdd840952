#ifndef HEAPPROF_STACK_SURVEY_H_
#define HEAPPROF_STACK_SURVEY_H_

#include <v8.h>

#include <cstddef>
#include <cstdint>
#include <unordered_set>

namespace heapprof {

// What a recording would meet in the stacks of a program: how long they take to walk, and how often
// one comes that it has not seen. Stacks are looked at and forgotten, except for their hashes.
class StackSurvey {
 public:
  // The fewer samples are taken, the more of them are new. So that one can tell how many would be
  // new among more or fewer, they are counted in three ways: all samples, a quarter, a sixteenth.
  static constexpr size_t kThinnings = 3;
  static constexpr uint64_t kThinningFactor = 4;

  // Plain memory without pointers.
  struct Thinning {
    uint64_t samples;
    // Not seen since the last mark-compact: a recorder knows stacks by their addresses, which are
    // valid until then.
    uint64_t new_to_cache;
    uint64_t new_ever;
  };
  struct Result {
    uint64_t walks;
    uint64_t walk_nanos;
    uint64_t frames;
    Thinning thinnings[kThinnings];
  };

  StackSurvey(v8::Isolate* isolate, Result* result) : isolate_(isolate), result_(result) {}

  // Looks at the stack of this moment; allowed during an allocation.
  void Take();

  // Code may have moved.
  void ForgetAddresses();

 private:
  v8::Isolate* const isolate_;
  Result* const result_;
  std::unordered_set<uint64_t> cached_[kThinnings];
  std::unordered_set<uint64_t> ever_[kThinnings];
};

}  // namespace heapprof

#endif  // HEAPPROF_STACK_SURVEY_H_
