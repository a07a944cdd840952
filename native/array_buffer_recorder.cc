#include "array_buffer_recorder.h"

#include <algorithm>
#include <utility>

namespace heapprof {

ArrayBufferRecorder::ArrayBufferRecorder(const RecorderParts& parts, Sampler sampler,
                                         uint64_t bytes, bool logs)
    : parts_(parts),
      sampler_(std::move(sampler)),
      logs_(logs),
      earlier_bytes_(bytes),
      hook_(parts.isolate, bytes, this) {}

void ArrayBufferRecorder::OnAllocate(void* data, size_t size_bytes) {
  if (!logs_ || !sampler_.AcceptOne(size_bytes)) return;
  Sample* sample = parts_.AddSample(size_bytes);
  sample->kind = Kind::kArrayBuffer;
  parts_.events->AddAllocation(sample);
  const std::lock_guard lock(mutex_);
  live_[data] = sample;
}

void ArrayBufferRecorder::OnFree(void* data, size_t size_bytes) {
  const std::lock_guard lock(mutex_);
  const auto found = live_.find(data);
  if (found != live_.end()) {
    parts_.events->AddFreeFromAnyThread(found->second, parts_.heap->collections());
    live_.erase(found);
  } else if (logs_ && sampler_.Probability(size_bytes) >= 1) {
    const uint64_t earlier = earlier_bytes();
    earlier_bytes_.store(earlier - std::min<uint64_t>(earlier, size_bytes),
                         std::memory_order_relaxed);
  }
}

}  // namespace heapprof
