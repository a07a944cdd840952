#include "polling_engine.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "clock.h"

namespace heapprof {
namespace {

// The share of the time that polls may take, and the time after which it is not saved any longer.
constexpr double kBudget = 0.02;
constexpr uint64_t kBudgetWindowMicros = 1'000'000;

// Without a scavenge for so long, a poll is made between collections.
constexpr uint64_t kQuietMicros = 500'000;

// With size bands, V8's sampler is not asked for more than this: a sample costs it several
// microseconds, and what there is to poll is proportional to their number.
constexpr double kLeastIntervalBytes = 65'536;

// The other types are the begin of marking, and callbacks.
bool FreesObjects(v8::GCType type) {
  return type != v8::kGCTypeIncrementalMarking && type != v8::kGCTypeProcessWeakCallbacks;
}

}  // namespace

PollingEngine::PollingEngine(const RecorderParts& parts, Sampler sampler, uint32_t stack_depth)
    : parts_(parts),
      sampler_(std::move(sampler)),
      interval_bytes_(IntervalBytes(sampler_)),
      stack_depth_(stack_depth),
      traces_(parts.isolate, parts.traces, stack_depth),
      budget_(kBudget, kBudgetWindowMicros) {}

double PollingEngine::IntervalBytes(const Sampler& sampler) {
  // V8 takes whole numbers.
  return std::floor(sampler.CoveringIntervalBytes(kLeastIntervalBytes));
}

bool PollingEngine::Start(StartFailure* failure, std::string* error) {
  // A frame more than is kept tells whether a stack was deeper.
  if (parts_.isolate->GetHeapProfiler()->StartSamplingHeapProfiler(
          static_cast<uint64_t>(interval_bytes_), static_cast<int>(stack_depth_) + 1)) {
    return true;
  }
  *failure = StartFailure::kBusy;
  *error = kSamplerInUse;
  return false;
}

bool PollingEngine::Step() {
  if (parts_.now_micros() - last_poll_micros_ >= kQuietMicros) PollWithinBudget();
  return !is_lost_;
}

void PollingEngine::OnCollectionStart(v8::GCType type) {
  if (type == v8::kGCTypeScavenge) PollWithinBudget();
}

void PollingEngine::OnCollectionEnd(v8::GCType type) {
  if (!FreesObjects(type)) return;
  freeing_++;
  freeing_start_micros_ = parts_.heap->collection_start_micros();
  freeing_collections_ = parts_.heap->collections() - 1;
}

void PollingEngine::Stop() {
  Poll();
  // Whoever has taken V8's sampler from us may be using it.
  if (!is_lost_) parts_.isolate->GetHeapProfiler()->StopSamplingHeapProfiler();
}

void PollingEngine::PollWithinBudget() {
  if (budget_.HasSome(parts_.now_micros())) Poll();
}

void PollingEngine::Poll() {
  // A poll allocates, and may so come to a collection.
  if (is_polling_ || is_lost_) return;
  is_polling_ = true;
  // Of the processor's time: a busy machine makes a poll longer, but no more expensive.
  const uint64_t begin_micros = ThreadCpuMicros();
  const v8::HandleScope scope(parts_.isolate);
  const std::unique_ptr<v8::AllocationProfile> profile(
      parts_.isolate->GetHeapProfiler()->GetAllocationProfile());
  if (profile && MarkKnown(profile->GetSamples())) {
    now_micros_ = parts_.now_micros();
    AddFrees();
    AddBirths(profile.get());
    last_poll_micros_ = now_micros_;
    last_poll_collections_ = parts_.heap->collections();
    freeing_ = 0;
  } else {
    is_lost_ = true;
  }
  budget_.Spend(ThreadCpuMicros() - begin_micros);
  is_polling_ = false;
}

bool PollingEngine::MarkKnown(const std::vector<v8::AllocationProfile::Sample>& samples) {
  poll_++;
  births_.clear();
  for (const v8::AllocationProfile::Sample& sample : samples) {
    if (sample.sample_id > last_id_) {
      births_.push_back(sample);
      continue;
    }
    const auto found = known_.find(sample.sample_id);
    if (found == known_.end()) return false;
    Known& known = found->second;
    if (known.size_bytes != sample.size || known.node != sample.node_id) return false;
    known.poll = poll_;
  }
  return true;
}

void PollingEngine::AddFrees() {
  // What the log has taken already cannot be preceded.
  const bool is_time_known =
      freeing_ == 1 && freeing_start_micros_ >= parts_.events->last_taken_micros();
  for (auto entry = known_.begin(); entry != known_.end();) {
    const Known& known = entry->second;
    if (known.poll == poll_) {
      ++entry;
      continue;
    }
    if (known.sample && is_time_known) {
      parts_.events->AddFree(known.sample, freeing_start_micros_, freeing_collections_);
    } else if (known.sample) {
      parts_.events->AddLateFree(known.sample, now_micros_, last_poll_collections_);
    }
    entry = known_.erase(entry);
  }
}

void PollingEngine::AddBirths(v8::AllocationProfile* profile) {
  if (births_.empty()) return;
  std::sort(births_.begin(), births_.end(),
            [](const auto& a, const auto& b) { return a.sample_id < b.sample_id; });
  // V8 numbers all samples, also those that nobody sees: between two polls the numbers are a clock.
  const uint64_t from_micros = std::max(last_poll_micros_, parts_.events->last_taken_micros());
  const uint64_t from_id = last_id_;
  last_id_ = births_.back().sample_id;
  seen_ += births_.size();
  const double micros_per_sample =
      static_cast<double>(now_micros_ - from_micros) / static_cast<double>(last_id_ - from_id);

  std::unordered_map<uint32_t, uint32_t> traces;  // by node
  std::vector<bool> is_accepted;
  for (const v8::AllocationProfile::Sample& birth : births_) {
    is_accepted.push_back(sampler_.AcceptSampled(birth.size, interval_bytes_));
    if (is_accepted.back()) traces[birth.node_id] = 0;
  }
  traces_.Find(profile, &traces);
  for (size_t i = 0; i < births_.size(); i++) {
    const v8::AllocationProfile::Sample& birth = births_[i];
    Sample* sample = nullptr;
    // What has no node was allocated by the poll itself, when V8 had passed that place of the tree.
    const uint32_t trace = is_accepted[i] ? traces[birth.node_id] : 0;
    if (trace != 0) {
      sample = parts_.live->Add();
      sample->born_micros =
          from_micros +
          static_cast<uint64_t>(micros_per_sample * static_cast<double>(birth.sample_id - from_id));
      sample->size_bytes = birth.size;
      sample->born_collections = parts_.heap->collections();
      sample->trace = trace;
      parts_.events->AddAllocation(sample);
    }
    known_[birth.sample_id] = {sample, birth.size, birth.node_id, poll_};
  }
}

}  // namespace heapprof
