#include "event_queue.h"

#include <algorithm>

#include "clock.h"

namespace heapprof {
namespace {

// An object that has survived two scavenges is in the old space; marking may come in between.
constexpr uint32_t kCollectionsUntilOld = 4;

}  // namespace

void EventQueue::AddAllocation(Sample* sample) {
  pending_.push_back({sample->born_micros, sample, 0, false});
}

EventQueue::Pending EventQueue::FreeOf(Sample* sample, uint64_t time_micros, uint32_t collections) {
  const uint32_t survived = std::min(collections - sample->born_collections, 255u);
  return {std::max(time_micros, sample->born_micros), sample, static_cast<uint8_t>(survived), true};
}

void EventQueue::AddFree(Sample* sample, uint64_t time_micros, uint32_t collections) {
  pending_.push_back(FreeOf(sample, time_micros, collections));
}

void EventQueue::AddLateFree(Sample* sample, uint64_t time_micros, uint32_t collections) {
  AddFree(sample, time_micros, collections);
  pending_.back().is_late = true;
}

void EventQueue::AddFreeFromAnyThread(Sample* sample, uint32_t collections) {
  const std::lock_guard lock(mutex_);
  // Read here: what is taken from the queue later is later too.
  foreign_.push_back(FreeOf(sample, MonotonicMicros() - start_micros_, collections));
}

// Of equal times, an allocation was added before its free.
bool EventQueue::IsEarlier(const Pending& a, const Pending& b) {
  return a.time_micros < b.time_micros;
}

// Both parts are in order nearly always.
void EventQueue::Sort() {
  const auto middle = static_cast<ptrdiff_t>(pending_.size());
  {
    const std::lock_guard lock(mutex_);
    pending_.insert(pending_.end(), foreign_.begin(), foreign_.end());
    foreign_.clear();
  }
  const auto sort = [](auto begin, auto end) {
    if (!std::is_sorted(begin, end, IsEarlier)) std::stable_sort(begin, end, IsEarlier);
  };
  sort(pending_.begin(), pending_.begin() + middle);
  sort(pending_.begin() + middle, pending_.end());
  std::inplace_merge(pending_.begin(), pending_.begin() + middle, pending_.end(), IsEarlier);
}

bool EventQueue::TakeReady(TypeReader* types, uint32_t collections, size_t limit,
                           std::vector<EventRecord>* events) {
  // Reading a type may cause a collection, in which the heap may come near its limit, and whoever
  // sees to that asks once more.
  if (is_taking_) return false;
  is_taking_ = true;
  FreeFlattened(collections);
  Sort();

  size_t done = 0;
  for (; done < pending_.size() && done < limit; done++) {
    // A copy: such a collection adds frees.
    const Pending event = pending_[done];
    Sample* sample = event.sample;
    if (sample->stack) {
      if (!sample->stack->resolved) break;
      sample->trace = sample->stack->trace;
      stacks_->Release(sample->stack);
      sample->stack = nullptr;
    }
    if (!event.is_free) {
      if (types) sample->type = types->TypeOf(sample->object);
      if (TypeReader::MayBeJoint(sample->object, sample->size_bytes))
        new_joints_.push_back({sample, sample->born_micros});
    }
    unresolved_events_ += sample->trace == 0;
    last_taken_micros_ = std::max(last_taken_micros_, event.time_micros);
    events->push_back({last_taken_micros_, sample->size_bytes, sample->trace, sample->type,
                       sample->kind, event.is_free, event.survived_collections,
                       event.time_micros - sample->born_micros, event.is_late});
    if (event.is_free) live_->Remove(sample);
  }
  pending_.erase(pending_.begin(), pending_.begin() + static_cast<ptrdiff_t>(done));
  is_taking_ = false;
  return done == limit;
}

// Scavenges alone put a flat string in the place of a joint, and do so until the joint is old.
void EventQueue::FreeFlattened(uint32_t collections) {
  const uint64_t now = MonotonicMicros() - start_micros_;
  const auto is_done = [&](const Joint& joint) {
    Sample* sample = joint.sample;
    const bool is_gone = sample->object.IsEmpty() || sample->born_micros != joint.born_micros;
    if (is_gone) return true;
    if (TypeReader::IsFlatStringInPlaceOfJoint(sample->object)) {
      sample->object.Reset();
      AddFree(sample, now, collections);
      return true;
    }
    return collections - sample->born_collections > kCollectionsUntilOld;
  };
  if (collections != checked_collections_) std::erase_if(joints_, is_done);
  checked_collections_ = collections;
  std::erase_if(new_joints_, is_done);
  joints_.insert(joints_.end(), new_joints_.begin(), new_joints_.end());
  new_joints_.clear();
}

}  // namespace heapprof
