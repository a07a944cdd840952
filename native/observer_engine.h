#ifndef HEAPPROF_OBSERVER_ENGINE_H_
#define HEAPPROF_OBSERVER_ENGINE_H_

#include <v8.h>

#include <cstdint>
#include <string>

#include "allocation_hook.h"
#include "heap_engine.h"
#include "sampler.h"

namespace heapprof {

// Samples allocations as V8's allocation observer sees them: with exact sizes, times and lines, and
// with weak handles that tell of the frees.
class ObserverEngine final : public HeapEngine, private AllocationSink {
 public:
  ObserverEngine(const RecorderParts& parts, Sampler sampler);

  bool Start(StartFailure* failure, std::string* error) override;
  bool Step() override;
  void OnCollectionStart(v8::GCType) override {}
  void OnCollectionEnd(v8::GCType) override {}
  void Stop() override;
  uint64_t steps() const override { return steps_; }

 private:
  void OnAllocation(uint64_t bytes_since, uintptr_t address, size_t size_bytes) override;
  int64_t NextStepBytes() override;
  static void OnFree(const v8::WeakCallbackInfo<Sample>& info);
  bool IsProfilerRunning() const;

  const RecorderParts parts_;
  Sampler sampler_;
  uint64_t steps_ = 0;
  uint64_t last_check_micros_ = 0;
};

}  // namespace heapprof

#endif  // HEAPPROF_OBSERVER_ENGINE_H_
