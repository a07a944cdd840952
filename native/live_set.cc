#include "live_set.h"

#include <cstring>

namespace heapprof {

Sample* LiveSet::Add() {
  if (!free_) {
    chunks_.push_back(std::make_unique<Sample[]>(kChunkSamples));
    for (size_t i = 0; i < kChunkSamples; i++) {
      Sample* sample = &chunks_.back()[i];
      sample->next_free = free_;
      free_ = sample;
    }
  }
  Sample* sample = free_;
  free_ = sample->next_free;
  // It has not been touched for long.
  if (free_) __builtin_prefetch(free_, 1);
  *sample = Sample();
  return sample;
}

void LiveSet::Remove(Sample* sample) {
  sample->next_free = free_;
  free_ = sample;
}

void LiveSet::ResetAll() {
  for (const auto& chunk : chunks_) {
    for (size_t i = 0; i < kChunkSamples; i++) chunk[i].object.Reset();
  }
}

v8::Local<v8::Value> LocalOfAddress(uintptr_t address, uintptr_t* slot) {
  constexpr uintptr_t kHeapObjectTag = 1;
  *slot = address + kHeapObjectTag;
  v8::Local<v8::Value> local;
  static_assert(sizeof local == sizeof slot);
  memcpy(static_cast<void*>(&local), &slot, sizeof slot);
  return local;
}

}  // namespace heapprof
