#include "stack_survey.h"

#include "clock.h"
#include "raw_stack.h"

namespace heapprof {
namespace {

// A walk that takes longer was interrupted by something else.
constexpr uint64_t kLongestWalkNanos = 100'000;

// Of a few dozen bytes each.
constexpr size_t kMaxHashes = 500'000;

bool IsNew(std::unordered_set<uint64_t>* seen, uint64_t hash) {
  if (seen->size() >= kMaxHashes) seen->clear();
  return seen->insert(hash).second;
}

}  // namespace

void StackSurvey::Take() {
  RawStack stack;
  const uint64_t before = MonotonicNanos();
  stack.Take(isolate_);
  const uint64_t nanos = MonotonicNanos() - before;
  if (nanos <= kLongestWalkNanos) {
    result_->walks++;
    result_->walk_nanos += nanos;
    result_->frames += stack.count;
  }
  const uint64_t hash = stack.Hash();
  const uint64_t index = result_->thinnings[0].samples;
  uint64_t every = 1;
  for (size_t i = 0; i < kThinnings; i++, every *= kThinningFactor) {
    if (index % every != 0) break;
    Thinning& thinning = result_->thinnings[i];
    thinning.samples++;
    thinning.new_to_cache += IsNew(&cached_[i], hash);
    thinning.new_ever += IsNew(&ever_[i], hash);
  }
}

void StackSurvey::ForgetAddresses() {
  for (auto& cached : cached_) cached.clear();
}

}  // namespace heapprof
